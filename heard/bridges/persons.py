"""People as another store would keep them: what is known of each, folded over their identities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db.models import Exists, OuterRef

from heard.people.models import Fact, Identifier, Identity, IdentityAudience

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address: whole, and its parts where a source gave them (street, number, extra, postcode, town, region, country)."""

    full: str
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a person. Values are normalised and stand in order: what was proved first, then the newest first."""

    number: int
    name: str = ""
    name_parts: Mapping[str, str] = field(default_factory=dict)
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    birth_date: date | None = None
    organisation: str = ""
    language: str = ""
    handles: tuple[tuple[str, str], ...] = ()
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None


def known_people(numbers: Sequence[int], *, audiences: Sequence[int]) -> dict[int, Known]:
    """By person number, as far as readers of `audiences` may know of them; whoever is erased is left out. Three queries for each 500."""
    found: dict[int, Known] = {}
    for start in range(0, len(numbers), AT_ONCE):
        found |= _known(numbers[start : start + AT_ONCE], audiences)
    return found


def everybody(audiences: Sequence[int]) -> Iterator[Known]:
    """Every person that readers of `audiences` may know of, by number, some hundred at a time so that nothing stands in memory."""
    last = 0
    while True:
        rows = _identities(audiences).filter(person_number__gt=last).order_by("person_number")
        numbers = list(rows.values_list("person_number", flat=True).distinct()[:AT_ONCE])
        if not numbers:
            return
        yield from _known(numbers, audiences).values()
        last = numbers[-1]


def these(numbers: Iterable[int], audiences: Sequence[int]) -> Iterator[Known]:
    """The same for some numbers, in their order."""
    source = iter(numbers)
    while some := list(islice(source, AT_ONCE)):
        found = _known(some, audiences)
        yield from (found[number] for number in some if number in found)


def _identities(audiences: Sequence[int]):  # type: ignore[no-untyped-def]
    known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=audiences)
    return Identity.objects.filter(Exists(known), erased_at=None)


def _known(numbers: Sequence[int], audiences: Sequence[int]) -> dict[int, Known]:
    identities: dict[int, list[Identity]] = {}
    for identity in _identities(audiences).filter(person_number__in=numbers).select_related("organisation").order_by("person_number", "pk"):
        identities.setdefault(identity.person_number, []).append(identity)
    ids = [identity.pk for some in identities.values() for identity in some]
    identifiers: dict[int, list[Identifier]] = {}
    for identifier in Identifier.objects.filter(identity__in=ids, kind__in=["email", "phone", "handle"]):
        identifiers.setdefault(identifier.identity_id, []).append(identifier)
    facts: dict[int, list[Fact]] = {}
    for fact in Fact.objects.filter(identity__in=ids, retracted_at=None):
        facts.setdefault(fact.identity_id, []).append(fact)
    return {
        number: _folded(
            number,
            some,
            [each for one in some for each in identifiers.get(one.pk, [])],
            [each for one in some for each in facts.get(one.pk, [])],
        )
        for number, some in identities.items()
    }


def _folded(number: int, identities: list[Identity], identifiers: list[Identifier], facts: list[Fact]) -> Known:
    """One person of their identities: the newest name, every value once."""
    identifiers.sort(key=lambda one: (one.verified_at is None, -one.created_at.timestamp(), one.pk))
    facts.sort(key=lambda one: (-one.at.timestamp(), one.pk))

    def values(kind: str) -> list[str]:
        return list(dict.fromkeys(one.value for one in identifiers if one.kind == kind))

    named = max((one for one in identities if one.display_name), key=lambda one: one.last_seen_at, default=None)
    name = named.display_name if named else ""
    parts: Mapping[str, str] = next((fact.parts for fact in facts if fact.kind == "name" and fact.value == name and fact.parts), {})
    places = {fact.value: Place(fact.value, fact.parts) for fact in reversed(facts) if fact.kind == "address"}
    newest = {fact.kind: fact.value for fact in reversed(facts) if fact.kind in {"birth_date", "organisation"}}
    return Known(
        number=number,
        name=name,
        name_parts=parts,
        emails=tuple(values("email")),
        phones=tuple(values("phone")),
        places=tuple(reversed(places.values())),
        birth_date=_day(newest.get("birth_date", "")),
        organisation=newest.get("organisation", "") or next((one.organisation.name for one in identities if one.organisation), ""),
        language=max(identities, key=lambda one: (bool(one.language), one.last_seen_at)).language,
        handles=tuple((network, handle) for network, _, handle in (value.partition(":") for value in values("handle"))),
        first_seen_at=min(one.first_seen_at for one in identities),
        last_seen_at=max(one.last_seen_at for one in identities),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
