"""A file of people: looked at without changing anything, taken in once, told by line, and nobody who was erased comes back."""

from pathlib import Path

import pytest

from heard.bridges.models import FileState, PeopleFile
from heard.bridges.services import files
from heard.bridges.services.files import drop_file, look_at_file, map_file, start_file, take
from heard.bridges.services.sources import ensure_people_source, set_source_readers
from heard.cli import main
from heard.lib.errors import Refusal
from heard.lib.tables import WrongFile
from heard.people.models import Fact, Identifier, Identity
from heard.privacy.tombstones import bury
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
CSV = (
    "Kundennummer;Vorname;Nachname;E-Mail;Telefon;Geburtsdatum\n"
    "1;Ada;Whitfield;ada@example.org;+44 20 7946 0018;12.4.1985\n"
    "2;Jörg;Müller;joerg@example.org, j@work.example;;31.2.1980\n"
    "3;;;;;\n"
    "1;Ada;Again;other@example.org;;\n"
    "4;Eve;Erased;eve@example.org;;\n"
).encode("cp1252")
CARDS = b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nFN:Ada Whitfield\r\nEMAIL:ada@example.org\r\nTEL:12\r\nEND:VCARD\r\n"


@pytest.fixture
def root():
    make_team("Support")
    return make_user("Root", role="admin")


@pytest.fixture
def source(root):
    return ensure_people_source("Old shop", by=root)


def looked_at(raw, source, root, name="people.csv"):
    return PeopleFile.objects.get(pk=look_at_file(raw, name=name, source=source, by=root).pk)


def counts(file):
    return {name: getattr(file, name) for name in files.COUNTED}


def test_looking_says_exactly_what_taking_does_and_changes_nothing(source, root):
    bury("address", ["eve@example.org"])
    file = looked_at(CSV, source, root)
    assert file.state == FileState.LOOKED_AT
    assert counts(file) == {"made": 2, "changed": 0, "unchanged": 0, "left_alone": 1, "refused": 2, "left_out": 1}
    assert sorted((line, is_whole) for line, _, is_whole in file.problems) == [(3, False), (4, True), (5, True)]
    assert not Identity.objects.exists() and not Identifier.objects.exists() and not Fact.objects.exists()
    looked = counts(file)
    start_file(file, by=root)
    take(file.pk)
    file.refresh_from_db()
    assert (file.state, counts(file)) == (FileState.DONE, looked)
    assert file.blob is None
    ada = Identity.objects.get(identifiers__value="ada@example.org")
    assert (ada.display_name, ada.source) == ("Ada Whitfield", "file:old-shop")
    assert set(ada.identifiers.values_list("kind", "value")) == {
        ("external", "1"),
        ("email", "ada@example.org"),
        ("phone", "+442079460018"),
    }
    assert not Identifier.objects.filter(value="eve@example.org").exists()


def test_the_same_file_again_changes_nobody_and_a_newer_one_changes_whom_it_names(source, root):
    for raw, expected in ((CSV, (3, 0, 0)), (CSV, (0, 0, 3)), (CSV.replace(b"Whitfield", b"Lovelace"), (0, 1, 2))):
        file = looked_at(raw, source, root)
        start_file(file, by=root)
        take(file.pk)
        file.refresh_from_db()
        assert (file.made, file.changed, file.unchanged) == expected
    assert Identity.objects.get(identifiers__value="ada@example.org").display_name == "Ada Lovelace"
    assert Identity.objects.count() == 3


def test_a_run_that_was_interrupted_goes_on_where_it_stopped(source, root, monkeypatch):
    monkeypatch.setattr(files, "AT_ONCE", 2)
    file = looked_at(CSV, source, root)
    start_file(file, by=root)
    real, calls = files._put, []

    def broken(*args):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        real(*args)

    monkeypatch.setattr(files, "_put", broken)
    with pytest.raises(RuntimeError):
        take(file.pk)
    file.refresh_from_db()
    assert (file.state, file.done) == (FileState.RUNNING, 2)
    monkeypatch.setattr(files, "_put", real)
    take(file.pk)
    take(file.pk)
    file.refresh_from_db()
    assert (file.state, file.done, file.made, file.refused) == (FileState.DONE, 5, 3, 2)


def test_columns_can_be_said_otherwise(source, root):
    raw = b"a,b\nAda,ada@example.org\nBen,ben at example\n"
    file = looked_at(raw, source, root)
    assert file.mapping == ["", "email"] or file.mapping == ["", ""]
    map_file(file, form={"encoding": "utf-8", "separator": ",", "has_heading": True}, mapping=["name", "email"])
    file.refresh_from_db()
    assert (file.made, file.refused) == (1, 1)
    assert files.first_of(file, 5)[0].record.names[0].full == "Ada"
    map_file(file, form={"encoding": "utf-8", "separator": ";", "has_heading": False}, mapping=["name", "email"])
    file.refresh_from_db()
    assert len(file.mapping) == 1
    assert "No column" in file.problems[0][1]
    with pytest.raises(Refusal):
        start_file(file, by=root)


def test_cards_are_taken_and_a_bad_value_is_left_out(source, root):
    file = looked_at(CARDS, source, root, name="contacts.vcf")
    assert (file.kind, file.made, file.left_out) == ("vcard", 1, 1)
    with pytest.raises(WrongFile):
        look_at_file(b"", name="x.vcf", source=source, by=root)


def test_a_dropped_file_is_not_taken(source, root):
    file = looked_at(CSV, source, root)
    drop_file(file)
    with pytest.raises(Refusal):
        start_file(file, by=root)


def test_whoever_came_from_a_source_is_known_to_its_teams_alone(source, root):
    sales = make_team("Sales")
    charlie = make_user("Charlie", teams=[sales])
    file = looked_at(CSV, source, root)
    start_file(file, by=root)
    take(file.pk)
    assert not Identity.objects.visible_to(charlie).exists()
    set_source_readers(source, teams=[sales], by=root)
    assert Identity.objects.visible_to(type(charlie).objects.get(pk=charlie.pk)).count() == 3


def test_queries_do_not_grow_with_the_file(source, root, django_assert_max_num_queries):
    raw = b"email,name\n" + b"".join(b"p%d@example.org,Person %d\n" % (number, number) for number in range(190))
    file = looked_at(raw, source, root)
    start_file(file, by=root)
    with django_assert_max_num_queries(60):
        take(file.pk)
    assert Identity.objects.count() == 190


def test_the_command_tells_first_and_takes_then(root, tmp_path: Path, capsys):
    path = tmp_path / "people.csv"
    path.write_bytes(CSV)
    assert main(["import", "people", str(path), "--source", "till", "--dry-run"]) == 1
    assert "Nothing was taken in" in capsys.readouterr().out
    assert not Identity.objects.exists()
    assert main(["import", "people", str(path), "--source", "till", "--column", "Telefon=", "--team", "Support"]) == 1
    said = capsys.readouterr()
    assert "3 people are new" in said.out
    assert "line 4" in said.err
    assert not Identifier.objects.filter(kind="phone").exists()
    assert main(["import", "people", str(path), "--column", "Nonsense=email"]) == 2
    assert main(["import", "people", str(tmp_path / "absent.csv")]) == 2
