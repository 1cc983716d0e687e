"""The ground that the other tests stand on: is it what it says?"""

import smtplib
import sqlite3
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.servers import Dovecot, OpenSMTPD, Submission
from tests.waiting import eventually


@pytest.mark.django_db
def test_the_test_database_can_be_seen_by_other_processes():
    if connection.vendor == "postgresql":
        assert connection.settings_dict["NAME"].startswith("test_heard_")
        return
    path = Path(str(connection.settings_dict["NAME"]))
    assert path.is_file()
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 0


def test_mail_handed_to_the_smtp_server_is_read_over_imap(dovecot: Dovecot, smtp_server: OpenSMTPD):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "heard@test.local", "ground@example.org", "hello"
    mail.set_content("hello")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.send_message(mail)
    raw = eventually(lambda: dovecot.messages("ground"))[0]
    assert b"Subject: hello" in raw


def test_mail_to_a_bouncing_address_comes_back_as_a_notification(dovecot: Dovecot, smtp_server: OpenSMTPD):
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.sendmail("returns@test.local", ["nobody@bounces.example"], b"Subject: hello\r\n\r\nhello\r\n")
    raw = eventually(lambda: dovecot.messages("returns"))[0]
    assert b"message/delivery-status" in raw
    assert b"Action: failed" in raw


def test_the_submission_server_answers_as_scripted(submission_server: Submission):
    import ssl

    submission_server.script("RCPT", "451 4.3.0 later")
    with smtplib.SMTP(submission_server.host, submission_server.port) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(submission_server.certificate)))
        client.login(submission_server.user, submission_server.password)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: hello\r\n\r\nhello\r\n")
        client.sendmail("a@example.org", ["b@example.org"], b"Subject: hello\r\n\r\nhello\r\n")
    assert [mail.recipients for mail in submission_server.received] == [("b@example.org",)]
    assert submission_server.received[0].used_tls


@pytest.mark.django_db
def test_the_standing_people_may_read_what_is_theirs(alice, bob, charlie, rita, dora, root, conversation):
    readers = {user.name for user in (alice, bob, charlie, rita, dora, root) if type(conversation).objects.visible_to(user).exists()}
    assert readers == {"Alice", "Bob", "Rita", "Dora"}


def test_a_socket_inside_a_transaction_is_noticed(transactional_db, dovecot):
    with transaction.atomic(), pytest.raises(AssertionError, match="inside a transaction"):
        dovecot.connect("nobody")
    dovecot.connect("nobody").logout()
