"""The rule by which evidence takes part when people are derived: registered with `people`, which knows only decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from django.db.models import Q, QuerySet

from heard.lib.batches import batched
from heard.lib.db import VALUES_AT_ONCE, update_rows
from heard.matching.candidates import crowded_of, generics, holders, key_number, values_with_keys
from heard.matching.grouping import AUTOMATIC, Grouping, connected, group
from heard.matching.models import MatchEdge, MatchModel, MatchRecord
from heard.matching.records import Record, together, unpack
from heard.matching.scoring import Evidence, compare
from heard.matching.services.versions import active_version, model_of
from heard.people.linking import Derived
from heard.people.rules import Decision, component

_Settled: TypeAlias = tuple[list[MatchEdge], Grouping, list[Decision]]


class EvidenceRule:
    """Pairs of the active version, and decisions."""

    def reached(self, identity_ids: Collection[int]) -> set[int]:
        found: set[int] = set()
        for some in batched(sorted(identity_ids), VALUES_AT_ONCE):
            rows = _edges().filter(Q(one__in=some) | Q(other__in=some))
            found |= {end for pair in rows.values_list("one_id", "other_id") for end in pair}
        return found

    def derive(self, identity_ids: set[int], decisions: Sequence[Decision]) -> Derived:
        return derive_under(None, identity_ids, decisions)


def derive_under(version: MatchModel | None, identity_ids: set[int], decisions: Sequence[Decision]) -> Derived:
    """The same under any version; None is the active one."""
    edges = _edges_among(identity_ids, version)
    if not edges:
        return Derived(component(sorted(identity_ids), decisions))
    weigh = _Weighing({end for edge in edges for end in (edge.one_id, edge.other_id)}, version or active_version())
    groups: list[set[int]] = []
    found: list[_Settled] = []
    for members, mine, said in _components(identity_ids, edges, decisions):
        if not mine:
            groups += component(sorted(members), said)
            continue
        grouping = group(
            members, mine, said, weigh.records, weigh.claims, compare=weigh.records_as_they_are, compare_joint=weigh.whole_persons
        )
        groups += grouping.groups
        found.append((mine, grouping, said))
    return Derived(sorted(groups, key=min), lambda: _write_states(found, weigh.claims))


def _edges(version: MatchModel | None = None) -> QuerySet[MatchEdge]:
    return MatchEdge.objects.filter(model=version) if version else MatchEdge.objects.filter(model__state=MatchModel.ACTIVE)


def _edges_among(identity_ids: set[int], version: MatchModel | None) -> list[MatchEdge]:
    """The pairs of a version within whole components."""
    found = []
    for some in batched(sorted(identity_ids), VALUES_AT_ONCE):
        found += [edge for edge in _edges(version).filter(one__in=some) if edge.other_id in identity_ids]
    return sorted(found, key=lambda edge: (edge.one_id, edge.other_id))


def _components(
    identity_ids: set[int], edges: Sequence[MatchEdge], decisions: Sequence[Decision]
) -> Iterable[tuple[set[int], list[MatchEdge], list[Decision]]]:
    """Those whom pairs or decisions connect, with these; so that it plays no part who else is derived at the same time."""
    pairs = [(edge.one_id, edge.other_id) for edge in edges] + [each.pair for each in decisions]
    home = {pk: members for members in connected(identity_ids, pairs) for pk in members}
    of: dict[int, tuple[set[int], list[MatchEdge], list[Decision]]] = {id(members): (members, [], []) for members in home.values()}
    for edge in edges:
        of[id(home[edge.one_id])][1].append(edge)
    for each in decisions:
        of[id(home[each.one])][2].append(each)
    return of.values()


class _Weighing:
    """Comparisons within one component, with the values that say nothing now left out."""

    def __init__(self, identity_ids: Iterable[int], version: MatchModel) -> None:
        self.model = model_of(version)
        self.records: dict[int, Record] = {}
        self.claims: set[int] = set()
        for some in batched(sorted(identity_ids), VALUES_AT_ONCE):
            for pk, packed, is_claim in MatchRecord.objects.filter(identity__in=some).values_list("identity_id", "packed", "is_claim"):
                self.records[pk] = unpack(bytes(packed))
                if is_claim:
                    self.claims.add(pk)

    def records_as_they_are(self, one: Record, other: Record) -> tuple[float, float, str]:
        return _said(compare(one, other, self.model))

    def whole_persons(self, ones: Collection[int], others: Collection[int]) -> tuple[float, float, str]:
        sides = [together(0, [self.records[pk] for pk in sorted(side) if pk in self.records]) for side in (ones, others)]
        return _said(compare(sides[0], sides[1], self.model, generics=values_that_say_nothing(sides)))


def values_that_say_nothing(records: Sequence[Record]) -> dict[str, set[str]]:
    """Of the values of these records those that too many hold now, as `scoring.compare` takes them. A query for each 200 keys."""
    keys = {key_number(key) for record in records for _, _, key in values_with_keys(record)}
    return generics(records, crowded_of(holders(keys)))


def _said(evidence: Evidence) -> tuple[float, float, str]:
    return round(evidence.probability, 9), round(evidence.weight, 6), evidence.veto


def _write_states(settled: Iterable[_Settled], claims: set[int]) -> None:
    """What follows for each pair: joined, open with what stands in the way, or apart because somebody said so."""
    changed = []
    for edges, grouping, decisions in settled:
        group_of = {pk: number for number, members in enumerate(grouping.groups) for pk in members}
        different = [each.pair for each in decisions if each.verdict == "different" and each.is_by_person]
        cut, refused = _between(different, group_of), _between(grouping.vetoes, group_of)
        for edge in edges:
            sides = (min(group_of[edge.one_id], group_of[edge.other_id]), max(group_of[edge.one_id], group_of[edge.other_id]))
            joint = grouping.joint.get((edge.one_id, edge.other_id))
            state, obstacle = MatchEdge.OPEN, ""
            if sides[0] == sides[1]:
                state = MatchEdge.JOINED
            elif sides in cut:
                state, obstacle = MatchEdge.APART, "decided"
            elif sides in refused:
                obstacle = "veto"
            elif edge.one_id in claims or edge.other_id in claims:
                obstacle = "claim"
            elif max(edge.probability, joint or 0.0) >= AUTOMATIC:
                obstacle = "cohesion"
            if (state, obstacle, joint) != (edge.state, edge.obstacle, edge.joint_probability):
                edge.state, edge.obstacle, edge.joint_probability = state, obstacle, joint
                changed.append(edge)
    update_rows(changed, ["state", "obstacle", "joint_probability"])


def _between(pairs: Iterable[tuple[int, int]], group_of: dict[int, int]) -> set[tuple[int, int]]:
    """The two groups of each pair that does not lie in one."""
    sides = {(min(group_of[one], group_of[other]), max(group_of[one], group_of[other])) for one, other in pairs}
    return {pair for pair in sides if pair[0] != pair[1]}
