"""Handing mail over: with TLS that is verified, each recipient answered apart, connections used again, troubles in few words."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from heard.channels.email.models import Encryption, Mailbox
from heard.channels.email.secrets import seal
from heard.channels.email.sending import NoServer, OutboxMailer, SmtpMailer
from tests.servers import Submission, free_port
from tests.servers.submission import submission

RAW = b"From: support@heard.example\nSubject: Hello\n\n.A line that begins with a dot\nand \xc3\xa4 letter\n"
ADA, BEN, CY = "ada@example.org", "ben@example.org", "cy@example.org"


def mailbox_at(server: Submission, **changes: object) -> Mailbox:
    fields = {
        "address": "support@heard.example", "smtp_host": server.host, "smtp_port": server.port, "smtp_encryption": Encryption.STARTTLS,
        "smtp_username": server.user, "smtp_password_sealed": seal(server.password),
    }  # fmt: skip
    return Mailbox(**(fields | changes))


@pytest.fixture
def mailer(submission_server: Submission) -> Iterator[SmtpMailer]:
    trusting = SmtpMailer(tls=ssl.create_default_context(cafile=submission_server.certificate))
    yield trusting
    trusting.close()


def send(mailer: SmtpMailer, mailbox: Mailbox, *recipients: str, raw: bytes = RAW):
    return mailer.send(raw, mailbox=mailbox, sender=mailbox.address, recipients=recipients or (ADA,))


def test_mail_goes_out_over_tls_after_a_log_in(mailer, submission_server):
    outcome = send(mailer, mailbox_at(submission_server))
    assert (outcome.accepted, outcome.problem, outcome.is_temporary, outcome.reply_code) == ((ADA,), "", False, 250)
    [accepted] = submission_server.received
    assert (accepted.used_tls, accepted.login, accepted.sender, accepted.recipients) == (True, "heard", "support@heard.example", (ADA,))
    assert accepted.raw == RAW.replace(b"\n", b"\r\n")


def test_tls_from_the_first_byte():
    with submission(security="tls") as server:
        mailer = SmtpMailer(tls=ssl.create_default_context(cafile=server.certificate))
        assert send(mailer, mailbox_at(server, smtp_encryption=Encryption.TLS)).accepted == (ADA,)
        mailer.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(submission_server):
    outcome = send(SmtpMailer(), mailbox_at(submission_server))
    assert (outcome.problem, outcome.is_temporary, outcome.accepted) == ("tls_failed", True, ())
    assert not submission_server.received


def test_a_server_without_starttls_gets_no_password(mailer):
    said = []
    with talking_server([b"220 hello\r\n", b"250 plain\r\n", b"500 what\r\n"], said) as port:
        outcome = send(mailer, Mailbox(address="a@b.example", smtp_host="127.0.0.1", smtp_port=port, smtp_username="u"))
    assert (outcome.problem, outcome.is_temporary) == ("tls_failed", True)
    assert not any(b"AUTH" in line for line in said)


def test_a_wrong_password_waits_for_a_right_one(mailer, submission_server):
    outcome = send(mailer, mailbox_at(submission_server, smtp_password_sealed=seal("wrong")))
    assert (outcome.problem, outcome.is_temporary, outcome.reply_code) == ("bad_login", True, 535)
    outcome = send(mailer, mailbox_at(submission_server, smtp_password_sealed=seal("pässword")))
    assert outcome.problem == "bad_login"


def test_a_password_that_cannot_be_opened_is_named(mailer, submission_server):
    assert send(mailer, mailbox_at(submission_server, smtp_password_sealed=b"from elsewhere")).problem == "wrong_key"


def test_one_refused_recipient_does_not_keep_the_others_from_it(mailer, submission_server):
    submission_server.script("RCPT", "550 5.1.1 no such user")
    outcome = send(mailer, mailbox_at(submission_server), ADA, BEN, CY)
    assert (outcome.accepted, outcome.refused, outcome.is_temporary) == ((BEN, CY), {ADA: 550}, False)
    assert [one.recipients for one in submission_server.received] == [(BEN, CY)]


def test_a_recipient_who_is_put_off_is_neither_accepted_nor_refused(mailer, submission_server):
    submission_server.script("RCPT", "451 4.7.1 greylisted")
    outcome = send(mailer, mailbox_at(submission_server), ADA, BEN)
    assert (outcome.accepted, outcome.refused, outcome.is_temporary, outcome.reply_code) == ((BEN,), {}, True, 451)


@pytest.mark.parametrize(
    ("stage", "reply", "expected"),
    [
        ("MAIL", "451 4.3.0 later", (True, "refused", 451)),
        ("MAIL", "552 5.3.4 too big", (False, "too_large", 552)),
        ("MAIL", "553 5.7.1 not your address", (False, "refused", 553)),
        ("MAIL", "530 5.7.0 log in", (True, "bad_login", 530)),
        ("RCPT", "452 4.5.3 too many", (True, "refused", 452)),
        ("RCPT", "421 4.7.0 go away", (True, "refused", 421)),
        ("DATA", "451 4.3.0 later", (True, "refused", 451)),
        ("DATA", "552 5.3.4 too big", (False, "too_large", 552)),
        ("DATA", "554 5.7.1 spam", (False, "refused", 554)),
    ],
)
def test_what_the_server_says_to_the_whole_message(mailer, submission_server, stage, reply, expected):
    submission_server.script(stage, reply)
    outcome = send(mailer, mailbox_at(submission_server))
    assert (outcome.is_temporary, outcome.problem, outcome.reply_code) == expected
    assert not outcome.accepted
    assert send(mailer, mailbox_at(submission_server)).accepted == (ADA,), "the next message finds the way open"


def test_a_connection_is_used_again_and_replaced_when_it_died(mailer, submission_server):
    mailbox = mailbox_at(submission_server)
    send(mailer, mailbox)
    send(mailer, mailbox, BEN)
    assert submission_server.connections == 1
    [[(_, client)]] = mailer._idle.values()
    client.sock.shutdown(socket.SHUT_RDWR)
    assert send(mailer, mailbox, CY).accepted == (CY,)
    assert submission_server.connections == 2


def test_other_settings_use_another_connection(mailer, submission_server):
    send(mailer, mailbox_at(submission_server))
    assert send(mailer, mailbox_at(submission_server, smtp_password_sealed=seal("wrong"))).problem == "bad_login"


def test_an_idle_connection_is_closed(mailer, submission_server, monkeypatch):
    send(mailer, mailbox_at(submission_server))
    mailer._close_older_than(0)
    assert not mailer._idle


def test_an_address_outside_ascii_goes_to_servers_that_take_it(mailer, submission_server):
    assert send(mailer, mailbox_at(submission_server), "jörg@example.org").accepted == ("jörg@example.org",)


def test_an_address_that_cannot_be_said_is_refused_alone(mailer, submission_server, monkeypatch):
    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda self, name: name != "smtputf8" and name in self.esmtp_features)
    outcome = send(mailer, mailbox_at(submission_server), "jörg@example.org", BEN, "eve@example.org\r\nRCPT TO:<x@y.example>")
    assert outcome.accepted == (BEN,)
    assert set(outcome.refused.values()) == {553}


def test_a_domain_outside_ascii_goes_out_in_the_form_of_dns(mailer, submission_server):
    outcome = send(mailer, mailbox_at(submission_server), "ada@bücher.example")
    assert outcome.accepted == ("ada@bücher.example",)
    assert submission_server.received[0].recipients == ("ada@xn--bcher-kva.example",)


def test_nobody_there_and_nobody_answering(monkeypatch):
    mailer = SmtpMailer()
    nowhere = Mailbox(address="a@b.example", smtp_host="127.0.0.1", smtp_port=free_port())
    assert send(mailer, nowhere).problem == "unreachable"
    assert send(mailer, Mailbox(address="a@b.example", smtp_host="no-such-host.invalid", smtp_port=25)).problem == "unreachable"
    monkeypatch.setattr("heard.channels.email.sending.CONNECT_SECONDS", 0.2)
    with talking_server([], []) as port:
        outcome = send(mailer, Mailbox(address="a@b.example", smtp_host="127.0.0.1", smtp_port=port))
    assert (outcome.problem, outcome.is_temporary) == ("timed_out", True)


def test_a_message_beyond_the_stated_size_is_not_even_offered(mailer, submission_server):
    outcome = send(mailer, mailbox_at(submission_server), raw=b"x" * (34 * 1024 * 1024))
    assert (outcome.problem, outcome.is_temporary) == ("too_large", False)


def test_without_a_server_mail_waits_or_becomes_a_file(tmp_path):
    mailbox = Mailbox(address="support@heard.example")
    assert NoServer().send(RAW, mailbox=mailbox, sender="s", recipients=[ADA]).problem == "no_server"
    assert OutboxMailer(tmp_path / "outbox").send(RAW, mailbox=mailbox, sender="s@x", recipients=[ADA, BEN]).accepted == (ADA, BEN)
    [path] = (tmp_path / "outbox").glob("*.eml")
    assert path.read_bytes() == f"X-Outbox-From: s@x\r\nX-Outbox-To: {ADA}, {BEN}\r\n".encode() + RAW


@contextmanager
def talking_server(replies: list[bytes], said: list[bytes]) -> Iterator[int]:
    """Says each reply in turn: the first at once, the others after a line of the client's, which goes into `said`."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def talk() -> None:
            client, _ = server.accept()
            with client, client.makefile("rb") as lines:
                for number, reply in enumerate(replies):
                    if number:
                        said.append(lines.readline())
                    client.sendall(reply)
                while line := lines.readline():
                    said.append(line)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield server.getsockname()[1]
