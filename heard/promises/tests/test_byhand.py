"""Promises by hand: given in a sentence, told, moved, kept, released, reminded of, erased."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404

from heard.accounts.models import Membership, Team
from heard.channels.email.sending import Outcome
from heard.conversations.models import Message
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.joins import join_conversations, part_conversations
from heard.conversations.services.messages import ConversationClosed, reply_to_conversation
from heard.conversations.services.outgoing import mail_of
from heard.events.consumers import ensure_consumers, run_consumers_once
from heard.events.models import Event
from heard.lib.time import frozen_at, now
from heard.privacy.services import erase_person
from heard.promises import selectors
from heard.promises.checks import inbox_shows_what_is_owed
from heard.promises.models import Promise, PromiseChange
from heard.promises.services.answers import Word, answer_conversation
from heard.promises.services.byhand import (
    DateHasPassed,
    OwnerCannotOwe,
    PromiseIsSettled,
    PromiseSaysNothing,
    ReasonMissing,
    change_promise,
    keep_promise,
    promise_by_hand,
    release_promise,
    reopen_promise,
)
from heard.promises.services.policies import ensure_defaults
from heard.promises.services.reminders import readers_of, remind_due, send_reminder_now
from heard.promises.services.replies import break_due, join_promises, reopen_after_failure
from heard.promises.services.telling import tell_promise
from heard.tasks import RetryAt
from tests.factories import make_conversation, make_user

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NEXT_FRIDAY = FRIDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def on_tuesday(db):
    ensure_defaults()
    with frozen_at(TUESDAY):
        yield


@pytest.fixture
def warehouse(db) -> Team:
    return Team.objects.create(name="Warehouse", is_department=True)


def reply(conversation, author, **fields) -> Message:
    return reply_to_conversation(conversation, author=author, body="It comes.", to=["ada@example.org"], once=uuid.uuid4(), **fields)


def promised(conversation, by, **fields) -> Promise:
    return promise_by_hand(conversation, **{"by": by, "text": "New pair posted", "due_at": FRIDAY} | fields)


def test_without_a_reply_it_is_a_target_of_whoever_says_it(conversation, alice):
    promise = promised(conversation, alice)
    conversation.refresh_from_db()
    assert (promise.owed_by, promise.owed_by_team, promise.told_at, promise.is_target) == (alice, None, None, True)
    assert (conversation.due_at, conversation.due_kind, conversation.standing) == (FRIDAY, "by_hand", "us")


def test_a_reply_that_tells_it_makes_it_a_promise_of_a_department(conversation, alice, warehouse):
    message = reply(conversation, alice)
    promise = promised(conversation, alice, owed_by_team=warehouse, message=message)
    assert (promise.told_at, promise.told_in_id) == (message.interaction.happened_at, message.interaction_id)
    assert (promise.owed_by, promise.owed_by_team) == (None, warehouse)
    assert Event.objects.get(kind="promise.made").data["is_told"] is True


def test_the_same_once_promises_once(conversation, alice):
    once = uuid.uuid4()
    assert promised(conversation, alice, once=once) == promised(conversation, alice, once=once)
    assert Promise.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": " \n "}, PromiseSaysNothing),
        ({"text": "x" * 301}, PromiseSaysNothing),
        ({"due_at": TUESDAY}, DateHasPassed),
        ({"due_at": TUESDAY + timedelta(days=4000)}, DateHasPassed),
    ],
)
def test_what_cannot_be_promised_is_refused_with_a_sentence(conversation, alice, fields, refusal):
    with pytest.raises(refusal) as caught:
        promised(conversation, alice, **fields)
    assert caught.value.message


def test_nobody_who_left_and_no_closed_conversation_can_owe(conversation, alice, bob, warehouse):
    bob.is_active = False
    with pytest.raises(OwnerCannotOwe):
        promised(conversation, alice, owed_by=bob)
    with pytest.raises(OwnerCannotOwe):
        promised(conversation, alice, owed_by=alice, owed_by_team=warehouse)
    close_conversation(conversation, by=alice, reason="solved")
    with pytest.raises(ConversationClosed):
        promised(conversation, alice)


def test_a_word_given_is_still_owed_when_the_conversation_is_closed(conversation, alice):
    promise = promised(conversation, alice, message=reply(conversation, alice))
    close_conversation(conversation, by=alice, reason="solved")
    assert Promise.objects.get(pk=promise.pk).is_open


def test_a_target_moves_at_once_and_its_first_date_stays(conversation, alice):
    promise = change_promise(promised(conversation, alice), by=alice, due_at=NEXT_FRIDAY, reason="The maker is late")
    conversation.refresh_from_db()
    assert (promise.due_at, promise.first_due_at, conversation.due_at) == (NEXT_FRIDAY, FRIDAY, NEXT_FRIDAY)


def test_a_date_that_was_told_counts_until_the_new_one_is_told(conversation, alice):
    promise = promised(conversation, alice, message=reply(conversation, alice))
    promise = change_promise(promise, by=alice, due_at=NEXT_FRIDAY, reason="The maker is late")
    assert promise.due_at == FRIDAY
    with frozen_at(FRIDAY + timedelta(minutes=1)):
        assert break_due(now()) >= 1
        promise = tell_promise(promise, by=alice, message=reply(conversation, alice))
    assert (promise.due_at, promise.first_due_at, promise.broken_at) == (NEXT_FRIDAY, FRIDAY, FRIDAY)
    assert promise.changes.get().told_at is not None


def test_a_change_needs_a_reason_or_the_reply_that_tells_it(conversation, alice):
    promise = promised(conversation, alice)
    with pytest.raises(ReasonMissing):
        change_promise(promise, by=alice, due_at=NEXT_FRIDAY)
    promise = change_promise(promise, by=alice, due_at=NEXT_FRIDAY, message=reply(conversation, alice))
    assert promise.told_at is not None
    assert promise.changes.get().told_in_id == promise.told_in_id


def test_kept_in_time_kept_late_and_twice_without_harm(conversation, alice):
    one, other = promised(conversation, alice), promised(conversation, alice)
    message = reply(conversation, alice)
    assert keep_promise(one, by=alice, message=message).broken_at is None
    with frozen_at(FRIDAY + timedelta(hours=2)):
        late = keep_promise(other, by=alice)
        assert keep_promise(other, by=alice).kept_at == late.kept_at
    assert (late.broken_at, late.kept_by, late.kept_in) == (FRIDAY, alice, None)
    conversation.refresh_from_db()
    assert conversation.due_kind != "by_hand"


def test_a_reply_that_comes_back_kept_and_told_nothing(conversation, alice):
    kept = promised(conversation, alice)
    moved = promised(conversation, alice, message=reply(conversation, alice))
    failing = reply(conversation, alice)
    keep_promise(kept, by=alice, message=failing)
    told = promised(conversation, alice, message=failing)
    change_promise(moved, by=alice, due_at=NEXT_FRIDAY, message=failing)
    reopen_after_failure(failing)
    kept, told, moved = (Promise.objects.get(pk=one.pk) for one in (kept, told, moved))
    assert (kept.state, kept.kept_at) == ("open", None)
    assert (told.told_at, told.told_in, told.is_open) == (None, None, True)
    assert (moved.due_at, moved.told_at is None) == (FRIDAY, False)
    assert tell_promise(moved, by=alice, message=reply(conversation, alice)).due_at == NEXT_FRIDAY


def test_released_with_a_reason_and_taken_back(conversation, alice):
    promise = promised(conversation, alice)
    with pytest.raises(ReasonMissing):
        release_promise(promise, by=alice, reason=" ")
    promise = release_promise(promise, by=alice, reason="Ada found the old pair")
    assert (promise.state, promise.release_words, promise.released_by) == ("released", "Ada found the old pair", alice)
    for act in (lambda: keep_promise(promise, by=alice), lambda: change_promise(promise, by=alice, due_at=NEXT_FRIDAY, reason="x")):
        with pytest.raises(PromiseIsSettled):
            act()
    promise = reopen_promise(promise, by=alice)
    assert (promise.is_open, promise.release_words) == (True, "")


def test_promises_of_joined_conversations_are_all_still_owed(conversation, mailbox, ada, alice):
    other = make_conversation(mailbox, customer=ada)
    promised(conversation, alice), promised(other, alice, due_at=NEXT_FRIDAY)
    join_promises(other, into=conversation)
    conversation.refresh_from_db()
    assert Promise.objects.filter(conversation=conversation, state="open", kind="by_hand").count() == 2
    assert conversation.due_at == FRIDAY


def test_a_promise_follows_its_words_when_joined_conversations_are_parted(conversation, mailbox, ada, alice):
    other = make_conversation(mailbox, customer=ada)
    promise = promised(other, alice, message=reply(other, alice))
    ensure_consumers()
    join = join_conversations(other, into=conversation, by=alice)
    run_consumers_once()
    assert Promise.objects.get(pk=promise.pk).conversation == conversation
    part_conversations(join, by=alice)
    run_consumers_once()
    conversation.refresh_from_db(), other.refresh_from_db()
    assert Promise.objects.get(pk=promise.pk).conversation == other
    assert (other.due_at, conversation.due_kind) == (FRIDAY, "first_reply")
    assert inbox_shows_what_is_owed() == []


class TestTheMail:
    def test_ends_with_the_sentence_and_the_date_in_the_mails_language(self, conversation, alice):
        message = reply(conversation, alice)
        promised(conversation, alice, message=message)
        text = mail_of(message).text
        assert "New pair posted" in text
        assert "Friday 6 March 2026, 17:30" in text
        assert "New pair posted" not in message.interaction.text

    def test_names_the_old_date_beside_the_new(self, conversation, alice):
        first = reply(conversation, alice)
        promise = promised(conversation, alice, message=first)
        second = reply(conversation, alice)
        change_promise(promise, by=alice, due_at=NEXT_FRIDAY, message=second)
        assert "13 March" in mail_of(second).text
        assert "6 March" in mail_of(second).text
        assert "6 March" in mail_of(first).text  # a second sending says what the first said
        assert "13 March" not in mail_of(first).text

    def test_says_nothing_of_targets_and_nothing_when_nothing_is_promised(self, conversation, alice):
        promised(conversation, alice)
        message = reply(conversation, alice)
        assert "New pair" not in mail_of(message).text


class TestAnswering:
    def send(self, conversation, alice, once=None, **word):
        return answer_conversation(
            conversation, author=alice, body="Sorry!", to=["ada@example.org"], once=once or uuid.uuid4(), word=Word(**word), then_close=False
        )  # fmt: skip

    def test_promises_moves_tells_and_keeps_at_once(self, conversation, alice):
        kept, told, moved = promised(conversation, alice), promised(conversation, alice), promised(conversation, alice)
        message = self.send(conversation, alice, keeps=[kept], tells=[told], moves=moved, due_at=NEXT_FRIDAY)
        states = {one.pk: (one.state, one.told_in_id, one.due_at) for one in Promise.objects.filter(kind="by_hand")}
        said = message.interaction_id
        assert states == {
            kept.pk: ("kept", None, FRIDAY), told.pk: ("open", said, FRIDAY), moved.pk: ("open", said, NEXT_FRIDAY),
        }  # fmt: skip

    def test_twice_is_once(self, conversation, alice):
        once = uuid.uuid4()
        first = self.send(conversation, alice, once, text="New pair posted", due_at=FRIDAY)
        assert self.send(conversation, alice, once, text="New pair posted", due_at=FRIDAY) == first
        assert Promise.objects.filter(kind="by_hand").count() == 1

    def test_a_promise_that_is_refused_sends_nothing(self, conversation, alice):
        with pytest.raises(DateHasPassed):
            self.send(conversation, alice, text="New pair posted", due_at=TUESDAY)
        assert not Message.objects.filter(interaction__direction="out").exists()


class Mailer:
    """Remembers what it is given."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        self.sent: list[tuple[bytes, list[str]]] = []
        self.outcome = outcome

    def send(self, raw, *, mailbox, sender, recipients):
        self.sent.append((raw, list(recipients)))
        return self.outcome or Outcome(accepted=tuple(recipients))


class TestReminders:
    def test_its_owner_hears_of_it_once_with_a_quarter_of_the_time_left(self, conversation, alice):
        promise = promised(conversation, alice, due_at=TUESDAY + timedelta(hours=4))
        assert remind_due(TUESDAY + timedelta(hours=2, minutes=59)) == 0
        assert remind_due(TUESDAY + timedelta(hours=3)) == 1
        assert remind_due(TUESDAY + timedelta(hours=3)) == 0
        mailer = Mailer()
        send_reminder_now(promise.pk, TUESDAY, mailer=mailer)
        (raw, recipients) = mailer.sent[0]
        assert recipients == [alice.email]
        assert b"New pair posted" in raw
        assert b"Ada" not in raw

    def test_what_is_kept_meanwhile_is_not_spoken_of(self, conversation, alice):
        promise = promised(conversation, alice)
        keep_promise(promise, by=alice)
        mailer = Mailer()
        send_reminder_now(promise.pk, TUESDAY, mailer=mailer)
        assert remind_due(FRIDAY) == 1
        assert not mailer.sent
        assert not Event.objects.filter(kind="promise.reminded").exists()

    def test_a_server_that_is_away_is_tried_again_until_the_moment_has_passed(self, conversation, alice):
        promise = promised(conversation, alice)
        with pytest.raises(RetryAt):
            send_reminder_now(promise.pk, TUESDAY, mailer=Mailer(Outcome(is_temporary=True, problem="unreachable")))
        with frozen_at(FRIDAY + timedelta(minutes=1)):
            send_reminder_now(promise.pk, TUESDAY, mailer=Mailer(Outcome(is_temporary=True, problem="unreachable")))

    def test_a_department_is_reached_at_its_address_or_by_its_members(self, conversation, alice, warehouse):
        walter = make_user("Walter", teams=(warehouse,))
        promise = promised(conversation, alice, owed_by_team=warehouse)
        assert [reader.address for reader in readers_of(promise)] == [walter.email]
        warehouse.email = "warehouse@heard.example"
        assert [reader.address for reader in readers_of(promise)] == ["warehouse@heard.example"]


class TestWhoSees:
    def test_whoever_owes_it_even_outside_the_conversation(self, conversation, alice, charlie, sales, rita):
        promise = promised(conversation, alice, owed_by_team=sales)
        assert selectors.get_promise(charlie, promise.pk) == promise
        assert not selectors.is_readable(promise, charlie)
        assert selectors.list_promises(charlie, "teams", now=now()) == [promise]
        assert selectors.list_promises(charlie, "all", now=now()) == []
        assert selectors.list_promises(rita, "all", now=now()) == [promise]
        Membership.objects.filter(user=charlie).delete()
        with pytest.raises(Http404):
            selectors.get_promise(charlie, promise.pk)

    def test_what_the_customer_is_shown_was_told(self, conversation, alice):
        told = promised(conversation, alice, message=reply(conversation, alice))
        promised(conversation, alice)
        change_promise(told, by=alice, due_at=NEXT_FRIDAY, reason="later")
        shown = selectors.shown_to_customer(conversation)
        assert [(one.pk, one.due_at) for one in shown] == [(told.pk, FRIDAY)]

    def test_a_persons_promises_are_found_by_their_number(self, conversation, ada, alice, charlie):
        promise = promised(conversation, alice)
        assert selectors.promises_of_person(ada.person_number, alice) == [promise]
        assert selectors.promises_of_person(ada.person_number, charlie) == []
        assert selectors.promises_of_conversations([conversation.pk, 0]) == {conversation.pk: [promise], 0: []}

    def test_lists_cost_the_same_however_long(self, conversation, alice, django_assert_max_num_queries):
        for _ in range(30):
            promised(conversation, alice)
        for name in selectors.LISTS:
            with django_assert_max_num_queries(4):
                selectors.list_promises(alice, name, now=now())

    def test_pages_leave_none_out(self, conversation, alice):
        made = {promised(conversation, alice).pk for _ in range(7)}
        seen, after = [], None
        while page := selectors.list_promises(alice, "mine", now=now(), limit=3, after=after):
            seen += [one.pk for one in page]
            after = (page[-1].due_at, page[-1].pk)
        assert (set(seen), len(seen)) == (made, 7)


def test_erasure_empties_the_sentence_and_the_reasons(conversation, ada, alice, dora):
    promise = promised(conversation, alice, text="Ada gets new poles")
    change_promise(promise, by=alice, due_at=NEXT_FRIDAY, reason="Ada Lovelace is away")
    erase_person([ada.pk], by=dora)
    promise.refresh_from_db()
    assert (promise.text, promise.state, promise.release_reason) == ("", "released", "erased")
    assert PromiseChange.objects.get().reason == ""
