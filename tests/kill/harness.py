"""Start a worker on the test's own database, kill it as often as asked, let its successor finish.

with workers("tests.kill.toys") as crew:
    kill_at_random(crew, kills=200, feed=lambda n: toy.enqueue(n))
    crew.wait_until(lambda: not Task.objects.exists())
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tests.servers.common import stop
from tests.servers.installation import Installation

START_SECONDS = 30.0


def kills_wanted() -> int:
    """How often a test kills: HEARD_TEST_KILLS; 200 on SQLite and 50 on PostgreSQL otherwise."""
    return int(os.environ.get("HEARD_TEST_KILLS") or (200 if connection.vendor == "sqlite" else 50))


@dataclass(slots=True)
class Crew:
    """A supervisor and its one worker."""

    supervisor: subprocess.Popen[bytes]
    log: Path
    killed: int = 0
    last_pid: int = 0

    def worker_pid(self) -> int | None:
        """The worker's process; None between its death and its successor's start."""
        try:
            children = Path(f"/proc/{self.supervisor.pid}/task/{self.supervisor.pid}/children").read_text().split()
        except FileNotFoundError:
            children = []
        return int(children[0]) if children else None

    def wait_for_worker(self) -> int:
        """A worker that was not killed yet."""
        deadline = time.monotonic() + START_SECONDS
        while (pid := self.worker_pid()) is None or pid == self.last_pid:
            assert self.supervisor.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"no worker started\n{self.log.read_text()[-3000:]}"
            time.sleep(0.002)
        return pid

    def kill(self) -> None:
        """Kill the worker as power failure would, and remember which it was."""
        self.last_pid = self.wait_for_worker()
        os.kill(self.last_pid, signal.SIGKILL)
        self.killed += 1

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = 120) -> None:
        """Let the worker work until `condition` holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.supervisor.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"not done in {seconds} s\n{self.log.read_text()[-3000:]}"
            time.sleep(0.02)


@contextmanager
def workers(*modules: str, with_services: bool = False, **settings: str) -> Iterator[Crew]:
    """A supervised worker on the running test's own home and database. `modules` declare tasks of the test; `settings` are its environment.

    Without services it does tasks only; with them also reactions, schedule, seals and what else the installation runs.
    """
    installation = Installation.of_this_test()
    environment = installation.environment | settings | {"DJANGO_SETTINGS_MODULE": "heard.settings"}
    environment["KILL_WITH_SERVICES"] = "1" if with_services else "0"
    log = installation.home / "killed-workers.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.supervised", *modules],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=Path(__file__).parents[2],
        )
    try:
        crew = Crew(process, log)
        crew.wait_for_worker()
        yield crew
    finally:
        stop(process)


def kill_at_random(
    crew: Crew,
    *,
    kills: int,
    feed: Callable[[int], object],
    longest: float = 0.25,
    seed: int = 0,
    is_done: Callable[[], bool] | None = None,
) -> None:
    """Kill the worker `kills` times, at instants up to `longest` seconds after its start; `feed(n)` gives it work before each.

    Half of the instants are within a tenth of that, where starting, taking and returning happen. Ends early when `is_done`.
    """
    chance = random.Random(seed)
    for number in range(kills):
        feed(number)
        crew.wait_for_worker()
        time.sleep(chance.uniform(0, longest * (0.1 if chance.random() < 0.3 else 1)))
        crew.kill()
        if is_done is not None and is_done():
            return
