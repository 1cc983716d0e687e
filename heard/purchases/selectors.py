"""Orders as screens show them, and what there is to sell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.prepared import Fixed, attach, prepared
from heard.purchases.models import Offering, OfferingFit, Order, OrderLine, OrderSource, OrderState, Refund, Return
from heard.timeline.models import Interaction

MOST_COUNTED = 1000


def orders_of(identity_ids: Sequence[int], actor: User, *, limit: int = 20) -> list[Order]:
    """The newest orders of these identities that `actor` may read, with lines, returns and refunds. Four queries; one when there are none."""
    orders = _orders_of(list(identity_ids), readable_audience_ids(actor), Fixed(limit * 2))
    return with_everything(list({order.pk: order for order in orders}.values())[:limit])


@prepared
def _orders_of(identities: list[int], audiences: list[int], limit: Fixed) -> QuerySet[Order]:
    rows = Order.objects.filter(
        interaction__parties__identity__in=identities, interaction__audience__in=audiences, interaction__kind="order", erased_at=None
    )
    return rows.select_related("source", "interaction").order_by("-placed_at", "-pk")[:limit]


def with_everything(orders: Sequence[Order]) -> list[Order]:
    """These orders with `lines`, `returns` and `refunds` attached. Three queries."""
    ids = [order.pk for order in orders]
    attach(orders, "lines", _lines(ids), by="order")
    attach(orders, "returns", _returns(ids), by="order")
    attach(orders, "refunds", _refunds(ids), by="order")
    return list(orders)


@prepared
def _lines(orders: list[int]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order__in=orders).select_related("offering").order_by("order", "position")


@prepared
def _returns(orders: list[int]) -> QuerySet[Return]:
    return Return.objects.filter(order__in=orders).order_by("at", "pk")


@prepared
def _refunds(orders: list[int]) -> QuerySet[Refund]:
    return Refund.objects.filter(order__in=orders).order_by("at", "pk")


@dataclass(frozen=True, slots=True)
class Owned:
    """Something somebody bought and still has, as far as we know: how many, since when, and what it is to us (None: not on our list)."""

    name: str
    quantity: int
    since: datetime
    offering_id: int | None


def order_numbers(identity_ids: Sequence[int], actor: User) -> list[int]:
    """The ids of the newest 1,000 orders of these identities that `actor` may read, newest first. One query."""
    return list(dict.fromkeys(_order_numbers(list(identity_ids), readable_audience_ids(actor), Fixed(MOST_COUNTED))))


@prepared
def _order_numbers(identities: list[int], audiences: list[int], limit: Fixed) -> QuerySet[Order, int]:
    rows = Order.objects.filter(
        interaction__parties__identity__in=identities, interaction__audience__in=audiences, interaction__kind="order", erased_at=None
    )
    return rows.order_by("-placed_at", "-pk").values_list("pk", flat=True)[:limit]


def orders_with(order_ids: Sequence[int]) -> list[Order]:
    """Orders that the reader may read, by their ids, newest first, with everything. Four queries; none without ids."""
    return with_everything(_orders(list(order_ids))) if order_ids else []


@prepared
def _orders(numbers: list[int]) -> QuerySet[Order]:
    return Order.objects.filter(pk__in=numbers).select_related("source", "interaction").order_by("-placed_at", "-pk")


def owned_of(order_ids: Sequence[int], *, limit: int = 6) -> list[Owned]:
    """What was bought in these orders and did not come back, nor was cancelled, bought last first. One query; none without ids."""
    return [Owned(name, quantity, since, offering) for name, offering, quantity, since in _owned_of(list(order_ids), Fixed(limit))]


@prepared
def _owned_of(orders: list[int], limit: Fixed) -> QuerySet[OrderLine, tuple[str, int | None, int, datetime]]:
    came_back = Return.objects.filter(line=OuterRef("pk")).order_by().values("line").annotate(all=Sum("quantity")).values("all")
    rows = OrderLine.objects.filter(order__in=orders).exclude(state=OrderState.CANCELLED).exclude(order__state=OrderState.CANCELLED)
    kept = rows.annotate(left=F("quantity") - Coalesce(Subquery(came_back), Value(0))).filter(left__gt=0).order_by()
    grouped = kept.values("name", "offering_id").annotate(all=Sum("left"), since=Max("order__placed_at")).order_by("-since", "name")
    return grouped.values_list("name", "offering_id", "all", "since")[:limit]


def refunded(order: Order) -> int:
    """Minor units given back of an order that was loaded with its refunds."""
    return sum(refund.amount for refund in order.refunds.all())


def get_order(actor: User, source: str, number: str) -> Order:
    """One order with everything, by its source's name and its number, if `actor` may read it; Http404 otherwise. Four queries."""
    rows = Order.objects.visible_to(actor).filter(source__name__iexact=source, number=number, erased_at=None)
    order = rows.select_related("source", "interaction").first()
    if order is None:
        raise Http404
    return with_everything([order])[0]


def list_orders(actor: User, *, limit: int = 50, before: tuple[datetime, int] | None = None, source: str = "") -> list[Order]:
    """Orders that `actor` may read, changed last first, with everything. `before` goes on from (changed_at, id). Four queries."""
    rows = Order.objects.visible_to(actor).filter(erased_at=None)
    if source:
        rows = rows.filter(source__name__iexact=source)
    if before is not None:
        rows = rows.filter(Q(changed_at__lt=before[0]) | Q(changed_at=before[0], pk__lt=before[1]))
    return with_everything(list(rows.select_related("source", "interaction").order_by("-changed_at", "-pk")[:limit]))


def orders_by_interaction(interactions: Iterable[Interaction]) -> dict[int, tuple[Order, int]]:
    """For a story: by interaction, its order and the amount it concerns (0 for a return). One query for each kind there is, at most three.

    For whoever may read the interactions already.
    """
    of_kind: dict[str, list[int]] = {"order": [], "refund": [], "return": []}
    for one in interactions:
        if one.kind in of_kind:
            of_kind[one.kind].append(one.pk)
    found = {order.interaction_id: (order, order.total) for order in _orders_in(of_kind["order"])}
    found |= {refund.interaction_id or 0: (refund.order, refund.amount) for refund in _refunds_in(of_kind["refund"])}
    return found | {one.interaction_id or 0: (one.order, 0) for one in _returns_in(of_kind["return"])}


@prepared
def _orders_in(interactions: list[int]) -> QuerySet[Order]:
    return Order.objects.filter(interaction__in=interactions, erased_at=None)


@prepared
def _refunds_in(interactions: list[int]) -> QuerySet[Refund]:
    return Refund.objects.filter(interaction__in=interactions).select_related("order")


@prepared
def _returns_in(interactions: list[int]) -> QuerySet[Return]:
    return Return.objects.filter(interaction__in=interactions).select_related("order")


def list_sources() -> list[OrderSource]:
    """Where orders come from, by name."""
    return list(OrderSource.objects.select_related("audience").order_by("name"))


def list_offerings(*, named: str = "", limit: int = 100, after: str = "") -> list[Offering]:
    """Offerings by number, those taken out of sale too, with what fits with them. `named` is in the name, or the number. Two queries."""
    rows = Offering.objects.all()
    if named:
        rows = rows.filter(Q(name__icontains=named) | Q(sku__iexact=named))
    if after:
        rows = rows.filter(sku__gt=after)
    return with_fits(list(rows.order_by("sku")[:limit]))


def get_offering(sku: str) -> Offering:
    """One offering with what fits with it; Http404 otherwise. Two queries."""
    offering = Offering.objects.filter(sku=sku).first()
    if offering is None:
        raise Http404
    return with_fits([offering])[0]


def with_fits(offerings: list[Offering]) -> list[Offering]:
    """These offerings with `fits` (OfferingFit with `other`) attached. One query."""
    rows = OfferingFit.objects.filter(offering__in=[one.pk for one in offerings]).select_related("other").order_by("other__name")
    attach(offerings, "fits", list(rows), by="offering")
    return offerings


def fitting(offering_ids: Iterable[int]) -> dict[int, list[Offering]]:
    """What fits with each of these offerings and is still sold, by name. One query; none without offerings."""
    found: dict[int, list[Offering]] = {}
    for fit in _fitting(list(set(offering_ids))):
        found.setdefault(fit.offering_id, []).append(fit.other)
    return found


@prepared
def _fitting(offerings: list[int]) -> QuerySet[OfferingFit]:
    return OfferingFit.objects.filter(offering__in=offerings, other__retired_at=None).select_related("other").order_by("other__name")


def buyers_of_number(actor: User, number: str) -> list[int]:
    """Ids of those whose order has this number, in orders that `actor` may read; few. One query along the numbers of each source."""
    bare = number.strip().lstrip("#")
    if not bare or len(bare) > 64 or not any(character.isdigit() for character in bare):
        return []
    rows = Order.objects.visible_to(actor).filter(source__in=OrderSource.objects.values("pk"), number=bare, erased_at=None)
    return list(rows.order_by("pk").values_list("interaction__parties__identity", flat=True)[:10])
