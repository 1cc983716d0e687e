"""A change is proposed, and worded better."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.improvements.models import Decision, Improvement, ImprovementChange, State
from heard.improvements.services.evidence import add_evidence
from heard.insights.models import Signal
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now

LIMITS = {"title": 160, "what_changes": 4000, "for_whom": 300, "expected_effect": 500}
"""Characters of what colleagues word themselves, by field."""


class NoTitle(Refusal):
    """An improvement needs a line that says what would change."""

    def __init__(self) -> None:
        super().__init__(_("Say in a line what would change."))


class NotYourImprovement(Refusal):
    """Somebody else owns this improvement."""

    def __init__(self, improvement: Improvement) -> None:
        name = improvement.owner.name
        super().__init__(_("%(name)s owns this improvement. Ask them, or a lead, to change it or to decide.") % {"name": name})


def may_decide(improvement: Improvement, user: User) -> bool:
    """Whoever owns an improvement words it and decides, and leads."""
    return user.can_write and (user.is_lead or improvement.owner_id == user.pk)


def refuse_unless_theirs(improvement: Improvement, user: User) -> None:
    """Raise NotYourImprovement unless `user` may decide about it."""
    if not may_decide(improvement, user):
        raise NotYourImprovement(improvement)


@transaction.atomic
def propose_improvement(
    title: str,
    *,
    by: User,
    owner: User | None = None,
    what_changes: str = "",
    for_whom: str = "",
    expected_effect: str = "",
    signals: Iterable[Signal] = (),
    once: UUID | None = None,
) -> Improvement:
    """Put a change up for consideration, with the signals that speak for it. Without an owner it is owned by whoever proposes it.

    A second call with the same `once` answers the first improvement. Raises NoTitle.
    """
    if once is not None and (first := Improvement.objects.filter(made_by=by, once=once).first()) is not None:
        return first
    words = _worded({"title": title, "what_changes": what_changes, "for_whom": for_whom, "expected_effect": expected_effect})
    moment = now()
    improvement = Improvement.objects.create(**words, owner=owner or by, made_by=by, made_at=moment, once=once)
    Decision.objects.create(improvement=improvement, state=State.CONSIDERING, by=by, at=moment)
    record_event("improvement.proposed", improvement, actor=by, owner_id=improvement.owner_id)
    add_evidence(improvement, signals, by=by)
    return improvement


@transaction.atomic
def change_improvement(improvement: Improvement, *, by: User, owner: User | None = None, **words: str) -> Improvement:
    """Word an improvement better (`title`, `what_changes`, `for_whom`, `expected_effect`), or give it to `owner`. What it said before stays on record.

    Raises NotYourImprovement and NoTitle.
    """
    improvement = lock(improvement)
    refuse_unless_theirs(improvement, by)
    changes, was_owner = [], improvement.owner
    for field, new in _worded(words).items():
        was = getattr(improvement, field)
        if was != new:
            changes.append(ImprovementChange(improvement=improvement, field=field, was=was, by=by, at=now()))
            setattr(improvement, field, new)
    if owner is not None and owner != was_owner:
        changes.append(ImprovementChange(improvement=improvement, field="owner", was=was_owner.name, by=by, at=now()))
        improvement.owner = owner
    if changes:
        ImprovementChange.objects.bulk_create(changes)
        improvement.save(update_fields=[*LIMITS, "owner"])
        record_event("improvement.changed", improvement, actor=by, owner_id=improvement.owner_id, was_owner_id=was_owner.pk)
    return improvement


def _worded(words: dict[str, str]) -> dict[str, str]:
    worded = {field: storable(text.strip(), LIMITS[field]) for field, text in words.items()}
    if "title" in worded:
        worded["title"] = " ".join(worded["title"].split())
        if not worded["title"]:
            raise NoTitle
    return worded
