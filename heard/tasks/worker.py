"""The worker: takes tasks, does them in a few threads, keeps its leases, looks after the background services."""

import logging
import queue as queues
import signal
import threading
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection

from heard.lib.wake import pulse, stop_pulse
from heard.tasks import queue
from heard.tasks.boots import Boot, return_work_of_the_dead
from heard.tasks.discovery import discover
from heard.tasks.execution import run, what_failed
from heard.tasks.queue import Claim
from heard.tasks.services import Keeper

logger = logging.getLogger("heard.tasks")
IDLE_SECONDS = 5.0  # a beat comes sooner; this is for a lost one
HEARTBEAT_SECONDS = 5.0
RENEW_SECONDS = 15.0
CLOSING_SECONDS = 20.0
IN_HAND_SECONDS = 0.1
MOST_IN_HAND = 32


class Worker:
    """One worker process. `run` returns after `stop` was set and everything was given back."""

    services_by_default = True

    def __init__(self, *, threads: int | None = None, with_services: bool = True) -> None:
        self.threads = threads or settings.WORKER_THREADS
        self.with_services = with_services
        self.stop = threading.Event()
        self._pulse = pulse()
        self._waiting: queues.PriorityQueue[tuple[int, float, int, Claim | None]] = queues.PriorityQueue()
        self._in_hand: dict[int, Claim] = {}
        self._guard = threading.Lock()
        self._finished = 0
        self._usual_seconds = 1.0  # what a task takes, the latest ones weighing most

    def run(self) -> None:
        """Work until `stop` is set."""
        discover()
        returned = return_work_of_the_dead()
        self.boot = Boot()
        logger.info("worker started", extra={"boot": self.boot.id, "threads": self.threads, "returned": returned})
        helpers = [threading.Thread(target=self._work, name=f"task-{n}", daemon=True) for n in range(self.threads)]
        beats = threading.Thread(target=self._keep_leases, name="heartbeat", daemon=True)
        keeper = threading.Thread(target=Keeper(self.boot.id).run, args=[self.stop], name="services", daemon=True)
        for thread in [*helpers, beats, *([keeper] if self.with_services else [])]:
            thread.start()
        self._take_until_stopped()
        self._close(helpers, keeper if self.with_services else None)

    def end(self) -> None:
        """Ask the worker to close; safe in a signal handler."""
        self.stop.set()
        # A handler runs in the thread that may hold the condition: waking it is another thread's part.
        threading.Thread(target=self._pulse.beat, daemon=True).start()

    def _take_until_stopped(self) -> None:
        while not self.stop.is_set():
            seen = self._pulse.count
            try:
                took = self._take()
                pause = 0.0 if took else self._idle_seconds()
            except Exception as error:
                logger.warning("taking tasks failed", extra={"error": what_failed(error)})
                connection.close()
                took, pause = 0, 1.0
            if not took and not self.stop.is_set():
                self._pulse.wait(seen, pause)

    def _take(self) -> int:
        wanted = self._wanted_in_hand()
        if len(self._in_hand) > wanted // 2 or not queue.is_any_due():
            return 0
        claims = queue.claim(self.boot.id, wanted - len(self._in_hand))
        for claim in claims:
            with self._guard:
                self._in_hand[claim.id] = claim
            self._waiting.put((-claim.priority, claim.run_at.timestamp(), claim.id, claim))
        return len(claims)

    def _wanted_in_hand(self) -> int:
        # A tenth of a second's work in advance keeps the threads busy; more would be withheld from other workers and from the urgent.
        return min(MOST_IN_HAND, max(2 * self.threads, int(self.threads * IN_HAND_SECONDS / self._usual_seconds)))

    def _idle_seconds(self) -> float:
        if len(self._in_hand) > self._wanted_in_hand() // 2:
            return IDLE_SECONDS  # the thread that ends a task wakes us
        moment = queue.next_moment()
        if moment is None:
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(0.01, (moment - datetime.now(UTC)).total_seconds()))

    def _work(self) -> None:
        while (claim := self._waiting.get()[3]) is not None:
            began = time.monotonic()
            try:
                run(claim, self.boot.id)
            except Exception as error:  # the database is away; the lease's end will return the task
                logger.warning("a task's end was not written", extra={"task": claim.id, "error": what_failed(error)})
                connection.close()
            with self._guard:
                self._in_hand.pop(claim.id, None)
                self._finished += 1
                self._usual_seconds += (max(0.001, time.monotonic() - began) - self._usual_seconds) / 5
                is_short_of_work = len(self._in_hand) <= self._wanted_in_hand() // 2
            if is_short_of_work:
                self._pulse.beat()
        connection.close()

    def _keep_leases(self) -> None:
        renewed_at = time.monotonic()
        while not self.stop.wait(HEARTBEAT_SECONDS):
            try:
                return_work_of_the_dead()
                queue.return_expired()
                if time.monotonic() - renewed_at >= RENEW_SECONDS:
                    self._renew()
                    renewed_at = time.monotonic()
            except Exception as error:
                logger.warning("keeping leases failed", extra={"error": what_failed(error)})
                connection.close()
        connection.close()

    def _renew(self) -> None:
        with self._guard:
            ids = list(self._in_hand)
        if ids:
            queue.renew(self.boot.id, ids)
        self.boot.seen(self._finished)

    def _close(self, helpers: list[threading.Thread], keeper: threading.Thread | None) -> None:
        """Give back what was not begun, let what runs end, then return what could not."""
        while not self._waiting.empty():
            claim = self._waiting.get()[3]
            if claim is not None:
                queue.give_back(claim, self.boot.id)
        for number in range(len(helpers)):
            self._waiting.put((100, 0.0, number, None))
        deadline = time.monotonic() + CLOSING_SECONDS
        for thread in [*helpers, *([keeper] if keeper else [])]:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.boot.end()
        stop_pulse()
        logger.info("worker ended", extra={"boot": self.boot.id, "finished": self._finished})
        connection.close()


def run_worker() -> int:
    """Be a worker process until SIGTERM or SIGINT; the exit code."""
    worker = Worker(with_services=Worker.services_by_default)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.end())
    worker.run()
    return 0
