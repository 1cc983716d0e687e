"""How well a standing promise is kept, and what changed between two wordings: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heard.lib.statistics import wilson_interval

FEWEST = 10
"""Below this many cases a share says more about chance than about us."""


@dataclass(frozen=True, slots=True)
class Came:
    """How many promises of one kind and one team came due: kept in time, and not."""

    kind: str
    team_id: int | None
    kept: int
    broken: int


@dataclass(frozen=True, slots=True)
class KeptShare:
    """Of `counted` promises that came due, `kept` were kept in time."""

    kept: int
    counted: int

    @property
    def share(self) -> int | None:
        """In whole points of 100; None below ten cases."""
        return round(100 * self.kept / self.counted) if self.counted >= FEWEST else None

    @property
    def interval(self) -> tuple[int, int]:
        """The 95 % Wilson interval in whole points; (0, 100) when nothing was counted."""
        return wilson_interval(self.kept, self.counted)

    @property
    def missed(self) -> int:
        """How many were not kept in time."""
        return self.counted - self.kept


def kept_share(came: Iterable[Came], *, kind: str, team_id: int | None) -> KeptShare:
    """What came due of one kind, for one team, or for all when `team_id` is None."""
    chosen = [one for one in came if one.kind == kind and team_id in (None, one.team_id)]
    kept = sum(one.kept for one in chosen)
    return KeptShare(kept, kept + sum(one.broken for one in chosen))


def changed(before: Mapping[str, str] | None, after: Mapping[str, str]) -> list[str]:
    """The names of the answers that differ between two versions, in the order of `after`; all that are filled when there was none before."""
    return [name for name, value in after.items() if value != (before or {}).get(name, "")]
