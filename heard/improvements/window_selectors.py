"""What everybody may read: improvements whose owner published a decision, with its reason; numbers of people from ten on; quotations with consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max

from heard.improvements.models import Decision, Improvement, LoopStanding, QuoteConsent, State
from heard.improvements.selectors import voices_of
from heard.lib.time import now

FLOOR = 10
"""Groups of fewer people are not shown: their members could be found out."""
MOST = 200
VIEWS: dict[str, tuple[str, ...]] = {
    "all": tuple(State.values),
    "done": (State.DONE,),
    "under-way": (State.CONSIDERING, State.PLANNED, State.DOING),
    "said-no": (State.DECLINED,),
}
SHOWN_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Quotation:
    words: str
    name: str


@dataclass(slots=True)
class WindowItem:
    """One thing on the window. `people` is None below the floor. `since` is when it came into this state."""

    improvement: Improvement
    decision: Decision
    people: int | None
    since: datetime
    quotations: list[Quotation] = field(default_factory=list)

    @property
    def state(self) -> str:
        return self.decision.state


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """The first sentence: people who spoke in a year (None below the floor), and how many things are in each state."""

    spoke: int | None
    done: int
    under_way: int
    said_no: int


def window_items(view: str = "all") -> list[WindowItem]:
    """What is published, what was decided last first, at most 200. Three queries."""
    decisions = [one for one in published_decisions() if one.state in VIEWS[view]][:MOST]
    voices = voices_of([one.improvement_id for one in decisions])
    quotations = _quotations(one.improvement_id for one in decisions)
    return [
        WindowItem(
            one.improvement, one, _from_floor(voices[one.improvement_id].people_for) if one.improvement_id in voices else None, one.at,
            quotations.get(one.improvement_id, []),
        )
        for one in decisions
    ]  # fmt: skip


def published_decisions() -> list[Decision]:
    """The decisions in force that are public, newest first. One query.

    An improvement whose last decision is not public is not on the window, whatever was published before.
    """
    last = Decision.objects.values("improvement").annotate(last=Max("pk")).values("last")
    return list(Decision.objects.filter(pk__in=last, is_public=True).select_related("improvement").order_by("-at", "-pk"))


def window_figures() -> WindowFigures:
    """Two queries."""
    states = [one.state for one in published_decisions()]
    a_year_ago = now() - timedelta(days=365)
    return WindowFigures(
        _from_floor(LoopStanding.objects.filter(spoke_at__gte=a_year_ago).count()),
        sum(state in VIEWS["done"] for state in states),
        sum(state in VIEWS["under-way"] for state in states),
        sum(state in VIEWS["said-no"] for state in states),
    )


def quotes_to_choose(improvement: Improvement) -> list[tuple[QuoteConsent, str]]:
    """(consent, words) of everybody who agreed to be quoted about an improvement, newest first. One query."""
    rows = QuoteConsent.objects.filter(improvement=improvement, withdrawn_at=None).select_related("signal__interaction").order_by("-pk")
    return [(one, words) for one in rows if (words := words_of(one))]


def words_of(consent: QuoteConsent) -> str:
    """The words somebody agreed to, as they stand now; empty when they were erased, marked otherwise or taken back."""
    signal = consent.signal
    if (
        signal.retracted_at is not None
        or signal.interaction.erased_at is not None
        or (signal.start, signal.end) != (consent.start, consent.end)
    ):
        return ""
    return " ".join(signal.interaction.text[consent.start : consent.end].split())


def _quotations(improvement_ids: Iterable[int]) -> dict[int, list[Quotation]]:
    rows = QuoteConsent.objects.filter(improvement__in=list(improvement_ids), withdrawn_at=None, is_shown=True)
    found: dict[int, list[Quotation]] = {}
    for one in rows.select_related("signal__interaction").order_by("pk"):
        words, some = words_of(one), found.setdefault(one.improvement_id, [])
        if words and len(some) < SHOWN_QUOTES:
            some.append(Quotation(words, one.name))
    return found


def _from_floor(number: int) -> int | None:
    return number if number >= FLOOR else None
