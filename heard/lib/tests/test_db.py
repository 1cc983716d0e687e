"""The database as everybody uses it: one file lock before every write on SQLite, rows locked in order, one clock."""

import sqlite3
import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import OperationalError

from heard.db.sqlite.base import WriteLock, only_reads
from heard.lib.db import clock, clock_sql, is_postgres, is_sqlite, lock, require_atomic
from heard.lib.time import frozen_at, now
from heard.lib.wake import Pulse
from heard.tasks.models import Lease

real_commits = pytest.mark.django_db(transaction=True)


@pytest.fixture
def on_sqlite():
    if not is_sqlite():
        pytest.skip("about SQLite")


def in_thread(work):
    """Run `work` on another connection; what it raised."""
    raised = []

    def run():
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


@real_commits
def test_locked_rows_are_read_again_in_order_and_only_inside_a_transaction():
    rows = [Lease.objects.create(name=name, holder="x", until=now()) for name in "cab"]
    with pytest.raises(transaction.TransactionManagementError):
        lock(rows[0])
    with transaction.atomic():
        require_atomic("This")
        Lease.objects.filter(pk=rows[0].pk).update(holder="y")
        assert lock(rows[0]).holder == "y"
        assert [row.pk for row in lock(Lease.objects.order_by("name"))] == sorted(row.pk for row in rows)
        rows[1].delete()
        with pytest.raises(Lease.DoesNotExist):
            lock(Lease(pk=999_999))


@real_commits
def test_a_locked_row_waits_for_who_holds_it():
    row = Lease.objects.create(name="a", holder="0", until=now())

    def add_one():
        with transaction.atomic():
            locked = lock(row)
            time.sleep(0.02)
            Lease.objects.filter(pk=row.pk).update(holder=str(int(locked.holder) + 1))

    threads = [in_thread(add_one) for _ in range(6)]
    for thread, _ in threads:
        thread.join(30)
    assert [raised for _, raised in threads] == [[]] * 6
    assert Lease.objects.get().holder == "6"


@pytest.mark.django_db
def test_the_clock_is_the_databases_unless_it_is_held():
    row = Lease.objects.create(name="a", holder="x", until=now())
    sql, params = clock_sql(60)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE leases SET until = {sql} WHERE id = %s", [*params, row.pk])
    row.refresh_from_db()
    assert 55 < (row.until - now()).total_seconds() < 65
    moment = now().replace(year=2030)
    with frozen_at(moment):
        assert clock() == moment
        Lease.objects.update(until=clock())
    row.refresh_from_db()
    assert row.until == moment


@real_commits
def test_every_way_of_writing_takes_the_lock_and_gives_it_back(on_sqlite):
    held = connection.write_lock

    def other_has_it():
        other = WriteLock(str(connection.settings_dict["NAME"]), timeout=0)
        try:
            other.begin()
        except OperationalError:
            return False
        finally:
            other.close()
        return True

    Lease.objects.create(name="a", holder="x", until=now())
    assert other_has_it()
    with transaction.atomic():
        assert held.is_held
        assert not other_has_it()
        with transaction.atomic():
            pass
        assert held.is_held
    assert other_has_it()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert other_has_it()
    with pytest.raises(DatabaseError), transaction.atomic():
        Lease.objects.create(name="a", holder="x", until=now())
    assert other_has_it()


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("SELECT 1", True),
        ("  pragma data_version", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("\n WITH a AS (SELECT 1) UPDATE tasks SET state = 'x'", False),
        ("INSERT INTO a VALUES (1)", False),
        ("CREATE TABLE a (b)", False),
        ("VACUUM", False),
    ],
)
def test_what_writes_is_known_by_its_words(statement, reads):
    assert only_reads(statement) is reads


@real_commits
def test_who_cannot_write_in_time_is_told_that_the_database_is_locked(on_sqlite, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    connection.close()
    other = WriteLock(str(connection.settings_dict["NAME"]), timeout=1)
    other.begin()
    try:
        with pytest.raises(OperationalError, match="locked"):
            Lease.objects.create(name="a", holder="x", until=now())
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
        assert not connection.in_atomic_block
        assert Lease.objects.count() == 0
    finally:
        other.close()
    Lease.objects.create(name="a", holder="x", until=now())
    connection.close()


@real_commits
def test_many_writers_all_get_their_turn(on_sqlite):
    def write(name):
        for number in range(25):
            with transaction.atomic():
                count = Lease.objects.count()
                Lease.objects.create(name=f"{name}{number}", holder=str(count), until=now())

    threads = [in_thread(lambda name=name: write(name)) for name in "abcd"]
    for thread, _ in threads:
        thread.join(60)
    assert [raised for _, raised in threads] == [[]] * 4
    assert sorted(int(row.holder) for row in Lease.objects.all()) == list(range(100))


@real_commits
def test_the_file_is_kept_as_it_should_be(on_sqlite):
    asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "cache_size": -16384}
    with connection.cursor() as cursor:
        for name, value in asked.items():
            cursor.execute(f"PRAGMA {name}")
            assert cursor.fetchone()[0] == value
    assert connection.transaction_mode == "IMMEDIATE"
    assert sqlite3.sqlite_version_info >= (3, 44)


@real_commits
def test_the_pulse_beats_when_another_connection_commits():
    pulse = Pulse()
    pulse.start()
    try:
        pulse.wait(0, 10)  # it has begun to listen
        seen = pulse.count
        pulse.wait(seen, 0.3)
        assert pulse.count == seen, "nobody committed"

        def commit():
            from heard.tasks import queue

            queue.insert("nothing", [{"args": [], "kwargs": {}}], priority=0, max_attempts=1)

        thread, raised = in_thread(commit)
        thread.join(10)
        began = time.monotonic()
        pulse.wait(seen, 10)
        assert raised == []
        assert pulse.count > seen
        assert time.monotonic() - began < 5
    finally:
        pulse.stop()
    assert is_sqlite() or is_postgres()
