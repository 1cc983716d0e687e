"""Two records side by side: what each says, line by line, and where they agree, are alike, or differ, down to the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from django.utils.translation import gettext as _

from heard.people.models import Fact, Identifier, Identity
from heard.people.rules import normalise_email, provider_form
from heard.search.words import fold

Mark = Literal["same", "alike", "different", "one"]
ALIKE = 0.8
LONGEST_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value; `differs` where the other record says something else."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as it is shown: in pieces, and whether its owner proved it."""

    parts: tuple[Part, ...]
    is_verified: bool = False

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass(slots=True)
class Line:
    """One kind of value on both sides. `mark` is "one" where only one of them says anything."""

    kind: str
    label: str
    one: list[Shown] = field(default_factory=list)
    other: list[Shown] = field(default_factory=list)
    mark: Mark = "one"

    @property
    def both(self) -> tuple[list[Shown], list[Shown]]:
        return self.one, self.other

    @property
    def word(self) -> str:
        return {"same": _("the same"), "alike": _("alike"), "different": _("different"), "one": _("only one says")}[self.mark]

    @property
    def icon(self) -> str:
        return {"same": "equal", "alike": "equal-approximately", "different": "equal-not", "one": "minus"}[self.mark]


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    is_verified: bool = False


def sides(one: Identity, other: Identity) -> list[Line]:
    """Lines for every kind of value that either record has. Both come with `identifiers` and `facts` loaded; no query."""
    lines = []
    for kind, label in _kinds(one, other):
        mine, theirs = _values(one, kind), _values(other, kind)
        if mine or theirs:
            lines.append(_line(kind, label, mine, theirs))
    return lines


def _kinds(one: Identity, other: Identity) -> list[tuple[str, str]]:
    known = [
        ("name", _("Name")), ("email", _("E-mail")), ("phone", _("Telephone")), ("address", _("Address")), ("birth_date", _("Born")),
        ("handle", _("Nickname")), ("id", _("Number")), ("customer", _("Customer number")), ("organisation", _("Organisation")),
        ("language", _("Language")),
    ]  # fmt: skip
    named = {kind for kind, _label in known} | {"external"}
    more = {row.kind for identity in (one, other) for row in _rows(identity)} - named
    return known + [(kind, kind) for kind in sorted(more)]


def _rows(identity: Identity) -> list[Identifier | Fact]:
    return [*identity.identifiers.all(), *identity.facts.all()]


def _values(identity: Identity, kind: str) -> list[_Value]:
    found: dict[str, _Value] = {}
    if kind == "name" and identity.display_name:
        found[identity.display_name] = _Value(identity.display_name)
    if kind == "organisation" and identity.organisation_id and identity.organisation is not None:
        found[identity.organisation.name] = _Value(identity.organisation.name)
    if kind == "language" and identity.language:
        found[identity.language] = _Value(identity.language)
    for row in _rows(identity):
        if row.kind == kind and getattr(row, "retracted_at", None) is None:
            is_verified = getattr(row, "verified_at", None) is not None
            found[row.value] = _Value(row.value, is_verified or (row.value in found and found[row.value].is_verified))
    return list(found.values())[:20]


def _line(kind: str, label: str, mine: Sequence[_Value], theirs: Sequence[_Value]) -> Line:
    form = _FORMS.get(kind, _plain)
    nearest = [_nearest(value, theirs, form) for value in mine]
    mark: Mark = "one"
    if mine and theirs:
        best = max(likeness for _value, likeness in nearest)
        mark = "same" if best == 1 else "alike" if best >= ALIKE or _share_provider(kind, mine, theirs) else "different"
    one = [_shown(value, other if likeness < 1 else None, mark) for value, (other, likeness) in zip(mine, nearest, strict=True)]
    return Line(kind, label, one, [_back(value, mine, form, mark) for value in theirs], mark)


def _back(value: _Value, mine: Sequence[_Value], form: Callable[[str], str], mark: Mark) -> Shown:
    other, likeness = _nearest(value, mine, form)
    return _shown(value, other if likeness < 1 else None, mark)


def _nearest(value: _Value, others: Iterable[_Value], form: Callable[[str], str]) -> tuple[_Value | None, float]:
    """The value most like this one, and how alike from 0 to 1."""
    wanted, best, how = form(value.text), None, 0.0
    for other in others:
        there = form(other.text)
        likeness = 1.0 if wanted == there else min(0.99, SequenceMatcher(None, wanted, there, autojunk=False).ratio())
        if best is None or likeness > how:
            best, how = other, likeness
    return best, how


def _shown(value: _Value, other: _Value | None, mark: Mark) -> Shown:
    """In pieces where the nearest value is alike enough that its difference helps; whole otherwise."""
    if other is None or mark == "one":
        return Shown((Part(value.text),), value.is_verified)
    matcher = SequenceMatcher(None, value.text.casefold(), other.text.casefold(), autojunk=False)
    if len(value.text.casefold()) != len(value.text) or matcher.ratio() < 0.5:
        return Shown((Part(value.text, True),), value.is_verified)
    parts = [Part(value.text[start:end], what != "equal") for what, start, end, _i, _j in matcher.get_opcodes() if end > start]
    return Shown(tuple(parts), value.is_verified)


def _share_provider(kind: str, mine: Sequence[_Value], theirs: Sequence[_Value]) -> bool:
    if kind != "email":
        return False
    forms = [{provider_form(value.text) for value in side} - {""} for side in (mine, theirs)]
    return bool(forms[0] & forms[1])


def _plain(text: str) -> str:
    return " ".join(fold(text[:LONGEST_COMPARED]).split())


def _name(text: str) -> str:
    """Names agree in any order of their words, as in "Lovelace, Ada"."""
    return " ".join(sorted(_plain(text.replace(",", " ").replace(".", " ")).split()))


def _digits(text: str) -> str:
    """The last nine: with and without a country's code they are one number."""
    return "".join(character for character in text if character.isdigit()).lstrip("0")[-9:]


_FORMS: dict[str, Callable[[str], str]] = {"name": _name, "phone": _digits, "email": normalise_email}
