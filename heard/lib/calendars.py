"""Business time: when somebody is there to answer, and how much of that time has passed.

A calendar is a week of opening intervals on a wall clock, less its holidays. Every wall-clock time means one instant: the first
moment at which the clock of that zone shows it *or later*. So a time that a spring night skips is the moment of the jump, a time that
an autumn night repeats is its first showing, and intervals never overlap or run backwards, whatever the zone does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Interval = tuple[str, str]
Week = tuple[tuple[Interval, ...], ...]

HORIZON_DAYS = 3660
"""How far ahead `add` looks (ten years) before it says that the calendar never opens for so long."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_DAYS_REMEMBERED = 5000

_Opening = tuple[int, int]
"""From and until, in microseconds since 1970 UTC."""


class CalendarIsWrong(ValueError):
    """The week, the time zone or a holiday cannot be understood; the message says which."""


class CalendarNeverOpens(Exception):
    """So much business time does not pass within the horizon, perhaps because the calendar is never open."""


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Opening hours in one time zone.

    `week` has seven entries, Monday first; each is a tuple of ("09:00", "17:30") intervals in order, perhaps empty. "24:00" is the end
    of a day. `holidays` are local dates on which nothing opens. Raises CalendarIsWrong.
    """

    timezone: str
    week: Week
    holidays: frozenset[date] = frozenset()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _minutes: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    _days: dict[int, tuple[_Opening, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", _zone_named(self.timezone))
        object.__setattr__(self, "_minutes", _week_in_minutes(self.week))

    def add(self, start: datetime, seconds: int) -> datetime:
        """The first moment, in UTC, at which `seconds` of business time have passed since `start`; `start` itself for 0.

        Raises CalendarNeverOpens when that is more than HORIZON_DAYS away, ValueError for a negative number or a naive datetime.
        """
        if seconds < 0:
            raise ValueError("business time only runs forward")
        moment, missing = _microseconds(start), seconds * _SECOND
        if not missing:
            return start.astimezone(UTC)
        if not any(self._minutes):
            raise CalendarNeverOpens("this calendar has no opening hours")
        for opens, closes in self._openings(moment, moment + HORIZON_DAYS * _DAY):
            opens = max(opens, moment)
            if closes - opens >= missing:
                return _moment(opens + missing)
            missing -= closes - opens
        raise CalendarNeverOpens(f"{seconds} s of business time do not pass within {HORIZON_DAYS} days")

    def between(self, start: datetime, end: datetime) -> int:
        """Whole seconds of business time from `start` to `end`; 0 when `end` is not after `start`."""
        first, last = _microseconds(start), _microseconds(end)
        openings = self._openings(first, last)
        return sum(min(closes, last) - max(opens, first) for opens, closes in openings) // _SECOND

    def is_open(self, at: datetime) -> bool:
        """True from the second a calendar opens up to, and not including, the second it closes."""
        moment = _microseconds(at)
        return any(True for _ in self._openings(moment, moment + 1))

    def opens_on(self, day: date) -> bool:
        """Whether somebody is there at some time of this local day."""
        return bool(self._minutes[day.weekday()]) and day not in self.holidays

    def closes_on(self, day: date) -> datetime:
        """When that local day's work ends, in UTC. For a day on which nothing opens, the latest closing time of the week, or midnight.

        Raises OverflowError before year 1 or after 9999.
        """
        minutes = [closes for _opens, closes in self._minutes[day.weekday()]] if self.opens_on(day) else []
        minutes = minutes or [closes for week_day in self._minutes for _opens, closes in week_day] or [24 * 60]
        return _moment(_first_showing(datetime.combine(day, time()) + timedelta(minutes=max(minutes)), self._zone))

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back; the same calendar always gives the same text."""
        return {
            "timezone": self.timezone,
            "week": [[list(interval) for interval in day] for day in self.week],
            "holidays": sorted(day.isoformat() for day in self.holidays),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "BusinessCalendar":
        """The calendar that `to_json` wrote. Raises CalendarIsWrong for anything else."""
        try:
            week = tuple(tuple((start, end) for start, end in day) for day in value["week"])
            holidays = frozenset(date.fromisoformat(day) for day in value.get("holidays", ()))
            return cls(value["timezone"], week, holidays)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise CalendarIsWrong(f"not a calendar: {error}") from error

    def _openings(self, first: int, last: int) -> Iterator[_Opening]:
        """Openings that touch [first, last), in order. Local days may lie a day beside the UTC day, so it looks that much wider."""
        day = _EPOCH_ORDINAL + first // _DAY - 1
        until = _EPOCH_ORDINAL + last // _DAY + 1
        while day <= until:
            openings = self._days.get(day)
            for opening in self._open_day(day) if openings is None else openings:
                if opening[1] > first and opening[0] < last:
                    yield opening
            day += 1

    def _open_day(self, ordinal: int) -> tuple[_Opening, ...]:
        try:
            day = date.fromordinal(ordinal)
            return self._remember(ordinal, tuple(self._instants(day)))
        except (OverflowError, ValueError):  # before year 1 or after 9999
            return ()

    def _remember(self, ordinal: int, openings: tuple[_Opening, ...]) -> tuple[_Opening, ...]:
        if len(self._days) >= _DAYS_REMEMBERED:
            self._days.clear()
        self._days[ordinal] = openings
        return openings

    def _instants(self, day: date) -> Iterator[_Opening]:
        if day in self.holidays:
            return
        midnight = datetime.combine(day, time())
        for start, end in self._minutes[day.weekday()]:
            opens = _first_showing(midnight + timedelta(minutes=start), self._zone)
            closes = _first_showing(midnight + timedelta(minutes=end), self._zone)
            if opens < closes:
                yield opens, closes


def _first_showing(wall: datetime, zone: ZoneInfo) -> int:
    """The first instant at which the zone's clock shows `wall` or later."""
    early, late = (_microseconds(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if early <= late:  # shown once, or twice and this is the first time
        return early
    low, high = late, early  # never shown: the clock jumps over it between these two
    while high - low > 1:
        middle = (low + high) // 2
        if _moment(middle).astimezone(zone).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle
    return high


def _microseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("a calendar needs a datetime with a time zone")
    return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CalendarIsWrong(f"unknown time zone {name!r}") from error


def _week_in_minutes(week: Week) -> tuple[tuple[tuple[int, int], ...], ...]:
    if len(week) != 7:
        raise CalendarIsWrong(f"a week has 7 days, this one {len(week)}")
    return tuple(tuple(_day_in_minutes(day)) for day in week)


def _day_in_minutes(day: Iterable[Interval]) -> Iterator[tuple[int, int]]:
    earlier = 0
    for start, end in day:
        opens, closes = _minutes_of_day(start), _minutes_of_day(end)
        if not earlier <= opens < closes:
            raise CalendarIsWrong(f"{start}–{end} ends before it begins or overlaps the interval before it")
        yield opens, closes
        earlier = closes


def _minutes_of_day(clock: str) -> int:
    hours, _, minutes = str(clock).partition(":")
    if not (len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        raise CalendarIsWrong(f"{clock!r} is not a time such as 09:00")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 24 * 60:
        raise CalendarIsWrong(f"{clock!r} is not a time of day")
    return total


ALWAYS_OPEN = BusinessCalendar("UTC", ((("00:00", "24:00"),),) * 7)
"""24 hours, 7 days: business time is plain time."""
