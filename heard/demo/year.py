"""The year of the demo company: when people write, when we work, and what made which weeks busy."""

import random
from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

LONDON, MADRID, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Madrid"), ZoneInfo("Europe/Berlin")
ZONES = {"en": LONDON, "es": MADRID, "de": BERLIN}

# Opening intervals by weekday, in minutes after local midnight.
HOURS = {
    LONDON: [[(9 * 60, 18 * 60)]] * 5 + [[(10 * 60, 16 * 60)], []],
    MADRID: [[(9 * 60, 14 * 60), (15 * 60 + 30, 18 * 60 + 30)]] * 5 + [[], []],
}

# Share of letters by hour of the day: a hump in the morning, one after supper.
BY_HOUR = (2, 1, 1, 1, 1, 3, 10, 22, 38, 46, 48, 42, 38, 36, 36, 34, 32, 32, 36, 42, 46, 42, 26, 10)
BY_WEEKDAY = (1.28, 1.16, 1.06, 1.0, 0.92, 0.72, 0.86)


def easter(year: int) -> date:
    """Easter Sunday (anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int, zone: ZoneInfo) -> frozenset[date]:
    """Days on which nobody works, in Leeds or in Madrid."""
    sunday = easter(year)
    days = {date(year, 1, 1), date(year, 12, 25), sunday - timedelta(days=2)}
    if zone is MADRID:
        days |= {
            date(year, 1, 6),
            date(year, 5, 1),
            date(year, 8, 15),
            date(year, 10, 12),
            date(year, 11, 1),
            date(year, 12, 6),
            date(year, 12, 8),
        }
    else:
        days |= {date(year, 12, 26), sunday + timedelta(days=1)}
        days |= {_monday(year, 5, last=False), _monday(year, 5, last=True), _monday(year, 8, last=True)}
    return frozenset(days)


def _monday(year: int, month: int, *, last: bool) -> date:
    first = date(year, month, 1)
    day = first + timedelta(days=-first.weekday() % 7)
    while last and (day + timedelta(days=7)).month == month:
        day += timedelta(days=7)
    return day


@lru_cache(maxsize=4096)
def openings(day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """The intervals of work on this day, in UTC."""
    if day in holidays(day.year, zone):
        return ()
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return tuple(
        (
            midnight.replace(hour=start // 60, minute=start % 60).astimezone(UTC),
            midnight.replace(hour=end // 60, minute=end % 60).astimezone(UTC),
        )
        for start, end in HOURS[zone][day.weekday()]
    )


def after_work(moment: datetime, minutes: float, zone: ZoneInfo) -> datetime:
    """The moment at which `minutes` of working time have passed since `moment`."""
    left = timedelta(seconds=int(minutes * 60))
    day = moment.astimezone(zone).date()
    while True:
        for start, end in openings(day, zone):
            start = max(start, moment)
            if start < end:
                if start + left <= end:
                    return start + left
                left -= end - start
        day += timedelta(days=1)


def before_work(moment: datetime, minutes: float, zone: ZoneInfo) -> datetime:
    """The moment from which `minutes` of working time pass until `moment`."""
    left = timedelta(seconds=int(minutes * 60))
    day = moment.astimezone(zone).date()
    while True:
        for start, end in reversed(openings(day, zone)):
            end = min(end, moment)
            if start < end:
                if end - left >= start:
                    return end - left
                left -= end - start
        day -= timedelta(days=1)


def work_minutes(start: datetime, end: datetime, zone: ZoneInfo) -> float:
    """Minutes of working time between two moments."""
    total, day, last = timedelta(), start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for begins, ends in openings(day, zone):
            total += max(timedelta(), min(ends, end) - max(begins, start))
        day += timedelta(days=1)
    return total / timedelta(minutes=1)


def is_workday(day: date, zone: ZoneInfo = LONDON) -> bool:
    """Whether anybody works in the office that day (Saturdays are the shop's)."""
    return day.weekday() < 5 and day not in holidays(day.year, zone)


def workday_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


class Year:
    """The twelve months before `now`, with the weather and the troubles that made some of their weeks busy."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = now.astimezone(LONDON).date()
        self.first = self.today - timedelta(days=365)
        # Locks began to slip with the autumn rain, or eleven weeks ago when the year looks back from another season.
        self.wave = self._latest(9, 4)
        if (self.today - self.wave).days > 150:
            self.wave = self.today - timedelta(days=77)
        self.storm = self._latest(2, 9)
        if (self.today - self.storm).days < 8:
            self.storm = self.today - timedelta(days=120)

    def _latest(self, month: int, day: int) -> date:
        this = date(self.today.year, month, day)
        return this if this <= self.today else this.replace(year=this.year - 1)

    def bustle(self, day: date) -> float:
        """How much is written on this day, 1.0 being ordinary."""
        season = (0.86, 0.84, 0.95, 1.05, 1.15, 1.12, 1.02, 1.02, 1.1, 1.05, 1.0, 1.05)[day.month - 1]
        if day in holidays(day.year, LONDON):
            season *= 0.45
        friday = self.black_friday(day.year)
        if friday - timedelta(days=4) <= day <= friday + timedelta(days=6):
            season *= 2.2
        if day.month == 12 and 5 <= day.day <= 23:
            season *= 1.55
        if (day.month == 12 and day.day >= 27) or (day.month == 1 and day.day <= 12):
            season *= 1.4
        if self.is_stormy(day):
            season *= 1.7
        if day >= self.wave:
            season *= 1.12
        return season * BY_WEEKDAY[day.weekday()]

    def is_stormy(self, day: date) -> bool:
        """The week in which no van got over the pass."""
        return timedelta() <= day - self.storm < timedelta(days=8)

    @staticmethod
    def black_friday(year: int) -> date:
        """The day after the fourth Thursday of November."""
        first = date(year, 11, 1)
        return first + timedelta(days=(3 - first.weekday()) % 7 + 22)

    def moments(self, rng: random.Random, count: int) -> list[datetime]:
        """`count` moments at which somebody begins to write, in order, the last of them some hours before now."""
        days = [self.first + timedelta(days=number) for number in range(366)]
        day_sums = list(accumulate(self.bustle(day) for day in days))
        hour_sums = list(accumulate(BY_HOUR))
        made: list[datetime] = []
        while len(made) < count:
            day = days[bisect(day_sums, rng.random() * day_sums[-1])]
            hour = bisect(hour_sums, rng.random() * hour_sums[-1])
            moment = datetime(day.year, day.month, day.day, hour, int(rng.random() * 60), int(rng.random() * 60), tzinfo=UTC)
            if moment < self.now - timedelta(hours=3):
                made.append(moment)
        return sorted(made)
