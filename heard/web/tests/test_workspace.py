"""Inbox, conversation, home and person: what they show, what they cost, and to whom they answer."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heard.conversations.dropped import dropped_balls
from heard.conversations.models import Conversation, Draft, Message
from heard.conversations.rules import Dropped
from heard.lib.time import now
from heard.people.models import Identity, LinkDecision
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_conversation, make_customer, make_mailbox
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


def queries_of(client, url: str) -> int:
    client.get(url)  # what is cached for a process is not counted
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def fill(mailbox, number: int) -> None:
    for index in range(number):
        customer = make_customer(f"c{index}@example.org", name=f"Customer {index}", audience=mailbox.audience)
        make_conversation(mailbox, customer=customer, at=MONDAY_MORNING + timedelta(minutes=index))


@pytest.mark.parametrize("url", ["/inbox/", "/inbox/all/", "/", "/people/"])
def test_a_list_costs_the_same_for_ten_rows_and_for_many(page, mailbox, url):
    fill(mailbox, 10)
    few = queries_of(page, url)
    fill(mailbox, 90)
    assert queries_of(page, url) == few


def test_the_inbox_goes_on_after_fifty_rows_without_leaving_one_out(page, mailbox):
    fill(mailbox, 60)
    first = page.get("/inbox/all/").content.decode()
    after = first.split('href="?after=')[1].split('"')[0]
    second = page.get(f"/inbox/all/?after={after}".replace("+", "%2B")).content.decode()
    shown = first.count('class="row"') + second.count('class="row"')
    assert (first.count('class="row"'), shown) == (50, 60)


@pytest.mark.parametrize("nonsense", ["x", "2026-99-99_1", "_", "2026-01-01T00:00:00+00:00_99999999999999999999"])
def test_nonsense_after_begins_at_the_top(page, conversation, nonsense):
    assert page.get("/inbox/", {"after": nonsense}).status_code == 200


def test_an_outsider_sees_nothing_of_a_conversation(client, charlie, conversation):
    client.force_login(charlie)
    assert client.get(f"/conversations/{conversation.pk}/").status_code == 404
    assert conversation.subject not in client.get("/inbox/all/").content.decode()
    assert client.get(f"/people/{conversation.customer_id}/").status_code == 404


def test_a_conversation_costs_the_same_for_two_messages_and_for_sixty(page, conversation):
    from tests.factories.conversations import say

    say(conversation, "out", "Soon.", at=MONDAY_MORNING + timedelta(hours=1))
    few = queries_of(page, f"/conversations/{conversation.pk}/")
    for index in range(58):
        say(conversation, "in" if index % 2 else "out", f"Word {index}", at=MONDAY_MORNING + timedelta(hours=2, minutes=index))
    assert queries_of(page, f"/conversations/{conversation.pk}/") == few


def test_a_reply_is_sent_once_however_often_the_form_is_posted(page, conversation):
    fields = {"once": str(uuid.uuid4()), "to": "ada@example.org", "cc": "", "body": "It leaves today."}
    first = page.post(f"/conversations/{conversation.pk}/replies/", fields)
    again = page.post(f"/conversations/{conversation.pk}/replies/", fields)
    assert (first.status_code, again.status_code) == (303, 303)
    assert Message.objects.filter(conversation=conversation, interaction__direction="out").count() == 1


def test_an_empty_reply_says_so_and_loses_nothing(page, conversation):
    answer = page.post(f"/conversations/{conversation.pk}/replies/", {"once": str(uuid.uuid4()), "to": "no address", "body": ""})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a sentence first" in shown
    assert "is not an e-mail address" in shown
    assert "no address" in shown


def test_a_closed_conversation_refuses_a_reply_in_words(page, conversation):
    page.post(f"/conversations/{conversation.pk}/closure/", {"reason": "solved"})
    answer = page.post(f"/conversations/{conversation.pk}/replies/", {"once": str(uuid.uuid4()), "to": "ada@example.org", "body": "Hello"})
    assert answer.status_code == 409
    assert "Reopen it to reply" in answer.content.decode()


def test_a_reader_may_look_and_not_write(client, rita, conversation):
    client.force_login(rita)
    assert client.get(f"/conversations/{conversation.pk}/").status_code == 200
    for act in ("replies", "notes", "draft", "assignment", "snooze", "closure", "team"):
        assert client.post(f"/conversations/{conversation.pk}/{act}/").status_code == 403


def test_what_is_begun_is_kept_and_comes_back(page, conversation, alice):
    page.post(f"/conversations/{conversation.pk}/draft/", {"body": "Dear Ada, we are"})
    assert Draft.objects.get(author=alice).text == "Dear Ada, we are"
    assert "Dear Ada, we are" in page.get(f"/conversations/{conversation.pk}/").content.decode()


def test_snoozing_closing_and_their_ends(page, conversation):
    url = f"/conversations/{conversation.pk}"
    page.post(f"{url}/snooze/", {"until": "tomorrow"})
    conversation.refresh_from_db()
    assert conversation.standing == "snoozed"
    page.post(f"{url}/snooze/end/")
    page.post(f"{url}/closure/", {"reason": "no_reply_needed"})
    conversation.refresh_from_db()
    assert (conversation.standing, conversation.waiting_since) == ("closed", None)
    page.post(f"{url}/closure/end/")
    conversation.refresh_from_db()
    assert (conversation.standing, conversation.waiting_since) == ("us", MONDAY_MORNING)


def test_handing_over_takes_the_words_along(page, client, charlie, sales, conversation):
    page.post(f"/conversations/{conversation.pk}/team/", {"team": sales.pk})
    assert page.get(f"/conversations/{conversation.pk}/").status_code == 404
    client.force_login(charlie)
    assert client.get(f"/conversations/{conversation.pk}/").status_code == 200
    assert client.get(f"/people/{conversation.customer_id}/").status_code == 200


def test_joining_two_people_never_widens_reading(page, client, alice, charlie, sales, mailbox):
    other = make_mailbox(sales)
    ada = make_customer("ada@example.org", name="Ada", audience=mailbox.audience)
    hr = make_customer("ada@work.example", name="Ada at work", audience=other.audience)
    make_conversation(mailbox, customer=ada, text="About my poles")
    secret = make_conversation(other, customer=hr, text="About my contract")
    from heard.people.services.decisions import decide_same

    decide_same(ada, hr, by=alice)

    shown = page.get(f"/people/{ada.pk}/").content.decode()
    assert "About my poles" in shown
    assert "contract" not in shown
    assert "ada@work.example" not in shown
    assert page.get(f"/conversations/{secret.pk}/").status_code == 404
    client.force_login(charlie)
    assert "poles" not in client.get(f"/people/{hr.pk}/").content.decode()


def test_same_person_and_back_restores_exactly(page, mailbox):
    one = make_customer("a@example.org", name="Ann", audience=mailbox.audience)
    other = make_customer("b@example.org", name="Ann", audience=mailbox.audience)
    for customer in (one, other):
        make_conversation(mailbox, customer=customer)
    before = list(Identity.objects.order_by("pk").values())

    page.post(f"/people/{one.pk}/same/", {"other": other.pk})
    assert page.get(f"/people/{other.pk}/").status_code == 302  # both numbers lead to one page
    page.post(f"/people/{one.pk}/decisions/{LinkDecision.objects.get().pk}/end/")

    assert list(Identity.objects.order_by("pk").values()) == before


def test_an_address_of_two_people_is_divided_and_put_back(page, mailbox):
    info = make_customer("info@cinema.example", name="Cinema", audience=mailbox.audience)
    mine = make_conversation(mailbox, customer=info, text="From Bo")
    make_conversation(mailbox, customer=info, text="From Cy")

    answer = page.post(
        f"/people/{info.pk}/identities/{info.pk}/division/",
        {"name": "Bo", "interaction": [mine.messages.get().interaction_id]},
    )
    new = Identity.objects.latest("pk")
    assert answer.url == f"/people/{new.pk}/"
    assert "From Bo" in page.get(answer.url).content.decode()
    assert "From Bo" not in page.get(f"/people/{info.pk}/").content.decode()

    page.post(f"/people/{info.pk}/divisions/{info.divisions.get().pk}/end/")
    assert "From Bo" in page.get(f"/people/{info.pk}/").content.decode()


def test_dropped_balls_are_found_however_they_came_about(alice, bob, mailbox):
    moment = now()
    long_ago = moment - timedelta(days=5)
    closed = make_conversation(mailbox, customer=make_customer("1@example.org", audience=mailbox.audience), at=long_ago)
    nobody = make_conversation(mailbox, customer=make_customer("2@example.org", audience=mailbox.audience), at=long_ago)
    away = make_conversation(mailbox, customer=make_customer("3@example.org", audience=mailbox.audience), at=long_ago, assignee=bob)
    answered = make_conversation(mailbox, customer=make_customer("4@example.org", audience=mailbox.audience), at=long_ago, answered=True)
    from heard.conversations.services.closing import close_conversation

    close_conversation(closed, by=alice, reason="solved")
    Conversation.objects.filter(pk=nobody.pk).update(due_at=long_ago + timedelta(hours=4), due_kind="first_reply")
    Conversation.objects.filter(pk=away.pk).update(due_at=moment + timedelta(hours=4), due_kind="first_reply")
    bob.is_away = True
    bob.save()

    found = {ball.conversation.pk: ball.reason for ball in dropped_balls(alice, now=moment)}

    assert found == {closed.pk: Dropped.CLOSED_TOO_EARLY, nobody.pk: Dropped.NOBODY_ASSIGNED_AND_LATE, away.pk: Dropped.OWNER_AWAY}
    assert answered.pk not in found


def test_only_who_asks_for_a_field_gets_the_caret(page, conversation):
    asked = f"/conversations/{conversation.pk}/?write=note"
    assert b" autofocus" in page.get(asked).content
    assert b" autofocus" in page.get(asked, headers={"HX-Request": "true", "HX-Target": "work"}).content
    assert b" autofocus" not in page.get(asked, headers={"HX-Request": "true", "HX-Target": "conversation"}).content
    assert b" autofocus" not in page.get(f"/conversations/{conversation.pk}/").content
