"""The words' index of the database in use: the same functions for SQLite and for PostgreSQL.

    create(), drop()            make its tables; take them away
    insert(entries)             add documents with their words
    delete(ids)                 remove documents and their words
    remark(documents)           write the marks of documents anew, after their audience changed
    candidates(wanted)          the newest documents that hold the words
    short_candidates(wanted)    the newest whose short text holds the parts
    missing(), mend()           how many documents have no words in the index; drop them, and make what was not possible before

*Marks* are words of the index that no query can contain: who may read the document, its kind, its channel. Where somebody may read only a
small part of everything, they let the index skip the rest. Whether a document may be found is decided by its row, never by its marks alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import NamedTuple

from heard.lib.db import is_postgres
from heard.search.models import Document
from heard.search.words import Query


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with its words as `words.index_text` prepared them. `title` counts for more than `body`."""

    document: Document
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for, and among what. Empty `kinds` or `channels` are all of them; ids lie in [lowest, highest)."""

    query: Query
    audience_ids: Sequence[int]
    kinds: Sequence[str]
    channels: Sequence[str]
    lowest: int | None
    highest: int | None
    limit: int
    marks: Sequence[Sequence[str]] = ()
    """Each a set of alternatives, all of which must hold: used where they make the search shorter."""


class Candidate(NamedTuple):
    """A match before ranking. `relevance` is 0 to 1; 0 when only the short text was looked at."""

    id: int
    kind: str
    object_id: int
    group_kind: str
    group_id: int
    happened_at: datetime
    short: str
    relevance: float


def audience_mark(audience_id: int) -> str:
    return f"a{audience_id}"


def kind_mark(kind: str) -> str:
    return f"k{kind}"


def channel_mark(channel: str) -> str:
    return f"c{channel}"


def marks_of(document: Document) -> list[str]:
    """All marks of a document."""
    marks = [audience_mark(document.audience_id), kind_mark(document.kind)]
    return [*marks, channel_mark(document.channel)] if document.channel else marks


def present_index() -> ModuleType:
    """The module for the database in use."""
    from heard.search.index import postgres, sqlite

    return postgres if is_postgres() else sqlite
