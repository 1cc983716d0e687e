"""What we know of a person as a card."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

from heard.bridges.persons import Known, Place
from heard.bridges.vcards.cards import Card, Property, escaped

OURS = "-//Heard//Heard//EN"
_NAME_PARTS = ("family", "given", "middle", "prefix", "suffix")


def uid_of(number: int) -> str:
    """A card's own name for a person of this installation: the same at every export."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{settings.URL}/people/{number}/')}"


def card_of(known: Known, *, at: datetime, version: str = "4.0", uid: str = "") -> Card:
    """The card of a person in version 4.0 or 3.0, as of `at`."""
    properties = [
        Property("PRODID", OURS),
        Property("UID", uid or uid_of(known.number)),
        full_name(known),
        name_fields(known),
        *(email(value) for value in known.emails),
        *(phone(value) for value in known.phones),
        *(place(value) for value in known.places),
    ]
    if known.birth_date is not None:
        properties.append(birthday(known, version))
    if known.organisation:
        properties.append(organisation(known.organisation))
    if known.language and version == "4.0":
        properties.append(Property("LANG", known.language))
    properties += [handle(network, name, version) for network, name in known.handles]
    properties.append(revision(at))
    return Card(tuple(properties), version)


def full_name(known: Known) -> Property:
    """FN, which a card must have: the name, or whatever else says who it is."""
    reach = (*known.emails, *known.phones, known.organisation)
    return Property("FN", escaped(known.name or next((one for one in reach if one), str(known.number))))


def name_fields(known: Known) -> Property:
    """N in its five fields."""
    return Property("N", name_fields_of(known.name, known.name_parts))


def name_fields_of(name: str, parts: Mapping[str, str] | None = None) -> str:
    """The value of N. A name without parts is cut before its last word, so that programs that put both together show it rightly."""
    if not parts:
        first, _, last = name.rpartition(" ")
        parts = {"given": first or last, "family": last if first else ""}
    return ";".join(escaped(parts.get(part, ""), is_field=True) for part in _NAME_PARTS)


def email(value: str) -> Property:
    return Property("EMAIL", escaped(value))


def phone(value: str) -> Property:
    return Property("TEL", escaped(value))


def place(value: Place) -> Property:
    """ADR in its seven fields. An address that came whole stands in the field of the street, where people find it."""
    parts = value.parts
    street = " ".join(filter(None, (parts.get("street", ""), parts.get("number", "")))) if parts else value.full
    fields = (
        "",
        parts.get("extra", ""),
        street,
        parts.get("town", ""),
        parts.get("region", ""),
        parts.get("postcode", ""),
        parts.get("country", ""),
    )
    return Property("ADR", ";".join(escaped(one, is_field=True) for one in fields))


def birthday(known: Known, version: str) -> Property:
    assert known.birth_date is not None
    return Property("BDAY", birthday_text(known.birth_date.isoformat(), version))


def birthday_text(day: str, version: str) -> str:
    """A day, given as 1985-04-12, as the version writes it."""
    return day.replace("-", "") if version == "4.0" else day


def organisation(name: str) -> Property:
    return Property("ORG", escaped(name, is_field=True))


def handle(network: str, name: str, version: str) -> Property:
    """A name on a network: SOCIALPROFILE (RFC 9554) in 4.0, what programs wrote before it in 3.0; IMPP for what has an address of its own."""
    if network in {"xmpp", "sip"}:
        return Property("IMPP", f"{network}:{name}")
    if version == "4.0":
        return Property("SOCIALPROFILE", escaped(name), (("SERVICE-TYPE", (network,)), ("VALUE", ("text",))))
    return Property("X-SOCIALPROFILE", escaped(name), (("TYPE", (network,)),))


def revision(at: datetime) -> Property:
    return Property("REV", at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
