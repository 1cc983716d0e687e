"""Where words stand in a text. Values in, value out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 2000
"""Characters that one signal may span: what is longer shows nothing in particular."""

_QUOTES = {"'": "['’‘`´]", '"': '["“”„«»]', "-": "[-‐‑–]"}
_SAME = {sign: shape for shape in _QUOTES.values() for sign in shape.strip("[]")}
_ENDS = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n\s*\n|[。！？]")


class WordsNotThere(Exception):
    """The text does not say this."""


class WordsStandTwice(Exception):
    """The text says this more than once, and nothing tells which place is meant."""


class WordsTooLong(Exception):
    """So many words show nothing in particular."""


def place_of_words(text: str, words: str, *, near: int | None = None) -> tuple[int, int]:
    """Where `words` stand in `text`, as (start, end). White space, quotation marks and hyphens of any kind are the same.

    Capitals must fit, unless no place has them. Of several places the one nearest to character `near`. Raises WordsNotThere, WordsStandTwice and
    WordsTooLong.
    """
    wanted = words.split()
    if not wanted:
        raise WordsNotThere
    if len(words) > LONGEST:
        raise WordsTooLong
    pattern = r"\s+".join("".join(_SAME.get(sign, re.escape(sign)) for sign in word) for word in wanted)
    found = [match.span() for match in re.finditer(pattern, text)] or [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    if not found:
        raise WordsNotThere
    if near is None and len(found) > 1:
        raise WordsStandTwice
    return min(found, key=lambda span: abs(span[0] - (near or 0)))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same place without white space at its ends. Raises WordsNotThere when nothing is left or it lies outside, WordsTooLong."""
    if not 0 <= start < end <= len(text):
        raise WordsNotThere
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    if start >= end:
        raise WordsNotThere
    if end - start > LONGEST:
        raise WordsTooLong
    return start, end


def place_after_redaction(text: str, words: str, *, was: int) -> tuple[int, int]:
    """Where words stand in a text from which somebody was taken: the same words, nearest to where they were; (0, 0) when they are gone."""
    places = [match.start() for match in re.finditer(re.escape(words), text)] if words else []
    if not places:
        return 0, 0
    start = min(places, key=lambda place: abs(place - was))
    return start, start + len(words)


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end), without white space round them; none for an empty one. Line breaks alone end none."""
    spans, begun = [], 0
    for end in [*(match.end() for match in _ENDS.finditer(text)), len(text)]:
        sentence = text[begun:end]
        start = begun + len(sentence) - len(sentence.lstrip())
        stop = begun + len(sentence.rstrip())
        if start < stop:
            spans.append((start, stop))
        begun = end
    return spans


def telling_sentence(text: str, found: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The sentence in which most different places of `found` lie, the first of equals; at most LONGEST characters. (0, 0) when none does."""
    places = list(found)
    best, most = (0, 0), 0
    for start, end in sentences(text):
        inside = len({text[one:other].casefold() for one, other in places if start <= one < end})
        if inside > most:
            best, most = (start, min(end, start + LONGEST)), inside
    return best


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a text, and which of the places given cover it (their numbers in the list)."""

    start: int
    end: int
    covered_by: tuple[int, ...] = ()


def stretches(length: int, places: Sequence[tuple[int, int]]) -> list[Stretch]:
    """A text of `length` characters cut wherever a place begins or ends, in order, without gaps. Places may lie over each other."""
    inside = [(number, max(start, 0), min(end, length)) for number, (start, end) in enumerate(places)]
    inside = [place for place in inside if place[1] < place[2]]
    cuts = sorted({0, length, *(start for _, start, _ in inside), *(end for _, _, end in inside)})
    return [
        Stretch(start, end, tuple(number for number, first, last in inside if first <= start and end <= last))
        for start, end in pairwise(cuts)
    ]


def root_of(theme: int, merged_into: dict[int, int | None]) -> int:
    """The theme for which another stands after all merges. `merged_into` has an entry for every theme; it holds no rings."""
    while (further := merged_into.get(theme)) is not None:
        theme = further
    return theme
