"""Words that mean something are marked, corrected, taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.conversations.models import Message
from heard.events import record_event
from heard.events.recording import NewEvent, record_events
from heard.insights.models import Kind, Signal, SignalChange, Theme
from heard.insights.rules import LONGEST, WordsNotThere, WordsTooLong, place_of_words, trimmed
from heard.insights.vocabulary import Vocabulary, vocabulary
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.timeline.models import Direction, Interaction, InteractionParty

AT_ONCE = 500


class OwnWords(Refusal):
    """What we said ourselves tells nothing of customers."""

    def __init__(self) -> None:
        super().__init__(_("These are our own words. Mark what a customer said, or a note that tells of it."))


class NoWords(Refusal):
    """There is nothing at this place."""

    def __init__(self) -> None:
        super().__init__(_("There are no words to mark here. Perhaps they were erased."))


class TooManyWords(Refusal):
    """So many words show nothing in particular."""

    def __init__(self) -> None:
        super().__init__(_("Mark at most %(number)s characters: the words that show it.") % {"number": LONGEST})


class MarkedAlready(Refusal):
    """The same words are marked so already."""

    def __init__(self) -> None:
        super().__init__(_("These words are marked like this already."))


@dataclass(frozen=True, slots=True)
class NewSignal:
    """Words of an interaction, from `start` up to `end`, and what they mean."""

    interaction: Interaction
    start: int
    end: int
    kind: str
    theme: Theme | None = None


def mark_signal(interaction: Interaction, *, start: int, end: int, kind: str, by: User | None, theme: Theme | None = None) -> Signal:
    """Say what words mean: those from character `start` up to `end` of the interaction's text. `by` None is the machine.

    Marking the same words the same way again answers the first signal. Raises OwnWords, NoWords and TooManyWords.
    """
    return mark_signals([NewSignal(interaction, start, end, kind, theme)], by=by)[0]


@transaction.atomic
def mark_words(interaction: Interaction, *, words: str, kind: str, by: User, theme: Theme | None = None, near: int | None = None) -> Signal:
    """`mark_signal` for words as somebody selected or typed them; of several places the one nearest to character `near`.

    Raises WordsNotThere, WordsStandTwice and WordsTooLong (`rules`), OwnWords and NoWords.
    """
    interaction = lock(interaction)
    start, end = place_of_words(interaction.text, storable(words), near=near)
    return mark_signal(interaction, start=start, end=end, kind=kind, by=by, theme=theme)


@transaction.atomic
def mark_signals(news: Sequence[NewSignal], *, by: User | None) -> list[Signal]:
    """`mark_signal` for many: six queries for each 500, and none of them is made if one cannot be."""
    words = vocabulary()
    return [signal for start in range(0, len(news), AT_ONCE) for signal in _mark(news[start : start + AT_ONCE], by, words)]


def _mark(news: Sequence[NewSignal], by: User | None, words: Vocabulary) -> list[Signal]:
    said = {row.pk: row for row in lock(Interaction.objects.filter(pk__in={new.interaction.pk for new in news}))}
    speakers = speakers_of(said.values())
    standing = Signal.objects.standing().filter(interaction__in=said, end__gt=0)
    known = {_meaning(signal): signal for signal in standing}
    signals, made, moment = [], [], now()
    for new in news:
        interaction = said[new.interaction.pk]
        theme = words.now(new.theme.pk) if new.theme else None
        start, end = _place(interaction, new)
        signal = Signal(
            interaction=interaction, identity_id=speakers.get(interaction.pk), start=start, end=end, kind=Kind(new.kind).value, theme=theme,
            by=by, at=moment, said_at=interaction.happened_at,
        )  # fmt: skip
        if (first := known.get(_meaning(signal))) is None:
            known[_meaning(signal)] = first = signal
            made.append(signal)
        signals.append(first)
    Signal.objects.bulk_create(made)
    _record(made, by)
    return signals


def _meaning(signal: Signal) -> tuple[int, int, int, str, int | None]:
    return signal.interaction_id, signal.start, signal.end, signal.kind, signal.theme_id


def _place(interaction: Interaction, new: NewSignal) -> tuple[int, int]:
    if interaction.direction == Direction.OUT:
        raise OwnWords
    try:
        return trimmed(interaction.text, new.start, new.end)
    except WordsNotThere:
        raise NoWords from None
    except WordsTooLong:
        raise TooManyWords from None


def _record(made: Sequence[Signal], by: User | None) -> None:
    places = dict(
        Message.objects.filter(interaction__in={one.interaction_id for one in made}).values_list("interaction_id", "conversation_id")
    )
    record_events(
        NewEvent(
            "signal.marked", signal, by, signal.interaction.audience_id, signal.interaction.is_history,
            fields={
                "conversation_id": places.get(signal.interaction_id), "interaction_id": signal.interaction_id,
                "identity_id": signal.identity_id, "theme_id": signal.theme_id, "signal_kind": signal.kind,
            },
        )
        for signal in made
    )  # fmt: skip


def speakers_of(interactions: Collection[Interaction]) -> dict[int, int]:
    """Whose words these are, by interaction: who wrote it, or for a note of whom it tells. One query."""
    rows = InteractionParty.objects.filter(interaction__in=[one.pk for one in interactions], role__in=["from", "about"])
    return dict(rows.order_by("role", "-pk").values_list("interaction_id", "identity_id"))  # "from" after "about": it wins


@transaction.atomic
def change_signal(signal: Signal, *, kind: str, theme: Theme | None, by: User) -> Signal:
    """Correct what words mean. The earlier meaning stays on record. Raises MarkedAlready when another signal says just this."""
    interaction = lock(Interaction(pk=signal.interaction_id))
    signal = lock(signal)
    meant = vocabulary().now(theme.pk) if theme else None
    was_kind, was_theme = signal.kind, signal.theme_id
    signal.kind, signal.theme = Kind(kind).value, meant
    if (signal.kind, signal.theme_id) == (was_kind, was_theme):
        return signal
    _refuse_twins(signal)
    signal.save(update_fields=["kind", "theme"])
    SignalChange.objects.create(
        signal=signal, was_kind=was_kind, kind=signal.kind, was_theme_id=was_theme, theme=meant, by=by, at=now()
    )  # fmt: skip
    record_event(
        "signal.changed", signal, actor=by, audience_id=interaction.audience_id, conversation_id=_conversation_id(signal),
        theme_id=signal.theme_id, was_theme_id=was_theme, signal_kind=signal.kind, was_signal_kind=was_kind,
    )  # fmt: skip
    return signal


@transaction.atomic
def retract_signal(signal: Signal, *, by: User) -> Signal:
    """Say that words do not mean this after all. It counts nowhere any more; twice changes nothing."""
    interaction = lock(Interaction(pk=signal.interaction_id))
    signal = lock(signal)
    if signal.retracted_at is None:
        signal.retracted_at, signal.retracted_by = now(), by
        signal.save(update_fields=["retracted_at", "retracted_by"])
        record_event(
            "signal.retracted", signal, actor=by, audience_id=interaction.audience_id, conversation_id=_conversation_id(signal),
            interaction_id=signal.interaction_id, theme_id=signal.theme_id,
        )  # fmt: skip
    return signal


@transaction.atomic
def restore_signal(signal: Signal, *, by: User) -> Signal:
    """Take a retraction back: the signal counts again, with all evidence it was. Raises MarkedAlready and NoWords."""
    interaction = lock(Interaction(pk=signal.interaction_id))
    signal = lock(signal)
    if signal.retracted_at is None:
        return signal
    if interaction.erased_at is not None or signal.is_emptied:
        raise NoWords
    signal.retracted_at, signal.retracted_by = None, None
    _refuse_twins(signal)
    signal.save(update_fields=["retracted_at", "retracted_by"])
    _record([signal], by)
    return signal


def _refuse_twins(signal: Signal) -> None:
    same = Signal.objects.standing().filter(interaction=signal.interaction_id, start=signal.start, end=signal.end, kind=signal.kind)
    if signal.end and same.filter(theme=signal.theme_id).exclude(pk=signal.pk).exists():
        raise MarkedAlready


def _conversation_id(signal: Signal) -> int | None:
    return Message.objects.filter(interaction=signal.interaction_id).values_list("conversation_id", flat=True).first()
