"""A transaction that stays open while others commit: nobody who reads by position misses its events.

On SQLite there is one writer at a time, so the others wait. On PostgreSQL they do not, and ids become visible out of order; the first test
shows that a reader by id does lose a row there, and the others that ours lose none.
"""

import threading

import pytest
from django.db import connection, transaction

from heard.events import record_event
from heard.events.consumers import run_consumers_once
from heard.events.models import Event
from heard.events.reactions import REGISTERED, reaction
from heard.events.seals import seal_now, verify_seals
from heard.events.stream import events_after, head

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def only_on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


class OpenTransaction:
    """Another connection that has recorded an event and has not committed."""

    def __init__(self, subject_id):
        self._recorded, self._commit = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=[subject_id])
        self._thread.start()
        assert self._recorded.wait(10)

    def _run(self, subject_id):
        with transaction.atomic():
            record_event("user.added", ("user", subject_id))
            self._recorded.set()
            assert self._commit.wait(10)
        connection.close()

    def commit(self):
        self._commit.set()
        self._thread.join(10)


def add(subject_id):
    with transaction.atomic():
        record_event("user.added", ("user", subject_id))


def subjects(events):
    return [event.subject_id for event in events]


def test_a_reader_by_id_would_lose_a_row(only_on_postgres):
    late = OpenTransaction(1)
    add(2)
    by_id = list(Event.objects.order_by("id"))
    late.commit()
    by_id += list(Event.objects.filter(id__gt=by_id[-1].pk).order_by("id"))
    assert subjects(by_id) == [2]


def test_a_reader_by_position_sees_both(only_on_postgres):
    late = OpenTransaction(1)
    add(2)
    seen = events_after(0)
    assert subjects(seen) == [2]
    add(3)
    seen += events_after(seen[-1].position)
    late.commit()
    seen += events_after(seen[-1].position)
    assert subjects(seen) == [2, 3, 1]
    assert [event.position for event in seen] == [1, 2, 3]


def test_a_consumer_sees_both(only_on_postgres):
    read = []
    reaction("test.reader", kinds={"user.added"})(lambda events: read.extend(subjects(events)))
    try:
        late = OpenTransaction(1)
        add(2)
        run_consumers_once(only="test.reader")
        assert read == [2]
        late.commit()
        run_consumers_once(only="test.reader")
        assert read == [2, 1]
    finally:
        del REGISTERED["test.reader"]


def test_seals_cover_both(only_on_postgres):
    late = OpenTransaction(1)
    add(2)
    assert seal_now() == 1
    late.commit()
    assert seal_now() == 1
    found = verify_seals()
    assert (found.is_sound, found.events, found.absent) == (True, 2, 0)


def test_positions_are_without_gap_or_double_when_many_write_and_many_read():
    writers, per_writer = 3, 40
    seen: list[list[int]] = [[], []]
    done = threading.Event()

    def write(number):
        for n in range(per_writer):
            with transaction.atomic():
                record_event("user.added", ("user", number * 1000 + n))
                record_event("user.changed", ("user", number * 1000 + n))
        connection.close()

    def follow(mine):
        position, is_last_look = 0, False
        while True:
            is_last_look = done.is_set()
            events = events_after(position, limit=17)
            mine.extend(event.position for event in events)
            position = mine[-1] if mine else 0
            if is_last_look and not events:
                break
        connection.close()

    readers = [threading.Thread(target=follow, args=[mine]) for mine in seen]
    threads = [threading.Thread(target=write, args=[number]) for number in range(writers)]
    for thread in readers + threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done.set()
    for thread in readers:
        thread.join(60)
    everything = list(range(1, writers * per_writer * 2 + 1))
    assert seen == [everything, everything]
    assert head() == everything[-1]


def test_events_of_one_transaction_stay_together_in_the_order_they_were_recorded():
    with transaction.atomic():
        record_event("user.added", ("user", 1))
        record_event("user.changed", ("user", 1))
    assert [event.kind for event in events_after(0)] == ["user.added", "user.changed"]
