"""One record against a million in the database: its keys, whom they find, those records, and what speaks for and against each.

The register is invented (`bench.register`); its records stand in the tables of matching as the service writes them. Newcomers are further records of
people who are there, and of some who are not.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time

from bench.figures import Figure, percentile
from bench.grounds import Grounds

ACT = "matching"
RECORDS, FEW = 1_000_000, 20_000
NEWCOMERS, WARM = 2_000, 200
MEDIAN, P99 = 3.0, 20.0


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Milliseconds for one record, how many it is compared with, and how many it finds."""
    count = FEW if small else RECORDS
    with place.fresh() as ground:
        seen = json.loads(ground.python("bench.matching", str(count)).splitlines()[-1])

    def figure(name: str, value: float, unit: str, target: float | None = None) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target)

    against = f"one record against {count:,}"
    return [
        figure(f"{against}, p50", seen["p50"], "ms", MEDIAN),
        figure(f"{against}, p99", seen["p99"], "ms", P99),
        figure("of it in the database, p50", seen["database"], "ms"),
        figure("compared with, mean", seen["compared"], "records"),
        figure("keys of a record, mean", seen["keys"], ""),
        figure("newcomers who are there and were found", seen["found"], "%"),
    ]


def main(count: int) -> None:
    """Inside the installation: write the register, then match newcomers; prints what was seen."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    django.setup()
    from heard.matching.model import default_model

    newcomers, there = seed(count)
    print(f"  {count:,} records written", file=sys.stderr, flush=True)
    print(json.dumps(measure(newcomers, there, default_model())))


def seed(count: int) -> tuple[list, set[int]]:  # type: ignore[type-arg]
    """Every so many a record is kept back as a newcomer. Answers these with their person, and the people that are there."""
    import numpy

    from bench.bulk import Rows, insert, loading, stamp
    from bench.register import Register
    from heard.matching.candidates import keys_of
    from heard.matching.models import MatchKey, MatchRecord
    from heard.matching.records import pack

    chance, newcomers, there = random.Random(5), [], set()
    keys, holders = numpy.empty(40 * count, numpy.int64), numpy.empty(40 * count, numpy.int64)
    used, share = 0, NEWCOMERS / count
    moment = stamp(1_770_000_000)
    with loading([MatchRecord._meta.db_table, MatchKey._meta.db_table]):
        rows = Rows(MatchRecord, "id", "identity_id", "packed", "is_claim", "changed_at")
        for person, record in Register().records(count + NEWCOMERS):
            if len(newcomers) < NEWCOMERS and chance.random() < share:
                newcomers.append((person, record))
                continue
            there.add(person)
            rows.add(record.identity_id, record.identity_id, pack(record), False, moment)
            for key in keys_of(record):
                keys[used], holders[used] = key, record.identity_id
                used += 1
        rows.write()
        order = numpy.lexsort((holders[:used], keys[:used]))
        for start in range(0, used, 100_000):
            some = order[start : start + 100_000]
            values = zip(range(start + 1, start + 1 + len(some)), holders[some].tolist(), keys[some].tolist(), strict=True)
            insert(MatchKey._meta.db_table, ["id", "identity_id", "key"], list(values))
    return newcomers, there


def measure(newcomers, there, model) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Time of `matches_of` for each newcomer, after some to warm up."""
    from heard.matching import candidates
    from heard.matching.candidates import keys_of
    from heard.matching.services import live

    seen, database, compared, keys, found, wanted = [], [], [], [], 0, 0
    gc.collect()
    gc.disable()
    for turn, (person, record) in enumerate(newcomers):
        begun = time.perf_counter()
        matches = live.matches_of(record, model)
        took = 1000 * (time.perf_counter() - begun)
        if turn < WARM:
            continue
        seen.append(took)
        mine = keys_of(record)
        begun = time.perf_counter()
        held = candidates.holders(mine)
        others = candidates.candidates(record.identity_id, mine, held)
        live._records(others)
        database.append(1000 * (time.perf_counter() - begun))
        compared.append(len(others))
        keys.append(len(mine))
        wanted += person in there
        found += person in there and bool(matches)
    gc.enable()
    return {
        "p50": percentile(seen, 0.5), "p99": percentile(seen, 0.99), "database": percentile(database, 0.5),
        "compared": sum(compared) / len(compared), "keys": sum(keys) / len(keys), "found": 100 * found / max(1, wanted),
    }  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
