"""Home: who was dropped, what is late, whether we keep our word."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heard.accounts.models import User
from heard.conversations.asked import asked_of
from heard.conversations.dropped import Dropped, count_dropped, dropped_balls
from heard.conversations.selectors import inbox_counts
from heard.lib.time import now
from heard.matching.quality import standing_alarm
from heard.promises.selectors import is_readable, kept_lately, open_and_late, owed_by
from heard.web.joins import alarm_sentence
from heard.web.owed import promise_view

SHOWN = 12
REASONS = {
    Dropped.CLOSED_TOO_EARLY: _("closed without an answer"),
    Dropped.REPLY_NEVER_ARRIVED: _("our answer never arrived"),
    Dropped.SNOOZE_ENDED: _("set aside, and the time has passed"),
    Dropped.OWNER_INACTIVE: _("its owner no longer works here"),
    Dropped.OWNER_AWAY: _("its owner is away"),
    Dropped.NOTHING_PROMISED: _("nothing reminds anybody"),
    Dropped.NOBODY_ASSIGNED_AND_LATE: _("late, and nobody has it"),
    Dropped.OWNER_SILENT: _("late, and its owner is silent"),
}


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page one begins with. The same number of queries, whatever the number of conversations."""
    return render(request, "web/home.html", _context(request.user))


def _context(actor: User) -> dict[str, Any]:
    moment = now()
    balls = dropped_balls(actor, now=moment, limit=SHOWN)
    late = open_and_late(actor, now=moment, limit=6)
    return {
        "counts": inbox_counts(actor),
        "balls": [(ball, REASONS[ball.reason]) for ball in balls],
        "dropped": count_dropped(actor, now=moment),
        "late": [(promise, promise_view(promise, now=moment)) for promise in late],
        "promised": [(promise, promise_view(promise, now=moment), is_readable(promise, actor)) for promise in owed_by(actor, limit=6)],
        "word": kept_lately(actor, now=moment),
        "asked_of": asked_of(actor)[:SHOWN],
        "joins_alarm": alarm_sentence(standing_alarm()) if actor.is_lead else "",
        "now": moment,
        "today": moment,
    }
