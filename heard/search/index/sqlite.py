"""The index in SQLite: two FTS5 tables beside the rows of documents, with the same ids.

`search_words` keeps its text, because only then can a word be removed for good (`secure-delete`): a table without content that allows
deleting leaves the words in the file until its next merge. It costs 28 % more room than keeping them compressed (measured: 109 MB against
78 MB for 100,000 messages of 80 words). `search_short` holds three-letter pieces, so any part of an address is found.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from django.db import connection

from heard.search.index import Candidate, Entry, Wanted, marks_of
from heard.search.models import Document
from heard.search.ranking import patterns, relevance
from heard.search.words import to_fts5

AT_ONCE = 500
RANKED_CHARACTERS = 20_000  # of a document: the rest of a very long one counts for finding, not for its rank
SECURE_DELETE_SINCE = (3, 42, 0)

TABLES = (
    "CREATE VIRTUAL TABLE search_words USING fts5(marks, title, body, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE search_short USING fts5(mark, short, tokenize = 'trigram case_sensitive 1')",
    # However a document is deleted, its words go with it.
    """
    CREATE TRIGGER search_words_go_with_their_document AFTER DELETE ON search_documents BEGIN
        DELETE FROM search_words WHERE rowid = old.id;
        DELETE FROM search_short WHERE rowid = old.id;
    END
    """,
)


def create() -> None:
    """Make the tables and their trigger. Older SQLite cannot delete securely; `heard doctor` says so."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(table)
        if deletes_securely():
            for name in ("search_words", "search_short"):
                cursor.execute(f"INSERT INTO {name}({name}, rank) VALUES ('secure-delete', 1)")  # noqa: S608  (our own names)


def drop() -> None:
    """Take the tables away with all words in them."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS search_words_go_with_their_document")
        cursor.execute("DROP TABLE IF EXISTS search_words")
        cursor.execute("DROP TABLE IF EXISTS search_short")


def deletes_securely() -> bool:
    """Whether this SQLite overwrites the words it deletes from an index."""
    return sqlite3.sqlite_version_info >= SECURE_DELETE_SINCE


def finds_parts() -> bool:
    """Whether any part of a name or address is found, not only the beginnings of its words."""
    return True


def insert(entries: Iterable[Entry]) -> None:
    """Add documents with their words. Their ids must be free."""
    entries = list(entries)
    Document.objects.bulk_create([entry.document for entry in entries], batch_size=AT_ONCE)
    words = [(one.document.pk, " ".join(marks_of(one.document)), one.title, one.body) for one in entries]
    short = [(one.document.pk, _short_mark(one.document.audience_id), one.document.short) for one in entries if one.document.short]
    with connection.cursor() as cursor:
        if words:
            cursor.executemany("INSERT INTO search_words(rowid, marks, title, body) VALUES (%s, %s, %s, %s)", words)
        if short:
            cursor.executemany("INSERT INTO search_short(rowid, mark, short) VALUES (%s, %s, %s)", short)


def delete(ids: Sequence[int]) -> None:
    """Remove documents, and by the trigger their words."""
    for start in range(0, len(ids), AT_ONCE):
        Document.objects.filter(pk__in=ids[start : start + AT_ONCE]).delete()


def remark(documents: Sequence[Document]) -> None:
    """Write the marks of these documents anew."""
    words = [(" ".join(marks_of(document)), document.pk) for document in documents]
    short = [(_short_mark(document.audience_id), document.pk) for document in documents if document.short]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE search_words SET marks = %s WHERE rowid = %s", words)
        cursor.executemany("UPDATE search_short SET mark = %s WHERE rowid = %s", short)


def missing() -> int:
    """How many documents have no words in the index: all of them after a restore from another database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM search_documents) - (SELECT count(*) FROM search_words_docsize)")
        return max(0, cursor.fetchone()[0])


def mend() -> int:
    """Drop documents without words. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_documents WHERE id NOT IN (SELECT id FROM search_words_docsize)")
        return cursor.rowcount


def candidates(wanted: Wanted) -> list[Candidate]:
    """The newest documents that hold the words, with their relevance. One query."""
    match = "{title body} : (" + to_fts5(wanted.query) + ")"
    match += "".join(" AND marks : (" + " OR ".join(f'"{mark}"' for mark in any_of) + ")" for any_of in wanted.marks)
    text = f"substr(w.title, 1, {RANKED_CHARACTERS}), substr(w.body, 1, {RANKED_CHARACTERS})"
    asked = patterns(wanted.query)
    return [_candidate(row, asked) for row in _rows("search_words", match, wanted, text)]


def short_candidates(wanted: Wanted, parts: Sequence[str]) -> list[Candidate]:
    """The newest documents whose short text holds all `parts` (each of at least three characters). One query."""
    match = "short : (" + " AND ".join(_quoted(part) for part in parts) + ")"
    if wanted.marks and len(wanted.audience_ids) <= AT_ONCE:
        match += " AND mark : (" + " OR ".join(_quoted(mark) for mark in sorted(set(map(_short_mark, wanted.audience_ids)))) + ")"
    return [_candidate(row, []) for row in _rows("search_short", match, wanted, "'', ''")]


def _rows(table: str, match: str, wanted: Wanted, text: str) -> list[tuple[Any, ...]]:
    where = [f"{table} MATCH %s"]
    params: list[Any] = [match]
    filters: list[tuple[str, Sequence[Any]]] = [("audience_id", wanted.audience_ids), ("kind", wanted.kinds), ("channel", wanted.channels)]
    for column, values in filters:
        if values:
            where.append(f"d.{column} IN ({', '.join(['%s'] * len(values))})")
            params += values
    for condition, place in (("w.rowid >= %s", wanted.lowest), ("w.rowid < %s", wanted.highest)):
        if place is not None:
            where.append(condition)
            params.append(place)
    with connection.cursor() as cursor:
        cursor.execute(  # CROSS JOIN: the index leads, and ends by itself when there are enough
            f"""
            SELECT d.id, d.kind, d.object_id, d.group_kind, d.group_id, d.happened_at, d.short, {text}
            FROM {table} AS w CROSS JOIN search_documents AS d ON d.id = w.rowid
            WHERE {" AND ".join(where)} ORDER BY w.rowid DESC LIMIT %s
            """,  # noqa: S608  (our own names; every value is a parameter)
            [*params, wanted.limit],
        )
        return cursor.fetchall()


def _candidate(row: tuple[Any, ...], asked: Sequence[Sequence[str]]) -> Candidate:
    pk, kind, object_id, group_kind, group_id, happened_at, short, title, body = row
    moment = happened_at.replace(tzinfo=UTC)  # as Django's driver reads a moment: without its zone
    score = relevance(asked, title=title, body=body) if asked else 0
    return Candidate(pk, kind, object_id, group_kind, group_id, moment, short, score)


def _short_mark(audience_id: int) -> str:
    """Three characters, so that they are one piece. Two audiences may share them: the document's row decides."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(digits[audience_id // 36**place % 36] for place in (2, 1, 0))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
