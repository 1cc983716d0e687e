"""People as they are derived from identities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Lower
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.prepared import attach, prepared, prepared_look_up
from heard.people.models import Fact, Identifier, Identity, IdentityAudience, Organisation
from heard.people.rules import normalise_email


@dataclass(slots=True)
class Person:
    """What is true of a person: a fold over those of their identities that the reader may know of.

    `number` is the smallest identity id; the newest name wins; the first time they were seen counts.
    """

    number: int
    identities: list[Identity] = field(default_factory=list)

    @property
    def name(self) -> str:
        named = [identity for identity in self.identities if identity.display_name]
        newest = max(named, key=lambda identity: identity.last_seen_at, default=None)
        return newest.display_name if newest else next(iter(self.addresses), "")

    @property
    def addresses(self) -> list[str]:
        return [identifier.value for identity in self.identities for identifier in identity.identifiers.all() if identifier.kind == "email"]

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0] if "@" not in self.name else self.name

    @property
    def identity_ids(self) -> list[int]:
        return [identity.pk for identity in self.identities]

    @property
    def organisation(self) -> Organisation | None:
        return next((identity.organisation for identity in self.identities if identity.organisation_id), None)

    @property
    def first_seen_at(self) -> datetime:
        return min(identity.first_seen_at for identity in self.identities)

    @property
    def is_erased(self) -> bool:
        return all(identity.erased_at for identity in self.identities)


def get_person(actor: User, identity_id: int) -> Person:
    """The person to whom an identity belongs, as far as `actor` may know of them; Http404 when that is nothing. Three queries.

    Any of the person's identities resolves, so numbers given out before a join lead to the same page for ever.
    """
    identities = _identities_of_person(identity_id, readable_audience_ids(actor))
    if not identities:
        raise Http404
    ids = [identity.pk for identity in identities]
    attach(identities, "identifiers", _identifiers(ids), by="identity")
    attach(identities, "facts", _facts(ids), by="identity")
    return Person(identities[0].person_number, identities)


def person_of(actor: User, identity_id: int, *, known: Iterable[Identity] = ()) -> Person:
    """The same for what stands beside other things: without facts, and of the identifiers only e-mail addresses. One query, or two.

    `known` are identities that were loaded with their addresses already, as parties of a thread are.
    """
    identities = _identities_of_person(identity_id, readable_audience_ids(actor))
    if not identities:
        raise Http404
    loaded = {identity.pk: list(identity.identifiers.all()) for identity in known}
    missing = [identity.pk for identity in identities if identity.pk not in loaded]
    rows = [row for identity in identities for row in loaded.get(identity.pk, [])] + _addresses(missing)
    attach(identities, "identifiers", rows, by="identity")
    return Person(identities[0].person_number, identities)


@prepared
def _addresses(identities: list[int]) -> QuerySet[Identifier]:
    return Identifier.objects.filter(identity__in=identities, kind="email")


@prepared
def _identities_of_person(identity_id: int, audiences: list[int]) -> QuerySet[Identity]:
    number = Identity.objects.filter(pk=identity_id).values("person_number")
    known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=audiences)
    return Identity.objects.filter(Exists(known), person_number=Subquery(number)).select_related("organisation").order_by("pk")


@prepared
def _identifiers(identities: list[int]) -> QuerySet[Identifier]:
    return Identifier.objects.filter(identity__in=identities)


@prepared
def _facts(identities: list[int]) -> QuerySet[Fact]:
    return Fact.objects.filter(identity__in=identities, retracted_at=None)


def emails_of(identity_ids: list[int]) -> dict[int, str]:
    """The first e-mail address of each identity. One query."""
    rows = Identifier.objects.filter(identity__in=identity_ids, kind="email").order_by("-pk").values_list("identity_id", "value")
    return dict(rows)


def list_people(actor: User, *, limit: int = 50, before: datetime | None = None, named: str = "") -> list[Identity]:
    """The first identities of people whom `actor` may know of, those heard last first, with identifiers. Two queries.

    `named` finds by exact name or address instead; full search is the search page's.
    """
    rows = Identity.objects.visible_to(actor).filter(erased_at=None)
    if named:
        by_name = Identity.objects.alias(small=Lower("display_name")).filter(small=Lower(Value(named))).values("pk")
        by_address = Identifier.objects.filter(kind="email", value=normalise_email(named)).values("identity")
        rows = rows.filter(Q(pk__in=by_name) | Q(pk__in=by_address))
    if before is not None:
        rows = rows.filter(last_seen_at__lt=before)
    return list(rows.select_related("organisation").prefetch_related("identifiers").order_by("-last_seen_at")[:limit])


def identities_known_as(text: str) -> list[Identity]:
    """Every identity of every person who has this address, telephone number or other identifier, or this number; with identifiers. Four queries.

    For those who may act on a person without reading what they said: it asks nobody's audience.
    """
    wanted = text.strip()
    normal = normalise_email(wanted)
    known = set(Identifier.objects.filter(value__in={wanted, normal}).values_list("identity__person_number", flat=True))
    known |= set(Fact.objects.exclude(kind="name").filter(value=wanted).values_list("identity__person_number", flat=True))
    number = wanted.removeprefix("#")
    if not known and number.isascii() and number.isdecimal() and len(number) < 19:
        known = set(Identity.objects.filter(pk=int(number)).values_list("person_number", flat=True))
    rows = Identity.objects.filter(person_number__in=known).known()
    return list(rows.prefetch_related("identifiers").order_by("person_number", "pk"))


def people_numbered(actor: User, numbers: Sequence[int]) -> list[Person]:
    """Several people by their numbers, in that order, as far as `actor` may know of them; without facts. Two queries, none for nobody."""
    if not numbers:
        return []
    identities = list(
        Identity.objects.visible_to(actor).filter(person_number__in=numbers, erased_at=None).select_related("organisation").order_by("pk")
    )
    attach(identities, "identifiers", _addresses([identity.pk for identity in identities]), by="identity")
    found: dict[int, Person] = {}
    for identity in identities:
        found.setdefault(identity.person_number, Person(identity.person_number)).identities.append(identity)
    return [found[number] for number in numbers if number in found]


@prepared_look_up
def identities_of(person_numbers: list[int]) -> QuerySet[Identity, tuple[int, int]]:
    """(identity, person number) of everybody among these persons, whoever may see them: for what follows a person and not for a page."""
    return Identity.objects.filter(person_number__in=person_numbers).values_list("pk", "person_number")
