"""What a source says of an order: the values that services take in. Money is minor units."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime


class WrongOrder(ValueError):
    """An order, or an offering, contradicts itself or lacks something; the message says what, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, as the source knows them: an e-mail address, or the source's own number for them, or both."""

    email: str = ""
    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `amount` is for all of it. `returned` and `refunded` are how much came back so far, where a source knows only that."""

    name: str
    amount: int
    quantity: int = 1
    sku: str = ""
    state: str = "placed"
    state_at: datetime | None = None
    returned: int = 0
    returned_at: datetime | None = None
    refunded: int = 0
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CameBack:
    """A return of the source, known by its number. `line` counts from 1; 0 is the whole order."""

    number: str
    quantity: int
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class PaidBack:
    """A refund of the source, known by its number, in minor units. `line` counts from 1; 0 is the whole order."""

    number: str
    amount: int
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class OrderSaid:
    """Everything a source says of one order. `total` None is the sum of the lines.

    `refunded` is what was given back so far for the whole order, beside that of its lines, where a source knows only that.
    """

    number: str
    placed_at: datetime
    currency: str
    buyer: Buyer
    lines: tuple[Line, ...]
    state: str = "placed"
    total: int | None = None
    refunded: int = 0
    refunded_at: datetime | None = None
    returns: tuple[CameBack, ...] = field(default_factory=tuple)
    refunds: tuple[PaidBack, ...] = field(default_factory=tuple)

    @property
    def charged(self) -> int:
        return self.total if self.total is not None else sum(line.amount for line in self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 over all of it: the same said twice has the same one."""
        text = json.dumps(asdict(self), default=lambda moment: moment.isoformat(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def words_of(lines: Iterable[Line]) -> str:
    """The items as one line, in the source's own words: "2 × Carbon Z poles, Fells 45 rucksack"."""
    return ", ".join(f"{line.quantity} × {line.name}" if line.quantity != 1 else line.name for line in lines)
