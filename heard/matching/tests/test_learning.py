"""Weights are learned from records of which nobody has said who is who."""

import pytest

from bench.register import Register
from heard.matching.model import default_model, read
from heard.matching.records import pack
from heard.matching.training.learning import TooFewToLearn, learn
from heard.matching.training.rebuilding import compare_all


@pytest.fixture(scope="module")
def register():
    return list(Register(seed=11).records(900))


@pytest.fixture(scope="module")
def learned(register, tmp_path_factory):
    packed = [pack(record) for _, record in register]
    return learn(lambda: packed, default_model(), version="learned", folder=tmp_path_factory.mktemp("work"), processes=1)


def level(model, kind, name):
    return next(level for level in model.comparisons[kind] if level.name == name)


def test_what_the_records_are_like_is_learned(learned):
    """In the register every twentieth day of birth is mistaken, so of two records of one person nine in ten say the same."""
    assert level(learned, "birth_date", "same").m == pytest.approx(0.9, abs=0.05)
    assert level(learned, "birth_date", "same").u < 1 / 3_000  # one in a thousand pairs taken at random are of one person
    assert level(learned, "phone", "same").m > 0.9 > default_model().comparisons["phone"][0].m
    assert 0.4 < learned.copies < 2 and learned.records == 900


def test_what_they_do_not_show_stays_as_it_was(learned):
    assert level(learned, "handle", "same") == level(default_model(), "handle", "same")
    assert level(learned, "organisation", "same").m == level(default_model(), "organisation", "same").m


def test_a_learned_model_is_a_file_like_any_other(learned):
    assert read(learned.dump()) == learned
    assert learned.made_from.startswith("Learned without labels from 900 records")


def test_a_learned_model_finds_more_and_joins_no_two_people(register, learned, tmp_path):
    person = {record.identity_id: who for who, record in register}
    packed = [pack(record) for _, record in register]
    sure = {}
    for model in (default_model(), learned):
        found = compare_all(packed, model, folder=tmp_path, processes=1)
        sure[model.version] = [person[each.one] == person[each.other] for each in found if each.probability >= 0.99]
    assert sum(sure["learned"]) > sum(sure[default_model().version])
    assert sum(sure["learned"]) / len(sure["learned"]) > 0.995


def test_too_few_teach_nothing(register, tmp_path):
    packed = [pack(record) for _, record in register]
    with pytest.raises(TooFewToLearn, match="at least 100"):
        learn(lambda: packed[:20], default_model(), version="x", folder=tmp_path, processes=1)
    strangers = [pack(record) for who, record in {who: (who, record) for who, record in register}.values()][:150]
    with pytest.raises(TooFewToLearn, match="nothing to learn"):
        learn(lambda: strangers, default_model(), version="x", folder=tmp_path, processes=1)
    assert not list(tmp_path.iterdir())
