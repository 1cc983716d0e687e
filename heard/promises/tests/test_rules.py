from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from heard.lib.calendars import ALWAYS_OPEN, BusinessCalendar
from heard.promises.rules import (
    JOINED,
    Arrival,
    Keep,
    Make,
    Owed,
    Release,
    Reopen,
    Reply,
    Stay,
    is_broken,
    join,
    on_close_without_reply,
    on_customer_message,
    on_delivery_failed,
    on_reply,
    on_told,
    soonest,
    target_for,
    waiting_since,
)

HOUR = timedelta(hours=1)
NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday


@dataclass(frozen=True)
class Times:
    first_reply_business_seconds: int = 8 * 3600
    next_reply_business_seconds: int = 2 * 3600


OFFICE = BusinessCalendar("UTC", (*((("09:00", "17:00"),),) * 5, (), ()))


def target(number=1, *, made=NINE, due=NINE + 8 * HOUR, **fields):
    return Owed(number, fields.pop("kind", "first_reply"), made, due, **fields)


def arrives(open_now, at=NINE, *, is_first=True, calendar=ALWAYS_OPEN, **fields):
    return on_customer_message(open_now, Arrival(at, **fields), policy=Times(), calendar=calendar, is_first=is_first)


def test_the_first_unanswered_message_makes_a_target():
    assert arrives([]) == Make("first_reply", NINE, NINE + 8 * HOUR)
    assert arrives([], is_first=False) == Make("next_reply", NINE, NINE + 2 * HOUR)


def test_business_hours_carry_a_friday_message_into_monday():
    noon = NINE + 3 * HOUR
    assert target_for(Times(), OFFICE, waiting_since=noon, is_first=True) == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_second_message_adds_and_moves_nothing():
    assert arrives([target()], NINE + HOUR) is None


def test_a_promise_by_hand_is_not_an_answer_so_the_next_message_makes_a_target():
    assert arrives([target(kind="by_hand")], NINE + HOUR, is_first=False) == Make("next_reply", NINE + HOUR, NINE + 3 * HOUR)


@pytest.mark.parametrize("automatic", ["out_of_office", "auto_reply", "bounce", "list", "notice", "own"])
def test_a_robot_is_owed_nothing(automatic):
    assert arrives([], automatic=automatic) is None


def test_history_is_owed_nothing():
    assert arrives([], is_history=True) is None


def test_a_reply_in_the_last_instant_keeps_and_a_later_one_keeps_late():
    due = target().due_at
    assert on_reply([target()], Reply(7, due)) == [Keep(1, 7, due, is_late=False)]
    late = due + timedelta(microseconds=1)
    assert on_reply([target()], Reply(7, late)) == [Keep(1, 7, late, is_late=True)]


def test_notes_automatic_replies_and_acknowledgements_keep_nothing():
    assert on_reply([target()], Reply(7, NINE + HOUR, is_public=False)) == []
    assert on_reply([target()], Reply(7, NINE + HOUR, is_automatic=True)) == []


def test_a_reply_written_before_a_message_came_does_not_answer_it():
    assert on_reply([target(made=NINE + HOUR)], Reply(7, NINE)) == []


def test_a_promise_by_hand_is_kept_only_by_the_reply_that_names_it_and_never_by_the_one_that_gave_it():
    glasses = target(3, kind="by_hand", made_in=6)
    assert on_reply([glasses], Reply(7, NINE + HOUR)) == []
    assert on_reply([glasses], Reply(6, NINE + HOUR, keeps=frozenset({3}))) == []
    assert on_reply([glasses], Reply(7, NINE + HOUR, keeps=frozenset({3}))) == [Keep(3, 7, NINE + HOUR, is_late=False)]


def test_telling_the_time_makes_a_promise_and_leaves_the_time():
    assert on_told(target(), told_at=NINE) == Stay(1, NINE + 8 * HOUR, NINE)
    assert on_told(target(told_at=NINE), told_at=NINE + HOUR) == Stay(1, NINE + 8 * HOUR, NINE)


def test_a_bounce_reopens_with_the_old_due_time():
    assert on_delivery_failed([target(kept_in=7)], 7) == [Reopen(1, NINE + 8 * HOUR, None)]


def test_a_bounce_of_another_reply_changes_nothing():
    assert on_delivery_failed([target(kept_in=7)], 8) == []


def test_after_a_bounce_a_later_reply_that_arrived_keeps():
    replies = [Reply(7, NINE + HOUR), Reply(8, NINE + 2 * HOUR, is_automatic=True), Reply(9, NINE + 9 * HOUR)]
    assert on_delivery_failed([target(kept_in=7)], 7, replies=replies) == [Keep(1, 9, NINE + 9 * HOUR, is_late=True)]


def test_after_a_bounce_one_reply_is_owed_though_the_customer_wrote_again():
    newer = target(2, kind="next_reply", made=NINE + 2 * HOUR, due=NINE + 4 * HOUR, told_at=NINE + 2 * HOUR)
    decisions = on_delivery_failed([target(kept_in=7)], 7, open_now=[newer])
    assert decisions == [Release(2, JOINED), Reopen(1, NINE + 4 * HOUR, NINE + 2 * HOUR)]


def test_closing_releases_the_reply_and_leaves_a_word_given():
    assert on_close_without_reply([target(), target(2, kind="by_hand")], reason="no_reply_needed") == [Release(1, "no_reply_needed")]


def test_broken_means_past_and_unkept():
    due = NINE
    assert not is_broken(due, now=due, kept_at=None)
    assert is_broken(due, now=due + HOUR, kept_at=None)
    assert not is_broken(due, now=due + HOUR, kept_at=due)
    assert is_broken(due, now=due + HOUR, kept_at=due + HOUR)


def test_soonest_is_what_the_inbox_shows():
    assert soonest([]) is None
    assert soonest([target(), target(2, kind="by_hand", due=NINE + HOUR)]) == (NINE + HOUR, "by_hand")


def test_joining_keeps_the_earliest():
    one = target(1, made=NINE, due=NINE + 8 * HOUR)
    other = target(2, made=NINE + HOUR, due=NINE + 3 * HOUR, told_at=NINE + HOUR)
    by_hand = target(3, kind="by_hand")
    assert join([other, by_hand, one]) == [Release(2, JOINED), Stay(1, NINE + 3 * HOUR, NINE + HOUR)]
    assert join([by_hand]) == []


class Conversation(RuleBasedStateMachine):
    """The whole table, told twice: as rows that the decisions change, and as a log of what was said that is read anew each time."""

    def __init__(self):
        super().__init__()
        self.now, self.ids = NINE, 0
        self.rows: dict[int, Owed] = {}
        self.states: dict[int, str] = {}
        self.first_due: dict[int, datetime] = {}
        self.replies: list[Reply] = []  # public, by people, that stand
        self.messages: list[tuple[datetime, bool]] = []  # of the customer: when, and whether somebody said no answer is needed

    def open_now(self):
        return [row for key, row in self.rows.items() if self.states[key] == "open"]

    def next_id(self):
        self.ids += 1
        return self.ids

    def write(self, decisions):
        for decision in decisions:
            key = decision.promise
            match decision:
                case Keep():
                    self.states[key], self.rows[key] = "kept", replace(self.rows[key], kept_in=decision.kept_in)
                case Reopen():
                    self.states[key] = "open"
                    self.rows[key] = replace(self.rows[key], kept_in=None, due_at=decision.due_at, told_at=decision.told_at)
                case Release():
                    self.states[key] = "released"
                case Stay():
                    self.rows[key] = replace(self.rows[key], due_at=decision.due_at, told_at=decision.told_at)

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(automatic=st.sampled_from(["", "", "", "out_of_office", "list"]), is_history=st.sampled_from([False, False, False, True]))
    def the_customer_writes(self, automatic, is_history):
        self.now += timedelta(seconds=1)
        made = arrives(self.open_now(), self.now, automatic=automatic, is_history=is_history, is_first=not self.replies)
        if made is not None:
            key = self.next_id()
            self.rows[key] = Owed(key, made.kind, made.made_at, made.due_at)
            self.states[key], self.first_due[key] = "open", made.due_at
        if not automatic and not is_history:
            self.messages.append((self.now, False))

    @rule(is_public=st.booleans(), is_automatic=st.booleans())
    def we_write(self, is_public, is_automatic):
        self.now += timedelta(seconds=1)
        reply = Reply(self.next_id(), self.now, is_public=is_public, is_automatic=is_automatic)
        self.write(on_reply(self.open_now(), reply))
        if is_public and not is_automatic:
            self.replies.append(reply)

    @rule()
    def a_colleague_promises_by_hand(self):
        key = self.next_id()
        self.rows[key] = Owed(key, "by_hand", self.now, self.now + HOUR, told_at=self.now)
        self.states[key], self.first_due[key] = "open", self.now + HOUR

    @precondition(lambda self: self.open_now())
    @rule(data=st.data())
    def the_customer_is_told(self, data):
        self.write([on_told(data.draw(st.sampled_from(self.open_now())), told_at=self.now)])

    @precondition(lambda self: self.replies)
    @rule(data=st.data())
    def a_reply_comes_back(self, data):
        failed = data.draw(st.sampled_from(self.replies))
        kept = [row for key, row in self.rows.items() if self.states[key] == "kept"]
        self.write(on_delivery_failed(kept, failed.interaction, open_now=self.open_now(), replies=self.replies))
        self.replies.remove(failed)

    @rule()
    def a_colleague_closes(self):
        self.write(on_close_without_reply(self.open_now(), reason="no_reply_needed"))
        unanswered = self.unanswered()
        self.messages = [(at, is_settled or at in unanswered) for at, is_settled in self.messages]

    def unanswered(self):
        return [at for at, is_settled in self.messages if not is_settled and not any(reply.accepted_at >= at for reply in self.replies)]

    @invariant()
    def a_customer_waits_exactly_when_they_spoke_last_and_nothing_public_was_accepted_since(self):
        assert waiting_since(self.open_now()) == min(self.unanswered(), default=None)

    @invariant()
    def one_reply_is_owed_at_a_time(self):
        assert sum(row.is_reply for row in self.open_now()) <= 1

    @invariant()
    def no_due_time_ever_moves_later(self):
        assert all(row.due_at <= self.first_due[key] for key, row in self.rows.items())

    @invariant()
    def what_is_kept_names_a_reply_that_stands(self):
        standing = {reply.interaction for reply in self.replies}
        assert all(self.rows[key].kept_in in standing for key, state in self.states.items() if state == "kept")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
