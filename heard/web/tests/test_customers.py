"""One face as pages: my customers, who looks after somebody, being away, handing over; and the owner first in assignment."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from heard.accounts.models import Absence
from heard.accounts.services.absences import note_absence
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.owners_first import assign_to_owners
from heard.lib.time import now
from heard.people.models import Attribute, HandOver
from heard.people.owner_selectors import owner_of
from heard.people.services.owning import give_owner
from heard.promises.services.byhand import promise_by_hand
from heard.promises.services.policies import ensure_defaults
from tests.factories import arrive, make_conversation, make_customer, make_mailbox

pytestmark = pytest.mark.django_db
MINE = "/my-customers/"


@pytest.fixture
def mailbox(support):
    ensure_defaults()
    return make_mailbox(support)


@pytest.fixture
def conversation(mailbox):
    return make_conversation(mailbox)


@pytest.fixture
def ada(conversation):
    return conversation.customer


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


class TestMyCustomers:
    def test_they_stand_with_silence_and_promises(self, client, alice, bob, ada, conversation):
        give_owner(ada, user=alice, by=bob)
        Attribute.objects.create(identity=ada, name="quiet", at=now() - timedelta(days=1), source="test", computed_at=now())
        promise_by_hand(conversation, by=alice, text="A new kettle is posted", due_at=now() + timedelta(days=3))
        client.force_login(alice)
        page = page_of(client, MINE)
        assert "Ada Lovelace" in page
        assert "Gone quiet" in page
        assert "Promise by" in page or "Target by" in page
        assert "Ada Lovelace" in page_of(client, f"{MINE}?view=quiet")
        client.force_login(bob)
        assert "Ada Lovelace" not in page_of(client, MINE)
        assert "Ada Lovelace" in page_of(client, f"{MINE}?of={alice.pk}")

    def test_whoever_stands_in_sees_for_whom(self, client, alice, bob):
        note_absence(bob, starts_at=now(), cover=alice, by=bob)
        client.force_login(alice)
        assert "You stand in for Bob." in page_of(client, MINE)

    def test_the_page_costs_the_same_for_many(self, client, alice, mailbox, django_assert_max_num_queries):
        client.force_login(alice)
        first = make_customer("c0@example.org", audience=mailbox.audience)
        give_owner(first, user=alice, by=alice)
        page_of(client, MINE)
        with django_assert_max_num_queries(26) as few:
            page_of(client, MINE)
        for number in range(1, 30):
            give_owner(make_customer(f"c{number}@example.org", audience=mailbox.audience), user=alice, by=alice)
        with django_assert_max_num_queries(len(few)):
            page_of(client, MINE)

    @pytest.mark.parametrize("query", ["view=nonsense", "after=x~y", "after=2026-01-01~7", "of=abc", "after=2026-13-45T00:00:00Z~1"])
    def test_a_broken_address_shows_the_beginning(self, client, alice, query):
        client.force_login(alice)
        page_of(client, f"{MINE}?{query}")

    def test_a_colleague_who_is_not_there_is_not_found(self, client, alice):
        client.force_login(alice)
        assert client.get(f"{MINE}?of=999999").status_code == 404


class TestOnePerson:
    def test_somebody_is_chosen_shown_and_taken_back(self, client, alice, bob, ada):
        client.force_login(alice)
        address = reverse("web:person_owner", args=[ada.pk])
        answer = client.post(address, {"face": f"user:{bob.pk}", "reason": "Knows her pumps"})
        assert answer["Location"] == reverse("web:person", args=[ada.pk])
        page = page_of(client, answer["Location"])
        assert "Knows her pumps" in page
        row = owner_of([ada.pk])
        assert row.user == bob
        client.post(reverse("web:person_owner_end", args=[ada.pk]), {"row": row.pk})
        assert owner_of([ada.pk]) is None
        assert "Bob, " in page_of(client, address)

    def test_nobody_chosen_is_said(self, client, alice, ada, rita):
        client.force_login(alice)
        address = reverse("web:person_owner", args=[ada.pk])
        assert client.post(address, {"face": ""}).status_code == 422
        assert client.post(address, {"face": f"user:{rita.pk}"}).status_code == 422

    def test_marks_come_and_go(self, client, alice, ada):
        client.force_login(alice)
        address = reverse("web:person_marks", args=[ada.pk])
        client.post(address, {"mark": "Tier = Gold"})
        assert "tier=gold" in page_of(client, reverse("web:person", args=[ada.pk]))
        client.post(address, {"mark": "tier="})
        assert not ada.attributes.exists()
        assert client.post(address, {"mark": "gold"}).status_code == 409


class TestBeingAway:
    def test_days_are_noted_and_taken_back(self, client, alice, bob):
        client.force_login(alice)
        today = timezone.localdate()
        answer = client.post(reverse("web:absences"), {"starts_on": today, "ends_on": today + timedelta(days=4), "cover": bob.pk})
        assert answer.status_code == 302
        absence = Absence.objects.get()
        assert timezone.localtime(absence.ends_at).date() == today + timedelta(days=5)
        assert "Bob stands in" in page_of(client, MINE)
        client.post(reverse("web:absence_end", args=[absence.pk]))
        assert "Nothing is noted." in page_of(client, MINE)

    @pytest.mark.parametrize("days", [(3, 1), (-9, -5), (None, 3)])
    def test_days_that_cannot_be_meant_come_back(self, client, alice, days):
        client.force_login(alice)
        today = timezone.localdate()
        starts, ends = (today + timedelta(days=one) if one is not None else "" for one in days)
        answer = client.post(reverse("web:absences"), {"starts_on": starts, "ends_on": ends})
        assert answer.status_code == 422
        assert f'value="{ends.isoformat()}"' in answer.content.decode()

    def test_an_agent_may_not_say_it_of_others(self, client, alice, bob):
        client.force_login(alice)
        assert client.post(f"{reverse('web:absences')}?of={bob.pk}", {"starts_on": timezone.localdate()}).status_code == 403


class TestHandingOver:
    def test_a_portfolio_is_previewed_handed_over_and_given_back(self, client, alice, bob, ada):
        give_owner(ada, user=alice, by=alice)
        client.force_login(alice)
        address = reverse("web:hand_over")
        page = page_of(client, address)
        assert "One customer of Alice" in page
        assert "Ada Lovelace" in page
        assert client.post(address, {"once": uuid4(), "face": ""}).status_code == 422
        client.post(address, {"once": uuid4(), "face": f"user:{bob.pk}", "reason": "Moves to Sales"})
        assert owner_of([ada.pk]).user == bob
        assert "1 customer" in page_of(client, MINE).replace("one customer", "1 customer")
        client.post(reverse("web:hand_over_end", args=[HandOver.objects.get().pk]))
        assert owner_of([ada.pk]).user == alice

    def test_somebody_without_customers_has_nothing_to_hand_over(self, client, alice, bob):
        client.force_login(alice)
        assert client.post(reverse("web:hand_over"), {"once": uuid4(), "face": f"user:{bob.pk}"}).status_code == 409


class TestOwnerFirst:
    def test_what_a_customer_begins_comes_to_their_owner(self, mailbox, alice, bob):
        ada = make_customer(audience=mailbox.audience)
        give_owner(ada, user=bob, by=alice)
        arrive(mailbox=mailbox, sender="Ada Lovelace <ada@example.org>")
        conversation = ada.conversations.get()
        assert conversation.assignee == bob
        assert conversation.assignments.get().by is None

    def test_or_to_whoever_stands_in(self, mailbox, alice, bob, dora):
        conversation = make_conversation(mailbox)
        give_owner(conversation.customer, user=bob, by=alice)
        note_absence(bob, starts_at=now(), cover=dora, by=bob)
        assert assign_to_owners([conversation.pk]) == 1
        assert assign_to_owners([conversation.pk]) == 0
        conversation.refresh_from_db()
        assert conversation.assignee == dora

    def test_but_not_to_somebody_who_may_not_read_it(self, mailbox, alice, charlie):
        conversation = make_conversation(mailbox)
        give_owner(conversation.customer, user=charlie, by=alice)
        assert assign_to_owners([conversation.pk]) == 0

    def test_and_not_what_somebody_has_or_what_is_over(self, mailbox, alice, bob):
        conversation = make_conversation(mailbox, assignee=alice)
        give_owner(conversation.customer, user=bob, by=alice)
        assert assign_to_owners([conversation.pk]) == 0
        other = make_conversation(mailbox, customer=conversation.customer, subject="Other")
        close_conversation(other, by=alice, reason="solved")
        assert assign_to_owners([other.pk]) == 0
