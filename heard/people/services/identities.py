"""Who is it: an address becomes an identity, and is remembered with what proved it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from heard.lib.db import insert_rows, is_postgres, update_rows
from heard.lib.objects import new_row
from heard.lib.prepared import prepared_look_up
from heard.lib.time import now
from heard.people.models import Fact, Identifier, Identity, IdentityAudience, Organisation
from heard.people.rules import clean_display_name, is_free_mail, normalise_email, organisation_domain

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody's address was seen in a message: with which name, when, by whom readable, and whether the message proved it.

    `verified_how` is empty unless this message's own authentication passed for this address.
    """

    address: str
    name: str
    at: datetime
    audience_id: int
    verified_how: str = ""


@transaction.atomic(savepoint=False)
def identify_many(sightings: Sequence[Sighting]) -> dict[str, Identity]:
    """The identity of each address, by normalised address; made where new. Four to eight queries for any number.

    One mail correspondent is one identity per address. Nothing is joined here: that two addresses are one person is a
    decision (`decisions.py`).
    """
    by_address: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        by_address.setdefault(normalise_email(sighting.address), []).append(sighting)
    identifiers = _identifiers(by_address)
    while missing := sorted(set(by_address) - set(identifiers)):
        try:
            with transaction.atomic(savepoint=is_postgres()):  # SQLite has one writer: nobody is faster
                identifiers |= _make({address: by_address[address] for address in missing})
        except IntegrityError:  # on PostgreSQL somebody made one of them at the same moment: it is there to be found now
            identifiers |= _identifiers(missing)
    _remember(by_address, identifiers)
    return {address: identifier.identity for address, identifier in identifiers.items()}


def identify(address: str, *, name: str, at: datetime, audience_id: int, verified_how: str = "") -> Identity:
    """`identify_many` for one address."""
    sighting = Sighting(address, name, at, audience_id, verified_how)
    return identify_many([sighting])[normalise_email(address)]


def _identifiers(addresses: Iterable[str]) -> dict[str, Identifier]:
    return {identifier.value: identifier for identifier in _correspondents(list(addresses))}


@prepared_look_up
def _correspondents(addresses: list[str]) -> QuerySet[Identifier]:
    return Identifier.objects.filter(source=MAIL, kind="email", value__in=addresses).select_related("identity")


def organisations_of(addresses: Iterable[str]) -> dict[str, Organisation]:
    """The organisation behind each of these normalised addresses that has one, made where new. None to three queries."""
    by_address = {address: organisation_domain(address) for address in addresses}
    organisations = _organisations(address for address, domain in by_address.items() if domain)
    return {address: organisations[domain] for address, domain in by_address.items() if domain in organisations}


def _make(by_address: dict[str, list[Sighting]]) -> dict[str, Identifier]:
    organisations = _organisations(by_address)
    identities = {
        address: new_row(
            Identity,
            source=MAIL,
            display_name=_best_name(seen, address),
            organisation=organisations.get(organisation_domain(address) or ""),
            first_seen_at=min(sighting.at for sighting in seen),
            last_seen_at=max(sighting.at for sighting in seen),
        )
        for address, seen in by_address.items()
    }
    insert_rows(list(identities.values()))
    identifiers = {}
    for address, identity in identities.items():
        identity.person_number = identity.pk
        identifiers[address] = new_row(
            Identifier, identity=identity, kind="email", value=address, source=MAIL, created_at=identity.first_seen_at
        )
    update_rows(list(identities.values()), ["person_number"])
    insert_rows(list(identifiers.values()))
    return identifiers


def _organisations(addresses: Iterable[str]) -> dict[str, Organisation]:
    """The organisations behind these addresses by domain; free-mail providers are none."""
    domains = {domain for domain in map(organisation_domain, addresses) if domain and not is_free_mail(domain)}
    known = {organisation.domain: organisation for organisation in _with_domains(domains)}
    fresh = sorted(domains - set(known))
    if fresh:
        insert_rows([Organisation(domain=domain, name=domain, created_at=now()) for domain in fresh], ignore_conflicts=True)
        known |= {organisation.domain: organisation for organisation in _with_domains(fresh)}
    return known


@prepared_look_up
def _with_domains(domains: Collection[str]) -> QuerySet[Organisation]:
    return Organisation.objects.filter(domain__in=domains)


def _best_name(seen: list[Sighting], address: str) -> str:
    names = [clean_display_name(sighting.name, address) for sighting in seen]
    return next((name for name in reversed(names) if name), "")[:200]


def _remember(by_address: dict[str, list[Sighting]], identifiers: dict[str, Identifier]) -> None:
    """Newer times and names, proofs, and who may know of them."""
    changed, proved, facts = [], [], []
    for address, seen in by_address.items():
        identifier = identifiers[address]
        identity = identifier.identity
        newest, name = max(sighting.at for sighting in seen), _best_name(seen, address)
        if newest > identity.last_seen_at or (name and not identity.display_name):
            identity.last_seen_at = max(newest, identity.last_seen_at)
            identity.display_name = identity.display_name or name
            changed.append(identity)
        proof = next((sighting for sighting in seen if sighting.verified_how), None)
        if proof is not None and identifier.verified_at is None:
            identifier.verified_at, identifier.verified_how = proof.at, proof.verified_how
            proved.append(identifier)
        if name and name != identity.display_name:
            facts.append(new_row(Fact, identity=identity, kind="name", value=name, source=MAIL, at=newest))
    update_rows(changed, ["last_seen_at", "display_name"])
    update_rows(proved, ["verified_at", "verified_how"])
    insert_rows(facts, ignore_conflicts=True)
    pairs = {(identifiers[address].identity_id, sighting.audience_id) for address, seen in by_address.items() for sighting in seen}
    rows = [new_row(IdentityAudience, identity_id=identity, audience_id=audience) for identity, audience in sorted(pairs)]
    insert_rows(rows, ignore_conflicts=True)  # most are there already
