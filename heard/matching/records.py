"""What is compared: one source's record of somebody, every value in the one form in which two are compared.

`normalising.make_record` makes them from values as people write them. A record may hold several values of a kind, so the same shape
serves for a whole person: `together` puts the values of their records into one, and a newcomer is compared with all that was ever known.
`is_verified` is true where the owner of the value proved it (an authenticated mail, a code); everything else is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in plain Latin small letters. `given` is the first word (or an initial), `middle` further given names and initials.

    `family` has no particles (van der, de la) unless nothing else is left. `generation` is "1" for senior, "2" for junior, "3" … or "".
    Words stand with one blank between; each part may be "".
    """

    given: str = ""
    family: str = ""
    middle: str = ""
    generation: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class BirthDate:
    """`value` is YYYY-MM-DD; "YYYY", "YYYY-MM" and "--MM-DD" when that is all that is known.

    A date that may be day first or month first is written by the habit of the place; the scorer knows that the two are mixed up.
    """

    value: str
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Email:
    """`provider_form` is the mailbox that a provider would deliver to, "" where no rule is known: a hint, never the address."""

    address: str
    provider_form: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """E.164 (+34600111222) when the region is known, else digits alone: then only the last of them are compared."""

    number: str
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """`street` are the words of the street without kind or direction ("main"), `number` the house ("12", "12b"), both "" if unknown.

    `region` is a state or province, `country` two small letters, `unit` a flat or suite.
    """

    number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Handle:
    """A nickname on a network ("forum", "mastodon"); `network` is "" when it was not said."""

    name: str
    network: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class ExternalId:
    """A number that somebody gave to this person: `kind` says who (passport:us, customer:shop), `value` is without blanks and marks."""

    kind: str
    value: str
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One identity as the matcher sees it. `identity_id` 0 is a record that is not kept."""

    identity_id: int
    source: str
    names: tuple[Name, ...] = ()
    birth_dates: tuple[BirthDate, ...] = ()
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    handles: tuple[Handle, ...] = ()
    ids: tuple[ExternalId, ...] = ()
    organisation: str = ""
    is_organisation: bool = False
    """The record is of a company or group itself; `organisation` is then its name and `names` is empty."""


def together(identity_id: int, records: Iterable[Record]) -> Record:
    """One record with the values of all of them, each once, in an order that does not depend on the order given."""
    parts = sorted(records, key=lambda record: record.identity_id)
    if len(parts) == 1 and parts[0].identity_id == identity_id:
        return parts[0]
    return Record(
        identity_id,
        parts[0].source if parts else "",
        names=_union(record.names for record in parts),
        birth_dates=_union(record.birth_dates for record in parts),
        emails=_union(record.emails for record in parts),
        phones=_union(record.phones for record in parts),
        addresses=_union(record.addresses for record in parts),
        handles=_union(record.handles for record in parts),
        ids=_union(record.ids for record in parts),
        organisation=min((record.organisation for record in parts if record.organisation), default=""),
        is_organisation=any(record.is_organisation for record in parts),
    )


def _union(values: Iterable[tuple[V, ...]]) -> tuple[V, ...]:
    return tuple(dict.fromkeys(value for each in values for value in each))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


def pack(record: Record) -> bytes:
    """A record as bytes for a column."""
    return _encoder.encode(record)


def unpack(packed: bytes) -> Record:
    """What `pack` wrote. Raises msgspec.ValidationError for anything else."""
    return _decoder.decode(packed)
