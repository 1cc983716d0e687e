"""Nothing is missed between a page, its stream, and the stream after that."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from heard.accounts.services.audiences import audience_of
from heard.events import record_event
from heard.events.models import Event
from heard.events.stream import head
from heard.lib.time import now
from heard.lib.wake import stop_pulse
from heard.web.live.app import UNKNOWN, position_of
from heard.web.tests.listening import log_in, open_house
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def nobody_listens_to_the_database_afterwards():
    yield
    stop_pulse()


@pytest.fixture
def house(db):
    with open_house() as house:
        yield house


@pytest.fixture
def audience(support):
    return audience_of([support])


def happen(audience, *subject_ids, **more):
    with transaction.atomic():
        for subject_id in subject_ids:
            record_event("conversation.reopened", ("conversation", subject_id), audience_id=audience.pk, **more)


def heard_of(listener):
    return [event["subject_id"] for event in listener.events]


class OpenTransaction:
    """Another connection that has recorded an event and has not committed."""

    def __init__(self, audience, subject_id):
        self._recorded, self._commit = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=[audience, subject_id])
        self._thread.start()
        assert self._recorded.wait(10)

    def _run(self, audience, subject_id):
        with transaction.atomic():
            record_event("conversation.reopened", ("conversation", subject_id), audience_id=audience.pk)
            self._recorded.set()
            assert self._commit.wait(30)
        connection.close()

    def commit(self):
        self._commit.set()
        self._thread.join(10)


def test_who_comes_back_hears_exactly_what_was_missed(house, alice, audience, sales):
    listener = house.listen(alice)
    happen(audience, 1, 2)
    eventually(lambda: heard_of(listener) == [1, 2])
    listener.leave()
    happen(audience, 3, 4)
    happen(audience_of([sales]), 99)
    happen(audience, 5)
    again = house.listen(alice, last_event_id=listener.last_id, after=0)  # the header wins
    happen(audience, 6)
    eventually(lambda: heard_of(again) == [3, 4, 5, 6])
    assert again.resyncs == []


def test_after_names_where_a_page_ended(house, alice, audience):
    happen(audience, 1, 2, 3)
    listener = house.listen(alice, after=head() - 1)
    assert heard_of(listener) == [3]


def test_without_a_position_it_begins_now(house, alice, audience):
    happen(audience, 1)
    listener = house.listen(alice)
    assert (heard_of(listener), listener.last_id) == ([], head())


def test_what_happens_between_a_page_and_its_stream_is_heard(house, alice, audience, client):
    house.listen(alice)  # the hub already runs
    happen(audience, 1)
    client.force_login(alice)
    page = client.get("/inbox/", headers={"Accept": "text/html"}).content.decode()
    position = int(re.search(r'<live-stream [^>]*position="(\d+)"', page)[1])
    happen(audience, 2)
    listener = house.listen(alice, after=position)
    eventually(lambda: heard_of(listener) == [2])


def test_a_page_that_is_ahead_of_the_hub_waits_for_it_and_fetches_nothing_again(house, alice, audience, monkeypatch):
    house.listen(alice)
    for number in range(20):  # each time the hub may or may not have seen it yet
        happen(audience, number)
        listener = house.listen(alice, after=head())
        assert (heard_of(listener), listener.resyncs) == ([], [])
        listener.leave()


def test_more_than_a_thousand_positions_behind_one_fetches_again(house, alice, audience):
    listener = house.listen(alice)
    happen(audience, *range(1001))
    eventually(lambda: len(listener.events) == 1001)
    near, far = house.listen(alice, after=head() - 1000), house.listen(alice, after=head() - 1001)
    assert (len(near.events), near.resyncs) == (1000, [])
    assert (len(far.events), far.resyncs) == (0, [head()])
    happen(audience, 5000)
    eventually(lambda: heard_of(far) == [5000])


def test_a_hub_that_has_just_begun_remembers_the_last_thousand(house, alice, audience):
    happen(audience, *range(150))
    listener = house.listen(alice, after=0)
    eventually(lambda: heard_of(listener) == list(range(150)))


def test_more_than_ten_minutes_behind_one_fetches_again(house, alice, audience, charlie):
    start = head()
    happen(audience, 1, at=now() - timedelta(minutes=11))
    happen(audience, 2)
    late, in_time = house.listen(alice, after=start), house.listen(alice, after=start + 1)
    assert (late.resyncs, late.events) == ([head()], [])
    assert (in_time.resyncs, heard_of(in_time)) == ([], [2])
    assert house.listen(charlie, after=start).resyncs == []  # he missed nothing


def test_a_position_that_this_log_does_not_have_begins_again(house, alice, audience):
    happen(audience, 1)
    restored = house.listen(alice, last_event_id=head() + 5000)
    assert restored.resyncs == [head()]
    happen(audience, 2)
    eventually(lambda: heard_of(restored) == [2])


def test_words_that_are_no_position():
    assert position_of("", b"") is None
    assert position_of("", b"other=1") is None
    assert position_of("7", b"after=3") == 7
    assert position_of("", b"after=3") == 3
    for nonsense in ("x", "-1", "1e3", "٣", "9" * 30):
        assert position_of(nonsense, b"after=3") == UNKNOWN


def test_a_transaction_that_stays_open_while_others_commit_is_heard_in_the_end(house, alice, audience):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    listener = house.listen(alice)
    late = OpenTransaction(audience, 1)
    happen(audience, 2)
    eventually(lambda: heard_of(listener) == [2])
    listener.leave()
    late.commit()
    happen(audience, 3)
    again = house.listen(alice, last_event_id=listener.last_id)
    eventually(lambda: heard_of(again) == [1, 3])
    assert listener.positions + again.positions == list(range(head() - 2, head() + 1))


def test_streams_that_come_and_go_while_many_write_miss_nothing_and_hear_nothing_twice(house, alice, audience):
    writers, per_writer = 3, 30

    def write(number):
        for n in range(per_writer):
            happen(audience, number * 1000 + n)
        connection.close()

    start = head()
    threads = [threading.Thread(target=write, args=[number]) for number in range(writers)]
    key, heard, last = log_in(alice), [], start
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        listener = house.ask(key, last_event_id=last)
        eventually(listener.is_open)
        listener.leave()
        heard += listener.positions
        last = max(last, listener.last_id)
    listener = house.ask(key, last_event_id=last)
    eventually(lambda: listener.last_id >= start + writers * per_writer)
    heard += listener.positions
    assert heard == list(range(start + 1, start + writers * per_writer + 1))


def test_events_recorded_while_the_database_was_away_are_heard_afterwards(house, alice, audience, monkeypatch):
    from django.db import OperationalError

    from heard.web.live.log import Log

    listener = house.listen(alice)
    read, fails = Log._after, threading.Event()

    def broken(log, position):
        fails.set()
        raise OperationalError("away")

    monkeypatch.setattr(Log, "_after", broken)
    happen(audience, 1)
    assert fails.wait(10)
    happen(audience, 2)
    monkeypatch.setattr(Log, "_after", read)
    eventually(lambda: heard_of(listener) == [1, 2])
    assert Event.objects.filter(audience_id=audience.pk).count() == 2
