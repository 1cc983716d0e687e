"""Their attributes and our fields: what a record of theirs says, and which attributes say what we say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from heard.bridges.crm.mapping import FieldMap
from heard.bridges.knowing import Sifted, sifted
from heard.people.phones import normalise_phone
from heard.people.rules import is_email, normalise_email
from heard.people.services.records import EARLIEST_BIRTH, NewAddress, NewName, NewRecord

LONGEST = 500


def record_said(fields: Iterable[FieldMap], attributes: Mapping[str, str], *, today: date) -> Sifted:
    """What a record of theirs says of somebody, without the fields that are not carried in; what is no value is left out and named."""
    said: dict[str, Any] = {}
    for one in fields:
        if one.direction not in {"in", "both"}:
            continue
        values = [attributes[name] for name in one.attributes if attributes.get(name)]
        parts = {part: attributes.get(name, "") for part, name in one.parts.items()}
        has_parts = any(parts.values())
        if one.field == "name":
            said["names"] = (NewName(**parts),) if has_parts else tuple(values[:1])
        elif one.field == "address":
            said["addresses"] = (NewAddress(**parts),) if has_parts else tuple(values)
        elif one.field == "email":
            said["emails"] = tuple(values)
        elif one.field == "phone":
            said["phones"] = tuple(values)
        else:
            said[one.field] = values[0] if values else ""
    if said.get("birth_date", "").startswith("0000"):
        said["birth_date"] = ""  # how MySQL writes that there is none
    return sifted(NewRecord(**said), today=today)


def values_of(one: FieldMap, attributes: Mapping[str, str]) -> list[str]:
    """What their attributes say of a field, as we would keep it; the main value first. Empty for nothing, or for what is no value."""
    if one.parts:
        whole = _whole(one.field, {part: _line(attributes.get(name, "")) for part, name in one.parts.items()})
        return [whole] if whole else []
    kept = [_kept(one.field, attributes.get(name, "")) for name in one.attributes]
    return list(dict.fromkeys(value for value in kept if value))


def main_value(one: FieldMap, attributes: Mapping[str, str], known: Iterable[str]) -> str:
    """The value of theirs to compare with ours: one that we know as well, else their main one."""
    values = values_of(one, attributes)
    return next((value for value in known if value in values), values[0] if values else "")


def has_room(one: FieldMap, attributes: Mapping[str, str]) -> bool:
    """Whether they could keep one more value of this field beside what they have."""
    return len(one.attributes) > 1 and any(not attributes.get(name) for name in one.attributes)


def attributes_saying(
    one: FieldMap, value: str, *, parts: Mapping[str, str], attributes: Mapping[str, str], instead_of: str = ""
) -> dict[str, str]:
    """The attributes that make them say `value`.

    Of several places it is the one that says `instead_of`, else an empty one, else the main one.
    """
    if one.field == "name" and one.parts:
        return _named(one, value, parts, attributes)
    if one.parts:
        whole = {name: parts.get(part, "") for part, name in one.parts.items()}
        return whole if any(whole.values()) else {name: value for part, name in one.parts.items() if part in {"full", "street"}}
    if len(one.attributes) > 1:
        for name in one.attributes:
            if instead_of and _kept(one.field, attributes.get(name, "")) == instead_of:
                return {name: value}
        for name in one.attributes:
            if not attributes.get(name):
                return {name: value}
    return {one.attributes[0]: value}


def blank(fields: Iterable[FieldMap], blanks: Mapping[str, str]) -> dict[str, str]:
    """The attributes of somebody who is to be forgotten: every mapped one emptied, and what the mapping names besides."""
    return {name: "" for one in fields for name in one.names if one.field != "organisation"} | dict(blanks)


def _named(one: FieldMap, value: str, parts: Mapping[str, str], attributes: Mapping[str, str]) -> dict[str, str]:
    """A name in their parts: ours where we know them, else cut where their own first or family name says, else after the first word."""
    if "full" in one.parts:
        return {one.parts["full"]: value}
    known = {part: parts.get(part, "") for part in one.parts}
    if known.get("family") or known.get("given"):
        return {name: known[part] for part, name in one.parts.items()}
    given, family = _cut(value, *(_line(attributes.get(one.parts[part], "")) if part in one.parts else "" for part in ("given", "family")))
    said = {"given": given, "family": family}
    return {name: said.get(part, "") for part, name in one.parts.items()}


def _cut(value: str, given: str, family: str) -> tuple[str, str]:
    words = value.split()
    if family and value.casefold().endswith(f" {family.casefold()}"):
        return value[: -len(family)].strip(), value[-len(family) :]
    if given and value.casefold().startswith(f"{given.casefold()} "):
        return value[: len(given)], value[len(given) :].strip()
    return (words[0], " ".join(words[1:])) if len(words) > 1 else ("", value)


def _whole(field: str, parts: Mapping[str, str]) -> str:
    """A name or an address in one line, as `people.services.records` keeps it."""
    if parts.get("full"):
        return parts["full"][:LONGEST]
    if field == "name":
        order = ("prefix", "given", "middle", "family", "suffix")
        return " ".join(parts[part] for part in order if parts.get(part))[:LONGEST]
    street = " ".join(filter(None, (parts.get("street"), parts.get("number"))))
    town = " ".join(filter(None, (parts.get("postcode"), parts.get("town"))))
    return ", ".join(filter(None, (street, parts.get("extra"), town, parts.get("region"), parts.get("country"))))[:LONGEST]


def _kept(field: str, text: str) -> str:
    """A value as we keep it; "" for what is none."""
    if field == "email":
        address = normalise_email(text) if text else ""
        return address if address and is_email(address) else ""
    if field == "phone":
        return normalise_phone(text)
    if field == "birth_date":
        try:
            born = date.fromisoformat(text.strip()[:10])
        except ValueError:
            return ""
        return born.isoformat() if born >= EARLIEST_BIRTH else ""
    return _line(text)[:LONGEST]


def _line(text: str) -> str:
    return " ".join(text.split())
