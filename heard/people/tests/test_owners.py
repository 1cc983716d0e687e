"""One face: who looks after whom, by hand and by rules; portfolios that are handed over and come back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from heard.accounts.models import User
from heard.accounts.services.absences import change_absences, end_absence, note_absence
from heard.accounts.services.audiences import audience_of
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import Attribute, RelationshipOwner
from heard.people.owner_models import Because
from heard.people.owner_selectors import count_customers, customers_of, faces_of, owner_of, owners_of_people, past_owners
from heard.people.segment_rules import Condition, Rule
from heard.people.services.decisions import decide_different, decide_same
from heard.people.services.membership import derive_all, derive_for
from heard.people.services.owning import end_owner, give_owner, hand_over, undo_hand_over
from heard.people.services.segments import change_segment, make_segment, retire_segment
from heard.tasks.execution import run_due_tasks
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
EVERYBODY = Rule("all", (Condition("orders", "at_most", 99),))
SPANISH = Rule("all", (Condition("language", "is", "es"),))


@pytest.fixture
def readers(support):
    return audience_of([support])


@pytest.fixture
def people(readers):
    return [make_customer(f"c{number}@example.org", name=f"Customer {number}", audience=readers) for number in range(4)]


def owner_name(*identities):
    row = owner_of([one.pk for one in identities])
    return str(row.user or row.team) if row else None


class TestByHand:
    def test_somebody_is_given_and_taken(self, people, alice, bob):
        ada = people[0]
        give_owner(ada, user=bob, by=alice, reason="knows the pumps")
        row = give_owner(ada, user=bob, by=alice)
        assert owner_name(ada) == "Bob"
        assert RelationshipOwner.objects.count() == 1
        end_owner(row, by=alice)
        end_owner(row, by=alice)
        assert owner_name(ada) is None
        assert [str(one.user) for one in past_owners([ada.pk])] == ["Bob"]

    def test_a_team_can_be_the_face(self, people, alice, support):
        give_owner(people[0], team=support, by=alice)
        assert owner_name(people[0]) == "Support"

    def test_readers_programs_and_those_who_left_are_no_face(self, people, alice, rita):
        gone = make_user("Gone", is_active=False)
        for nobody in (rita, gone):
            with pytest.raises(Refusal):
                give_owner(people[0], user=nobody, by=alice)
        with pytest.raises(Refusal):
            give_owner(people[0], by=alice)

    def test_it_stands_on_the_identity_so_a_cut_needs_no_clean_up(self, people, alice, bob):
        ada, too = people[:2]
        give_owner(ada, user=alice, by=alice)
        give_owner(too, user=bob, by=alice)
        decide_same(ada, too, by=alice)
        assert owner_name(ada, too) == "Bob"
        assert owners_of_people([ada.pk])[ada.pk].user == bob
        decide_different(ada, too, by=alice)
        assert (owner_name(ada), owner_name(too)) == ("Alice", "Bob")


class TestByRule:
    def test_a_segment_gives_its_people_an_owner_and_takes_him_back(self, people, alice, bob):
        segment = make_segment("All", EVERYBODY, by=alice, owner=bob)
        derive_all()
        assert {owner_name(one) for one in people} == {"Bob"}
        assert owner_of([people[0].pk]).segment == segment
        with pytest.raises(Refusal, match="All"):
            end_owner(owner_of([people[0].pk]), by=alice)
        change_segment(segment, by=alice, name="All", rule=EVERYBODY, owner=alice)
        run_due_tasks(raise_errors=True)
        assert {owner_name(one) for one in people} == {"Alice"}
        retire_segment(segment, by=alice)
        run_due_tasks(raise_errors=True)
        assert {owner_name(one) for one in people} == {None}

    def test_of_two_segments_the_one_that_stands_first_counts(self, people, alice, bob, dora):
        make_segment("All", EVERYBODY, by=alice, owner=bob, position=20)
        make_segment("Spanish", SPANISH, by=alice, owner=dora, position=10)
        type(people[0]).objects.filter(pk=people[0].pk).update(language="es")
        derive_all()
        assert [owner_name(one) for one in people[:2]] == ["Dora", "Bob"]

    def test_by_hand_comes_before_a_rule_whichever_came_last(self, people, alice, bob):
        give_owner(people[0], user=alice, by=alice)
        make_segment("All", EVERYBODY, by=alice, owner=bob)
        derive_all()
        assert owner_name(people[0]) == "Alice"
        end_owner(owner_of([people[0].pk]), by=alice)
        assert owner_name(people[0]) == "Bob"

    def test_one_person_has_one_row_by_rule_after_a_join(self, people, alice, bob):
        make_segment("All", EVERYBODY, by=alice, owner=bob)
        derive_all()
        decide_same(people[0], people[1], by=alice)
        derive_for({people[0].pk, people[1].pk})
        in_force = RelationshipOwner.objects.filter(identity__in=people[:2], until_at=None)
        assert [row.identity_id for row in in_force] == [people[0].pk]


class TestCustomers:
    def test_a_colleagues_customers_with_who_has_gone_quiet(self, people, alice, bob, readers):
        for one in people[:3]:
            give_owner(one, user=bob, by=alice)
        moment = now()
        Attribute.objects.create(identity=people[0], name="quiet", at=moment - timedelta(days=2), source="test", computed_at=moment)
        Attribute.objects.create(identity=people[1], name="quiet", at=moment + timedelta(days=2), source="test", computed_at=moment)
        Attribute.objects.create(identity=people[2], name="promises_open", number=1, source="test", computed_at=moment)
        assert count_customers(alice, bob, at=moment) == {"everybody": 3, "quiet": 1, "promised": 1}
        (quiet,) = customers_of(alice, bob, view="quiet", at=moment)
        assert quiet.person.name == "Customer 0"
        assert quiet.quiet_at == moment - timedelta(days=2)
        (promised,) = customers_of(alice, bob, view="promised", at=moment)
        assert promised.person.name == "Customer 2"

    def test_a_person_of_two_identities_is_one_line_and_only_the_row_that_counts_shows(self, people, alice, bob):
        make_segment("All", EVERYBODY, by=alice, owner=bob)
        derive_all()
        give_owner(people[0], user=alice, by=alice)
        decide_same(people[0], people[1], by=alice)
        assert sorted(one.person.number for one in customers_of(alice, bob, at=now())) == [people[2].pk, people[3].pk]
        assert [one.person.number for one in customers_of(alice, alice, at=now())] == [people[0].pk]

    def test_an_outsider_sees_none_of_them(self, people, alice, bob, charlie):
        give_owner(people[0], user=bob, by=alice)
        assert customers_of(charlie, bob, at=now()) == []
        assert set(count_customers(charlie, bob, at=now()).values()) == {0}

    def test_it_goes_on_from_a_line_and_costs_the_same_for_many(self, people, alice, bob, readers, django_assert_num_queries):
        make_segment("All", EVERYBODY, by=alice, owner=bob)
        derive_all()
        customers_of(alice, bob, at=now())
        with django_assert_num_queries(4):
            assert len(customers_of(alice, bob, at=now())) == 4
        for number in range(30):
            make_customer(f"d{number}@example.org", name=f"Other {number}", audience=readers)
        derive_all()
        with django_assert_num_queries(4):
            first = customers_of(alice, bob, limit=20, at=now())
        rest = customers_of(alice, bob, limit=20, at=now(), after=(first[-1].last_seen_at, first[-1].person.number))
        assert len({one.person.number for one in [*first, *rest]}) == 34


class TestHandingOver:
    def test_a_whole_portfolio_goes_and_comes_back_exactly(self, people, alice, bob, dora):
        segment = make_segment("Spanish", SPANISH, by=alice, owner=bob)
        type(people[0]).objects.filter(pk__in=[people[0].pk, people[1].pk]).update(language="es")
        derive_all()
        give_owner(people[2], user=bob, by=alice)
        made = hand_over(bob, to=dora, by=alice, reason="parental leave")
        assert [owner_name(one) for one in people] == ["Dora", "Dora", "Dora", None]
        segment.refresh_from_db()
        assert segment.owner == dora
        derive_all()
        assert [owner_name(one) for one in people] == ["Dora", "Dora", "Dora", None]
        assert undo_hand_over(made, by=alice) == 3
        assert undo_hand_over(made, by=alice) == 0
        derive_all()
        assert [owner_name(one) for one in people] == ["Bob", "Bob", "Bob", None]
        assert owner_of([people[0].pk]).because == Because.SEGMENT
        assert owner_of([people[2].pk]).because == Because.HAND

    def test_undoing_leaves_what_somebody_changed_since(self, people, alice, bob, dora):
        for one in people[:2]:
            give_owner(one, user=bob, by=alice)
        made = hand_over(bob, to=dora, by=alice)
        give_owner(people[0], user=alice, by=alice)
        assert undo_hand_over(made, by=alice) == 1
        assert [owner_name(one) for one in people[:2]] == ["Alice", "Bob"]

    def test_some_of_a_rules_people_stay_with_the_taker(self, people, alice, bob, dora):
        make_segment("All", EVERYBODY, by=alice, owner=bob)
        derive_all()
        made = hand_over(bob, to=dora, by=alice, person_numbers=[people[0].pk])
        derive_all()
        assert [owner_name(one) for one in people[:2]] == ["Dora", "Bob"]
        undo_hand_over(made, by=alice)
        assert [owner_name(one) for one in people[:2]] == ["Bob", "Bob"]

    def test_to_oneself_to_nobody_and_of_nothing_is_refused_and_twice_is_once(self, people, alice, bob, rita):
        with pytest.raises(Refusal):
            hand_over(bob, to=bob, by=alice)
        with pytest.raises(Refusal):
            hand_over(bob, by=alice)
        with pytest.raises(Refusal, match="nobody"):
            hand_over(bob, to=alice, by=alice)
        give_owner(people[0], user=bob, by=alice)
        with pytest.raises(Refusal):
            hand_over(bob, to=rita, by=alice)
        once = uuid4()
        assert hand_over(bob, to=alice, by=alice, once=once) == hand_over(bob, to=alice, by=alice, once=once)


class TestBeingAway:
    def test_whoever_stands_in_is_the_face_until_the_owner_is_back(self, people, alice, bob, dora):
        give_owner(people[0], user=bob, by=alice)
        absence = note_absence(bob, starts_at=now(), ends_at=now() + timedelta(days=3), cover=dora, by=bob)
        bob.refresh_from_db()
        assert bob.is_away
        face = faces_of([people[0].pk])[people[0].pk]
        assert (face.owner, face.present) == (bob, dora)
        end_absence(absence, by=bob)
        bob.refresh_from_db()
        assert not bob.is_away
        assert faces_of([people[0].pk])[people[0].pk].present == bob

    def test_two_who_stand_in_for_each_other_are_both_away(self, people, alice, bob, dora):
        give_owner(people[0], user=bob, by=alice)
        note_absence(bob, starts_at=now(), cover=dora, by=bob)
        note_absence(dora, starts_at=now(), cover=alice, by=dora)
        assert faces_of([people[0].pk])[people[0].pk].present == alice
        note_absence(alice, starts_at=now(), cover=bob, by=alice)
        assert faces_of([people[0].pk])[people[0].pk].present is None

    def test_what_is_due_begins_and_ends_by_itself(self, bob, dora, monkeypatch):
        start = now()
        note_absence(bob, starts_at=start + timedelta(days=1), ends_at=start + timedelta(days=2), cover=dora, by=bob)
        for days, is_away in ((0, False), (1.5, True), (3, False)):
            monkeypatch.setattr("heard.accounts.services.absences.now", lambda days=days: start + timedelta(days=days))
            change_absences()
            assert User.objects.get(pk=bob.pk).is_away is is_away

    def test_wrong_days_and_wrong_people_are_refused(self, bob, dora, rita, charlie):
        with pytest.raises(Refusal):
            note_absence(bob, starts_at=now(), ends_at=now() - timedelta(days=1), by=bob)
        for cover in (bob, rita):
            with pytest.raises(Refusal):
                note_absence(bob, starts_at=now(), cover=cover, by=bob)
        with pytest.raises(Refusal, match="leads"):
            note_absence(dora, starts_at=now(), by=bob)
        note_absence(bob, starts_at=now(), by=dora)
