"""Whether somebody is there now, and until when: by the calendar that the team's policy counts by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured

from heard.lib.calendars import BusinessCalendar, CalendarNeverOpens
from heard.promises.selectors import calendar_of, policy_for

QUARTER = timedelta(minutes=15)
FAR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hours:
    """`until` is when it closes, or, while it is closed, when it opens next; None when that is far away or never."""

    is_open: bool
    until: datetime | None


def opening_hours(team_id: int, *, now: datetime) -> Hours | None:
    """The team's hours at this moment; None before there is a policy. One query."""
    try:
        calendar = calendar_of(policy_for(team_id))
    except ImproperlyConfigured:
        return None
    return hours_at(calendar, now)


def hours_at(calendar: BusinessCalendar, now: datetime) -> Hours:
    """Open or closed, and until when."""
    if calendar.is_open(now):
        return Hours(True, _closes(calendar, now))
    try:
        opens = calendar.add(now, 1) - timedelta(seconds=1)
    except CalendarNeverOpens:
        return Hours(False, None)
    return Hours(False, opens if opens - now < FAR else None)


def _closes(calendar: BusinessCalendar, now: datetime) -> datetime | None:
    """The end of this opening: the last second of business time before the next second has none. None when it is always open."""
    low, high = now, now + timedelta(days=1)
    if calendar.between(low, high) == int((high - low).total_seconds()):
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if calendar.between(now, middle) == int((middle - now).total_seconds()):
            low = middle
        else:
            high = middle
    return _to_the_minute(low)


def _to_the_minute(moment: datetime) -> datetime:
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
