"""Who is one person, on labelled sets from outside. What is asked here is a floor; nothing is tuned to these sets."""

import pytest

from heard.matching.fitting import fit
from heard.matching.freezing import freeze
from heard.matching.model import default_model
from heard.matching.records import pack
from heard.matching.training.learning import learn
from tests.scores.measuring import score
from tests.scores.sets import FOLDER, fake_1000, febrl, senzing

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FOLDER.exists(), reason="the labelled sets are not here (../shared/data/identity)"),
]
TRAINED = "p ≥ 0.9, weights learned on FEBRL 3"


@pytest.fixture(scope="module")
def learned():
    """Weights that know FEBRL 3 and nothing else."""
    labelled = febrl(3)
    return fit(freeze(default_model(), labelled.records, version="febrl"), labelled.records, labelled.matches, version="febrl")


@pytest.fixture(scope="module")
def febrl_scores(learned):
    return {
        number: score(labelled, freeze(learned, labelled.records, version="test"), at_least=0.9, how=TRAINED)
        for number in (1, 2, 3)
        for labelled in [febrl(number)]
    }


@pytest.mark.parametrize("number", [1, 2, 3])
def test_slips_of_the_pen_are_seen_through(febrl_scores, number, note):
    note(febrl_scores[number])
    assert febrl_scores[number].f1 >= 0.993


def test_the_three_sets_together(febrl_scores):
    assert sum(each.f1 for each in febrl_scores.values()) / 3 >= 0.995


def test_nobody_has_to_say_who_is_who(note, tmp_path):
    """What `heard people train` learns."""
    labelled = fake_1000()
    packed = [pack(record) for record in labelled.records]
    model = learn(lambda: packed, default_model(), version="test", folder=tmp_path, processes=1)
    found = score(labelled, model, at_least=0.5, how="p ≥ 0.5, learned without labels")
    note(found)
    assert found.f1 >= 0.93


def test_shipped_weights_work_from_the_first_day(note):
    for labelled, least in ((febrl(1), 0.90), (fake_1000(), 0.85)):
        found = score(labelled, freeze(default_model(), labelled.records, version="test"), at_least=0.9, how="p ≥ 0.9, as shipped")
        note(found)
        assert found.f1 >= least
        assert found.precision >= 0.999


def test_families_and_namesakes_are_kept_apart(note):
    labelled = senzing()
    found = score(labelled, freeze(default_model(), labelled.records, version="test"), at_least=0.99, how="p ≥ 0.99, as shipped")
    note(found)
    assert found.wrong == 0
    assert found.f1 >= 0.90
