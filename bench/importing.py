"""The history of a mailbox: an mbox of 20,000 messages by the command `heard import mail`; and a smaller one that is killed on the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import truth
from bench.figures import Figure
from bench.grounds import Ground, Grounds, kill_tree
from bench.letters import ADDRESS, letters
from bench.processes import MEGABYTE, Peak, Spent, cpu_seconds, peak_of, tree
from tests.servers.installation import HEARD

ACT = "importing"
MESSAGES, FEW = 20_000, 1_000
KILLED = 4_000
RATES = {"sqlite": 600, "postgres": 400}
MOST_MEGABYTES = 300
TOLD = re.compile(rb"([\d,]+) messages")


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Messages a second, memory, and whether a killed import goes on where it was."""
    count = FEW if small else MESSAGES
    mbox = place.folder / f"past-{os.getpid()}.mbox"
    try:
        _write(mbox, count)
        with place.fresh() as ground:
            spent, peak = _import(ground, mbox)
            right = _rightly_filed(ground, mbox)
        _write(mbox, min(count, KILLED))
        with place.fresh() as ground:
            killed_at = _import_and_kill(ground, mbox, at=min(count, KILLED) // 3)
            _import(ground, mbox)
            resumed = _rightly_filed(ground, mbox)
        print(f"  killed at {killed_at:,} messages", file=sys.stderr, flush=True)
    finally:
        mbox.unlink(missing_ok=True)
        _truth_of(mbox).unlink(missing_ok=True)

    def figure(name: str, value: float, unit: str, target: float | None = None, *, at_least: bool = False) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target, at_least)

    return [
        figure("messages a second, start of the command included", count / spent.wall, "/s", RATES[place.database], at_least=True),
        figure("memory of all processes at its peak, summed (RSS)", peak.resident / MEGABYTE, "MB", MOST_MEGABYTES),
        figure("the same with shared pages counted once (PSS)", peak.proportional / MEGABYTE, "MB"),
        figure("CPU per message", spent.cpu / count, "s"),
        figure("of it in the database server", spent.database / count, "s"),
        figure("messages filed once and rightly threaded", right, "%", 100, at_least=True),
        figure("killed (SIGKILL) on the way and run again: filed once and rightly", resumed, "%", 100, at_least=True),
    ]


def _write(mbox: Path, count: int) -> None:
    """Letters as an mbox with the ">From " quoting of mboxrd, and the truth about them."""
    pairs = []
    with mbox.open("wb") as file:
        for letter in letters(count, seed=20, begin=datetime(2023, 1, 2, tzinfo=UTC), span=timedelta(days=900)):
            lines = letter.raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
            file.write(b"From mail@example.org Mon Jan  2 00:00:00 2023\n" + lines + b"\n\n")
            pairs.append((letter.message_id, letter.thread))
    truth.write(_truth_of(mbox), pairs)
    print(f"  {count:,} messages in {mbox.stat().st_size / 1e6:.0f} MB", file=sys.stderr, flush=True)


def _truth_of(mbox: Path) -> Path:
    return mbox.with_suffix(".truth")


def _rightly_filed(ground: Ground, mbox: Path) -> float:
    return float(ground.python("bench.truth", str(_truth_of(mbox))))


def _start(ground: Ground, mbox: Path, *, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [HEARD, "import", "mail", str(mbox), "--mailbox", ADDRESS]
    environment = ground.installation.environment
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr)


def _import(ground: Ground, mbox: Path) -> tuple[Spent, Peak]:
    """Import to the end; what it cost, and its memory."""
    spent, before = Spent(), cpu_seconds(ground.server) if ground.server else 0.0
    begun = time.perf_counter()
    process = _start(ground, mbox)
    with peak_of(process.pid) as peak:
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"heard import mail ended with {process.returncode}")
    spent.wall, spent.own = time.perf_counter() - begun, usage.ru_utime + usage.ru_stime
    spent.database = cpu_seconds(ground.server) - before if ground.server else 0.0
    return spent, peak


def _import_and_kill(ground: Ground, mbox: Path, *, at: int) -> int:
    """Start an import and kill all its processes once it tells of `at` messages; how many it told of."""
    process = _start(ground, mbox, stderr=subprocess.PIPE)
    assert process.stderr is not None
    told, printed = 0, b""
    while told < at:
        more = process.stderr.read1(4096)  # type: ignore[attr-defined]
        if not more:
            raise RuntimeError("the import was done before it could be killed")
        printed = (printed + more)[-4096:]
        told = max((int(number.replace(b",", b"")) for number in TOLD.findall(printed)), default=0)
    kill_tree(tree(process.pid))
    process.wait()
    process.stderr.close()
    return told
