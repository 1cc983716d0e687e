"""What a person takes along: each app says what it holds of an identity, and the file is written in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Rows = Iterable[dict[str, Any]]
Exporter = Callable[[int], Rows]


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the file. `title` is a sentence part marked for translation, for the readable form."""

    name: str
    order: int
    title: str
    rows: Exporter


_sections: dict[str, Section] = {}


def exporter(name: str, *, order: int, title: str) -> Callable[[Exporter], Exporter]:
    """Register a function that gives plain rows (text, numbers, ISO moments) of what is held of one identity, oldest first.

    It gives what its holder may read: their own words and facts, ours to them; never words between colleagues, and nothing of other people.
    It may be an iterator, so that a long story never stands in memory.
    """

    def register(function: Exporter) -> Exporter:
        _sections[name] = Section(name, order, title, function)
        return function

    return register


def sections() -> Iterator[Section]:
    """All lists, in order."""
    yield from sorted(_sections.values(), key=lambda one: (one.order, one.name))
