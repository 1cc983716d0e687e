"""Who hears what on `/events`."""

import json

import pytest
from django.db import connection, transaction

from heard.accounts.selectors import readable_audience_ids
from heard.accounts.services.audiences import audience_of, widened
from heard.accounts.services.users import change_user, set_password, set_teams
from heard.conversations.services.assignment import move_to_team
from heard.events import record_event
from heard.lib.wake import stop_pulse
from heard.web.live.log import Log
from heard.web.live.rights import Audiences, readers
from heard.web.tests.listening import log_in, open_house
from tests.factories import make_team, make_user
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def nobody_listens_to_the_database_afterwards():
    yield
    stop_pulse()


@pytest.fixture
def house(db):
    with open_house() as house:
        yield house


def happen(audience, subject_id=1, kind="conversation.reopened", subject_kind="conversation", **more):
    with transaction.atomic():
        return record_event(kind, (subject_kind, subject_id), audience_id=audience and audience.pk, **more)


def heard_of(listener):
    return [event["subject_id"] for event in listener.events]


def test_a_colleague_hears_what_happens_and_an_outsider_does_not(house, alice, charlie, support, sales):
    inside, outside = house.listen(alice), house.listen(charlie)
    happen(audience_of([support]), 1)
    happen(audience_of([sales]), 2)
    happen(audience_of([support, sales]), 3)
    happen(audience_of(users=[charlie]), 4)
    eventually(lambda: heard_of(inside) == [1, 3] and heard_of(outside) == [2, 3, 4])


def test_an_event_says_ids_and_kinds_and_nothing_else(house, alice, support):
    listener = house.listen(alice)
    audience = audience_of([support])
    happen(audience, 7, "message.received", "message", conversation_id=3, interaction_id=9, authentication="pass")
    happen(audience, 3, "conversation.closed", actor=alice, reason="solved")
    eventually(lambda: len(listener.events) == 2)
    position = listener.events[0]["position"]
    assert listener.events == [
        {
            "position": position,
            "kind": "message.received",
            "subject_kind": "message",
            "subject_id": 7,
            "audience": audience.pk,
            "conversation_id": 3,
            "actor_kind": "system",
            "actor_id": None,
        },
        {
            "position": position + 1,
            "kind": "conversation.closed",
            "subject_kind": "conversation",
            "subject_id": 3,
            "audience": audience.pk,
            "conversation_id": 3,
            "actor_kind": "user",
            "actor_id": alice.pk,
        },
    ]
    blocks = [block for block in listener.blocks if "data" in block]
    assert [int(block["id"]) for block in blocks] == [position, position + 1]
    assert set(blocks[0]) == {"id", "data"}


def test_the_answer_is_an_event_stream_that_nobody_keeps(house, alice):
    listener = house.listen(alice)
    assert listener.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert listener.headers["cache-control"] == "no-store"
    assert 1000 <= int(listener.blocks[0]["retry"]) <= 3000


def test_what_happens_to_the_installation_is_heard_by_administrators_only(house, alice, root):
    listener, operator = house.listen(alice), house.listen(root)
    happen(None, 1, "inbound.quarantined", "inbound", mailbox_id=1, cause="broken")
    happen(None, 2, "inbound.filed", "inbound", mailbox_id=1, interaction_id=4, conversation_id=5)
    happen(None, 3, "user.added", "user", role="agent")
    happen(None, 4, "mailbox.failed", "mailbox", cause="unreachable")
    eventually(lambda: heard_of(operator) == [1, 2, 4])
    assert [event["conversation_id"] for event in operator.events] == [None, None, None]
    assert heard_of(listener) == []


def test_an_administrator_outside_a_team_hears_nothing_of_its_conversations(house, root, alice, support):
    listener, inside = house.listen(root), house.listen(alice)
    happen(audience_of([support]))
    eventually(lambda: heard_of(inside) == [1])
    assert heard_of(listener) == []


def test_history_is_not_streamed(house, alice, support):
    listener = house.listen(alice)
    happen(audience_of([support]), 1, is_history=True)
    happen(audience_of([support]), 2)
    eventually(lambda: heard_of(listener) == [2])


def test_a_new_audience_is_known_with_its_first_event(house, alice, support):
    listener = house.listen(alice)
    happen(audience_of([support]), 1)
    eventually(lambda: heard_of(listener) == [1])
    happen(widened(audience_of([support]), audience_of([make_team("Returns")])), 2)
    eventually(lambda: heard_of(listener) == [1, 2])


def test_no_query_is_made_for_a_stream(house, alice, bob, support, monkeypatch):
    queries = []
    monkeypatch.setattr("heard.web.live.hub.holders", None)  # fails if it asks for sessions or rights
    read, audience = Log._after, audience_of([support])

    def count(execute, *query):
        queries.append(query[0])
        return execute(*query)

    def counted(log, position):
        with connection.execute_wrapper(count):
            return read(log, position)

    monkeypatch.setattr(Log, "_after", counted)
    listeners = [house.listen(user) for user in (alice, bob) for _ in range(10)]
    with transaction.atomic():
        for number in range(10):
            record_event("conversation.reopened", ("conversation", number), audience_id=audience.pk)
    eventually(lambda: all(len(heard_of(listener)) == 10 for listener in listeners))
    assert len([sql for sql in queries if "subject_id" in sql and sql.startswith("SELECT")]) == 1
    assert len([sql for sql in queries if "audience_teams" in sql]) == 1


def test_it_says_the_same_as_the_lookup_behind_every_page(alice, bob, charlie, root, support, sales):
    returns = make_team("Returns")
    everybody = [alice, bob, charlie, root, make_user("Rosa", teams=(returns, sales)), make_user("Gone", teams=(support,), is_active=False)]
    sets = [
        audience_of(teams, users) for teams in ([], [support], [sales, returns]) for users in ([], [bob], [root, charlie]) if teams or users
    ]
    audiences, known = Audiences(), readers(user.pk for user in everybody)
    audiences.learn(audience.pk for audience in sets)
    for user in everybody:
        told = {audience.pk for audience in sets if user.pk in known and audiences.named(audience.pk).may_know(known[user.pk])}
        assert told == set(readable_audience_ids(user)), user.name


# Rights that change


def test_a_colleague_who_leaves_a_team_hears_no_more_of_it(house, alice, root, support, sales):
    listener = house.listen(alice)
    happen(audience_of([support]), 1)
    eventually(lambda: heard_of(listener) == [1])
    set_teams(alice, [sales], by=root)
    happen(audience_of([support]), 2)
    happen(audience_of([sales]), 3)
    eventually(lambda: 3 in heard_of(listener))
    assert heard_of(listener) == [1, 3]
    assert len(listener.resyncs) == 1  # her screens show what she may see now


def test_what_waits_for_a_slow_reader_is_dropped_with_the_right_to_read_it(house, alice, bob, root, support, sales):
    slow, colleague = house.listen(alice), house.listen(bob)
    slow.stop_reading()
    happen(audience_of([support]), 1)  # on its way when she stops reading
    eventually(lambda: heard_of(colleague) == [1])
    happen(audience_of([support]), 2)
    eventually(lambda: heard_of(colleague) == [1, 2])
    set_teams(alice, [sales], by=root)
    happen(audience_of([support]), 3)
    eventually(lambda: heard_of(colleague) == [1, 2, 3])
    slow.read_on()
    eventually(lambda: slow.resyncs)
    assert heard_of(slow) == [1]


def test_a_moved_conversation_is_heard_of_by_both_teams_and_then_by_the_new_one(house, alice, charlie, conversation, sales):
    old, new = house.listen(alice), house.listen(charlie)
    moved = move_to_team(conversation, team=sales, by=alice)
    eventually(lambda: heard_of(old) == [conversation.pk] and heard_of(new) == [conversation.pk])
    happen(moved.audience, moved.pk)
    eventually(lambda: len(new.events) == 2)
    assert len(old.events) == 1


def test_a_colleague_made_inactive_loses_the_stream(house, alice, bob, root):
    listener, other = house.listen(alice), house.listen(bob)
    change_user(alice, name=alice.name, role=alice.role, is_active=False, teams=alice.teams.all(), by=root)
    eventually(lambda: listener.has_ended)
    assert not other.has_ended


def test_another_password_ends_the_streams_of_the_old_one(house, alice):
    listener = house.listen(alice)
    set_password(alice, password="a quite different sentence", by=alice)
    eventually(lambda: listener.has_ended)


def test_a_log_out_ends_the_stream(house, alice, bob, client, monkeypatch):
    monkeypatch.setattr("heard.web.live.hub.CHECK_SECONDS", 0.2)
    client.force_login(alice)
    gone = house.ask(client.cookies["heard_session"].value)
    stays = house.listen(bob)
    eventually(gone.is_open)
    client.post("/log-out/")
    eventually(lambda: gone.has_ended)
    assert not stays.has_ended


def test_teams_changed_without_an_event_are_noticed_by_the_next_check(house, alice, support, monkeypatch):
    monkeypatch.setattr("heard.web.live.hub.CHECK_SECONDS", 0.2)
    listener = house.listen(alice)
    alice.memberships.all().delete()
    eventually(lambda: listener.resyncs)
    happen(audience_of([support]))
    assert heard_of(listener) == []


# Who may not come in


def test_without_a_session_it_is_a_401_and_no_redirect(house):
    for key in ("", "x" * 32):
        answer = house.ask(key)
        eventually(lambda answer=answer: answer.has_ended)
        assert (answer.status, answer.headers.get("location")) == (401, None)


def test_an_inactive_colleague_is_a_401(house, alice):
    key = log_in(alice)
    alice.is_active = False
    alice.save()
    answer = house.ask(key)
    eventually(lambda: answer.has_ended)
    assert answer.status == 401


def test_a_session_from_before_another_password_is_a_401(house, alice):
    key = log_in(alice)
    set_password(alice, password="a quite different sentence", by=alice)
    answer = house.ask(key)
    eventually(lambda: answer.has_ended)
    assert answer.status == 401


def test_a_reader_may_listen(house, rita, support):
    listener = house.listen(rita)
    happen(audience_of([support]))
    eventually(lambda: heard_of(listener) == [1])


def test_other_methods_are_a_405(house, alice):
    answer = house.ask(log_in(alice), method="POST")
    eventually(lambda: answer.has_ended)
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def test_one_colleague_cannot_take_all_streams(house, alice, bob, monkeypatch):
    monkeypatch.setattr("heard.web.live.app.STREAMS_OF_ONE_USER", 2)
    listeners = [house.listen(alice), house.listen(alice)]
    answer = house.ask(log_in(alice))
    eventually(lambda: answer.has_ended)
    assert answer.status == 429
    house.listen(bob)
    listeners[0].leave()
    house.listen(alice)


def test_a_full_process_says_so(house, alice, bob, monkeypatch):
    monkeypatch.setattr("heard.web.live.app.STREAMS_OF_ONE_PROCESS", 1)
    house.listen(alice)
    answer = house.ask(log_in(bob))
    eventually(lambda: answer.has_ended)
    assert answer.status == 503


# Long lives


def test_a_silent_stream_shows_signs_of_life_that_carry_the_position(house, alice, support, charlie, monkeypatch):
    monkeypatch.setattr("heard.web.live.hub.BEAT_SECONDS", 1)
    listener, busy = house.listen(charlie), house.listen(alice)
    happen(audience_of([support]))
    eventually(lambda: busy.events)
    eventually(lambda: listener.last_id == busy.last_id)  # though nothing was told
    assert listener.events == []
    assert ": here" in listener.raw.decode()


def test_a_stream_ends_after_its_time_and_comes_back_at_once(house, alice, monkeypatch):
    monkeypatch.setattr("heard.web.live.hub.LIFE_SECONDS", 1)
    listener = house.listen(alice)
    eventually(lambda: listener.has_ended)
    assert listener.blocks[-1] == {"retry": "100"}


def test_a_reader_who_is_too_slow_fetches_again(house, alice, bob, support):
    slow, quick = house.listen(alice), house.listen(bob)
    audience = audience_of([support])
    slow.stop_reading()
    happen(audience, 1)
    eventually(lambda: heard_of(quick) == [1])
    for start in range(0, 300, 50):  # the queue holds 200
        with transaction.atomic():
            for number in range(start, start + 50):
                record_event("conversation.reopened", ("conversation", number), audience_id=audience.pk)
        eventually(lambda start=start: len(quick.events) == start + 51)
    assert quick.resyncs == []
    slow.read_on()
    happen(audience, 999)
    eventually(lambda: 999 in heard_of(slow))
    assert len(slow.resyncs) == 1
    assert len(slow.events) < 200
    assert slow.positions == sorted(slow.positions)


def test_many_events_at_once_reach_a_reader_who_keeps_up(house, alice, support):
    listener = house.listen(alice)
    with transaction.atomic():
        for number in range(950):
            record_event("conversation.reopened", ("conversation", number), audience_id=audience_of([support]).pk)
    eventually(lambda: len(listener.events) == 950)
    assert listener.resyncs == []


def test_one_who_does_not_read_at_all_is_cut_off(house, alice, monkeypatch):
    monkeypatch.setattr("heard.web.live.hub.STUCK_SECONDS", 0.5)
    cut = []
    monkeypatch.setattr("heard.web.live.stream.Stream.cut", lambda stream: cut.append(stream.reader.user_id))
    monkeypatch.setattr("heard.web.live.hub.BEAT_SECONDS", 0.1)
    listener = house.listen(alice)
    listener.stop_reading()
    eventually(lambda: cut)
    assert set(cut) == {alice.pk}


def test_one_who_leaves_is_forgotten(house, alice):
    listener = house.listen(alice)
    listener.leave()
    assert house.hub.streams == set()
    assert not house.hub.of_user


def test_data_is_one_line_of_json(house, alice, support):
    listener = house.listen(alice)
    happen(audience_of([support]))
    eventually(lambda: listener.events)
    data = [line for line in listener.raw.decode().splitlines() if line.startswith("data: ")]
    assert [json.loads(line[6:])["kind"] for line in data] == ["conversation.reopened"]
