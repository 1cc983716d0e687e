"""Two records side by side: which lines agree, and which letters differ."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from heard.people.models import Fact, Identifier
from heard.web.sides import sides

MAY = datetime(2026, 5, 4, tzinfo=UTC)


def record(name: str = "", **values: str):
    """An identity as the page gets it, with its rows loaded; `email` and `phone` are identifiers, the rest facts."""
    identifiers = [Identifier(kind=kind, value=value) for kind, value in values.items() if kind in ("email", "phone", "external")]
    facts = [Fact(kind=kind, value=value) for kind, value in values.items() if kind not in ("email", "phone", "external")]
    return SimpleNamespace(
        display_name=name, organisation_id=None, organisation=None, language="",
        identifiers=SimpleNamespace(all=lambda: identifiers), facts=SimpleNamespace(all=lambda: facts),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "one", "other", "mark"),
    [
        ("name", "Ada Lovelace", "Lovelace, Ada", "same"),
        ("name", "José Pérez", "Jose Perez", "same"),
        ("name", "Ana María Garrido", "Ana Garrido", "alike"),
        ("name", "Ana Garrido", "Ana Garido", "alike"),
        ("name", "Ana Garrido", "Bo Li", "different"),
        ("email", "ada.l@gmail.com", "adal@gmail.com", "alike"),
        ("email", "ada@example.org", "grace@example.com", "different"),
        ("phone", "+34 600 11 12 22", "600111222", "same"),
        ("phone", "+34 600 11 12 22", "+34 911 99 98 88", "different"),
        ("birth_date", "1986-04-12", "1986-12-04", "alike"),
        ("birth_date", "1986-04-12", "1986-04-12", "same"),
        ("address", "Calle Mayor 3, Madrid", "Calle Mayor 31, Madrid", "alike"),
    ],
)
def test_a_line_says_whether_both_agree(kind: str, one: str, other: str, mark: str):
    made = [record(value) if kind == "name" else record("", **{kind: value}) for value in (one, other)]
    line = next(line for line in sides(*made) if line.kind == kind)
    assert line.mark == mark and line.word and line.icon
    assert [value.text for side in line.both for value in side] == [one, other]


def test_what_only_one_says_is_no_difference():
    line = next(line for line in sides(record("Ada", phone="+34600111222"), record("Ada")) if line.kind == "phone")
    assert (line.mark, line.other) == ("one", []) and not any(part.differs for part in line.one[0].parts)


def test_only_the_letters_that_differ_are_marked():
    line = sides(record("Ana Garrido"), record("Ana Garido"))[0]
    assert "".join(part.text for part in line.one[0].parts if part.differs) == "r"
    line = sides(record("Ana María Garrido"), record("Ana Garrido"))[0]
    assert "".join(part.text for part in line.one[0].parts if part.differs).strip() == "María"
    assert not any(part.differs for part in line.other[0].parts)


def test_kinds_that_we_do_not_know_are_shown_and_numbers_of_a_source_are_not():
    kinds = [line.kind for line in sides(record("Ada", shoe="38", external="7"), record("Ada", shoe="47"))]
    assert kinds == ["name", "shoe"]


def test_very_long_and_odd_values_do_no_harm():
    odd = "ẞ" * 500 + "İ\u202e"
    line = sides(record(odd), record("x" * 5000))[0]
    assert line.mark == "different" and line.one[0].text == odd
