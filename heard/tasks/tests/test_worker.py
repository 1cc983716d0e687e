"""Workers as they run: real threads, real commits."""

import os
import threading
import time

import pytest
from django.db import connection

from heard.tasks import boots, queue, services
from heard.tasks.models import Lease, Task, WorkerBoot
from heard.tasks.tests import toys
from heard.tasks.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def done():
    toys.DONE.clear()
    return toys.DONE


@pytest.fixture
def worker():
    worker = Worker(threads=2, with_services=False)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield worker
    worker.end()
    thread.join(30)
    assert not thread.is_alive()
    assert not WorkerBoot.objects.exists()


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.01)


def test_a_worker_does_what_is_enqueued_while_it_sleeps(worker, done):
    until(WorkerBoot.objects.exists)
    toys.note.enqueue_many([(n,) for n in range(100)])
    until(lambda: len(done) == 100)
    toys.note.enqueue("later")
    until(lambda: len(done) == 101)
    until(lambda: not Task.objects.exists())


def test_a_worker_that_closes_gives_back_what_it_did_not_begin(done):
    begin, go_on = threading.Event(), threading.Event()

    @toys.task(name="test.hold")
    def hold():
        begin.set()
        go_on.wait(10)
        done.append("held")

    worker = Worker(threads=1, with_services=False)
    thread = threading.Thread(target=worker.run)
    hold.enqueue()
    thread.start()
    assert begin.wait(10)
    toys.note.enqueue("not begun")
    until(lambda: Task.objects.filter(state="running").count() == 2)
    worker.end()
    until(lambda: Task.objects.filter(state="queued").count() == 1)
    go_on.set()
    thread.join(10)
    assert done == ["held"]
    assert [row.state for row in Task.objects.all()] == ["queued"]


def test_the_dead_are_known_by_the_lock_they_no_longer_hold(settings):
    living = boots.Boot()
    assert boots.return_work_of_the_dead() == 0
    dead = boots.Boot()
    toys.note.enqueue(1)
    queue.claim(dead.id, 1)
    os.close(dead._file)  # what the kernel does for a process that was killed
    assert boots.return_work_of_the_dead() == 1
    assert list(WorkerBoot.objects.values_list("boot_id", flat=True)) == [living.id]
    living.end()


class Clockwork:
    """A service that runs until it is stopped, or fails when it is told to."""

    def __init__(self, *names):
        self.wanted = list(names)
        self.running: set[str] = set()
        self.fail = threading.Event()

    def names(self):
        return self.wanted

    def run(self, name, stop):
        self.running.add(name)
        while not stop.wait(0.01):
            if self.fail.is_set():
                self.running.discard(name)
                raise RuntimeError("told to")
        self.running.discard(name)


def test_a_service_runs_once_however_many_workers_there_are():
    one, other = Clockwork("a", "b"), Clockwork("a", "b")
    first, second = services.Keeper("first", [one]), services.Keeper("second", [other])
    first.look()
    second.look()
    until(lambda: one.running == {"a", "b"})
    assert other.running == set()
    first.end_all()
    assert one.running == set()
    second.look()
    until(lambda: other.running == {"a", "b"})
    second.end_all()
    assert not Lease.objects.exists()


def test_a_service_that_is_no_longer_wanted_ends():
    service = Clockwork("a", "b")
    keeper = services.Keeper("me", [service])
    keeper.look()
    service.wanted.remove("a")
    keeper.look()
    until(lambda: service.running == {"b"})
    keeper.end_all()


def test_a_service_that_fails_lets_go_of_its_lease_and_comes_back_after_a_pause(monkeypatch):
    service = Clockwork("a")
    keeper = services.Keeper("me", [service])
    keeper.look()
    until(lambda: service.running == {"a"})
    service.fail.set()
    until(lambda: not keeper.running["a"].thread.is_alive())
    keeper.look()
    assert not Lease.objects.exists()
    keeper.look()
    assert keeper.running == {}
    service.fail.clear()
    keeper._not_before.clear()
    keeper.look()
    until(lambda: service.running == {"a"})
    keeper.end_all()


def test_a_service_whose_lease_was_lost_stops(monkeypatch):
    monkeypatch.setattr(services, "RENEW_SECONDS", 0.0)
    service = Clockwork("a")
    keeper = services.Keeper("me", [service])
    keeper.look()
    until(lambda: service.running == {"a"})
    Lease.objects.update(holder="another")
    keeper.look()
    until(lambda: service.running == set())
    keeper.end_all()
    assert Lease.objects.get().holder == "another"


def test_two_workers_never_take_the_same_task():
    toys.note.enqueue_many([(n,) for n in range(200)])
    taken: dict[str, list[int]] = {"a": [], "b": []}

    def take(worker):
        while claims := queue.claim(worker, 3):
            taken[worker].extend(claim.id for claim in claims)
        connection.close()

    threads = [threading.Thread(target=take, args=[name]) for name in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ids = taken["a"] + taken["b"]
    assert len(ids) == len(set(ids)) == 200


def test_the_services_of_the_installation_start_and_close(done):
    worker = Worker(threads=1)
    thread = threading.Thread(target=worker.run)
    thread.start()
    until(lambda: set(Lease.objects.values_list("name", flat=True)) >= {"events", "schedule"})
    worker.end()
    thread.join(30)
    assert not Lease.objects.exists()


def test_a_worker_outlives_its_connections(worker, done):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    toys.note.enqueue(1)
    until(lambda: done == [1])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    toys.note.enqueue_many([(2,), (3,)])
    until(lambda: sorted(done) == [1, 2, 3], seconds=30)
    until(lambda: not Task.objects.exists(), seconds=90)
