"""Reads shaped for the pages of improvements, and for whoever tells people what came of what they said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from heard.conversations.models import Message
from heard.improvements.models import Decision, Evidence, Improvement


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
    ids, found = sorted(interaction_ids), {}
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
