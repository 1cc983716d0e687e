"""Orders and gestures as screens show them: items, amounts and what came back, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.accounts.models import User
from heard.conversations.models import Conversation
from heard.gestures.models import Gesture
from heard.gestures.selectors import Budget, budgets_of, gestures_of, told_by
from heard.gestures.words import to_colleagues
from heard.lib.money import in_words
from heard.lib.time import now
from heard.purchases.models import Order, OrderLine, OrderState
from heard.purchases.selectors import fitting, orders_of
from heard.ui.moments import moment_in_words
from heard.web.gesture_forms import GestureForm

SHOWN_BESIDE = 5


@dataclass(frozen=True, slots=True)
class LineView:
    """An item: its name in the shop's words, what was charged, what became of it, and what fits with it."""

    name: str
    amount: str
    said: str
    fits: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order ready to be shown. `said` is what became of the whole where it is not told line by line."""

    pk: int
    number: str
    source: str
    placed_at: datetime
    total: str
    state: str
    said: str
    lines: list[LineView]


@dataclass(frozen=True, slots=True)
class GestureView:
    """What was given: a sentence, by whom, when; `is_untold` while no reply has told it, `is_ticked` when this one will."""

    pk: int
    what: str
    by: str
    at: datetime
    is_untold: bool
    is_done: bool
    is_ticked: bool


def order_view(order: Order, fits: dict[int, list[Any]] | None = None) -> OrderView:
    """An order that was loaded with everything."""
    lines = list(order.lines.all())
    states = {line.state for line in lines}
    # Where all lines share a state it is told once, above them.
    shared = order.state if states <= {order.state} and not any(line.state_at for line in lines) else ""
    return OrderView(
        pk=order.pk,
        number=order.number,
        source=order.source.name,
        placed_at=order.placed_at,
        total=in_words(order.total, order.currency),
        state=str(OrderState(order.state).label) if shared else "",
        said=" · ".join(_of_the_whole(order)),
        lines=[_line_view(order, line, fits or {}, tells_state=not shared) for line in lines],
    )


def _line_view(order: Order, line: OrderLine, fits: dict[int, list[Any]], *, tells_state: bool) -> LineView:
    back = sum(one.quantity for one in order.returns.all() if one.line_id == line.pk)
    paid = sum(one.amount for one in order.refunds.all() if one.line_id == line.pk)
    parts = [_state_of(line)] if tells_state else []
    if back:
        parts.append(_("came back") if back >= line.quantity else _("%(n)s of %(all)s came back") % {"n": back, "all": line.quantity})
    if paid:
        parts.append(_("%(amount)s given back") % {"amount": in_words(paid, order.currency)})
    name = f"{line.quantity} × {line.name}" if line.quantity != 1 else line.name
    others = ", ".join(one.name for one in fits.get(line.offering_id or 0, [])[:3])
    said = " · ".join(part for part in parts if part)
    return LineView(name, in_words(line.amount, order.currency), said[:1].upper() + said[1:], others)


def _state_of(line: OrderLine) -> str:
    state = str(OrderState(line.state).label)
    return f"{state} {moment_in_words(line.state_at, now=now(), style='day')}" if line.state_at else state


def _of_the_whole(order: Order) -> Iterable[str]:
    whole = sum(one.amount for one in order.refunds.all() if one.line_id is None)
    if whole:
        yield _("%(amount)s given back") % {"amount": in_words(whole, order.currency)}
    back = sum(one.quantity for one in order.returns.all() if one.line_id is None)
    if back:
        yield ngettext("%(n)s item came back", "%(n)s items came back", back) % {"n": back}


def gesture_view(gesture: Gesture, *, ticked: Collection[str] | None = None) -> GestureView:
    """A gesture that was loaded with its order, line and giver. `ticked` are those of a form that came back; None: all that is untold."""
    is_untold = gesture.told_in_id is None
    return GestureView(
        gesture.pk, to_colleagues(gesture), gesture.by.name, gesture.at, is_untold, gesture.carried_out_at is not None,
        is_untold and (ticked is None or str(gesture.pk) in ticked),
    )  # fmt: skip


def given_by(message_ids: Sequence[int]) -> dict[int, list[str]]:
    """What each of these messages told of gestures, in words. One query."""
    return {number: [to_colleagues(one) for one in gestures] for number, gestures in told_by(message_ids).items()}


def shown_orders(orders: Sequence[Order], *, limit: int) -> dict[str, Any]:
    """Orders that were loaded with everything, ready to be shown, and whether there are more. One query for what fits with their items."""
    fits = fitting(line.offering_id for order in orders for line in order.lines.all() if line.offering_id) if orders else {}
    return {"orders": [order_view(order, fits) for order in orders[:limit]], "has_more_orders": len(orders) > limit}


def purchases_beside(
    actor: User,
    conversation: Conversation,
    identity_ids: Sequence[int],
    form: Any = None,
    ticked: Collection[str] | None = None,
    *,
    has_gestures: bool = True,
) -> dict[str, Any]:
    """The newest orders, what was given in the conversation, and what `actor` may give, with its form. Seven queries, two with neither."""
    orders = orders_of(identity_ids, actor, limit=SHOWN_BESIDE + 1)
    budgets = [budget for budget in budgets_of(actor) if budget.amount] if actor.can_write else []
    form = form or GestureForm(orders=orders[:SHOWN_BESIDE], currencies=[budget.currency for budget in budgets])
    gestures = [gesture_view(one, ticked=ticked) for one in gestures_of(conversation.pk)] if has_gestures else []
    giving = {
        "gestures": gestures,
        "budgets": [BudgetView.of(budget) for budget in budgets],
        "form": form,
    }
    return {**shown_orders(orders, limit=SHOWN_BESIDE), "giving": giving, "untold": [one for one in gestures if one.is_untold]}


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget in words, with what is left of it as a percentage for the bar."""

    left: str
    amount: str
    share: int
    currency: str
    is_used_up: bool
    ends_at: datetime

    @classmethod
    def of(cls, budget: Budget) -> BudgetView:
        return cls(
            in_words(budget.left, budget.currency), in_words(budget.amount, budget.currency), budget.share, budget.currency,
            budget.left == 0, budget.ends_at,
        )  # fmt: skip
