"""Reads shaped for the pages of improvements, and for whoever tells people what came of what they said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Message
from heard.improvements.models import Decision, Evidence, Improvement, State
from heard.insights.models import Signal
from heard.insights.selectors import Quote, quotes_of
from heard.insights.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Raiser:
    """One person who asked for an improvement: where they said it last. `conversation_id` is None for what was said outside of one."""

    person_number: int
    identity_id: int
    conversation_id: int | None
    channel: str
    signal_id: int


@dataclass(frozen=True, slots=True)
class Voices:
    """How many people speak for and against, and in how many marked places. People who were erased still count."""

    people_for: int = 0
    people_against: int = 0
    signals: int = 0


def people_who_raised(improvement: Improvement, *, is_against: bool = False) -> list[Raiser]:
    """Everybody who spoke for an improvement (or against it), each person once, those heard last first. Two queries.

    Where somebody said it several times, the newest place stands. Erased people are not among them: nobody can be told any more.
    """
    rows = (
        Evidence.objects.standing()
        .filter(improvement=improvement, is_against=is_against, signal__identity__isnull=False, signal__identity__erased_at=None)
        .order_by("-signal__said_at", "-signal_id")
        .values_list(
            "signal__identity__person_number", "signal__identity_id", "signal__interaction_id", "signal__interaction__channel", "signal_id"
        )
    )
    newest: dict[int, tuple[int, int, int, str, int]] = {}
    for row in rows:
        newest.setdefault(row[0], row)
    places = _conversations_of(row[2] for row in newest.values())
    return [
        Raiser(number, identity, places.get(interaction), channel, signal)
        for number, identity, interaction, channel, signal in newest.values()
    ]


def _conversations_of(interaction_ids: Iterable[int]) -> dict[int, int]:
    """Conversation of each interaction; one that was joined into another is answered as the other, where its messages are."""
    ids = sorted(interaction_ids)
    found: dict[int, int] = {}
    for start in range(0, len(ids), 10_000):
        some = ids[start : start + 10_000]
        found |= dict(Message.objects.filter(interaction__in=some).values_list("interaction_id", "conversation_id"))
    return found


def voices_of(improvement_ids: Iterable[int]) -> dict[int, Voices]:
    """People for and against each improvement, of all audiences: a count shows nobody's words. One query."""
    person = "signal__identity__person_number"
    rows = (
        Evidence.objects.standing()
        .filter(improvement__in=list(improvement_ids))
        .values("improvement")
        .annotate(
            people_for=Count(person, distinct=True, filter=Q(is_against=False)),
            people_against=Count(person, distinct=True, filter=Q(is_against=True)),
            signals=Count("pk"),
        )
    )
    return {row["improvement"]: Voices(row["people_for"], row["people_against"], row["signals"]) for row in rows}


def current_decision(improvement: Improvement) -> Decision:
    """The decision that holds: the last one. Every improvement has one from its first moment. One query."""
    return Decision.objects.filter(improvement=improvement).select_related("by").latest("pk")


def get_improvement(number: int) -> Improvement:
    """An improvement with its owner; Http404 when there is none. Every colleague may read it: it holds no customer's words."""
    improvement = Improvement.objects.with_state().select_related("owner", "made_by").filter(pk=number).first()
    if improvement is None:
        raise Http404
    return improvement


@dataclass(frozen=True, slots=True)
class Line:
    """An improvement in the list, with its last decision and who speaks for it."""

    improvement: Improvement
    decision: Decision
    voices: Voices


VIEWS: dict[str, tuple[str, ...]] = {
    "open": (State.CONSIDERING, State.PLANNED, State.DOING),
    "done": (State.DONE,),
    "declined": (State.DECLINED,),
    "all": tuple(State),
}


def list_improvements(view: str = "all", *, limit: int = 50, before: int | None = None, signals_of: int | None = None) -> list[Line]:
    """Improvements of a view, those decided last first, after the decision `before`; `signals_of` keeps those with evidence of a theme. Three queries."""
    last = Decision.objects.filter(improvement=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Improvement.objects.annotate(last=Subquery(last)).filter(last__in=Decision.objects.filter(state__in=VIEWS[view]).values("pk"))
    if before is not None:
        rows = rows.filter(last__lt=before)
    if signals_of is not None:
        members = vocabulary().members(signals_of)
        spoken = Evidence.objects.standing().filter(improvement=OuterRef("pk"), signal__theme__in=members)
        rows = rows.filter(Exists(spoken))
    improvements = list(rows.select_related("owner").order_by("-last")[:limit])
    decisions = {row.improvement_id: row for row in Decision.objects.filter(pk__in=[row.last for row in improvements])}
    voices = voices_of([row.pk for row in improvements])
    return [Line(row, decisions[row.pk], voices.get(row.pk, Voices())) for row in improvements]


def count_improvements() -> dict[str, int]:
    """How many improvements are in each view. One query."""
    last = Decision.objects.filter(improvement=OuterRef("pk")).order_by("-pk").values("state")[:1]
    states = Counter(Improvement.objects.annotate(state=Subquery(last)).values_list("state", flat=True))
    return {view: sum(states[state] for state in wanted) for view, wanted in VIEWS.items()}


def decisions_of(improvement: Improvement) -> list[Decision]:
    """Every decision, the last one first. One query."""
    return list(Decision.objects.filter(improvement=improvement).select_related("by").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence as it is read."""

    evidence: Evidence
    quote: Quote


def evidence_of(improvement: Improvement, actor: User, *, is_against: bool = False, limit: int = 20, after: int = 0) -> list[Said]:
    """Evidence whose words `actor` may read, what was said last first, `limit` of it after the first `after`. Three queries.

    What was erased is not among it; it is counted by `voices_of`.
    """
    rows = Evidence.objects.standing().filter(improvement=improvement, is_against=is_against, signal__end__gt=0)
    rows = rows.filter(signal__interaction__audience__in=readable_audience_ids(actor)).order_by("-signal__said_at", "-signal_id")
    shown = {row.signal_id: row for row in rows[after : after + limit]}
    quotes = quotes_of(Signal.objects.filter(pk__in=shown).order_by("-said_at", "-pk"), actor)
    return [Said(shown[quote.signal.pk], quote) for quote in quotes]


def improvements_of_signals(signal_ids: Iterable[int]) -> dict[int, list[Improvement]]:
    """The improvements that each signal speaks for or against, by signal. One query."""
    found: dict[int, list[Improvement]] = {}
    for row in Evidence.objects.standing().filter(signal__in=list(signal_ids)).select_related("improvement").order_by("pk"):
        found.setdefault(row.signal_id, []).append(row.improvement)
    return found


def meaning_of_evidence(improvement: Improvement) -> tuple[str, int | None]:
    """The kind and theme that most people's evidence for an improvement has; ("wish", None) when it has none yet. One query."""
    rows = (
        Evidence.objects.standing()
        .filter(improvement=improvement, is_against=False)
        .values("signal__kind", "signal__theme")
        .annotate(number=Count("pk"))
        .order_by("-number", "signal__kind", "signal__theme")
    )
    first = rows.first()
    return (first["signal__kind"], first["signal__theme"]) if first else ("wish", None)
