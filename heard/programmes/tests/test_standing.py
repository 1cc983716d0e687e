"""Standing promises, measured on what was really owed; the figures against a slow, obvious count."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.events.models import Event
from heard.programmes.models import StandingPromise
from heard.programmes.rules import Came, changed, kept_share
from heard.programmes.selectors import figure_of, missed_cases, standing_with_figures
from heard.programmes.services.standing import StandsAlready, end_standing_promise, state_standing_promise
from heard.promises.models import Promise
from tests.factories import make_conversation, make_mailbox

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def owe(conversation, *, kind="by_hand", due=NOON, told=True, kept=None, broken=None, released=None, team=None, who=None):
    state = "kept" if kept else "released" if released else "open"
    return Promise.objects.create(
        conversation=conversation, kind=kind, text="Poles posted", made_at=due - DAY, first_due_at=due, due_at=due,
        told_at=due - DAY if told else None, state=state, kept_at=kept, broken_at=broken, released_at=released, owed_by_team=team, owed_by=who,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_share_counts_what_came_due_and_was_told(mailbox, conversation, dora):
    promise = state_standing_promise("We do what we said.", measure="by_hand", by=dora)
    other = make_conversation(make_mailbox(mailbox.team, address="two@heard.example"), subject="Other")
    for _number in range(9):
        owe(conversation, kept=NOON - DAY)
    owe(conversation, kept=NOON + DAY, broken=NOON)  # kept late is not kept
    owe(other, broken=NOON)
    owe(conversation, released=NOON)  # nobody needed it any more
    owe(conversation, kept=NOON - DAY, told=False)  # a target that nobody was told
    owe(conversation, kind="first_reply", kept=NOON - DAY)  # something else
    owe(conversation, kept=NOON - 100 * DAY)  # long ago
    owe(conversation, due=NOON + 9 * DAY)  # not due yet
    kept = figure_of(promise, now=NOON + 2 * DAY)
    assert (kept.kept, kept.counted, kept.share, kept.missed) == (9, 11, 82, 2)
    low, high = kept.interval
    assert low < 82 < high


@pytest.mark.django_db
def test_a_teams_promise_counts_what_the_team_owed(mailbox, conversation, alice, dora, sales):
    mine = state_standing_promise("Sales does what it said.", measure="by_hand", team=sales, by=dora)
    owe(conversation, kept=NOON - DAY, team=sales)  # owed by Sales in a conversation of Support
    owe(conversation, kept=NOON - DAY, who=alice)  # owed by Alice in Support
    kept = figure_of(mine, now=NOON)
    assert (kept.kept, kept.counted, kept.share) == (1, 1, None)


@pytest.mark.django_db
def test_the_cases_are_those_one_may_read(client, mailbox, conversation, alice, charlie, dora):
    promise = state_standing_promise("We do what we said.", measure="by_hand", by=dora)
    late = owe(conversation, broken=NOON)
    assert missed_cases(promise, alice, now=NOON + DAY) == [late]
    assert missed_cases(promise, charlie, now=NOON + DAY) == []
    client.force_login(charlie)
    assert "Poles posted" not in client.get(f"/why/promises/{promise.pk}/").content.decode()


@pytest.mark.django_db
def test_it_is_stated_once_and_ended_once(dora, alice):
    once = uuid4()
    first = state_standing_promise("We mend what we sell.", measure="nothing", by=dora, once=once)
    assert state_standing_promise("Twice pressed.", measure="nothing", by=dora, once=once) == first
    with pytest.raises(StandsAlready):
        state_standing_promise("We mend what we sell.", measure="by_hand", by=dora)
    end_standing_promise(first, by=dora)
    ended = end_standing_promise(first, by=alice)
    assert ended.ended_by == dora
    assert state_standing_promise("We mend what we sell.", measure="by_hand", by=dora) != first
    assert list(Event.objects.values_list("kind", flat=True)) == [
        "standing_promise.stated", "standing_promise.ended", "standing_promise.stated",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_lead_states_one_on_its_page(client, dora):
    client.force_login(dora)
    page = client.get("/why/promises/new/").content.decode()
    data = {"once": page.split('name="once" value="')[1].split('"')[0], "text": "We mend what we sell.", "measure": "nothing"}
    assert client.post("/why/promises/new/", data | {"text": ""}).status_code == 422
    assert client.post("/why/promises/new/", data | {"measure": "moonlight"}).status_code == 422
    assert client.post("/why/promises/new/", data).status_code == 303
    assert client.post("/why/promises/new/", data).status_code == 303
    again = client.post("/why/promises/new/", data | {"once": uuid4()})
    assert (again.status_code, "in the same words" in again.content.decode()) == (422, True)
    promise = StandingPromise.objects.get()
    assert "cannot say how well" in client.get("/why/").content.decode()
    assert client.post(f"/why/promises/{promise.pk}/end/").status_code == 303
    assert standing_with_figures(now=NOON) == []
    assert "ended by Dora" in client.get("/why/").content.decode()


counts = st.lists(
    st.builds(Came, st.sampled_from(["by_hand", "first_reply"]), st.sampled_from([1, 2, None]), st.integers(0, 50), st.integers(0, 50))
)


@given(counts, st.sampled_from(["by_hand", "first_reply"]), st.sampled_from([1, 2, None]))
def test_a_share_lies_in_its_interval(came, kind, team):
    kept = kept_share(came, kind=kind, team_id=team)
    low, high = kept.interval
    assert 0 <= low <= high <= 100 and kept.kept <= kept.counted
    assert kept.share is None or low <= kept.share <= high
    assert (kept.share is None) == (kept.counted < 10)


def test_only_what_differs_has_changed():
    assert changed({"one": "a", "two": "b"}, {"one": "a", "two": "c"}) == ["two"]
    assert changed(None, {"one": "a", "two": ""}) == ["one"]
