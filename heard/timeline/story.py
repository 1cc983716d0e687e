"""One person's story in pages: everything they said and we did, newest first, narrowed as the reader asks, from any day on.

A page costs the same for ten interactions as for ten thousand: each identity's index is followed for one page and no further, and what
comes of it is merged. A place in a story is a moment and an interaction's number, because things happen in the same second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Substr

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.prepared import prepared
from heard.timeline.models import Interaction

WORDS = 280
AT_ONCE = 200
"""Identities in one statement: SQLite takes at most 500 parts in one."""

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a story is asked for: any of the values of each field that names some. Empty asks for everything."""

    kinds: tuple[str, ...] = ()
    but_kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        return self == EVERYTHING


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Interactions, newest first, with `words` (their beginning). `older` and `newer` are places to go on from; None at the story's ends.

    All that is wanted of the story from `since` up to, and without, `until` is in it (None: without end), so that what is told from
    elsewhere, like a promise that was kept, can be put in its place.
    """

    interactions: list[Interaction]
    older: Place | None
    newer: Place | None
    since: datetime | None
    until: datetime | None


def story_page(
    identity_ids: Sequence[int],
    actor: User,
    *,
    limit: int = 50,
    before: Place | None = None,
    after: Place | None = None,
    wanted: Wanted = EVERYTHING,
) -> StoryPage:
    """A page of the story of these identities, as far as `actor` may read it: the newest, those before a place, or those after one.

    Two queries; one more for each further 200 identities. Whether there is anything newer than a place is not asked: whoever came by it
    can go back there.
    """
    is_upwards = after is not None
    conditions, values = _conditions(readable_audience_ids(actor), wanted, after or before, is_upwards=is_upwards)
    rows = _rows(identity_ids, conditions, values, limit=limit, is_upwards=is_upwards) if conditions else []
    found, has_more = _merged(rows, limit=limit, is_upwards=is_upwards)
    found = found[::-1] if is_upwards else found
    interactions = _in_order([number for _, number in found])
    first, last = (found[0], found[-1]) if found else (None, None)
    if after is not None:
        newer = first if has_more else None
        return StoryPage(interactions, last or after, newer, since=after[0], until=newer and newer[0])
    older = last if has_more else None
    return StoryPage(interactions, older, before and (first or before), since=older and older[0], until=before and before[0])


def _rows(ids: Sequence[int], conditions: str, values: list[Any], *, limit: int, is_upwards: bool) -> list[tuple[int, Any, int]]:
    """Identity, moment and number of up to `limit` + 1 interactions of each identity."""
    order = "ASC" if is_upwards else "DESC"
    part = (
        "SELECT * FROM (SELECT p.identity_id, p.happened_at, p.interaction_id FROM interaction_parties p "  # noqa: S608
        f"JOIN interactions i ON i.id = p.interaction_id WHERE p.identity_id = %s AND {conditions} "
        f"ORDER BY p.happened_at {order}, p.interaction_id {order} LIMIT {int(limit) + 1}) AS one"
    )
    unique, found = list(dict.fromkeys(ids)), []
    with connection.cursor() as cursor:
        for begin in range(0, len(unique), AT_ONCE):
            some = unique[begin : begin + AT_ONCE]
            cursor.execute(" UNION ALL ".join([part] * len(some)), [value for identity in some for value in (identity, *values)])
            found += cursor.fetchall()
    return found


def _conditions(audiences: list[int], wanted: Wanted, place: Place | None, *, is_upwards: bool) -> tuple[str, list[Any]]:
    """What a row must be like, and the values for it; "" when nobody may read anything."""
    if not audiences:
        return "", []
    parts, values = [_among("i.audience_id", audiences)], list[Any](audiences)
    for column, names in (("kind", wanted.kinds), ("channel", wanted.channels), ("direction", wanted.directions), ("stage", wanted.stages)):
        if names:
            parts.append(_among(f"i.{column}", names))
            values += names
    if wanted.but_kinds:
        parts.append(f"NOT {_among('i.kind', wanted.but_kinds)}")
        values += wanted.but_kinds
    if place is not None:
        sign, moment = ">" if is_upwards else "<", connection.ops.adapt_datetimefield_value(place[0])
        # The first half is what the index is read along; the second tells apart what happened in the same moment.
        parts.append(f"p.happened_at {sign}= %s AND (p.happened_at {sign} %s OR p.interaction_id {sign} %s)")
        values += [moment, moment, place[1]]
    return " AND ".join(parts), values


def _among(column: str, values: Sequence[Any]) -> str:
    return f"{column} IN ({', '.join(['%s'] * len(values))})"


def _merged(rows: list[tuple[int, Any, int]], *, limit: int, is_upwards: bool) -> tuple[list[Place], bool]:
    """Places in the order of the page, each once, and whether there are more behind them.

    An identity that gave as many rows as were asked for may have more behind its last one, so nothing behind that is told yet.
    """
    by_identity: dict[int, list[Place]] = {}
    for identity, moment, number in rows:
        by_identity.setdefault(identity, []).append((_moment(moment), number))
    ends = [max(places) if is_upwards else min(places) for places in by_identity.values() if len(places) > limit]
    found = sorted({place for places in by_identity.values() for place in places}, reverse=not is_upwards)
    if ends:
        floor = min(ends) if is_upwards else max(ends)
        found = [place for place in found if (place <= floor if is_upwards else place >= floor)]
    return found[:limit], bool(ends) or len(found) > limit


def _moment(value: Any) -> datetime:
    """SQLite gives moments as text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _in_order(numbers: list[int]) -> list[Interaction]:
    found = {row.pk: row for row in _with_words(numbers)}
    return [found[number] for number in numbers if number in found]


@prepared
def _with_words(numbers: list[int]) -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(pk__in=numbers).select_related("author").defer("text", "quoted")
    return rows.annotate(words=Substr("text", 1, WORDS))
