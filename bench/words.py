"""Texts that are made in microseconds and spread like real ones: few words very often, many hardly ever."""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections import Counter
from functools import cache
from itertools import accumulate

from heard.demo import phrases_en

SYLLABLES = tuple("ba ber cal dor el fen gar hal is jor kan lim mer nor ost pel quin ras sol tor ul ven wes yar zin".split())
SELDOM = 0.04
"""Of all words, those from beyond the vocabulary: names, articles, places; each one of 20,000."""


@cache
def vocabulary() -> tuple[list[str], list[int]]:
    """Words of the demo's letters and how often they occur, added up."""
    counts = Counter(re.findall(r"[a-z]{2,}|\b[ai]\b", phrases_en.SCRIPTS.lower()))
    words = sorted(counts, key=lambda word: (-counts[word], word))
    return words, list(accumulate(counts[word] for word in words))


def name(number: int) -> str:
    """The word with this number among those that do not stand in the vocabulary."""
    parts = []
    for _ in range(3):
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
    return "".join(parts).capitalize()


class Writer:
    """Writes texts from a seed: the same ones every time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._words, self._sums = vocabulary()

    def word(self) -> str:
        if self.random.random() < SELDOM:
            return name(int(self.random.random() ** 3 * 20_000))
        return self._words[bisect(self._sums, self.random.random() * self._sums[-1])]

    def sentence(self, length: int) -> str:
        words = " ".join(self.word() for _ in range(length))
        return f"{words[0].upper()}{words[1:]}."

    def text(self, words: int) -> str:
        """About so many words, in sentences and paragraphs."""
        sentences, count = [], 0
        while count < words:
            length = self.random.randint(5, 17)
            sentences.append(self.sentence(length) + ("\n\n" if self.random.random() < 0.25 else " "))
            count += length
        return "".join(sentences).strip()

    def length(self, middle: int = 70) -> int:
        """Words of a letter: half have fewer than `middle`, a few have ten times as many."""
        return max(6, int(self.random.lognormvariate(0, 0.75) * middle))
