"""Moments in words: what is found, what is left alone, and that nothing hostile gets past the bounds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from heard.lib.calendars import ALWAYS_OPEN, BusinessCalendar
from heard.lib.dates import find_moments, patterns, read_moment
from heard.ui.moments import moment_in_words

LONDON = ZoneInfo("Europe/London")
OFFICE = BusinessCalendar("Europe/London", ((("09:00", "17:30"),),) * 5 + ((), ()))
NOW = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # a Thursday


def found(text: str, **fields: object) -> list[tuple[str, str]]:
    some = find_moments(text, **{"now": NOW, "zone": LONDON, "calendar": OFFICE} | fields)
    return [(one.words, f"{one.at.astimezone(LONDON):%a %d %b %Y %H:%M}") for one in some]


@pytest.mark.parametrize(
    ("text", "words", "moment"),
    [
        ("New pair posted by Friday.", "by Friday", "Fri 20 Nov 2026 17:30"),
        ("It goes out by courier today before 16:00.", "today before 16:00", "Thu 19 Nov 2026 16:00"),
        ("We answer within two business days", "within two business days", "Mon 23 Nov 2026 17:30"),
        ("I call you next Friday at 4pm", "next Friday at 4pm", "Fri 27 Nov 2026 16:00"),
        ("I will call you at 4", "at 4", "Thu 19 Nov 2026 16:00"),
        ("before noon tomorrow", "before noon tomorrow", "Fri 20 Nov 2026 12:00"),
        ("by the end of the week", "by the end of the week", "Fri 20 Nov 2026 17:30"),
        ("Tuesday 10:00", "Tuesday 10:00", "Tue 24 Nov 2026 10:00"),
        ("Friday 4 pm", "Friday 4 pm", "Fri 20 Nov 2026 16:00"),
        ("el martes 24", "el martes 24", "Tue 24 Nov 2026 17:30"),
        ("on the 27th", "on the 27th", "Fri 27 Nov 2026 17:30"),
        ("by Nov 27, 2026 16:00", "by Nov 27, 2026 16:00", "Fri 27 Nov 2026 16:00"),
        ("by 5 January", "by 5 January", "Tue 05 Jan 2027 17:30"),
        ("in an hour", "in an hour", "Thu 19 Nov 2026 11:00"),
        ("Se lo enviamos antes del viernes", "antes del viernes", "Fri 20 Nov 2026 17:30"),
        ("Mañana por la mañana le llamo", "Mañana por la mañana", "Fri 20 Nov 2026 12:00"),
        ("sale hoy antes de las 16:00", "hoy antes de las 16:00", "Thu 19 Nov 2026 16:00"),
        ("en dos días hábiles", "en dos días hábiles", "Mon 23 Nov 2026 17:30"),
        ("pasado mañana", "pasado mañana", "Sat 21 Nov 2026 17:30"),
        ("el próximo lunes a las 10", "el próximo lunes a las 10", "Mon 23 Nov 2026 10:00"),
        ("el viernes que viene a las 4 de la tarde", "el viernes que viene a las 4 de la tarde", "Fri 20 Nov 2026 16:00"),
        ("la semana que viene", "la semana que viene", "Fri 27 Nov 2026 17:30"),
        ("a más tardar el 27 de noviembre", "a más tardar el 27 de noviembre", "Fri 27 Nov 2026 17:30"),
    ],
)
def test_a_moment_is_found_with_the_words_that_show_it(text, words, moment):
    assert found(text) == [(words, moment)]


@pytest.mark.parametrize(
    "text",
    [
        "We may sit in the sun; we sat. March on.", "Order 20931 of 2 Nov was delivered 5 Nov; it costs 89.00.", "Call us 24/7.",
        "Last Friday we sent it, and since Monday nobody knows.", "El lunes pasado", "in a few days", "soon", "el viernes 28",
        "> by Friday\n> we said", "https://example.org/by/2026-12-01 or tomorrow@example.org", "16/9 and 4/5", "at 12.50 each", "today at 8",
        "31 February", "on 99/99/2026", "yesterday", "", "\x00",
    ],
)  # fmt: skip
def test_nothing_is_found_where_nobody_named_a_moment_to_come(text):
    assert found(text) == []


def test_two_moments_are_two_and_only_a_language_that_begins_with_the_day_reads_4_5():
    assert [words for words, _ in found("today before 16:00, so it is with you tomorrow")] == ["today before 16:00", "tomorrow"]
    assert found("on 3/12") == []
    assert found("el 3/12", is_day_first=True) == [("el 3/12", "Thu 03 Dec 2026 17:30")]
    assert found("by 27/11") == [("by 27/11", "Fri 27 Nov 2026 17:30")]


@pytest.mark.parametrize(
    "typed", ["Friday", "fri 20 nov", "20/11/2026", "viernes", "2026-11-20T17:30", "tomorrow", "mañana", " Tomorrow. "]
)
def test_a_field_reads_what_people_type(typed):
    assert read_moment(typed, now=NOW, zone=LONDON, calendar=OFFICE) == datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["soon", "pronto", "Friday or so", "yesterday", "2026-11-19 09:00", "", "31 Feb", "3", "0000-00-00"])
def test_a_field_refuses_the_rest(typed):
    assert read_moment(typed, now=NOW, zone=LONDON, calendar=OFFICE) is None


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)).map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC))


@given(now=MOMENTS, ahead=st.integers(2, 400 * 24 * 60), language=st.sampled_from(["en", "es"]))
def test_what_we_write_in_a_field_we_can_read(now, ahead, language):
    moment = now + timedelta(minutes=ahead)
    if moment.astimezone(LONDON).utcoffset() != (moment + timedelta(hours=1)).astimezone(LONDON).utcoffset():
        return  # an hour that a night in autumn shows twice
    if moment.astimezone(LONDON).utcoffset() != (moment - timedelta(hours=1)).astimezone(LONDON).utcoffset():
        return
    with translation.override(language), timezone.override(LONDON):
        written = moment_in_words(moment, now=now, style="exact")
    assert read_moment(written, now=now, zone=LONDON, calendar=OFFICE) == moment, written


WORDS = st.sampled_from(
    [*patterns.WEEKDAYS, *patterns.MONTHS, *patterns.NUMBERS, *patterns.UNITS, "next", "by", "el", "de", "la", "las", "at", "in", "within",
     "que viene", "próximo", "tomorrow", "mañana", "pasado", "16:00", "4", "31", "29", "2028", "99", "1/2", "2026-02-30", "noon", ",", "\n", ">"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join))
CALENDARS = st.sampled_from([OFFICE, ALWAYS_OPEN, BusinessCalendar("America/New_York", ((),) * 7)])
ANY_MOMENT = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(text=TEXTS, now=st.one_of(MOMENTS, ANY_MOMENT), calendar=CALENDARS, is_day_first=st.booleans())
def test_the_finder_never_raises_and_never_offers_the_past(text, now, calendar, is_day_first):
    some = find_moments(text, now=now, zone=LONDON, calendar=calendar, is_day_first=is_day_first)
    assert len(some) <= 5
    assert all(one.at > now and one.words in text and text[one.start : one.end].strip() == one.words for one in some)
    assert [one.start for one in some] == sorted(one.start for one in some)
    read_moment(text, now=now, zone=LONDON, calendar=calendar)


@pytest.mark.parametrize("piece", ["1 ", "mon ", " ", "in ", "a las ", "el ", "27 ", "Friday 27 ", "by 16:00 ", "de la ", "el día 1 "])
def test_hostile_lengths_end(piece):
    assert len(find_moments(piece * 100_000, now=NOW, zone=LONDON, calendar=OFFICE)) <= 5
