"""What the customer's own copy says of purchases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from heard.privacy.exports import exporter
from heard.purchases.models import Order
from heard.purchases.selectors import with_everything

AT_ONCE = 200


@exporter("orders", order=65, title=gettext_noop("What you bought"))
def orders(identity_id: int) -> Iterator[dict[str, Any]]:
    """Orders that this identity made, oldest first, with what came back. Amounts are in the currency's smallest unit."""
    rows = Order.objects.filter(interaction__parties__identity=identity_id, interaction__parties__role="from", erased_at=None)
    rows = rows.select_related("source").order_by("pk")
    last = 0
    while some := with_everything(list(rows.filter(pk__gt=last)[:AT_ONCE])):
        last = some[-1].pk
        yield from map(_order, some)


def _order(order: Order) -> dict[str, Any]:
    return {
        "source": order.source.name, "number": order.number, "placed_at": order.placed_at.isoformat(), "state": order.state,
        "currency": order.currency, "total": order.total,
        "lines": [{"name": one.name, "quantity": one.quantity, "amount": one.amount, "state": one.state} for one in order.lines.all()],
        "returns": [{"quantity": one.quantity, "at": one.at.isoformat()} for one in order.returns.all()],
        "refunds": [{"amount": one.amount, "at": one.at.isoformat()} for one in order.refunds.all()],
    }  # fmt: skip
