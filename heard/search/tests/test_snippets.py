"""What was found is marked where it stands, in the words as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.search.snippets import marked, snippet
from heard.search.tests.query_table import DOCUMENTS, TABLE
from heard.search.words import parse_query


def bracketed(text: str, query: str, *, language: str = "", typing: bool = False) -> str:
    pieces = marked(text, parse_query(query, typing=typing), language=language)
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("The Refunds were paid.", "refund", "The [Refunds] were paid."),
        ("Señor Núñez", "nunez", "Señor [Núñez]"),
        ("Die Straße", "strasse", "Die [Straße]"),
        ("the lower lock slips", '"lower lock"', "the [lower lock] slips"),
        ("lower the lock", '"lower lock"', "lower the lock"),
        ("call my e-mail", "email", "call my [e-mail]"),
        ("Order AB-1234/56 came", "ab123456", "Order [AB-1234/56] came"),
        ("refunding", "refu*", "[refunding]"),
        ("東京都庁の近く", "京都", "東[京都]庁の近く"),
        ("東京都庁の近く", "庁", "東京都[庁]の近く"),
        ("<b>lock</b> & lock", "lock", "<b>[lock]</b> & [lock]"),
        ("nothing here", "kettle", "nothing here"),
        ("", "kettle", ""),
    ],
)
def test_words_are_marked_as_they_were_written(text, query, expected):
    assert bracketed(text, query) == expected


def test_the_word_being_typed_is_marked_by_its_beginning():
    assert bracketed("refunds and references", "ref", typing=True) == "[refunds] and [references]"


def test_every_document_that_the_table_finds_shows_why():
    unmarked = [
        (query, number)
        for query, numbers in TABLE
        for number in numbers
        if not any(piece.is_found for piece in marked(DOCUMENTS[number][1], parse_query(query), language=DOCUMENTS[number][0]))
    ]
    assert unmarked == []


def test_a_snippet_is_the_place_where_most_of_the_query_stands():
    text = f"lock {'far away ' * 60}the lower lock of the pole slips{' and so on' * 60}"
    pieces = snippet(text, parse_query("pole lock"))
    shown = "".join(piece.text for piece in pieces)
    assert "lower lock of the pole slips" in shown and shown.startswith("… ") and shown.endswith(" …")
    assert [piece.text for piece in pieces if piece.is_found] == ["lock", "pole"]
    assert len(shown) < 220


def test_a_snippet_without_a_match_is_the_beginning():
    assert "".join(piece.text for piece in snippet("one\n two  three", parse_query("kettle"))) == "one two three"


@given(st.text(max_size=400), st.text(max_size=30), st.booleans())
def test_marking_loses_nothing_and_never_raises(text, query, typing):
    asked = parse_query(query, typing=typing)
    assert "".join(piece.text for piece in marked(text, asked)) == text
    snippet(text, asked, width=40)
