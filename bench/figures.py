"""A measured figure, its target, and how a run is shown and kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `target` is the bound, `is_at_least` its side; None is for information."""

    act: str
    database: str
    name: str
    value: float
    unit: str
    target: float | None = None
    is_at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.is_at_least else self.value <= self.target


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, as one of them (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| act | database | figure | measured | target | |", "|---|---|---|---:|---:|---|"]
    for one in figures:
        target = "" if one.target is None else f"{'≥' if one.is_at_least else '≤'} {shown(one.target, one.unit)}"
        met = {True: "met", False: "**missed**", None: ""}[one.is_met]
        lines.append(f"| {one.act} | {one.database} | {one.name} | {shown(one.value, one.unit)} | {target} | {met} |")
    return "\n".join(lines)


def shown(value: float, unit: str) -> str:
    """A value with its unit, with as many digits as mean something."""
    digits = 0 if value >= 100 or float(value).is_integer() else 1 if value >= 10 else 2 if value >= 1 else 4 if unit == "s" else 2
    return f"{value:,.{digits}f} {unit}".strip()


def keep(figures: Iterable[Figure], run: dict[str, object], *, path: Path = RESULTS) -> None:
    """Write the run; acts and databases that this run did not measure keep their figures of an earlier one, with its machine and date."""
    fresh = [{**asdict(one), "is_met": one.is_met, "run": run} for one in figures]
    measured = {(one["act"], one["database"]) for one in fresh}
    known = json.loads(path.read_text())["figures"] if path.exists() else []
    kept = [one for one in known if (one["act"], one["database"]) not in measured]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"figures": kept + fresh}, indent=1) + "\n")
