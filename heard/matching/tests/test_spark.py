"""The same model gives the same pairs on DuckDB and on Spark."""

from pathlib import Path

import pytest

from bench.register import Register
from heard.matching.freezing import freeze
from heard.matching.model import default_model
from heard.matching.records import pack
from heard.matching.training.comparing import Linkage
from heard.matching.training.engines import open_engine
from heard.matching.training.rebuilding import SIEVE, Workers, compare_all, write_columns

WITHIN = 1e-6
"""Weights may differ by what the last digits of two mathematics libraries do."""


def scored(engine: str, folder: Path, model) -> dict[tuple[int, int], float]:
    """The weight of every pair that both engines would hand to the scorer."""
    with open_engine(engine, folder) as opened:
        table = Linkage(opened, folder).scored(model, at_least=SIEVE)
        return {(one, other): weight for one, other, weight in opened.rows(f"select unique_id_l, unique_id_r, match_weight from {table}")}


def both(count: int, folder: Path) -> tuple[dict[tuple[int, int], float], dict[tuple[int, int], float]]:
    records = [record for _, record in Register(seed=5).records(count)]
    model = freeze(default_model(), records, version="test")
    with Workers(1) as workers:
        write_columns(map(pack, records), folder, workers)
    return scored("duckdb", folder, model), scored("spark", folder, model)


def test_both_engines_give_the_same_pairs(tmp_path):
    here, there = both(1_000, tmp_path)
    assert len(here) > 500 and here.keys() == there.keys()
    assert max(abs(here[pair] - there[pair]) for pair in here) < WITHIN


@pytest.mark.soak
def test_both_engines_find_the_same_matches_among_many(tmp_path):
    packed = [pack(record) for _, record in Register(seed=6).records(50_000)]
    model = freeze(default_model(), [record for _, record in Register(seed=6).records(50_000)], version="test")
    here, there = (set(compare_all(packed, model, engine=engine, folder=tmp_path)) for engine in ("duckdb", "spark"))
    assert len(here) > 20_000 and here == there
