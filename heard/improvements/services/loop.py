"""How far the loop is closed for each person: worked out from what was said, decided and told, and written where it can be counted at once.

Derived and nothing else: `refresh_people` gives the same whenever it is run, so it may run too often and never wrongly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from heard.improvements import tasks
from heard.improvements.models import Answer, Decision, Evidence, LoopStanding, State, Told, ToldState
from heard.insights.models import Kind, Signal
from heard.lib.db import is_postgres
from heard.people.models import Identity
from heard.people.selectors import identities_of

BATCH = 200
MOST_AT_ONCE = 400
DECIDED = (State.PLANNED, State.DOING, State.DONE, State.DECLINED)
"""States in which something was decided: a yes, or a no."""
COLUMNS = [
    "spoke_at", "considered_at", "decided_at", "told_at", "confirmed_at", "is_owed", "considered_hours", "decided_hours", "told_hours",
    "confirmed_hours",
]  # fmt: skip


@dataclass(slots=True)
class Course:
    """What happened with what one person said."""

    spoke: list[datetime] = field(default_factory=list)
    considered: list[datetime] = field(default_factory=list)
    decided: list[datetime] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)
    confirmed: list[datetime] = field(default_factory=list)
    raised: set[int] = field(default_factory=set)
    """Improvements they asked for."""
    told_of: set[int] = field(default_factory=set)
    """Decisions they were told of, or are just being told."""


def refresh_people(person_numbers: Iterable[int]) -> None:
    """Work out and write the standings of these people, in short transactions; those that are no person any more lose theirs."""
    numbers = sorted(set(person_numbers))
    for start in range(0, len(numbers), BATCH):
        _refresh(numbers[start : start + BATCH])


def refresh_identities(identity_ids: Collection[int]) -> None:
    """`refresh_people` for whoever these identities are now."""
    ids = list(identity_ids)
    numbers = set(Identity.objects.filter(pk__in=ids).values_list("person_number", flat=True))
    refresh_people(numbers | set(ids))


def refresh_improvement(improvement_id: int, *, after: int = 0) -> None:
    """Everybody who raised it, a part at a time: the rest is a task of its own, so that nobody waits for a large one."""
    rows = Evidence.objects.filter(improvement=improvement_id, signal__identity__person_number__gt=after)
    numbers = rows.order_by("signal__identity__person_number").values_list("signal__identity__person_number", flat=True)
    some = list(numbers.distinct()[:MOST_AT_ONCE])
    refresh_people(some)
    if len(some) == MOST_AT_ONCE:
        with transaction.atomic():
            tasks.refresh_loop.enqueue(improvement_id, some[-1])


def rebuild_loop() -> int:
    """Work out everybody's standing anew, whatever stood there. Answers how many people spoke. Seconds for each 10,000."""
    last, number = 0, 0
    LoopStanding.objects.all().delete()
    while numbers := list(
        Identity.objects.filter(person_number__gt=last).order_by("person_number").values_list("person_number", flat=True).distinct()[:2_000]
    ):
        refresh_people(numbers)
        last, number = numbers[-1], number + len(numbers)
    return LoopStanding.objects.count()


@transaction.atomic
def _refresh(numbers: list[int]) -> None:
    """On PostgreSQL whoever refreshes the same people waits, or the one who read earlier might write later."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('heard loop'))")
    courses = courses_of(numbers)
    rows = [_standing(number, course, current) for number, (course, current) in courses.items() if course.spoke]
    spoke = {row.identity_id for row in rows}
    LoopStanding.objects.filter(identity__in=set(numbers) - spoke).delete()
    LoopStanding.objects.bulk_create(rows, update_conflicts=True, unique_fields=["identity"], update_fields=COLUMNS)


def courses_of(numbers: Collection[int]) -> dict[int, tuple[Course, set[int]]]:
    """By person number, what happened with what they said, and the decisions in force of what they raised. Five queries."""
    person = dict(identities_of(list(numbers)))
    courses: dict[int, Course] = defaultdict(Course)
    asked = Signal.objects.standing().filter(identity__in=person).exclude(kind=Kind.PRAISE)
    for identity, said_at in asked.values_list("identity_id", "said_at"):
        courses[person[identity]].spoke.append(said_at)
    evidence_rows = list(
        Evidence.objects.standing().filter(signal__identity__in=person)
        .values_list("signal__identity_id", "improvement_id", "at", "is_against", "signal__said_at")
    )  # fmt: skip
    first, current = _decisions({row[1] for row in evidence_rows})
    for identity, improvement, at, is_against, said_at in evidence_rows:
        course = courses[person[identity]]
        course.spoke.append(said_at)
        course.considered.append(at)
        if improvement in first:
            course.decided.append(max(at, first[improvement]))
        if not is_against:
            course.raised.add(improvement)
    told = Told.objects.filter(identity__in=person, decision__state__in=DECIDED)
    for identity, decision, state, told_at, answer, answered_at in told.values_list(
        "identity_id", "decision_id", "state", "told_at", "answer", "answered_at"
    ):
        course = courses[person[identity]]
        if state in (ToldState.TOLD, ToldState.QUEUED):
            course.told_of.add(decision)
        if state == ToldState.TOLD and told_at is not None:
            course.told.append(told_at)
        if answer == Answer.SOLVED and answered_at is not None:
            course.confirmed.append(answered_at)
    return {number: (course, {current[one] for one in course.raised if one in current}) for number, course in courses.items()}


def _decisions(improvements: Collection[int]) -> tuple[dict[int, datetime], dict[int, int]]:
    """By improvement, when it was first decided, and its last decision where that decides something. One query."""
    first: dict[int, datetime] = {}
    current: dict[int, int] = {}
    rows = Decision.objects.filter(improvement__in=improvements).order_by("pk").values_list("pk", "improvement_id", "state", "at")
    for pk, improvement, state, at in rows:
        current.pop(improvement, None)
        if state in DECIDED:
            first.setdefault(improvement, at)
            current[improvement] = pk
    return first, current


def _standing(number: int, course: Course, current: set[int]) -> LoopStanding:
    """What was told was considered and decided, whatever became of the evidence since."""
    spoke = min(course.spoke)
    told = min(course.told, default=None)
    confirmed = min(course.confirmed, default=None)
    decided = min(course.decided, default=told)
    considered = min(course.considered, default=decided)
    return LoopStanding(
        identity_id=number, spoke_at=spoke, considered_at=considered, decided_at=decided, told_at=told, confirmed_at=confirmed,
        is_owed=bool(current - course.told_of), considered_hours=_hours(spoke, considered), decided_hours=_hours(spoke, decided),
        told_hours=_hours(spoke, told), confirmed_hours=_hours(spoke, confirmed),
    )  # fmt: skip


def _hours(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, int((until - since).total_seconds() // 3600))
