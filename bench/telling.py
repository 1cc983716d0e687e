"""Telling 20,000 people what came of what they said, while colleagues answer others: how long queueing takes, and how long a reply waits.

The installation is the real one: `heard serve` with its web process and its worker, which queues the messages and hands them over (as files)
at the same time. Then the same is queued once more, by a process that is killed on the way: everybody is told, nobody twice.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from typing import Any
from urllib.parse import urlencode

from bench.figures import Figure, percentile
from bench.grounds import Ground, Grounds
from bench.visitors import session_of

ACT = "telling"
PEOPLE, FEW = 20_000, 1_000
TALKS = 400
EVERY_SECONDS = 0.25
"""A reply: 14,400 in an hour. Measured from when it was meant to begin, so that a slow one does not spare those behind it."""
MOST_SECONDS, MOST_MILLISECONDS = 20.0, 300.0
SECRET = "heardbenchheardbenchheardbench12"


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Seconds until all are queued, milliseconds of a reply meanwhile, and what a killed queue leaves behind."""
    count = FEW if small else PEOPLE
    with place.fresh() as ground:
        asked = json.loads(ground.python("bench.telling", "seed", str(count)).splitlines()[-1])
        with ground.installation.serve(HEARD_MAIL_OUTBOX="1") as app:
            ground.python("bench.telling", "settle")
            quiet = _replies(app, asked["session"], asked["talks"][:60])
            ground.python("bench.telling", "settle")
            seconds, busy = _tell(ground, app, asked)
            print(f"  {len(busy)} replies meanwhile", file=sys.stderr, flush=True)
        told = json.loads(ground.python("bench.telling", "count").splitlines()[-1])
        killed = _kill(ground, asked)
    assert told["told"] == told["people"] == count, told

    def figure(name: str, value: float, unit: str, target: float | None = None, *, at_least: bool = False) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target, at_least)

    return [
        figure(f"{count:,} people told: all messages queued", seconds, "s", MOST_SECONDS * count / PEOPLE),
        figure("a reply before, p50", percentile(quiet, 0.5), "ms"),
        figure("a reply meanwhile, p50", percentile(busy, 0.5), "ms"),
        figure("a reply meanwhile, p99", percentile(busy, 0.99), "ms", MOST_MILLISECONDS),
        figure(f"killed (SIGKILL) {killed['kills']} times on the way: told once", 100 * killed["once"] / count, "%", 100, at_least=True),
    ]


def _tell(ground: Ground, app: Any, asked: dict[str, Any]) -> tuple[float, list[float]]:
    """Press the button, and answer others until everybody is queued. The watcher asks the database, ten times a second."""
    environment = ground.installation.environment
    watcher = subprocess.Popen(
        [sys.executable, "-m", "bench.telling", "watch", str(asked["telling"])], env=environment, stdout=subprocess.PIPE
    )
    try:
        return _tell_and_answer(app, asked, watcher)
    finally:
        watcher.kill()


def _tell_and_answer(app: Any, asked: dict[str, Any], watcher: subprocess.Popen[bytes]) -> tuple[float, list[float]]:
    assert watcher.stdout is not None
    watcher.stdout.readline()  # it is ready
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=120)
    begun = time.time()
    _post(connection, asked["session"], f"/tellings/{asked['telling']}/queue/", {})
    busy: list[float] = []
    for turn, number in enumerate(asked["talks"][60:]):
        meant_at = begun + turn * EVERY_SECONDS
        time.sleep(max(meant_at - time.time(), 0))
        if watcher.poll() is not None:
            break
        began_at = time.time()
        busy += [took + 1000 * (began_at - meant_at) for took in _replies(app, asked["session"], [number])]
    watcher.wait(timeout=600)
    return float(watcher.stdout.read().split()[-1]) - begun, busy


def _replies(app: Any, session: str, numbers: list[int]) -> list[float]:
    """Milliseconds of a reply in each conversation, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=120)
    seen = []
    for number in numbers:
        begun = time.perf_counter()
        _post(
            connection,
            session,
            f"/conversations/{number}/replies/",
            {"once": uuid.uuid4(), "to": f"reader{number}@example.org", "body": "It leaves today."},
        )
        seen.append(1000 * (time.perf_counter() - begun))
    connection.close()
    return seen


def _post(connection: http.client.HTTPConnection, session: str, path: str, values: dict[str, Any]) -> None:
    headers = {
        "Cookie": f"heard_session={session}; heard_csrf={SECRET}", "X-CSRFToken": SECRET, "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    connection.request("POST", path, body=urlencode(values), headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status not in (302, 303):
        raise RuntimeError(f"{path} answered {response.status}: {response.getheader('location')} {body[:300]!r}")


def _kill(ground: Ground, asked: dict[str, Any]) -> dict[str, int]:
    """A second change is told by a process that is killed again and again; each goes on where the last one was."""
    environment = ground.installation.environment
    telling, kills = json.loads(ground.python("bench.telling", "again").splitlines()[-1])["telling"], 0
    while True:
        process = subprocess.Popen([sys.executable, "-m", "bench.telling", "queue", str(telling)], env=environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()  # it begins
        try:
            process.wait(timeout=1.5 if kills < 5 else 600)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            continue
        break
    return json.loads(ground.python("bench.telling", "count", str(telling)).splitlines()[-1]) | {"kills": kills}


# Inside the installation


def seed(count: int) -> dict[str, Any]:
    """People who asked for a change, the change, what they will read; and others who wait for an answer."""
    from django.db import connection

    from heard.accounts.models import Membership, User
    from heard.accounts.services.users import add_team
    from heard.channels.email.services.mailboxes import add_mailbox
    from heard.events.consumers import ensure_consumers
    from heard.improvements.services.telling import write_telling
    from heard.promises.services.policies import ensure_defaults
    from tests.factories import make_conversation, make_customer
    from tests.factories.crowd import make_crowd

    ensure_defaults()
    ensure_consumers()
    team = add_team("Support", by=None)
    mailbox = add_mailbox({"name": "Support", "address": "support@company.example", "team": team}, by=None)
    dora = User.objects.create(email="dora@company.example", name="Dora", role="lead", password="!")
    Membership.objects.create(team=team, user=dora)
    improvement = make_crowd(mailbox, count, by=dora)
    talks = []
    for number in range(TALKS):
        customer = make_customer(f"reader{number}@example.org", name="Reader", audience=mailbox.audience)
        talks.append(make_conversation(mailbox, customer=customer, subject=f"Kettle {number}").pk)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")  # as autovacuum does in time
    telling = write_telling(improvement, by=dora, text_en="Every pair has a screw lock now.\n\nThank you for telling us.")
    return {"session": session_of(dora), "telling": telling.pk, "talks": talks}


def watch(telling_id: int) -> None:
    """Say when everybody is queued."""
    from heard.improvements.models import Telling

    print("ready", flush=True)
    while not Telling.objects.filter(pk=telling_id, finished_at__isnull=False).exists():
        time.sleep(0.1)
    print(time.time(), flush=True)


def settle() -> None:
    """Wait until what seeding (then: sixty replies) set going has ended: who reads a preview gives it that time."""
    from heard.events.consumers import UNSAVED_ALLOWED
    from heard.events.models import Consumer
    from heard.events.stream import head
    from heard.tasks.models import State, Task
    from heard.tasks.queue import is_any_due

    running = Task.objects.filter(state=State.RUNNING)
    behind = Consumer.objects.filter(position__lt=head() - UNSAVED_ALLOWED)
    while is_any_due() or running.exists() or behind.exists():
        time.sleep(0.2)


def count_told(telling_id: int | None = None) -> dict[str, int]:
    """How many rows, people, messages, deliveries: each as many as people."""
    from heard.conversations.models import Delivery
    from heard.improvements.models import Telling, Told

    rows = Told.objects.exclude(message=None).filter(telling=telling_id or Telling.objects.earliest("pk").pk)
    deliveries = Delivery.objects.filter(message__told__in=rows.values("pk"))
    people = rows.values("identity__person_number").distinct().count()
    orphans = Delivery.objects.filter(message__kind="telling", message__told=None).count()
    addresses = len({str(one) for one in deliveries.values_list("recipients", flat=True)})
    return {"told": rows.count(), "people": people, "once": min(people, addresses, deliveries.count()) - (rows.count() - people) - orphans}


def again() -> dict[str, int]:
    """Everybody asked for something else as well, and it is done; nobody rests."""
    from heard.accounts.models import User
    from heard.improvements.models import Evidence, Improvement
    from heard.improvements.services.deciding import decide
    from heard.improvements.services.proposing import propose_improvement
    from heard.improvements.services.telling import tell_everyone, write_telling
    from heard.insights.models import Signal
    from heard.people.models import Contact
    from heard.tasks.models import Task

    dora, first = User.objects.get(name="Dora"), Improvement.objects.earliest("pk")
    second = propose_improvement("A longer strap", by=dora)
    signals = Signal.objects.filter(evidence__improvement=first).values_list("pk", flat=True)
    Evidence.objects.bulk_create([Evidence(improvement=second, signal_id=pk, at=first.made_at) for pk in signals], batch_size=2_000)
    Contact.objects.all().delete()
    decide(second, state="done", by=dora, public_reason="It is longer.")
    telling = write_telling(second, by=dora, text_en="It is longer.")
    tell_everyone(telling, by=dora)
    Task.objects.filter(name__endswith="queue_telling").delete()  # the processes of this act do its work
    return {"telling": telling.pk}


def main() -> None:
    """What the other process asks for."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    django.setup()
    what, *rest = sys.argv[1:]
    if what == "queue":
        from heard.improvements.services.telling import queue_telling

        print("begins", flush=True)
        queue_telling(int(rest[0]))
        return
    if what == "watch":
        watch(int(rest[0]))
        return
    if what == "settle":
        settle()
        return
    print(json.dumps({"seed": seed, "count": count_told, "again": again}[what](*map(int, rest))))


if __name__ == "__main__":
    main()
