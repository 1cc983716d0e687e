"""Returns and refunds: each is recorded once, on the time line too, and none is ever changed or taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identity
from heard.purchases.models import Order, OrderLine, Refund, Return
from heard.purchases.said import CameBack, OrderSaid, PaidBack, WrongOrder
from heard.timeline.models import Interaction, InteractionParty
from heard.timeline.services.recording import NewInteraction, record_interactions


@dataclass(slots=True)
class Before:
    """What came back of some orders so far, and their lines."""

    lines: dict[tuple[int, int], OrderLine] = field(default_factory=dict)
    returns: dict[int, dict[str, Return]] = field(default_factory=lambda: defaultdict(dict))
    refunds: dict[int, dict[str, Refund]] = field(default_factory=lambda: defaultdict(dict))


def record_what_came_back(orders: Mapping[str, Order], said: Mapping[str, OrderSaid], *, is_history: bool) -> set[int]:
    """Add the returns and refunds that are new; answers the ids of their orders. Raises WrongOrder where one was recorded otherwise."""
    wanted = [(orders[number], one) for number, one in said.items() if orders[number].erased_at is None and _names_any(one)]
    if not wanted:
        return set()
    before = _before([order.pk for order, _said in wanted])
    returns = [row for order, one in wanted for row in _new_returns(order, one, before)]
    refunds = [row for order, one in wanted for row in _new_refunds(order, one, before)]
    if not returns and not refunds:
        return set()
    _put_on_the_time_line([*returns, *refunds], is_history=is_history)
    insert_rows(returns)
    insert_rows(refunds)
    _tell(returns, refunds, is_history=is_history)
    return {row.order_id for row in returns} | {row.order_id for row in refunds}


def _names_any(said: OrderSaid) -> bool:
    return bool(said.returns or said.refunds or said.refunded or any(line.returned or line.refunded for line in said.lines))


def _before(order_ids: list[int]) -> Before:
    before = Before({(line.order_id, line.position): line for line in OrderLine.objects.filter(order__in=order_ids)})
    for returned in Return.objects.filter(order__in=order_ids):
        before.returns[returned.order_id][returned.number] = returned
    for refund in Refund.objects.filter(order__in=order_ids):
        before.refunds[refund.order_id][refund.number] = refund
    return before


def _new_returns(order: Order, said: OrderSaid, before: Before) -> list[Return]:
    rows, known = [], before.returns[order.pk]
    for came in said.returns:
        line = before.lines.get((order.pk, came.line))
        if (there := known.get(came.number)) is not None:
            _refuse_if(there.quantity != came.quantity or there.line_id != (line.pk if line else None), order, came.number)
            continue
        rows.append(_return(order, line, came))
    for position, one in enumerate(said.lines, start=1):
        line = before.lines[order.pk, position]
        so_far = sum(row.quantity for row in [*known.values(), *rows] if row.line_id == line.pk)
        if one.returned > so_far:
            came = CameBack(f"+{position}:{one.returned}", one.returned - so_far, _when(one.returned_at, order), position)
            rows.append(_return(order, line, came))
    return rows


def _new_refunds(order: Order, said: OrderSaid, before: Before) -> list[Refund]:
    rows, known = [], before.refunds[order.pk]
    for paid in said.refunds:
        line = before.lines.get((order.pk, paid.line))
        if (there := known.get(paid.number)) is not None:
            _refuse_if(there.amount != paid.amount or there.line_id != (line.pk if line else None), order, paid.number)
            continue
        rows.append(_refund(order, line, paid))
    for position, one in enumerate(said.lines, start=1):
        line = before.lines[order.pk, position]
        so_far = sum(row.amount for row in [*known.values(), *rows] if row.line_id == line.pk)
        if one.refunded > so_far:
            paid = PaidBack(f"+{position}:{one.refunded}", one.refunded - so_far, _when(one.refunded_at, order), position)
            rows.append(_refund(order, line, paid))
    so_far = sum(row.amount for row in [*known.values(), *rows])
    if said.refunded > so_far:
        rows.append(_refund(order, None, PaidBack(f"+0:{said.refunded}", said.refunded - so_far, _when(said.refunded_at, order))))
    return rows


def _return(order: Order, line: OrderLine | None, came: CameBack) -> Return:
    return Return(order=order, line=line, number=storable(came.number, 64), quantity=came.quantity, at=came.at)


def _refund(order: Order, line: OrderLine | None, paid: PaidBack) -> Refund:
    return Refund(order=order, line=line, number=storable(paid.number, 64), amount=paid.amount, at=paid.at)


def _when(said: datetime | None, order: Order) -> datetime:
    """When it happened, where a source says so; else when we heard of it."""
    return max(said or now(), order.placed_at)


def _refuse_if(differs: bool, order: Order, number: str) -> None:
    if differs:
        raise WrongOrder(
            _("“%(number)s” of order %(order)s is recorded otherwise. What happened is not changed; give a correction its own number.")
            % {"number": number, "order": order.number}
        )


def _put_on_the_time_line(rows: list[Return | Refund], *, is_history: bool) -> None:
    """One interaction each, of whoever the order is of, readable by whoever reads the order."""
    parties = _parties([row.order.interaction_id for row in rows])
    interactions: list[Interaction] = record_interactions([_interaction(row, parties, is_history) for row in rows])
    for row, interaction in zip(rows, interactions, strict=True):
        row.interaction = interaction


def _interaction(row: Return | Refund, parties: Mapping[int, list[Identity]], is_history: bool) -> NewInteraction:
    is_return = isinstance(row, Return)
    order = row.order
    return NewInteraction(
        audience=order.interaction.audience,
        channel="order",
        direction="in" if is_return else "out",
        kind="return" if is_return else "refund",
        stage="get_help",
        happened_at=row.at,
        text=_what(row),
        parties=[(identity, "from" if is_return else "to") for identity in parties.get(order.interaction_id, [])],
        is_history=is_history,
    )


def _what(row: Return | Refund) -> str:
    if row.line is None:
        return ""
    quantity = row.quantity if isinstance(row, Return) else row.line.quantity
    return f"{quantity} × {row.line.name}" if quantity != 1 else row.line.name


def _parties(interaction_ids: list[int]) -> dict[int, list[Identity]]:
    found: dict[int, list[Identity]] = defaultdict(list)
    for party in InteractionParty.objects.filter(interaction__in=interaction_ids).select_related("identity").order_by("pk"):
        if party.identity not in found[party.interaction_id]:
            found[party.interaction_id].append(party.identity)
    return found


def _tell(returns: list[Return], refunds: list[Refund], *, is_history: bool) -> None:
    record_events(
        [
            NewEvent(
                "return.recorded", row, None, row.order.interaction.audience_id, is_history,
                fields={"order_id": row.order_id, "quantity": row.quantity},
            )
            for row in returns
        ]
        + [
            NewEvent(
                "refund.recorded", row, None, row.order.interaction.audience_id, is_history,
                fields={"order_id": row.order_id, "amount": row.amount, "currency": row.order.currency.lower()},
            )
            for row in refunds
        ]
    )  # fmt: skip
