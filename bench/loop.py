"""How well the loop is closed, over a million signals of 200,000 people: the page's figures, and what it costs to work them out anew."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from bench.figures import Figure
from bench.grounds import Grounds

ACT = "loop"
PEOPLE, FEW, EACH = 200_000, 10_000, 5
MOST_MILLISECONDS = 300.0
TIMES = 15
DAY = 86_400


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Milliseconds of the figures for each span, and of one improvement's; people a second when all is derived anew."""
    people = FEW if small else PEOPLE
    with place.fresh() as ground:
        ground.python("bench.loop", "seed", str(people))
        seen = json.loads(ground.python("bench.loop", "measure").splitlines()[-1])
    assert seen["spoke"] == people, seen

    def figure(name: str, value: float, unit: str, target: float | None = None) -> Figure:
        return Figure(ACT, place.database, name, value, unit, target)

    whole = f"{people * EACH:,} signals of {people:,} people"
    return [
        figure(f"figures of a year, {whole}, p50", seen["year"], "ms", MOST_MILLISECONDS),
        figure(f"figures of all time, {whole}, p50", seen["ever"], "ms", MOST_MILLISECONDS),
        figure("the first page of people to whom something is owed, p50", seen["owed"], "ms", MOST_MILLISECONDS),
        figure(f"“Everyone told?” of an improvement that {seen['raised']:,} people raised, p50", seen["told"], "ms", MOST_MILLISECONDS),
        figure("people derived anew in a second", seen["rate"], "/s"),
    ]


def seed(people: int) -> None:
    """Five signals each; half of the people in one of fifty improvements; 30 of these decided; two thirds of those told; a third of them helped."""
    from django.db import connection

    from bench.bulk import Rows, loading, stamp
    from heard.accounts.models import Membership, User
    from heard.accounts.services.audiences import audience_of
    from heard.accounts.services.users import add_team
    from heard.improvements.models import Decision, Evidence, Improvement, LoopStanding, Telling, Told
    from heard.improvements.services.deciding import decide
    from heard.improvements.services.proposing import propose_improvement
    from heard.improvements.services.telling import write_telling
    from heard.insights.models import Signal
    from heard.people.models import Identity, IdentityAudience
    from heard.timeline.models import Interaction

    team = add_team("Support", by=None)
    audience = audience_of([team])
    dora = User.objects.create(email="dora@company.example", name="Dora", role="lead", password="!")
    Membership.objects.create(team=team, user=dora)
    changes = [propose_improvement(f"Change {number}", by=dora) for number in range(50)]
    decided = {one.pk: decide(one, state="done", by=dora, public_reason="Done.", is_public=True) for one in changes[:30]}
    tellings = {number: write_telling(Improvement.objects.get(pk=number), by=dora, text_en="Done.").pk for number in decided}
    now = int(time.time())
    tables = [model._meta.db_table for model in (Identity, IdentityAudience, Interaction, Signal, Evidence, Told, LoopStanding)]
    with loading(tables):
        identities = Rows(Identity, "id", "source", "display_name", "person_number", "first_seen_at", "last_seen_at")
        known = Rows(IdentityAudience, "identity_id", "audience_id")
        said = Rows(Interaction, "id", "happened_at", "learned_at", "channel", "direction", "kind", "text", "audience_id")
        signals = Rows(Signal, "id", "interaction_id", "identity_id", "start", "end", "kind", "at", "said_at")
        evidence = Rows(Evidence, "improvement_id", "signal_id", "at")
        told = Rows(
            Told,
            "telling_id",
            "decision_id",
            "improvement_id",
            "identity_id",
            "signal_id",
            "state",
            "queued_at",
            "told_at",
            "answer",
            "answered_at",
        )
        number = 0
        for person in range(1, people + 1):
            first = now - (person * 7919) % (700 * DAY)
            identities.add(person, "mail", "Somebody", person, stamp(first), stamp(first))
            known.add(person, audience.pk)
            for turn in range(EACH):
                number += 1
                at = stamp(first + turn * DAY)
                said.add(number, at, at, "email", "in", "message", "It slips.", audience.pk)
                signals.add(number, number, person, 0, 9, "problem", at, at)
            if person % 2:
                change = changes[0 if person % 20 == 1 else person // 2 % 50].pk
                evidence.add(change, number, stamp(first + 9 * DAY))
                if change in decided and person % 3:
                    answer = "solved" if person % 9 == 1 else ""
                    moment = stamp(first + 30 * DAY)
                    told.add(
                        tellings[change],
                        decided[change].pk,
                        change,
                        person,
                        number,
                        "told",
                        moment,
                        moment,
                        answer,
                        moment if answer else None,
                    )
        for rows in (identities, known, said, signals, evidence, told):
            rows.write()
    assert Telling.objects.count() == len(tellings) and Decision.objects.count() == 80
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")


def measure() -> dict[str, Any]:
    """Derive everything, then ask as the pages do."""
    from datetime import timedelta

    from django.db import connection

    from heard.accounts.models import User
    from heard.improvements.loop_selectors import loop_figures, people_owed, told_figures
    from heard.improvements.models import Improvement
    from heard.improvements.selectors import current_decision
    from heard.improvements.services.loop import rebuild_loop
    from heard.lib.time import now

    begun = time.perf_counter()
    spoke = rebuild_loop()
    rate = spoke / (time.perf_counter() - begun)
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE loop_standings")
    dora = User.objects.get(name="Dora")
    decision = current_decision(Improvement.objects.earliest("pk"))
    year = now() - timedelta(days=365)
    return {
        "spoke": spoke,
        "rate": rate,
        "year": _middle(lambda: loop_figures(year)),
        "ever": _middle(loop_figures),
        "owed": _middle(lambda: people_owed(dora)),
        "told": _middle(lambda: told_figures(decision)),
        "raised": told_figures(decision).raised,
    }


def _middle(ask: Any) -> float:
    """Milliseconds, the middle one of fifteen."""
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - begun))
    return sorted(times)[TIMES // 2]


def main() -> None:
    """What the other process asks for."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    django.setup()
    if sys.argv[1] == "seed":
        seed(int(sys.argv[2]))
    else:
        print(json.dumps(measure()))


if __name__ == "__main__":
    main()
