"""What a source says of its orders is taken in: the same said twice changes nothing, and what happened is never taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from heard.accounts.models import User
from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows, lock
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identity
from heard.people.services.customers import Customer, identify_customers
from heard.privacy.tombstones import buried_among, keyed
from heard.purchases.models import Offering, Order, OrderLine, OrderSource
from heard.purchases.rules import check_order
from heard.purchases.said import Line, OrderSaid, words_of
from heard.purchases.services.coming_back import record_what_came_back
from heard.purchases.services.correcting import correct_orders
from heard.timeline.services.recording import NewInteraction, record_interactions

CHANNEL = "order"
TOMBSTONE = "order"
MADE, CHANGED, UNCHANGED, LEFT_ALONE = "made", "changed", "unchanged", "left_alone"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of one order: `made`, `changed`, `unchanged`, or `left_alone` because it was erased before (then without an order)."""

    outcome: str
    order: Order | None


@transaction.atomic
def record_orders(source: OrderSource, said: Sequence[OrderSaid], *, by: User | None, is_history: bool = False) -> list[Recorded]:
    """Take in orders of one source, each once; answers in their order. About twenty queries for any number, best below 200.

    New ones become interactions of whoever bought. Of known ones state, total and lines follow; returns and refunds are added, never changed
    or removed. Raises WrongOrder for what cannot be so, and for a return or refund that was recorded
    otherwise; then takes nothing.
    """
    for one in said:
        check_order(one, now=now())
    source = lock(source)  # two who bring the same order wait for each other
    marks = {one.number: order_mark(source, one.number) for one in said}
    known = _known(source, marks)
    buried = buried_among(TOMBSTONE, [mark_text(source, one.number) for one in said if one.number not in known])
    fresh = [one for one in said if one.number not in known and mark_text(source, one.number) not in buried]
    made = _make(source, fresh, is_history=is_history)
    again = {one.number: one for one in said if one.number in known}
    changed = correct_orders({number: known[number] for number in again}, again)
    added = record_what_came_back({**known, **made}, {**again, **{one.number: one for one in fresh}}, is_history=is_history)
    _tell(made.values(), [order for order in known.values() if order.pk in changed], by, is_history=is_history)
    return [_recorded(one, known, made, changed | added) for one in said]


def order_mark(source: OrderSource, number: str) -> str:
    """What stands in the place of an erased order's number."""
    return "#" + keyed(TOMBSTONE, mark_text(source, number))


def mark_text(source: OrderSource, number: str) -> str:
    """What is hashed of an order."""
    return f"{source.name}/{number}"


def _known(source: OrderSource, marks: dict[str, str]) -> dict[str, Order]:
    """Orders that are here already, held, by the number that was said; erased ones too."""
    said = {mark: number for number, mark in marks.items()}
    rows = lock(Order.objects.filter(source=source, number__in=[*marks, *said]).select_related("interaction"))
    return {said.get(row.number, row.number): row for row in rows}


def _recorded(one: OrderSaid, known: dict[str, Order], made: dict[str, Order], changed: set[int]) -> Recorded:
    if one.number in made:
        return Recorded(MADE, made[one.number])
    order = known.get(one.number)
    if order is None or order.erased_at is not None:
        return Recorded(LEFT_ALONE, None)
    return Recorded(CHANGED if order.pk in changed else UNCHANGED, order)


def _make(source: OrderSource, said: Sequence[OrderSaid], *, is_history: bool) -> dict[str, Order]:
    """New orders with their lines, and their interactions."""
    if not said:
        return {}
    buyers = identify_customers(
        [
            Customer(
                source.name,
                one.buyer.email,
                storable(one.buyer.number, 200),
                storable(one.buyer.name, 200),
                one.placed_at,
                source.audience_id,
            )
            for one in said
        ]
    )
    interactions = record_interactions([_interaction(source, one, buyer, is_history) for one, buyer in zip(said, buyers, strict=True)])
    moment = now()
    orders = [
        Order(
            source=source, number=one.number, interaction=interaction, placed_at=one.placed_at, currency=one.currency, total=one.charged,
            state=one.state, digest=one.digest, changed_at=moment,
        )
        for one, interaction in zip(said, interactions, strict=True)
    ]  # fmt: skip
    insert_rows(orders)
    offerings = offerings_by_sku(line.sku for one in said for line in one.lines)
    insert_rows(
        [
            line_row(order, position, line, offerings)
            for one, order in zip(said, orders, strict=True)
            for position, line in enumerate(one.lines, start=1)
        ]
    )
    return {one.number: order for one, order in zip(said, orders, strict=True)}


def _interaction(source: OrderSource, said: OrderSaid, buyer: Identity, is_history: bool) -> NewInteraction:
    return NewInteraction(
        audience=source.audience,
        channel=CHANNEL,
        direction="in",
        kind="order",
        stage="buy",
        happened_at=said.placed_at,
        text=words_of(said.lines),
        parties=[(buyer, "from")],
        is_history=is_history,
    )


def offerings_by_sku(skus: Iterable[str]) -> dict[str, Offering]:
    """The offerings of these numbers. One query."""
    return {one.sku: one for one in Offering.objects.filter(sku__in={sku for sku in skus if sku})}


def line_row(order: Order, position: int, line: Line, offerings: dict[str, Offering]) -> OrderLine:
    """A line as a row that is not saved yet."""
    return OrderLine(
        order=order, position=position, offering=offerings.get(line.sku), sku=storable(line.sku, 64), name=storable(line.name, 200),
        quantity=line.quantity, amount=line.amount, state=line.state, state_at=line.state_at,
    )  # fmt: skip


def _tell(made: Iterable[Order], changed: Iterable[Order], by: User | None, *, is_history: bool) -> None:
    parties = _buyers([order.interaction_id for order in made])
    record_events(
        [
            NewEvent(
                "order.recorded", order, by, order.interaction.audience_id, is_history,
                fields={"interaction_id": order.interaction_id, "identity_ids": parties.get(order.interaction_id, [])},
            )
            for order in made
        ]
        + [NewEvent("order.changed", order, by, order.interaction.audience_id, is_history, fields={"state": order.state}) for order in changed]
    )  # fmt: skip


def _buyers(interaction_ids: Sequence[int]) -> dict[int, list[int]]:
    from heard.timeline.models import InteractionParty

    found: dict[int, list[int]] = {}
    for interaction, identity in InteractionParty.objects.filter(interaction__in=interaction_ids).values_list(
        "interaction_id", "identity_id"
    ):
        found.setdefault(interaction, []).append(identity)
    return found
