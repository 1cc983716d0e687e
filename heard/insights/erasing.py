"""What an erasure does to signals: the place of the words goes with the words; that somebody said something of this kind stays counted.

In messages of others that stay without the person, a signal keeps its words where they are still there.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.insights.models import Signal
from heard.insights.rules import place_after_redaction
from heard.lib.db import lock, update_rows
from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.timeline.erasing import parts_of
from heard.timeline.models import Interaction


@eraser("words_of_signals", order=9)
def remember_words(scope: ErasureScope) -> list[Outcome]:
    """Before others' words are changed: what signals in them say now, by signal. Their interactions are held, so that none is marked meanwhile."""
    words: dict[int, str] = {}
    if not scope.is_preview:
        for some in parts_of(scope.shared_interaction_ids):
            marked = Signal.objects.filter(interaction__in=some, end__gt=0).values("interaction")
            texts = {row.pk: row.text for row in lock(Interaction.objects.filter(pk__in=marked))}
            rows = Signal.objects.filter(interaction__in=list(texts), end__gt=0).values_list("pk", "interaction_id", "start", "end")
            words |= {number: texts[interaction][start:end] for number, interaction, start, end in rows}
    scope.prepared["signals"] = words
    return []


@eraser("signals", order=12)
def erase_signals(scope: ErasureScope) -> Outcome:
    """After the words themselves: empty what points into messages that are stubs now, and point to where the others' words stand."""
    left = gettext_noop("That somebody said something of this kind stays counted, without the words.")
    theirs = [Signal.objects.filter(interaction__in=some, end__gt=0) for some in parts_of(scope.interaction_ids)]
    if scope.is_preview:
        number = sum(rows.count() for rows in theirs)
        return Outcome("signals", number, left, number)
    number = sum(rows.update(start=0, end=0) for rows in theirs)
    for some in parts_of(scope.shared_interaction_ids):
        _follow_words(scope, lock(Signal.objects.filter(interaction__in=some, end__gt=0)))
    scope.tables.add(Signal._meta.db_table)
    return Outcome("signals", number, left, number)


def _follow_words(scope: ErasureScope, signals: list[Signal]) -> None:
    texts = dict(Interaction.objects.filter(pk__in={one.interaction_id for one in signals}).values_list("pk", "text"))
    moved = []
    for signal in signals:
        place = _place(scope, texts[signal.interaction_id], scope.prepared["signals"][signal.pk], signal.start)
        if place != (signal.start, signal.end):
            signal.start, signal.end = place
            moved.append(signal)
    update_rows(moved, ["start", "end"])


def _place(scope: ErasureScope, text: str, words: str, was: int) -> tuple[int, int]:
    """Where the words stand now; if the person was in them, what is left of them."""
    place = place_after_redaction(text, words, was=was)
    return place if place != (0, 0) else place_after_redaction(text, scope.redactor().words(words), was=was)
