"""`heard serve`: one address, two children, and none of them is missed for long."""

import os
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from tests.waiting import eventually


def children(process) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def two_children(process, other_than=()) -> list[int]:
    pids = children(process)
    return pids if len(pids) == 2 and not set(pids) & set(other_than) else []


def answers(url) -> bool:
    try:
        return urllib.request.urlopen(f"{url}/healthz", timeout=5).read() == b"ok\n"
    except OSError:
        return False


def test_a_dead_child_is_started_again_and_a_signal_ends_all(installation):
    with installation.serve() as app:
        assert app.log.read_text().count("Heard is at ") == 1
        first = eventually(lambda: two_children(app.process))
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        second = eventually(lambda: two_children(app.process, other_than=first))
        assert eventually(lambda: answers(app.url))
        app.process.send_signal(signal.SIGINT)
        assert app.process.wait(15) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in second)
    assert "Traceback" not in app.log.read_text()


def test_children_do_not_outlive_a_supervisor_that_was_killed(installation):
    with installation.serve() as app:
        pids = eventually(lambda: two_children(app.process))
        app.process.kill()
        app.process.wait(5)
        eventually(lambda: not any(is_running(pid) for pid in pids))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


@pytest.mark.soak
def test_idle_web_and_worker_are_small(installation):
    with installation.serve() as app:
        urllib.request.urlopen(f"{app.url}/healthz").close()
        time.sleep(5)
        total = sum(pss(pid) for pid in [app.process.pid, *children(app.process)])
    assert total <= 220_000


def pss(pid: int) -> int:
    """Proportional set size in kB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
