"""How we speak with a CRM: log in, read every page though it moves, and tell its refusals apart."""

from datetime import UTC, datetime, timedelta

import pytest

from heard.bridges.crm.client import Crm, CrmTrouble, moment
from heard.bridges.crm.mapping import WrongProfile, at, filled, profile_from, shipped
from tests.servers.suitecrm import CLIENT, SECRET, START, running_suitecrm


@pytest.fixture
def suite(settings):
    settings.BRIDGE_HOSTS = ["127.0.0.0/8"]
    with running_suitecrm() as crm:
        yield crm


@pytest.fixture
def crm(suite, monkeypatch):
    with Crm(quick(shipped()["suitecrm8"]), suite.url, username=CLIENT, secret=SECRET, seconds=3) as client:
        yield client


def quick(profile, **changes):
    from dataclasses import replace

    return replace(profile, per_minute=100_000, **changes)


def small_pages(crm, size=3):
    from dataclasses import replace

    crm.profile = replace(crm.profile, listing=replace(crm.profile.listing, size=size))


def read_all(crm, since=None):
    return [one.external_id for page in crm.changed_since(since) for one in page]


def test_every_page_is_read_and_each_record_is_there(suite, crm):
    small_pages(crm)
    ids = [suite.add(first_name="A", last_name=str(number)) for number in range(10)]
    assert set(read_all(crm)) == set(ids)
    [[one]] = [page for page in crm.changed_since(suite.records[ids[-1]]["date_modified"]) if page]
    assert (one.external_id, one.attributes["last_name"], one.modified_at) == (ids[-1], "9", suite.records[ids[-1]]["date_modified"])


def test_a_record_that_changes_while_pages_are_read_makes_none_slip_through(suite, crm):
    small_pages(crm)
    ids = [suite.add(last_name=str(number)) for number in range(9)]
    found = []
    for number, page in enumerate(crm.changed_since(None)):
        found += [one.external_id for one in page]
        if number == 0:
            suite.change(ids[0], last_name="changed")
    assert set(found) == set(ids)
    assert found.count(ids[0]) == 2


def test_more_records_of_one_moment_than_fit_on_a_page(suite, crm):
    small_pages(crm)
    ids = [suite.add(at=START, last_name=str(number)) for number in range(8)] + [suite.add(last_name="later")]
    assert set(read_all(crm)) == set(ids)


def test_deleted_records_are_in_no_list_and_gone_when_asked_for(suite, crm):
    kept, lost = suite.add(last_name="Kept"), suite.add(last_name="Lost")
    suite.delete(lost)
    assert [one.external_id for page in crm.all_ids() for one in page] == [kept]
    with pytest.raises(CrmTrouble, match="gone"):
        crm.read(lost)
    crm.delete(lost)  # gone is deleted


def test_a_token_that_ended_early_is_asked_for_anew(suite, crm):
    one = suite.add(last_name="Byron")
    crm.read(one)
    suite.tokens.clear()
    assert crm.read(one).attributes["last_name"] == "Byron"


def test_a_wrong_secret_is_told_apart(suite, crm):
    suite.secret = "another"
    with pytest.raises(CrmTrouble, match="bad_login") as trouble:
        read_all(crm)
    assert not trouble.value.is_passing


@pytest.mark.parametrize(
    ("fault", "problem"), [("500", "broken"), ("429", "busy"), ("cut", "broken_off"), ("lost", "broken_off"), ("html", "unreadable")]
)
def test_faults_have_their_own_words_and_pass(suite, crm, fault, problem):
    one = suite.add(last_name="Byron")
    crm.read(one)
    suite.faults += [fault, fault]
    with pytest.raises(CrmTrouble) as trouble:
        crm.update(one, {"last_name": "Lovelace"})
    assert (trouble.value.problem, trouble.value.is_passing) == (problem, True)
    if fault == "429":
        assert trouble.value.until - datetime.now(UTC) > timedelta(seconds=100)


def test_making_the_same_contact_after_a_lost_answer_is_exists(suite, crm):
    suite.faults.append("lost")
    with pytest.raises(CrmTrouble, match="broken_off"):
        crm.create("11111111-0000-4000-8000-000000000000", {"last_name": "Byron"})
    with pytest.raises(CrmTrouble, match="exists"):
        crm.create("11111111-0000-4000-8000-000000000000", {"last_name": "Byron"})
    assert len(suite.records) == 1


def test_an_address_inside_is_not_asked(suite, settings):
    settings.BRIDGE_HOSTS = []
    with Crm(shipped()["suitecrm8"], suite.url, username=CLIENT, secret=SECRET) as crm, pytest.raises(CrmTrouble, match="not_allowed"):
        read_all(crm)
    assert suite.asked == []


def test_places_and_templates():
    said = {"data": {"a/b": [{"x": 1}]}}
    assert at(said, "/data/a~1b/0/x") == at(said, "/data/a~1b/x") == 1
    assert at(said, "/data/none/x") is None
    assert filled({"{m}": ["{all}", "a{id}"]}, {"m": "M", "all": {"b": 1}, "id": 7}) == {"M": [{"b": 1}, "a7"]}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("2026-03-02 08:00:00", START), ("2026-03-02T09:00:00+01:00", START), (1772438400, START), (1772438400000, START),
        ("", None), (None, None), (True, None), ("yesterday", None), (10**30, None),
    ],
)  # fmt: skip
def test_moments_as_systems_write_them(said, found):
    assert moment(said) == found


@pytest.mark.parametrize(
    "change",
    [
        {"list": None}, {"fields": []}, {"auth": {"kind": "magic"}}, {"per_minute": 0}, {"fields": [{"field": "shoe_size"}]},
        {"fields": [{"field": "organisation", "attributes": ["x"], "direction": "both"}]}, {"read": {"path": "http://169.254.169.254/"}},
        {"record": {"id": "id"}}, {"fields": [{"field": "email", "attributes": []}]},
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_refused_with_a_sentence(change):
    import json

    from heard.bridges.crm.mapping import FOLDER

    said = json.loads((FOLDER / "rest.json").read_text())
    assert profile_from(said).title
    with pytest.raises(WrongProfile) as refused:
        profile_from(said | change)
    assert len(refused.value.message) > 10
