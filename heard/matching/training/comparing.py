"""All with all: who shares a key, and how each such pair scores by a model's weights in SQL.

The score leaves out what only the scorer knows (that households share values, that names alone prove nobody): it is never lower for that.
So it says which pairs are worth comparing in full; what they weigh is for `heard.matching.scoring` alone to say, here as in daily life.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from heard.matching.model import Model
from heard.matching.training.engines import Engine
from heard.matching.training.levels import SILENT, conditions

MOST_HOLDERS = 200
"""A key that more records hold finds nobody in particular."""
RECORDS, KEYS, PAIRS = "heard_records", "heard_keys", "heard_pairs"


class Linkage:
    """The records of a folder (see columns.py) in an engine, and the pairs among them that share a key."""

    def __init__(self, engine: Engine, folder: Path, *, most_holders: int = MOST_HOLDERS) -> None:
        self.engine = engine
        self.records = engine.load(RECORDS, folder / "records.parquet")
        engine.load(KEYS, folder / "keys.parquet")
        engine.make("heard_telling_keys", f"select key from {KEYS} group by key having count(*) between 2 and {most_holders}")  # noqa: S608
        self.pairs = engine.make(
            PAIRS,
            "select distinct 0 as match_key, one.id as join_key_l, other.id as join_key_r "  # noqa: S608
            f"from {KEYS} one join heard_telling_keys telling on telling.key = one.key "
            f"join {KEYS} other on other.key = one.key and one.id < other.id",
        )
        self._tables = 0

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
