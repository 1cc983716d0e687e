"""A card as its lines say it: every property in its order, with parameters and group, so that nothing of it is lost on the way back.

Sources: RFC 6350 (vCard 4.0), RFC 2426 (3.0), the versit specification of 2.1, RFC 6868 (^ in parameters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_SPLIT = {separator: re.compile(rf"(?:[^{separator}\\]|\\.|\\$)*", re.DOTALL) for separator in ";,"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One line. `name` and parameter names are in capitals; `value` is as written, escapes and all."""

    name: str
    value: str
    params: tuple[tuple[str, tuple[str, ...]], ...] = ()
    group: str = ""

    def param(self, name: str) -> tuple[str, ...]:
        """The values of a parameter; () when it is not given."""
        return tuple(value for key, values in self.params if key == name for value in values)

    @property
    def types(self) -> frozenset[str]:
        """What TYPE says, in small letters."""
        return frozenset(part.strip().lower() for value in self.param("TYPE") for part in value.split(","))

    @property
    def rank(self) -> int:
        """How much it is preferred, 1 first: PREF of 4.0, TYPE=pref of 3.0; 101 when nothing says so."""
        said = next((value for value in self.param("PREF") if value.isascii() and value.isdigit() and len(value) < 4), "")
        return int(said) if said else (1 if "pref" in self.types else 101)

    @property
    def text(self) -> str:
        """The value as people read it."""
        return unescaped(self.value)

    @property
    def words(self) -> list[str]:
        """The value as a list between commas; unescaped."""
        return [unescaped(part) for part in split(self.value, ",")]

    @property
    def fields(self) -> list[list[str]]:
        """A structured value: fields between ;, each a list between commas; unescaped."""
        return [[unescaped(part) for part in split(piece, ",")] for piece in split(self.value, ";")]

    def field(self, number: int) -> str:
        """One field of a structured value, its several words with a space between; "" when it is not there."""
        found = self.fields
        return " ".join(part.strip() for part in found[number] if part.strip()) if number < len(found) else ""


@dataclass(frozen=True, slots=True)
class Card:
    """One card: its version and its properties in their order, without BEGIN, END and VERSION."""

    properties: tuple[Property, ...]
    version: str = "4.0"

    def all(self, *names: str) -> list[Property]:
        """The properties of these names, preferred ones first."""
        return sorted((one for one in self.properties if one.name in names), key=lambda one: one.rank)

    def first(self, name: str) -> str:
        """The text of the most preferred property of a name, stripped; "" without one."""
        return next((one.text.strip() for one in self.all(name)), "")

    @property
    def uid(self) -> str:
        return self.first("UID")

    def without(self, keep: Iterable[Property]) -> Card:
        """The card less these very properties."""
        gone = list(keep)
        return replace(self, properties=tuple(one for one in self.properties if one not in gone))


def escaped(text: str, *, is_field: bool = False) -> str:
    """`text` as a value: backslash, newline and comma escaped; ; too in a field of a structured value."""
    text = text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n").replace(",", "\\,")
    return text.replace(";", "\\;") if is_field else text


def unescaped(value: str) -> str:
    """A value as people read it. What is escaped without need stands for itself."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value) if "\\" in value else value


def split(value: str, separator: str) -> list[str]:
    """`value` cut at each `separator` (; or ,) that is not escaped."""
    if "\\" not in value:
        return value.split(separator)
    return list(_pieces(value, separator))


def _pieces(value: str, separator: str) -> Iterator[str]:
    at = 0
    while True:
        found = _SPLIT[separator].match(value, at)
        assert found is not None  # it matches nothing, too
        yield found[0]
        at = found.end() + 1
        if at > len(value):
            return
