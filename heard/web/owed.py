"""What we owe, as chips and promise objects: in words, never by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heard.conversations.models import Conversation, DueKind, Standing
from heard.promises.models import Promise, PromiseState
from heard.ui.moments import duration_in_words, moment_in_words

SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Chip:
    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The fields of the promise object of the design: sentence, terms, state, tone, and the share of its time that is gone.

    `terms` may strike through the first date. `url` is the promise's own page, "" for a reply that is owed.
    """

    what: str
    terms: str
    state: str
    tone: str
    share: float
    url: str = ""
    number: int = 0

    @property
    def chip(self) -> str:
        """The tone of the same state as a chip: one that runs in time is a promise, one that nobody was told waits."""
        return {"": "promise", "target": "waiting"}.get(self.tone, self.tone)


def due_chip(conversation: Conversation, *, now: datetime) -> Chip | None:
    """The one chip of a row: what is due, since when somebody waits, or until when it sleeps."""
    if conversation.standing == Standing.CLOSED:
        return Chip("", _("Closed"))
    if conversation.standing == Standing.SNOOZED and conversation.snoozed_until is not None:
        return Chip("waiting", _("Back %(moment)s") % {"moment": moment_in_words(conversation.snoozed_until, now=now)})
    if conversation.due_at is not None:
        return _due(conversation.due_at, now, "promise" if conversation.due_kind == DueKind.BY_HAND else "reply")
    if conversation.waiting_since is not None:
        return Chip("soon", _("Waiting %(time)s") % {"time": duration_in_words((now - conversation.waiting_since).total_seconds())})
    return Chip("waiting", _("Waiting on customer"))


def _due(due_at: datetime, now: datetime, what: Literal["promise", "target", "reply"]) -> Chip:
    if due_at < now:
        late = {"time": duration_in_words((now - due_at).total_seconds())}
        said = {"promise": _("Promise %(time)s late"), "target": _("Target %(time)s late"), "reply": _("Reply %(time)s late")}
        return Chip("late", said[what] % late)
    by = {"moment": moment_in_words(due_at, now=now, style="time")}
    text = {"promise": _("Promise by %(moment)s"), "target": _("Target by %(moment)s"), "reply": _("Reply by %(moment)s")}[what] % by
    return Chip("soon" if due_at - now < SOON else "promise" if what == "promise" else "waiting", text)


def due_chips(conversation: Conversation, promises: Sequence[Promise], *, now: datetime) -> list[Chip]:
    """What is owed in one conversation, soonest first, at most three; as in its row when nothing is."""
    first = due_chip(conversation, now=now)
    soonest = [promise for promise in promises if promise.is_open][:3]
    if conversation.standing in (Standing.CLOSED, Standing.SNOOZED):
        late = [_chip_of(promise, now) for promise in soonest if promise.is_by_hand and promise.due_at < now]
        return [*([first] if first else []), *late]
    return [_chip_of(promise, now) for promise in soonest] or ([first] if first else [])


def _chip_of(promise: Promise, now: datetime) -> Chip:
    return _due(promise.due_at, now, "reply" if not promise.is_by_hand else "target" if promise.is_target else "promise")


def promise_chip(promise: Promise, *, now: datetime) -> Chip:
    """One open promise as a chip."""
    return _chip_of(promise, now)


def promises_by_message(promises: Sequence[Promise], *, now: datetime) -> dict[int, list[PromiseView]]:
    """Under which message each promise stands: the one that told it, and each that told a new date. By the interactions' ids."""
    found: dict[int, list[PromiseView]] = {}
    for promise in promises:
        if promise.is_by_hand:
            shown = promise_view(promise, now=now)
            told_in = {promise.told_in_id or promise.made_in_id, *(change.told_in_id for change in promise.changes.all())}
            for number in told_in - {None}:
                found.setdefault(number or 0, []).append(shown)
    return found


def broken_moments(promises: Sequence[Promise], *, now: datetime) -> list[datetime]:
    """When promises that the customer knew of passed unkept."""
    told = [promise for promise in promises if promise.is_by_hand and not promise.is_target]
    passed = {promise.due_at for promise in told if promise.is_open and promise.due_at < now}
    return sorted(passed | {promise.broken_at for promise in told if promise.broken_at})


def promise_view(promise: Promise, *, now: datetime) -> PromiseView:
    """A promise or target as the object that stands in the thread, in the inbox's panels and on the person's page.

    Its changes were loaded with it (`selectors.with_changes`).
    """
    if not promise.is_by_hand:
        what = _("First reply") if promise.kind == DueKind.FIRST_REPLY else _("Reply")
        return PromiseView(what, _terms(promise, now), *_state(promise, now))
    url = reverse("web:promise", args=[promise.pk])
    return PromiseView(promise.text or _("Erased"), _terms(promise, now), *_state(promise, now), url, promise.pk)


def owner_of(promise: Promise) -> str:
    """Who owes it, by name; "" when nobody does by name."""
    return promise.owed_by.name if promise.owed_by else promise.owed_by_team.name if promise.owed_by_team else ""


def waiting_date(promise: Promise) -> datetime | None:
    """The newest date of an open promise that does not count yet because the customer was not told. No query when changes are loaded."""
    changes = list(promise.changes.all()) if promise.is_by_hand and promise.is_open else []
    newest = changes[-1] if changes else None
    return newest.due_at if newest is not None and newest.told_at is None and newest.due_at != promise.due_at else None


def _terms(promise: Promise, now: datetime) -> SafeString:
    told = _("told %(moment)s") % {"moment": moment_in_words(promise.told_at, now=now)} if promise.told_at else _("target, not told")
    parts = [owner_of(promise), _dates(promise, now), told]
    if (newer := waiting_date(promise)) is not None:
        parts.append(_("new date %(moment)s, not told yet") % {"moment": moment_in_words(newer, now=now, style="exact")})
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


def _dates(promise: Promise, now: datetime) -> SafeString:
    """By when; the first date stays in sight, struck through."""
    by = conditional_escape(_("by %(moment)s") % {"moment": moment_in_words(promise.due_at, now=now, style="exact")})
    if not promise.has_moved:
        return by
    first = moment_in_words(promise.first_due_at, now=now, style="exact")
    return format_html('<s><span class="hidden">{} </span>{}</s> {}', _("first promised for"), first, by)


def _state(promise: Promise, now: datetime) -> tuple[str, str, float]:
    if promise.state == PromiseState.KEPT and promise.kept_at is not None:
        if promise.broken_at is None:
            return _("Kept %(moment)s") % {"moment": moment_in_words(promise.kept_at, now=now)}, "kept", 1
        late = duration_in_words((promise.kept_at - promise.due_at).total_seconds())
        return _("Kept %(time)s late") % {"time": late}, "late", 1
    if promise.state == PromiseState.RELEASED:
        return _("Released"), "", 1
    if promise.due_at < now:
        return _("%(time)s late") % {"time": duration_in_words((now - promise.due_at).total_seconds())}, "late", 1
    whole = (promise.due_at - promise.made_at).total_seconds() or 1
    share = (now - promise.made_at).total_seconds() / whole
    left = duration_in_words((promise.due_at - now).total_seconds())
    tone = "target" if promise.is_target else "soon" if promise.due_at - now < SOON else ""
    return _("Due in %(time)s") % {"time": left}, tone, share
