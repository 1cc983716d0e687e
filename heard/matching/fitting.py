"""Learn how often the records of one person differ, and how often those of two agree. Values in, values out.

`fit` is for small sets of which the matches are known, as scores have them; installations learn with `heard.matching.training`, without labels.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from heard.matching.comparisons import LEVELS
from heard.matching.keys import blocking_keys
from heard.matching.model import Level, Model
from heard.matching.records import Record
from heard.matching.scoring import Part, compare

Pair = tuple[int, int]
PSEUDO = 20.0
"""As if so many pairs had been seen that follow the model before learning, so that a level nobody fell on is rare and not impossible."""
_RANDOM_PAIRS = 50_000
_HOME_KINDS = frozenset({"email", "phone", "address"})


def candidates(records: Sequence[Record], *, most: int = 200) -> set[Pair]:
    """Pairs of positions that share a key which at most `most` records hold."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for key in blocking_keys(record):
            holders[key].append(place)
    return {(one, other) for held in holders.values() if 1 < len(held) <= most for at, one in enumerate(held) for other in held[at + 1 :]}


def fit(model: Model, records: Sequence[Record], matches: Iterable[Pair], *, version: str) -> Model:
    """Learn from known matches (pairs of positions); any other pair counts as two people. The same arguments give the same model."""
    known = {(min(pair), max(pair)) for pair in matches}
    seen = Seen()
    for one, other in sorted(known):
        seen.matched.add(compare(records[one], records[other], model).parts)
    for one, other in sorted(candidates(records) - known):
        seen.near.add(compare(records[one], records[other], model).parts)
    seen.chance = _by_chance(model, records, known)
    fitted = learned(model, seen, len(records))
    return replace(fitted, version=version, records=len(records), copies=2 * len(known) / len(records))


def _none_yet() -> dict[str, float]:
    return defaultdict(float)


class Tally:
    """How often each level was seen, and how often while something else that households share agreed."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[str, float]] = defaultdict(_none_yet)
        self.at_home: dict[str, dict[str, float]] = defaultdict(_none_yet)

    def add(self, parts: Iterable[Part], share: float = 1.0) -> None:
        named = [part for part in parts if part.kind in LEVELS and part.level in LEVELS[part.kind]]
        if any(part.kind in ("given", "family") for part in named) and not any(part.kind == "name_order" for part in named):
            named.append(Part("name_order", "straight", 0.0))
        found = {part.kind: part.level for part in named}
        if found.get("given") == "different" and found.get("birth_date") == "same" and "family" in found and found["family"] != "different":
            named = [part for part in named if part.kind != "twin"] + [Part("twin", "twin", 0.0)]
        shared = {part.kind for part in named if part.kind in _HOME_KINDS and part.level == "same"}
        for part in named:
            self.levels[part.kind][part.level] += share
            if shared - {part.kind}:
                self.at_home[part.kind][part.level] += share

    def merge(self, other: Tally, times: float = 1.0) -> None:
        """Add what another saw, as if so many times."""
        for mine, theirs in ((self.levels, other.levels), (self.at_home, other.at_home)):
            for kind, levels in theirs.items():
                for level, share in levels.items():
                    mine[kind][level] += share * times


@dataclass(slots=True)
class Seen:
    """Pairs of one person, strangers who share a key, and strangers taken at random."""

    matched: Tally = field(default_factory=Tally)
    near: Tally = field(default_factory=Tally)
    chance: Tally = field(default_factory=Tally)


def _by_chance(model: Model, records: Sequence[Record], known: set[Pair]) -> Tally:
    """On which levels pairs taken at random fall."""
    chance = random.Random(len(records))  # the same set, the same sample
    seen = Tally()
    wanted = min(_RANDOM_PAIRS, len(records) * (len(records) - 1) // 2)
    for _ in range(wanted):
        one, other = chance.sample(range(len(records)), 2)
        if (min(one, other), max(one, other)) not in known:
            seen.add(compare(records[one], records[other], model).parts)
    return seen


def learned(model: Model, seen: Seen, records: int) -> Model:
    comparisons = {
        kind: tuple(_level(kind, level, levels, seen, records) for level in levels) for kind, levels in model.comparisons.items()
    }
    return replace(model, comparisons=comparisons)


def _level(kind: str, level: Level, levels: tuple[Level, ...], seen: Seen, records: int) -> Level:
    """What was not compared stays as it is. With how many others a value is shared is counted among all who share it."""
    matched, near, at_home, chance = (
        seen.matched.levels.get(kind, {}), seen.near.levels.get(kind, {}), seen.near.at_home.get(kind, {}), seen.chance.levels.get(kind, {})
    )  # fmt: skip
    m, u, others, u_home = level.m, level.u, level.others, level.u_home
    if pairs := sum(matched.values()):
        whole = sum(each.m for each in levels)
        m = (matched.get(level.name, 0.0) + PSEUDO * level.m / whole) / (pairs + PSEUDO)
    strangers = sum(chance.values())
    if others and (pairs or strangers):
        others = (2 * near.get(level.name, 0.0) + PSEUDO * others) / (records + PSEUDO)
    elif strangers:
        # what some pairs by chance never showed is not known to be rarer than one in so many, nor than those who share a key show
        seen_u = (chance.get(level.name, 0.0) + PSEUDO * u) / (strangers + PSEUDO)
        u = max(seen_u, min(u, 1 / strangers), 2 * near.get(level.name, 0.0) / (records * max(records - 1, 1)))
    if u_home:
        u_home = (at_home.get(level.name, 0.0) + PSEUDO * u_home) / (sum(at_home.values()) + PSEUDO)
    return replace(level, m=_bounded(m), u=u if others else _bounded(u), others=others, u_home=u_home)


def _bounded(share: float) -> float:
    return min(max(share, 1e-9), 1.0)
