"""Learn what a match weighs from an installation's own records, of which nobody has said who is who.

Splink's expectation maximisation does it first: among pairs that share a day of birth (or an address, a telephone, a whole name) some are of one
person and some of two, and how the other comparisons fall tells how many, and how often each level comes with either. Then the scorer
itself goes over a sample, for what only it knows: what people of one home share, twins. What a set is too small to teach stays as the
model before had it.

Source: Fellegi and Sunter, "A Theory for Record Linkage", JASA 64 (1969); Linacre and others, "Splink", IJPDS 7:3 (2022).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from heard.lib.batches import batched
from heard.lib.errors import Refusal
from heard.matching.candidates import generics
from heard.matching.fitting import Seen, Tally, learned
from heard.matching.freezing import freeze
from heard.matching.model import Level, Model
from heard.matching.records import unpack
from heard.matching.scoring import compare
from heard.matching.training.comparing import RECORDS, Linkage
from heard.matching.training.engines import Engine, check_installed, open_engine
from heard.matching.training.rebuilding import PAIRS_AT_ONCE, Workers, model_of, working_folder, write_columns

SHARED = (("birth_date",), ("email",), ("given", "family"), ("phone",))
"""What the pairs of one lesson share; the comparisons that read these columns learn from the other lessons."""
FEWEST_RECORDS = 100
FEWEST_MATCHES = 30
"""A lesson with fewer pairs of one person teaches nothing."""
PSEUDO = 50.0
"""As if so many pairs had been seen that follow the model before."""
MOST_PAIRS = 2_000_000
CHANCE_PAIRS = 2_000_000
FEWEST_DRAWN = 3.0
"""What fewer of the pairs drawn by chance show is not known to be rarer than that."""
MOST_POLISHED = 300_000
ROUNDS = 5
COPIES = (0.01, 20.0)


class TooFewToLearn(Refusal):
    """There are not enough records of which some are of one person."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the pairs that share these columns taught: how many of them are of one person, and m by (comparison, level)."""

    shared: tuple[str, ...]
    matches: float
    m: dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Chance:
    """How often pairs taken at random fall on each (comparison, level), and how many were drawn."""

    seen: dict[tuple[str, str], float]
    drawn: int


def learn(
    packed: Callable[[], Iterable[bytes]],
    base: Model,
    *,
    version: str,
    engine: str = "duckdb",
    folder: Path | None = None,
    processes: int = 0,
) -> Model:
    """A model for these records (`records.pack`), frozen under `version`. `packed` is asked for them three times, and must answer the same.

    Raises TooFewToLearn and engines.NotInstalled.
    """
    check_installed(engine)
    with working_folder(folder) as place, Workers(processes) as workers:
        count = write_columns(packed(), place, workers)
        if count < FEWEST_RECORDS:
            raise TooFewToLearn(_("There are too few records to learn from: at least %(least)d are needed.") % {"least": FEWEST_RECORDS})
        before = freeze(base, map(unpack, packed()), version=version)
        with open_engine(engine, place) as opened:
            linkage = Linkage(opened, place)
            matches = expected_matches(linkage, before)
            before = replace(before, copies=_copies(matches, count))
            chance = by_chance(linkage, before)
            strangers = with_strangers(before, chance, base)
            lessons = [lesson for shared in SHARED if (lesson := teach(linkage, strangers, shared)) is not None]
            if not lessons:
                raise TooFewToLearn(_("Too few of these records are of one person: there is nothing to learn from yet."))
            told = freeze(_told(base, lessons), map(unpack, packed()), version=version)
            told = replace(told, copies=before.copies, made_from=_made_from(count, lessons))
            return polished(linkage, told, lambda model: with_strangers(model, chance, base), workers)


def expected_matches(linkage: Linkage, model: Model) -> float:
    """How many pairs of one person there are, as far as this model knows."""
    scored = linkage.scored(model, at_least=-4.0)
    return float(next(iter(linkage.engine.rows(f"select coalesce(sum(match_probability), 0) from {scored}")))[0])  # noqa: S608


def by_chance(linkage: Linkage, model: Model) -> Chance:
    """On which levels pairs taken at random fall."""
    linker = linkage.linker(model)
    linker.training.estimate_u_using_random_sampling(max_pairs=CHANCE_PAIRS, seed=1, min_count_per_level=None, num_chunks=1)
    seen = {
        (comparison["output_column_name"], level["label_for_charts"]): level["u_probability"]
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
        if isinstance(level.get("u_probability"), float)
    }
    return Chance(seen, min(CHANCE_PAIRS, model.records * (model.records - 1) // 2))


def with_strangers(model: Model, chance: Chance, base: Model) -> Model:
    """The model with u as chance has it, less those pairs that are of one person: so many as the model's copies and m say."""
    share = min(model.copies / max(model.records - 1, 1), 0.5)
    u_of = {(kind, level.name): level.u for kind, levels in base.comparisons.items() for level in levels}

    def stranger(kind: str, level: Level) -> Level:
        found = chance.seen.get((kind, level.name))
        if found is None or level.others or level.by_frequency:  # these are counted otherwise: by homes, and by values
            return level
        before = u_of[kind, level.name]
        u = max((found - share * level.m) / (1 - share), 0.0)
        u = (u * chance.drawn + PSEUDO * before) / (chance.drawn + PSEUDO)
        return replace(level, u=min(max(u, min(before, FEWEST_DRAWN / chance.drawn)), 1.0))

    return replace(
        model, comparisons={kind: tuple(stranger(kind, level) for level in levels) for kind, levels in model.comparisons.items()}
    )


def teach(linkage: Linkage, model: Model, shared: tuple[str, ...]) -> Lesson | None:
    """What the pairs that share these columns teach; None when there are too few."""
    from splink import block_on

    pairs = min(_pairs_that_share(linkage.engine, shared), MOST_PAIRS)
    if pairs < FEWEST_MATCHES:
        return None
    session: Any = linkage.linker(model).training.estimate_parameters_using_expectation_maximisation(
        block_on(*shared), max_pairs=MOST_PAIRS if pairs == MOST_PAIRS else None
    )
    settings = session.core_model_settings
    matches = pairs * settings.probability_two_random_records_match
    if matches < FEWEST_MATCHES:
        return None
    m = {
        (comparison.output_column_name, level.label_for_charts): level.m_probability
        for comparison in settings.comparisons
        for level in comparison.comparison_levels
        if not level.is_null_level and isinstance(level._m_probability, float)
    }
    return Lesson(shared, matches, m)


def polished(linkage: Linkage, model: Model, with_chance: Callable[[Model], Model], workers: Workers) -> Model:
    """The model after some rounds in which the scorer itself says of sampled pairs how likely they are of one person, and counts by that."""
    one_in = max(1, linkage.count() // MOST_POLISHED)
    portions = list(batched(linkage.sample(one_in), PAIRS_AT_ONCE))
    crowded = frozenset(linkage.crowded())
    start, model = model, with_chance(model)
    for _round in range(ROUNDS):
        weights, seen, expected = model.dump(), Seen(), 0.0
        for matched, near, share in workers.map(weigh_pairs, ((some, weights, crowded) for some in portions)):
            seen.matched.merge(matched, one_in)
            seen.near.merge(near, one_in)
            expected += share * one_in
        model = with_chance(replace(learned(start, seen, model.records), copies=_copies(expected, model.records)))
    return model


def weigh_pairs(pairs: list[tuple[bytes, bytes]], weights: bytes, crowded: frozenset[int]) -> tuple[Tally, Tally, float]:
    """The levels of pairs of one person and of two, each pair counted as both by its probability, and how many are of one. For a process of its own."""
    model = model_of(weights)
    matched, near, expected = Tally(), Tally(), 0.0
    for one, other in pairs:
        mine, theirs = unpack(bytes(one)), unpack(bytes(other))
        evidence = compare(mine, theirs, model, generics=generics([mine], crowded))
        expected += evidence.probability
        matched.add(evidence.parts, evidence.probability)
        near.add(evidence.parts, 1 - evidence.probability)
    return matched, near, expected


def _pairs_that_share(engine: Engine, columns: tuple[str, ...]) -> int:
    named = ", ".join(columns)
    known = " and ".join(f"{column} is not null" for column in columns)
    groups = f"select count(*) as n from {RECORDS} where {known} group by {named}"  # noqa: S608
    return int(next(iter(engine.rows(f"select coalesce(sum(n * (n - 1) / 2), 0) from ({groups})")))[0])  # noqa: S608


def _told(base: Model, lessons: list[Lesson]) -> Model:
    """The model with m from the lessons, the middle one where several taught it."""

    def level_of(kind: str, level: Level, whole: float) -> Level:
        taught = [(lesson.m[kind, level.name], lesson.matches) for lesson in lessons if (kind, level.name) in lesson.m]
        if not taught:
            return level
        m, matches = median(m for m, _matches in taught), max(matches for _m, matches in taught)
        m = (m * whole * matches + PSEUDO * level.m) / (matches + PSEUDO)
        return replace(level, m=min(max(m, 1e-6), 1.0))

    comparisons = {}
    for kind, levels in base.comparisons.items():
        whole = sum(level.m for level in levels if any((kind, level.name) in lesson.m for lesson in lessons))
        comparisons[kind] = tuple(level_of(kind, level, min(whole, 1.0)) for level in levels)
    return replace(base, comparisons=comparisons)


def _copies(matches: float, records: int) -> float:
    return round(min(max(2 * matches / records, COPIES[0]), COPIES[1]), 4)


def _made_from(records: int, lessons: list[Lesson]) -> str:
    shared = ", ".join(f"{' and '.join(lesson.shared)} ({lesson.matches:,.0f})" for lesson in lessons)
    return f"Learned without labels from {records:,} records; pairs of one person by what they share: {shared}."
