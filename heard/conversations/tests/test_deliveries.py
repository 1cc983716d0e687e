"""Replies go out once to everybody, wait out trouble, and give the customer their wait back when they did not arrive."""

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest

from heard.accounts.models import User
from heard.channels.email.envelope import Bounce, FailedRecipient
from heard.channels.email.models import Mailbox
from heard.channels.email.sending import Outcome, using_mailer
from heard.conversations.models import Conversation, Delivery, Message, SeenMessageId
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.deliveries import apply_bounce, deliver, next_attempt, retry_waiting
from heard.conversations.services.messages import reply_to_conversation
from heard.conversations.services.snoozing import snooze_conversation
from heard.events.models import Event
from heard.files import store
from heard.lib.time import frozen_at, now
from heard.people.models import Identity
from heard.tasks import RetryAt
from heard.tasks.models import Task
from heard.timeline.models import Interaction
from heard.timeline.services.recording import NewFile
from tests.factories.conversations import say
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db
ADA, BEN, CY = "ada@example.org", "ben@example.org", "cy@example.org"
NOON = MONDAY_MORNING + timedelta(hours=3)


class Server:
    """An SMTP server's answers in turn; everything is accepted once they are used up."""

    def __init__(self) -> None:
        self.answers: list[Outcome] = []
        self.sent: list[tuple[str, tuple[str, ...], EmailMessage]] = []

    def send(self, raw, *, mailbox, sender, recipients):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.sent.append((sender, tuple(recipients), mail))
        return self.answers.pop(0) if self.answers else Outcome(accepted=tuple(recipients), reply_code=250)

    @property
    def last(self) -> EmailMessage:
        return self.sent[-1][2]


@pytest.fixture
def server() -> Iterator[Server]:
    with using_mailer(Server()) as server:
        yield server


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with frozen_at(NOON):
        yield


def reply(conversation: Conversation, author: User, body: str = "It leaves today.", to=(ADA,), **more) -> Message:
    return reply_to_conversation(conversation, author=author, body=body, to=list(to), **more)


def delivery_of(message: Message) -> Delivery:
    return Delivery.objects.get(message=message)


def events(*kinds: str) -> list[str]:
    return list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True))


# What goes out


def test_a_reply_goes_out_with_the_headers_that_make_its_answer_find_us(server, conversation, alice, mailbox):
    Mailbox.objects.update(signature="{agent}, Heard Ltd")
    message = reply(conversation, alice)
    deliver(message.pk)
    [(sender, recipients, mail)] = server.sent
    asked = conversation.messages.order_by("pk").first()
    message.refresh_from_db()
    assert (sender, recipients) == (mailbox.address, (ADA,))
    assert mail["From"] == "Alice at Support <support@heard.example>"
    assert mail["To"] == "Ada Lovelace <ada@example.org>"
    assert mail["Subject"] == "Re: Where is my parcel?"
    assert mail["Message-ID"] == f"<{message.message_id}>"
    assert mail["In-Reply-To"] == f"<{asked.message_id}>"
    assert mail["References"].split() == [f"<{asked.message_id}>"]
    assert mail["X-Heard-Installation"]
    assert not mail["Auto-Submitted"]
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("It leaves today.")
    assert "Alice, Heard Ltd" in text
    assert "> I ordered a kettle a week ago." in text
    assert SeenMessageId.objects.get(message_id=message.message_id).conversation == conversation
    delivery = delivery_of(message)
    assert (delivery.state, delivery.attempts, delivery.accepted, delivery.last_reply) == ("sent", 1, [ADA], "250")
    assert events("message.delivered", "message.failed") == ["message.delivered"]


def test_a_second_run_sends_nothing(server, conversation, alice):
    message = reply(conversation, alice)
    deliver(message.pk)
    deliver(message.pk)
    assert len(server.sent) == 1


def test_our_id_is_known_before_the_mail_leaves(conversation, alice):
    message = reply(conversation, alice)

    class Quick:
        def send(self, raw, *, mailbox, sender, recipients):
            known = Message.objects.get(pk=message.pk).message_id
            assert known
            assert SeenMessageId.objects.filter(message_id=known, conversation=conversation).exists()
            return Outcome(accepted=tuple(recipients))

    deliver(message.pk, mailer=Quick())


def test_references_hold_the_thread_oldest_first(server, conversation, alice):
    asked = conversation.messages.get()
    SeenMessageId.objects.create(message_id="root-we-never-saw@example.org", conversation=conversation)
    first = reply(conversation, alice)
    deliver(first.pk)
    again = say(conversation, "in", "Thank you, and when?", at=NOON)
    second = reply(conversation, alice, "Tomorrow.", once=uuid4())
    deliver(second.pk)
    first.refresh_from_db()
    wanted = ["root-we-never-saw@example.org", asked.message_id, first.message_id, again.message_id]
    assert server.last["References"].split() == [f"<{one}>" for one in wanted]
    assert server.last["In-Reply-To"] == f"<{again.message_id}>"
    assert "> Thank you, and when?" in server.last.get_body(("plain",)).get_content()


def test_a_plus_address_is_given_where_the_mailbox_has_them(server, conversation, alice):
    Mailbox.objects.update(uses_plus_address=True)
    deliver(reply(conversation, alice).pk)
    address = server.last["Reply-To"].addresses[0].addr_spec
    assert address.startswith("support+") and address.endswith("@heard.example")


def test_files_go_along(server, conversation, alice):
    blob = store.put(b"%PDF-1.7 a bill")
    message = reply(conversation, alice, files=[NewFile(blob, "bill.pdf", "application/pdf", blob.size)])
    deliver(message.pk)
    [file] = server.last.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == ("bill.pdf", "application/pdf", b"%PDF-1.7 a bill")


def test_a_file_that_is_gone_fails_the_message_where_people_see_it(server, conversation, alice):
    blob = store.put(b"soon gone")
    message = reply(conversation, alice, files=[NewFile(blob, "x.txt", "text/plain", blob.size)])
    (store._root() / blob.place).unlink()
    deliver(message.pk)
    assert not server.sent
    assert (delivery_of(message).state, delivery_of(message).last_problem) == ("failed", "missing_file")


def test_a_message_that_cannot_be_composed_fails_where_people_see_it(server, conversation, alice, monkeypatch):
    def broken(mail: object) -> bytes:
        raise ValueError("our mistake")

    monkeypatch.setattr("heard.conversations.services.deliveries.compose", broken)
    message = reply(conversation, alice)
    deliver(message.pk)
    conversation.refresh_from_db()
    assert (delivery_of(message).last_problem, conversation.waiting_since) == ("cannot_compose", MONDAY_MORNING)


def test_what_was_erased_before_it_left_does_not_leave(server, conversation, alice):
    message = reply(conversation, alice)
    Interaction.objects.filter(pk=message.interaction_id).update(erased_at=NOON, text="")
    deliver(message.pk)
    assert not server.sent
    assert delivery_of(message).state == "failed"


# Some now, some later, some never


def test_copies_go_to_those_who_are_copied(server, conversation, alice):
    deliver(reply(conversation, alice, cc=[BEN]).pk)
    [(_, recipients, mail)] = server.sent
    assert recipients == (ADA, BEN)
    assert (mail["To"].addresses[0].addr_spec, mail["Cc"].addresses[0].addr_spec) == (ADA, BEN)


def test_who_has_it_does_not_get_it_again_while_another_is_put_off(server, conversation, alice):
    message = reply(conversation, alice, to=[ADA, BEN], cc=[CY])
    server.answers = [Outcome(accepted=(ADA,), refused={CY: 550}, is_temporary=True, problem="refused", reply_code=451)]
    with pytest.raises(RetryAt) as retry:
        deliver(message.pk)
    assert retry.value.moment == NOON + timedelta(minutes=1)
    assert delivery_of(message).state == "waiting"
    deliver(message.pk)
    assert [recipients for _, recipients, _ in server.sent] == [(ADA, BEN, CY), (BEN,)]
    delivery = delivery_of(message)
    assert (delivery.state, delivery.accepted, delivery.refused) == ("sent", [ADA, BEN], [{"address": CY, "code": 550}])
    assert server.sent[0][2]["Message-ID"] == server.sent[1][2]["Message-ID"]


def test_pauses_grow_for_five_days_and_then_the_customer_waits_again(server, conversation, alice):
    message = reply(conversation, alice)
    conversation.refresh_from_db()
    assert conversation.waiting_since is None
    moments = [NOON]
    while not delivery_of(message).is_finished:
        server.answers = [Outcome(is_temporary=True, problem="unreachable")]
        with frozen_at(moments[-1]):
            try:
                deliver(message.pk)
            except RetryAt as retry:
                moments.append(retry.moment)
    assert moments == sorted(set(moments))
    assert timedelta(days=5) <= moments[-1] - NOON < timedelta(days=5, hours=5)
    assert 25 < len(moments) < 50
    delivery = delivery_of(message)
    assert (delivery.state, delivery.last_problem, delivery.refused) == ("failed", "unreachable", [{"address": ADA, "code": 0}])
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.standing) == (MONDAY_MORNING, "us")
    assert events("message.delivered", "message.failed") == ["message.failed"]


def test_the_next_attempt_is_decided_by_the_number_of_tries():
    minutes = [(next_attempt(n, queued_at=NOON, now=NOON) - NOON).total_seconds() / 60 for n in range(1, 10)]
    assert minutes == [1, 5, 15, 30, 60, 120, 240, 240, 240]
    assert next_attempt(3, queued_at=NOON, now=NOON + timedelta(days=5)) is None


def test_a_refused_answer_gives_the_wait_back(server, conversation, alice):
    server.answers = [Outcome(refused={ADA: 550}, problem="refused", reply_code=550)]
    message = reply(conversation, alice)
    deliver(message.pk)
    conversation.refresh_from_db()
    assert (delivery_of(message).state, conversation.waiting_since) == ("failed", MONDAY_MORNING)


def test_a_copy_that_arrived_is_no_answer(server, conversation, alice):
    server.answers = [Outcome(accepted=(BEN,), refused={ADA: 550}, problem="refused", reply_code=550)]
    message = reply(conversation, alice, cc=[BEN])
    deliver(message.pk)
    conversation.refresh_from_db()
    assert (delivery_of(message).state, conversation.waiting_since) == ("failed", MONDAY_MORNING)


def test_what_was_closed_as_solved_by_an_answer_that_failed_is_open_again(server, conversation, alice):
    server.answers = [Outcome(refused={ADA: 550}, problem="refused", reply_code=550)]
    deliver(reply(conversation, alice, then_close=True).pk)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.standing, conversation.waiting_since) == ("open", "us", MONDAY_MORNING)
    assert events("conversation.reopened") == ["conversation.reopened"]


def test_what_was_closed_for_another_reason_stays_closed(server, conversation, alice):
    server.answers = [Outcome(refused={ADA: 550}, problem="refused", reply_code=550)]
    message = reply(conversation, alice)
    close_conversation(conversation, by=alice, reason="spam")
    deliver(message.pk)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since) == ("closed", None)


def test_a_snoozed_conversation_wakes_when_its_answer_failed(server, conversation, alice):
    server.answers = [Outcome(refused={ADA: 550}, problem="refused", reply_code=550)]
    message = reply(conversation, alice)
    snooze_conversation(conversation, until=NOON + timedelta(days=2), by=alice)
    deliver(message.pk)
    conversation.refresh_from_db()
    assert (conversation.snoozed_until, conversation.standing) == (None, "us")


# The mailbox's own troubles


def test_trouble_of_the_server_is_shown_on_the_mailbox_and_goes_away(server, conversation, alice, mailbox):
    message = reply(conversation, alice)
    server.answers = [Outcome(is_temporary=True, problem="bad_login", reply_code=535)]
    with pytest.raises(RetryAt):
        deliver(message.pk)
    mailbox.refresh_from_db()
    assert mailbox.out_problem == "bad_login"
    deliver(message.pk)
    mailbox.refresh_from_db()
    assert (mailbox.out_problem, mailbox.last_out_at) == ("", NOON)
    assert events("mailbox.failed", "mailbox.recovered") == ["mailbox.failed", "mailbox.recovered"]


def test_a_refused_address_is_not_the_mailboxs_trouble(server, conversation, alice, mailbox):
    server.answers = [Outcome(refused={ADA: 550}, problem="refused", reply_code=550)]
    deliver(reply(conversation, alice).pk)
    mailbox.refresh_from_db()
    assert mailbox.out_problem == ""


def test_what_waits_goes_out_when_the_mailbox_changed(server, conversation, alice, mailbox):
    message = reply(conversation, alice)
    Task.objects.all().delete()  # as if a worker had it
    server.answers = [Outcome(is_temporary=True, problem="bad_login", reply_code=535)]
    with pytest.raises(RetryAt):
        deliver(message.pk)
    assert retry_waiting(mailbox.pk, at=now()) == 1
    assert retry_waiting(mailbox.pk, at=now()) == 0, "a second change does not send it twice"
    assert Task.objects.count() == 1


# What comes back


def sent(server: Server, conversation: Conversation, author: User, **more) -> Message:
    message = reply(conversation, author, **more)
    deliver(message.pk)
    message.refresh_from_db()
    return message


def failed(address: str = ADA, *, permanent: bool = True) -> FailedRecipient:
    return FailedRecipient(address, permanent, "5.1.1" if permanent else "4.2.2")


def test_a_bounce_marks_the_delivery_and_the_identity_and_gives_the_wait_back(server, conversation, alice, ada):
    message = sent(server, conversation, alice)
    assert apply_bounce(Bounce((failed(),), message.message_id), at=NOON) == message
    apply_bounce(Bounce((failed(),), message.message_id), at=NOON)
    delivery = delivery_of(message)
    assert (delivery.state, delivery.bounced_at, delivery.refused) == ("bounced", NOON, [{"address": ADA, "code": 0}])
    assert Identity.objects.get(pk=ada.pk).bounced_at == NOON
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.standing) == (MONDAY_MORNING, "us")
    assert events("message.bounced", "identity.bounced") == ["identity.bounced", "message.bounced"]


def test_a_bounce_without_our_id_is_found_by_its_address(server, conversation, alice):
    message = sent(server, conversation, alice)
    assert apply_bounce(Bounce((failed("Ada@Example.org"),)), at=NOON + timedelta(hours=1)) == message
    assert delivery_of(message).state == "bounced"


def test_a_bounce_of_somebody_elses_mail_changes_nothing(server, conversation, alice):
    message = sent(server, conversation, alice)
    assert apply_bounce(Bounce((failed("stranger@example.net"),), "x@example.net"), at=NOON) is None
    assert apply_bounce(Bounce((), "x@example.net"), at=NOON) is None
    assert apply_bounce(Bounce((failed(),)), at=NOON + timedelta(days=30)) is None, "so late no server reports"
    assert delivery_of(message).state == "sent"


def test_a_delay_is_noted_only(server, conversation, alice, ada):
    message = sent(server, conversation, alice)
    assert apply_bounce(Bounce((failed(permanent=False),), message.message_id), at=NOON) == message
    delivery = delivery_of(message)
    assert (delivery.state, delivery.last_problem) == ("sent", "delayed")
    assert Identity.objects.get(pk=ada.pk).bounced_at is None
    conversation.refresh_from_db()
    assert conversation.waiting_since is None


def test_a_bounce_of_a_copy_leaves_the_answer_as_it_is(server, conversation, alice):
    message = sent(server, conversation, alice, cc=[BEN])
    apply_bounce(Bounce((failed(BEN),), message.message_id), at=NOON)
    conversation.refresh_from_db()
    assert (delivery_of(message).state, conversation.waiting_since) == ("sent", None)
    assert Identity.objects.get(identifiers__value=BEN).bounced_at == NOON


def test_a_returned_mail_that_names_nobody_failed_for_all(server, conversation, alice):
    message = sent(server, conversation, alice)
    apply_bounce(Bounce((), message.message_id), at=NOON)
    assert delivery_of(message).state == "bounced"
