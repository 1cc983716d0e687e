"""Which records are one person, given the evidence on pairs: strongest first, cohesive, and never across what keeps two apart.

Values in, values out. The result depends on the set of edges, decisions and vetoes alone, never on their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Pair = tuple[int, int]

POSSIBLE = 0.5
"""Above this two records count as likely the same when the cohesion of a group is judged."""


class Edge(NamedTuple):
    """Evidence on a pair that was compared. Pairs that were not are taken as different."""

    one: int
    other: int
    probability: float
    weight: float = 0.0


class Verdict(NamedTuple):
    """What a person decided on a pair, the one that counts now. Earlier decisions go first when two cannot both hold."""

    one: int
    other: int
    verdict: Literal["same", "different"]
    order: int = 0


def cluster(
    edges: Iterable[Edge],
    decisions: Iterable[Verdict] = (),
    vetoes: Iterable[Pair] = (),
    *,
    nodes: Iterable[int] = (),
    automatic: float = 0.99,
    cohesion: float = 0.1,
) -> list[set[int]]:
    """Disjoint groups of everybody named in edges, decisions and `nodes`, ordered by their smallest id.

    1. What people called the same is joined, in order, unless it would join two whom people called different.
    2. Edges of at least `automatic` join two groups, the strongest first, where of all pairs across the two at least the share
       `cohesion` is likely the same, and no pair across is vetoed or was called different. A person's "same" counts as likely.
    """
    edges = [edge for edge in edges if edge.one != edge.other]
    standing = sorted(set(decisions), key=lambda each: (each.order, _pair(each.one, each.other), each.verdict))
    same, different = ([_pair(each.one, each.other) for each in standing if each.verdict == said] for said in ("same", "different"))
    groups = _Groups({*nodes, *(end for each in (*edges, *standing) for end in each[:2])})
    near = _neighbours([*same, *(_pair(edge.one, edge.other) for edge in edges if edge.probability >= POSSIBLE)])
    decided = _neighbours(different)
    for pair in same:
        if not _is_between(groups, pair, decided):
            groups.join(*pair)
    apart = _neighbours([*different, *(_pair(*pair) for pair in vetoes)])
    strong = [(_strength(edge), _pair(edge.one, edge.other)) for edge in edges if edge.probability >= automatic]
    for _, pair in sorted(strong):
        if not groups.are_together(*pair) and not _is_between(groups, pair, apart) and _share(groups, pair, near) >= cohesion:
            groups.join(*pair)
    return groups.all()


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _strength(edge: Edge) -> tuple[float, float]:
    """For sorting, the strongest first. Rounded, so that the last bit of a sum decides nothing."""
    return (-round(edge.weight, 6), -round(edge.probability, 9))


def _neighbours(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    near: dict[int, set[int]] = {}
    for one, other in pairs:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    return near


def _is_between(groups: _Groups, pair: Pair, apart: dict[int, set[int]]) -> bool:
    """Whether anybody of the one group is kept apart from anybody of the other."""
    small, large = sorted((groups.of(pair[0]), groups.of(pair[1])), key=len)
    return any(not large.isdisjoint(apart.get(one, ())) for one in small)


def _share(groups: _Groups, pair: Pair, near: dict[int, set[int]]) -> float:
    small, large = sorted((groups.of(pair[0]), groups.of(pair[1])), key=len)
    return sum(len(near.get(one, set()) & large) for one in small) / (len(small) * len(large))


class _Groups:
    """Disjoint sets; the smaller is poured into the larger."""

    def __init__(self, nodes: Iterable[int]) -> None:
        self._of = {node: {node} for node in nodes}

    def of(self, node: int) -> set[int]:
        return self._of[node]

    def are_together(self, one: int, other: int) -> bool:
        return self._of[one] is self._of[other]

    def join(self, one: int, other: int) -> None:
        small, large = sorted((self._of[one], self._of[other]), key=len)
        if small is not large:
            large |= small
            self._of.update(dict.fromkeys(small, large))

    def all(self) -> list[set[int]]:
        return sorted({id(members): members for members in self._of.values()}.values(), key=min)
