"""Who is it, as another system knows its customers: by an e-mail address, by its own number for them, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from heard.lib.db import insert_rows, update_rows
from heard.people.models import Identifier, Identity, IdentityAudience
from heard.people.rules import normalise_email
from heard.people.services.identities import Sighting, identify_many

CUSTOMER = "customer"
"""The kind of an identifier that is another system's number for somebody; its value is `source:number`."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody as `source` knows them. At least one of `email` and `number` is given."""

    source: str
    email: str
    number: str
    name: str
    at: datetime
    audience_id: int

    @property
    def value(self) -> str:
        return f"{self.source}:{self.number}" if self.number else ""


@transaction.atomic(savepoint=False)
def identify_customers(customers: Sequence[Customer]) -> list[Identity]:
    """The identity of each, in their order; made where new. Six to twelve queries for any number.

    With an address it is the mail correspondent of that address, so that letters and orders meet; the number is noted there too. With a number
    alone it is whoever had it first. Nothing is joined. The caller holds the source, so that nobody makes the same one meanwhile.
    """
    with_address = [one for one in customers if one.email]
    by_address = identify_many([Sighting(one.email, one.name, one.at, one.audience_id) for one in with_address]) if with_address else {}
    by_number = _holders({one.value for one in customers if one.value and not one.email})
    _make(by_number, [one for one in customers if not one.email and one.value not in by_number])
    found = [by_address[normalise_email(one.email)] if one.email else by_number[one.value] for one in customers]
    _note_numbers(customers, found)
    _let_be_known(customers, found)
    return found


def _holders(values: set[str]) -> dict[str, Identity]:
    rows = Identifier.objects.filter(kind=CUSTOMER, value__in=values).select_related("identity").order_by("-pk")
    return {row.value: row.identity for row in rows}


def _make(known: dict[str, Identity], customers: Sequence[Customer]) -> None:
    """An identity of its own source for each number that nobody holds, added to `known`."""
    fresh: dict[str, Identity] = {}
    for one in customers:
        if one.value not in fresh:
            fresh[one.value] = Identity(source=one.source, display_name=one.name[:200], first_seen_at=one.at, last_seen_at=one.at)
    if not fresh:
        return
    identities = list(insert_rows(list(fresh.values())))
    for identity in identities:
        identity.person_number = identity.pk
    update_rows(identities, ["person_number"])
    known |= fresh


def _note_numbers(customers: Sequence[Customer], found: Sequence[Identity]) -> None:
    rows = {
        (identity.pk, one.value): Identifier(identity=identity, kind=CUSTOMER, value=one.value, source=one.source, created_at=one.at)
        for one, identity in zip(customers, found, strict=True)
        if one.value
    }
    insert_rows(list(rows.values()), ignore_conflicts=True)


def _let_be_known(customers: Sequence[Customer], found: Sequence[Identity]) -> None:
    """Who may read the order may know who made it; those with an address were seen to already."""
    pairs = {(identity.pk, one.audience_id) for one, identity in zip(customers, found, strict=True) if not one.email}
    insert_rows(
        [IdentityAudience(identity_id=identity, audience_id=audience) for identity, audience in sorted(pairs)], ignore_conflicts=True
    )
