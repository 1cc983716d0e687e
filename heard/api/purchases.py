"""Orders and offerings: brought by the systems that have them, as often as they like."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.api.access import actor, may
from heard.api.pages import Limit, mark, number_of, place
from heard.api.problems import Problem
from heard.api.schemas import OfferingIn, OfferingOut, OrderIn, OrderOut, Page
from heard.people.selectors import get_person
from heard.purchases.models import Offering, Order, OrderSource
from heard.purchases.said import Buyer, CameBack, Line, OrderSaid, PaidBack
from heard.purchases.selectors import get_offering, get_order, list_offerings, list_orders, orders_of, refunded
from heard.purchases.services.offerings import OfferingSaid, record_offerings
from heard.purchases.services.recording import LEFT_ALONE, MADE, record_orders
from heard.purchases.services.sources import ensure_source

router = Router(tags=["purchases"])


@router.get("/orders", auth=may("orders:read"), response=Page[OrderOut])
def index(request: HttpRequest, source: str = "", limit: Limit = 50, after: str = ""):
    """Orders, those changed last first; of one source, where it is named."""
    rows = list_orders(actor(request), limit=limit + 1, before=place(after), source=source)
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": [order_out(row) for row in rows[:limit]], "next": mark(last.changed_at, last.pk) if last else None}


@router.get("/people/{number}/orders", auth=may("orders:read"), response=Page[OrderOut])
def of_person(request: HttpRequest, number: str):
    """The newest orders of a person, at most 100."""
    person = get_person(actor(request), number_of(number))
    return {"items": [order_out(one) for one in orders_of(person.identity_ids, actor(request), limit=100)]}


@router.get("/orders/{source}/{path:number}", auth=may("orders:read"), response=OrderOut)
def read(request: HttpRequest, source: str, number: str):
    """One order."""
    return order_out(get_order(actor(request), source, number))


@router.put("/orders/{source}/{path:number}", auth=may("orders:write"), response={200: OrderOut, 201: OrderOut})
def put(request: HttpRequest, source: str, number: str, order: OrderIn):
    """Say how an order stands: 201 when it is new, 200 otherwise. The same said twice changes nothing."""
    found = _source(actor(request), source)
    [recorded] = record_orders(found, [_said(number, order)], by=actor(request))
    if recorded.outcome == LEFT_ALONE:
        raise Problem(410, _("This order was erased at its customer’s wish. It is not taken in again."))
    return Status(201 if recorded.outcome == MADE else 200, order_out(get_order(actor(request), found.name, number)))


def _source(user: User, name: str) -> OrderSource:
    """The source, if the program may read what it brings there; a new one is readable by the program's teams."""
    source = OrderSource.objects.filter(name__iexact=name).first()
    if source is None:
        teams = [membership.team for membership in user.memberships.select_related("team") if not membership.team.is_department]
        if not teams:
            raise Problem(409, _("This token’s program is in no team, so nobody could read these orders."))
        source = ensure_source(name, teams=teams, by=user)
    if source.audience_id not in readable_audience_ids(user):
        user.__dict__.pop("_readable_audience_ids", None)  # the audience may be as new as the source
        if source.audience_id not in readable_audience_ids(user):
            raise Problem(
                403, _("This token’s program may not read the orders of “%(name)s”, so it may not bring any.") % {"name": source.name}
            )
    return source


def _said(number: str, given: OrderIn) -> OrderSaid:
    return OrderSaid(
        number=number.strip(),
        placed_at=given.placed_at,
        currency=given.currency,
        buyer=Buyer(given.customer.email, given.customer.number, given.customer.name),
        lines=tuple(Line(one.name, one.amount, one.quantity, one.sku, one.state, one.state_at) for one in given.lines),
        state=given.state,
        total=given.total,
        returns=tuple(CameBack(one.number, one.quantity, one.at, one.line) for one in given.returns),
        refunds=tuple(PaidBack(one.number, one.amount, one.at, one.line) for one in given.refunds),
    )


def order_out(order: Order) -> dict[str, object]:
    """An order that was loaded with everything."""
    lines = list(order.lines.all())
    positions = {line.pk: line.position for line in lines}
    return {
        "source": order.source.name,
        "number": order.number,
        "interaction": str(order.interaction_id),
        "placed_at": order.placed_at,
        "changed_at": order.changed_at,
        "currency": order.currency,
        "total": order.total,
        "refunded": refunded(order),
        "state": order.state,
        "lines": [
            {
                "name": line.name, "sku": line.sku, "offering": line.offering.sku if line.offering else None, "quantity": line.quantity,
                "amount": line.amount, "state": line.state, "state_at": line.state_at,
            }
            for line in lines
        ],
        "returns": [
            {"number": one.number, "line": positions.get(one.line_id or 0, 0), "quantity": one.quantity, "at": one.at}
            for one in order.returns.all()
        ],
        "refunds": [
            {"number": one.number, "line": positions.get(one.line_id or 0, 0), "amount": one.amount, "at": one.at}
            for one in order.refunds.all()
        ],
    }  # fmt: skip


@router.get("/offerings", auth=may("offerings:read"), response=Page[OfferingOut])
def offerings(request: HttpRequest, named: str = "", limit: Limit = 100, after: str = ""):
    """Offerings by their numbers; `named` is in the name, or is the number."""
    rows = list_offerings(named=named.strip()[:200], limit=limit + 1, after=after[:64])
    return {"items": [offering_out(row) for row in rows[:limit]], "next": rows[limit - 1].sku if len(rows) > limit else None}


@router.get("/offerings/{path:sku}", auth=may("offerings:read"), response=OfferingOut)
def offering(request: HttpRequest, sku: str):
    """One offering."""
    return offering_out(get_offering(sku))


@router.put("/offerings/{path:sku}", auth=may("offerings:write"), response={200: OfferingOut, 201: OfferingOut})
def put_offering(request: HttpRequest, sku: str, offering: OfferingIn):
    """Say what an offering is: 201 when it is new, 200 otherwise. The same said twice changes nothing."""
    fits = tuple(offering.fits_with) if offering.fits_with is not None else None
    said = OfferingSaid(sku, offering.name, offering.kind, offering.attributes, fits, offering.is_retired)
    unknown = set(fits or ()) - set(Offering.objects.filter(sku__in=fits or ()).values_list("sku", flat=True)) - {sku}
    if unknown:
        raise Problem(422, _("There is no offering “%(sku)s” yet that it could fit with.") % {"sku": min(unknown)[:64]})
    done = record_offerings([said], by=actor(request))
    return Status(201 if done.made else 200, offering_out(get_offering(sku)))


def offering_out(one: Offering) -> dict[str, object]:
    """An offering that was loaded with what fits with it."""
    return {
        "sku": one.sku, "name": one.name, "kind": one.kind, "attributes": one.attributes, "fits_with": [fit.other.sku for fit in one.fits.all()],
        "is_retired": one.retired_at is not None, "changed_at": one.changed_at,
    }  # fmt: skip
