"""Orders out of an exported file: one row for each line of an order, those of one order together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _

from heard.lib.money import NotMoney, known_currency, minor_units
from heard.lib.tables import Problem, Row, moment_of, rows_of
from heard.purchases.rules import check_order
from heard.purchases.said import Buyer, Line, OrderSaid, WrongOrder

COLUMNS: dict[str, tuple[str, ...]] = {
    "order": ("order number", "order id", "pedido", "número de pedido", "number", "name"),
    "placed_at": ("placed on", "created at", "order date", "date", "date created", "fecha", "fecha del pedido"),
    "email": ("e-mail", "customer email", "billing email", "mail", "correo", "correo electrónico"),
    "customer_number": ("customer id", "customer no", "número de cliente"),
    "customer_name": ("customer", "billing name", "buyer", "cliente", "nombre del cliente"),
    "currency": ("order currency", "moneda", "divisa"),
    "state": ("status", "order status", "fulfillment status", "estado"),
    "total": ("order total", "importe total"),
    "order_refunded": ("refunded amount", "order refund", "reembolsado del pedido"),
    "sku": ("item sku", "lineitem sku", "item number", "referencia"),
    "item": ("item name", "lineitem name", "product", "product name", "description", "artículo", "producto"),
    "quantity": ("qty", "lineitem quantity", "item quantity", "cantidad"),
    "amount": ("line total", "item total", "importe"),
    "price": ("unit price", "lineitem price", "item price", "item cost", "precio"),
    "line_state": ("item state", "lineitem fulfillment status", "estado de la línea"),
    "line_state_at": ("delivered on", "delivered at", "sent on", "sent at", "fulfilled at", "entregado el"),
    "returned": ("returned quantity", "devuelto"),
    "returned_at": ("returned on", "devuelto el"),
    "refunded": ("line refund", "item refunded", "reembolsado"),
    "refunded_at": ("refunded on", "reembolsado el"),
}
REQUIRED = (("order",), ("placed_at",), ("item", "sku"), ("email", "customer_number"))

STATE_WORDS = {
    "placed": "placed", "ordered": "placed", "open": "placed", "paid": "placed", "pending": "placed", "processing": "placed",
    "unfulfilled": "placed", "partial": "placed", "on-hold": "placed", "pedido": "placed", "pagado": "placed",
    "sent": "sent", "shipped": "sent", "fulfilled": "sent", "completed": "sent", "complete": "sent", "enviado": "sent",
    "delivered": "delivered", "refunded": "delivered", "entregado": "delivered",
    "cancelled": "cancelled", "canceled": "cancelled", "voided": "cancelled", "cancelado": "cancelled",
}  # fmt: skip
"""What other systems call the four states."""


def orders_in(lines: Iterable[str], *, currency: str, zone: tzinfo, now: datetime) -> Iterator[OrderSaid | Problem]:
    """The orders of a file in their order, and the rows that cannot be taken. `currency` is for rows that name none. Raises WrongFile.

    Of an order with a wrong row nothing is taken: half an order would be a wrong one.
    """
    seen: set[str] = set()
    for rows in _together(rows_of(lines, COLUMNS, required=REQUIRED)):
        if isinstance(rows, Problem):
            yield rows
            continue
        number = _number(rows[0])
        if number in seen:
            yield Problem(rows[0].line, _("Order %(number)s stands further up already. Put its rows together.") % {"number": number})
            continue
        seen.add(number)
        yield _order(number, rows, currency=currency, zone=zone, now=now)


def _together(rows: Iterable[Row | Problem]) -> Iterator[list[Row] | Problem]:
    """Rows of one order; a row without a number belongs to the one above, as some exports write it."""
    present: list[Row] = []
    for row in rows:
        if isinstance(row, Problem):
            yield row
            continue
        if present and _number(row) in {_number(present[0]), ""}:
            present.append(row)
            continue
        if present:
            yield present
        present = []
        if _number(row):
            present = [row]
        else:
            yield Problem(row.line, _("This row has no order number."))
    if present:
        yield present


def _number(row: Row) -> str:
    return row["order"].lstrip("#").strip()


def _order(number: str, rows: list[Row], *, currency: str, zone: tzinfo, now: datetime) -> OrderSaid | Problem:
    head = rows[0]
    try:
        code = known_currency(head["currency"] or currency)
        state = _state(head["state"])
        lines = [_line_of(row, code, state, zone) for row in rows if row["item"] or row["sku"]]
        if wrong := next((line for line in lines if isinstance(line, Problem)), None):
            return wrong
        said = OrderSaid(
            number=number,
            placed_at=moment_of(head["placed_at"], zone),
            currency=code,
            buyer=Buyer(head["email"], head["customer_number"], head["customer_name"]),
            lines=tuple(line for line in lines if isinstance(line, Line)),
            state=state,
            total=minor_units(head["total"], code) if head["total"] else None,
            refunded=minor_units(head["order_refunded"], code) if head["order_refunded"] else 0,
            refunded_at=moment_of(head["refunded_at"], zone) if head["refunded_at"] and head["order_refunded"] else None,
        )
        check_order(said, now=now)
    except (NotMoney, WrongOrder, ValueError) as problem:
        return Problem(head.line, str(problem))
    return said


def _line_of(row: Row, currency: str, state: str, zone: tzinfo) -> Line | Problem:
    try:
        return _line(row, currency, state, zone)
    except (NotMoney, WrongOrder, ValueError) as problem:
        return Problem(row.line, str(problem))


def _line(row: Row, currency: str, state: str, zone: tzinfo) -> Line:
    quantity = _whole(row["quantity"] or "1")
    amount = minor_units(row["amount"], currency) if row["amount"] else minor_units(row["price"] or "0", currency) * quantity

    def moment(column: str) -> datetime | None:
        return moment_of(row[column], zone) if row[column] else None

    return Line(
        name=row["item"] or row["sku"],
        amount=amount,
        quantity=quantity,
        sku=row["sku"],
        state=_state(row["line_state"]) if row["line_state"] else state,
        state_at=moment("line_state_at"),
        returned=_whole(row["returned"] or "0"),
        returned_at=moment("returned_at"),
        refunded=minor_units(row["refunded"], currency) if row["refunded"] else 0,
        refunded_at=moment("refunded_at"),
    )


def _state(word: str) -> str:
    known = STATE_WORDS.get(word.strip().casefold() or "placed")
    if known is None:
        raise WrongOrder(
            _("“%(state)s” is not a state. It is one of: %(states)s.")
            % {"state": word[:40], "states": "placed, sent, delivered, cancelled"}
        )
    return known


def _whole(text: str) -> int:
    bare = text.strip().removesuffix(".0").removesuffix(".00")
    if not (bare.isascii() and bare.isdigit() and len(bare) < 10):
        raise WrongOrder(_("“%(text)s” is not a whole number.") % {"text": text[:40]})
    return int(bare)
