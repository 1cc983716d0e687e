"""What processes cost, read from /proc: CPU seconds, memory, and the machine they run on."""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1_000_000


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name, from the state on; None when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def tree(root: int) -> list[int]:
    """`root` and all its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := _stat(int(entry))) is not None:
            children.setdefault(int(stat[1]), []).append(int(entry))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """CPU seconds, user and system, of a process and its descendants, those that ended and were waited for included.

    Nothing is counted twice: a living child's time is its own, and an ended one's belongs to its parent.
    """
    ticks = 0
    for pid in tree(root):
        if (stat := _stat(pid)) is not None:
            ticks += sum(int(value) for value in stat[11:15])
    return ticks / TICKS


def resident(root: int) -> int:
    """Bytes in memory of a process and its descendants; pages that they share are counted for each."""
    total = 0
    for pid in tree(root):
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except OSError:
            continue
    return total


def proportional(root: int) -> int:
    """The same with shared pages divided among those that share them (PSS): what the processes really take."""
    total = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


@dataclass(slots=True)
class Peak:
    """The highest memory that was seen of a process tree, in bytes."""

    resident: int = 0
    proportional: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def watch(self, root: int, pause: float) -> None:
        while not self._done.wait(pause):
            self.resident = max(self.resident, resident(root))
            self.proportional = max(self.proportional, proportional(root))


@contextmanager
def peak_of(root: int, *, pause: float = 0.25) -> Iterator[Peak]:
    """Look at the memory of a process tree every `pause` seconds while the block runs."""
    peak = Peak()
    watcher = threading.Thread(target=peak.watch, args=(root, pause), daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        peak._done.set()
        watcher.join()


@dataclass(slots=True)
class Spent:
    """What a stretch of time cost: seconds by the clock, CPU seconds of our processes, and of the database's."""

    wall: float = 0.0
    own: float = 0.0
    database: float = 0.0

    @property
    def cpu(self) -> float:
        return self.own + self.database


@contextmanager
def spent_by(own: int, database: int | None) -> Iterator[Spent]:
    """Measure what two process trees (ours, and the database server's when there is one) spend while the block runs."""
    spent = Spent()
    begun, mine = time.perf_counter(), cpu_seconds(own)
    theirs = cpu_seconds(database) if database else 0.0
    try:
        yield spent
    finally:
        spent.wall = time.perf_counter() - begun
        spent.own = cpu_seconds(own) - mine
        spent.database = cpu_seconds(database) - theirs if database else 0.0


def machine() -> dict[str, object]:
    """The machine and its software, for the record of a run."""
    import pysqlite3  # what Heard uses in place of the system's

    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * PAGE / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version() + (" of the system" if sys.base_prefix == "/usr" else " compiled by hand"),
        "sqlite": pysqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 2),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
