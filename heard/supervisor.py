"""One parent, and a child for each role. A child that dies is started again; a signal ends all.

Children are forked from a parent that has loaded the program and opened nothing, so they share its memory and start in milliseconds. What a
dead worker held is put back by the next worker as it starts, which is at once (`heard.tasks.boots`).
"""

import contextlib
import gc
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger("heard.supervisor")
CLOSING_SECONDS = 25.0
STEADY_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class Role:
    """What a child does: `run` returns its exit code, after SIGTERM or SIGINT."""

    name: str
    run: Callable[[], int]
    pid: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0


class Supervisor:
    """Keeps the roles running until it is told to end."""

    def __init__(self, roles: list[Role]) -> None:
        self.roles = roles
        self._is_ending = False
        self._life_read, self._life_write = os.pipe()  # children see its end when this process dies
        self._wake_read, self._wake_write = os.pipe()

    def run(self) -> int:
        """Start all, look after them, and return 0 when all have ended after SIGTERM or SIGINT."""
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        gc.collect()
        gc.freeze()  # else the children's collector writes into pages they could share
        while not self._is_ending:
            for role in self.roles:
                if not role.pid and role.start_at <= time.monotonic():
                    self._start(role)
            self._sleep(self._seconds_to_next_start())
            self._bury_the_dead()
        return self._end_all()

    def _end(self, *_: object) -> None:
        if self._is_ending:  # asked twice: at once
            self._signal_all(signal.SIGKILL)
        self._is_ending = True

    def _start(self, role: Role) -> None:
        pid = os.fork()
        if pid == 0:
            self._be(role)
        role.pid, role.started_at = pid, time.monotonic()

    def _be(self, role: Role) -> None:
        """The child's whole life; never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._life_write)
            end_with(self._life_read)
            code = role.run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            logger.exception("child failed", extra={"role": role.name})
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)  # threads that still hang do not hold up the end

    def _seconds_to_next_start(self) -> float | None:
        moments = [role.start_at for role in self.roles if not role.pid]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _sleep(self, seconds: float | None) -> None:
        if select.select([self._wake_read], [], [], seconds)[0]:
            os.read(self._wake_read, 4096)

    def _bury_the_dead(self) -> None:
        for role in self.roles:
            if not role.pid:
                continue
            pid, status = os.waitpid(role.pid, os.WNOHANG)
            if pid:
                self._died(role, os.waitstatus_to_exitcode(status))

    def _died(self, role: Role, code: int) -> None:
        lasted = time.monotonic() - role.started_at
        role.deaths = 1 if lasted > STEADY_SECONDS else role.deaths + 1
        pause = 0.0 if role.deaths == 1 else min(2.0 ** (role.deaths - 2), LONGEST_PAUSE_SECONDS)
        role.pid, role.start_at = 0, time.monotonic() + pause
        if not self._is_ending:
            logger.warning("child died", extra={"role": role.name, "code": code, "again_in_seconds": pause})

    def _signal_all(self, number: int) -> None:
        for role in self.roles:
            if role.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(role.pid, number)

    def _end_all(self) -> int:
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + CLOSING_SECONDS
        while any(role.pid for role in self.roles):
            self._bury_the_dead()
            if time.monotonic() > deadline:
                self._signal_all(signal.SIGKILL)
            if any(role.pid for role in self.roles):
                self._sleep(0.5)
        return 0


def end_with(life: int) -> None:
    """Send this process SIGTERM when the other end of the pipe `life` closes, that is when its parent has died."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            os.read(life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
