from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.lib.calendars import ALWAYS_OPEN, HORIZON_DAYS, BusinessCalendar, CalendarIsWrong, CalendarNeverOpens

HOUR = 3600
OFFICE_DAY = (("09:00", "13:00"), ("14:00", "17:30"))
OFFICE = BusinessCalendar("Europe/Madrid", (*(OFFICE_DAY,) * 5, (), ()), frozenset({date(2026, 12, 25)}))
SHUT = BusinessCalendar("UTC", ((),) * 7)

ZONES = (
    *("UTC", "Europe/Madrid", "America/New_York", "America/Havana"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo"),
)


def madrid(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Madrid"))


@st.composite
def days(draw):
    cuts = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=6)))
    cuts = cuts[: len(cuts) // 2 * 2]
    clock = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in cuts]
    return tuple(zip(clock[::2], clock[1::2], strict=True))


@st.composite
def calendars(draw):
    week = tuple(draw(st.lists(days(), min_size=7, max_size=7)))
    holidays = draw(st.frozensets(st.dates(date(2010, 1, 1), date(2030, 1, 1)), max_size=5))
    return BusinessCalendar(draw(st.sampled_from(ZONES)), week, holidays)


open_sometimes = calendars().filter(lambda calendar: any(calendar.week))
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def test_eight_hours_from_friday_noon_end_on_monday():
    assert OFFICE.add(madrid(2026, 11, 20, 12), 8 * HOUR) == madrid(2026, 11, 23, 12, 30)


def test_a_promise_that_ends_with_the_day_is_due_that_evening_and_not_the_next_morning():
    assert OFFICE.add(madrid(2026, 11, 20, 14), 3 * HOUR + 1800) == madrid(2026, 11, 20, 17, 30)


def test_time_before_opening_does_not_count():
    assert OFFICE.add(madrid(2026, 11, 20, 6), HOUR) == madrid(2026, 11, 20, 10)
    assert OFFICE.between(madrid(2026, 11, 20, 6), madrid(2026, 11, 20, 9, 30)) == 1800


def test_a_holiday_is_skipped():
    assert OFFICE.add(madrid(2026, 12, 24, 17), HOUR) == madrid(2026, 12, 28, 9, 30)


def test_no_business_time_is_no_wait_even_at_night():
    assert OFFICE.add(madrid(2026, 11, 21, 3), 0) == madrid(2026, 11, 21, 3)


def test_open_includes_the_first_second_and_not_the_last():
    assert not OFFICE.is_open(madrid(2026, 11, 20, 8, 59, 59))
    assert OFFICE.is_open(madrid(2026, 11, 20, 9))
    assert not OFFICE.is_open(madrid(2026, 11, 20, 13))
    assert not OFFICE.is_open(madrid(2026, 11, 21, 10))


def test_a_day_of_23_hours_has_23_hours():
    every_hour = BusinessCalendar("Europe/Madrid", ((("00:00", "24:00"),),) * 7)
    assert every_hour.between(madrid(2026, 3, 29), madrid(2026, 3, 30)) == 23 * HOUR
    assert every_hour.between(madrid(2026, 10, 25), madrid(2026, 10, 26)) == 25 * HOUR


def test_an_opening_in_the_skipped_hour_begins_with_the_jump():
    night = BusinessCalendar("Europe/Madrid", ((("01:00", "02:30"), ("03:00", "05:00")),) * 7)
    assert night.between(madrid(2026, 3, 29), madrid(2026, 3, 30)) == 3 * HOUR
    assert night.add(madrid(2026, 3, 29), HOUR + 60) == madrid(2026, 3, 29, 3, 1)


def test_a_day_that_a_country_skipped_has_no_business_time():
    apia = BusinessCalendar("Pacific/Apia", ((("09:00", "17:00"),),) * 7)
    zone = ZoneInfo("Pacific/Apia")
    assert apia.between(datetime(2011, 12, 29, 9, tzinfo=zone), datetime(2011, 12, 31, 17, tzinfo=zone)) == 16 * HOUR


def test_always_open_is_plain_time():
    start = datetime(2026, 2, 27, 23, 59, 59, 5, tzinfo=UTC)
    assert ALWAYS_OPEN.add(start, 86_400) == start + timedelta(days=1)


def test_a_calendar_that_never_opens_says_so():
    with pytest.raises(CalendarNeverOpens):
        SHUT.add(datetime(2026, 1, 1, tzinfo=UTC), 1)
    assert SHUT.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == 0


def test_a_calendar_of_holidays_only_says_so_within_the_horizon():
    first = date(2026, 1, 1)
    holidays = frozenset(first + timedelta(days=n) for n in range(HORIZON_DAYS + 5))
    with pytest.raises(CalendarNeverOpens):
        BusinessCalendar("UTC", OFFICE.week, holidays).add(datetime(2026, 1, 2, tzinfo=UTC), 1)


def test_the_end_of_the_calendar_of_the_world_is_no_crash():
    with pytest.raises(CalendarNeverOpens):
        OFFICE.add(datetime(9999, 12, 31, 12, tzinfo=UTC), 90 * HOUR)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"timezone": "Mars/Olympus", "week": [[]] * 7},
        {"timezone": "../etc/passwd", "week": [[]] * 7},
        {"timezone": "UTC", "week": [[]] * 6},
        {"timezone": "UTC", "week": [[["17:00", "09:00"]]] + [[]] * 6},
        {"timezone": "UTC", "week": [[["09:00", "12:00"], ["11:00", "13:00"]]] + [[]] * 6},
        {"timezone": "UTC", "week": [[["9", "12:00"]]] + [[]] * 6},
        {"timezone": "UTC", "week": [[["09:00", "24:01"]]] + [[]] * 6},
        {"timezone": "UTC", "week": [[]] * 7, "holidays": ["soon"]},
        [],
    ],
)
def test_nonsense_is_refused(value):
    with pytest.raises(CalendarIsWrong):
        BusinessCalendar.from_json(value)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.is_open(datetime(2026, 1, 1))


@given(calendars())
def test_json_keeps_everything(calendar):
    assert BusinessCalendar.from_json(calendar.to_json()) == calendar


@given(open_sometimes, moments, st.integers(0, 400 * HOUR))
def test_between_gives_back_what_add_added(calendar, start, seconds):
    try:
        end = calendar.add(start, seconds)
    except CalendarNeverOpens:
        return  # a week with one open minute takes longer than the horizon
    assert calendar.between(start, end) == seconds
    assert end >= start


@given(open_sometimes, moments, st.integers(0, 100 * HOUR), st.integers(0, 50 * HOUR), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_time_or_a_later_start_never_ends_sooner(calendar, start, seconds, more, later):
    try:
        end = calendar.add(start, seconds)
        assert calendar.add(start, seconds + more) >= end
        assert calendar.add(start + later, seconds) >= end
    except CalendarNeverOpens:
        return


@given(calendars(), moments, st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_business_time_adds_up_and_is_never_more_than_time(calendar, start, one, other):
    whole = calendar.between(start, start + one + other)
    parts = calendar.between(start, start + one) + calendar.between(start + one, start + one + other)
    assert 0 <= whole - parts <= 1  # each part is rounded down
    assert whole <= (one + other).total_seconds()


@given(calendars(), moments)
def test_open_means_that_business_time_passes(calendar, at):
    at = at.replace(microsecond=0)
    assert calendar.is_open(at) == (calendar.between(at, at + timedelta(seconds=1)) == 1)
