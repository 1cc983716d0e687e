"""A version is built in batch as if everybody had been looked at one by one, and nothing that happens meanwhile is missed."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from heard.accounts.models import Audience
from heard.accounts.services.audiences import audience_of
from heard.cli import main
from heard.lib.errors import Refusal
from heard.matching.model import default_model
from heard.matching.models import MatchEdge, MatchModel, MatchRecord
from heard.matching.services import building
from heard.matching.services.building import build_version, is_built, packed_records
from heard.matching.services.live import match_identities
from heard.matching.services.switching import switch_to
from heard.matching.services.versions import active_version, begin_version
from heard.matching.tests.test_live import ada, together
from heard.people.models import Identity
from heard.people.services.records import NewName, NewRecord, put_many
from heard.privacy.services import erase_person
from tests.factories.people import make_team, make_user

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
FAMILIES = ["Lovelace", "Hopper", "Noether", "Curie", "Meitner", "Franklin"]


@pytest.fixture
def audience(db) -> Audience:
    return audience_of(teams=[make_team()])


@pytest.fixture
def people(audience) -> list[Identity]:
    """Six people of whom each of two systems has a record; known, and matched under the active version."""
    said = [
        NewRecord(names=(NewName(given="Ada", family=name),), emails=(f"{name.lower()}@example.org",), birth_date=f"1980-02-1{place}")
        for place, name in enumerate(FAMILIES)
    ]
    for source in ("crm", "shop"):
        put_many(source, [(str(place), record, MAY) for place, record in enumerate(said)], audience_id=audience.pk)
    ids = list(Identity.objects.order_by("pk").values_list("pk", flat=True))
    match_identities(ids)
    return list(Identity.objects.order_by("pk"))


def pairs(row: MatchModel) -> set[tuple[int, int, float]]:
    return set(row.edges.values_list("one_id", "other_id", "weight"))


def build(row: MatchModel) -> int:
    return build_version(row, processes=1)


def test_a_batch_finds_what_was_found_one_by_one(people):
    row = begin_version(replace(default_model(), version="again"))
    assert build(row) == len(FAMILIES)
    assert pairs(row) == pairs(active_version())
    assert is_built(row) and switch_to(row) == 0
    assert together(people[0], people[6]) and not together(people[0], people[1])


def test_what_changes_while_a_batch_runs_is_seen_in_the_end(people, audience, monkeypatch):
    row = begin_version(replace(default_model(), version="again"))

    def and_life_goes_on():
        yield from list(packed_records())
        newcomer = ada(audience, "new")
        match_identities([newcomer.pk])
        erase_person([people[7].pk], by=make_user("Alice", role="admin"))

    monkeypatch.setattr(building, "packed_records", and_life_goes_on)
    build(row)
    assert pairs(row) == pairs(active_version())
    assert not MatchEdge.objects.filter(other=people[7]).exists() and row.edges.filter(one=people[0]).count() == 2
    assert is_built(row)


def test_a_batch_that_was_interrupted_begins_again(people, monkeypatch):
    row = begin_version(replace(default_model(), version="again"))
    monkeypatch.setattr(building, "_reached", lambda row: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build(row)
    monkeypatch.undo()
    assert not is_built(MatchModel.objects.get(pk=row.pk))
    stale = MatchEdge.objects.create(model=row, one=people[0], other=people[1], probability=0.9, weight=3, found_at=MAY)
    assert build(row) == len(FAMILIES)
    assert not MatchEdge.objects.filter(pk=stale.pk).exists()


def test_only_a_version_that_is_being_built_is_built(people):
    with pytest.raises(Refusal):
        build(active_version())


def test_the_command_builds_and_switches(people, tmp_path, capsys):
    weights = tmp_path / "careful.json"
    weights.write_bytes(replace(default_model(), version="careful", copies=1e-12).dump())
    assert main(["people", "rebuild", "--weights", str(weights), "--without-switch"]) == 0
    assert active_version().version == default_model().version and together(people[0], people[6])
    assert main(["people", "rebuild"]) == 0
    assert "Version careful is in force. 6 records belong to another person than before." in capsys.readouterr().out
    assert not together(people[0], people[6])
    assert main(["people", "rebuild"]) == 0  # the same weights, for the records of today
    assert active_version().version not in ("careful", default_model().version)


def test_the_command_gives_up_and_says_what_is_wrong(people, tmp_path, capsys):
    assert main(["people", "rebuild", "--give-up"]) == 1
    begin_version(replace(default_model(), version="again"))
    assert main(["people", "rebuild", "--give-up"]) == 0
    nonsense = tmp_path / "nonsense.json"
    nonsense.write_text("{}")
    assert main(["people", "rebuild", "--weights", str(nonsense)]) == 2
    assert main(["people", "rebuild", "--weights", str(tmp_path / "absent.json")]) == 2
    assert main(["people", "train"]) == 1
    assert "There are too few records to learn from" in capsys.readouterr().err
    assert not MatchModel.objects.filter(state="building").exists() and MatchRecord.objects.count() == len(people)


def test_without_the_extra_parts_the_commands_say_how_to_get_them(people, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "splink", None)
    for command in (["people", "train"], ["people", "rebuild"], ["people", "rebuild", "--engine", "spark"]):
        assert main(command) == 1
        assert f"pip install 'heard[{'spark' if 'spark' in command else 'analytics'}]'" in capsys.readouterr().err
