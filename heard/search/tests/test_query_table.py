"""The one table of queries and what each must find, on the database that this run is on."""

from datetime import UTC, datetime

import pytest

from heard.search.selectors import find
from heard.search.services import NewDocument, index_documents
from heard.search.tests.query_table import DOCUMENTS, TABLE, TYPING

pytestmark = pytest.mark.django_db

READERS, OTHERS = 1, 2
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def table(db):
    """The table's documents, and the same again for somebody else."""
    index_documents(
        NewDocument("message", number, "conversation", number, audience, MOMENT, text=text, language=language)
        for number, (language, text) in DOCUMENTS.items()
        for audience in (READERS, OTHERS)
    )


def found(query: str, *, typing: bool = False) -> set[int]:
    result = find(query, audience_ids=[READERS], limit=100, typing=typing)
    assert sum(result.documents.values()) == len(result.hits)
    return {hit.object_id for hit in result.hits}


def wrong(table: list[tuple[str, set[int]]], *, typing: bool) -> dict[str, tuple[set[int], set[int]]]:
    """The queries that do not find what they must, each with what was expected and what was found."""
    answers = {query: (expected, found(query, typing=typing)) for query, expected in table}
    return {query: (expected, got) for query, (expected, got) in answers.items() if got != expected}


def test_every_query_finds_what_the_table_says(table):
    assert wrong(TABLE, typing=False) == {}


def test_every_query_still_being_typed_finds_what_the_table_says(table):
    assert wrong(TYPING, typing=True) == {}
