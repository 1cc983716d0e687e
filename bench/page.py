"""The figures of the latest runs on their page, docs/benchmarks.md: between two marks, so that the words around them stay."""

from __future__ import annotations

import json
from pathlib import Path

from bench.figures import RESULTS, Figure, table

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by bin/bench -->", "<!-- end of the figures -->"


def write(*, results: Path = RESULTS, page: Path = PAGE) -> None:
    """Put the figures of `results` between the marks of `page`."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{figures(results)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def figures(results: Path) -> str:
    """Tables by act, and the machines they were measured on."""
    rows = json.loads(results.read_text())["figures"]
    names = ("act", "database", "name", "value", "unit", "target", "is_at_least")
    parts = []
    for act in dict.fromkeys(row["act"] for row in rows):
        mine = sorted((row for row in rows if row["act"] == act), key=lambda row: row["database"] != "sqlite")
        parts.append(f"### {act.capitalize()}\n\n{table(Figure(**{name: row[name] for name in names}) for row in mine)}\n\n{_runs(mine)}")
    return "\n" + "\n\n".join(parts) + "\n"


def _runs(rows: list[dict]) -> str:
    runs = {row["database"]: row["run"] for row in rows}
    return "\n".join(
        f"- {database}: {run['date']}, load {run['load']} before the run; {run['cores']} cores of {run['cpu']}, {run['memory_gb']} GB, "
        f"Linux {run['kernel']}, Python {run['python']}, SQLite {run['sqlite']}"
        + (f", PostgreSQL {run['postgresql']}" if "postgresql" in run else "")
        for database, run in runs.items()
    )
