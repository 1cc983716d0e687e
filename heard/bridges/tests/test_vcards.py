"""Cards: read as many programs write them, written as the standards say, and nothing lost between."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.bridges.knowing import known_by, sifted
from heard.bridges.persons import Known, Place
from heard.bridges.vcards.cards import Card, Property, escaped, split, unescaped
from heard.bridges.vcards.jcards import jcard_of, jcards_in, jcards_text
from heard.bridges.vcards.making import card_of
from heard.bridges.vcards.reading import card_in, cards_in
from heard.bridges.vcards.understanding import changed_at, is_of_a_group, record_of
from heard.bridges.vcards.writing import card_text
from heard.lib.tables import Problem, WrongFile
from heard.people.services.records import NewName

APPLE = r"""BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 15.1//EN
N:Whitfield;Ada;Grace;Dr.;
FN:Dr. Ada Grace Whitfield
NICKNAME:Addie
ORG:Analytical Engines Ltd;Research;
EMAIL;type=INTERNET;type=WORK:ada@work.example
EMAIL;type=INTERNET;type=HOME;type=pref:ada@example.org
item1.TEL;type=pref:+44 20 7946 0018
item1.X-ABLabel:_$!<Main>!$_
item2.ADR;type=HOME:;;12 Upper Street\nFlat 3;London;;N1 0PQ;United Kingdom
item2.X-ABADR:gb
BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10
X-SOCIALPROFILE;type=twitter;x-user=adaw:https://twitter.com/adaw
NOTE:Likes semicolons\; and commas\, a lot
REV:2026-03-01T10:15:00Z
UID:1B2C-3D
END:VCARD
"""
OUTLOOK = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Mu=F1oz;Jos=E9\r\n"
    "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Jos=E9 Mu=F1oz\r\nTEL;CELL;VOICE:+34 600 123 456\r\n"
    "ADR;HOME;ENCODING=QUOTED-PRINTABLE:;;Calle Mayor 5=0D=0A=\r\nSegundo piso;Madrid;;28013;Spain\r\n"
    "AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:Somebody Else\r\nEND:VCARD\r\nEMAIL;PREF;INTERNET:jose@example.org\r\nEND:VCARD\r\n"
)
GOOGLE = "BEGIN:VCARD\nVERSION:3.0\nFN:李小龍\nN:李;小龍;;;\nTEL;TYPE=CELL:+852 5123 4567\nBDAY:19900704\nLANG:zh-HK\nEND:VCARD\n"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_card_of_a_mac_is_understood():
    record = record_of(card_in(APPLE))
    assert record.names == (
        NewName("Dr. Ada Grace Whitfield", given="Ada", family="Whitfield", middle="Grace", prefix="Dr."), NewName("Addie"),
    )  # fmt: skip
    assert record.emails == ("ada@example.org", "ada@work.example")
    assert record.phones == ("+44 20 7946 0018",)
    assert record.addresses[0].street == "12 Upper Street, Flat 3"
    assert (record.addresses[0].postcode, record.addresses[0].country) == ("N1 0PQ", "United Kingdom")
    assert record.birth_date == ""
    assert record.organisation == "Analytical Engines Ltd"
    assert record.handles == (("x", "adaw"),)
    assert changed_at(card_in(APPLE)) == datetime(2026, 3, 1, 10, 15, tzinfo=UTC)


def test_a_card_of_an_old_outlook_is_understood_and_the_card_inside_it_is_nobody():
    record = record_of(card_in(OUTLOOK))
    assert record.names == (NewName("José Muñoz", given="José", family="Muñoz"),)
    assert record.addresses[0].street == "Calle Mayor 5, Segundo piso"
    assert record.emails == ("jose@example.org",)
    assert record.phones == ("+34 600 123 456",)


def test_a_card_in_chinese_is_understood():
    record = record_of(card_in(GOOGLE))
    assert record.names == (NewName("李小龍", given="小龍", family="李"),)
    assert (record.birth_date, record.language) == ("1990-07-04", "zh")


def test_a_broken_card_is_told_and_those_around_it_are_read():
    found = list(cards_in(GOOGLE + "what is this\n" + "BEGIN:VCARD\nEND:VCARD\n" + APPLE + "BEGIN:VCARD\nFN:Cut o"))
    cards, problems = [one for one in found if not isinstance(one, Problem)], [one for one in found if isinstance(one, Problem)]
    assert [card.first("FN") for _, card in cards] == ["李小龍", "Dr. Ada Grace Whitfield"]
    assert [problem.line for problem in problems] == [9, 10, 31]


def test_a_group_is_nobody():
    assert is_of_a_group(card_in("BEGIN:VCARD\nVERSION:3.0\nFN:Friends\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD"))
    assert not is_of_a_group(card_in(APPLE))


def test_a_card_is_written_as_it_was_read():
    card = card_in(APPLE)
    assert card_in(card_text(card)) == card
    assert all(len(line.encode()) <= 75 for line in card_text(card).split("\r\n"))


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)


@given(NAME, NAME, st.lists(NAME, max_size=3))
def test_any_words_survive_a_card_in_both_forms(full, family, nicks):
    nicks = [nick for nick in nicks if nick] or ["x"]
    fields = ";".join(escaped(one, is_field=True) for one in (family, full, "", "", ""))
    card = Card((
        Property("FN", escaped(full)), Property("N", fields), Property("NICKNAME", ",".join(map(escaped, nicks))),
        Property("X-OTHER", escaped(full), (("LABEL", (family.strip('"'),)),), "item1"),
    ))  # fmt: skip
    assert card_in(card_text(card)) == card
    [(_, back)] = list(jcards_in(json.dumps(jcard_of(card))))
    assert back.all("FN")[0].text == full
    assert back.all("N")[0].fields[:2] == card.all("N")[0].fields[:2]
    assert back.all("NICKNAME")[0].words == nicks


@given(st.text(max_size=200))
def test_escaping_can_be_undone(text):
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert unescaped(escaped(text)) == plain
    assert len(split(escaped(text, is_field=True), ";")) == 1


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text):
    for found in cards_in("BEGIN:VCARD\n" + text + "\nEND:VCARD\n"):
        if not isinstance(found, Problem):
            record_of(found[1])
            changed_at(found[1])


KNOWN = Known(
    7, "Ada Whitfield", {"given": "Ada", "family": "Whitfield"}, ("ada@example.org",), ("+442079460018",),
    (Place("12 Upper Street, London", {"street": "Upper Street", "number": "12", "town": "London"}),), date(1985, 4, 12), "Engines; Ltd", "en",
    (("x", "adaw"), ("xmpp", "ada@jabber.example")),
)  # fmt: skip


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_what_we_know_comes_back_from_its_card(version):
    record = record_of(card_in(card_text(card_of(KNOWN, at=AT, version=version))))
    assert record.names == (NewName("Ada Whitfield", given="Ada", family="Whitfield"),)
    assert (record.emails, record.phones, record.birth_date, record.organisation) == (
        KNOWN.emails,
        KNOWN.phones,
        "1985-04-12",
        "Engines; Ltd",
    )
    assert sorted(record.handles) == [("x", "adaw"), ("xmpp", "ada@jabber.example")]
    assert record.addresses[0].street == "Upper Street 12"


def test_a_jcard_looks_as_its_standard_says():
    rows = {row[0]: row for row in jcard_of(card_of(KNOWN, at=AT))[1]}
    assert rows["version"] == ["version", {}, "text", "4.0"]
    assert rows["bday"] == ["bday", {}, "date-and-or-time", "1985-04-12"]
    assert rows["n"] == ["n", {}, "text", ["Whitfield", "Ada", "", "", ""]]
    assert rows["rev"][3] == "2026-03-01T12:00:00Z"
    assert [record_of(card).birth_date for _, card in jcards_in(jcards_text([card_of(KNOWN, at=AT)] * 2))] == ["1985-04-12"] * 2


@pytest.mark.parametrize("text", ["", "no json", "{}", "[]", "[" * 100_000])
def test_what_is_no_jcard_says_so(text):
    with pytest.raises(WrongFile):
        list(jcards_in(text))


def test_one_broken_jcard_does_not_stop_the_others():
    found = list(jcards_in(json.dumps([["vcard", "x"], jcard_of(card_in(APPLE)), 7])))
    assert [isinstance(one, Problem) for one in found] == [True, False, True]


def test_a_bad_value_is_left_out_and_told():
    card = card_in("BEGIN:VCARD\nFN:Ada\nEMAIL:not an address\nTEL:12\nTEL:+442079460018\nBDAY:17000101\nEND:VCARD")
    found = sifted(record_of(card), today=AT.date())
    assert (found.record.emails, found.record.phones, found.record.birth_date) == ((), ("+442079460018",), None)
    assert len(found.left_out) == 3
    assert known_by(found.record) == "phone:+442079460018"


def test_a_name_alone_is_not_enough_to_be_known_again():
    assert known_by(record_of(card_in("BEGIN:VCARD\nFN:Ada\nEND:VCARD"))) == ""
    assert known_by(record_of(card_in("BEGIN:VCARD\nFN:Ada\nADR:;;Main 1;;;;\nEND:VCARD"))).startswith("words:")
