"""What an order says, and whether it can be so: values in, values out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from heard.lib.money import NotMoney, checked

MOST_LINES = 500
MOST_OF_ONE = 1_000_000
LONGEST_NUMBER = 64
STATES = ("placed", "sent", "delivered", "cancelled")


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


def check_order(said: OrderSaid, *, now: datetime) -> None:
    """Raises WrongOrder for the first thing in `said` that cannot be so."""
    _check_head(said, now=now)
    for line in said.lines:
        _check_line(line, said.currency)
    for came in said.returns:
        _check_named(came.number, came.line, said)
        if not 0 < came.quantity <= MOST_OF_ONE:
            raise WrongOrder(_("A return is of one thing or more."))
    for paid in said.refunds:
        _check_named(paid.number, paid.line, said)
        _check_amount(paid.amount, said.currency)
        if paid.amount <= 0:
            raise WrongOrder(_("A refund is above nothing."))
    for kind in (said.returns, said.refunds):
        numbers = sorted(one.number for one in kind)
        if twice := next((one for one, other in pairwise(numbers) if one == other), ""):
            raise WrongOrder(_("“%(number)s” is said twice.") % {"number": twice})


def _check_head(said: OrderSaid, *, now: datetime) -> None:
    if not said.number or len(said.number) > LONGEST_NUMBER or said.number.startswith("#"):
        raise WrongOrder(_("An order needs a number of 1 to 64 characters."))
    if said.placed_at.tzinfo is None:
        raise WrongOrder(_("The time of an order needs a time zone."))
    if said.placed_at > now + timedelta(days=1):
        raise WrongOrder(_("The order’s day lies in the future."))
    if not (said.buyer.email or said.buyer.number):
        raise WrongOrder(_("Say who bought: an e-mail address, or your own number for the customer."))
    if said.state not in STATES:
        raise WrongOrder(_("“%(state)s” is not a state. It is one of: %(states)s.") % {"state": said.state, "states": ", ".join(STATES)})
    if not said.lines:
        raise WrongOrder(_("An order needs at least one line."))
    if len(said.lines) > MOST_LINES:
        raise WrongOrder(_("An order has at most %(most)s lines.") % {"most": MOST_LINES})
    _check_amount(said.charged, said.currency)
    _check_amount(said.refunded, said.currency)
    if said.refunded < 0:
        raise WrongOrder(_("What came back is not below nothing."))
    if said.charged < 0:
        raise WrongOrder(_("An order’s total is not below nothing."))


def _check_line(line: Line, currency: str) -> None:
    if not line.name.strip():
        raise WrongOrder(_("Each line needs the name of what was bought."))
    if not 0 < line.quantity <= MOST_OF_ONE:
        raise WrongOrder(_("A line is of one thing or more."))
    if line.state not in STATES:
        raise WrongOrder(_("“%(state)s” is not a state. It is one of: %(states)s.") % {"state": line.state, "states": ", ".join(STATES)})
    _check_amount(line.amount, currency)
    _check_amount(line.refunded, currency)
    if line.refunded < 0 or line.returned < 0:
        raise WrongOrder(_("What came back is not below nothing."))
    if line.returned > line.quantity:
        raise WrongOrder(_("More came back than was bought."))


def _check_amount(amount: int, currency: str) -> None:
    try:
        checked(amount, currency)
    except NotMoney as problem:
        raise WrongOrder(str(problem)) from None


def _check_named(number: str, line: int, said: OrderSaid) -> None:
    if not number.strip() or len(number) > LONGEST_NUMBER or number.startswith("+"):
        raise WrongOrder(_("What came back needs a number of 1 to 64 characters."))
    if not 0 <= line <= len(said.lines):
        raise WrongOrder(_("There is no line %(line)s in this order.") % {"line": line})


def words_of(lines: Iterable[Line]) -> str:
    """The items as one line, in the source's own words: "2 × Carbon Z poles, Fells 45 rucksack"."""
    return ", ".join(f"{line.quantity} × {line.name}" if line.quantity != 1 else line.name for line in lines)
