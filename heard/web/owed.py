"""What we owe, as chips and promise objects: in words, never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    """The fields of the promise object of the design: sentence, terms, state, tone, and the share of its time that is gone."""

    what: str
    terms: str
    state: str
    tone: str
    share: float


def due_chip(conversation: Conversation, *, now: datetime) -> Chip | None:
    """The one chip of a row: what is due, since when somebody waits, or until when it sleeps."""
    if conversation.standing == Standing.CLOSED:
        return Chip("", _("Closed"))
    if conversation.standing == Standing.SNOOZED and conversation.snoozed_until is not None:
        return Chip("waiting", _("Back %(moment)s") % {"moment": moment_in_words(conversation.snoozed_until, now=now)})
    if conversation.due_at is not None:
        return _due(conversation, conversation.due_at, now)
    if conversation.waiting_since is not None:
        return Chip("soon", _("Waiting %(time)s") % {"time": duration_in_words((now - conversation.waiting_since).total_seconds())})
    return Chip("waiting", _("Waiting on customer"))


def _due(conversation: Conversation, due_at: datetime, now: datetime) -> Chip:
    is_promise = conversation.due_kind == DueKind.BY_HAND
    if due_at < now:
        late = {"time": duration_in_words((now - due_at).total_seconds())}
        return Chip("late", _("Promise %(time)s late") % late if is_promise else _("Reply %(time)s late") % late)
    by = {"moment": moment_in_words(due_at, now=now, style="time")}
    text = _("Promise by %(moment)s") % by if is_promise else _("Reply by %(moment)s") % by
    return Chip("soon" if due_at - now < SOON else "promise" if is_promise else "waiting", text)


def promise_view(promise: Promise, *, now: datetime) -> PromiseView:
    """A promise or target as the object that stands in the thread, on the person's page and on the customer's."""
    what = promise.text or (_("First reply") if promise.kind == "first_reply" else _("Reply"))
    owner = promise.owed_by.name if promise.owed_by else promise.owed_by_team.name if promise.owed_by_team else ""
    told = _("told %(moment)s") % {"moment": moment_in_words(promise.told_at, now=now)} if promise.told_at else _("target, not told")
    terms = " · ".join(
        part for part in (owner, _("by %(moment)s") % {"moment": moment_in_words(promise.due_at, now=now, style="exact")}, told) if part
    )
    return PromiseView(what, terms, *_state(promise, now))


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
