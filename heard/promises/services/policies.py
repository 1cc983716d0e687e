"""Policies and calendars: a change is a new version; what was promised keeps the version it was promised by."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from heard.accounts.models import Team, User
from heard.events import record_event
from heard.lib.calendars import BusinessCalendar
from heard.lib.time import now
from heard.promises.models import Calendar, Policy

HOUR = 3600
OFFICE_WEEK = [[["09:00", "17:30"]]] * 5 + [[], []]


@transaction.atomic
def ensure_defaults() -> Policy:
    """The policy a new installation begins with: first reply in 4 business hours, each next in 8, Monday to Friday 9:00–17:30."""
    policy = Policy.objects.filter(is_current=True, team=None).first()
    if policy is not None:
        return policy
    calendar = Calendar.objects.filter(is_current=True).first() or save_calendar(
        "Office hours", {"timezone": settings.TIME_ZONE, "week": OFFICE_WEEK, "holidays": []}, by=None
    )
    return save_policy("Replies", team=None, first_reply=4 * HOUR, next_reply=8 * HOUR, calendar=calendar, by=None)


@transaction.atomic
def save_calendar(name: str, definition: dict[str, Any], *, by: User | None) -> Calendar:
    """A new version of the calendar `name`, used from now on by the policies that used the old one. Raises CalendarIsWrong."""
    definition = BusinessCalendar.from_json(definition).to_json()
    old = Calendar.objects.select_for_update().filter(name=name, is_current=True).first()
    if old is not None:
        Calendar.objects.filter(pk=old.pk).update(is_current=False)
    calendar = Calendar.objects.create(name=name, version=old.version + 1 if old else 1, definition=definition, made_by=by, made_at=now())
    record_event("calendar.changed", calendar, actor=by, version=calendar.version)
    for policy in Policy.objects.filter(is_current=True, calendar=old) if old else ():
        save_policy(
            policy.name, team=policy.team, first_reply=policy.first_reply_business_seconds, next_reply=policy.next_reply_business_seconds,
            calendar=calendar, by=by,
        )  # fmt: skip
    return calendar


@transaction.atomic
def save_policy(name: str, *, team: Team | None, first_reply: int, next_reply: int, calendar: Calendar, by: User | None) -> Policy:
    """A new version of a team's policy (or everybody's); times in business seconds."""
    old = Policy.objects.select_for_update().filter(is_current=True, team=team).first()
    version = Policy.objects.filter(name=name).order_by("-version").values_list("version", flat=True).first() or 0
    if old is not None:
        Policy.objects.filter(pk=old.pk).update(is_current=False)
    policy = Policy.objects.create(
        name=name, version=version + 1, team=team, first_reply_business_seconds=first_reply, next_reply_business_seconds=next_reply,
        calendar=calendar, made_by=by, made_at=now(),
    )  # fmt: skip
    record_event("policy.changed", policy, actor=by, version=policy.version)
    return policy
