"""An order that is here already is said again, and something of it is different: state, total and lines follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from heard.lib.db import insert_rows
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identifier
from heard.people.rules import normalise_email
from heard.people.services.customers import Customer, identify_customers
from heard.purchases.models import Order, OrderLine, Refund, Return
from heard.purchases.said import OrderSaid, WrongOrder
from heard.timeline.models import InteractionParty


def correct_orders(known: Mapping[str, Order], said: Mapping[str, OrderSaid]) -> set[int]:
    """Let held orders follow what is said of them now; answers the ids of those that changed. Erased ones stay as they are.

    A line that is said no more goes, unless something of it came back: then it is cancelled. Raises WrongOrder for another currency.
    """
    pairs = [(order, said[number]) for number, order in known.items() if order.erased_at is None and order.digest != said[number].digest]
    if not pairs:
        return set()
    lines = _lines([order.pk for order, _said in pairs])
    changed = {order.pk for order, one in pairs if _follow(order, one)}
    changed |= _follow_lines(pairs, lines)
    _let_others_be_meant(pairs)
    moment = now()
    for order, one in pairs:
        order.digest = one.digest
        if order.pk in changed:
            order.changed_at = moment
    Order.objects.bulk_update([order for order, _said in pairs], ["state", "total", "digest", "changed_at"], batch_size=200)
    return changed


def _follow(order: Order, said: OrderSaid) -> bool:
    if order.currency != said.currency:
        raise WrongOrder(
            _("Order %(number)s is in %(currency)s. The currency of an order does not change.")
            % {"number": order.number, "currency": order.currency}
        )
    before = (order.state, order.total)
    order.state, order.total = said.state, said.charged
    return before != (order.state, order.total)


def _lines(order_ids: list[int]) -> dict[int, dict[int, OrderLine]]:
    found: dict[int, dict[int, OrderLine]] = defaultdict(dict)
    for line in OrderLine.objects.filter(order__in=order_ids):
        found[line.order_id][line.position] = line
    return found


def _follow_lines(pairs: list[tuple[Order, OrderSaid]], lines: Mapping[int, Mapping[int, OrderLine]]) -> set[int]:
    from heard.purchases.services.recording import line_row, offerings_by_sku

    offerings = offerings_by_sku(line.sku for _order, one in pairs for line in one.lines)
    fresh, moved, gone = [], [], []
    for order, said in pairs:
        present = lines.get(order.pk, {})
        for position, line in enumerate(said.lines, start=1):
            if position not in present:
                fresh.append(line_row(order, position, line, offerings))
            elif _differs(present[position], wanted := line_row(order, position, line, offerings)):
                wanted.pk = present[position].pk
                moved.append(wanted)
        gone += [line for position, line in present.items() if position > len(said.lines)]
    insert_rows(fresh)
    OrderLine.objects.bulk_update(moved, ["offering", "sku", "name", "quantity", "amount", "state", "state_at"], batch_size=200)
    return {line.order_id for line in [*fresh, *moved]} | _take_out(gone)


def _differs(present: OrderLine, wanted: OrderLine) -> bool:
    names = ("offering_id", "sku", "name", "quantity", "amount", "state", "state_at")
    return any(getattr(present, name) != getattr(wanted, name) for name in names)


def _take_out(lines: list[OrderLine]) -> set[int]:
    """Lines that are said no more. What came back of one keeps it, cancelled."""
    ids = [line.pk for line in lines]
    kept = set(Return.objects.filter(line__in=ids).values_list("line_id", flat=True))
    kept |= set(Refund.objects.filter(line__in=ids).values_list("line_id", flat=True))
    cancelled = {line.order_id for line in lines if line.pk in kept and line.state != "cancelled"}
    OrderLine.objects.filter(pk__in=kept).update(state="cancelled")
    OrderLine.objects.filter(pk__in=set(ids) - kept).delete()
    return cancelled | {line.order_id for line in lines if line.pk not in kept}


def _let_others_be_meant(pairs: list[tuple[Order, OrderSaid]]) -> None:
    """A buyer named otherwise than before (another address) is meant by the order as well; who was named first stays."""
    parties: dict[int, set[int]] = defaultdict(set)
    for interaction, identity in InteractionParty.objects.filter(
        interaction__in=[order.interaction_id for order, _said in pairs]
    ).values_list("interaction_id", "identity_id"):
        parties[interaction].add(identity)
    held = _held({identity for some in parties.values() for identity in some})
    strangers = [
        (order, customer)
        for order, said in pairs
        if not _names(customer := _customer(order, said)) & {value for pk in parties[order.interaction_id] for value in held[pk]}
    ]
    if not strangers:
        return
    identities = identify_customers([customer for _order, customer in strangers])
    insert_rows(
        [
            InteractionParty(interaction_id=order.interaction_id, identity=identity, role="about", happened_at=order.placed_at)
            for (order, _customer), identity in zip(strangers, identities, strict=True)
        ],
        ignore_conflicts=True,
    )


def _held(identity_ids: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for identity, value in Identifier.objects.filter(identity__in=identity_ids).values_list("identity_id", "value"):
        found[identity].add(value)
    return found


def _customer(order: Order, said: OrderSaid) -> Customer:
    buyer = said.buyer
    return Customer(
        order.source.name,
        buyer.email,
        storable(buyer.number, 200),
        storable(buyer.name, 200),
        order.placed_at,
        order.interaction.audience_id,
    )


def _names(customer: Customer) -> set[str]:
    return {normalise_email(customer.email), customer.value} - {""}
