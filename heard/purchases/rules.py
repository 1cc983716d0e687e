"""Whether an order can be so: values in, values out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from heard.lib.money import NotMoney, checked
from heard.purchases.said import Line, OrderSaid, WrongOrder

MOST_LINES = 500
MOST_OF_ONE = 1_000_000
LONGEST_NUMBER = 64
STATES = ("placed", "sent", "delivered", "cancelled")
_ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s.,;<>]{2,}$")


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
    if said.buyer.email and (len(said.buyer.email) > 254 or not _ADDRESS.match(said.buyer.email)):
        raise WrongOrder(_("“%(address)s” is not an e-mail address.") % {"address": said.buyer.email[:80]})
    if len(said.buyer.number) > 200:
        raise WrongOrder(_("A customer’s number has at most 200 characters."))
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
