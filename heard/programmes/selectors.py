"""The why as pages show it, and the figures of the promises that stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.db import unindexed
from heard.lib.prepared import prepared
from heard.programmes.models import Measure, StandingPromise, WhyVersion
from heard.programmes.rules import Came, KeptShare, kept_share
from heard.promises.models import Promise

WINDOW = timedelta(days=90)
MOST_CASES = 30


def current_why() -> WhyVersion | None:
    """The version that holds: the newest one signed off, with who wrote and who signed it. One query."""
    found = _signed_versions()
    return found[0] if found else None


@prepared
def _signed_versions() -> QuerySet[WhyVersion]:
    return WhyVersion.objects.filter(signed_at__isnull=False).select_related("by", "signed_by").order_by("-number")[:1]


def latest_version() -> WhyVersion | None:
    """The newest version, whatever became of it. One query."""
    return WhyVersion.objects.select_related("by", "signed_by", "dropped_by").order_by("-number").first()


def draft_of(latest: WhyVersion | None) -> WhyVersion | None:
    """The newest version when it still waits for a signature."""
    return latest if latest is not None and latest.is_draft else None


def versions() -> list[WhyVersion]:
    """All of them, newest first, with who wrote, signed and dropped them. One query."""
    return list(WhyVersion.objects.select_related("by", "signed_by", "dropped_by").order_by("-number"))


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing promise and how well real cases keep it; `kept` is None when nothing measures it."""

    promise: StandingPromise
    kept: KeptShare | None


def standing_promises() -> list[StandingPromise]:
    """Those that stand, oldest first. One query."""
    return _standing()


@prepared
def _standing() -> QuerySet[StandingPromise]:
    return StandingPromise.objects.filter(ended_at=None).select_related("team").order_by("stated_at", "pk")


def ended_promises() -> list[StandingPromise]:
    """Those that stand no more, the last one first. One query."""
    return list(StandingPromise.objects.filter(ended_at__isnull=False).select_related("ended_by", "team").order_by("-ended_at"))


def standing_with_figures(*, now: datetime) -> list[Standing]:
    """Those that stand, each with its share over the last 90 days. Three queries, however many there are.

    The figures are the company's: they count all teams' cases, also those that the reader may not open.
    """
    came = came_due(now=now)
    return [Standing(promise, _kept(promise, came)) for promise in standing_promises()]


def figure_of(promise: StandingPromise, *, now: datetime) -> KeptShare | None:
    """One promise's share over the last 90 days; None when nothing measures it. Two queries."""
    return _kept(promise, came_due(now=now))


def _kept(promise: StandingPromise, came: list[Came]) -> KeptShare | None:
    if promise.measure == Measure.NOTHING:
        return None
    return kept_share(came, kind=promise.measure, team_id=promise.team_id)


def came_due(*, now: datetime) -> list[Came]:
    """What came due in the last 90 days by kind and team: kept in time, or broken (which includes kept late).

    What was released counts nowhere: nobody owes it any more. Of promises by hand those count that the customer was told. The team is
    the one that owed it, or whose conversation it was when a colleague owed it. Two queries along the moments kept and broken.
    """
    since = now - WINDOW
    kept = _by_kind_and_team(Q(kept_at__gt=since, kept_at__lte=now, broken_at=None))
    broken = _by_kind_and_team(Q(broken_at__gt=since, broken_at__lte=now))
    return [Came(kind, team, kept.get((kind, team), 0), broken.get((kind, team), 0)) for kind, team in {**kept, **broken}]


def _by_kind_and_team(which: Q) -> dict[tuple[str, int | None], int]:
    told = Promise.objects.filter(which).exclude(kind="by_hand", told_at=None)
    owing: QuerySet[Any, Any] = told.annotate(team=Coalesce("owed_by_team", "conversation__team")).values_list("kind", "team")
    return {(kind, team): number for kind, team, number in owing.annotate(n=Count("pk")).order_by()}


def missed_cases(promise: StandingPromise, actor: User, *, now: datetime) -> list[Promise]:
    """The newest cases in which it was not kept in time, of those that `actor` may read; at most thirty. One query."""
    rows = Promise.objects.filter(kind=promise.measure, broken_at__gt=now - WINDOW, broken_at__lte=now)
    rows = rows.exclude(kind="by_hand", told_at=None)
    if promise.team_id is not None:
        rows = rows.filter(Q(owed_by_team=promise.team_id) | Q(owed_by_team=None, conversation__team=promise.team_id))
    rows = rows.alias(audience=unindexed("conversation__audience")).filter(audience__in=readable_audience_ids(actor))
    rows = rows.select_related("conversation__customer", "owed_by", "owed_by_team").order_by(F("broken_at").desc())
    return list(rows[:MOST_CASES])
