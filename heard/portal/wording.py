"""The first two sentences of a customer's page, and its promises, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from heard.conversations.models import Conversation
from heard.portal.rules import Lead, Standing, Told, first_name, lead_of
from heard.promises.models import Promise, PromiseState
from heard.ui.moments import moment_in_words


@dataclass(frozen=True, slots=True)
class Opening:
    """Heading and lead of the page."""

    lead: Lead
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """The fields of the promise object."""

    what: str
    terms: Any
    state: str
    tone: str
    share: float


def opening(
    conversation: Conversation,
    name: str,
    *,
    told: Sequence[Promise],
    they_said_solved: bool,
    may_settle: bool,
    spoke: tuple[bool, datetime] | None,
    now: datetime,
) -> Opening:
    """What the page says first. `told` are open promises; `spoke` is who of both spoke last (True: the customer), and when."""
    they_spoke_last = spoke is not None and spoke[0]
    facts = Standing(
        conversation.is_open, they_said_solved, they_spoke_last, [Told(promise.first_due_at, promise.due_at) for promise in told]
    )  # fmt: skip
    lead = lead_of(facts, now=now)
    greeting = first_name(name)
    # Translators: the greeting before the first sentence of a customer's page.
    hello = _("Hello %(name)s.") % {"name": greeting} if greeting else _("Hello.")
    title, text = _sentences(lead, conversation, told, spoke, now, may_settle=may_settle)
    return Opening(lead, f"{hello} {title}", text)


def _sentences(
    lead: Lead, conversation: Conversation, told: Sequence[Promise], spoke: tuple[bool, datetime] | None, now: datetime, *, may_settle: bool
) -> tuple[str, str]:
    values = {"who": who_has_it(conversation)}
    if told:
        soonest = min(told, key=lambda promise: promise.due_at)
        values |= {
            "first": moment_in_words(soonest.first_due_at, now=now, style="exact"),
            "by": moment_in_words(soonest.due_at, now=now, style="exact"),
            "what": soonest.text or _("An answer"),
        }
    if spoke is not None:
        values["at"] = moment_in_words(spoke[1], now=now, style="exact")
    if conversation.closed_at is not None:
        values["closed"] = moment_in_words(conversation.closed_at, now=now, style="exact")
    title, text = {
        Lead.LATE: (_("We are late with what we promised."), _("We said %(by)s and did not keep it. %(who)s has it.")),
        Lead.MOVED: (_("It takes longer than we said."), _("We first said %(first)s. Now it is %(by)s.")),
        Lead.OWED: (_("This is in hand."), _("%(what)s: by %(by)s.")),
        Lead.RECEIVED: (_("We have your message."), _("It came %(at)s. %(who)s has it.")),
        Lead.ANSWERED: (_("Here is our answer."), _answered(spoke is not None, may_settle)),
        Lead.SOLVED: (_("Good to hear that it is solved."), _("You told us %(closed)s. If something is missing after all, say “not yet”.")),
        Lead.CLOSED: (_("We took this as settled."), _("We closed it %(closed)s. If that is wrong, say “not yet”: it opens again.")),
    }[lead]
    return title, text % values


def _answered(has_spoken: bool, may_settle: bool) -> str:
    if not has_spoken:
        return _("Write to us whenever you want.")
    return _("We wrote %(at)s. Is it solved?") if may_settle else _("We wrote %(at)s.")


def who_has_it(conversation: Conversation) -> str:
    """Whose name a customer may hold on to: the colleague who has it, else the team."""
    assignee = conversation.assignee
    return assignee.name if assignee is not None and assignee.is_active else conversation.team.name


def promise_shown(promise: Promise, *, now: datetime) -> PromiseShown:
    """A promise as its customer sees it: when it was moved, the first date stays, struck through."""
    what = promise.text or _("An answer to you")
    if promise.state == PromiseState.KEPT and promise.kept_at is not None:
        kept = moment_in_words(promise.kept_at, now=now)
        if promise.broken_at is None:
            return PromiseShown(what, _("Kept %(moment)s") % {"moment": kept}, "", "kept", 1)
        said = moment_in_words(promise.due_at, now=now, style="exact")
        return PromiseShown(
            what, _("We said %(moment)s") % {"moment": said}, _("Kept %(moment)s, later than we said") % {"moment": kept}, "kept", 1
        )
    if promise.state == PromiseState.RELEASED:
        return PromiseShown(what, "", _("No longer owed"), "", 1)
    return PromiseShown(what, _terms(promise, now), *_state(promise, now))


def _terms(promise: Promise, now: datetime) -> Any:
    by = moment_in_words(promise.due_at, now=now, style="exact")
    owner = promise.owed_by.name if promise.owed_by else promise.owed_by_team.name if promise.owed_by_team else ""
    if promise.due_at > promise.first_due_at:
        first = moment_in_words(promise.first_due_at, now=now, style="exact")
        return format_html(_("First told: <s>{first}</s>. Now: <strong>{by}</strong>"), first=first, by=by)
    return (
        format_html(_("By <strong>{by}</strong> · {owner}"), by=by, owner=owner)
        if owner
        else format_html(_("By <strong>{by}</strong>"), by=by)
    )


def _state(promise: Promise, now: datetime) -> tuple[str, str, float]:
    if promise.due_at < now:
        return _("We are late with this"), "late", 1
    whole = (promise.due_at - promise.made_at).total_seconds() or 1
    share = (now - promise.made_at).total_seconds() / whole
    is_today = (promise.due_at - now).total_seconds() < 24 * 3600
    return _("In hand"), "soon" if is_today else "", share
