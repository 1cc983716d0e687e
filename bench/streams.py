"""One event to 1,000 open streams of 50 actors with different rights, one web process: how late, and how much memory.

`python -m bench.streams [sqlite] [postgres]` starts a `heard serve --no-worker` on each database, opens the streams from this process, and has
a third one (`office`) commit 20 events: half of them to everybody, half to audiences of some teams. A delivery's time is from just before
COMMIT until the bytes are here. The server, its database and these clients share the machine's cores.
"""

import asyncio
import gc
import json
import random
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import percentile
from bench.processes import MEGABYTE, cpu_seconds, proportional, resident, tree
from bench.visitors import session_of

ROOT = Path(__file__).parents[1]
ACTORS, STREAMS, EVENTS, TEAMS = 50, 1000, 20, 10
PAUSE_SECONDS = 0.5
MUST = {"p99 of deliveries": 300, "memory of the web process": 200}
POSITION = re.compile(rb'data: \{"position":(\d+)')


# The office: another process with the installation's database, which makes the people and commits the events


def office() -> None:
    """Say who holds which session and what they may hear; then commit an event for each line read, and say when."""
    import django

    django.setup()
    from django.db import transaction

    from heard.events import record_event
    from heard.events.models import Event
    from heard.events.stream import head

    keys, audiences = _make_people()
    print(json.dumps({"keys": keys, "audiences": [(pk, sorted(readers)) for pk, readers in audiences]}), flush=True)
    for line in sys.stdin:
        audience_id = int(line)
        with transaction.atomic():
            event = record_event("conversation.reopened", ("conversation", 1), audience_id=audience_id)
            began = time.monotonic()
        ended = time.monotonic()
        head()
        position = Event.objects.values_list("position", flat=True).get(pk=event.pk)
        print(json.dumps({"position": position, "began": began, "ended": ended}), flush=True)


def _make_people() -> tuple[list[tuple[str, int]], list[tuple[int, set[int]]]]:
    """Sessions as (key, user), and audiences as (id, users who may read); the first audience is everybody's."""
    from django.db import transaction

    from heard.accounts.models import Membership, Team, User
    from heard.accounts.services.audiences import audience_of

    chance = random.Random(2)
    with transaction.atomic():
        teams = [Team.objects.create(name=f"Team {n}") for n in range(TEAMS)]
        users = [User.objects.create(name=f"Actor {n}", email=f"actor{n}@heard.example", password="!") for n in range(ACTORS)]
        teams_of = {user: chance.sample(teams, chance.randint(1, 4)) for user in users}
        Membership.objects.bulk_create([Membership(team=team, user=user) for user, mine in teams_of.items() for team in mine])
        keys = []
        for n in range(STREAMS):
            user = users[n % ACTORS]
            keys.append((session_of(user), user.pk))
        sets = [teams, *[chance.sample(teams, chance.randint(1, 3)) for _ in range(EVENTS // 2)]]
        audiences = [(audience_of(some).pk, {user.pk for user in users if set(teams_of[user]) & set(some)}) for some in sets]
    return keys, audiences


# The browsers


class Browser(asyncio.Protocol):
    """One stream; notes when each position arrived."""

    def __init__(self, key: str, user_id: int) -> None:
        self.key, self.user_id = key, user_id
        self.arrived: dict[int, float] = {}
        self.opened = asyncio.get_running_loop().create_future()
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        cookie = f"heard_session={self.key}"
        transport.write(f"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        moment = time.monotonic()
        data = self._rest + data
        if not self.opened.done():
            if b": here" in data:
                self.opened.set_result(None)
            elif not data.startswith(b"HTTP/1.1 200"):
                self.opened.set_exception(RuntimeError(data[:100].decode()))
        for position in POSITION.findall(data):
            self.arrived.setdefault(int(position), moment)
        self._rest = data[data.rfind(b"\n\n") + 2 :] if self.opened.done() and b"\n\n" in data else data

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("closed"))


async def open_all(port: int, keys: list[tuple[str, int]]) -> list[Browser]:
    """All streams, open; as after a restart, they come together."""
    loop = asyncio.get_running_loop()
    browsers = []
    for start in range(0, len(keys), 100):
        pairs = await asyncio.gather(
            *(loop.create_connection(lambda who=who: Browser(*who), "127.0.0.1", port) for who in keys[start : start + 100])
        )
        browsers += [browser for _transport, browser in pairs]
    await asyncio.gather(*(browser.opened for browser in browsers))
    return browsers


# What is measured


@dataclass
class Figures:
    """Times in ms, memory in MB, CPU in ms of the server and its database for one event."""

    latencies: list[float] = field(default_factory=list)
    last_arrivals: list[float] = field(default_factory=list)
    missing: int = 0
    wrong: int = 0
    open_seconds: float = 0
    rss: tuple[float, float] = (0, 0)
    pss: tuple[float, float] = (0, 0)
    cpu_per_event: float = 0


def memory(pid: int) -> tuple[float, float]:
    """RSS and PSS of a process in MB."""
    return resident(pid) / MEGABYTE, proportional(pid) / MEGABYTE


def spent(*roots: int) -> float:
    """CPU seconds of these process trees so far; 0 stands for none."""
    return sum(cpu_seconds(root) for root in roots if root)


async def measure(port: int, server_pid: int, database_pid: int, work: subprocess.Popen[str]) -> Figures:
    """Open the streams, have the events committed, and compare what arrived with what should have."""
    assert work.stdin and work.stdout
    world = json.loads(work.stdout.readline())
    web = next(pid for pid in tree(server_pid) if pid != server_pid)
    figures = Figures()
    before = memory(web)
    began = time.monotonic()
    browsers = await open_all(port, world["keys"])
    figures.open_seconds = time.monotonic() - began
    gc.collect()
    gc.disable()
    audiences = [tuple(world["audiences"][0]) if n % 2 == 0 else tuple(world["audiences"][1 + n // 2]) for n in range(EVENTS)]
    await _commit(work, world["audiences"][0][0])  # the first one finds nothing warm
    await asyncio.sleep(2)
    used = spent(server_pid, database_pid)
    commits = []
    for audience_id, readers in audiences:
        commits.append((await _commit(work, audience_id), set(readers)))
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.sleep(2)
    used = spent(server_pid, database_pid) - used
    figures.cpu_per_event = used / EVENTS * 1000
    after = memory(web)
    figures.rss, figures.pss = (before[0], after[0]), (before[1], after[1])
    _compare(figures, browsers, commits)
    gc.enable()
    for browser in browsers:
        browser.transport.close()
    return figures


async def _commit(work: subprocess.Popen[str], audience_id: int) -> dict[str, Any]:
    def ask() -> dict[str, Any]:
        work.stdin.write(f"{audience_id}\n")
        work.stdin.flush()
        return json.loads(work.stdout.readline())

    return await asyncio.to_thread(ask)


def _compare(figures: Figures, browsers: list[Browser], commits: list[tuple[dict[str, Any], set[int]]]) -> None:
    for commit, readers in commits:
        position, took = commit["position"], []
        for browser in browsers:
            arrived = browser.arrived.get(position)
            if (arrived is not None) and browser.user_id not in readers:
                figures.wrong += 1
            elif browser.user_id in readers:
                figures.missing += arrived is None
                took += [(arrived - commit["began"]) * 1000] if arrived is not None else []
        figures.latencies += took
        figures.last_arrivals.append(max(took, default=float("inf")))


def run(database: str) -> Figures:
    """Measure on `sqlite` or `postgres`, each a fresh installation."""
    from tests.servers import postgresql
    from tests.servers.installation import Installation

    with ExitStack() as stack:
        server_url, database_pid = "", 0
        if database == "postgres":
            server = stack.enter_context(postgresql(is_durable=True))
            server_url = server.url("").rstrip("/")
            database_pid = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        installation = stack.enter_context(Installation.fresh(server_url=server_url))
        installation.command("init")
        app = stack.enter_context(installation.serve("--no-worker"))
        work = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "bench.streams", "office"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=installation.environment | {"DJANGO_SETTINGS_MODULE": "heard.settings"},
            )
        )
        try:
            return asyncio.run(measure(app.port, app.process.pid, database_pid, work))
        finally:
            work.stdin.close()
            work.wait(30)


def rows_of(database: str, figures: Figures) -> list[dict[str, Any]]:
    """The figures as rows: act, database, value, unit, and what it must not exceed where that is promised."""
    values = [
        ("p50 of deliveries", median(figures.latencies), "ms"),
        ("p99 of deliveries", percentile(figures.latencies, 0.99), "ms"),
        ("until all have it, p50 of events", median(figures.last_arrivals), "ms"),
        ("until all have it, slowest event", max(figures.last_arrivals), "ms"),
        ("deliveries", len(figures.latencies), ""),
        ("deliveries missing", figures.missing, ""),
        ("deliveries to somebody without the right", figures.wrong, ""),
        ("CPU of server and database for an event", figures.cpu_per_event, "ms"),
        ("opening 1,000 streams at once", figures.open_seconds * 1000, "ms"),
        ("memory of the web process", figures.rss[1], "MB RSS"),
        ("memory of the web process, shared parts divided", figures.pss[1], "MB PSS"),
        ("memory before the streams were opened", figures.rss[0], "MB RSS"),
    ]
    return [
        {"act": act, "database": database, "value": round(value, 1), "unit": unit, "must": MUST.get(act)} for act, value, unit in values
    ]


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    """Measure, print a table and one line of JSON, and return the rows."""
    rows = []
    for database in arguments or ["sqlite", "postgres"]:
        rows += rows_of(database, run(database))
    for row in rows:
        must = f"  (must be ≤ {row['must']})" if row["must"] else ""
        print(f"{row['database']:9} {row['act']:50} {row['value']:>10} {row['unit']}{must}")
    print(json.dumps(rows))
    return rows


if __name__ == "__main__":
    if sys.argv[1:] == ["office"]:
        office()
    else:
        main(sys.argv[1:])
