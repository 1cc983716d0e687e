"""Promises on the pages: found in words, sent with a reply, listed, moved, kept; and whom they are shown to."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from heard.accounts.models import Team
from heard.conversations.models import Message
from heard.conversations.thread import Spoken, Wait, lines_of
from heard.lib.time import frozen_at
from heard.promises.models import Promise
from heard.promises.services.byhand import promise_by_hand
from heard.promises.services.policies import ensure_defaults
from heard.web.promising import offers_in
from tests.factories.conversations import say

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_tuesday(db):
    ensure_defaults()
    with frozen_at(TUESDAY):
        yield


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def send(page, conversation, **fields):
    data = {"once": uuid.uuid4(), "to": "ada@example.org", "body": "Sorry!"} | fields
    return page.post(f"/conversations/{conversation.pk}/replies/", data)


def by_hand() -> Promise:
    return Promise.objects.get(kind="by_hand")


def target(conversation, by, **fields) -> Promise:
    return promise_by_hand(conversation, **{"by": by, "text": "New pair posted", "due_at": FRIDAY} | fields)


class TestInTheReply:
    def test_what_is_promised_is_told_with_the_reply(self, page, conversation, alice):
        team = Team.objects.create(name="Warehouse", is_department=True)
        answer = send(page, conversation, **{"promise-text": "New pair posted", "promise-owner": f"t{team.pk}", "promise-by": "by Friday"})
        promise = by_hand()
        assert answer.status_code == 303
        assert (promise.text, promise.due_at, promise.owed_by_team, promise.made_by) == ("New pair posted", FRIDAY, team, alice)
        assert promise.told_in.message.conversation == conversation
        shown = page.get(f"/conversations/{conversation.pk}/").content.decode()
        assert shown.index("Sorry!") < shown.index("New pair posted")

    @pytest.mark.parametrize(
        ("fields", "complaint"),
        [
            ({"promise-text": "New pair posted", "promise-by": "soon"}, "“soon” is not a moment to come"),
            ({"promise-text": "New pair posted", "promise-by": "2 March 2026"}, "is not a moment to come"),
            ({"promise-text": "New pair posted"}, "Say by when"),
            ({"promise-by": "Friday"}, "Say in a few words what we owe"),
            ({"promise-text": "x" * 301, "promise-by": "Friday"}, "300"),
            ({"promise-owner": "u99999", "promise-text": "New pair posted", "promise-by": "Friday"}, "u99999"),
            ({"promise-keeps": "77"}, "77"),
        ],
    )
    def test_what_cannot_be_promised_sends_nothing_and_keeps_the_words(self, page, conversation, fields, complaint):
        answer = send(page, conversation, body="It comes, I promise.", **fields)
        assert answer.status_code == 422
        assert complaint in answer.content.decode()
        assert "It comes, I promise." in answer.content.decode()
        assert not Promise.objects.filter(kind="by_hand").exists()
        assert not Message.objects.filter(interaction__direction="out").exists()

    def test_a_date_in_the_words_promises_nothing_by_itself(self, page, conversation):
        assert send(page, conversation, body="It is posted by Friday.").status_code == 303
        assert not Promise.objects.filter(kind="by_hand").exists()

    def test_a_reply_may_keep_tell_and_move(self, page, conversation, alice):
        kept, told, moved = (target(conversation, alice) for _ in range(3))
        send(page, conversation, **{"promise-keeps": kept.pk, "promise-tells": told.pk, "promise-moves": moved.pk, "promise-by": "9 March"})
        kept, told, moved = (Promise.objects.get(pk=one.pk) for one in (kept, told, moved))
        assert (kept.state, told.is_target, moved.is_target) == ("kept", False, False)
        assert (moved.due_at, moved.first_due_at) == (FRIDAY + timedelta(days=3), FRIDAY)
        assert "<s>" in page.get(f"/conversations/{conversation.pk}/").content.decode()

    def test_without_scripts_the_words_are_looked_through_on_request(self, page, conversation):
        answer = send(page, conversation, body="We post a new pair by Friday.", look="1")
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert 'value="Post a new pair"' in shown
        assert "We post a new pair by Friday." in shown
        assert not Message.objects.filter(interaction__direction="out").exists()

    def test_somebody_elses_promise_cannot_be_kept_from_here(self, page, conversation, mailbox, alice):
        from tests.factories import make_conversation, make_customer

        other = make_conversation(mailbox, customer=make_customer("eve@example.org", audience=mailbox.audience))
        promise = target(other, alice)
        assert send(page, conversation, **{"promise-keeps": promise.pk}).status_code == 422


class TestTheFinder:
    def ask(self, page, conversation, **data):
        return page.post(f"/conversations/{conversation.pk}/promise-dates/", data).content.decode()

    def test_offers_the_words_that_show_it(self, page, conversation):
        shown = self.ask(page, conversation, body="I am sorry. A colleague has one and it goes out by courier tomorrow before 16:00.")
        assert "goes out by courier tomorrow before 16:00" in shown
        assert "I am sorry" not in shown
        assert "tomorrow, 16:00" in shown

    def test_offers_nothing_for_no_date_for_what_was_dismissed_and_beside_a_promise(self, page, conversation):
        assert "<button" not in self.ask(page, conversation, body="We may sit in the sun.")
        assert "<button" not in self.ask(page, conversation, body="It comes by Friday.", dismissed="It comes by Friday")
        assert "<button" not in self.ask(page, conversation, **{"body": "It comes by Friday.", "promise-text": "A new pair"})

    def test_fills_the_fields_with_what_was_offered(self, page, conversation):
        shown = self.ask(page, conversation, take="1", what="New pair", when="Fri 6 Mar, 17:30")
        assert 'value="New pair"' in shown
        assert 'value="Fri 6 Mar, 17:30"' in shown

    def test_says_how_a_date_is_understood(self, page, conversation):
        assert "Fri 6 Mar, 17:30" in self.ask(page, conversation, **{"read": "1", "promise-by": "Friday"})
        assert "not a moment" in self.ask(page, conversation, **{"read": "1", "promise-by": "<soon>"})

    def test_reads_spanish_as_well(self, conversation):
        with translation.override("es"):
            (offer,) = offers_in("Lo siento. Le enviamos un par nuevo antes del viernes.", conversation)
        assert (offer.clause, offer.at) == ("Le enviamos un par nuevo antes del viernes", FRIDAY)


class TestBeside:
    def test_a_target_tells_nobody(self, page, conversation):
        data = {"owe-once": uuid.uuid4(), "owe-text": "Call Ada", "owe-by": "tomorrow 10:00"}
        for _ in range(2):
            assert page.post(f"/conversations/{conversation.pk}/promises/", data).status_code == 303
        assert (by_hand().is_target, by_hand().due_at) == (True, TUESDAY + timedelta(days=1, hours=1))

    def test_what_is_missing_is_said(self, page, conversation):
        answer = page.post(f"/conversations/{conversation.pk}/promises/", {"owe-text": "", "owe-by": ""})
        assert (answer.status_code, "what we owe" in answer.content.decode()) == (422, True)


class TestOnePromise:
    def test_is_kept_and_taken_back(self, page, conversation, alice):
        promise = target(conversation, alice)
        page.post(f"/promises/{promise.pk}/kept/")
        assert by_hand().state == "kept"
        page.post(f"/promises/{promise.pk}/kept/end/")
        assert by_hand().state == "open"

    def test_gets_a_new_date_once_however_often_it_is_sent(self, page, conversation, alice):
        promise = target(conversation, alice)
        data = {"once": uuid.uuid4(), "by": "9 March", "reason": "The maker is late"}
        for _ in range(2):
            assert page.post(f"/promises/{promise.pk}/dates/", data).status_code == 303
        assert promise.changes.count() == 1
        shown = page.get(f"/promises/{promise.pk}/").content.decode()
        assert "The maker is late" in shown
        assert "<s>" in shown

    @pytest.mark.parametrize(
        ("act", "data"), [("dates", {"by": "soon", "reason": "x"}), ("dates", {"by": "9 March"}), ("release", {"reason": " "})]
    )
    def test_bad_input_is_said_in_words(self, page, conversation, alice, act, data):
        answer = page.post(f"/promises/{target(conversation, alice).pk}/{act}/", data)
        assert answer.status_code == 422
        assert "field__error" in answer.content.decode()

    def test_a_department_sees_and_keeps_it_but_learns_nothing_else(self, client, conversation, alice, charlie, sales):
        promise = target(conversation, alice, owed_by_team=sales)
        client.force_login(charlie)
        for path in ("/", "/promises/teams/", f"/promises/{promise.pk}/"):
            shown = client.get(path).content.decode()
            assert "New pair posted" in shown, path
            assert "Lovelace" not in shown, path
            assert conversation.subject not in shown, path
        assert client.post(f"/promises/{promise.pk}/release/", {"reason": "x"}).status_code == 404
        assert client.post(f"/promises/{promise.pk}/kept/").status_code == 303
        assert by_hand().kept_by == charlie


@pytest.mark.parametrize("path", ["/", "/promises/", "/promises/all/", "/promises/late/"])
def test_lists_cost_the_same_for_three_promises_and_for_forty(page, conversation, alice, path):
    from django.db import connection

    def queries() -> int:
        page.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(path).status_code == 200
        return len(captured)

    for _ in range(3):
        target(conversation, alice)
    few = queries()
    for _ in range(37):
        target(conversation, alice)
    assert queries() == few


def test_a_long_list_goes_on_without_leaving_one_out(page, conversation, alice):
    for number in range(53):
        target(conversation, alice, text=f"Thing {number:02}")
    first = page.get("/promises/").content.decode()
    after = first.split('href="?after=')[1].split('"')[0]
    second = page.get(f"/promises/?after={after}").content.decode()
    assert (first.count('class="row"'), second.count('class="row"')) == (50, 3)
    assert page.get("/promises/?after=nonsense").status_code == 200
    assert page.get("/promises/nothing/").status_code == 404


HOUR = timedelta(hours=1)


def spoken(*words: tuple[int, str]) -> list[tuple[Spoken, object]]:
    return [(Spoken(TUESDAY + hour * HOUR, direction, True), f"m{hour}") for hour, direction in words]


def silences(messages, broken, now=100) -> list[tuple[int, int | None]]:
    lines = lines_of(messages, due=[], waiting_since=None, now=TUESDAY + now * HOUR, broken=[TUESDAY + hour * HOUR for hour in broken])
    waits = [line.wait for line in lines if line.wait is not None and line.wait.is_silence]
    return [((wait.since - TUESDAY) // HOUR, None if wait.until is None else (wait.until - TUESDAY) // HOUR) for wait in waits]


def test_the_silence_in_which_a_promise_broke_is_drawn():
    assert silences(spoken((0, "in"), (1, "out"), (30, "in"), (31, "out")), broken=[20]) == [(1, 30)]
    assert silences(spoken((1, "out"), (30, "out")), broken=[20]) == [(1, 30)]
    assert silences(spoken((1, "out")), broken=[20]) == [(1, None)]
    assert silences(spoken((1, "out")), broken=[200]) == []
    assert silences(spoken((0, "in"), (1, "out"), (10, "in"), (31, "out")), broken=[20]) == []  # that wait is drawn as theirs
    assert Wait(TUESDAY, TUESDAY + HOUR, True, True).length == HOUR


def test_the_page_draws_it(page, conversation, alice):
    with frozen_at(TUESDAY - timedelta(days=5)):
        message = say(conversation, "out", "Posted by Saturday.", at=TUESDAY - timedelta(days=5), author=alice)
        target(conversation, alice, due_at=TUESDAY - timedelta(days=3), message=message)
    say(conversation, "in", "Nothing came.", at=TUESDAY)
    assert "a promise passed without a word from us" in page.get(f"/conversations/{conversation.pk}/").content.decode()
