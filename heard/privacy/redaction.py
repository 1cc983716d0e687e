"""Taking one person out of the words of others: their names, their addresses, and what was quoted of them. Values in, value out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

ERASED = "[erased]"
RUN = 5
"""So many words in a row that the person said are a quotation of them, wherever the lines break."""
SHORTEST_NAME = 3
MOST_WORDS = 2_000_000

_WORD = re.compile(r"\w+")
_QUOTED_LINES = re.compile(r"(?m)(?:^[ \t]*>.*(?:\n|\Z))+")
_SPACES = re.compile(r"[ \t]+")


class Redactor:
    """Knows one person's addresses, names and words, and replaces them by "[erased]" in texts of others.

    Addresses and whole names are found whatever their capitals. A part of a name ("Ada" of "Ada Lovelace") is found as a whole word in the
    spelling of the name, unless the same text also has it in small letters: then it is an ordinary word ("will", "mark").
    """

    def __init__(self, addresses: Iterable[str], names: Collection[str], said: Iterable[str] = ()) -> None:
        several_words = {name.strip() for name in names if len(name.split()) > 1}
        self._whole = _any_of({address.strip() for address in addresses} - {""} | several_words, ignore_case=True)
        parts = {part for name in names for part in _WORD.findall(name) if len(part) >= SHORTEST_NAME and not part.isdecimal()}
        self._parts = _any_of(parts - {part for part in parts if part.islower()}, ignore_case=False)
        self._runs, self._lines = _runs_and_lines(said)

    def names(self, text: str) -> str:
        """`text` without the person's addresses and names."""
        if self._whole is not None:
            text = self._whole.sub(ERASED, text)
        if self._parts is not None:
            text = self._parts.sub(lambda found: found[0] if _is_ordinary(found[0], text) else ERASED, text)
        return text

    def words(self, text: str) -> str:
        """`text` without quotations, and without the person's words, addresses and names."""
        return self.names(self._without_lines(self._without_runs(_QUOTED_LINES.sub(f"{ERASED}\n", text))))

    def touches(self, text: str) -> bool:
        """Whether the person's addresses, names or words are in `text`."""
        return self.names(self._without_lines(self._without_runs(text))) != text

    def has_address(self, text: str) -> bool:
        """Whether an address or a whole name is in `text`."""
        return self._whole is not None and self._whole.search(text) is not None

    def _without_runs(self, text: str) -> str:
        """Cut every run of words that the person said, together with what stands between them."""
        if not self._runs:
            return text
        words = [(found.start(), found.end(), found[0].casefold()) for found in _WORD.finditer(text)]
        pieces, kept_until = [], 0
        for first, last in _spans(words, self._runs):
            pieces += [text[kept_until : words[first][0]], ERASED]
            kept_until = words[last][1]
        return "".join([*pieces, text[kept_until:]])

    def _without_lines(self, text: str) -> str:
        """Cut lines of three or four words that the person wrote too: they are too short for a run."""
        if not self._lines:
            return text
        lines = text.split("\n")
        return "\n".join(ERASED if _plain(line) in self._lines else line for line in lines)


def _any_of(values: Iterable[str], *, ignore_case: bool) -> re.Pattern[str] | None:
    longest_first = sorted(values, key=lambda value: (-len(value), value))
    if not longest_first:
        return None
    either = "|".join(_SPACES.sub(r"\\s+", re.escape(value).replace("\\ ", " ")) for value in longest_first)
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE if ignore_case else 0)


def _is_ordinary(part: str, text: str) -> bool:
    small = part.lower()
    return small != part and re.search(rf"\b{re.escape(small)}\b", text) is not None


def _runs_and_lines(said: Iterable[str]) -> tuple[set[int], set[str]]:
    """Hashes of every run of words, and the short lines, of everything said."""
    runs: set[int] = set()
    lines: set[str] = set()
    for text in said:
        words = [word.casefold() for word in _WORD.findall(text)]
        if len(runs) < MOST_WORDS:
            runs.update(hash(tuple(words[start : start + RUN])) for start in range(len(words) - RUN + 1))
        lines.update(plain for line in text.split("\n") if (plain := _plain(line)) and 2 <= plain.count(" ") < RUN - 1)
    return runs, lines


def _plain(line: str) -> str:
    return " ".join(_WORD.findall(line)).casefold()


def _spans(words: list[tuple[int, int, str]], runs: set[int]) -> Iterator[tuple[int, int]]:
    """First and last word of each stretch that is covered by known runs."""
    begun, end = -1, -1
    for start in range(len(words) - RUN + 1):
        if hash(tuple(word for _, _, word in words[start : start + RUN])) not in runs:
            continue
        if start > end + 1 and begun >= 0:
            yield begun, end
            begun = -1
        begun, end = (start if begun < 0 else begun), start + RUN - 1
    if begun >= 0:
        yield begun, end
