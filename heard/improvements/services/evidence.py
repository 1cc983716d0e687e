"""Signals speak for an improvement, or against it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.improvements.models import Evidence, Improvement
from heard.insights.models import Signal
from heard.lib.db import lock, update_rows
from heard.lib.errors import Refusal
from heard.lib.time import now

AT_ONCE = 500


class SignalIsGone(Refusal):
    """It was taken back, so it shows nothing."""

    def __init__(self) -> None:
        super().__init__(_("Somebody took this signal back. Mark the words again if they do show it."))


@transaction.atomic
def add_evidence(improvement: Improvement, signals: Iterable[Signal], *, by: User | None, is_against: bool = False) -> list[Evidence]:
    """Let signals speak for an improvement, or against it; one that speaks for it already changes sides if it must.

    Answers one row for each signal, in order of signal. Signals that were taken back are left out. Five queries for each 500.
    """
    ids = sorted({signal.pk for signal in signals})
    if not ids:
        return []
    improvement = lock(improvement)
    rows = [row for start in range(0, len(ids), AT_ONCE) for row in _add(improvement, ids[start : start + AT_ONCE], by, is_against)]
    if new := [row.signal_id for row in rows if getattr(row, "is_new", False)]:
        record_event("evidence.added", improvement, actor=by, improvement_id=improvement.pk, signal_ids=new, is_against=is_against)
    return rows


def _add(improvement: Improvement, ids: list[int], by: User | None, is_against: bool) -> list[Evidence]:
    standing = list(Signal.objects.standing().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    there = {row.signal_id: row for row in Evidence.objects.filter(improvement=improvement, signal__in=standing, withdrawn_at=None)}
    moment = now()
    changed = [row for row in there.values() if row.is_against != is_against]
    for row in changed:  # it said the other thing until now: that stays on record
        row.withdrawn_at, row.withdrawn_by = moment, by
    update_rows(changed, ["withdrawn_at", "withdrawn_by"])
    kept = {number: row for number, row in there.items() if row not in changed}
    new = [
        Evidence(improvement=improvement, signal_id=number, is_against=is_against, by=by, at=moment)
        for number in standing
        if number not in kept
    ]
    Evidence.objects.bulk_create(new)
    for row in new:
        row.is_new = True  # type: ignore[attr-defined]
    return sorted([*kept.values(), *new], key=lambda row: row.signal_id)


@transaction.atomic
def withdraw_evidence(evidence: Evidence, *, by: User) -> Evidence:
    """Say that a signal does not speak for the improvement after all. The signal itself stays; twice changes nothing."""
    lock(evidence.improvement)
    evidence = lock(evidence)
    if evidence.withdrawn_at is None:
        evidence.withdrawn_at, evidence.withdrawn_by = now(), by
        evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record_event(
            "evidence.withdrawn", evidence.improvement, actor=by, improvement_id=evidence.improvement_id, signal_ids=[evidence.signal_id]
        )
    return evidence


@transaction.atomic
def restore_evidence(evidence: Evidence, *, by: User) -> Evidence:
    """Let a signal speak again as it did. Raises SignalIsGone when it was taken back meanwhile."""
    rows = add_evidence(evidence.improvement, [evidence.signal], by=by, is_against=evidence.is_against)
    if not rows:
        raise SignalIsGone
    return rows[0]
