"""How good a match is: pure functions of the words found and the time."""

from collections.abc import Sequence
from datetime import datetime

from heard.search.words import Query, clauses

TITLE_WEIGHT = 5
MIDDLING_LENGTH = 800  # characters of a prepared message, stems included
HALF_LIFE_DAYS = 180
LEAST_RECENCY = 0.4
SHORT_BONUS = 0.25
EXACT_BONUS = 10


def patterns(query: Query) -> list[list[str]]:
    """For each thing that must be found, the spellings that count as finding it, as they stand in a prepared text between spaces."""
    return [[f" {' '.join(one.words)}" + " " * (not one.is_prefix) for one in any_of] for any_of in clauses(query)]


def relevance(asked: Sequence[Sequence[str]], *, title: str, body: str) -> float:
    """0 to 1: how much a prepared text speaks of all that was asked.

    Like BM25 without the rarity of words: that would count documents the reader may not read, and every word asked for is in each match
    anyway. Repetition counts ever less, length counts against, the title counts five times.
    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with k1 = 1.2 and b = 0.7.
    """
    title, body = f" {title} ", f" {body} "
    slowness = 1.2 * (0.3 + 0.7 * min(len(body) / MIDDLING_LENGTH, 5))
    found = 0.0
    for any_of in asked:
        often = max(TITLE_WEIGHT * title.count(one) + body.count(one) for one in any_of)
        found += often / (often + slowness)
    return found / len(asked) if asked else 0.0


def rank(*, relevance: float, happened_at: datetime, now: datetime, is_short: bool, is_exact: bool) -> float:
    """The order of hits, highest first: what speaks of it most, the newer the better; an exact name, address or number before all."""
    age_days = max(0.0, (now - happened_at).total_seconds() / 86_400)
    recency = LEAST_RECENCY + (1 - LEAST_RECENCY) * 0.5 ** (age_days / HALF_LIFE_DAYS)
    return relevance * recency + SHORT_BONUS * is_short + EXACT_BONUS * is_exact
