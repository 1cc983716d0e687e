"""Where words stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.insights import rules

TEXT = "The lower lock slips.\nIt slips on every wet descent, and I don’t trust it.\n\nThe lock again."


@pytest.mark.parametrize(
    ("words", "near", "found"),
    [
        ("The lower lock slips", None, "The lower lock slips"),
        ("the LOWER lock", None, "The lower lock"),
        ("slips. It slips", None, "slips.\nIt slips"),
        ("don't trust", None, "don’t trust"),
        ("it.  The lock", None, "it.\n\nThe lock"),
        ("slips", 0, "slips"),
    ],
)
def test_words_are_found_however_they_were_typed(words, near, found):
    start, end = rules.place_of_words(TEXT, words, near=near)
    assert TEXT[start:end] == found


def test_of_several_places_the_nearest_is_meant():
    assert rules.place_of_words(TEXT, "slips", near=0) == (15, 20)
    assert rules.place_of_words(TEXT, "slips", near=24) == (25, 30)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("slips", rules.WordsStandTwice),
        ("the upper lock", rules.WordsNotThere),
        ("  ", rules.WordsNotThere),
        ("", rules.WordsNotThere),
        ("slips " * 500, rules.WordsTooLong),
        ("(.*)+$", rules.WordsNotThere),
    ],
)
def test_what_is_not_meant_clearly_is_refused(words, problem):
    with pytest.raises(problem):
        rules.place_of_words(TEXT, words)


@given(st.text(max_size=200), st.data())
def test_any_piece_of_a_text_is_found_in_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    if not piece.split():
        return
    found = rules.place_of_words(text, piece, near=start)
    assert text[found[0] : found[1]].split() == piece.split()


@given(st.integers(0, 60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6))
def test_stretches_leave_no_gap_and_know_what_covers_them(length, places):
    found = rules.stretches(length, places)
    assert [place for one in found for place in range(one.start, one.end)] == list(range(length))
    for one in found:
        for place in range(one.start, one.end):
            assert one.covered_by == tuple(number for number, (start, end) in enumerate(places) if start <= place < end)


@given(st.text(alphabet="ab .!\n", max_size=80))
def test_sentences_hold_every_word_once(text):
    spans = rules.sentences(text)
    assert " ".join(" ".join(text[start:end] for start, end in spans).split()) == " ".join(text.split())
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_the_telling_sentence_has_most_of_what_was_looked_for():
    text = "Hello. The lock slips when it is wet. The lock is red."
    places = [(11, 15), (16, 21), (33, 36), (42, 46)]
    start, end = rules.telling_sentence(text, places)
    assert text[start:end] == "The lock slips when it is wet."
    assert rules.telling_sentence(text, []) == (0, 0)


def test_words_are_followed_through_a_redaction():
    assert rules.place_after_redaction("[erased] says the lock slips", "the lock slips", was=9) == (14, 28)
    assert rules.place_after_redaction("[erased]", "the lock slips", was=9) == (0, 0)
