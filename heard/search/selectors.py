"""Finding: from what somebody typed to the hits they may see, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from heard.lib.text import storable
from heard.lib.time import now
from heard.search.index import Candidate, Wanted, audience_mark, channel_mark, kind_mark, present_index
from heard.search.models import Document
from heard.search.places import first_place
from heard.search.ranking import rank
from heard.search.words import Query, fold, parse_query

TYPING_CANDIDATES = 500
CANDIDATES = 5_000
SHORT_CANDIDATES = 500
SAMPLE = 300
SMALL_SHARE = 0.05  # of the newest documents: below it the marks shorten the search, above it they lengthen it (measured at 2 million)
MOST_MARKS = 100
SHORTEST_PART = 3
BEST, NEWEST = "best", "newest"


class Hit(NamedTuple):
    """One thing found. `is_exact`: the query is its whole name, address, number or subject. `others` more of its group match."""

    kind: str
    object_id: int
    group_kind: str
    group_id: int
    happened_at: datetime
    rank: float
    is_exact: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `is_cut`: there was more, and only the newest were looked at, so counts read "at least".

    `documents` counts matches by kind and `groups` different groups by theirs, before `limit`. `query` is for marking snippets.
    """

    hits: list[Hit]
    is_cut: bool
    order: str
    query: Query
    documents: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)


def find(
    query: str,
    *,
    audience_ids: Sequence[int],
    kinds: Sequence[str] | None = None,
    channels: Sequence[str] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    limit: int = 50,
    typing: bool = False,
    order: str = BEST,
    is_grouped: bool = False,
) -> Found:
    """Everything that holds the words of `query` and that one of the audiences may read; nothing else has any part in it.

    While `typing` the last word may be unfinished and the newest 500 matches are looked at, else the newest 5,000. `since` and `before` are
    exact to the minute. `is_grouped` gives the best hit of each group. At most four queries, whatever is found. Never raises for a query.
    """
    query = storable(query)
    asked = _finished_if_short(parse_query(query, typing=typing))
    if asked.is_empty or not audience_ids:
        return Found([], False, order, asked)
    wanted = Wanted(
        query=asked,
        audience_ids=sorted(audience_ids),
        kinds=list(kinds or []),
        channels=list(channels or []),
        lowest=first_place(since) if since else None,
        highest=first_place(before) if before else None,
        limit=(TYPING_CANDIDATES if typing else CANDIDATES) + 1,
    )
    wanted = replace(wanted, marks=_useful_marks(wanted))
    words = present_index().candidates(wanted)
    short = _short_candidates(wanted)
    is_cut = len(words) == wanted.limit
    hits = _ranked(words[: wanted.limit - 1], short, asked=_whole(query), moment=now())
    if order == NEWEST:
        hits.sort(key=lambda hit: (hit.is_exact, hit.happened_at), reverse=True)
    groups = Counter(kind for kind, _ in {(hit.group_kind, hit.group_id) for hit in hits})
    shown = _one_of_each_group(hits, limit) if is_grouped else hits[:limit]
    return Found(shown, is_cut, order, asked, dict(Counter(hit.kind for hit in hits)), dict(groups))


def _finished_if_short(query: Query) -> Query:
    """One or two letters begin too many words to look for their beginnings; they count as a word."""
    last = query.unfinished
    if last and len(last) < SHORTEST_PART and last.isascii():
        return replace(query, unfinished="", terms=(*query.terms, last))
    return query


def _useful_marks(wanted: Wanted) -> tuple[list[str], ...]:
    """The marks that shorten the search: of what is rare among the newest documents. One query."""
    newest = list(Document.objects.order_by("-pk").values_list("audience_id", "kind", "channel")[:SAMPLE])
    filters = [
        [audience_mark(audience_id) for audience_id in wanted.audience_ids],
        [kind_mark(kind) for kind in wanted.kinds],
        [channel_mark(channel) for channel in wanted.channels],
    ]
    of_newest = [{audience_mark(audience_id), kind_mark(kind), channel_mark(channel)} for audience_id, kind, channel in newest]
    most = SMALL_SHARE * len(newest)
    return tuple(marks for marks in filters if 0 < len(marks) <= MOST_MARKS and sum(not one.isdisjoint(marks) for one in of_newest) < most)


def _short_candidates(wanted: Wanted) -> list[Candidate]:
    """Matches inside names, addresses, numbers and subjects: every part typed must be there, none of the exclusions."""
    query = wanted.query
    parts = [" ".join(fold(part).split()) for part in (*query.terms, *query.phrases, *query.prefixes, query.unfinished) if part.strip()]
    long_enough = [part for part in parts if len(part) >= SHORTEST_PART]
    if not long_enough:
        return []
    unwanted = [fold(exclusion).strip("* ") for exclusion in query.exclusions]
    found = present_index().short_candidates(replace(wanted, limit=SHORT_CANDIDATES), long_enough)
    return [one for one in found if all(part in one.short for part in parts) and not any(part in one.short for part in unwanted)]


def _ranked(words: Sequence[Candidate], short: Sequence[Candidate], *, asked: str, moment: datetime) -> list[Hit]:
    by_id = {one.id: one for one in short} | {one.id: one for one in words}
    in_short = {one.id for one in short}
    hits = [_hit(one, is_short=one.id in in_short, asked=asked, moment=moment) for one in by_id.values()]
    return sorted(hits, key=lambda hit: (hit.rank, hit.happened_at, hit.object_id), reverse=True)


def _hit(one: Candidate, *, is_short: bool, asked: str, moment: datetime) -> Hit:
    is_exact = bool(one.short) and asked in {_whole(line) for line in one.short.split("\n")}
    score = rank(relevance=one.relevance, happened_at=one.happened_at, now=moment, is_short=is_short, is_exact=is_exact)
    return Hit(one.kind, one.object_id, one.group_kind, one.group_id, one.happened_at, score, is_exact)


def _whole(text: str) -> str:
    """A name, address or number as it is compared: folded, "#12" as "12"."""
    return " ".join(fold(text).split()).removeprefix("#")


def _one_of_each_group(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Groups in the order of their best hits. What was said in a group stands for it rather than the group's own name."""
    groups: dict[tuple[str, int], list[Hit]] = {}
    for hit in hits:
        groups.setdefault((hit.group_kind, hit.group_id), []).append(hit)
    return [_standing_for(members) for members in islice(groups.values(), limit)]


def _standing_for(members: Sequence[Hit]) -> Hit:
    best = members[0]
    said = [hit for hit in members if hit.kind != hit.group_kind] or [best]
    return said[0]._replace(rank=best.rank, is_exact=any(hit.is_exact for hit in members), others=len(said) - 1)
