"""Everybody with everybody in batch: the same as one by one."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from bench.register import Register
from heard.matching.candidates import MOST_HOLDERS, candidates, generics, keys_of
from heard.matching.freezing import freeze
from heard.matching.model import default_model
from heard.matching.records import Phone, pack
from heard.matching.scoring import compare
from heard.matching.training.rebuilding import POSSIBLE, Match, compare_all

SCHOOL = Phone("+34911111111")


@pytest.fixture(scope="module")
def records():
    """Invented people; a school's telephone stands in many of their records."""
    made = [record for _, record in Register(seed=3).records(1_500)]
    return [replace(each, phones=(*each.phones, SCHOOL)) if each.identity_id % 20 == 0 else each for each in made]


@pytest.fixture(scope="module")
def model(records):
    return freeze(default_model(), records, version="test")


@pytest.fixture(scope="module")
def found(records, model, tmp_path_factory):
    return set(compare_all([pack(record) for record in records], model, folder=tmp_path_factory.mktemp("work"), processes=1))


def one_by_one(records, model):
    """As live matching does it, by the functions it does it with."""
    keys = {record.identity_id: keys_of(record) for record in records}
    held = defaultdict(list)
    for pk, own in keys.items():
        for key in own:
            held[key].append(pk)
    crowded = {key for key, ids in held.items() if len(ids) > MOST_HOLDERS}
    by_id = {record.identity_id: record for record in records}
    for pk, record in by_id.items():
        for other in candidates(pk, keys[pk], held):
            if pk < other:
                evidence = compare(record, by_id[other], model, generics=generics([record], crowded))
                if evidence.probability >= POSSIBLE:
                    yield Match(pk, other, round(evidence.probability, 9), round(evidence.weight, 6), evidence.veto)


def test_the_batch_finds_what_is_found_one_by_one(records, model, found):
    alone = set(one_by_one(records, model))
    assert len(alone) > 500
    assert found == alone


def test_a_telephone_of_many_joins_nobody(records, found):
    of_school = {record.identity_id for record in records if SCHOOL in record.phones}
    assert len(of_school) > MOST_HOLDERS
    assert Counter(pair.one in of_school and pair.other in of_school for pair in found)[True] < 20


def test_nobody_gives_nothing(model, tmp_path):
    assert list(compare_all([], model, folder=tmp_path, processes=1)) == []
    assert not list(tmp_path.iterdir())
