"""The inbox: whom do I answer next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heard.conversations.selectors import COUNTED, VIEWS, View, inbox_counts, inbox_for
from heard.lib.time import now
from heard.web.inbox_rows import Row
from heard.web.owed import due_chip

ROWS = 50


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    is_here: bool
    count: int | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; without a heading the list is plain."""

    title: str
    explained: str
    rows: list[Row]


@login_required
@require_safe
def show(request: HttpRequest, view: str = "waiting") -> HttpResponse:
    """One view of the inbox, fifty rows a page."""
    if view not in VIEWS:
        raise Http404
    chosen = VIEWS[view]
    conversations = inbox_for(request.user, chosen, limit=ROWS + 1, after=_after(request))
    counts = inbox_counts(request.user)
    moment = now()
    rows = [Row(one, due_chip(one, now=moment)) for one in conversations[:ROWS]]
    context = {
        "view": chosen,
        "tabs": [Tab(str(each.title), _address(each), each.name == view, counts.get(each.name)) for each in VIEWS.values()],
        "groups": _grouped(rows, moment) if chosen.name in ("waiting", "unassigned") else [Group("", "", rows)],
        "is_empty": not rows,
        "counts": counts,
        "next": _next(chosen, conversations),
        "counted": COUNTED,
    }
    return render(request, "web/inbox.html", context)


def _address(view: View) -> str:
    return reverse("web:inbox") if view.name == "waiting" else reverse("web:inbox_view", args=[view.name])


def _grouped(rows: list[Row], moment: datetime) -> list[Group]:
    """Late, due today, later, and what nobody set a time for; empty groups are left out."""
    end_of_day = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    late: list[Row] = []
    today: list[Row] = []
    later: list[Row] = []
    free: list[Row] = []
    for row in rows:
        due = row.conversation.due_at
        (free if due is None else late if due < moment else today if due < end_of_day else later).append(row)
    groups = [
        Group(_("Late"), _("the time to answer has passed"), late),
        Group(_("Due today"), _("earliest first"), today),
        Group(_("Later"), "", later),
        Group(_("No time set"), _("longest wait first"), free),
    ]
    return [group for group in groups if group.rows]


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    """The row after which the page goes on: `2026-11-19T11:31:00+00:00_4127`. Anything else begins at the top."""
    stamp, _sep, number = request.GET.get("after", "").rpartition("_")
    try:
        moment = parse_datetime(stamp)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not number.isdigit() or len(number) > 18:
        return None
    return moment, int(number)


def _next(view: View, conversations: list[Any]) -> str:
    if len(conversations) <= ROWS:
        return ""
    last = conversations[ROWS - 1]
    return f"{getattr(last, view.column).isoformat()}_{last.pk}"
