"""Finding moments in words, and reading a field in which somebody typed one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from heard.lib.calendars import BusinessCalendar
from heard.lib.dates import patterns

LONGEST = 20_000
"""Characters that are read; a reply that is longer promises at its beginning."""

MOST = 5
FARTHEST = timedelta(days=3660)
WITHOUT_A_YEAR = timedelta(days=270)
"""How far ahead "5 November" may be when nobody says the year: said in December it is more likely a day that is gone."""

LED_TO = re.compile(r"(?:by|before|at|until|till|not?|antes|a|hasta|como|para)\b", re.IGNORECASE)
"""An hour without a day is a deadline only when something like "by" leads to it."""

NOON, EVENING = time(12), time(20)
FIRST_HOUR_OF_DAY = 8
"""Of "at 4": hours below are in the afternoon."""


@dataclass(frozen=True, slots=True)
class Found:
    """A moment that stands in words: where (`start`, `end`), the words, and the moment in UTC. `has_time` when an hour was said."""

    start: int
    end: int
    words: str
    at: datetime
    has_time: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    value: Any


@dataclass(frozen=True, slots=True)
class _Here:
    """When and where the words are read."""

    now: datetime
    zone: tzinfo
    calendar: BusinessCalendar
    is_day_first: bool
    is_field: bool

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def find_moments(text: str, *, now: datetime, zone: tzinfo, calendar: BusinessCalendar, is_day_first: bool = False) -> list[Found]:
    """The future moments that `text` names, in order, at most 5 of its first 20,000 characters. Never raises, never answers a past one.

    A day without an hour ends when the calendar closes. Of 4/5 nothing is made unless `is_day_first`.
    """
    return list(_found(_blanked(text[:LONGEST]), text, _Here(now, zone, calendar, is_day_first, is_field=False)))[:MOST]


def read_moment(text: str, *, now: datetime, zone: tzinfo, calendar: BusinessCalendar, is_day_first: bool = False) -> datetime | None:
    """The moment that all of `text` names, as in a field ("Friday", "vie 27 nov, 17:30", "2026-11-27T17:30"); None when it names none."""
    words = " ".join(text.split())[:120].rstrip(".")
    words = re.sub(r"^(20\d\d-\d\d-\d\d)T(?=\d\d:)", r"\1 ", words)
    here = _Here(now, zone, calendar, is_day_first, is_field=True)
    found = [one for one in _found(words, words, here) if one.start == 0 and one.end == len(words)]
    return found[0].at if found else None


def _blanked(text: str) -> str:
    """Lines that quote somebody, and addresses, hold no promise of ours. Everything keeps its place."""
    lines = ["\x01" * len(line) if line.lstrip().startswith(">") else line for line in text.split("\n")]
    return re.sub(r"\S*(?:://|@)\S*", lambda match: "\x01" * len(match[0]), "\n".join(lines))


def _found(words: str, text: str, here: _Here) -> Iterator[Found]:
    last_end = 0
    for start, end, day, hour in _pairs(_pieces(words, patterns.DAYS, here), _pieces(words, patterns.TIMES, here), words):
        start = _with_what_leads_to_it(words, start)
        if start < last_end:
            continue
        if day is None and not here.is_field and not LED_TO.match(words, start):
            continue
        moment = _moment(day, hour, here)
        if moment is not None and here.now < moment <= here.now + FARTHEST:
            last_end = end
            yield Found(start, end, text[start:end].strip(), moment, hour is not None)


def _pieces(words: str, kinds: list[tuple[str, re.Pattern[str]]], here: _Here) -> list[_Piece]:
    """What the patterns find, in order of place; where two overlap the earlier pattern counts."""
    taken: list[_Piece] = []
    for kind, pattern in kinds:
        for match in pattern.finditer(words):
            if any(match.start() < piece.end and piece.start < match.end() for piece in taken):
                continue
            if _is_over(words, match) and not here.is_field:
                continue
            taken.append(_Piece(match.start(), match.end(), (kind, match)))
            if len(taken) > 200:
                return sorted(taken, key=lambda piece: piece.start)
    return sorted(taken, key=lambda piece: piece.start)


def _is_over(words: str, match: re.Match[str]) -> bool:
    before = words[max(0, match.start() - 14) : match.start()]
    return bool(patterns.GONE.search(before) or patterns.GONE_AFTER.match(words, match.end()))


def _pairs(days: list[_Piece], hours: list[_Piece], words: str) -> Iterator[tuple[int, int, Any, Any]]:
    """Days with the hours that stand beside them, and those that stand alone, in order of place."""
    hours = [hour for hour in hours if not any(_is_inside(hour, day) for day in days)]
    used: set[int] = set()
    results = []
    for day in days:
        beside = [hour for hour in hours if hour.start not in used and _is_beside(day, hour, words)]
        if beside:
            hour = beside[0]
            used.add(hour.start)
            results.append((min(day.start, hour.start), max(day.end, hour.end), day.value, hour.value))
        else:
            results.append((day.start, day.end, day.value, None))
    results += [(hour.start, hour.end, None, hour.value) for hour in hours if hour.start not in used]
    return iter(sorted(results, key=lambda found: found[0]))


def _is_inside(hour: _Piece, day: _Piece) -> bool:
    return day.start < hour.end and hour.start < day.end


def _is_beside(day: _Piece, hour: _Piece, words: str) -> bool:
    first, second = (day, hour) if day.start < hour.start else (hour, day)
    between = words[first.end : second.start]
    return len(between) <= 24 and patterns.BETWEEN.fullmatch(between) is not None


def _with_what_leads_to_it(words: str, start: int) -> int:
    for _ in range(2):
        before = words[max(0, start - 24) : start]
        leads = patterns.BEFORE.search(before)
        if leads is None or not (leads.start() == 0 or not before[leads.start() - 1].isalnum()):
            return start
        start -= len(before) - leads.start()
    return start


def _moment(day: Any, hour: Any, here: _Here) -> datetime | None:
    try:
        if day is not None and day[0] == "after" and (moment := _after(day[1], here)) is not None:
            return moment if hour is None else None
        on = here.today if day is None else _day(day, here)
        return None if on is None else _at(on, hour, here, day)
    except (ValueError, OverflowError):  # the 31st of February, the year 10000
        return None


def _at(on: date, hour: Any, here: _Here, day: Any) -> datetime:
    """The moment on that day: the hour that was said, or when we close."""
    wall = _wall_clock(hour)
    if wall is None and day is not None and day[0] == "today" and re.search(r"tonight|evening|noche", day[1][0], re.IGNORECASE):
        wall = EVENING
    if wall is None:
        return here.calendar.closes_on(on)
    return datetime.combine(on, wall, tzinfo=here.zone).astimezone(UTC)


def _wall_clock(hour: Any) -> time | None:
    if hour is None or hour[0] == "afternoon":
        return None
    kind, match = hour
    if kind in ("noon", "morning"):
        return NOON
    if kind == "midnight":
        return time(23, 59)
    if kind == "evening":
        return EVENING
    return _clock(match.groupdict(), is_bare=kind == "said")


def _clock(said: dict[str, str | None], *, is_bare: bool) -> time:
    """`is_bare` is an hour without minutes or half of the day: "at 4" is in the afternoon, "at 10" in the morning."""
    number, half = int(said["h"] or 0), (said.get("half") or said.get("part") or "").lower()
    if half in ("p", "tarde", "noche"):
        number = number % 12 + 12
    elif half:
        number %= 12
    elif is_bare and number < FIRST_HOUR_OF_DAY:
        number += 12
    return time(number, int(said.get("min") or 0))


def _day(day: Any, here: _Here) -> date | None:
    kind, match = day
    today = here.today
    if kind in ("today", "tomorrow", "day_after"):
        return today + timedelta(days={"today": 0, "tomorrow": 1, "day_after": 2}[kind])
    if kind in ("weekday", "week_later"):
        return _weekday(patterns.WEEKDAYS[match["week"].lower()], kind, today)
    if kind.endswith("_end"):
        return _end_of_period(kind, here)
    if kind == "after":
        return _days_after(match, here)
    return _written_day(kind, match, here)


def _weekday(number: int, kind: str, today: date) -> date:
    """The next such day, never today; of `week_later`, the one in the week that begins next Monday."""
    if kind == "week_later":
        return today + timedelta(days=7 - today.weekday() + number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _end_of_period(kind: str, here: _Here) -> date:
    today = here.today
    if kind == "month_end":
        return _last_of_month(today.year, today.month)
    if kind == "next_month_end":
        return _last_of_month(today.year + today.month // 12, today.month % 12 + 1)
    sunday = today + timedelta(days=6 - today.weekday() + (7 if kind == "week_end" else 0))
    week = [sunday - timedelta(days=back) for back in range(7)]
    return next((day for day in week if here.calendar.opens_on(day)), sunday)


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _after(match: re.Match[str], here: _Here) -> datetime | None:
    """Hours and minutes from now; None for longer spans, which end with a day."""
    unit = _unit(match)
    if unit not in ("hours", "minutes"):
        return None
    return here.now.astimezone(UTC) + timedelta(**{unit: _number(match["n"])})


def _days_after(match: re.Match[str], here: _Here) -> date:
    unit, number = _unit(match), _number(match["n"])
    if unit == "months":
        months = here.today.month - 1 + number
        year, month = here.today.year + months // 12, months % 12 + 1
        return date(year, month, min(here.today.day, monthrange(year, month)[1]))
    if unit == "days" and (match["business"] or match["open"]):
        return _business_day(here, number)
    return here.today + timedelta(days=number * (7 if unit == "weeks" else 1))


def _business_day(here: _Here, number: int) -> date:
    """The `number`th day on which we open after today."""
    day = here.today
    for _ in range(min(number * 7 + 30, 3660)):
        day += timedelta(days=1)
        number -= here.calendar.opens_on(day)
        if number <= 0:
            return day
    raise ValueError("the calendar never opens")


def _unit(match: re.Match[str]) -> str:
    return patterns.UNITS[match["unit"].lower()]


def _number(words: str) -> int:
    return int(words) if words.isdecimal() else patterns.NUMBERS[words.lower()]


def _written_day(kind: str, match: re.Match[str], here: _Here) -> date | None:
    said = match.groupdict()
    week = patterns.WEEKDAYS[said["week"].lower()] if said.get("week") else None
    if kind == "of_month":
        return _of_month(int(said["d"]), week, here)
    if kind == "iso":
        return date(int(said["y"]), int(said["m"]), int(said["d"]))
    if kind == "slashes":
        return _slashes(match, here)
    if not said["d"] or (said["month"] in ("may", "march") and match[0].lower().startswith(said["month"]) and not here.is_field):
        return None  # "you may 2 or 3 times": the month is written with a capital
    return _in_a_year(patterns.MONTHS[said["month"].lower()], int(said["d"]), said.get("y"), week, here)


def _slashes(match: re.Match[str], here: _Here) -> date | None:
    one, two = int(match["one"]), int(match["two"])
    year = match.groupdict().get("y")
    if not year and match[0] == "24/7":
        return None
    if one > 12 or one == two or here.is_day_first:
        return _in_a_year(two, one, year, None, here)
    return _in_a_year(one, two, year, None, here) if two > 12 else None


def _in_a_year(month: int, day: int, year: str | None, week: int | None, here: _Here) -> date | None:
    """The date in the year that was said, or the next one. None when it is not the day of the week that was said."""
    if year:
        on = date(int(year) % 100 + 2000, month, day)
        return on if week in (None, on.weekday()) else None
    for ahead in range(9):  # the 29th of February
        if here.today.year + ahead > date.max.year or day > monthrange(here.today.year + ahead, month)[1]:
            continue
        on = date(here.today.year + ahead, month, day)
        if on < here.today:
            continue
        is_near = on - here.today <= WITHOUT_A_YEAR
        return on if week == on.weekday() or (week is None and (is_near or here.is_field)) else None
    return None


def _of_month(day: int, week: int | None, here: _Here) -> date | None:
    """The next such day of a month within three months, that is also the day of the week that was said."""
    year, month = here.today.year, here.today.month
    for _ in range(3):
        if day <= monthrange(year, month)[1]:
            on = date(year, month, day)
            if on >= here.today:
                return on if week in (None, on.weekday()) else None
        year, month = year + month // 12, month % 12 + 1
    return None
