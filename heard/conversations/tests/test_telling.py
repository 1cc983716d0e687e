"""Saying one thing to many, each in their own conversation."""

from datetime import timedelta

import pytest

from heard.channels.email.composing import compose
from heard.conversations.endings import Ending, _offers, ending
from heard.conversations.indexing.rebuilding import count_unfindable
from heard.conversations.models import Delivery, Message
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.outgoing import mail_of
from heard.conversations.services.telling import AT_MOST, ToSay, say_to_many
from heard.events.models import Event
from heard.lib.time import frozen_at, now
from heard.tasks.models import Task
from heard.timeline.models import Interaction
from tests.factories import make_conversation, make_customer, make_mailbox, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    return make_mailbox(make_team())


@pytest.fixture
def alice(mailbox):
    return make_user("Alice", teams=(mailbox.team,))


def conversations(mailbox, number):
    made = []
    for each in range(number):
        customer = make_customer(f"person{each}@example.org", name=f"Person {each}", audience=mailbox.audience)
        made.append(make_conversation(mailbox, customer=customer, subject=f"Lock {each}"))
    return made


def to_say(conversation, text="It is done."):
    address = conversation.customer.identifiers.get().value
    return ToSay(conversation.pk, conversation.customer, address, text, "en")


def test_each_hears_it_in_their_own_conversation(mailbox, alice):
    made = conversations(mailbox, 3)
    messages = say_to_many([to_say(one) for one in made], author=alice)
    assert [message.conversation_id for message in messages] == [one.pk for one in made]
    for message, conversation in zip(messages, made, strict=True):
        assert message.interaction.text == "It is done."
        assert Delivery.objects.get(message=message).recipients == [conversation.customer.identifiers.get().value]
        assert message.interaction.parties.get().identity == conversation.customer
    assert Event.objects.filter(kind="message.told").count() == 3


def test_nobody_misses_it_in_the_search(mailbox, alice):
    """It is not indexed, and `heard doctor` does not ask for it."""
    say_to_many([to_say(conversations(mailbox, 1)[0])], author=alice)
    with frozen_at(now() + timedelta(days=1)):
        missing = count_unfindable()
    Message.objects.filter(kind="telling").delete()
    with frozen_at(now() + timedelta(days=1)):
        assert count_unfindable() == missing


def test_it_answers_nobody_and_opens_nothing(mailbox, alice):
    waiting, closed = conversations(mailbox, 2)
    close_conversation(closed, by=alice, reason="solved")
    before = {one.pk: (one.order_at, one.standing) for one in type(waiting).objects.all()}
    say_to_many([to_say(waiting), to_say(closed)], author=alice)
    after = {one.pk: (one.order_at, one.standing) for one in type(waiting).objects.all()}
    assert after == before
    waiting.refresh_from_db()
    assert waiting.waiting_since is not None


def test_it_is_delivered_behind_everything_else_and_queued_once(mailbox, alice):
    messages = say_to_many([to_say(one) for one in conversations(mailbox, 2)], author=alice)
    tasks = Task.objects.filter(name__endswith="deliver_message")
    assert {task.priority for task in tasks} == {-10}
    assert {task.dedupe for task in tasks} == {f"delivery of message {message.pk}" for message in messages}


def test_many_cost_hardly_more_statements_than_few(mailbox, alice, django_assert_max_num_queries):
    made = conversations(mailbox, 30)
    with django_assert_max_num_queries(20 + 30):  # an executemany counts each task
        say_to_many([to_say(one) for one in made], author=alice)


def test_too_many_at_once_would_keep_others_waiting(mailbox, alice):
    one = to_say(conversations(mailbox, 1)[0])
    with pytest.raises(ValueError, match="at most"):
        say_to_many([one] * (AT_MOST + 1), author=alice)
    assert say_to_many([], author=alice) == []
    assert not Interaction.objects.filter(kind="telling").exists()


def test_no_holiday_robot_answers_it_and_its_reader_may_end_it(mailbox, alice):
    @ending("a test", order=1)
    def offer(message):
        return Ending("Did it help? https://heard.example/told/x/", "https://heard.example/told/x/no-more/")

    try:
        (message,) = say_to_many([to_say(conversations(mailbox, 1)[0])], author=alice)
        raw = compose(mail_of(Message.objects.get(pk=message.pk)))
    finally:
        del _offers["a test"]
    assert b"Auto-Submitted: auto-generated\r\n" in raw
    assert b"auto_reply" not in raw
    assert b"List-Unsubscribe: <https://heard.example/told/x/no-more/>\r\n" in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert b"Did it help?" in raw
    assert "Did it help" not in Interaction.objects.get(pk=message.interaction_id).text


def test_an_answer_to_it_finds_the_conversation(mailbox, alice):
    (message,) = say_to_many([to_say(conversations(mailbox, 1)[0])], author=alice)
    mail = mail_of(Message.objects.get(pk=message.pk))
    assert mail.is_reply and mail.in_reply_to.endswith("@example.org")
    assert mail.message_id == mail_of(Message.objects.get(pk=message.pk)).message_id
