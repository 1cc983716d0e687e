"""The index in PostgreSQL: a tsvector in the documents' own table, because one table lets the planner choose well.

Common words are read from the newest document backwards, rare ones from the GIN index (`frequencies.py` decides): at 2 million
documents 1 to 20 ms either way. A table of its own for the words costs a join that hides the order.
"""

from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import Any

from django.db import DatabaseError, connection, transaction

from heard.search.index import Candidate, Entry, Wanted, frequencies, marks_of
from heard.search.models import Document
from heard.search.words import to_tsquery

NO_TRIGRAMS = (
    "PostgreSQL would not make the extension pg_trgm, so only the beginnings of words are found in names and addresses. "
    "Let an administrator run CREATE EXTENSION pg_trgm in this database, then run: heard search rebuild"
)
BETWEEN_TITLE_AND_BODY = "ƨ"  # a word of no query, so that no phrase runs from the one into the other
RANK_SHARE = 0.1  # the rank that counts as half of the best: a word once in the body of a middling message


def create() -> None:
    """Make the column and its indexes. Without the right to make the extension pg_trgm, parts of words are not found."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE search_documents ADD COLUMN words tsvector")
        cursor.execute(f"ALTER TABLE search_documents ALTER COLUMN words SET STATISTICS {frequencies.STATISTICS}")
        cursor.execute("CREATE INDEX search_words ON search_documents USING gin (words) WITH (gin_pending_list_limit = 1024)")
    create_trigrams()


def create_trigrams() -> bool:
    """Make the index of three-letter pieces if it is possible and not there yet. Answers whether it is there."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("CREATE INDEX IF NOT EXISTS search_short ON search_documents USING gin (short gin_trgm_ops) WHERE short <> ''")
    except DatabaseError:
        return False
    return True


def drop() -> None:
    """Take the column away with all words in it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS search_short")
        cursor.execute("ALTER TABLE search_documents DROP COLUMN IF EXISTS words")


def deletes_securely() -> bool:
    """Deleted rows are gone for every query at once, and from the file when autovacuum has passed."""
    return True


def finds_parts() -> bool:
    """Whether any part of a name or address is found, not only the beginnings of its words. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search_short') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def insert(entries: Iterable[Entry]) -> None:
    """Add documents with their words. Their ids must be free."""
    rows = [_row(entry) for entry in entries]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO search_documents (id, kind, object_id, group_kind, group_id, audience_id, channel, happened_at, short,
                                          fingerprint, words)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
                    setweight(to_tsvector('simple', %s), 'A') || to_tsvector('simple', %s) || array_to_tsvector(%s::text[]))
            """,
            rows,
        )


def _row(entry: Entry) -> tuple[Any, ...]:
    one = entry.document
    return (
        *(one.pk, one.kind, one.object_id, one.group_kind, one.group_id, one.audience_id, one.channel, one.happened_at),
        *(one.short, one.fingerprint),
        *(f"{entry.title} {BETWEEN_TITLE_AND_BODY}", entry.body, _marks(one)),
    )


def delete(ids: Sequence[int]) -> None:
    """Remove documents and their words."""
    Document.objects.filter(pk__in=ids).delete()


def remark(documents: Sequence[Document]) -> None:
    """Write the marks of these documents anew, and keep their words."""
    with connection.cursor() as cursor:
        for document in documents:
            cursor.execute(
                """
                UPDATE search_documents SET words = array_to_tsvector(%s::text[]) ||
                    ts_delete(words, array(SELECT lexeme FROM unnest(words) WHERE lexeme LIKE '=%%')) WHERE id = %s
                """,
                [_marks(document), document.pk],
            )


def missing() -> int:
    """How many documents have no words in the index: all of them after a restore from another database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_documents WHERE words IS NULL")
        return cursor.fetchone()[0]


def mend() -> int:
    """Drop documents without words, and make the index of three-letter pieces where it is possible by now. Answers how many."""
    create_trigrams()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_documents WHERE words IS NULL")
        return cursor.rowcount


def candidates(wanted: Wanted) -> list[Candidate]:
    """The newest documents that hold the words, with their relevance. One query."""
    query = to_tsquery(wanted.query)
    narrowed = " & ".join([f"({query})", *("(" + " | ".join(f"'={mark}'" for mark in any_of) + ")" for any_of in wanted.marks)])
    where, params = _conditions(wanted)
    # Left to itself, the planner takes every beginning of a word for a common one, and walks millions of rows for a rare one (4 s at
    # 650,000). An order by an expression is none that the key could give.
    order = "id + 0" if frequencies.are_few(wanted) else "id"
    # Newest first inside, so that only those kept are ranked. 1: a long document does not win by its length.
    sql = f"""
        SELECT id, kind, object_id, group_kind, group_id, happened_at, short, ts_rank(words, %s::tsquery, 1) FROM (
            SELECT * FROM search_documents WHERE words @@ %s::tsquery AND {where} ORDER BY {order} DESC LIMIT %s) AS newest
    """  # noqa: S608  (our own names; every value is a parameter)
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, narrowed, *params, wanted.limit])
        found = starmap(Candidate, cursor.fetchall())
        return [one._replace(relevance=one.relevance / (one.relevance + RANK_SHARE)) for one in found]


def short_candidates(wanted: Wanted, parts: Sequence[str]) -> list[Candidate]:
    """The newest documents whose short text holds all `parts` (each of at least three characters). One or two queries."""
    if not finds_parts():
        return []
    where, params = _conditions(wanted)
    holds = " AND ".join(["short LIKE %s"] * len(parts))
    sql = f"""
        SELECT id, kind, object_id, group_kind, group_id, happened_at, short, 0 FROM search_documents
        WHERE short <> '' AND {holds} AND {where} ORDER BY id DESC LIMIT %s
    """  # noqa: S608  (our own names; every value is a parameter)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(f"%{_escaped(part)}%" for part in parts), *params, wanted.limit])
        return list(starmap(Candidate, cursor.fetchall()))


def _conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    where = ["audience_id = ANY(%s)"]
    params: list[Any] = [list(wanted.audience_ids)]
    for column, values in (("kind", wanted.kinds), ("channel", wanted.channels)):
        if values:
            where.append(f"{column} = ANY(%s)")
            params.append(list(values))
    for condition, place in (("id >= %s", wanted.lowest), ("id < %s", wanted.highest)):
        if place is not None:
            where.append(condition)
            params.append(place)
    return " AND ".join(where), params


def _marks(document: Document) -> list[str]:
    return [f"={mark}" for mark in marks_of(document)]


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
