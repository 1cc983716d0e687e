import sqlite3
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heard.search.tests.query_table import DOCUMENTS, TABLE, TYPING
from heard.search.words import STEM, TEXT_LIMIT, Query, fold, index_text, parse_query, to_fts5, to_tsquery

HOSTILE = st.text(st.sampled_from("ab1é東か\"'*-+:^(){}[]|&!<>~\\/@%;,. \t\n\x00“”ƨ́ ORANDNOTNEAR"), max_size=40)


@pytest.fixture(scope="module")
def index():
    """The documents of the table in a real FTS5 index."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    rows = [(number, index_text(text, language)) for number, (language, text) in DOCUMENTS.items()]
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
    yield connection
    connection.close()


def find(index, query: Query) -> set[int]:
    match = to_fts5(query)
    return {number for (number,) in index.execute("SELECT rowid FROM words WHERE words MATCH ?", [match])} if match else set()


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_query_finds_what_the_table_says(index, text, expected):
    assert find(index, parse_query(text)) == expected


@pytest.mark.parametrize(("text", "expected"), TYPING)
def test_a_query_that_is_being_typed_finds_what_the_table_says(index, text, expected):
    assert find(index, parse_query(text, typing=True)) == expected


def test_the_index_holds_words_pairs_stems_and_compounds():
    expected = f"the cafes e mails 東京 京都 都 {STEM}encafe {STEM}enmail {STEM}enthe {STEM} emails"
    assert index_text("The cafés' e-mails: 東京都", "en") == expected


def test_a_language_that_is_not_searched_adds_no_stems_and_an_unknown_one_adds_all():
    assert index_text("winters", "sv") == "winters"
    assert f"{STEM}svwint" in index_text("winters", "sv", languages=["sv"])
    assert {f"{STEM}enwinter", f"{STEM}eswinters"} <= set(index_text("winters").split())


def test_a_query_is_read_in_its_parts():
    query = parse_query('Refund "late Delivery" ord* -spam -"no thanks" -ab* e-mail refund')
    assert query == Query(("refund", "e-mail"), ("late delivery",), ("ord",), ("spam", "no thanks", "ab*"))


def test_both_databases_are_asked_the_same():
    query = Query(("1st",), ("late delivery",), ("ord",), ("spam", "no thanks"))
    assert to_fts5(query) == '("1st" AND "late delivery" AND "ord" *) NOT ("spam" OR "no thanks")'
    assert to_tsquery(query) == "'1st' & ('late' <-> 'delivery') & 'ord':* & !('spam' | ('no' <-> 'thanks'))"


def test_exclusions_alone_look_for_nothing():
    query = parse_query("-spam")
    assert query.is_empty
    assert to_fts5(query) == to_tsquery(query) == ""


def test_a_very_long_query_is_cut():
    assert len(parse_query("word " * 10_000).terms) == 1
    assert len(parse_query(" ".join(f"w{number}" for number in range(10_000))).terms) == 20


@pytest.mark.parametrize(
    "text",
    [
        "word " * 100_000,
        "x" * 300_000,
        "".join(chr(0x20000 + number % 40_000) for number in range(200_000)),
        " ".join(f"wörd{number}-{number}" for number in range(20_000)),
    ],
    ids=["words", "no spaces", "rare characters", "compounds"],
)
def test_any_text_fits_a_tsvector(text):
    words = index_text(text)
    assert sum(len(word.encode()) + 3 for word in set(words.split())) + 2 * min(len(words.split()), TEXT_LIMIT) < 1_048_575
    assert max(len(word) for word in words.split()) <= 64


@given(st.text(max_size=60))
@example("e\N{COMBINING ACUTE ACCENT}")
@example("ﷺ")
@example("Ꭰ")
def test_indexed_words_are_letters_and_digits_between_single_spaces(text):
    words = index_text(text, "en")
    assert words == " ".join(words.split())
    assert all(word.isalnum() for word in words.split())


@given(st.text(max_size=60))
def test_folding_is_done_once(text):
    once = fold(text)
    assert fold(once) == once
    assert STEM not in once


@given(st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=20))
def test_accents_and_case_do_not_matter(word):
    bare = "".join(part for part in unicodedata.normalize("NFD", word) if not unicodedata.combining(part))
    assert fold(word) == fold(bare) == fold(word.lower())


@given(st.one_of(HOSTILE, st.text(max_size=60)), st.booleans())
@example('" OR 1', False)
@example("' | 'x", False)
@example('"" *', True)
@example("9e6b", True)
def test_no_query_is_ever_wrong(index, text, typing):
    query = parse_query(text, typing=typing)
    find(index, query)
    assert bool(to_fts5(query)) == bool(to_tsquery(query)) == (not query.is_empty)
    assert to_tsquery(query).count("'") % 2 == 0


@given(st.text(max_size=40))
def test_every_text_is_found_by_its_own_words(text):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO words (rowid, text) VALUES (1, ?)", [index_text(text)])
    for query in (parse_query(fold(text).replace("-", " ")), parse_query('"' + fold(text).replace('"', " ") + '"')):
        assert query.is_empty or find(connection, query) == {1}
    connection.close()
