"""CSV files of people: read whatever their letters, separators and headings, and written so that they can come back."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.bridges.csvs.columns import guessed, usable
from heard.bridges.csvs.tables import Form, beginning_of, form_of, rows_in
from heard.bridges.csvs.understanding import AmbiguousDay, day_of, day_order, language_of, row_said
from heard.bridges.csvs.writing import csv_of, guarded
from heard.bridges.persons import Known, Place
from heard.lib.tables import Problem, WrongFile
from heard.people.services.records import NewAddress, NewName

GOOGLE = (
    "First Name,Last Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value,Address 1 - Street,Address 1 - City,Birthday,Notes\n"
    "Ada,Whitfield,ada@example.org ::: ada@work.example,,+44 20 7946 0018 ::: 020 7946 0019,12 Upper St,London,1985-04-12,likes tea\n"
)
HUBSPOT = "Record ID,First Name,Last Name,Email,Phone Number,Company name,City\n51,José,Muñoz,jose@example.org,600 123 456,Mesa SL,Madrid\n"
GERMAN = "Kundennummer;Nachname;Vorname;E-Mail;Straße;PLZ;Ort;Geburtsdatum\n7;Müller;Jörg;joerg@example.org;Hauptstraße 5;10115;Berlin;3.4.1980\n"


def said(raw: bytes, **options):
    form = form_of(raw)
    beginning = beginning_of(raw, form)
    mapping = guessed(beginning)
    return mapping, [
        found
        if isinstance(found, Problem)
        else row_said(found[1], mapping, beginning.headings, day_first=options.get("day_first"), zone=UTC)
        for found in rows_in(raw, form)
    ]


def test_an_export_of_google_is_understood():
    mapping, [row] = said(GOOGLE.encode())
    assert mapping == ["given", "family", "email", "email", "phone", "street", "town", "birth_date", ""]
    assert row.record.names == (NewName(given="Ada", family="Whitfield"),)
    assert row.record.emails == ("ada@example.org", "ada@work.example")
    assert row.record.phones == ("+44 20 7946 0018", "020 7946 0019")
    assert row.record.addresses == (NewAddress(street="12 Upper St", town="London"),)
    assert row.record.birth_date == "1985-04-12"
    assert row.record.language is None  # no column speaks of it


def test_an_export_of_a_crm_brings_its_own_numbers():
    mapping, [row] = said(HUBSPOT.encode())
    assert mapping == ["number", "given", "family", "email", "phone", "organisation", "town"]
    assert (row.number, row.record.organisation) == ("51", "Mesa SL")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_letters_and_separators_are_found(encoding):
    raw = GERMAN.encode(encoding)
    assert form_of(raw).separator == ";"
    _, [row] = said(raw)
    assert row.record.names == (NewName(given="Jörg", family="Müller"),)
    assert row.record.birth_date == "1980-04-03"


def test_cyrillic_letters_of_old_programs_are_found():
    raw = "Имя,Email\nНаталья Иванова Петровна,n@example.org\n".encode("cp1251")
    assert form_of(raw).encoding == "cp1251"


def test_a_file_without_headings_has_columns_all_the_same():
    raw = b"Ada,ada@example.org\nBen,ben@example.org\n"
    form = form_of(raw)
    assert not form.has_heading
    assert guessed(beginning_of(raw, form)) == ["", "email"]
    assert [row[1] for row in rows_in(raw, form)] == [["Ada", "ada@example.org"], ["Ben", "ben@example.org"]]


def test_problems_are_told_with_their_line_and_the_other_rows_are_read():
    raw = b'email,name\na@example.org,"two\nlines"\nb@example.org,B,too many\n\nc@example.org,"C "quoted" C"\nd@example.org,D\n'
    found = list(rows_in(raw, Form()))
    assert [one.line for one in found if isinstance(one, Problem)] == [4, 6]
    assert [one[1][0] for one in found if not isinstance(one, Problem)] == ["a@example.org", "d@example.org"]


@pytest.mark.parametrize("raw", [b"", b"\n \n", b"PK\x03\x04zip", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"])
def test_what_is_no_table_says_so(raw):
    with pytest.raises(WrongFile):
        beginning_of(raw, form_of(raw))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw):
    try:
        form = form_of(raw)
        beginning = beginning_of(raw, form)
    except WrongFile:
        return
    mapping = ["email", "name", "birth_date", "phone", *[""] * len(beginning.headings)][: len(beginning.headings)]
    for found in rows_in(raw, form):
        if not isinstance(found, Problem):
            row_said(found[1], mapping, beginning.headings, day_first=None, zone=UTC)


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("1985-04-12", None, date(1985, 4, 12)), ("12.4.1985", None, date(1985, 4, 12)), ("13/04/1985", None, date(1985, 4, 13)),
        ("04/13/1985", None, date(1985, 4, 13)), ("04/05/1985", True, date(1985, 5, 4)), ("04/05/1985", False, date(1985, 4, 5)),
        ("4/4/1985", None, date(1985, 4, 4)), ("1985-04-12 00:00:00", None, date(1985, 4, 12)),
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_written(text, day_first, day):
    assert day_of(text, day_first=day_first) == day


def test_a_day_that_may_be_two_is_not_guessed():
    with pytest.raises(AmbiguousDay):
        day_of("04/05/1985", day_first=None)
    assert day_order(["04/05/1985", "13/05/1985"]) is True
    assert day_order(["04/05/1985", "05/13/1985"]) is False
    assert day_order(["04/05/1985"]) is None


@pytest.mark.parametrize(("text", "code"), [("es", "es"), ("es-MX", "es"), ("Spanish", "es"), ("español", "es"), ("Klingon", ""), ("", "")])
def test_languages_are_read_by_name_and_code(text, code):
    assert language_of(text) == code


def test_columns_that_tell_nobody_apart_are_not_enough():
    assert usable(["given", "email"]) and usable(["name", "postcode"]) and usable(["number"])
    assert not usable(["given", "family"]) and not usable(["", "organisation"])


@given(st.text())
def test_no_value_of_ours_is_a_formula_elsewhere(value):
    assert not guarded(value).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_what_is_written_can_come_back():
    known = Known(
        7, "=Ada, “the” Whitfield", {"given": "Ada", "family": "Whitfield"}, ("ada@example.org", "a@work.example"), ("+442079460018", "+34600123456"),
        (Place("12 Upper St, London", {"street": "Upper St", "number": "12", "town": "London"}), Place("Casa Ada, Segovia")), date(1985, 4, 12),
        "Engines", "en", (("x", "adaw"),), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    _, [row] = said("".join(csv_of([known])).encode())
    assert row.number == "7"
    assert row.record.names == (NewName("=Ada, “the” Whitfield", given="Ada", family="Whitfield"),)
    assert (row.record.emails, row.record.phones) == (known.emails, known.phones)
    assert row.record.addresses == (NewAddress(street="Upper St", number="12", town="London"), NewAddress("Casa Ada, Segovia"))
    assert (row.record.birth_date, row.record.organisation, row.record.language) == ("1985-04-12", "Engines", "en")
    assert row.record.handles == known.handles
