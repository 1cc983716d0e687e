"""How much may be given, and until when it counts: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Budget:
    """What somebody may give in a currency this week, and what of it is given. Minor units."""

    currency: str
    amount: int
    spent: int
    ends_at: datetime

    @property
    def left(self) -> int:
        return max(self.amount - self.spent, 0)

    @property
    def share(self) -> int:
        """How much of it is left, as a whole percentage; 0 where there never was any."""
        return 100 * self.left // self.amount if self.amount else 0


def week_of(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From Monday 0:00 until the next one, in `zone`, as moments in UTC."""
    local = moment.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())

    def midnight(days: int) -> datetime:
        day = monday + timedelta(days=days)
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

    return midnight(0), midnight(7)


def left_to_refund(total: int, refunded: int, given: int) -> int:
    """What of an order can still be given back. The source may have carried out a gesture already, so the two are not added."""
    return max(total - max(refunded, given), 0)
