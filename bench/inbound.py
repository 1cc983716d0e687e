"""One message at a time: kept durably, then understood and filed, as a mail server hands them over during the day."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

from bench.figures import Figure, percentile
from bench.grounds import Grounds
from bench.truth import rightly_filed

ACT = "inbound"
MESSAGES, FEW = 1_000, 100
TARGETS = {"sqlite": 0.010, "postgres": 0.018}
WARM_UP = 30  # messages before the measuring starts: what the process imports and compiles once a day


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """CPU seconds and time per message, and how many lie in the right conversation."""
    with place.fresh() as ground:
        seen = json.loads(ground.python("bench.inbound", str(FEW if small else MESSAGES)).splitlines()[-1])

    def figure(name: str, value: float, unit: str, target: float | None = None, *, at_least: bool = False) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target, at_least)

    return [
        figure("CPU per message, receive and file", seen["cpu"], "s", TARGETS[place.database]),
        figure("of it in the database server", seen["database_cpu"], "s"),
        figure("messages rightly threaded", seen["right"], "%", 100, at_least=True),
        figure("time per message, p50", seen["p50"], "ms"),
        figure("time per message, p99", seen["p99"], "ms"),
        figure("statements per message, mean", seen["statements"], ""),
        figure("CPU per message of what follows (index, reactions)", seen["following_cpu"], "s"),
    ]


def main(count: int, seed: int = 7) -> None:
    """Inside the installation: receive and file, and print what was measured as JSON."""
    import django

    django.setup()
    from bench.letters import letters
    from heard.events.consumers import ensure_consumers, run_consumers_once
    from heard.lib.time import now
    from heard.promises.services.policies import ensure_defaults

    ensure_defaults()
    ensure_consumers()
    mailbox = make_mailbox()
    begin = now() - timedelta(hours=3)
    all_letters = list(letters(count + WARM_UP, seed=seed, begin=begin, span=timedelta(hours=3)))
    for letter in all_letters[:WARM_UP]:
        _take(letter, mailbox)
    times, spent, statements = _measure(all_letters[WARM_UP:], mailbox)
    following = _spend(lambda: [None for _ in iter(run_consumers_once, 0)])
    result = {
        "cpu": spent.cpu / count,
        "database_cpu": spent.database / count,
        "right": rightly_filed([(letter.message_id, letter.thread) for letter in all_letters]),
        "p50": 1000 * percentile(times, 0.5),
        "p99": 1000 * percentile(times, 0.99),
        "statements": statements / count,
        "following_cpu": following.cpu / (count + WARM_UP),
    }
    print(json.dumps(result))


def make_mailbox():
    """The mailbox that the letters are for, made when it is not there. It trusts the server that checked them."""
    from bench.letters import ADDRESS, CHECKED_BY
    from heard.accounts.services.users import add_team
    from heard.channels.email.models import Mailbox
    from heard.channels.email.services.mailboxes import add_mailbox

    if (known := Mailbox.objects.filter(address=ADDRESS).first()) is not None:
        return known
    team = add_team("Help", by=None)
    return add_mailbox({"name": "Help", "address": ADDRESS, "team": team, "trusted_authserv_id": CHECKED_BY}, by=None)


def _take(letter, mailbox) -> None:
    from heard.inbound.services.filing import file_batch
    from heard.inbound.services.receiving import receive

    inbound = receive(letter.raw, mailbox=mailbox, transport="lmtp", transport_id=letter.message_id)
    file_batch([inbound.pk])


def _measure(some, mailbox):
    """Seconds for each message, what all of them cost, and how many statements they took. Statements are counted by a cheap hook."""
    from time import perf_counter

    from django.db import connection

    count = [0]

    def counting(execute, sql, params, many, context):
        count[0] += 1
        return execute(sql, params, many, context)

    times = []

    def take_all() -> None:
        with connection.execute_wrapper(counting):
            for letter in some:
                begun = perf_counter()
                _take(letter, mailbox)
                times.append(perf_counter() - begun)

    return times, _spend(take_all), count[0]


def _spend(work):
    from bench.processes import spent_by

    with spent_by(os.getpid(), int(os.environ["HEARD_BENCH_SERVER"]) or None) as spent:
        work()
    return spent


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main(*map(int, sys.argv[1:]))
