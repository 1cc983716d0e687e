"""A story in pages: everything once, in order, at the same price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.accounts.services.audiences import audience_of
from heard.timeline.models import InteractionParty
from heard.timeline.services.recording import NewInteraction, record_interactions
from heard.timeline.story import Wanted, story_page
from tests.factories import make_customer
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db
ROLES = ("from", "to", "cc")


@pytest.fixture
def people(support):
    audience = audience_of([support])
    return [make_customer(f"{name}@example.org", name=name, audience=audience) for name in ("ada", "king", "lovelace")]


def happen(audience, parties, *, minute=0, kind="message", channel="email", direction="in", stage="get_help", text="Hello"):
    return NewInteraction(
        audience=audience, channel=channel, direction=direction, kind=kind, stage=stage, text=text, parties=parties,
        happened_at=MONDAY_MORNING + timedelta(minutes=minute),
    )  # fmt: skip


def ids_of(people):
    return [one.pk for one in people]


def walk(people, actor, limit, **more):
    """Every page from the newest to the end: the numbers of its interactions."""
    pages, before = [], None
    while True:
        page = story_page(ids_of(people), actor, limit=limit, before=before, **more)
        pages.append([one.pk for one in page.interactions])
        if page.older is None:
            return pages
        assert page.interactions, "a page that leads on is not empty"
        before = page.older


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(
        st.tuples(st.integers(0, 6), st.sets(st.tuples(st.integers(0, 2), st.sampled_from(ROLES)), min_size=1, max_size=4)), max_size=25
    ),
    limit=st.integers(1, 7),
)
def test_a_story_told_in_pages_is_the_whole_story_in_order_downwards_and_up(people, alice, support, said, limit):
    InteractionParty.objects.all().delete()
    audience = audience_of([support])
    news = [happen(audience, [(people[who], role) for who, role in sorted(parties)], minute=minute) for minute, parties in said]
    rows = record_interactions(news)
    whole = [row.pk for row in sorted(rows, key=lambda row: (row.happened_at, row.pk), reverse=True)]
    pages = walk(people, alice, limit)
    assert [number for page in pages for number in page] == whole
    if not whole:
        return
    oldest = min(rows, key=lambda row: (row.happened_at, row.pk))
    up, after = [], (oldest.happened_at, oldest.pk)
    while after is not None:
        page = story_page(ids_of(people), alice, limit=limit, after=after)
        up = [one.pk for one in page.interactions] + up
        after = page.newer
    assert up == whole[:-1]


def test_of_a_story_only_what_a_colleague_may_read_is_told(people, alice, charlie, support, sales):
    ours, theirs = audience_of([support]), audience_of([sales])
    rows = record_interactions(
        [happen(ours if minute % 3 else theirs, [(people[0], "from")], minute=minute, text=f"{minute}") for minute in range(12)]
    )
    mine = [row.pk for row in rows if row.audience_id == ours.pk]
    assert sorted(number for page in walk(people, alice, 3) for number in page) == mine
    assert len([number for page in walk(people, charlie, 3) for number in page]) == 4


def test_a_story_is_narrowed_by_kind_way_direction_and_stage(people, alice, support):
    audience = audience_of([support])
    record_interactions(
        [
            happen(audience, [(people[0], "from")], minute=1, text="mail"),
            happen(audience, [(people[0], "from")], minute=2, kind="order", channel="order", stage="buy", text="order"),
            happen(audience, [(people[1], "about")], minute=3, kind="note", channel="note", direction="internal", stage="", text="note"),
            happen(audience, [(people[1], "to")], minute=4, direction="out", kind="telling", text="told"),
            happen(audience, [(people[1], "from")], minute=5, kind="solved", channel="portal", text="solved"),
        ]
    )

    def told(**wanted):
        return [one.words for one in story_page(ids_of(people), alice, wanted=Wanted(**wanted)).interactions]

    assert told() == ["solved", "told", "note", "order", "mail"]
    assert told(directions=("in",), but_kinds=("order",)) == ["solved", "mail"]
    assert told(kinds=("order", "telling")) == ["told", "order"]
    assert told(channels=("portal",)) == ["solved"]
    assert told(stages=("buy",)) == ["order"]
    assert told(channels=("email",), stages=("buy",)) == []


def test_a_page_reads_no_more_of_a_long_story_than_of_a_short_one(people, alice, support):
    audience = audience_of([support])
    record_interactions([happen(audience, [(people[minute % 3], "from")], minute=minute) for minute in range(10)])
    story_page(ids_of(people), alice)
    with CaptureQueriesContext(connection) as short:
        story_page(ids_of(people), alice)
    record_interactions([happen(audience, [(people[minute % 3], "from")], minute=minute) for minute in range(10, 400)])
    with CaptureQueriesContext(connection) as long:
        page = story_page(ids_of(people), alice)
    assert len(long) == len(short) == 2
    assert len(page.interactions) == 50


def test_nobody_without_a_team_reads_a_story(people, root, support):
    record_interactions([happen(audience_of([support]), [(people[0], "from")])])
    assert story_page(ids_of(people), root).interactions == []
