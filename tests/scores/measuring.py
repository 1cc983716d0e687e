"""How well records are matched: the same candidates, pairs and groups as in an installation, in memory, against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

from heard.matching.candidates import MOST_HOLDERS, is_strong
from heard.matching.grouping import connected, group
from heard.matching.keys import blocking_keys
from heard.matching.model import Model
from heard.matching.records import Record, together
from heard.matching.scoring import Evidence, compare
from tests.scores.sets import LabelledSet, Pair, pairs_within


@dataclass(frozen=True, slots=True)
class Score:
    """Of the pairs put together, how many rightly (precision); of those that belong together, how many found (recall)."""

    set_name: str
    how: str
    found: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true)

    @property
    def wrong(self) -> int:
        return self.found - self.right

    def __str__(self) -> str:
        return f"{self.set_name:<20} {self.how:<46} {self.precision:.4f}  {self.recall:.4f}  {self.f1:.4f}  {self.wrong:>5}"


HEADER = f"{'set':<20} {'how':<46} {'prec.':<6}  {'recall':<6}  {'F1':<6}  {'wrong':>5}"


@dataclass(frozen=True, slots=True)
class _Found:
    one_id: int
    other_id: int
    probability: float
    weight: float
    veto: str


def candidates(records: list[Record]) -> set[Pair]:
    """As heard.matching.candidates finds them: one strong key, or two weak ones; a key that too many hold finds nobody."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for key in blocking_keys(record):
            holders[key].append(place)
    shared: Counter[Pair] = Counter()
    for key, places in holders.items():
        if len(places) <= MOST_HOLDERS:
            for pair in combinations(places, 2):
                shared[pair] += 2 if is_strong(key) else 1
    return {pair for pair, weight in shared.items() if weight > 1}


def score(labelled: LabelledSet, model: Model, *, at_least: float, how: str) -> Score:
    """People put together from pairs at least this probable, groups compared as wholes, nobody joined across a veto."""
    compared: dict[Pair, Evidence] = {}
    for one, other in candidates(labelled.records):
        evidence = compare(labelled.records[one], labelled.records[other], model)
        if evidence.probability >= 0.5:
            compared[one, other] = evidence
    groups = _groups(labelled.records, compared, model, at_least)
    found, true = pairs_within(groups), labelled.matches
    return Score(labelled.name, how, len(found), len(found & true), len(true))


def _groups(records: list[Record], compared: dict[Pair, Evidence], model: Model, at_least: float) -> list[set[int]]:
    def said(evidence: Evidence) -> tuple[float, float, str]:
        return evidence.probability, evidence.weight, evidence.veto

    def whole(ones, others) -> tuple[float, float, str]:
        sides = [together(0, [records[place] for place in sorted(side)]) for side in (ones, others)]
        return said(compare(*sides, model))

    pairs: dict[int, list[_Found]] = defaultdict(list)
    components = connected(range(len(records)), compared)
    home = {place: number for number, members in enumerate(components) for place in members}
    for (one, other), evidence in compared.items():
        pairs[home[one]].append(_Found(one, other, *said(evidence)))
    groups = []
    for number, members in enumerate(components):
        known = {place: records[place] for place in members}
        groups += group(
            members, pairs[number], [], known, [],
            compare=lambda one, other: said(compare(one, other, model)), compare_joint=whole, automatic=at_least,
        ).groups  # fmt: skip
    return groups
