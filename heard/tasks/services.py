"""What a worker does all the time: listeners, watchers, the schedule, reactions. Each name is held by a lease row.

    @background_service
    class ImapWatchers:
        def names(self) -> list[str]:                       # asked for every few seconds; two quick queries at most
            return [f"imap:{pk}" for pk in active_mailbox_ids()]

        def run(self, name: str, stop: threading.Event) -> None:    # returns soon after `stop` is set
            ...

An app declares them in its `background.py`.
"""

import logging
import threading
import time
from typing import Protocol, TypeVar

from django.db import connection

from heard.lib.wake import pulse
from heard.tasks import leases
from heard.tasks.execution import what_failed

logger = logging.getLogger("heard.services")
LOOK_SECONDS = 5.0
RENEW_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 60.0


class BackgroundService(Protocol):
    """Something that runs under leases, one for each name."""

    def names(self) -> list[str]:
        """What should run now, anywhere."""

    def run(self, name: str, stop: threading.Event) -> None:
        """Do it until `stop` is set. It may be called again later, here or in another process; if it raises, after a pause."""


Service = TypeVar("Service", bound=type[BackgroundService])
REGISTERED: list[BackgroundService] = []


def background_service(service: Service) -> Service:
    """Declare a class as a background service; it is made without arguments."""
    REGISTERED.append(service())
    return service


class _Running:
    def __init__(self, service: BackgroundService, name: str) -> None:
        self.name = name
        self.stop = threading.Event()
        self.error = ""
        self.renewed_at = self.started_at = time.monotonic()
        self.thread = threading.Thread(target=self._run, args=[service], name=name, daemon=True)
        self.thread.start()

    def _run(self, service: BackgroundService) -> None:
        try:
            service.run(self.name, self.stop)
        except Exception as error:
            self.error = what_failed(error)
        finally:
            connection.close()


class Keeper:
    """Keeps the registered services running in this process, as far as it gets their leases."""

    def __init__(self, holder: str, services: list[BackgroundService] | None = None) -> None:
        self.holder = holder
        self.services = REGISTERED if services is None else services
        self.running: dict[str, _Running] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Look after the services until `stop` is set, then end them."""
        while not stop.is_set():
            try:
                self.look()
            except Exception as error:
                logger.warning("looking after services failed", extra={"error": what_failed(error)})
                connection.close()
            stop.wait(LOOK_SECONDS)
        self.end_all()
        connection.close()

    def look(self) -> None:
        """Start what should run and is free, prolong what runs, end what should not run any more."""
        wanted = {name: service for service in self.services for name in service.names()}
        for name in list(self.running):
            self._look_at(self.running[name], is_wanted=name in wanted)
        missing = [name for name in wanted if name not in self.running and self._not_before.get(name, 0) <= time.monotonic()]
        if not missing:
            return
        taken = leases.held_by_others(missing, self.holder)
        for name in missing:
            if name not in taken and leases.hold(name, self.holder):
                self.running[name] = _Running(wanted[name], name)

    def _look_at(self, one: _Running, *, is_wanted: bool) -> None:
        if not one.thread.is_alive():
            self._ended(one)
        elif not is_wanted:
            one.stop.set()
        elif time.monotonic() - one.renewed_at >= RENEW_SECONDS:
            if leases.hold(one.name, self.holder):
                one.renewed_at = time.monotonic()
            else:
                logger.warning("service lost its lease", extra={"service": one.name})
                one.stop.set()

    def _ended(self, one: _Running) -> None:
        del self.running[one.name]
        leases.release(one.name, self.holder)
        if not one.error:
            self._failures.pop(one.name, None)
            return
        lasted = time.monotonic() - one.started_at
        failures = self._failures[one.name] = 1 if lasted > LONGEST_PAUSE_SECONDS else self._failures.get(one.name, 0) + 1
        self._not_before[one.name] = time.monotonic() + min(2.0**failures, LONGEST_PAUSE_SECONDS)
        logger.warning("service failed", extra={"service": one.name, "failure": failures, "error": one.error})

    def end_all(self, seconds: float = 10.0) -> None:
        """Ask every service to end, wait up to `seconds` in all, and give the leases back."""
        deadline = time.monotonic() + seconds
        for one in self.running.values():
            one.stop.set()
        pulse().beat()  # for those that wait for a commit
        for one in list(self.running.values()):
            one.thread.join(max(0.0, deadline - time.monotonic()))
            leases.release(one.name, self.holder)
        self.running.clear()
