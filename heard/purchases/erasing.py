"""What an erasure does to purchases: items, amounts and numbers go; that there was an order, and when, stays."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.lib.db import lock
from heard.lib.time import now
from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.purchases.models import Order, OrderLine, Refund, Return, Taking, TakingState
from heard.purchases.services.recording import TOMBSTONE, mark_text, order_mark
from heard.timeline.erasing import parts_of


@eraser("purchases", order=15)
def erase_purchases(scope: ErasureScope) -> list[Outcome]:
    """Empty the orders of whoever is erased, and drop files of orders that nobody has taken in yet: they may be in them."""
    waiting = Taking.objects.filter(blob__isnull=False, kind="orders")
    if scope.is_preview:
        number = sum(Order.objects.filter(interaction__in=some, erased_at=None).count() for some in parts_of(scope.interaction_ids))
        return _outcomes(number, waiting.count())
    number = sum(_erase(scope, lock(_orders(some))) for some in parts_of(scope.interaction_ids))
    files = 0
    for taking in lock(waiting):
        scope.litter["files"].add(taking.blob_id or 0)
        taking.blob, taking.state, taking.name, taking.problems, taking.finished_at = None, TakingState.DROPPED, "", [], now()
        taking.save(update_fields=["blob", "state", "name", "problems", "finished_at"])
        files += 1
    scope.tables |= {model._meta.db_table for model in (Order, OrderLine, Return, Refund, Taking)}
    return _outcomes(number, files)


def _orders(interaction_ids: list[int]):  # type: ignore[no-untyped-def]
    return Order.objects.filter(interaction__in=interaction_ids, erased_at=None).select_related("source")


def _erase(scope: ErasureScope, orders: list[Order]) -> int:
    moment, ids = now(), [order.pk for order in orders]
    for model in (Return, Refund, OrderLine):
        model._base_manager.filter(order__in=ids).delete()
    for order in orders:
        scope.tombstones[TOMBSTONE].add(mark_text(order.source, order.number))
        order.number = order_mark(order.source, order.number)
        order.total, order.digest, order.erased_at = 0, "", moment
    Order.objects.bulk_update(orders, ["number", "total", "digest", "erased_at"], batch_size=200)
    return len(orders)


def _outcomes(orders: int, files: int) -> list[Outcome]:
    stub = gettext_noop("That there was an order, and when, stays; a keyed one-way mark keeps it from being taken in again.")
    dropped = gettext_noop("Files of orders that were looked at and not taken in yet are dropped; bring them again.")
    return [Outcome("orders", orders, stub, orders), Outcome("order_files", files, dropped if files else "")]
