"""Records are compared as they come: what is one person joins, what is doubtful waits, what somebody cut stays apart."""

from datetime import UTC, datetime, timedelta

import pytest

from heard.accounts.models import Audience
from heard.accounts.services.audiences import audience_of
from heard.events.consumers import run_consumers_once
from heard.events.models import Event
from heard.matching.candidates import MOST_HOLDERS
from heard.matching.models import MatchEdge, MatchKey, MatchModel, MatchRecord
from heard.matching.services.live import match_identities
from heard.people.models import Identity
from heard.people.services.decisions import decide_different, decide_same, retract_decision
from heard.people.services.identities import identify
from heard.people.services.records import NewAddress, NewName, NewRecord, put_record
from heard.privacy.services import erase_person
from tests.factories.people import make_team, make_user

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOME = NewAddress(street="Calle Mayor", number="3", postcode="28013", town="Madrid", country="ES")


@pytest.fixture
def audience(db) -> Audience:
    return audience_of(teams=[make_team()])


def put(audience: Audience, number: str, *, source: str = "crm", **said: object) -> Identity:
    return put_record(source, number, NewRecord(**said), audience_id=audience.pk, at=MAY)


def together(*identities: Identity) -> bool:
    return len({Identity.objects.get(pk=one.pk).person_number for one in identities}) == 1


def ada(audience: Audience, number: str = "1", **more: object) -> Identity:
    said = {"names": (NewName(given="Ada", family="Lovelace"),), "emails": ("ada@example.org",), "birth_date": "1990-12-10"}
    return put(audience, number, **said | more)


def test_a_mail_and_a_record_of_one_address_and_name_are_one_person(audience):
    mail = identify("ada@example.org", name="Ada Lovelace", at=MAY, audience_id=audience.pk)
    record = ada(audience)
    match_identities([mail.pk, record.pk])
    assert together(mail, record)
    edge = MatchEdge.objects.get()
    assert (edge.state, edge.obstacle, edge.model.state) == ("joined", "", "active") and edge.probability >= 0.99
    assert Event.objects.filter(kind="person.joined").count() == 1


def test_the_log_leads_there_by_itself(audience):
    one, other = ada(audience), ada(audience, "2")
    run_consumers_once(only="matching")
    assert together(one, other) and MatchRecord.objects.count() == 2


def test_matching_twice_changes_nothing(audience, django_assert_max_num_queries):
    one, other = ada(audience), ada(audience, "2")
    match_identities([one.pk, other.pk])
    events = Event.objects.count()
    with django_assert_max_num_queries(10):
        assert match_identities([one.pk, other.pk]) == 0
    assert Event.objects.count() == events


def test_namesakes_wait_for_a_colleague(audience):
    one = put(audience, "1", names=(NewName(given="Wilhelmina", family="Ostrander"),))
    other = put(audience, "2", names=(NewName(given="Wilhelmina", family="Ostrander"),))
    match_identities([one.pk, other.pk])
    assert not together(one, other)
    assert MatchEdge.objects.get().state == "open"


def test_strangers_have_no_pair(audience):
    one = put(audience, "1", names=("Ada Lovelace",), emails=("ada@example.org",))
    other = put(audience, "2", names=("Bob Miller",), emails=("bob@example.com",))
    match_identities([one.pk, other.pk])
    assert not MatchEdge.objects.exists() and MatchRecord.objects.count() == 2


def test_what_is_changed_parts_again(audience):
    one, other = ada(audience), ada(audience, "2")
    match_identities([one.pk, other.pk])
    said = NewRecord(names=("Bob Miller",), emails=("bob@example.com",), birth_date="1961-02-03")
    put_record("crm", "2", said, audience_id=audience.pk, at=MAY + timedelta(days=1))
    match_identities([other.pk])
    assert not together(one, other) and not MatchEdge.objects.exists()


def test_a_form_that_anybody_may_fill_in_joins_nobody_on_its_own(audience):
    one = ada(audience, addresses=(HOME,), phones=("+34600123456",))
    typed = ada(audience, "f", source="form:contact", addresses=(HOME,), phones=("+34600123456",))
    match_identities([one.pk, typed.pk])
    assert not together(one, typed)
    assert (MatchEdge.objects.get().state, MatchEdge.objects.get().obstacle) == ("open", "claim")
    decide_same(one, typed, by=make_user("Alice"))
    assert together(one, typed)


def test_two_proved_numbers_that_differ_are_a_veto_even_over_a_third(audience):
    proved = {"verified": frozenset({"id"}), "addresses": (HOME,), "phones": ("+34600123456",)}
    one = ada(audience, "1", ids=(("passport", "AA1111111"),), **proved)
    other = ada(audience, "2", ids=(("passport", "ZZ9999999"),), **proved)
    third = ada(audience, "3", addresses=(HOME,), phones=("+34600123456",))
    match_identities([one.pk, other.pk, third.pk])
    assert not together(one, other)
    assert together(one, third) != together(other, third), "the third goes with one of them"


def test_not_the_same_cuts_there_and_outlives_every_matching(audience):
    one, other, third = ada(audience), ada(audience, "2"), ada(audience, "3")
    match_identities([one.pk, other.pk, third.pk])
    assert together(one, other, third)
    before = dict(Identity.objects.values_list("pk", "person_number"))
    decision = decide_different(one, other, by=make_user("Alice"))
    assert not together(one, other)
    match_identities([one.pk, other.pk, third.pk])
    MatchRecord.objects.update(changed_at=MAY)
    assert not together(one, other)
    assert MatchEdge.objects.get(one=one, other=other).obstacle == "decided"
    retract_decision(decision, by=make_user("Bob"))
    assert dict(Identity.objects.values_list("pk", "person_number")) == before, "as if it had never been said"


def test_an_erasure_removes_what_they_were_compared_by(audience):
    one, other = ada(audience), ada(audience, "2")
    match_identities([one.pk, other.pk])
    erase_person([one.pk], by=make_user("Boss", role="admin"))
    assert not MatchEdge.objects.exists() and MatchRecord.objects.get().identity_id == other.pk
    assert set(MatchKey.objects.values_list("identity_id", flat=True)) == {other.pk}
    assert not together(one, other)


def test_a_value_that_too_many_hold_says_nothing_any_more_and_says_it_again_when_some_leave(audience):
    pair = [
        put(audience, number, names=(NewName(given=given, family="Ostrander"),), phones=("+34910000000",), birth_date="1990-12-10")
        for number, given in (("1", "Wilhelmina"), ("2", "Wilhelmine"))
    ]
    match_identities([one.pk for one in pair])
    first = MatchEdge.objects.get().weight
    crowd = [put(audience, f"c{number}", phones=("+34910000000",)) for number in range(MOST_HOLDERS - 1)]
    match_identities([one.pk for one in crowd])
    assert not MatchEdge.objects.exclude(one=pair[0], other=pair[1]).exists()
    assert MatchEdge.objects.get().weight < first
    erase_person([crowd[0].pk], by=make_user("Boss", role="admin"))
    assert MatchEdge.objects.get(one=pair[0], other=pair[1]).weight == first


def test_the_first_version_is_the_one_that_heard_ships(audience):
    match_identities([ada(audience).pk])
    assert MatchModel.objects.get().state == "active"
