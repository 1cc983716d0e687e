"""All with all: who shares a key, and how each such pair scores by a model's weights in SQL.

The score leaves out what only the scorer knows (that households share values, that names alone prove nobody): it is never lower for that.
So it says which pairs are worth comparing in full; what they weigh is for `heard.matching.scoring` alone to say, here as in daily life.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from heard.matching.candidates import MOST_HOLDERS
from heard.matching.model import Model
from heard.matching.training.engines import Engine
from heard.matching.training.levels import SILENT, conditions

RECORDS, KEYS, PAIRS = "heard_records", "heard_keys", "heard_pairs"


class Linkage:
    """The records of a folder (see columns.py) in an engine, and the pairs among them that `candidates.candidates` would compare."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self._tables = 0
        self.records = engine.load(RECORDS, folder / "records")
        engine.load(KEYS, folder / "keys")
        engine.make("heard_key_holders", f"select key, count(*) as holders from {KEYS} group by key having count(*) > 1")  # noqa: S608
        self.pairs = engine.make(
            PAIRS,
            "select 0 as match_key, one.id as join_key_l, other.id as join_key_r "  # noqa: S608
            f"from {KEYS} one join heard_key_holders shared on shared.key = one.key and shared.holders <= {MOST_HOLDERS} "
            f"join {KEYS} other on other.key = one.key and one.id < other.id "
            "group by one.id, other.id having sum(one.strength) > 1",
        )

    def crowded(self) -> set[int]:
        """The keys that so many hold that they find nobody; the values behind them say nothing."""
        query = f"select key from heard_key_holders where holders > {MOST_HOLDERS}"  # noqa: S608
        return {row[0] for row in self.engine.rows(query)}

    def worth_comparing(self, model: Model, *, at_least: float) -> Iterator[tuple[bytes, bytes]]:
        """Both packed records of each pair that may weigh so much: by the score in SQL, or because it did not see all of a record."""
        kept = self.engine.make(
            "heard_kept",
            f"select unique_id_l as one, unique_id_r as other from {self.scored(model, at_least=at_least)} union "  # noqa: S608
            f"select join_key_l, join_key_r from {PAIRS} where join_key_l in (select unique_id from {RECORDS} where has_more) "
            f"or join_key_r in (select unique_id from {RECORDS} where has_more)",
        )
        return self._packed(f"select one, other from {kept.physical_name}")  # noqa: S608

    def count(self) -> int:
        """How many pairs there are."""
        return int(next(iter(self.engine.rows(f"select count(*) from {PAIRS}")))[0])  # noqa: S608

    def sample(self, one_in: int) -> Iterator[tuple[bytes, bytes]]:
        """Both packed records of one in so many pairs, the same ones each time."""
        mixed = f"(join_key_l * 7919 + join_key_r * 104729) % {one_in} = 0"
        return self._packed(f"select join_key_l as one, join_key_r as other from {PAIRS} where {mixed}")  # noqa: S608

    def _packed(self, pairs: str) -> Iterator[tuple[bytes, bytes]]:
        return self.engine.rows(
            f"select a.packed, b.packed from ({pairs}) k "  # noqa: S608
            f"join {RECORDS} a on a.unique_id = k.one join {RECORDS} b on b.unique_id = k.other"
        )

    def linker(self, model: Model) -> Any:
        """Splink with this model, over the pairs that share a key."""
        from splink import Linker

        linker = Linker(self.records, settings_of(model, self.engine), log_level=None)
        linker.table_management.register_blocked_pairs_for_predict(self.pairs)
        for column in sorted({level.by_frequency for levels in model.comparisons.values() for level in levels if level.by_frequency}):
            self._tables += 1
            name = f"heard_frequencies_{column}_{self._tables}"
            table = self.engine.frequencies(name, column, model.frequencies.get(column, {}))
            linker.table_management.register_term_frequency_lookup(table, column)
        return linker

    def scored(self, model: Model, *, at_least: float) -> str:
        """The name of a table (unique_id_l, unique_id_r, match_weight, match_probability) of the pairs of at least this weight."""
        return str(self.linker(model).inference.predict(threshold_match_weight=at_least, warning_mode="never").physical_name)


def settings_of(model: Model, engine: Engine) -> dict[str, Any]:
    """A model as settings of Splink: the same comparisons, levels, probabilities and prior."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": model.prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": ["l.unique_id = r.unique_id"],  # the pairs are registered; this is never asked
        "em_convergence": 0.001,
        "max_iterations": 20,
        "comparisons": [
            {"output_column_name": kind, "comparison_levels": _levels(kind, levels, model)}
            for kind, levels in conditions(engine).items()
            if kind in model.comparisons
        ],
    }


def _levels(kind: str, levels: list[tuple[str, str]], model: Model) -> list[dict[str, Any]]:
    known = {level.name: level for level in model.comparisons[kind]}
    made: list[dict[str, Any]] = []
    for name, sql in levels:
        if name == SILENT:
            made.append({"sql_condition": sql, "label_for_charts": "unknown", "is_null_level": True})
            continue
        level = known[name]
        u = model.u(level)
        settings = {"sql_condition": sql or "ELSE", "label_for_charts": name, "m_probability": level.m, "u_probability": u}
        if level.by_frequency and level.by_frequency in model.frequencies and sql:
            settings |= {"tf_adjustment_column": level.by_frequency, "disable_tf_exact_match_detection": True}
        made.append(settings)
    return made
