"""Two at once: what must hold when two workers, or two colleagues, do what touches the same rows at the same moment.

Each test lets both come to the place after which it would be too late, and goes on when one of them is held back by a lock.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from heard.accounts.models import AudienceTeam
from heard.conversations.models import Closure, Conversation, ConversationLink, Delivery, Message
from heard.conversations.services import arrivals, closing, messages
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.messages import ConversationClosed, add_note, reply_to_conversation, start_conversation
from heard.events.consumers import ensure_consumers
from heard.events.models import Event
from heard.inbound.models import Inbound
from heard.inbound.selectors import ledger_totals
from heard.inbound.services import receiving
from heard.inbound.services.filing import file_batch
from heard.inbound.services.receiving import receive
from heard.lib.time import now
from heard.people.models import Identifier, Identity, LinkDecision
from heard.people.services import decisions, identities
from heard.people.services.decisions import decide_different, decide_same
from heard.promises.models import Promise
from heard.promises.services.policies import ensure_defaults
from heard.tasks.models import Task
from tests.factories import make_customer, make_mail, make_mailbox, work_off

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time: no two transactions are open at once"),
]

PATIENCE_SECONDS = 0.4
ROUNDS = 3


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, str], None]:
    """`meet(module, name)`: whoever calls that function first waits there for the other, but not for ever: a lock may hold it back."""

    def at(module: ModuleType, name: str) -> None:
        both, original = threading.Barrier(2), getattr(module, name)

        def patched(*args: Any, **kwargs: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                both.wait(PATIENCE_SECONDS)
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, patched)

    return at


@pytest.fixture
def ada(mailbox) -> Identity:
    """The customer, last seen later than any mail of these tests: else both would write to her row, and that alone would hold one back."""
    return make_customer(audience=mailbox.audience, at=now() + timedelta(days=1))


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do each in a thread with a connection of its own; what each gave, or the exception it ended with."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            ready.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def kept(mailbox, **mail) -> int:
    return receive(make_mail(to=mailbox.address, **mail), mailbox=mailbox, transport="test", transport_id="").pk


def filed_at_once(*inbound_ids: int) -> None:
    assert at_once(*(lambda number=number: file_batch([number]) for number in inbound_ids)) == [None] * len(inbound_ids)
    assert set(Inbound.objects.values_list("state", flat=True)) == {"filed"}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_mail_and_its_answer_filed_at_once_end_in_one_conversation(mailbox, ada, meet, number):
    ensure_defaults()
    question = kept(mailbox, message_id="<one@example.org>")
    answer = kept(mailbox, message_id="<two@example.org>", in_reply_to="<one@example.org>")
    meet(arrivals, "_write")

    filed_at_once(*((question, answer) if number % 2 else (answer, question)))

    assert Conversation.objects.get().messages.count() == 2
    assert not ConversationLink.objects.exists()
    assert Promise.objects.filter(state="open").count() == 1


def test_two_answers_to_a_mail_we_never_saw_meet(mailbox, ada, meet):
    ensure_defaults()
    both = [kept(mailbox, message_id=f"<{name}@example.org>", references="<lost@example.org>") for name in ("one", "two")]
    meet(arrivals, "_write")

    filed_at_once(*both)

    assert Conversation.objects.get().messages.count() == 2


def test_one_mail_to_two_mailboxes_filed_at_once_is_said_once(mailbox, sales, ada, meet):
    ensure_defaults()
    other = make_mailbox(sales)
    mail = make_mail(to=f"{mailbox.address}, {other.address}", message_id="<one@example.org>")
    ids = [receive(b"Received: by us\n" * number + mail, mailbox=one, transport="test", transport_id="").pk
           for number, one in enumerate((mailbox, other))]  # fmt: skip
    meet(arrivals, "_write")

    filed_at_once(*ids)

    assert Message.objects.count() == 1
    assert list(Inbound.objects.order_by("is_copy").values_list("is_copy", flat=True)) == [False, True]
    audience = Conversation.objects.get().audience
    assert set(AudienceTeam.objects.filter(audience=audience).values_list("team__name", flat=True)) == {"Support", "Sales"}


def test_the_same_original_received_twice_at_once_is_kept_and_counted_once(mailbox, ada, meet):
    ensure_defaults()
    mail = make_mail(to=mailbox.address)
    meet(receiving, "_keep")

    rows = at_once(*[lambda: receive(mail, mailbox=mailbox, transport="test", transport_id="")] * 2)

    assert len({row.pk for row in rows}) == 1
    assert (Inbound.objects.count(), ledger_totals()["difference"], Task.objects.count()) == (1, 0, 1)


def test_one_task_run_by_two_workers_files_once(mailbox, ada, meet):
    ensure_defaults()
    number = kept(mailbox)
    meet(arrivals, "_write")

    filed_at_once(number, number)

    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_stranger_who_writes_twice_at_once_is_one_identity(mailbox, meet, number):
    ensure_defaults()
    both = [kept(mailbox, text=f"Matter {each}", sender="Nadia <nadia@new.example>") for each in (1, 2)]
    meet(identities, "_make")

    filed_at_once(*both)

    identity = Identity.objects.get(identifiers__value="nadia@new.example")
    assert Conversation.objects.filter(customer=identity).count() == 2


def test_two_colleagues_who_write_to_one_new_address_at_once_both_succeed(mailbox, alice, bob, meet):
    ensure_defaults()
    meet(identities, "_make")

    def write(author):
        return start_conversation(mailbox, author=author, subject="An offer", body="Dear Nadia", to=["nadia@new.example"], once=uuid4())

    written = at_once(lambda: write(alice), lambda: write(bob))

    assert all(isinstance(one, Message) for one in written), written
    assert Identifier.objects.filter(value="nadia@new.example").count() == 1
    assert Delivery.objects.count() == 2


# Who is one person


@pytest.fixture
def five(mailbox) -> list[Identity]:
    return [make_customer(f"{name}@example.org", name=name, audience=mailbox.audience) for name in ("ann", "ben", "cat", "dan", "eve")]


def persons(people: list[Identity]) -> set[frozenset[int]]:
    """Who is one person by what is stored."""
    groups: dict[int, set[int]] = {}
    for pk, number in Identity.objects.filter(pk__in=[one.pk for one in people]).values_list("pk", "person_number"):
        groups.setdefault(number, set()).add(pk)
    return {frozenset(group) for group in groups.values()}


def test_two_joins_that_touch_make_one_person(five, alice, bob, meet):
    ann, ben, cat, *_ = five
    meet(decisions, "recompute")

    done = at_once(lambda: decide_same(ann, ben, by=alice), lambda: decide_same(ben, cat, by=bob))

    assert all(isinstance(one, LinkDecision) for one in done), done
    assert persons([ann, ben, cat]) == {frozenset({ann.pk, ben.pk, cat.pk})}


@pytest.mark.parametrize("place", ["_reached", "recompute"])
def test_two_joins_of_larger_groups_that_touch_make_one_person(five, alice, bob, meet, place):
    ann, ben, cat, dan, eve = five
    decide_same(ann, ben, by=alice)
    decide_same(cat, dan, by=alice)
    meet(decisions, place)

    done = at_once(lambda: decide_same(ben, cat, by=alice), lambda: decide_same(dan, eve, by=bob))

    assert all(isinstance(one, LinkDecision) for one in done), done
    assert persons(five) == {frozenset(one.pk for one in five)}


def test_a_join_and_a_cut_at_once_come_out_as_one_after_the_other(five, alice, bob, meet):
    ann, ben, cat, *_ = five
    decide_same(ann, ben, by=alice)
    meet(decisions, "recompute")

    done = at_once(lambda: decide_same(ben, cat, by=alice), lambda: decide_different(ann, ben, by=bob))

    assert all(isinstance(one, LinkDecision) for one in done), done
    assert persons([ann, ben, cat]) == {frozenset({ann.pk}), frozenset({ben.pk, cat.pk})}


def test_one_join_said_by_two_colleagues_at_once_is_one_decision(five, alice, bob, meet):
    ann, ben, *_ = five
    meet(decisions, "recompute")

    at_once(lambda: decide_same(ann, ben, by=alice), lambda: decide_same(ben, ann, by=bob))

    assert LinkDecision.objects.filter(retracted_at=None).count() == 1


# Two colleagues in one conversation


@pytest.fixture
def asked(mailbox) -> Conversation:
    """A customer's question that came by mail, with what is owed for it."""
    ensure_defaults()
    ensure_consumers()
    file_batch([kept(mailbox)])
    return Conversation.objects.get()


@pytest.mark.parametrize("number", range(2 * ROUNDS))
def test_of_a_reply_and_a_closure_at_once_the_later_knows_of_the_earlier(asked, alice, bob, meet, number):
    meet(messages, "say")
    meet(closing, "save_settled")

    def answer():
        return reply_to_conversation(asked, author=alice, body="On its way.", to=["ada@example.org"], once=uuid4())

    def close():
        return close_conversation(asked, by=bob, reason="no_reply_needed")

    acts = (answer, close) if number % 2 else (close, answer)
    said = next(one for one in at_once(*acts) if not isinstance(one, Conversation))
    work_off()

    asked.refresh_from_db()
    kinds = list(Event.objects.filter(kind__in=["message.sent", "conversation.closed"]).order_by("position").values_list("kind", flat=True))
    promise = Promise.objects.get()
    assert (asked.state, asked.waiting_since, asked.due_at) == ("closed", None, None)
    assert Closure.objects.filter(reopened_at=None).count() == 1
    if isinstance(said, ConversationClosed):
        assert (kinds, promise.state, Delivery.objects.count()) == (["conversation.closed"], "released", 0)
    else:
        assert (kinds, promise.state, promise.kept_in_id) == (["message.sent", "conversation.closed"], "kept", said.interaction_id)


def test_a_reply_sent_twice_at_once_is_one_message(asked, alice, meet):
    pages = [Client(), Client()]
    for page in pages:
        page.force_login(alice)
    values = {"body": "On its way.", "to": "ada@example.org", "once": str(uuid4())}
    meet(messages, "say")

    answers = at_once(*(lambda page=page: page.post(reverse("web:replies", args=[asked.pk]), values) for page in pages))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert Message.objects.filter(interaction__direction="out").count() == 1
    assert Task.objects.filter(dedupe__startswith="delivery of message").count() == 1


def test_a_note_sent_twice_at_once_is_one_note(asked, alice, meet):
    once = uuid4()
    meet(messages, "record_interaction")

    first, second = at_once(*[lambda: add_note(asked, author=alice, body="She called.", once=once)] * 2)

    assert first == second
    assert asked.messages.filter(kind="note").count() == 1


def test_a_first_word_sent_twice_at_once_is_one_conversation(mailbox, alice, meet):
    once = uuid4()
    meet(messages, "settle")

    first, second = at_once(
        *[lambda: start_conversation(mailbox, author=alice, subject="An offer", body="Dear Ada", to=["ada@example.org"], once=once)] * 2
    )

    assert isinstance(first, Message) and first == second, (first, second)
    assert (Conversation.objects.count(), Delivery.objects.count()) == (1, 1)
