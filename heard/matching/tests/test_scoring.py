"""What speaks for and against one person, with the weights that Heard ships."""

import json
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.matching.comparisons import LEVELS
from heard.matching.fitting import fit
from heard.matching.freezing import freeze
from heard.matching.keys import blocking_keys
from heard.matching.model import Model, UnreadableModel, default_model, read
from heard.matching.normalising import external_id, make_record
from heard.matching.scoring import compare

MODEL = default_model()
ADA = make_record(
    1, "mail", names=["Ada Lovelace"], birth_dates=["1985-12-10"], emails=["ada@example.org"], phones=["+34600111222"],
    addresses=["Calle Mayor 5, 28013 Madrid"],
)  # fmt: skip


def against(**values):
    return compare(ADA, make_record(2, "shop", **values), MODEL)


def levels(evidence):
    return {part.kind: part.level for part in evidence.parts}


def test_name_and_day_are_enough():
    assert against(names=["Lovelace, Ada"], birth_dates=["10 December 1985"]).probability > 0.99


def test_a_slip_of_the_pen_is_seen_through():
    found = against(names=["Ada Lovelcae"], birth_dates=["1985-12-01"], addresses=["C/ Mayor 5, Madrid 28013"])
    assert levels(found) | {"family": "close", "birth_date": "typo", "address": "same"} == levels(found)
    assert found.probability > 0.99


def test_names_alone_prove_nobody():
    assert against(names=["Ada Lovelace"]).probability < 0.951
    assert against(names=["Ada Lovelace"], addresses=["28013 Madrid"]).probability < 0.951


def test_a_family_at_one_address_is_not_one_person():
    found = against(
        names=["Byron Lovelace"], emails=["ada@example.org"], phones=["+34600111222"], addresses=["Calle Mayor 5, 28013 Madrid"]
    )
    assert found.probability < 0.9


def test_twins_are_two():
    found = against(names=["Alan Lovelace"], birth_dates=["1985-12-10"], addresses=["Calle Mayor 5, 28013 Madrid"])
    assert "twin" in levels(found)
    assert found.probability < 0.9


def test_father_and_son_are_kept_apart():
    father, son = (
        make_record(place, "x", names=[text], birth_dates=["1950-01-02"]) for place, text in enumerate(["Tom Hill Sr", "Tom Hill Jr"])
    )
    assert compare(father, son, MODEL).veto == "generation"


def test_two_names_that_people_bear_are_no_slip_of_the_pen():
    one, other = make_record(1, "x", names=["Mark Kusha"]), make_record(2, "x", names=["Mary Kusha"])
    assert levels(compare(one, other, MODEL))["given"] == "different"
    assert levels(compare(one, make_record(3, "x", names=["Mrak Kusha"]), MODEL))["given"] == "close"


@pytest.mark.parametrize(("one", "other"), [("Bob", "Robert"), ("Pepe", "José"), ("Mohamed", "Muhammed"), ("Mhd", "Mohamed"), ("B", "Bob")])
def test_forms_of_one_name_agree(one, other):
    found = compare(make_record(1, "x", names=[(one, "Smith")]), make_record(2, "x", names=[(other, "Smith")]), MODEL)
    assert next(part.weight for part in found.parts if part.kind == "given") > 0


def test_changed_places_are_noticed():
    found = compare(make_record(1, "x", names=[("Jie", "Wang")]), make_record(2, "x", names=[("Wang", "Jie")]), MODEL)
    assert levels(found)["name_order"] == "swapped"


def test_a_rare_name_weighs_more_than_a_common_one():
    common = compare(make_record(1, "x", names=["Maria Garcia"]), make_record(2, "x", names=["Maria Garcia"]), MODEL)
    rare = compare(make_record(1, "x", names=["Xanthe Zywiecki"]), make_record(2, "x", names=["Xanthe Zywiecki"]), MODEL)
    assert sum(part.weight for part in rare.parts[:3]) > sum(part.weight for part in common.parts[:3]) + 3


def test_two_proved_numbers_of_which_one_has_one_are_a_veto():
    one, other = (
        make_record(place, "x", names=["Ada Lovelace"], ids=[external_id("passport", number, issuer="es", is_verified=True)])
        for place, number in enumerate(["AAA111", "BBB222"])
    )
    assert compare(one, other, MODEL).veto == "passport"
    claimed = make_record(3, "x", names=["Ada Lovelace"], ids=[external_id("passport", "BBB222", issuer="es")])
    assert compare(one, claimed, MODEL).veto == ""


def test_a_person_is_no_company():
    company = make_record(2, "x", organisation_name="Lovelace Ltd", is_organisation=True, phones=["+34600111222"])
    assert compare(ADA, company, MODEL).veto == "kind"


def test_what_many_hold_says_nothing():
    found = compare(ADA, make_record(2, "x", phones=["+34600111222"]), MODEL, generics={"phone": {"+34600111222"}})
    assert levels(found)["phone"] == "shared"
    assert found.weight == pytest.approx(found.parts[0].weight)


def test_every_level_has_a_weight():
    for kind, names in LEVELS.items():
        assert [level.name for level in MODEL.comparisons[kind]] == list(names), kind


names = st.builds(
    "{} {}".format,
    st.sampled_from(["Ada", "Adah", "Bob", "Robert", "Jie", "Maria"]),
    st.sampled_from(["Lovelace", "Smith", "Smyth", "Wang"]),
)
some = st.builds(
    lambda name, day, mail: make_record(1, "x", names=[name], birth_dates=day, emails=mail),
    names,
    st.lists(st.sampled_from(["1985-12-10", "1985-10-12", "1990-01-01"]), max_size=2),
    st.lists(st.sampled_from(["ada@example.org", "bob@example.org", "info@example.org"]), max_size=2),
)


@given(some, some)
def test_it_plays_no_part_which_comes_first(one, other):
    there, back = compare(one, other, MODEL), compare(other, one, MODEL)
    assert there.weight == pytest.approx(back.weight)
    assert there.veto == back.veto


@given(some)
def test_a_record_finds_itself(one):
    keys = blocking_keys(one)
    assert keys == tuple(sorted(set(keys)))
    assert keys
    assert compare(one, one, MODEL).weight > 0 or not one.birth_dates


def test_a_model_is_written_and_read_again():
    assert read(MODEL.dump()) == MODEL


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'{"version": 3}', json.dumps({"version": "x", "comparisons": {"given": [{"name": "same", "m": 2, "u": 0.1}]}}).encode()],
)
def test_what_is_no_model_is_refused(raw):
    with pytest.raises(UnreadableModel):
        read(raw)


def test_a_model_that_is_not_there_is_refused():
    with pytest.raises(UnreadableModel):
        Model.load("nothing")


def test_a_model_frozen_for_a_set_knows_its_names():
    records = [make_record(place, "x", names=[f"Ada Name{place % 400:03}x"], emails=["desk@example.org"]) for place in range(1_200)]
    frozen = freeze(MODEL, records, version="mine")
    assert frozen.records == 1_200
    assert frozen.frequencies["given"] == {"ada": 1.0}
    assert frozen.frequencies["family"] == {}  # three hold each: they could be named by it
    assert frozen.generics["email"] == {"desk@example.org"}


def test_weights_are_learned_from_known_matches():
    records = []
    for place in range(60):
        person = {"names": [f"Given{place:02}x Family{place:02}x"], "birth_dates": [f"19{place + 20}-0{1 + place % 9}-11"]}
        records += [make_record(2 * place, "x", **person), make_record(2 * place + 1, "y", **person)]
    matches = [(2 * place, 2 * place + 1) for place in range(60)]
    model = fit(MODEL, records, matches, version="a")
    assert model.comparisons["birth_date"][0].m > MODEL.comparisons["birth_date"][0].m
    assert model.records == 120
    assert 0.5 < model.copies <= 1.5
    assert model.comparisons["phone"] == MODEL.comparisons["phone"]  # nothing was seen of it


def test_one_pair_takes_a_fraction_of_a_millisecond():
    other = make_record(2, "shop", names=["Ada Lovelcae"], birth_dates=["1985-12-01"], emails=["ada@example.org"], phones=["+34600111222"])
    best = min(timeit.repeat(lambda: compare(ADA, other, MODEL), number=200, repeat=5)) / 200
    assert best < 0.001  # ten times what is promised, so that a busy machine says nothing wrong
