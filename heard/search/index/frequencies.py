"""How common words are, as PostgreSQL's statistics know: is it cheaper to fetch all matches, or to walk back from the newest document?

Fetching costs one row for each match. Walking costs one row for each document until there are enough matches, so it is good for common
words and ruinous for rare ones. The statistics hold the most common words; what they do not hold is rare.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from django.db import connection

from heard.search.index import Wanted
from heard.search.words import clauses

STATISTICS = 300  # keeps ten times as many words: about those that stand in one of 600 documents
BELIEVED_SECONDS = 600
SHARE_UNDER_MARKS = 0.02  # of the documents; marks are asked where it is below 0.05


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Shares of documents that hold a word, for the most common ones, and how many documents there are."""

    shares: Mapping[str, float]
    documents: float

    def share(self, words: tuple[str, ...], *, is_prefix: bool) -> float:
        """At most what share of documents holds these words in a row; 0 when one of them is not common."""
        *before, last = words
        of_last = sum(share for word, share in self.shares.items() if word.startswith(last)) if is_prefix else self.shares.get(last, 0.0)
        return min(1.0, of_last, *(self.shares.get(word, 0.0) for word in before))


_known: dict[str, tuple[float, Frequencies | None]] = {}


def are_few(wanted: Wanted) -> bool:
    """Whether fetching all matches is cheaper. False also while there are no statistics: the planner then decides alone."""
    known = known_frequencies()
    if known is None:
        return False
    asked = clauses(wanted.query)
    found = prod(min(1.0, sum(known.share(one.words, is_prefix=one.is_prefix) for one in any_of)) for any_of in asked)
    readable = SHARE_UNDER_MARKS if wanted.marks else 1.0
    to_fetch = found * readable * known.documents
    return to_fetch == 0 or to_fetch < wanted.limit / (found * readable)


def known_frequencies() -> Frequencies | None:
    """The statistics, believed for ten minutes; None before the first ANALYZE. One query when they are read."""
    name = str(connection.settings_dict["NAME"])
    read_at, known = _known.get(name, (0.0, None))
    if read_at and time.monotonic() - read_at < BELIEVED_SECONDS:
        return known
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT most_common_elems::text::text[], most_common_elem_freqs, reltuples
            FROM pg_stats JOIN pg_class ON relname = tablename AND relnamespace = schemaname::regnamespace
            WHERE tablename = 'search_documents' AND attname = 'words' AND schemaname = current_schema()
            """
        )
        row = cursor.fetchone()
    # The list of shares ends with the smallest, the largest and that of null.
    known = Frequencies(dict(zip(row[0], row[1], strict=False)), max(row[2], 0)) if row and row[0] else None
    _known[name] = (time.monotonic(), known)
    return known
