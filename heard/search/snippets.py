"""Where in a text the words of a query stand, and the piece of text round them that is worth showing. Pure; HTML is the page's."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from heard.search.words import STEM, UNSPACED, Query, clauses, fold, index_text

WIDTH = 180
LOOKED_THROUGH = 20_000  # characters: what matches only further down shows the beginning
_WORD = re.compile(r"[^\W_]+")
_INDEXED_WORD = re.compile(r"[0-9]+e[0-9]+(?=[^\W\d_])|[^\W_]+")  # `words` cuts "9e6b" behind the number
_COMPOUND = re.compile(r"[^\W_]+(?:[-'./_][^\W_]+)+")
_STEM_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; `is_found` when it is what was looked for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    clause: int


def marked(text: str, query: Query, *, language: str = "") -> list[Piece]:
    """The whole text in pieces: for subjects and names."""
    return _pieces(text, 0, len(text), _matches(text, query, language))


def snippet(text: str, query: Query, *, language: str = "", width: int = WIDTH) -> list[Piece]:
    """About `width` characters in which most of what was looked for stands, with an ellipsis where the text goes on.

    White space is one space. The beginning of the text when nothing of it matches; empty for an empty text.
    """
    text = " ".join(text[: LOOKED_THROUGH + width].split())
    matches = _matches(text, query, language)
    start, end = _window(text, matches, width)
    pieces = _pieces(text, start, end, matches)
    if start > 0:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return pieces


def _matches(text: str, query: Query, language: str) -> list[_Match]:
    """Every place where one of the clauses is met, in order; overlapping ones once."""
    folded, places = _folded(text[:LOOKED_THROUGH])
    tokens, compounds = _tokens(folded)
    found: list[_Match] = []
    for number, any_of in enumerate(clauses(query)):
        stems = {phrase.words[0] for phrase in any_of if phrase.words[0].startswith(STEM)}
        for phrase in any_of:
            if phrase.words[0] not in stems:
                found += _of_words(list(_single(phrase.words)), phrase.is_prefix, tokens, compounds, number)
        if stems:
            found += (one for one in _beginning_like(stems, tokens, number) if not stems.isdisjoint(_stems_at(text, places, one, language)))
    found.sort(key=lambda one: (one.start, -one.end))
    return list(_without_overlaps([_Match(places[one.start], places[one.end - 1] + 1, one.clause) for one in found]))


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text folded, and for each folded character where it came from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, range(len(text))
    parts = [(fold(character), place) for place, character in enumerate(text)]
    return "".join(part for part, _ in parts), [place for part, place in parts for _ in part]


def _tokens(folded: str) -> tuple[list[_Token], list[_Token]]:
    """The words in order (single characters where no spaces are written), and words with signs inside, in one piece."""
    tokens = []
    for word in _INDEXED_WORD.finditer(folded):
        end = word.start()
        for run in UNSPACED.finditer(folded, word.start(), word.end()):
            tokens += [_Token(folded[end : run.start()], end, run.start())] if run.start() > end else []
            tokens += [_Token(folded[place], place, place + 1) for place in range(run.start(), run.end())]
            end = run.end()
        tokens += [_Token(folded[end : word.end()], end, word.end())] if word.end() > end else []
    compounds = [_Token("".join(_WORD.findall(one.group())), one.start(), one.end()) for one in _COMPOUND.finditer(folded)]
    return tokens, compounds


def _single(words: Iterable[str]) -> Iterator[str]:
    """The pairs of a phrase as characters again: 東京, 京都 → 東, 京, 都."""
    last = ""
    for word in words:
        if not UNSPACED.fullmatch(word):
            last = ""
            yield word
            continue
        yield from word[1:] if last and last == word[0] else word
        last = word[-1]


def _of_words(wanted: list[str], is_prefix: bool, tokens: list[_Token], compounds: list[_Token], clause: int) -> Iterator[_Match]:
    *before, last = wanted
    for place in range(len(tokens) - len(before)):
        row = tokens[place : place + len(wanted)]
        if all(token.word == word for token, word in zip(row, before, strict=False)) and _is_met(row[-1].word, last, is_prefix):
            yield _Match(row[0].start, row[-1].end, clause)
    if not before:
        yield from (_Match(one.start, one.end, clause) for one in compounds if _is_met(one.word, last, is_prefix))


def _is_met(word: str, wanted: str, is_prefix: bool) -> bool:
    return word.startswith(wanted) if is_prefix else word == wanted


def _beginning_like(stems: set[str], tokens: list[_Token], clause: int) -> Iterator[_Match]:
    """Words that begin like one of these stems: only those are stemmed, which is slow."""
    beginnings = tuple({stem[3 : 3 + _STEM_BEGINNING] for stem in stems})  # ƨen + the stem
    return (_Match(token.start, token.end, clause) for token in tokens if token.word.startswith(beginnings))


def _stems_at(text: str, places: Sequence[int], match: _Match, language: str) -> list[str]:
    """The stems of a word as it was written, with its accents."""
    return index_text(text[places[match.start] : places[match.end - 1] + 1], language).split()


def _without_overlaps(matches: list[_Match]) -> Iterator[_Match]:
    end = 0
    for match in matches:
        if match.start >= end:
            yield match
            end = match.end


def _window(text: str, matches: list[_Match], width: int) -> tuple[int, int]:
    """Where to cut: round the place where most different clauses are met within the width, between words."""
    if not matches or len(text) <= width:
        return 0, _between_words(text, min(len(text), width))
    starts = [match.start for match in matches]
    reach = width * 2 // 3
    near = [matches[place : bisect_left(starts, match.start + reach)] for place, match in enumerate(matches)]
    best = max(range(len(matches)), key=lambda place: (len({match.clause for match in near[place]}), -place))
    start = max(0, min(matches[best].start - width // 6, len(text) - width))
    start = text.rfind(" ", 0, start + 1) + 1 if start else 0
    return start, _between_words(text, min(len(text), max(start + width, matches[best].end)))


def _between_words(text: str, end: int) -> int:
    """A place for the end that cuts no word, unless the word is very long."""
    if end >= len(text) or text[end] == " ":
        return end
    space = text.rfind(" ", 0, end)
    return space if space > end - 40 and space > 0 else end


def _pieces(text: str, start: int, end: int, matches: Iterable[_Match]) -> list[Piece]:
    pieces, place = [], start
    for match in matches:
        if match.start < start or match.end > end:
            continue
        if match.start > place:
            pieces.append(Piece(text[place : match.start]))
        pieces.append(Piece(text[match.start : match.end], True))
        place = match.end
    if place < end:
        pieces.append(Piece(text[place:end]))
    return pieces
