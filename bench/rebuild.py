"""Everybody with everybody: half a million records in the tables of matching, compared in batch under a new version that then takes over.

The register is invented (`bench.register`), so it is known who is who: joins are counted that are of two people. The keys of records are not written
beforehand; a batch works them out itself.
"""

from __future__ import annotations

import json
import os
import sys

from bench.figures import Figure
from bench.grounds import Grounds
from bench.processes import MEGABYTE, peak_of, spent_by

ACT = "rebuild"
RECORDS, FEW = 500_000, 20_000
MOST_SECONDS, MOST_MEGABYTES = 150, 6_000


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Seconds and memory of finding all pairs; how many are rightly found; and seconds of the switch."""
    count = FEW if small else RECORDS
    with place.fresh() as ground:
        seen = json.loads(ground.python("bench.rebuild", str(count)).splitlines()[-1])

    def figure(name: str, value: float, unit: str, target: float | None = None) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target)

    return [
        figure(f"all pairs among {count:,} records found and written", seen["wall"], "s", MOST_SECONDS),
        figure("CPU of all processes", seen["cpu"], "s"),
        figure("memory of all processes at its peak (PSS)", seen["memory"], "MB", MOST_MEGABYTES),
        figure("pairs at least as likely as not", seen["pairs"], ""),
        figure("pairs sure enough to join", seen["sure"], ""),
        figure("of these of two people", seen["wrong"], "%"),
        figure("the version takes over: people derived", seen["switch"], "s"),
    ]


def main(count: int) -> None:
    """Inside the installation: write the register, rebuild, switch; prints what was seen."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    django.setup()
    who = seed(count)
    print(f"  {count:,} records written", file=sys.stderr, flush=True)
    print(json.dumps(measure(who)))


def seed(count: int) -> list[int]:
    """Write identities and their records; the person behind each identity (the first is nobody)."""
    from bench.bulk import Rows, loading, stamp
    from bench.register import Register
    from heard.matching.models import MatchModel, MatchRecord
    from heard.matching.records import pack
    from heard.matching.services.versions import active_version
    from heard.people.models import Identity

    who, moment = [0], stamp(1_770_000_000)
    with loading([MatchRecord._meta.db_table, Identity._meta.db_table]):
        identities = Rows(Identity, "id", "source", "display_name", "person_number", "first_seen_at", "last_seen_at")
        rows = Rows(MatchRecord, "id", "identity_id", "packed", "is_claim", "changed_at")
        for person, record in Register().records(count):
            pk, name = record.identity_id, record.names[0]
            who.append(person)
            identities.add(pk, record.source, f"{name.given} {name.family}".strip(), pk, moment, moment)
            rows.add(pk, pk, pack(record), False, moment)
        identities.write()
        rows.write()
    MatchModel.objects.filter(pk=active_version().pk).update(matched_until=count)
    return who


def measure(who: list[int]) -> dict[str, float]:
    from heard.matching.services.building import begin, build_version, frozen_version
    from heard.matching.services.switching import switch_to

    own, server = os.getpid(), int(os.environ.get("HEARD_BENCH_SERVER", "0")) or None
    with spent_by(own, server) as spent, peak_of(own) as peak:
        row = begin(frozen_version())
        pairs = build_version(row)
    print(f"  {pairs:,} pairs in {spent.wall:.0f} s", file=sys.stderr, flush=True)
    sure = list(row.edges.filter(probability__gte=0.99, veto="").values_list("one_id", "other_id"))
    with spent_by(own, server) as switched:
        switch_to(row)
    return {
        "wall": spent.wall, "cpu": spent.cpu, "memory": peak.proportional / MEGABYTE, "pairs": pairs, "sure": len(sure),
        "wrong": 100 * sum(who[one] != who[other] for one, other in sure) / max(1, len(sure)), "switch": switched.wall,
    }  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
