"""The way from one record to another over joins: the one whose weakest join is the strongest. Values in, values out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from heapq import heappop, heappush


def strongest_path(joins: Iterable[tuple[int, int, float]], start: int, end: int) -> list[tuple[int, int]]:
    """Pairs from `start` to `end` over joins (one, other, strength), in order of the way; [] when none leads there, or nowhere to go.

    Of all ways, the one whose weakest join is strongest; of several such, the shortest, and then the one over smaller ids. The order in
    which joins are given plays no part.
    """
    nearby: dict[int, dict[int, float]] = {}
    for one, other, strength in joins:
        nearby.setdefault(one, {})[other] = max(strength, nearby.get(one, {}).get(other, strength))
        nearby.setdefault(other, {})[one] = nearby[one][other] = max(strength, nearby.get(other, {}).get(one, strength))
    waiting: list[tuple[float, int, tuple[int, ...]]] = [(-float("inf"), 0, (start,))]
    seen: set[int] = set()
    while waiting:
        weakest, steps, way = heappop(waiting)
        here = way[-1]
        if here == end:
            return list(itertools.pairwise(way))
        if here in seen:
            continue
        seen.add(here)
        for there, strength in nearby.get(here, {}).items():
            if there not in seen:
                heappush(waiting, (max(weakest, -strength), steps + 1, (*way, there)))
    return []
