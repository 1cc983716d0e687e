"""A customer writes, buys and comes back: a rule gives her a face, who is away, comes back, leaves; and in the end she is forgotten."""

from datetime import timedelta

import pytest

from heard.accounts.services.absences import end_absence, note_absence
from heard.conversations.models import Conversation
from heard.events.models import Event
from heard.lib.time import now
from heard.people.models import Attribute, Identity, RelationshipOwner, SegmentMember
from heard.people.owner_selectors import customers_of, owner_of
from heard.people.segment_rules import Condition, Rule
from heard.people.segment_selectors import explain, people_in
from heard.people.selectors import get_person
from heard.people.services.decisions import decide_different, decide_same
from heard.people.services.owning import hand_over, undo_hand_over
from heard.people.services.segments import make_segment
from heard.privacy.services import erase_person
from heard.promises.services.policies import ensure_defaults
from heard.purchases.said import Buyer, Line, OrderSaid
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from tests.factories import arrive, make_mailbox, make_user, work_off

pytestmark = pytest.mark.django_db(transaction=True)


def order(number, address, *, days_ago=1):
    return OrderSaid(
        number=number, placed_at=now() - timedelta(days=days_ago), currency="EUR", buyer=Buyer(address, "", "Ada Lovelace"),
        lines=(Line("Kettle", 4900, 1, "K-1"),),
    )  # fmt: skip


def test_one_face(support, alice, bob):
    dora = make_user("Dora", role="lead", teams=(support,))
    ensure_defaults()
    mailbox = make_mailbox(support)
    regulars = make_segment("Regulars", Rule("all", (Condition("orders", "at_least", 2),)), by=dora, owner=bob)
    work_off()

    # she writes and buys; nobody is her face yet
    arrive(mailbox=mailbox, sender="Ada Lovelace <ada@example.org>", subject="Which kettle?")
    ada = Identity.objects.get(identifiers__value="ada@example.org")
    shop = ensure_source("shop", teams=[support])
    record_orders(shop, [order("1", "ada@example.org")], by=None)
    work_off()
    assert owner_of([ada.pk]) is None

    # a second address of hers bought too: joined, she is a regular, and Bob is her face
    record_orders(shop, [order("2", "a.lovelace@example.com")], by=None)
    work_off()
    too = Identity.objects.exclude(pk=ada.pk).get(source="mail")
    decide_same(ada, too, by=alice)
    work_off()
    assert owner_of([ada.pk, too.pk]).user == bob
    [why] = explain(get_person(alice, ada.pk))
    assert (why.segment, why.reasons[0].known) == (regulars, "2")
    assert [line.person.number for line in customers_of(alice, bob, at=now())] == [ada.pk]

    # what she begins comes to Bob; while he is away, to Dora, who stands in
    arrive(mailbox=mailbox, sender="Ada Lovelace <ada@example.org>", subject="It leaks", text="It leaks at the spout.")
    assert Conversation.objects.get(subject="It leaks").assignee == bob
    absence = note_absence(bob, starts_at=now(), cover=dora, by=bob)
    arrive(mailbox=mailbox, sender="Ada Lovelace <a.lovelace@example.com>", subject="And the lid", text="And the lid is loose.")
    assert Conversation.objects.get(subject="And the lid").assignee == dora
    end_absence(absence, by=bob)

    # Bob hands everything over, thinks better of it
    made = hand_over(bob, to=alice, by=bob)
    work_off()
    assert owner_of([ada.pk, too.pk]).user == alice
    undo_hand_over(made, by=bob)
    work_off()
    assert owner_of([ada.pk, too.pk]).user == bob

    # two people after all: neither is a regular, and nothing has to be cleaned up
    decide_different(ada, too, by=alice)
    work_off()
    assert owner_of([ada.pk]) is None
    assert people_in(alice, regulars) == []

    # forgotten: no count, no place in a group, no owner stays or comes back
    erase_person([ada.pk], by=dora)
    work_off()
    for model in (Attribute, SegmentMember, RelationshipOwner):
        assert not model.objects.filter(identity=ada).exists(), model
    assert Attribute.objects.filter(identity=too).exists()
    assert not any("ada" in str(event.data).lower() for event in Event.objects.all())
