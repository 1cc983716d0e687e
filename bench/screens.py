"""What colleagues look at all day: inbox, conversation and search, over HTTP, in a small company and in one with two million messages."""

from __future__ import annotations

import gc
import http.client
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bench import inbound
from bench.figures import Figure, percentile
from bench.grounds import Ground, Grounds
from bench.processes import MEGABYTE, cpu_seconds, proportional

ACT = "screens"
SIZES, SMALL_SIZES = (10_000, 500_000), (1_000, 10_000)
TARGETS = {"inbox": 20.0, "conversation": 15.0, "search of a rare word": 30.0}
P99, GROWTH = 150.0, 1.5
OTHERS = ("inbox: all", "inbox: closed", "inbox: mine", "home", "person", "search of a common word")
WARM, TIMES, OTHER_TIMES = 40, 300, 60
COMMON = "parcel"
FILING, ARRIVING = "filing", 60


@dataclass(slots=True)
class Seen:
    """What one screen took at one size: milliseconds, CPU seconds of the web process and the database, queries.

    Of filing only the CPU seconds of one message are known.
    """

    milliseconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    queries: int = 0

    @property
    def p50(self) -> float:
        return percentile(self.milliseconds, 0.5)


def run(place: Grounds, *, small: bool, keep: bool = False) -> list[Figure]:
    """Times of the screens at both sizes, what the size costs, and the number of queries."""
    few, many = SMALL_SIZES if small else SIZES
    with _company(place, few, keep) as small_company, _company(place, many, keep) as large_company:
        at_few, at_many = _look([small_company, large_company])
    figures = []

    def figure(name: str, value: float, unit: str, target: float | None = None) -> None:
        figures.append(Figure(ACT, place.database, name, value, unit, target))

    for screen, target in TARGETS.items():
        small_one, large_one = at_few[screen], at_many[screen]
        figure(f"{screen}, {few:,} conversations, p50", small_one.p50, "ms", target)
        figure(f"{screen}, {many:,} conversations, p50", large_one.p50, "ms", target)
        figure(f"{screen}, {many:,} conversations, p99", percentile(large_one.milliseconds, 0.99), "ms", P99)
        figure(f"{screen}, p50 at {many:,} over p50 at {few:,}", large_one.p50 / small_one.p50, "", GROWTH)
        figure(f"{screen}, CPU of a page at {many:,}", 1000 * large_one.cpu / len(large_one.milliseconds), "ms")
        figure(f"{screen}, queries", large_one.queries, "", small_one.queries)
    for screen in OTHERS:
        figure(f"{screen}, {few:,} conversations, p50", at_few[screen].p50, "ms")
        figure(f"{screen}, {many:,} conversations, p50", at_many[screen].p50, "ms")
        figure(f"{screen}, queries at {many:,}", at_many[screen].queries, "", at_few[screen].queries)
    figure(f"CPU per message, receive and file, {few:,} conversations", at_few[FILING].cpu, "s")
    figure(f"CPU per message, receive and file, {many:,} conversations", at_many[FILING].cpu, "s", inbound.TARGETS[place.database])
    return figures


@dataclass(frozen=True, slots=True)
class Company:
    """An installation, and what its seeding left to ask for."""

    ground: Ground
    facts: Path
    asked: dict[str, Any]


@contextmanager
def _company(place: Grounds, count: int, keep: bool) -> Iterator[Company]:
    """A seeded company, or the one that was kept."""
    with place.named(f"company-{count}", keep=keep) as ground:
        facts = ground.home / "seeded.json"
        if not facts.exists():
            ground.python("bench.seeding", str(count))
        asked = json.loads(facts.read_text())
        print(f"  {count:,} conversations, seeded in {asked['seconds']} s", file=sys.stderr, flush=True)
        yield Company(ground, facts, asked)


def _look(companies: list[Company]) -> list[dict[str, Seen]]:
    """Look at each screen of each company in turn, through real servers: what differs is their size, and not the hour."""
    seen = [{screen: Seen() for screen in (*TARGETS, *OTHERS)} for _ in companies]
    with ExitStack() as stack:
        apps = [stack.enter_context(one.ground.installation.serve("--no-worker")) for one in companies]
        for screen in (*TARGETS, *OTHERS):
            for company, app, found in zip(companies, apps, seen, strict=True):
                _ask(screen, found[screen], company.asked, app, company.ground)
        for app in apps:
            print(f"  web process afterwards: {proportional(app.process.pid) / MEGABYTE:.0f} MB", file=sys.stderr, flush=True)
    for company, found in zip(companies, seen, strict=True):
        queries = json.loads(company.ground.python("bench.screens", str(company.facts)).splitlines()[-1])
        for screen, one in found.items():
            one.queries = queries[screen]
        number = str(int(time.time()))  # never the same letters twice
        arrived = company.ground.python("bench.inbound", str(ARRIVING), number).splitlines()[-1]
        found[FILING] = Seen(cpu=json.loads(arrived)["cpu"])
    return seen


def visits(screen: str, asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Session and address of each visit, without end: the three colleagues in turn, always another conversation and another word."""
    turn = 0
    while True:
        actor = asked["actors"][turn % 3]
        number = actor["conversations"][turn // 3 % len(actor["conversations"])]
        word = asked["words"][turn % len(asked["words"])]
        path = {
            "inbox": "/inbox/",
            "inbox: all": "/inbox/all/",
            "inbox: closed": "/inbox/closed/",
            "inbox: mine": "/inbox/mine/",
            "home": "/",
            "conversation": f"/conversations/{number}/",
            "person": f"/people/{actor['people'][turn // 3 % len(actor['people'])]}/",
            "search of a rare word": f"/search/?q={word}",
            "search of a common word": f"/search/?q={COMMON}",
        }[screen]
        yield actor["session"], path
        turn += 1


def _ask(screen: str, seen: Seen, asked: dict[str, Any], app: Any, ground: Ground) -> None:
    """Visits one after the other over one connection: a few to warm up, the others are timed."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=120)
    stream = visits(screen, asked)
    for session, path in islice(stream, WARM if screen in TARGETS else 6):
        _get(connection, session, path)
    gc.disable()
    before = cpu_seconds(app.process.pid) + (cpu_seconds(ground.server) if ground.server else 0)
    for session, path in islice(stream, TIMES if screen in TARGETS else OTHER_TIMES):
        begun = time.perf_counter()
        _get(connection, session, path)
        seen.milliseconds.append(1000 * (time.perf_counter() - begun))
    seen.cpu = cpu_seconds(app.process.pid) + (cpu_seconds(ground.server) if ground.server else 0) - before
    gc.enable()
    connection.close()


def _get(connection: http.client.HTTPConnection, session: str, path: str) -> bytes:
    connection.request("GET", path, headers={"Cookie": f"heard_session={session}"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status} {response.getheader('location')}")
    return body


def main(facts: str) -> None:
    """Inside the installation: the most queries that each screen takes in 12 visits, as JSON."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    asked = json.loads(Path(facts).read_text())
    counts = {}
    for screen in (*TARGETS, *OTHERS):
        counts[screen] = 0
        for session, path in islice(visits(screen, asked), 1200, 1212):
            client = Client(HTTP_HOST="127.0.0.1")
            client.cookies["heard_session"] = session
            with CaptureQueriesContext(connection) as captured:
                response = client.get(path)
            assert response.status_code == 200, (path, response.status_code)
            counts[screen] = max(counts[screen], len(captured))
    print(json.dumps(counts))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main(sys.argv[1])
