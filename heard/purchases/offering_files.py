"""Offerings out of an exported file: one row each; columns that nobody knows are its attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from heard.lib.tables import Problem, Row, rows_of
from heard.purchases.said import WrongOrder
from heard.purchases.services.offerings import OfferingSaid, check_offering

COLUMNS: dict[str, tuple[str, ...]] = {
    "sku": ("number", "item number", "variant sku", "product id", "referencia"),
    "name": ("title", "product", "item", "nombre", "producto"),
    "kind": ("type", "tipo"),
    "fits_with": ("fits", "accessories", "compatible with", "encaja con"),
    "retired": ("discontinued", "retirado"),
}
REQUIRED = (("sku",), ("name",))
KIND_WORDS = {"": "product", "producto": "product", "servicio": "service", "lugar": "place", "shop": "place", "store": "place"}
YES = {"yes", "true", "1", "x", "sí", "si"}


def offerings_in(lines: Iterable[str]) -> Iterator[OfferingSaid | Problem]:
    """The offerings of a file in their order, and the rows that cannot be taken. Raises WrongFile."""
    for row in rows_of(lines, COLUMNS, required=REQUIRED):
        yield row if isinstance(row, Problem) else _offering(row)


def _offering(row: Row) -> OfferingSaid | Problem:
    kind = row["kind"].casefold()
    said = OfferingSaid(
        sku=row["sku"],
        name=row["name"],
        kind=KIND_WORDS.get(kind, kind),
        attributes=dict(row.others),
        fits_with=tuple(dict.fromkeys(part.strip() for part in re.split(r"[;|]", row["fits_with"]) if part.strip()))
        if "fits_with" in row.values
        else None,
        is_retired=row["retired"].casefold() in YES,
    )
    try:
        check_offering(said)
    except WrongOrder as problem:
        return Problem(row.line, str(problem))
    return said
