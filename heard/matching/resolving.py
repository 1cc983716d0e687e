"""From records and the evidence on their pairs to people: groups are compared as wholes. Values in, values out.

A newcomer may be like no single record of somebody and yet like all of them together: the telephone of one, the address of another. So
once the strong pairs have joined, groups are compared with groups, by everything that is known of each, until nothing joins any more.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from heard.matching.clustering import POSSIBLE, Clusters, Edge, Pair, Verdict, cluster_explained
from heard.matching.model import Model
from heard.matching.records import Record, together
from heard.matching.scoring import compare

FLOOR = 0.02
"""Groups without a pair at least this probable between them are not compared."""
_MOST = 50
"""Groups larger than this are not compared as wholes: with so many values, something always agrees."""
_ROUNDS = 10


def resolve(
    edges: Iterable[Edge],
    record_of: Callable[[int], Record],
    model: Model,
    decisions: Iterable[Verdict] = (),
    vetoes: Iterable[Pair] = (),
    *,
    nodes: Iterable[int] = (),
    automatic: float = 0.99,
    cohesion: float = 0.1,
    generics: Mapping[str, Container[str]] | None = None,
) -> Clusters:
    """As `cluster_explained`, and then group by group. The result depends on the set of edges, records and decisions alone.

    A pair that joined two groups as wholes is the strongest pair between them. `record_of` is asked only for members of groups that
    are compared.
    """
    known = {_key(edge.one, edge.other): edge for edge in edges}
    verdicts, forbidden, lonely = tuple(decisions), {_key(*pair) for pair in vetoes}, tuple(nodes)
    found = cluster_explained(known.values(), verdicts, forbidden, nodes=lonely, automatic=automatic, cohesion=cohesion)
    compared: dict[tuple[frozenset[int], frozenset[int]], float] = {}
    for _ in range(_ROUNDS):
        lifted = _lifted(found, known, record_of, model, automatic, generics or {}, compared, forbidden)
        if not lifted:
            break
        known.update(lifted)
        again = cluster_explained(known.values(), verdicts, forbidden, nodes=lonely, automatic=automatic, cohesion=cohesion)
        if len(again.groups) == len(found.groups):
            break
        found = again
    return found


def _lifted(
    found: Clusters,
    known: Mapping[Pair, Edge],
    record_of: Callable[[int], Record],
    model: Model,
    automatic: float,
    generics: Mapping[str, Container[str]],
    compared: dict[tuple[frozenset[int], frozenset[int]], float],
    forbidden: set[Pair],
) -> dict[Pair, Edge]:
    """The strongest pair between two groups, with the weight of the groups as wholes where that is enough to join them."""
    group_of = {node: place for place, group in enumerate(found.groups) for node in group}
    between: dict[Pair, Edge] = {}
    for pair, edge in known.items():
        one, other = group_of[pair[0]], group_of[pair[1]]
        if one != other and FLOOR <= edge.probability < automatic and pair not in forbidden:
            key = _key(one, other)
            if key not in between or (edge.weight, pair) > (between[key].weight, _key(between[key].one, between[key].other)):
                between[key] = edge
    lifted: dict[Pair, Edge] = {}
    for (one, other), edge in sorted(between.items()):
        mine, theirs = found.groups[one], found.groups[other]
        if not 2 < len(mine) + len(theirs) <= _MOST:
            continue
        groups = (frozenset(mine), frozenset(theirs))
        if groups in compared:
            continue
        evidence = compare(_whole(mine, record_of), _whole(theirs, record_of), model, generics=generics)
        compared[groups] = evidence.probability
        if evidence.probability >= automatic and not evidence.veto and edge.probability >= POSSIBLE / 10:
            lifted[_key(edge.one, edge.other)] = Edge(edge.one, edge.other, evidence.probability, evidence.weight)
    return lifted


def _whole(group: set[int], record_of: Callable[[int], Record]) -> Record:
    members = sorted(group)
    return together(members[0], (record_of(member) for member in members))


def _key(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)
