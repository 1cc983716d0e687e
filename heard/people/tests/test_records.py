"""Records of other systems become identities, follow their source, and stay away once erased."""

from datetime import UTC, date, datetime, timedelta

import pytest

from heard.accounts.services.audiences import audience_of
from heard.events.models import Event
from heard.people.models import Fact, Identifier, Identity, IdentityAudience
from heard.people.services.facts import correct_name
from heard.people.services.identities import identify
from heard.people.services.records import (
    BadRecord,
    ErasedBefore,
    NewAddress,
    NewName,
    NewRecord,
    put_many,
    put_record,
    record_of,
)
from heard.privacy.services import erase_person
from tests.factories.people import make_team, make_user

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ADA = NewRecord(
    names=(NewName(given="Ada", family="Lovelace"),),
    emails=("Ada@Example.org",),
    phones=("+34 600 123 456",),
    addresses=(NewAddress(street="Calle Mayor", number="3", postcode="28013", town="Madrid", country="ES"),),
    birth_date="1990-12-10",
    organisation="Engines",
    language="es",
    handles=(("forum", "@Countess"),),
    ids=(("passport", "X 123"),),
)


@pytest.fixture
def audience(db):
    return audience_of(teams=[make_team()])


def values(identity: Identity) -> set[tuple[str, str]]:
    return {*identity.identifiers.values_list("kind", "value"), *identity.facts.filter(retracted_at=None).values_list("kind", "value")}


def test_a_record_becomes_an_identity_with_its_values(audience):
    identity = put_record("csv:crm", "17", ADA, audience_id=audience.pk, at=MAY)
    assert (identity.display_name, identity.language, identity.person_number) == ("Ada Lovelace", "es", identity.pk)
    assert values(identity) == {
        ("external", "17"), ("email", "ada@example.org"), ("phone", "+34600123456"), ("handle", "forum:countess"), ("id", "passport:x 123"),
        ("name", "Ada Lovelace"), ("address", "Calle Mayor 3, 28013 Madrid, ES"), ("birth_date", "1990-12-10"), ("organisation", "Engines"),
        ("language", "es"),
    }  # fmt: skip
    assert identity.facts.get(kind="name").parts == {"given": "Ada", "family": "Lovelace"}
    assert IdentityAudience.objects.filter(identity=identity, audience=audience).exists()
    assert Event.objects.filter(kind="identity.added", subject_id=identity.pk).count() == 1


def test_putting_the_same_again_changes_nothing(audience):
    put_record("csv:crm", "17", ADA, audience_id=audience.pk, at=MAY)
    events = Event.objects.count()
    put = put_many("csv:crm", [("17", ADA, MAY + timedelta(days=1))] * 2, audience_id=audience.pk)
    assert [one.verdict for one in put] == ["unchanged", "unchanged"]
    assert (Identity.objects.count(), Event.objects.count()) == (1, events)


def test_a_source_takes_back_what_it_no_longer_says_and_others_keep_theirs(audience):
    identity = put_record("csv:crm", "17", ADA, audience_id=audience.pk, at=MAY)
    later = NewRecord(emails=("ada@new.example",), addresses=())
    put_record("csv:crm", "17", later, audience_id=audience.pk, at=MAY + timedelta(days=1))
    assert ("email", "ada@example.org") not in values(identity) and ("email", "ada@new.example") in values(identity)
    assert ("phone", "+34600123456") in values(identity), "the record did not speak of telephones"
    assert identity.facts.filter(kind__in=("email", "address")).exclude(retracted_at=None).count() == 2
    put_record("csv:crm", "17", ADA, audience_id=audience.pk, at=MAY + timedelta(days=2))
    assert ("address", "Calle Mayor 3, 28013 Madrid, ES") in values(identity)


def test_what_a_source_said_earlier_does_not_overwrite_what_it_said_later(audience):
    put_record("csv:crm", "17", NewRecord(names=("Ada King",)), audience_id=audience.pk, at=MAY)
    put = put_many("csv:crm", [("17", NewRecord(names=("Ada Byron",)), MAY - timedelta(days=1))], audience_id=audience.pk)[0]
    assert (put.verdict, put.identity.display_name) == ("older", "Ada King")


def test_a_correction_by_a_colleague_outlives_the_source(audience):
    identity = put_record("csv:crm", "17", NewRecord(names=("A. L.",)), audience_id=audience.pk, at=MAY)
    correct_name(identity, name="Ada Lovelace", by=make_user("Alice"))
    put_record("csv:crm", "17", NewRecord(names=("A. King",)), audience_id=audience.pk, at=MAY + timedelta(days=1))
    assert Identity.objects.get().display_name == "Ada Lovelace"


def test_verified_kinds_carry_by_whom(audience):
    record = NewRecord(emails=("ada@example.org",), birth_date=date(1990, 12, 10), verified=frozenset({"email"}))
    identity = put_record("shop", "1", record, audience_id=audience.pk, at=MAY)
    assert identity.identifiers.get(kind="email").verified_how == "shop"
    assert identity.facts.get(kind="birth_date").verified_at is None


@pytest.mark.parametrize(
    ("record", "word"),
    [
        (NewRecord(emails=("nobody at all",)), "e-mail"),
        (NewRecord(phones=("call me",)), "telephone"),
        (NewRecord(birth_date="31/12/1990"), "1990-12-31"),
        (NewRecord(birth_date="2890-01-01"), "2890"),
        (NewRecord(handles=(("", "ada"),)), "network"),
        (NewRecord(emails=tuple(f"a{n}@example.org" for n in range(51))), "50"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_the_others_are_taken(audience, record, word):
    bad, good = put_many("csv", [("1", record, MAY), ("2", ADA, MAY)], audience_id=audience.pk)
    assert bad.verdict == "refused" and word in bad.problem and good.verdict == "made"
    with pytest.raises(BadRecord, match=word):
        put_record("csv", "1", record, audience_id=audience.pk, at=MAY)


@pytest.mark.parametrize("source", ["mail", "customer", "", "My CRM", "x" * 41])
def test_a_source_has_a_name_of_its_own(audience, source):
    with pytest.raises(BadRecord):
        put_many(source, [], audience_id=audience.pk)


def test_erased_people_do_not_come_back_by_record_or_by_address(audience):
    boss = make_user("Boss", role="admin")
    identity = put_record("csv:crm", "17", ADA, audience_id=audience.pk, at=MAY)
    erase_person([identity.pk], by=boss)
    with pytest.raises(ErasedBefore):
        put_record("csv:crm", "17", NewRecord(names=("Somebody",)), audience_id=audience.pk, at=MAY + timedelta(days=900))
    for other in (NewRecord(emails=("ada@example.org",)), NewRecord(phones=("+34600123456",)), NewRecord(handles=(("forum", "countess"),))):
        assert put_many("crm", [("4", other, MAY)], audience_id=audience.pk)[0].verdict == "erased"
    assert not Fact.objects.exists() and not Identifier.objects.exists() and record_of("crm", "4") is None
    assert put_many("crm", [("5", NewRecord(emails=("bob@example.org",)), MAY)], audience_id=audience.pk)[0].verdict == "made"


def test_who_wrote_to_us_again_may_be_in_a_file_again(audience):
    identity = put_record("csv:crm", "17", ADA, audience_id=audience.pk, at=MAY)
    erase_person([identity.pk], by=make_user("Boss", role="admin"))
    identify("ada@example.org", name="Ada", at=datetime.now(UTC) + timedelta(minutes=1), audience_id=audience.pk)
    assert put_many("crm", [("4", NewRecord(emails=("ada@example.org",)), MAY)], audience_id=audience.pk)[0].verdict == "made"


def test_many_cost_as_few_questions_as_some(audience, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        put_many(
            "csv",
            [(str(n), NewRecord(names=(f"Name {n}",), emails=(f"a{n}@b{n}.example",)), MAY) for n in range(90)],
            audience_id=audience.pk,
        )
