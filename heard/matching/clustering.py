"""Which records are one person, given the evidence on pairs: strongest first, cohesive, and never across what keeps two apart.

Values in, values out. The result depends on the set of edges, decisions and vetoes alone, never on their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


class Refused(NamedTuple):
    """A pair strong enough to join that was not: "veto", "different" (somebody decided so within the two groups) or "cohesion"."""

    one: int
    other: int
    why: Literal["veto", "different", "cohesion"]


@dataclass(frozen=True, slots=True)
class Clusters:
    """`groups` ordered by their smallest id; `joins` are the pairs that joined two groups, in order; `refused` those that could not."""

    groups: list[set[int]]
    joins: list[Pair]
    refused: list[Refused]


def cluster(
    edges: Iterable[Edge],
    decisions: Iterable[Verdict] = (),
    vetoes: Iterable[Pair] = (),
    *,
    nodes: Iterable[int] = (),
    automatic: float = 0.99,
    cohesion: float = 0.1,
) -> list[set[int]]:
    """The groups of `cluster_explained`."""
    return cluster_explained(edges, decisions, vetoes, nodes=nodes, automatic=automatic, cohesion=cohesion).groups


def cluster_explained(
    edges: Iterable[Edge],
    decisions: Iterable[Verdict] = (),
    vetoes: Iterable[Pair] = (),
    *,
    nodes: Iterable[int] = (),
    automatic: float = 0.99,
    cohesion: float = 0.1,
) -> Clusters:
    """Disjoint groups of everybody named in edges, decisions and `nodes`.

    1. What people called the same is joined, in order, unless it would join two whom people called different.
    2. Edges of at least `automatic` join two groups, the strongest first, where of all pairs across the two at least the share
       `cohesion` is likely the same, and no pair across is vetoed or was called different. A person's "same" counts as likely.
    """
    groups = _Groups()
    for node in nodes:
        groups.add(node)
    standing = sorted(set(decisions), key=lambda each: (each.order, _pair(each.one, each.other), each.verdict))
    likely: set[Pair] = set()
    apart: dict[Pair, Literal["veto", "different"]] = {_pair(*pair): "veto" for pair in vetoes}
    for each in standing:
        groups.add(each.one)
        groups.add(each.other)
        if each.verdict == "different":
            apart[_pair(each.one, each.other)] = "different"
        else:
            likely.add(_pair(each.one, each.other))
    strongest: dict[Pair, Edge] = {}
    for edge in edges:
        groups.add(edge.one)
        groups.add(edge.other)
        pair = _pair(edge.one, edge.other)
        if edge.one != edge.other and (pair not in strongest or _strength(edge) < _strength(strongest[pair])):
            strongest[pair] = edge
        if edge.probability >= POSSIBLE:
            likely.add(pair)
    near = _neighbours(likely)
    kept_apart = _neighbours(apart)
    joins: list[Pair] = []
    refused: list[Refused] = []
    for each in standing:
        if each.verdict == "same":
            pair = _pair(each.one, each.other)
            if _between(groups, pair, {key for key in apart if apart[key] == "different"}, kept_apart):
                refused.append(Refused(*pair, "different"))
            elif groups.join(*pair):
                joins.append(pair)
    for pair, edge in sorted(strongest.items(), key=lambda item: (_strength(item[1]), item[0])):
        if edge.probability < automatic:
            break
        if groups.are_together(*pair):
            continue
        across = _between(groups, pair, apart, kept_apart)
        if across:
            refused.append(Refused(*pair, min(apart[each] for each in across)))
        elif _share(groups, pair, near) < cohesion:
            refused.append(Refused(*pair, "cohesion"))
        else:
            groups.join(*pair)
            joins.append(pair)
    return Clusters(groups.all(), joins, refused)


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


def _between(groups: _Groups, pair: Pair, apart: Iterable[Pair], kept_apart: dict[int, set[int]]) -> list[Pair]:
    """The pairs of `apart` that have one end in each of the two groups."""
    small, large = sorted((groups.of(pair[0]), groups.of(pair[1])), key=len)
    known = apart if isinstance(apart, (dict, set)) else set(apart)
    return sorted(key for one in small for other in kept_apart.get(one, ()) if other in large and (key := _pair(one, other)) in known)


def _share(groups: _Groups, pair: Pair, near: dict[int, set[int]]) -> float:
    small, large = sorted((groups.of(pair[0]), groups.of(pair[1])), key=len)
    return sum(len(near.get(one, set()) & large) for one in small) / (len(small) * len(large))


class _Groups:
    """Disjoint sets; the smaller is poured into the larger."""

    def __init__(self) -> None:
        self._of: dict[int, set[int]] = {}

    def add(self, node: int) -> None:
        if node not in self._of:
            self._of[node] = {node}

    def of(self, node: int) -> set[int]:
        return self._of[node]

    def are_together(self, one: int, other: int) -> bool:
        return self._of[one] is self._of[other]

    def join(self, one: int, other: int) -> bool:
        small, large = sorted((self._of[one], self._of[other]), key=len)
        if small is large:
            return False
        large |= small
        for node in small:
            self._of[node] = large
        return True

    def all(self) -> list[set[int]]:
        return sorted({id(members): members for members in self._of.values()}.values(), key=min)
