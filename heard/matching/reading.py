"""Identities as records that can be compared: what `people` knows of them, in the normal form of this app."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.conf import settings

from heard.matching.addresses import address
from heard.matching.names import name
from heard.matching.normalising import external_id, make_record
from heard.matching.records import Address, ExternalId, Name, Record
from heard.people.models import Fact, Identifier, Identity
from heard.people.rules import is_open_source

CUSTOMER, EXTERNAL = "customer", "external"


@dataclass(frozen=True, slots=True)
class Reading:
    """A record, and whether it is only a claim: from a door through which anybody may say anything, with nothing in it proved."""

    record: Record
    is_claim: bool


def read_identities(identity_ids: Collection[int]) -> dict[int, Reading]:
    """These identities as records, by id; without those that are erased or do not exist. Three queries for any number."""
    rows = Identity.objects.filter(pk__in=identity_ids).known().order_by("pk")
    identities = list(rows.only("pk", "source", "display_name", "organisation_id"))
    signs: dict[int, list[Identifier]] = {one.pk: [] for one in identities}
    for sign in Identifier.objects.filter(identity__in=signs).order_by("pk"):
        signs[sign.identity_id].append(sign)
    facts: dict[int, list[Fact]] = {one.pk: [] for one in identities}
    for fact in Fact.objects.filter(identity__in=facts, retracted_at=None).order_by("pk"):
        facts[fact.identity_id].append(fact)
    return {one.pk: _reading(one, signs[one.pk], facts[one.pk]) for one in identities}


def _reading(identity: Identity, signs: list[Identifier], facts: list[Fact]) -> Reading:
    verified = {sign.value for sign in signs if sign.verified_at} | {fact.value for fact in facts if fact.verified_at}
    record = make_record(
        identity.pk,
        identity.source,
        names=_names(identity, facts),
        birth_dates=_values(facts, "birth_date"),
        emails=_values(signs, "email"),
        phones=_values(signs, "phone"),
        addresses=[found for fact in facts if fact.kind == "address" and (found := _address(fact)) is not None],
        handles=[_divided(value) for value in _values(signs, "handle")],
        organisation_name=next(iter(_values(facts, "organisation")), ""),
        verified=verified,
        region=settings.PHONE_REGION.upper(),
    )
    return Reading(replace(record, ids=_ids(signs)), is_open_source(identity.source) and not any(sign.verified_at for sign in signs))


def _values(rows: Iterable[Identifier | Fact], kind: str) -> list[str]:
    return list(dict.fromkeys(row.value for row in rows if row.kind == kind))


def _names(identity: Identity, facts: list[Fact]) -> list[Name]:
    """What they are called now first, then every name that a source gives them."""
    said = {fact.value: fact for fact in facts if fact.kind == "name"}
    names = []
    for value in dict.fromkeys([identity.display_name, *said]):
        fact = said.get(value)
        parts, is_verified = (fact.parts or {}, fact.verified_at is not None) if fact else ({}, False)
        if parts.get("given") or parts.get("family"):
            given, family, middle = parts.get("given", ""), parts.get("family", ""), parts.get("middle", "")
            names.append(name(given=given, family=family, middle=middle, is_verified=is_verified))
        elif value:
            names.append(name(value, is_verified=is_verified))
    return [one for one in names if one is not None]


def _address(fact: Fact) -> Address | None:
    parts, is_verified = fact.parts or {}, fact.verified_at is not None
    if not (parts.get("town") or parts.get("postcode")):
        return address(fact.value.replace("\n", ", "), is_verified=is_verified)
    return address(
        parts.get("street", ""), number=parts.get("number", ""), city=parts.get("town", ""), region=parts.get("region", ""),
        postcode=parts.get("postcode", ""), country=parts.get("country", ""), is_verified=is_verified,
    )  # fmt: skip


def _divided(value: str) -> tuple[str, str]:
    """ "forum:ada" → ("forum", "ada")."""
    before, colon, after = value.partition(":")
    return (before, after) if colon else ("", value)


def _ids(signs: list[Identifier]) -> tuple[ExternalId, ...]:
    found = []
    for sign in signs:
        is_verified = sign.verified_at is not None
        if sign.kind == "id":
            kind, value = _divided(sign.value)
            found.append(external_id(kind, value, is_verified=is_verified))
        elif sign.kind == CUSTOMER:
            found.append(external_id(CUSTOMER, sign.value.removeprefix(f"{sign.source}:"), issuer=sign.source, is_verified=is_verified))
        elif sign.kind == EXTERNAL:
            found.append(external_id(CUSTOMER, sign.value, issuer=sign.source, is_verified=is_verified))
    return tuple(dict.fromkeys(one for one in found if one is not None))
