"""Two records side by side: what each says, line by line, and where they agree, are alike, or differ, down to the letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from django.utils.translation import gettext as _

from heard.people.models import Fact, Identifier, Identity
from heard.people.phones import shown_phone
from heard.people.rules import normalise_email, provider_form
from heard.search.words import fold

Mark = Literal["same", "alike", "different", "one"]
ALIKE = 0.8
LONGEST_COMPARED = 300
_WORD = re.compile(r"\w+")
_WORDS = re.compile(r"\w+|\W+")


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
            text = shown_phone(row.value) if kind == "phone" else row.value
            is_verified = getattr(row, "verified_at", None) is not None or (row.value in found and found[row.value].is_verified)
            found[row.value] = _Value(text, is_verified)
    return list(found.values())[:20]


def _line(kind: str, label: str, mine: Sequence[_Value], theirs: Sequence[_Value]) -> Line:
    form = _FORMS.get(kind, _plain)
    nearest = [_nearest(value, theirs, form) for value in mine]
    mark: Mark = "one"
    if mine and theirs:
        best = max(likeness for _value, likeness in nearest)
        mark = "same" if best == 1 else "alike" if best >= ALIKE or _is_near(kind, mine, theirs) else "different"
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
    """In pieces: words that the nearest value lacks, and letters within words that are nearly the same."""
    if other is None or mark == "one":
        return Shown((Part(value.text),), value.is_verified)
    mine, theirs = _WORDS.findall(value.text), _WORDS.findall(other.text)
    matcher = SequenceMatcher(None, [word.casefold() for word in mine], [word.casefold() for word in theirs], autojunk=False)
    parts: list[Part] = []
    for what, start, end, there, until in matcher.get_opcodes():
        if what == "equal":
            parts.append(Part("".join(mine[start:end])))
        elif what == "replace" and end - start == until - there:
            for word, its in zip(mine[start:end], theirs[there:until], strict=True):
                parts += _letters(word, its)
        elif end > start:
            parts.append(Part("".join(mine[start:end]), True))
    return Shown(tuple(parts), value.is_verified)


def _letters(word: str, other: str) -> list[Part]:
    matcher = SequenceMatcher(None, word.casefold(), other.casefold(), autojunk=False)
    if len(word.casefold()) != len(word) or matcher.ratio() < 0.5:
        return [Part(word, True)]
    return [Part(word[start:end], what != "equal") for what, start, end, _there, _until in matcher.get_opcodes() if end > start]


def _is_near(kind: str, mine: Sequence[_Value], theirs: Sequence[_Value]) -> bool:
    """Whether two values mean nearly the same where their letters do not: a provider's mailbox, some of the names, a day and month swapped."""
    if kind == "email":
        forms = [{provider_form(value.text) for value in side} - {""} for side in (mine, theirs)]
        return bool(forms[0] & forms[1])
    if kind in ("name", "birth_date"):
        pairs = [(set(_WORD.findall(_plain(one.text))), set(_WORD.findall(_plain(other.text)))) for one in mine for other in theirs]
        return any(one <= other or other <= one for one, other in pairs if one and other)
    return False


def _plain(text: str) -> str:
    return " ".join(fold(text[:LONGEST_COMPARED]).split())


def _name(text: str) -> str:
    """Names agree in any order of their words, as in "Lovelace, Ada"."""
    return " ".join(sorted(_plain(text.replace(",", " ").replace(".", " ")).split()))


def _digits(text: str) -> str:
    """The last nine: with and without a country's code they are one number."""
    return "".join(character for character in text if character.isdigit()).lstrip("0")[-9:]


_FORMS: dict[str, Callable[[str], str]] = {"name": _name, "phone": _digits, "email": normalise_email}
