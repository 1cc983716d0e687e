"""Under one version, who is one person depends on the records that are there, and not on the order in which they came, changed or left."""

import random
from itertools import combinations
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.accounts.services.audiences import audience_of
from heard.matching import candidates
from heard.matching.grouping import group
from heard.matching.model import default_model
from heard.matching.models import MatchEdge, MatchKey, MatchRecord
from heard.matching.normalising import make_record
from heard.matching.records import together
from heard.matching.scoring import compare
from heard.matching.services.live import forget_identities, match_identities
from heard.matching.tests.test_live import MAY
from heard.people.models import Identity
from heard.people.rules import Decision
from heard.people.services.records import NewRecord, put_record
from tests.factories.people import make_team

NAMES = ["Ada Lovelace", "Ada King", "Adah Lovelace", "Bob Miller", "Robert Miller", ""]
EMAILS = ["ada@example.org", "a.lovelace@work.example", "bob@example.org"]
PHONES = ["+34600123456", "+34910000000"]
DAYS = ["1990-12-10", "1990-10-12", "1961-02-03", ""]
PASSPORTS = ["AA1111111", "ZZ9999999"]


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


records = st.builds(
    lambda name, emails, phones, day, passport, proved: {
        "names": (name,) if name else (),
        "emails": emails,
        "phones": phones,
        "birth_date": day or None,
        "ids": (("passport", passport),) if passport else (),
        "verified": frozenset({"id", "birth_date"}) if proved else frozenset(),
    },
    st.sampled_from(NAMES), some(EMAILS), some(PHONES), st.sampled_from(DAYS), st.sampled_from(["", "", "", *PASSPORTS]), st.booleans(),
)  # fmt: skip


class RollBack(Exception):
    pass


def seen_after(order: list[tuple[str, int]], given_records: list[dict]) -> tuple:
    """Put and match in this order ("come", "go", "again"), and say who is one person and which pairs there are, by number of record."""
    try:
        with transaction.atomic():
            audience = audience_of(teams=[make_team()])
            ids: dict[int, int] = {}
            for act, number in order:
                if act == "go":
                    forget_identities([ids[number]])
                    continue
                identity = put_record("crm", str(number), NewRecord(**given_records[number]), audience_id=audience.pk, at=MAY)
                ids[number] = identity.pk
                match_identities([identity.pk])
            stay = sorted(set(ids) - {number for act, number in order if act == "go"})
            number_of = {ids[number]: number for number in ids}
            people: dict[int, set[int]] = {}
            for pk, person in Identity.objects.filter(pk__in=[ids[number] for number in stay]).values_list("pk", "person_number"):
                people.setdefault(person, set()).add(number_of[pk])
            pairs = {
                (
                    *sorted((number_of[edge.one_id], number_of[edge.other_id])),
                    edge.weight,
                    edge.state,
                    edge.obstacle,
                    edge.joint_probability,
                )
                for edge in MatchEdge.objects.all()
            }
            assert MatchRecord.objects.count() == len(stay) and set(MatchKey.objects.values_list("identity_id", flat=True)) <= set(
                number_of
            )
            raise RollBack(sorted(map(sorted, people.values())), pairs)
    except RollBack as seen:
        return seen.args


def order_plays_no_part(staying: list, leaving: list, chance: random.Random) -> None:
    everybody = staying + leaving
    with mock.patch.object(candidates, "MOST_HOLDERS", 3):
        wanted = seen_after([("come", number) for number in range(len(staying))], everybody)
        for _ in range(4):
            assert seen_after(shuffled(len(staying), len(everybody), chance), everybody) == wanted


@pytest.mark.django_db
@settings(max_examples=4, deadline=None)
@given(st.lists(records, min_size=3, max_size=4), st.lists(records, min_size=1, max_size=2), st.randoms(use_true_random=False))
def test_the_order_of_arrival_plays_no_part(staying, leaving, chance):
    """Five orders each, with some who come and leave on the way, and values that turn generic (three holders are too many here) and back."""
    order_plays_no_part(staying, leaving, chance)


@pytest.mark.soak
@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(st.lists(records, min_size=3, max_size=7), st.lists(records, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_many_arrivals_plays_no_part(staying, leaving, chance):
    order_plays_no_part(staying, leaving, chance)


@pytest.mark.django_db
def test_a_proved_day_is_a_veto_whichever_way_it_was_given():
    """Hypothesis found it: of two values that weigh the same, one proved, the first decided."""
    proved, day = frozenset({"birth_date"}), "1990-12-10"
    both = {"phones": tuple(PHONES), "birth_date": day}
    staying = [
        {"names": ("Ada Lovelace",), "emails": (EMAILS[0],), "verified": proved, **both},
        {"names": ("Ada Lovelace",), "emails": (EMAILS[1], EMAILS[2]), "verified": proved, **both, "birth_date": "1961-02-03"},
        {"names": ("Ada Lovelace",), "emails": tuple(EMAILS[:2]), **both},
        {"names": ("Ada Lovelace",), "emails": tuple(EMAILS[:2]), "birth_date": day},
    ]
    order_plays_no_part(staying, [], random.Random(3))


def shuffled(staying: int, everybody: int, chance: random.Random) -> list[tuple[str, int]]:
    """Any order in which whoever leaves has come before, and somebody comes twice."""
    order: list[tuple[str, int]] = [("come", number) for number in range(everybody)]
    chance.shuffle(order)
    for number in range(staying, everybody):
        came = order.index(("come", number))
        order.insert(chance.randint(came + 1, len(order)), ("go", number))
    order.append(("come", chance.randrange(staying)))
    return order


def weighed(one, other):
    found = compare(one, other, default_model())
    return round(found.probability, 9), round(found.weight, 6), found.veto


@settings(max_examples=25, deadline=None)
@given(st.lists(records, min_size=2, max_size=9), st.randoms(use_true_random=False), st.data())
def test_groups_do_not_depend_on_ids_or_orders(given_records, chance, data):
    size = len(given_records)
    numbers = st.integers(0, size - 1)
    said = data.draw(st.lists(st.tuples(numbers, numbers, st.sampled_from(["same", "different"])), max_size=3))
    said = [(one, other, verdict) for one, other, verdict in said if one != other]
    wanted = None
    for _ in range(5):
        ids = list(range(1, size + 1))
        chance.shuffle(ids)
        found = grouped(given_records, ids, said, chance)
        wanted = wanted or found
        assert found == wanted


def grouped(given_records, ids, said, chance):
    made = {
        ids[place]: make_record(
            ids[place], "crm", names=one["names"], emails=one["emails"], phones=one["phones"],
            birth_dates=[one["birth_date"]] if one["birth_date"] else [], ids=[*one["ids"], ("customer", f"number{place}")],
            verified=[value for _, value in one["ids"]] + [one["birth_date"]] if one["verified"] else [],
        )
        for place, one in enumerate(given_records)
    }  # fmt: skip
    pairs = []
    for one, other in combinations(sorted(made), 2):
        probability, weight, veto = weighed(made[one], made[other])
        if probability >= 0.5:
            pairs.append(MatchEdge(one_id=one, other_id=other, probability=probability, weight=weight, veto=veto))
    chance.shuffle(pairs)
    decisions = [Decision(number, ids[one], ids[other], verdict, MAY) for number, (one, other, verdict) in enumerate(said)]

    def whole(ones, others):
        return weighed(together(0, [made[pk] for pk in sorted(ones)]), together(0, [made[pk] for pk in sorted(others)]))

    found = group(list(made), pairs, decisions, made, set(), compare=weighed, compare_joint=whole)
    place = {pk: number for number, pk in enumerate(ids)}
    for decision in decisions:
        if decision.verdict == "different" and not any(each.pair == decision.pair and each.id > decision.id for each in decisions):
            assert not any({decision.one, decision.other} <= members for members in found.groups)
    return sorted(sorted(place[pk] for pk in members) for members in found.groups)
