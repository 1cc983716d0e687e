"""Who lives together: a link that joins nobody, and is taken back."""

import pytest

from heard.accounts.services.audiences import audience_of
from heard.events.models import Event
from heard.lib.errors import Refusal
from heard.people.models import Household, HouseholdMember, Identity
from heard.people.services.decisions import decide_same
from heard.people.services.households import leave_household, live_together, take_back
from heard.people.together import homes_of
from heard.privacy.services import erase_person, preview_erasure
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(support):
    audience = audience_of([support])
    return [
        make_customer(f"{name}@example.org", name=f"{name.title()} Lovelace", audience=audience)
        for name in ("ada", "byron", "ralph", "anne")
    ]


def lives_with(who, actor):
    return sorted(other.identity.display_name.split()[0] for home in homes_of([who.pk], actor) for other in home.others)


def test_two_people_live_together_and_stay_two(people, alice):
    ada, byron, *_ = people
    made = live_together(ada, byron, by=alice, reason=" One  address ")
    assert lives_with(ada, alice) == ["Byron"] and lives_with(byron, alice) == ["Ada"]
    assert {one.person_number for one in Identity.objects.filter(pk__in=[ada.pk, byron.pk])} == {ada.pk, byron.pk}
    assert made[0].reason == "One address"
    event = Event.objects.get(kind="household.joined")
    assert sorted(event.data["identity_ids"]) == [ada.pk, byron.pk]


def test_saying_it_twice_changes_nothing(people, alice):
    ada, byron, *_ = people
    live_together(ada, byron, by=alice)
    assert live_together(byron, ada, by=alice) == []
    assert HouseholdMember.objects.count() == 2


def test_a_third_moves_in_with_whoever_has_a_home(people, alice):
    ada, byron, ralph, _ = people
    live_together(ada, byron, by=alice)
    live_together(ralph, byron, by=alice)
    assert Household.objects.count() == 1
    assert lives_with(ada, alice) == ["Byron", "Ralph"]


def test_two_homes_are_not_thrown_together(people, alice):
    ada, byron, ralph, anne = people
    live_together(ada, byron, by=alice)
    live_together(ralph, anne, by=alice)
    with pytest.raises(Refusal, match="household already"):
        live_together(ada, ralph, by=alice)


def test_nobody_lives_with_themselves(people, alice):
    ada, byron, *_ = people
    with pytest.raises(Refusal):
        live_together(ada, ada, by=alice)
    decide_same(ada, byron, by=alice)
    with pytest.raises(Refusal):
        live_together(ada, byron, by=alice)


def test_whoever_leaves_leaves_nobody_alone_in_a_home_and_undo_brings_all_back(people, alice):
    ada, byron, *_ = people
    live_together(ada, byron, by=alice, reason="So said Ada.")
    ended = leave_household([ada.pk], homes_of([ada.pk], alice)[0].household_id, by=alice)
    assert lives_with(ada, alice) == lives_with(byron, alice) == [] and len(ended) == 2
    take_back([one.pk for one in ended], by=alice)
    assert lives_with(ada, alice) == ["Byron"]
    take_back([one.pk for one in ended], by=alice)
    assert lives_with(ada, alice) == []


def test_whoever_moved_on_is_not_brought_back(people, alice):
    ada, byron, ralph, _ = people
    live_together(ada, byron, by=alice)
    ended = leave_household([ada.pk], Household.objects.get().pk, by=alice)
    live_together(ada, ralph, by=alice)
    with pytest.raises(Refusal, match="another household"):
        take_back([one.pk for one in ended], by=alice)


def test_a_home_shows_only_whom_a_colleague_may_know(people, alice, charlie, sales):
    ada, *_ = people
    stranger = make_customer("eve@example.org", name="Eve", audience=audience_of([sales]))
    live_together(ada, stranger, by=alice)
    assert lives_with(ada, alice) == []
    assert homes_of([ada.pk], charlie) and lives_with(stranger, charlie) == []


def test_somebody_who_is_joined_from_two_homes_has_both(people, alice):
    ada, byron, ralph, anne = people
    live_together(ada, byron, by=alice)
    live_together(ralph, anne, by=alice)
    decide_same(ada, ralph, by=alice)
    homes = homes_of([ada.pk, ralph.pk], alice)
    assert sorted(other.identity.display_name.split()[0] for home in homes for other in home.others) == ["Anne", "Byron"]


def test_erasing_somebody_takes_them_out_of_their_home(people, alice):
    ada, byron, ralph, _ = people
    live_together(ada, byron, by=alice, reason="Ada said so: ada@example.org")
    assert {line.store: line.rows for line in preview_erasure([ada.pk])}["households"] == 1
    erase_person([ada.pk], by=alice)
    assert lives_with(byron, alice) == []
    assert not HouseholdMember.objects.filter(identity=ada).exists()
    assert "ada@example.org" not in HouseholdMember.objects.get(identity=byron).reason
    live_together(byron, ralph, by=alice)
    with pytest.raises(Refusal, match="erased"):
        live_together(byron, Identity.objects.get(pk=ada.pk), by=alice)
