"""A person's page: one time line of everything, what we owe, own and should know, and who lives there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from heard.accounts.services.audiences import audience_of
from heard.insights.services.marking import mark_words
from heard.lib.time import now
from heard.people.models import HeadsUp, HouseholdMember, Identity
from heard.people.services.decisions import decide_same
from heard.people.services.heads_ups import write_heads_up
from heard.promises.services.byhand import promise_by_hand
from heard.promises.services.policies import ensure_defaults
from heard.purchases.said import Buyer, Line, OrderSaid
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from tests.factories import make_conversation, make_customer
from tests.factories.conversations import say
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy(db):
    ensure_defaults()


@pytest.fixture
def page(client, alice):
    """Alice looks at pages."""
    client.force_login(alice)
    return client


def text_of(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response
    return " ".join(response.content.decode().split())


def in_order(text, *parts):
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def test_every_kind_stands_on_one_time_line(page, conversation, ada, alice, root, mailbox):
    say(conversation, "out", "It leaves on Thursday.", at=MONDAY_MORNING + timedelta(hours=1), author=alice)
    record_orders(
        ensure_source("shop", teams=[mailbox.team]),
        [OrderSaid("20931", MONDAY_MORNING - timedelta(days=3), "EUR", Buyer("ada@example.org"), (Line("Kettle", 4900),))],
        by=root,
    )
    promise_by_hand(conversation, by=alice, text="A new kettle is posted", due_at=now() + timedelta(days=2))
    mark_words(conversation.messages.first().interaction, words="a week ago", kind="problem", theme=None, by=alice)
    text = text_of(page, f"/people/{ada.pk}/")
    assert in_order(text, "A new kettle is posted", "It leaves on Thursday", "Where is it?", "Bought Kettle")
    story = text[text.index('id="story"') : text.index('id="about"')]
    assert "by e-mail" in story and "problem" in story and ">buy<" in story
    about = text[text.index('id="about"') :]
    assert "Kettle" in about and "1 order" in about and "“a week ago”" in about
    assert "is waiting for what we owe: A new kettle is posted" in text


@pytest.mark.parametrize(
    ("query", "shows", "hides"),
    [
        ("?what=said", "I ordered a kettle", "It leaves today"),
        ("?what=we", "It leaves today", "I ordered a kettle"),
        ("?direction=out", "It leaves today", "I ordered a kettle"),
        ("?channel=email&direction=in", "I ordered a kettle", "It leaves today"),
        ("?what=bought", "There is nothing here", "I ordered a kettle"),
        ("?on=2026-03-01", "There is nothing here", "I ordered a kettle"),
        ("?what=said&direction=out", "There is nothing here", "I ordered a kettle"),
    ],
)
def test_the_story_is_narrowed_as_asked(page, mailbox, ada, query, shows, hides):
    make_conversation(mailbox, customer=ada, answered=True)
    story = text_of(page, f"/people/{ada.pk}/{query}").split('id="story"')[1].split('id="about"')[0]
    assert shows in story and hides not in story


def test_a_day_that_is_none_is_said_so_and_the_story_shown(page, conversation, ada):
    text = text_of(page, f"/people/{ada.pk}/?on=never", status=422)
    assert "This is not a day" in text and "I ordered a kettle" in text


def test_places_that_nobody_can_read_begin_at_the_newest(page, conversation, ada):
    assert "I ordered a kettle" in text_of(page, f"/people/{ada.pk}/?before=~~&after=x")


def test_pages_lead_down_and_up_again(page, conversation, ada):
    for number in range(120):
        say(conversation, "in", f"Letter {number}!", at=MONDAY_MORNING + timedelta(minutes=number + 1))
    first = text_of(page, f"/people/{ada.pk}/")
    assert "Letter 119!" in first and "Letter 94!" not in first
    down = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text_of(page, f"/people/{ada.pk}/{down}")
    assert "Letter 94!" in second and "Letter 95!" not in second
    up = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Letter 95!" in text_of(page, f"/people/{ada.pk}/{up}")


def test_the_page_costs_the_same_for_ten_interactions_and_for_hundreds(page, conversation, ada, mailbox, alice):
    def queries():
        page.get(f"/people/{ada.pk}/")
        with CaptureQueriesContext(connection) as captured:
            assert page.get(f"/people/{ada.pk}/").status_code == 200
        return len(captured)

    other = make_customer("ada@example.com", name="Ada Lovelace", audience=mailbox.audience)
    decide_same(ada, other, by=alice)
    for number in range(10):
        say(conversation, "in", "Hello?", at=MONDAY_MORNING + timedelta(minutes=number + 1))
    few = queries()
    for number in range(200):
        say(conversation, "out" if number % 2 else "in", "Hello!", at=MONDAY_MORNING + timedelta(minutes=number + 20))
    assert queries() == few


def test_old_numbers_lead_to_the_page_after_a_join(page, conversation, ada, mailbox, alice):
    other = make_customer("ada@example.com", name="Ada King", audience=mailbox.audience)
    decide_same(ada, other, by=alice)
    assert page.get(f"/people/{other.pk}/").headers["location"] == f"/people/{ada.pk}/"


def test_not_the_same_cuts_a_record_and_is_not_offered_again(page, conversation, ada, mailbox, alice):
    other = make_customer("ada@example.com", name="Ada Lovelace", audience=mailbox.audience)
    decide_same(ada, other, by=alice)
    text = text_of(page, f"/people/{ada.pk}/")
    form = text.split('id="apart"')[1].split(">")[0]
    assert 'form="apart"' in text and f'action="/people/{ada.pk}/different/"' in form
    page.post(f"/people/{ada.pk}/different/", {"identity": other.pk})
    text = text_of(page, f"/people/{ada.pk}/")
    assert "ada@example.com" not in text and "Perhaps also" not in text and "are not the same person" in text
    assert "ada@example.com" in text_of(page, f"/people/{ada.pk}/?same_as=ada@example.com")


def test_an_old_number_keeps_what_was_asked_for(page, conversation, ada, mailbox, alice):
    other = make_customer("ada@example.com", name="Ada King", audience=mailbox.audience)
    decide_same(ada, other, by=alice)
    assert page.get(f"/people/{other.pk}/?what=said").headers["location"] == f"/people/{ada.pk}/?what=said"


def test_what_staff_should_know_is_written_read_beside_the_conversation_and_ended(page, conversation, ada, alice):
    values = {"once": uuid4(), "text": "Call before noon.", "reason": "Ada works at night."}
    assert page.post(f"/people/{ada.pk}/heads-ups/", values).status_code == 302
    page.post(f"/people/{ada.pk}/heads-ups/", values)
    found = HeadsUp.objects.get()
    text = text_of(page, f"/people/{ada.pk}/")
    assert "Call before noon." in text and "Ada works at night." in text and "Alice" in text
    assert "Call before noon." in text_of(page, f"/conversations/{conversation.pk}/")
    page.post(f"/people/{ada.pk}/heads-ups/{found.pk}/end/")
    assert "Call before noon." not in text_of(page, f"/conversations/{conversation.pk}/")
    page.post(f"/people/{ada.pk}/heads-ups/{found.pk}/restoration/")
    assert "Call before noon." in text_of(page, f"/people/{ada.pk}/")


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"text": "Call before noon."}, "Say why"),
        ({"reason": "Because"}, "Say what colleagues should know"),
        ({"text": "Call", "reason": "Because", "review_on": "soon"}, "This is not a day"),
        ({"text": "Call", "reason": "Because", "review_on": "2020-01-01"}, "still to come"),
    ],
)
def test_a_heads_up_that_lacks_something_comes_back_with_its_words(page, conversation, ada, values, complaint):
    response = page.post(f"/people/{ada.pk}/heads-ups/", {"once": uuid4(), **values})
    text = response.content.decode()
    assert page.get(f"/people/{ada.pk}/heads-ups/").status_code == 200
    assert response.status_code == 422 and complaint in text
    assert all(value in text for value in values.values())


def test_the_list_of_what_to_look_at_again(page, conversation, ada, alice):
    found = write_heads_up(ada, text="Call before noon.", reason="Ada works at night.", by=alice)
    assert "Nothing waits" in text_of(page, "/people/heads-ups/")
    HeadsUp.objects.update(review_on="2026-01-01")
    assert "Call before noon." in text_of(page, "/people/heads-ups/")
    assert '<span class="count">1</span>' in text_of(page, "/people/")
    page.post(f"/people/{ada.pk}/heads-ups/{found.pk}/review/", {"back": "list"})
    assert "Nothing waits" in text_of(page, "/people/heads-ups/")


def test_a_household_is_said_shown_to_both_and_undone(page, conversation, ada, mailbox):
    byron = make_customer("anne@example.com", name="Anne Byron", audience=mailbox.audience)
    assert "Anne Byron" in text_of(page, f"/people/{ada.pk}/?same_as=anne@example.com")
    page.post(f"/people/{ada.pk}/household/", {"other": byron.pk, "reason": "One address."})
    assert "lives with" in text_of(page, f"/people/{ada.pk}/") and "Anne Byron" in text_of(page, f"/people/{ada.pk}/")
    assert "Ada Lovelace" in text_of(page, f"/people/{byron.pk}/")
    home = HouseholdMember.objects.first().household_id
    answer = page.post(f"/people/{ada.pk}/household/{home}/end/", follow=True).content.decode()
    assert "lives with" not in answer.split("<main")[1].split('id="about"')[1]
    undo = answer.split('action="/people/')[1:]
    undo = next(part.split('"')[0] for part in undo if "/household/undo/" in part.split('"')[0])
    page.post(f"/people/{undo}")
    assert "lives with" in text_of(page, f"/people/{ada.pk}/")


def test_joining_shows_nobody_more_of_a_story(client, charlie, conversation, ada, alice, sales):
    other = make_customer("ada@example.com", name="Ada King", audience=audience_of([sales]))
    decide_same(ada, other, by=alice)
    client.force_login(charlie)
    shown = client.get(f"/people/{other.pk}/", follow=True).content.decode()
    assert "ada@example.com" in shown and "ada@example.org" not in shown and "I ordered a kettle" not in shown


def test_organisations_are_listed_with_those_a_colleague_may_know(page, client, charlie, conversation, ada, mailbox):
    for name in ("grace", "joan"):
        make_customer(f"{name}@navy.example", name=f"{name.title()} Navy", audience=mailbox.audience)
    text = text_of(page, "/organisations/")
    assert in_order(text, "navy.example", "example.org") and "2 people" in text
    assert "navy.example" not in text_of(page, "/organisations/?q=example.org").split("<main")[1]
    client.force_login(charlie)
    assert "navy.example" not in text_of(client, "/organisations/")


def test_an_organisation_is_renamed_and_loses_whoever_does_not_belong(page, conversation, ada):
    url = f"/organisations/{ada.organisation_id}/"
    assert page.post(url, {"name": " "}).status_code == 422
    page.post(url, {"name": "Analytical Engines Ltd"})
    text = text_of(page, url)
    assert "Analytical Engines Ltd" in text and "Ada Lovelace" in text
    page.post(f"{url}people/{ada.pk}/end/")
    assert page.get(url).status_code == 404
    page.post(f"{url}people/{ada.pk}/return/")
    assert "Ada Lovelace" in text_of(page, url)


def test_a_list_of_organisations_costs_the_same_for_few_and_for_many(page, mailbox):
    def queries(url):
        page.get(url)
        with CaptureQueriesContext(connection) as captured:
            page.get(url)
        return len(captured)

    for number in range(5):
        make_customer(f"a@firm{number}.example", name="Ann Other", audience=mailbox.audience)
    first = Identity.objects.get(identifiers__value="a@firm0.example").organisation_id
    few = queries("/organisations/"), queries(f"/organisations/{first}/")
    for number in range(30):
        make_customer(f"b@firm{number + 5}.example", name="Ben Other", audience=mailbox.audience)
        make_customer(f"c{number}@firm0.example", name="Cyd Other", audience=mailbox.audience)
    assert (queries("/organisations/"), queries(f"/organisations/{first}/")) == few


def test_news_of_a_person_names_only_identities_that_the_hearer_may_know(ada, alice, charlie, sales):
    from heard.events.models import Event
    from heard.web.live.log import Log
    from heard.web.live.rights import readers

    other = make_customer("ada@example.com", name="Ada King", audience=audience_of([sales]))
    with transaction.atomic():
        decide_same(ada, other, by=alice)
    assert Event.objects.filter(kind="person.joined").exists()
    entries = [entry for entry in Log().newest(100).entries if b"person.joined" in entry.frame_for(readers([alice.pk])[alice.pk])]
    mine, theirs = readers([alice.pk])[alice.pk], readers([charlie.pk])[charlie.pk]
    assert entries and all(entry.named.may_know(mine) and entry.named.may_know(theirs) for entry in entries)
    assert f'"identity_ids":[{ada.pk}]'.encode() in entries[0].frame_for(mine)
    assert f'"identity_ids":[{other.pk}]'.encode() in entries[0].frame_for(theirs)
