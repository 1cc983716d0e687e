"""What may be written into the log, and how."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from heard.events import NewEvent, TooManyConsequences, UndeclaredEvent, record_event, record_events, recorded_together
from heard.events.fields import FLAG, ID, IDS, MOMENT, NUMBER, ONE_OF, WORD
from heard.events.kinds import KINDS
from heard.events.models import Event
from heard.events.stream import events_after, head, sequence
from heard.lib.causes import Cause, caused_by, present_cause
from heard.lib.time import frozen_at

pytestmark = pytest.mark.django_db


def test_an_event_says_what_when_by_whom_about_what():
    moment = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
    user = get_user_model()(pk=7)
    with frozen_at(moment), transaction.atomic():
        record_event("conversation.closed", ("conversation", 12), actor=user, audience_id=3, reason="solved")
    sequence()
    event = Event.objects.get()
    assert (event.position, event.kind, event.at) == (1, "conversation.closed", moment)
    assert (event.actor_kind, event.actor_id) == ("user", 7)
    assert (event.subject_kind, event.subject_id, event.audience_id) == ("conversation", 12, 3)
    assert event.data == {"reason": "solved"}
    assert event.canonical == (
        '{"actor":["user",7],"at":"2026-11-21T12:30:00.000000+00:00","caused_by":null,"data":{"reason":"solved"},'
        '"is_history":false,"kind":"conversation.closed","subject":["conversation",12]}'
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("conversation.eaten", {}),
        ("conversation.closed", {"subject": "words of a customer"}),
        ("conversation.closed", {"reason": "Ada said no"}),
        ("conversation.closed", {"reason": "ada@example.org"}),
        ("conversation.assigned", {"assignee_id": "7"}),
        ("conversation.assigned", {"assignee_id": True}),
        ("conversation.snoozed", {"until": datetime(2026, 1, 1)}),
        ("message.received", {"authentication": "maybe"}),
    ],
)
def test_what_is_not_declared_is_refused(kind, fields):
    with pytest.raises(UndeclaredEvent), transaction.atomic():
        record_event(kind, ("conversation", 1), **fields)
    assert not Event.objects.exists()


@given(st.text())
def test_no_field_takes_free_text(text):
    for field in (ID, IDS, NUMBER, FLAG, MOMENT, ONE_OF("in", "out")):
        if text not in {"in", "out"}:
            with pytest.raises(ValueError):
                field(text)
    if " " in text or "@" in text or text != text.lower():
        with pytest.raises(ValueError):
            WORD(text)


def test_kinds_are_named_as_nouns_with_a_verb_in_the_past():
    assert all(kind.count(".") == 1 and kind == kind.lower() for kind in KINDS)


@pytest.mark.django_db(transaction=True)
def test_an_event_without_the_transaction_of_its_change_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record_event("user.added", ("user", 1))


def test_several_are_one_insert_in_the_order_given(django_assert_max_num_queries):
    with transaction.atomic(), django_assert_max_num_queries(3):
        record_events([NewEvent("user.added", ("user", n)) for n in range(100)])
        assert record_events([]) == []
    assert [event.subject_id for event in events_after(0)] == list(range(100))
    assert [event.position for event in events_after(40, limit=3)] == [41, 42, 43]
    assert head() == 100


def test_a_rolled_back_event_leaves_no_gap():
    with transaction.atomic():
        record_event("user.added", ("user", 1))
    with transaction.atomic():
        record_event("user.added", ("user", 2))
        transaction.set_rollback(True)
    with transaction.atomic():
        record_event("user.added", ("user", 3))
    assert [(event.position, event.subject_id) for event in events_after(0)] == [(1, 1), (2, 3)]


def test_chains_of_events_end_at_the_eighth():
    with transaction.atomic():
        event = record_event("user.added", ("user", 1))
        for depth in range(1, 8):
            event = record_event("user.added", ("user", 1), caused_by=event)
            assert event.depth == depth
        with pytest.raises(TooManyConsequences):
            record_event("user.added", ("user", 1), caused_by=event)


def test_the_cause_is_found_by_itself():
    with transaction.atomic(), caused_by(Cause(41, 2)):
        event = record_event("user.added", ("user", 1))
    assert (event.caused_by, event.depth) == (41, 2)
    assert present_cause() == Cause()


def test_a_subject_may_be_any_row():
    user = get_user_model()(pk=9)
    with transaction.atomic():
        event = record_event("user.added", user)
    assert (event.subject_kind, event.subject_id) == ("user", 9)


def test_what_is_recorded_together_is_written_at_the_end_in_order():
    with transaction.atomic():
        with recorded_together():
            record_event("conversation.closed", ("conversation", 1), reason="solved")
            with recorded_together():
                record_event("conversation.closed", ("conversation", 2), reason="solved")
            assert not Event.objects.exists()
            record_event("conversation.closed", ("conversation", 3), reason="solved")
        record_event("conversation.closed", ("conversation", 4), reason="solved")
    sequence()
    assert list(Event.objects.order_by("position").values_list("position", "subject_id")) == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_nothing_is_recorded_together_by_a_block_that_fails():
    with pytest.raises(UndeclaredEvent), transaction.atomic(), recorded_together():
        record_events([NewEvent(kind, ("conversation", 1)) for kind in ("conversation.closed", "conversation.eaten")])
    assert not Event.objects.exists()
    with transaction.atomic():
        record_event("conversation.closed", ("conversation", 2), reason="solved")
    assert Event.objects.get().subject_id == 2
