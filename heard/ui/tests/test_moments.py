from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from heard.lib.time import frozen_at
from heard.ui.moments import count_in_words, duration_in_words, exact_moment, initials, moment_in_words

NOW = datetime(2026, 11, 19, 9, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_london():
    with timezone.override(ZoneInfo("Europe/London")), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("moment", "style", "words"),
    [
        (datetime(2026, 11, 19, 7, 31, tzinfo=UTC), "short", "today, 07:31"),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "short", "tomorrow, 16:00"),
        (datetime(2026, 11, 12, 8, 14, tzinfo=UTC), "short", "Thu 12 Nov"),
        (datetime(2026, 11, 12, 8, 14, tzinfo=UTC), "exact", "Thu 12 Nov, 08:14"),
        (datetime(2026, 11, 12, 8, 14, tzinfo=UTC), "time", "Thu 12 Nov, 08:14"),
        (datetime(2026, 11, 19, 8, 5, tzinfo=UTC), "time", "08:05"),
        (datetime(2026, 11, 19, 8, 5, tzinfo=UTC), "day", "today"),
        (datetime(2025, 3, 1, 8, 5, tzinfo=UTC), "short", "1 Mar 2025"),
        (datetime(2027, 1, 4, 8, 5, tzinfo=UTC), "short", "Mon 4 Jan"),
        (datetime(2026, 11, 19, 8, 5, tzinfo=UTC), "long", "Thursday 19 November 2026"),
        (date(2026, 11, 20), "short", "tomorrow"),
    ],
)
def test_a_moment_reads_as_one_says_it(moment, style, words):
    assert moment_in_words(moment, now=NOW, style=style) == words


def test_spanish_days_and_months_begin_small():
    with translation.override("es"):
        assert moment_in_words(datetime(2026, 11, 12, 8, 14, tzinfo=UTC), now=NOW).split()[0] == "jue"


def test_today_is_the_readers_today():
    late = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert moment_in_words(late, now=NOW, style="day") == "tomorrow"


def test_the_exact_moment_names_its_zone():
    assert exact_moment(datetime(2026, 11, 12, 8, 14, tzinfo=UTC)) == "Thursday 12 November 2026, 08:14 GMT"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (-5, "less than a minute"),
        (60, "1 min"),
        (6_720, "1 h 52 min"),
        (14_400, "4 h"),
        (86_399, "23 h 59 min"),
        (86_400, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_a_duration_reads_as_one_says_it(seconds, words):
    assert duration_in_words(seconds) == words


@given(st.integers(min_value=-(10**6), max_value=10**9))
def test_every_duration_has_words(seconds):
    assert duration_in_words(seconds)


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (1000, "1,000"), (1001, "1,000+"), (31_204, "1,000+")])
def test_counts_are_exact_up_to_a_thousand(number, words):
    assert count_in_words(number) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Whitfield", "AW"),
        ("Ana María de la Vega", "AV"),
        ("ada@example.org", "AD"),
        ("@fellwalker", "FE"),
        ("+44 113", "+4"),
        ("Ada", "AD"),
        ("", "?"),
        ("李", "李"),
    ],
)
def test_a_face_shows_initials(name, letters):
    assert initials(name) == letters


@given(st.text(max_size=40))
def test_every_name_has_a_face(name):
    assert 1 <= len(initials(name)) <= 6


def show(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_moment_is_a_time_element_with_the_exact_moment():
    with frozen_at(NOW):
        shown = show("{% moment m %}", m=NOW - timedelta(hours=1))
    assert shown == '<time datetime="2026-11-19T08:15:00+00:00" title="Thursday 19 November 2026, 08:15 GMT">today, 08:15</time>'


def test_a_wait_that_ended_says_how_long():
    assert show('{% wait s u "Ada" %}', s=NOW - timedelta(minutes=112), u=NOW) == "Ada waited 1 h 52 min"


def test_a_wait_that_runs_goes_on_in_the_browser():
    with frozen_at(NOW):
        shown = show('{% wait s None "Ada" %}', s=NOW - timedelta(minutes=104))
    assert shown == 'Ada has been waiting for <elapsed-time since="2026-11-19T07:31:00+00:00">1 h 44 min</elapsed-time>'


def test_what_people_are_called_is_escaped():
    assert "<b>" not in show("{% wait s u n %}{% chip 'late' n %}{% face n %}", s=NOW, u=NOW, n="<b>Ada</b>")


def test_a_count_says_what_it_counts():
    assert (
        show('{% count 7 "late" "waiting on us" %}')
        == '<span class="count count--late"><span class="hidden">waiting on us: </span>7</span>'
    )


def test_nothing_is_shown_for_nothing():
    assert show("{% moment n %}{{ n|duration }}{% elapsed n %}{% count n %}", n=None) == ""


def test_a_promise_fills_as_its_time_passes():
    assert 'stroke-dasharray="82 100"' in show('{% promise "New lid" state="Due" tone="soon" share=0.82 %}')
    assert "promise--late" in show('{% promise "New lid" tone="late" %}')
