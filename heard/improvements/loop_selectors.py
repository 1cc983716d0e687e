"""How well we close the loop: of those who spoke, how many were considered, decided about, told, and say that it helped. People, never messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Q

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.improvements.models import Answer, Decision, Evidence, LoopStanding, Telling, Told, ToldState
from heard.lib.db import is_sqlite
from heard.people.models import Identity, IdentityAudience

STATES = ("considered", "decided", "told", "confirmed")


@dataclass(frozen=True, slots=True)
class Reached:
    """One state of the loop: how many people reached it, their share of those who spoke, and the time that half of them waited for it at most."""

    state: str
    people: int
    share: float | None
    median_hours: int | None

    @property
    def median_days(self) -> float | None:
        return None if self.median_hours is None else round(self.median_hours / 24, 1)


@dataclass(frozen=True, slots=True)
class LoopFigures:
    """The loop of all whose first word came since a moment. `owed` are people to whom we owe what was decided."""

    spoke: int
    reached: list[Reached]
    owed: int

    def of(self, state: str) -> Reached:
        return next(one for one in self.reached if one.state == state)


def loop_figures(since: datetime | None = None) -> LoopFigures:
    """Figures of everybody who spoke first since `since` (None: ever). Five short queries over one derived table."""
    rows = LoopStanding.objects.all() if since is None else LoopStanding.objects.filter(spoke_at__gte=since)
    counts = rows.aggregate(
        spoke=Count("pk"), owed=Count("pk", filter=Q(is_owed=True)), **{state: Count(f"{state}_hours") for state in STATES}
    )
    return LoopFigures(
        counts["spoke"],
        [Reached(state, counts[state], _share(counts[state], counts["spoke"]), _median(since, state, counts[state])) for state in STATES],
        counts["owed"],
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(since: datetime | None, state: str, number: int) -> int | None:
    """The time that half of those who reached it waited at most: the lower one of two in the middle.

    Read along the index of this time. SQLite, which has no statistics, would begin with the one of first words and sort.
    """
    if not number:
        return None
    column, plain = f"{state}_hours", "+" if is_sqlite() else ""
    condition, values = ("", []) if since is None else (f" AND {plain}spoke_at >= %s", [connection.ops.adapt_datetimefield_value(since)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM loop_standings WHERE {column} IS NOT NULL{condition} ORDER BY {column} LIMIT 1 OFFSET %s",  # noqa: S608
            [*values, (number - 1) // 2],
        )
        return cursor.fetchone()[0]


def people_owed(actor: User, *, after: int = 0, limit: int = 50) -> tuple[list[Identity], int]:
    """People to whom we owe what was decided, by number: those `actor` may know of, and how many there are in all. Two queries."""
    owed = LoopStanding.objects.filter(is_owed=True)
    known = IdentityAudience.objects.filter(audience__in=readable_audience_ids(actor)).values("identity")
    rows = Identity.objects.filter(pk__in=owed.filter(identity__gt=after).values("identity")).filter(pk__in=known)
    return list(rows.order_by("pk")[:limit]), owed.count()


@dataclass(frozen=True, slots=True)
class ToldFigures:
    """Everybody told? People by what became of them, for one improvement and the decision that holds."""

    raised: int = 0
    told: int = 0
    queued: int = 0
    solved: int = 0
    not_for_me: int = 0
    bounced: int = 0
    unreachable: int = 0
    held: int = 0
    since: int = 0
    untold: int = 0

    @property
    def unanswered(self) -> int:
        return self.told - self.solved - self.not_for_me


def told_figures(decision: Decision) -> ToldFigures:
    """People, each once, whatever identities they have now, with those who were erased. Three queries.

    `untold` are those who raised it, are still here and were told in no way; `since` those of them whom no telling has looked at yet.
    """
    raised = _raised(decision.improvement_id)
    by_person: dict[int, tuple[str, str]] = {}
    rows = Told.objects.filter(decision=decision).order_by("pk").values_list("identity__person_number", "state", "answer")
    for number, state, answer in rows:
        by_person[number] = max(by_person.get(number, ("", "")), (state, answer), key=lambda one: (_RANK.get(one[0], 0), one[1] != ""))
    counts = dict.fromkeys([*ToldState.values, *Answer.values], 0)
    for state, answer in by_person.values():
        counts[state] += 1
        if answer:
            counts[answer] += 1
    heard = {number for number, (state, _) in by_person.items() if state in (ToldState.TOLD, ToldState.QUEUED)}
    untold = {number for number, is_here in raised.items() if is_here} - heard
    last = Telling.objects.filter(decision=decision, queued_at__isnull=False).aggregate(at=Min("previewed_at"))["at"]
    noted = set(by_person)
    return ToldFigures(
        raised=len(set(raised) | noted), told=counts[ToldState.TOLD], queued=counts[ToldState.QUEUED], solved=counts[Answer.SOLVED],
        not_for_me=counts[Answer.NOT_FOR_ME], bounced=counts[ToldState.BOUNCED], unreachable=counts[ToldState.NO_WAY],
        held=counts[ToldState.HELD], since=len(untold - noted) if last is not None else 0, untold=len(untold),
    )  # fmt: skip


def _raised(improvement_id: int) -> dict[int, bool]:
    """The people who asked for it, and whether one of their identities is still here (not erased). One query."""
    rows = Evidence.objects.standing().filter(improvement=improvement_id, is_against=False, signal__identity__isnull=False)
    people = rows.order_by().values_list("signal__identity__person_number").annotate(
        here=Count("pk", filter=Q(signal__identity__erased_at=None))
    )  # fmt: skip
    return {number: here > 0 for number, here in people}


_RANK: dict[str, int] = {
    ToldState.WITHDRAWN: 1,
    ToldState.NO_WAY: 2,
    ToldState.HELD: 3,
    ToldState.BOUNCED: 4,
    ToldState.QUEUED: 5,
    ToldState.TOLD: 6,
}


def told_people(decision: Decision, actor: User, *, state: str = "", answer: str = "", after: int = 0, limit: int = 50) -> list[Told]:
    """Rows of one state or answer, newest first from `after` on: those of conversations `actor` may read. Two queries."""
    rows = Told.objects.filter(decision=decision).filter(**({"state": state} if state else {}), **({"answer": answer} if answer else {}))
    rows = rows.filter(pk__lt=after) if after else rows
    readable = Q(conversation__audience__in=readable_audience_ids(actor)) | Q(
        conversation=None, identity__identity_audiences__audience__in=readable_audience_ids(actor)
    )
    return list(
        rows.filter(readable).select_related("identity", "signal__interaction", "message__delivery").distinct().order_by("-pk")[:limit]
    )


def last_tellings(improvement_ids: Iterable[int]) -> list[Telling]:
    """Tellings of improvements, newest first, with who wrote them. One query."""
    return list(Telling.objects.filter(improvement__in=list(improvement_ids)).select_related("by", "decision").order_by("-pk"))
