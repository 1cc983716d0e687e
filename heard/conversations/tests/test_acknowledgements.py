"""Saying that a message arrived: to those who proved who they are, once, not too often, with the moment of the answer."""

from datetime import UTC, datetime, timedelta

import pytest

from heard.channels.email.models import Mailbox
from heard.channels.email.sending import Outcome
from heard.conversations.models import Conversation, Delivery, Message
from heard.conversations.services.acknowledgements import acknowledge, words_for
from heard.conversations.services.deliveries import deliver
from heard.events.models import Event
from heard.lib.time import frozen_at
from heard.people.models import Identity
from heard.timeline.models import Interaction
from tests.factories import make_conversation, make_customer
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 3, 3, 11, 30, tzinfo=UTC)


@pytest.fixture
def saying(mailbox: Mailbox) -> Mailbox:
    mailbox.acknowledges = True
    mailbox.save()
    return mailbox


def asked(mailbox: Mailbox, address: str = "ada@example.org", **facts: object) -> tuple[Conversation, Message]:
    """A conversation that has just begun with a message from `address`."""
    conversation = make_conversation(mailbox, customer=make_customer(address, audience=mailbox.audience))
    message = conversation.messages.get()
    Interaction.objects.filter(pk=message.interaction_id).update(**({"authentication": "pass"} | facts))
    return conversation, Message.objects.select_related("interaction").get(pk=message.pk)


def told(mailbox: Mailbox, address: str = "ada@example.org", **facts: object) -> Message | None:
    conversation, message = asked(mailbox, address, **facts)
    return acknowledge(conversation, message=message)


def test_the_writer_hears_that_it_arrived_and_by_when_we_answer(saying):
    conversation, message = asked(saying)
    Conversation.objects.update(due_at=DUE, due_kind="first_reply")
    said = acknowledge(conversation, message=message)
    assert said is not None
    assert said.kind == "acknowledgement"
    assert said.interaction.text == (
        "Thank you for writing to Support. Your message has arrived.\n\nYou will have an answer by Tuesday 3 March 2026, 11:30 UTC."
    )
    assert Delivery.objects.get(message=said).recipients == ["ada@example.org"]
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.last_direction) == (MONDAY_MORNING, "in"), "it answers nothing and ends no wait"


def test_it_leaves_as_automatic_mail_and_the_promise_counts_as_told_when_it_left(saying):
    said = told(saying)
    raws = []

    class Server:
        def send(self, raw, *, mailbox, sender, recipients):
            raws.append(raw)
            return Outcome(accepted=tuple(recipients))

    assert not Event.objects.filter(kind="acknowledgement.sent").exists()
    deliver(said.pk, mailer=Server())
    assert b"\nAuto-Submitted: auto-replied" in raws[0]
    assert b"kettle" not in raws[0], "the words that came are not sent out again"
    event = Event.objects.get(kind="acknowledgement.sent")
    assert event.data == {"conversation_id": said.conversation_id}


@pytest.mark.parametrize(
    "facts",
    [{"authentication": "none"}, {"authentication": "fail"}, {"is_automatic": True}, {"is_history": True}, {"direction": "out"}],
)
def test_nobody_else_hears_anything(saying, facts):
    assert told(saying, **facts) is None


def test_a_notice_of_a_machine_is_not_answered(saying):
    conversation, message = asked(saying)
    message.automatic = "notice"
    assert acknowledge(conversation, message=message) is None


def test_a_mailbox_says_nothing_unless_asked_to(mailbox):
    assert told(mailbox) is None


def test_our_own_addresses_and_those_that_bounced_hear_nothing(saying):
    assert told(saying, saying.address) is None
    conversation, message = asked(saying)
    Identity.objects.update(bounced_at=MONDAY_MORNING)
    assert acknowledge(conversation, message=message) is None


def test_one_conversation_hears_it_once(saying):
    conversation, message = asked(saying)
    assert acknowledge(conversation, message=message) is not None
    assert acknowledge(conversation, message=message) is None


def test_one_address_hears_it_three_times_a_day(saying):
    with frozen_at(MONDAY_MORNING):
        assert [told(saying) is not None for _ in range(5)] == [True, True, True, False, False]
        assert told(saying, "ben@example.org") is not None
    with frozen_at(MONDAY_MORNING + timedelta(hours=25)):
        assert told(saying) is not None


def test_one_mailbox_says_it_sixty_times_an_hour(saying):
    with frozen_at(MONDAY_MORNING):
        said = [told(saying, f"writer-{n}@example.org") for n in range(62)]
    assert [one is not None for one in said] == [True] * 60 + [False] * 2
    with frozen_at(MONDAY_MORNING + timedelta(hours=1, seconds=1)):
        assert told(saying, "later@example.org") is not None


def test_a_mailbox_has_its_own_words(saying):
    saying.acknowledgement = "Hello!\n\nWe answer by {when}.\n\nYour Fells"
    assert words_for(saying, due_at=DUE) == "Hello!\n\nWe answer by Tuesday 3 March 2026, 11:30 UTC.\n\nYour Fells"
    assert words_for(saying, due_at=None) == "Hello!\n\nYour Fells"
    saying.acknowledgement = "Hello!"
    assert words_for(saying, due_at=DUE) == "Hello!\n\nYou will have an answer by Tuesday 3 March 2026, 11:30 UTC."
