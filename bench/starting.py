"""From `heard serve` to the first page, and what web and worker take when nobody is there."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench.figures import Figure
from bench.grounds import Ground, Grounds
from bench.processes import MEGABYTE, cpu_seconds, proportional, resident
from tests.servers.common import free_port, stop

ACT = "starting"
STARTS = 5
FIRST_PAGE_SECONDS, IDLE_MEGABYTES = 3.0, 220
IDLE_SECONDS = 10


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Time to the log-in page after `heard init`, and memory and CPU of the idle processes."""
    seconds = []
    with place.fresh() as ground:
        for _ in range(1 if small else STARTS - 1):
            with _serving(ground) as (_, waited):
                seconds.append(waited)
        with _serving(ground) as (pid, waited):
            seconds.append(waited)
            time.sleep(IDLE_SECONDS)
            shared, summed = proportional(pid), resident(pid)
            before = cpu_seconds(pid)
            time.sleep(IDLE_SECONDS)
            idle = cpu_seconds(pid) - before

    def figure(name: str, value: float, unit: str, target: float | None = None) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target)

    return [
        figure("`heard serve` to the first page, median", median(seconds), "s", FIRST_PAGE_SECONDS),
        figure("`heard serve` to the first page, slowest", max(seconds), "s", FIRST_PAGE_SECONDS),
        figure("supervisor, web and worker, idle (PSS)", shared / MEGABYTE, "MB", IDLE_MEGABYTES),
        figure("the same with shared pages counted for each (RSS)", summed / MEGABYTE, "MB"),
        figure("CPU while idle", 100 * idle / IDLE_SECONDS, "%"),
    ]


@contextmanager
def _serving(ground: Ground) -> Iterator[tuple[int, float]]:
    """`heard serve` with a worker: its process, and the seconds until the log-in page was there."""
    port, begun = free_port(), time.perf_counter()
    log = ground.home / "serve.log"
    process = ground.installation.start("serve", "--port", str(port), log=log)
    try:
        while not _shows_a_page(port):
            if process.poll() is not None:
                raise RuntimeError(f"heard serve ended:\n{log.read_text()[-2000:]}")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - begun
    finally:
        stop(process)
        _wait_for(process)


def _shows_a_page(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/log-in/", timeout=10) as response:
            return bool(response.status == 200 and b"<form" in response.read())
    except (urllib.error.URLError, OSError):
        return False


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    process.wait(30)
