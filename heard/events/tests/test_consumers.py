"""Consumers read in order, once as far as anybody can tell, and one bad event stops nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from heard.events import NewEvent, one_by_one, reaction, record_event, record_events
from heard.events import consumers as consumers_module
from heard.events.consumers import Follower, Look, ensure_consumers, replay, retry_parked, run_consumers_once
from heard.events.models import Consumer, Event, ParkedEvent
from heard.events.reactions import REGISTERED
from heard.events.stream import head
from heard.lib.time import frozen_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_other_consumers(monkeypatch):
    monkeypatch.setattr("heard.events.consumers.discover", lambda: None)
    kept = dict(REGISTERED)
    REGISTERED.clear()
    yield
    REGISTERED.clear()
    REGISTERED.update(kept)


def add(*subject_ids, **more):
    with transaction.atomic():
        record_events([NewEvent("user.added", ("user", n), **more) for n in subject_ids])


def reader(name="reader", **options):
    batches = []
    options.setdefault("kinds", {"user.added"})
    reaction(name, **options)(lambda events: batches.append([event.subject_id for event in events]))
    return batches


def test_every_event_once_in_order_in_batches():
    batches = reader(batch=3)
    add(*range(1, 8))
    assert run_consumers_once()
    add(8)
    run_consumers_once()
    assert not run_consumers_once()
    assert batches == [[1, 2, 3], [4, 5, 6], [7], [8]]
    assert Consumer.objects.get().position == 8


def test_other_kinds_and_history_are_passed_over():
    batches, historians = reader(), reader("historian", kinds=None, history=True)
    add(1)
    add(2, is_history=True)
    with transaction.atomic():
        record_event("user.changed", ("user", 3))
    run_consumers_once()
    assert batches == [[1]]
    assert historians == [[1, 2, 3]]
    assert set(Consumer.objects.values_list("position", flat=True)) == {3}


def test_passing_over_costs_no_write_until_it_is_far():
    reader(kinds={"user.changed"})
    add(*range(20))
    follower = Follower.of(REGISTERED["reader"])
    assert follower.step(Look(head())) == 20
    assert follower.position == 20
    assert Consumer.objects.get().position == 0
    follower.save()
    assert Consumer.objects.get().position == 20


def test_a_new_consumer_may_begin_now():
    add(1)
    batches = reader(start="now")
    ensure_consumers()
    add(2)
    run_consumers_once()
    assert batches == [[2]]


def test_what_a_reaction_did_and_its_position_are_one_transaction():
    is_broken = [True]

    @reaction("writer", kinds={"user.added"})
    def write(events):
        for event in one_by_one(events):
            record_event("user.changed", ("user", event.subject_id))
        if is_broken[0]:
            is_broken[0] = False
            raise ConnectionError

    add(1, 2)
    run_consumers_once()
    assert Event.objects.filter(kind="user.changed").count() == 2


def test_a_failing_event_is_tried_five_times_and_parked_and_the_others_go_on():
    tried, taken = [], []

    @reaction("picky", kinds={"user.added"})
    def pick(events):
        for event in events:
            if event.subject_id == 2:
                tried.append(event.subject_id)
                raise ValueError("ada@example.org")
        taken.extend(event.subject_id for event in events)

    add(1, 2, 3)
    run_consumers_once()
    assert taken == [1, 3]
    parked = ParkedEvent.objects.get()
    assert Event.objects.get(pk=parked.event_id).subject_id == 2
    assert parked.error.startswith("ValueError")
    assert "ada" not in parked.error
    assert len(tried) == 1 + 5  # with the batch, then alone
    row = Consumer.objects.get()
    assert (row.position, row.failures) == (3, 0)


def test_between_failures_a_worker_waits_longer_and_longer():
    @reaction("broken", kinds={"user.added"})
    def break_down(events):
        raise ValueError

    moment = datetime(2030, 1, 1, tzinfo=UTC)
    add(1)
    assert head() == 1
    follower = Follower.of(REGISTERED["broken"])
    waits = []
    for _ in range(4):
        with frozen_at(moment):
            assert follower.step(Look(1)) == 0
            assert follower.step(Look(1)) == 0
        waits.append((follower.row.retry_at - moment).total_seconds())
        moment = follower.row.retry_at
    assert waits == [1, 4, 16, 64]
    with frozen_at(moment + timedelta(seconds=1)):
        assert follower.step(Look(1)) == 1
    assert ParkedEvent.objects.count() == 1


def test_a_parked_event_can_be_tried_again():
    is_broken, taken = [True], []

    @reaction("mended", kinds={"user.added"})
    def react(events):
        if is_broken[0]:
            raise ValueError
        taken.extend(event.subject_id for event in events)

    add(1)
    run_consumers_once()
    with pytest.raises(ValueError):
        retry_parked(ParkedEvent.objects.get())
    is_broken[0] = False
    retry_parked(ParkedEvent.objects.get())
    assert taken == [1]
    assert not ParkedEvent.objects.exists()


def test_reactions_know_what_caused_what_and_loops_end():
    @reaction("echo", kinds={"user.added"})
    def echo(events):
        for event in one_by_one(events):
            record_event("user.added", ("user", event.subject_id + 1))

    add(1)
    run_consumers_once()
    events = list(Event.objects.order_by("position"))
    assert [event.depth for event in events] == list(range(8))
    assert [event.caused_by for event in events[1:]] == [event.pk for event in events[:-1]]
    assert ParkedEvent.objects.get().error.startswith("TooManyConsequences")


def test_long_work_is_prepared_before_the_transaction():
    seen = []

    def prepare(events):
        seen.append(transaction.get_connection().in_atomic_block)
        return len(events)

    @reaction("prepared", kinds={"user.added"}, prepare=prepare)
    def react(events, how_many):
        seen.extend([transaction.get_connection().in_atomic_block, how_many])

    add(1, 2)
    run_consumers_once()
    assert seen == [False, True, 2]


def test_a_consumer_that_was_moved_elsewhere_reads_again_from_there():
    batches = reader()
    add(1, 2)
    follower = Follower.of(REGISTERED["reader"])
    run_consumers_once()
    assert follower.step(Look(2)) == 2
    assert batches == [[1, 2]]


def test_a_consumer_can_read_everything_again():
    batches = reader()
    add(1, 2)
    run_consumers_once()
    replay("reader", after=1)
    run_consumers_once()
    assert batches == [[1, 2], [2]]


def test_an_undeclared_kind_is_refused_when_declared():
    with pytest.raises(ValueError):
        reaction("wrong", kinds={"user.eaten"})


def test_a_long_stretch_of_unwanted_events_is_saved_on_the_way(monkeypatch):
    monkeypatch.setattr(consumers_module, "UNSAVED_ALLOWED", 10)
    reader(kinds={"user.changed"})
    add(*range(20))
    Follower.of(REGISTERED["reader"]).step(Look(head()))
    assert Consumer.objects.get().position == 20


def test_who_has_nothing_to_read_asks_nothing_of_its_own():
    for number in range(5):
        reader(f"reader {number}", kinds={"user.changed"})
    add(*range(20))
    followers = [Follower.of(reaction) for reaction in REGISTERED.values()]
    look = Look(head())
    with CaptureQueriesContext(connection) as queries:
        assert [follower.step(look) for follower in followers] == [20] * 5
    assert len(queries) == 1
