"""What orders tell of people for segments: how many, for how much, when last, of what, and what came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from heard.people.attributes import Counted, Fold, declare
from heard.purchases.models import Order, OrderLine, OrderState, Refund, Return

NAMES = ["orders", "last_order", "spent", "bought", "returns"]
BUYER = "interaction__parties__identity"


def _orders_of(identity_ids: Sequence[int]) -> QuerySet[Order]:
    """Orders that stand, of the identities that placed them."""
    rows = Order.objects.filter(interaction__parties__identity__in=identity_ids, interaction__parties__role="from", erased_at=None)
    return rows.exclude(state=OrderState.CANCELLED).order_by()


def _orders(identity_ids: Sequence[int]) -> Iterator[Counted]:
    for identity, number in _orders_of(identity_ids).values_list(BUYER).annotate(Count("pk", distinct=True)):
        yield Counted(identity, number=number)


def _last_order(identity_ids: Sequence[int]) -> Iterator[Counted]:
    for identity, at in _orders_of(identity_ids).values_list(BUYER).annotate(Max("placed_at")):
        yield Counted(identity, at=at)


def _spent(identity_ids: Sequence[int]) -> Iterator[Counted]:
    """What was charged less what was given back, by currency."""
    given_back = dict(_given_back(identity_ids))
    for identity, currency, total in _orders_of(identity_ids).values_list(BUYER, "currency").annotate(Sum("total")):
        yield Counted(identity, number=total - given_back.get((identity, currency), 0), text=currency)


def _given_back(identity_ids: Sequence[int]) -> Iterator[tuple[tuple[int, str], int]]:
    rows = Refund.objects.filter(
        order__interaction__parties__identity__in=identity_ids, order__interaction__parties__role="from", order__erased_at=None
    ).exclude(order__state=OrderState.CANCELLED)
    buyer = "order__interaction__parties__identity"
    for identity, currency, amount in rows.order_by().values_list(buyer, "order__currency").annotate(Sum("amount")):
        yield (identity, currency), amount


def _bought(identity_ids: Sequence[int]) -> Iterator[Counted]:
    """Numbers and names of what they bought, in small letters."""
    lines = OrderLine.objects.filter(order__in=_orders_of(identity_ids).values("pk")).exclude(state=OrderState.CANCELLED).order_by()
    rows = lines.filter(order__interaction__parties__identity__in=identity_ids, order__interaction__parties__role="from")
    found = set()
    for identity, sku, name in rows.values_list(
        "order__interaction__parties__identity", "sku", Coalesce("offering__name", "name")
    ).distinct():
        found |= {(identity, " ".join(word.lower().split())[:200]) for word in (sku, name) if word.strip()}
    for identity, word in sorted(found):
        yield Counted(identity, text=word)


def _returns(identity_ids: Sequence[int]) -> Iterator[Counted]:
    rows = Return.objects.filter(
        order__interaction__parties__identity__in=identity_ids, order__interaction__parties__role="from", order__erased_at=None
    )
    for identity, number in rows.order_by().values_list("order__interaction__parties__identity").annotate(Count("pk", distinct=True)):
        yield Counted(identity, number=number)


def declare_all() -> None:
    """Let segments ask about these."""
    declare("orders", _("Orders"), Fold.SUM, _orders)
    declare("last_order", _("Last order"), Fold.LATEST, _last_order)
    declare("spent", _("Spent"), Fold.MONEY, _spent, example="100 EUR")
    declare("bought", _("Bought"), Fold.WORDS, _bought, example="LAMP-12")
    declare("returns", _("Returns"), Fold.SUM, _returns)
