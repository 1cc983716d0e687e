"""Reads for the pages of CRM bridges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404

from heard.accounts.models import AudienceTeam, Team, User
from heard.bridges.crm_words import FIELDS, PASSING, WAYS, field_in_words, problem_in_words, said_by
from heard.bridges.models import (
    Bridge,
    BridgeConflict,
    BridgeErrand,
    BridgeRecord,
    BridgeRun,
    BridgeState,
    Direction,
    ErrandKind,
    Verdict,
)
from heard.bridges.services.crm_bridges import profile_used
from heard.people.models import Identity
from heard.ui.navigation import Count as Shown

SHOWN = 10


@dataclass(frozen=True, slots=True)
class State:
    """A bridge and how it is."""

    bridge: Bridge
    records: int = 0
    waiting: int = 0
    refused: int = 0
    to_forget: int = 0
    in_doubt: int = 0

    @property
    def problem(self) -> str:
        return problem_in_words(self.bridge.problem)

    @property
    def is_late(self) -> bool:
        """Whether somebody should do something."""
        return bool(self.bridge.problem) and (self.bridge.problem not in PASSING or self.bridge.failures > 3)


def list_bridges() -> list[State]:
    """Every bridge and how it is. Four queries."""
    return _states(list(Bridge.objects.select_related("audience")))


def state_of(bridge: Bridge) -> State:
    """One bridge and how it is."""
    return _states([bridge])[0]


def get_bridge(pk: int) -> Bridge:
    """The bridge of that number; Http404."""
    return get_object_or_404(Bridge, pk=pk)


def troubled_bridges(user: User) -> Shown | None:
    """How many bridges are in trouble, for the rail. One query."""
    number = Bridge.objects.filter(state=BridgeState.RUNNING).exclude(Q(problem="") | Q(problem__in=PASSING, failures__lte=3)).count()
    return Shown(number, "late") if number else None


def _states(bridges: list[Bridge]) -> list[State]:
    records: dict[int, int] = dict(
        BridgeRecord.objects.filter(gone_at=None, identity__isnull=False).values_list("bridge").annotate(n=Count("pk")).order_by()
    )
    errands: dict[int, Any] = {
        row["bridge"]: row
        for row in BridgeErrand.objects.filter(done_at=None)
        .values("bridge")
        .annotate(
            waiting=Count("pk", filter=Q(is_over=False)),
            refused=Count("pk", filter=Q(is_over=True)),
            to_forget=Count("pk", filter=Q(kind=ErrandKind.ERASE)),
        )
        .order_by()
    }
    doubts: dict[int, int] = dict(BridgeConflict.objects.open().values_list("record__bridge").annotate(n=Count("pk")).order_by())
    return [
        State(
            one, records.get(one.pk, 0), **{name: errands.get(one.pk, {}).get(name, 0) for name in ("waiting", "refused", "to_forget")},
            in_doubt=doubts.get(one.pk, 0),
        )
        for one in bridges
    ]  # fmt: skip


def runs_of(bridge: Bridge) -> list[BridgeRun]:
    """The last looks that did something or failed, newest first. One query."""
    rows = BridgeRun.objects.filter(bridge=bridge).select_related("by")
    busy = Q(is_dry=True) | ~Q(problem="")
    for name in ("made", "changed", "refused", "gone", "sent", "asked", "left_alone"):
        busy |= Q(**{f"{name}__gt": 0})
    return list(rows.filter(busy).order_by("-pk")[:SHOWN])


def errands_to_see(bridge: Bridge) -> list[dict[str, Any]]:
    """What is not told yet and failed at least once, with why. One query."""
    rows = BridgeErrand.objects.filter(bridge=bridge, done_at=None).exclude(attempts=0).order_by("-is_over", "due_at")[:SHOWN]
    return [
        {"errand": one, "kind": one.get_kind_display(), "problem": problem_in_words(one.problem), "number": one.external_id} for one in rows
    ]


def fields_of(bridge: Bridge) -> list[dict[str, Any]]:
    """Each field with its attributes there and the way it goes."""
    return [
        {"name": field_in_words(one.field), "field": one.field, "direction": one.direction, "attributes": ", ".join(one.names),
         "way": Direction(one.direction).label}
        for one in profile_used(bridge).directed(bridge.directions)
    ]  # fmt: skip


def readers_of(bridge: Bridge) -> list[Team]:
    """The teams that read what comes over it."""
    return list(Team.objects.filter(pk__in=AudienceTeam.objects.filter(audience=bridge.audience_id).values("team")).order_by("name"))


def samples_of(run: BridgeRun) -> list[dict[str, str]]:
    """What a dry look would do first, in words."""
    return [
        {"way": str(WAYS.get(way, way)), "kind": way, "number": number, "field": str(FIELDS.get(field, "")), "theirs": theirs, "ours": ours}
        for way, number, field, theirs, ours in run.samples
    ]


# --- doubts ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doubt:
    """A conflict as it is shown: the two values, whence, and about whom."""

    conflict: BridgeConflict
    identity: Identity | None

    @property
    def bridge(self) -> Bridge:
        return self.conflict.record.bridge

    @property
    def field(self) -> str:
        return field_in_words(self.conflict.field)

    @property
    def is_record(self) -> bool:
        return self.conflict.field == "record"

    @property
    def ours_said(self) -> str:
        return said_by(self.conflict.ours_by)


def doubts_for(actor: User, *, after: int = 0, limit: int = 50) -> list[Doubt]:
    """Open doubts about people whom `actor` may know, oldest first, from after that number on. Two queries."""
    rows = _doubts(actor).open().filter(pk__gt=after).order_by("pk")[:limit]
    return [Doubt(one, one.record.identity) for one in rows]


def count_doubts(actor: User) -> int:
    """How many there are. One query."""
    return _doubts(actor).open().count()


def get_doubt(actor: User, pk: int) -> BridgeConflict:
    """One of them, answered or not; Http404 for what `actor` may not see."""
    return get_object_or_404(_doubts(actor), pk=pk)


def last_answers(actor: User, *, limit: int = 5) -> list[Doubt]:
    """What `actor` answered last. One query."""
    rows = _doubts(actor).filter(by=actor, verdict__in=[Verdict.THEIRS, Verdict.OURS]).order_by("-at")[:limit]
    return [Doubt(one, one.record.identity) for one in rows]


def next_position(doubts: list[Doubt], after: int) -> int:
    """After which number the next doubt stands, 0 to begin again."""
    return doubts[0].conflict.pk if len(doubts) > 1 or (doubts and after) else 0


def _doubts(actor: User):  # type: ignore[no-untyped-def]
    known = Identity.objects.visible_to(actor).values("pk")
    rows = BridgeConflict.objects.visible_to(actor).filter(record__identity__in=known)
    return rows.select_related("record", "record__bridge", "record__identity", "by")
