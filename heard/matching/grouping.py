"""Who is one person, from pairs and decisions: the strongest join first, cohesive, never across what keeps two apart.

Values in, values out. Whole persons are compared too (`compare_joint`): what two records say together may settle what neither does alone. The result is a
function of the records, pairs and decisions; where two joins are equally strong, what the records say breaks the tie, and not
their ids, which tell only who came first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import combinations
from typing import Protocol

from heard.matching.clustering import Edge, Verdict, cluster
from heard.matching.records import Record, pack
from heard.people.rules import Decision, standing_verdicts

AUTOMATIC = 0.99
COHESION = 0.1
MOST_TOGETHER = 200
"""In a component larger than this, whole persons are not compared: it is a tangle already."""
CERTAIN = 1_000.0
EXCLUSIVE_FACTS = ("ids", "birth_dates")

Pair = tuple[int, int]


class Found(Protocol):
    """A pair as it is stored."""

    one_id: int
    other_id: int
    probability: float
    weight: float
    veto: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """`joint` are pairs whose whole persons, when compared, were one by this probability."""

    groups: list[set[int]]
    joint: dict[Pair, float]
    vetoes: set[Pair]


def group(
    identities: Collection[int],
    pairs: Sequence[Found],
    decisions: Iterable[Decision],
    records: Mapping[int, Record],
    claims: Collection[int],
    *,
    compare: Callable[[Record, Record], tuple[float, float, str]],
    compare_joint: Callable[[Collection[int], Collection[int]], tuple[float, float, str]],
    automatic: float = AUTOMATIC,
) -> Grouping:
    """Disjoint groups of `identities`. `claims` are those of which nothing is proved: they join nobody on their own.

    Both comparisons give (probability, weight, veto).
    """
    rank = _ranks(identities, records)
    back = {place: pk for pk, place in rank.items()}
    standing = standing_verdicts(set(identities), decisions)
    said = [
        Verdict(*_pair(rank[each.one], rank[each.other]), each.verdict, order) for order, each in enumerate(standing) if each.is_by_person
    ]
    edges = [_edge(each, rank, claims) for each in pairs]
    edges += [Edge(rank[each.one], rank[each.other], 1.0, CERTAIN) for each in standing if not each.is_by_person and each.verdict == "same"]
    vetoes = {_pair(each.one_id, each.other_id) for each in pairs if each.veto} | _exclusive(identities, records, compare)
    vetoes |= {each.pair for each in standing if not each.is_by_person and each.verdict == "different"}
    # what a person called the same is no veto any more
    vetoes -= {each.pair for each in standing if each.is_by_person and each.verdict == "same"}
    apart = [_pair(rank[one], rank[other]) for one, other in vetoes]
    joint: dict[Pair, float] = {}
    seen: set[frozenset[frozenset[int]]] = set()
    while True:
        found = cluster(edges, said, apart, nodes=rank.values(), automatic=automatic, cohesion=COHESION)
        groups = [{back[place] for place in places} for places in found]
        more = _settled_together(groups, pairs, claims, rank, seen, compare_joint, automatic) if len(rank) <= MOST_TOGETHER else []
        if not more:
            return Grouping(sorted(groups, key=min), joint, vetoes)
        for (one, other), probability, weight in more:
            joint[one, other] = probability
            edges.append(Edge(rank[one], rank[other], probability, weight))


def connected(identities: Iterable[int], pairs: Iterable[Pair]) -> list[set[int]]:
    """Disjoint sets of those whom pairs connect; ends outside of `identities` are added."""
    set_of = {pk: {pk} for pk in identities}
    for one, other in pairs:
        small, large = sorted((set_of.setdefault(one, {one}), set_of.setdefault(other, {other})), key=len)
        if small is not large:
            large |= small
            set_of.update(dict.fromkeys(small, large))
    return list({id(members): members for members in set_of.values()}.values())


def _settled_together(
    groups: Sequence[set[int]],
    pairs: Sequence[Found],
    claims: Collection[int],
    rank: Mapping[int, int],
    seen: set[frozenset[frozenset[int]]],
    compare_joint: Callable[[Collection[int], Collection[int]], tuple[float, float, str]],
    automatic: float,
) -> list[tuple[Pair, float, float]]:
    """Of the groups that pairs lead between, those which are one person when compared whole. Each two groups are compared once."""
    group_of = {pk: number for number, members in enumerate(groups) for pk in members}
    between: dict[Pair, Found] = {}
    for each in sorted(pairs, key=lambda pair: (-pair.weight, _pair(rank[pair.one_id], rank[pair.other_id]))):
        one, other = group_of[each.one_id], group_of[each.other_id]
        if one != other and not {each.one_id, each.other_id} & set(claims):
            between.setdefault(_pair(one, other), each)
    found = []
    for (one, other), each in between.items():
        sides = frozenset((frozenset(groups[one]), frozenset(groups[other])))
        if len(groups[one]) + len(groups[other]) > 2 and sides not in seen:
            seen.add(sides)
            probability, weight, veto = compare_joint(groups[one], groups[other])
            if probability >= automatic and not veto:
                found.append((_pair(each.one_id, each.other_id), probability, weight))
    return found


def _edge(each: Found, rank: Mapping[int, int], claims: Collection[int]) -> Edge:
    is_claimed = each.one_id in claims or each.other_id in claims
    probability = min(each.probability, AUTOMATIC - 0.01) if is_claimed else each.probability
    return Edge(*_pair(rank[each.one_id], rank[each.other_id]), probability, each.weight)


def _exclusive(
    identities: Collection[int], records: Mapping[int, Record], compare: Callable[[Record, Record], tuple[float, float, str]]
) -> set[Pair]:
    """Pairs, found by keys or not, that cannot be one person: two proved numbers or days of which a person has only one."""
    proved = [pk for pk in sorted(identities) if pk in records and _has_proof(records[pk])]
    return {(one, other) for one, other in combinations(proved, 2) if compare(records[one], records[other])[2]}


def _has_proof(record: Record) -> bool:
    return any(value.is_verified for kind in EXCLUSIVE_FACTS for value in getattr(record, kind)) or record.is_organisation


def _ranks(identities: Collection[int], records: Mapping[int, Record]) -> dict[int, int]:
    """Each identity's place in an order that depends on what is said of it; ids only tell apart records that say the very same."""

    def content(pk: int) -> bytes:
        record = records.get(pk)
        return blake2b(pack(replace(record, identity_id=0)), digest_size=16).digest() if record else b""

    return {pk: place for place, pk in enumerate(sorted(identities, key=lambda pk: (content(pk), pk)))}


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)
