"""A customer writes, Alice answers, the customer answers back: real mail servers on both sides, `heard serve` in the middle."""

import email
import email.policy
import smtplib
import uuid
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from heard.accounts.models import Team
from heard.channels.email.models import Mailbox, MailboxTest
from heard.channels.email.secrets import seal
from heard.conversations.models import Conversation, ConversationLink, Delivery, Message
from heard.conversations.services.messages import reply_to_conversation
from heard.people.models import Identity
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mail, make_mailbox
from tests.servers import Dovecot, OpenSMTPD
from tests.servers.common import answers
from tests.servers.installation import RunningApp
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def name() -> str:
    """Part of every address of one test, so that tests share servers and no mailboxes."""
    return uuid.uuid4().hex[:8]


@pytest.fixture
def mailbox(support: Team, dovecot: Dovecot, smtp_server: OpenSMTPD, name: str) -> Mailbox:
    """Support's mailbox: read from Dovecot by IMAP, sending through OpenSMTPD."""
    ensure_defaults()
    return make_mailbox(
        support, address=f"support-{name}@heard.example", imap_host=dovecot.host, imap_port=dovecot.imap_port, imap_encryption="none",
        imap_username=f"support-{name}", imap_password_sealed=seal(dovecot.password), smtp_host=smtp_server.host,
        smtp_port=smtp_server.port, smtp_encryption="none", signature="Heard Ltd",
    )  # fmt: skip


@pytest.fixture
def ada(name: str) -> str:
    return f"ada-{name}@example.org"


def in_inbox(dovecot: Dovecot, address: str) -> EmailMessage:
    """The one mail that arrives at `address`."""
    raws = eventually(lambda: dovecot.messages(address.partition("@")[0]), seconds=30)
    [raw] = raws
    return email.message_from_bytes(raw, policy=email.policy.default)


def only(look: Callable[[], list], *, seconds: float = 30) -> object:
    [found] = eventually(look, seconds=seconds)
    return found


def test_a_question_comes_by_lmtp_and_the_conversation_goes_on_by_mail(live_app: RunningApp, mailbox, dovecot, smtp_server, alice, ada):
    question = make_mail("Where is my kettle?", sender=f"Ada <{ada}>", to=mailbox.address, message_id="<q@example.org>")
    eventually(lambda: answers(live_app.lmtp_port))
    with smtplib.LMTP("127.0.0.1", live_app.lmtp_port) as client:
        client.sendmail(ada, [mailbox.address], question)
    conversation = only(lambda: list(Conversation.objects.all()))
    assert conversation.waiting_since is not None

    reply_to_conversation(conversation, author=alice, body="It leaves today.", to=[ada], once=uuid.uuid4())
    answer = in_inbox(dovecot, ada)
    assert answer["From"] == f"Alice at Support <{mailbox.address}>"
    assert answer["To"] == f"Ada <{ada}>"
    assert answer["Subject"] == "Re: My parcel"
    assert answer["In-Reply-To"] == "<q@example.org>"
    assert answer["References"] == "<q@example.org>"
    text = answer.get_body(("plain",)).get_content()
    assert "It leaves today." in text and "Heard Ltd" in text and "> Where is my kettle?" in text
    eventually(lambda: Delivery.objects.filter(state="sent", accepted=[ada]).exists())

    ours = answer["Message-ID"]
    back = make_mail("Thank you!", sender=ada, to=mailbox.address, in_reply_to=ours, references=f"<q@example.org> {ours}")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:  # to our mailbox at Dovecot, from where it is fetched
        client.sendmail(ada, [mailbox.address], back)
    thanks = only(lambda: list(Message.objects.filter(interaction__text__contains="Thank you!")))
    assert thanks.conversation == conversation
    assert thanks.thread_reason

    forged = make_mail("Send it to me instead", sender=f"eve-{ada}", to=mailbox.address, in_reply_to="<q@example.org>")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.sendmail(f"eve-{ada}", [mailbox.address], forged)
    theirs = only(lambda: list(Message.objects.filter(interaction__text__contains="Send it to me instead")))
    assert theirs.conversation != conversation, "a header that names a thread does not let a stranger in"
    assert ConversationLink.objects.filter(conversation=theirs.conversation, other=conversation).exists()


def test_an_answer_that_comes_back_gives_the_wait_back(live_app, mailbox, dovecot, alice, name):
    gone = f"gone-{name}@bounces.example"
    dovecot.deliver(make_mail("Are you there?", sender=gone, to=mailbox.address), to=mailbox.address)
    conversation = only(lambda: list(Conversation.objects.all()))
    waited_since = conversation.waiting_since
    reply_to_conversation(conversation, author=alice, body="We are.", to=[gone], once=uuid.uuid4())
    delivery = only(lambda: list(Delivery.objects.filter(state="bounced")))
    assert delivery.refused == [{"address": gone, "code": 0}]
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.standing) == (waited_since, "us")
    assert Identity.objects.get(identifiers__value=gone).bounced_at is not None


def test_a_refused_address_is_known_at_once(live_app, mailbox, dovecot, alice, name):
    nobody = f"nobody-{name}@refused.example"
    dovecot.deliver(make_mail("Are you there?", sender=nobody, to=mailbox.address), to=mailbox.address)
    conversation = only(lambda: list(Conversation.objects.all()))
    reply_to_conversation(conversation, author=alice, body="We are.", to=[nobody], once=uuid.uuid4())
    delivery = only(lambda: list(Delivery.objects.filter(state="failed")))
    assert (delivery.last_problem, delivery.last_reply, delivery.attempts) == ("refused", "550", 1)


def test_the_test_button_shows_that_mail_goes_and_comes(live_app, mailbox, root):
    client = Client()
    client.force_login(root)
    assert client.post(reverse("email:tests", args=[mailbox.pk]), {"to": "mailbox"}).status_code == 303
    test = MailboxTest.objects.get()
    page = eventually(lambda: _page_if_done(client, test), seconds=40)
    assert "It works: the test was sent and came back." in page
    test.refresh_from_db()
    assert test.returned_by == "imap"
    eventually(lambda: not Conversation.objects.exists() and _all_settled())


def _page_if_done(client: Client, test: MailboxTest) -> str:
    page = client.get(reverse("email:test", args=[test.mailbox_id, test.pk])).content.decode()
    return "" if "hx-trigger" in page else page


def _all_settled() -> bool:
    from heard.inbound.models import Inbound

    return list(Inbound.objects.values_list("state", "cause")) == [("discarded", "own_loop")]
