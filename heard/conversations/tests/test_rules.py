from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.conversations.rules import (
    REOPENS_PER_HOUR,
    Dropped,
    MessageFacts,
    Spoken,
    Standing,
    StateChange,
    clean_subject,
    dropped_ball,
    next_state_on,
    order_at,
    preview,
    waiting_since,
)

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ROBOTS = ["auto_reply", "out_of_office", "bounce", "list", "notice", "own"]


# --- open and closed -------------------------------------------------------------------------------------------------------------------


def test_a_customer_s_word_reopens():
    assert next_state_on(MessageFacts("in"), state="closed") == StateChange("open", is_reopened=True)
    assert next_state_on(MessageFacts("in"), state="open") == StateChange("open")


@pytest.mark.parametrize("automatic", ROBOTS)
def test_a_robot_never_reopens_and_begins_nothing_open(automatic):
    assert next_state_on(MessageFacts("in", automatic), state="closed") == StateChange("closed")
    assert next_state_on(MessageFacts("in", automatic, is_new_conversation=True), state="open") == StateChange("closed")
    assert next_state_on(MessageFacts("in", automatic), state="open") == StateChange("open")


def test_reopening_has_an_end():
    assert not next_state_on(MessageFacts("in", reopens_in_last_hour=REOPENS_PER_HOUR), state="closed").is_reopened
    assert next_state_on(MessageFacts("in", reopens_in_last_hour=REOPENS_PER_HOUR - 1), state="closed").is_reopened


def test_history_changes_nothing():
    assert next_state_on(MessageFacts("in", is_history=True), state="closed") == StateChange("closed")
    assert next_state_on(MessageFacts("in", is_history=True), state="open") == StateChange("open")
    assert next_state_on(MessageFacts("in", is_history=True, is_new_conversation=True), state="open") == StateChange("closed")


def test_our_own_words_do_not_reopen():
    assert next_state_on(MessageFacts("out"), state="closed") == StateChange("closed")
    assert next_state_on(MessageFacts("internal"), state="closed") == StateChange("closed")


# --- who waits, and who first ----------------------------------------------------------------------------------------------------------

threads = st.lists(
    st.builds(
        Spoken,
        st.integers(0, 50).map(lambda minute: NINE + timedelta(minutes=minute)),
        st.sampled_from(["in", "in", "out", "out", "internal"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=10,
)


def test_a_customer_waits_since_the_first_unanswered_word():
    thread = [Spoken(NINE, "in"), Spoken(NINE + HOUR, "out"), Spoken(NINE + 2 * HOUR, "in"), Spoken(NINE + 3 * HOUR, "in")]
    assert waiting_since(thread) == NINE + 2 * HOUR
    assert waiting_since([*thread, Spoken(NINE + 4 * HOUR, "out")]) is None
    assert waiting_since([*thread, Spoken(NINE + 4 * HOUR, "internal")]) == NINE + 2 * HOUR
    assert waiting_since([*thread, Spoken(NINE + 4 * HOUR, "out", is_automatic=True)]) == NINE + 2 * HOUR
    assert waiting_since([]) is None


def test_an_answer_that_came_back_answered_nothing():
    assert waiting_since([Spoken(NINE, "in"), Spoken(NINE + HOUR, "out", is_standing=False)]) == NINE


@given(threads)
def test_a_customer_waits_exactly_when_they_spoke_last(thread):
    heard = [each for each in sorted(thread, key=lambda each: (each.at, each.answers)) if each.asks or each.answers]
    assert (waiting_since(thread) is not None) == bool(heard and heard[-1].asks)


@given(threads, st.randoms())
def test_the_order_of_arrival_does_not_change_who_waits(thread, random):
    shuffled = random.sample(thread, len(thread))
    assert waiting_since(shuffled) == waiting_since(thread)


def test_the_inbox_sorts_by_what_is_due_then_by_waiting_then_by_the_last_word():
    assert order_at(due_at=NINE, waiting_since=NINE + HOUR, last_message_at=NINE + DAY) == NINE
    assert order_at(due_at=None, waiting_since=NINE + HOUR, last_message_at=NINE + DAY) == NINE + HOUR
    assert order_at(due_at=None, waiting_since=None, last_message_at=NINE + DAY) == NINE + DAY


# --- dropped balls ---------------------------------------------------------------------------------------------------------------------

IN_HAND = Standing(unanswered_since=NINE, due_at=NINE + 8 * HOUR, has_owner=True)
NOW = NINE + HOUR


def test_what_a_present_colleague_has_in_time_is_in_hand():
    assert dropped_ball(IN_HAND, now=NOW) is None


def test_what_waits_unassigned_for_its_moment_is_in_hand():
    assert dropped_ball(replace(IN_HAND, has_owner=False), now=NOW) is None


def test_whoever_was_answered_was_not_dropped():
    closed = replace(IN_HAND, unanswered_since=None, state="closed", due_at=None)
    assert dropped_ball(closed, now=NOW + 99 * DAY) is None


def test_history_was_dropped_by_nobody():
    assert dropped_ball(replace(IN_HAND, is_history=True, state="closed"), now=NOW) is None


@pytest.mark.parametrize(
    ("changes", "later", "reason"),
    [
        ({"state": "closed", "close_reason": "solved"}, HOUR, Dropped.CLOSED_TOO_EARLY),
        ({"state": "closed"}, HOUR, Dropped.CLOSED_TOO_EARLY),
        ({"state": "closed", "close_reason": "no_reply_needed"}, HOUR, None),
        ({"state": "closed", "close_reason": "spam"}, HOUR, None),
        ({"reply_failed": True}, HOUR, Dropped.REPLY_NEVER_ARRIVED),
        ({"snoozed_until": NINE + HOUR}, HOUR, Dropped.SNOOZE_ENDED),
        ({"snoozed_until": NINE + 2 * HOUR, "is_owner_away": True}, HOUR, None),
        ({"is_owner_active": False}, HOUR, Dropped.OWNER_INACTIVE),
        ({"is_owner_away": True}, HOUR, Dropped.OWNER_AWAY),
        ({"is_owner_away": True, "has_owner": False}, HOUR, None),
        ({"due_at": None}, HOUR, Dropped.NOTHING_PROMISED),
        ({"due_at": None, "has_owner": False}, HOUR, Dropped.NOTHING_PROMISED),
        ({"has_owner": False}, 8 * HOUR, None),
        ({"has_owner": False}, 9 * HOUR, Dropped.NOBODY_ASSIGNED_AND_LATE),
        ({}, 9 * HOUR, None),
        ({}, 8 * HOUR + DAY, None),
        ({}, 9 * HOUR + DAY, Dropped.OWNER_SILENT),
    ],
)
def test_a_dropped_ball_has_a_reason(changes, later, reason):
    assert dropped_ball(replace(IN_HAND, **changes), now=NINE + later) == reason


moments = st.integers(0, 60 * 24 * 10).map(lambda minute: NINE + timedelta(minutes=minute))
standings = st.builds(
    Standing,
    unanswered_since=st.just(NINE),
    state=st.sampled_from(["open", "closed"]),
    close_reason=st.sampled_from(["", "solved", "spam", "no_reply_needed"]),
    due_at=st.none() | moments,
    has_owner=st.booleans(),
    is_owner_active=st.booleans(),
    is_owner_away=st.booleans(),
    snoozed_until=st.none() | moments,
    reply_failed=st.booleans(),
)


@given(standings)
def test_whoever_waits_is_seen_in_the_end_unless_somebody_said_that_no_answer_is_needed(standing):
    is_settled = standing.state == "closed" and standing.close_reason in ("spam", "no_reply_needed")
    assert (dropped_ball(standing, now=NINE + 30 * DAY) is None) == is_settled


@given(standings, moments, moments)
def test_what_was_dropped_stays_dropped_until_somebody_acts(standing, one, other):
    if dropped_ball(standing, now=min(one, other)) is not None:
        assert dropped_ball(standing, now=max(one, other)) is not None


# --- words -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("Lamp", "Lamp"),
        ("Re: Lamp", "Lamp"),
        ("AW: Re[2]: Fwd: Lamp", "Lamp"),
        ("RE: RV: Lámpara", "Lámpara"),
        ("RE : Lampe", "Lampe"),
        ("TR: WG: Lampe", "Lampe"),
        ("SV: VS: Lampa", "Lampa"),
        ("Antw: Lamp", "Lamp"),
        ("R: Lampada", "Lampada"),
        ("Odp: PD: Lampa", "Lampa"),
        ("RES: ENC: Lâmpada", "Lâmpada"),
        ("回复：转发: 灯", "灯"),
        ("返信: ランプ", "ランプ"),
        ("re:re:re:Lamp", "Lamp"),
        ("Re(3): Lamp", "Lamp"),
        ("Re^2: Lamp", "Lamp"),
        ("  Re:\t Lamp \n broken  line ", "Lamp broken line"),
        ("Re:", ""),
        ("", ""),
        ("Ref: AB-1234", "Ref: AB-1234"),
        ("Report: sales", "Report: sales"),
        ("Reply: please", "Reply: please"),
        ("Order 7: late", "Order 7: late"),
        ("Lamp, Re: yours", "Lamp, Re: yours"),
        ("[shop] Re: Lamp", "[shop] Re: Lamp"),
    ],
)
def test_a_subject_loses_what_mail_programs_put_before_it(subject, clean):
    assert clean_subject(subject) == clean


@given(st.text(st.sampled_from("Re:FWdaw [2]回复： Lamp\n"), max_size=60))
def test_a_clean_subject_stays(subject):
    assert clean_subject(clean_subject(subject)) == clean_subject(subject)


def test_thousands_of_prefixes_do_no_harm():
    assert clean_subject("Re: " * 20_000 + "Lamp") == "Lamp"


def test_a_preview_is_one_line_cut_between_words():
    assert preview("Hello,\n\n  where is   my lamp?") == "Hello, where is my lamp?"
    assert preview("one two three four five", 15) == "one two three…"
    assert preview("x" * 200, 10) == "xxxxxxxxx…"
    assert preview("") == ""


@given(st.text(max_size=400), st.integers(20, 140))
def test_a_preview_is_never_longer_than_allowed(text, length):
    line = preview(text, length)
    assert len(line) <= length
    assert "\n" not in line
