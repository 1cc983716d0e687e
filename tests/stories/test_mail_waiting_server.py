"""A provider's server that says "later": the reply waits, goes out once, and keeps its Message-ID."""

import email
import ssl

import pytest

from heard.channels.email.models import Mailbox
from heard.channels.email.secrets import seal
from heard.channels.email.sending import SmtpMailer, using_mailer
from heard.conversations.models import Delivery
from heard.conversations.services.deliveries import deliver
from heard.conversations.services.messages import reply_to_conversation
from heard.tasks import RetryAt
from tests.servers import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailer(submission_server: Submission, mailbox: Mailbox):
    Mailbox.objects.update(
        smtp_host=submission_server.host, smtp_port=submission_server.port, smtp_encryption="starttls",
        smtp_username=submission_server.user, smtp_password_sealed=seal(submission_server.password),
    )  # fmt: skip
    mailer = SmtpMailer(tls=ssl.create_default_context(cafile=submission_server.certificate))
    with using_mailer(mailer):
        yield mailer
    mailer.close()


def test_later_means_later_and_then_it_goes_out_once(mailer, submission_server, conversation, alice):
    message = reply_to_conversation(conversation, author=alice, body="Tomorrow.", to=["ada@example.org", "ben@example.org"])
    submission_server.script("DATA", "451 4.7.1 greylisted")
    with pytest.raises(RetryAt):
        deliver(message.pk)
    submission_server.script("RCPT", "451 4.2.1 mailbox busy")
    with pytest.raises(RetryAt):
        deliver(message.pk)
    deliver(message.pk)
    deliver(message.pk)
    assert [accepted.recipients for accepted in submission_server.received] == [("ben@example.org",), ("ada@example.org",)]
    assert len({email.message_from_bytes(accepted.raw)["Message-ID"] for accepted in submission_server.received}) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, sorted(delivery.accepted)) == ("sent", 3, ["ada@example.org", "ben@example.org"])
    assert submission_server.connections == 1, "one connection served all attempts"
