"""Reads about what stands around a person: who lives with them, for whom they work, what staff should know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.prepared import Fixed, attach, prepared
from heard.people.models import HeadsUp, HouseholdMember, Identifier, Identity, IdentityAudience, Organisation
from heard.people.rules import normalise_email

MOST_TO_REVIEW = 50


def heads_ups_of(identity_ids: Sequence[int]) -> list[HeadsUp]:
    """What staff should know about a person who is these identities, those that the reader may know of; the newest first. One query."""
    return _heads_ups(list(identity_ids))


@prepared
def _heads_ups(identities: list[int]) -> QuerySet[HeadsUp]:
    return HeadsUp.objects.filter(identity__in=identities, ended_at=None).select_related("by").order_by("-at", "-pk")


def get_heads_up(actor: User, number: int) -> HeadsUp:
    """One that `actor` may read, ended or not; Http404 otherwise."""
    found = HeadsUp.objects.filter(pk=number, identity__in=Identity.objects.visible_to(actor)).select_related("identity", "by").first()
    if found is None:
        raise Http404
    return found


def heads_ups_to_review(actor: User, *, on: date, limit: int = MOST_TO_REVIEW) -> list[HeadsUp]:
    """Those whose day has come and that `actor` may read, the longest overdue first. One query."""
    known = IdentityAudience.objects.filter(identity=OuterRef("identity"), audience__in=readable_audience_ids(actor))
    rows = HeadsUp.objects.filter(Exists(known), ended_at=None, review_on__lte=on)
    return list(rows.select_related("identity", "by").order_by("review_on", "pk")[:limit])


@dataclass(slots=True)
class Housemate:
    """Somebody who lives with a person: `identity` is one that the reader may know of, `member_ids` say that it is so."""

    identity: Identity
    member: HouseholdMember

    @property
    def number(self) -> int:
        return self.identity.person_number


@dataclass(slots=True)
class Home:
    """A household as a reader may know of it: the person's own memberships, and the others."""

    household_id: int
    own: list[HouseholdMember] = field(default_factory=list)
    others: list[Housemate] = field(default_factory=list)


def homes_of(identity_ids: Sequence[int], actor: User) -> list[Home]:
    """The households of a person who is these identities, with those of the others whom `actor` may know of. One query.

    Almost everybody has one or none; somebody who was joined from two has two, until a colleague ends one.
    """
    rows = _together(list(identity_ids), readable_audience_ids(actor))
    homes: dict[int, Home] = {}
    mine = set(identity_ids)
    for member in rows:
        home = homes.setdefault(member.household_id, Home(member.household_id))
        if member.identity_id in mine:
            home.own.append(member)
        elif all(other.number != member.identity.person_number for other in home.others):
            home.others.append(Housemate(member.identity, member))
    return list(homes.values())


@prepared
def _together(identities: list[int], audiences: list[int]) -> QuerySet[HouseholdMember]:
    own = HouseholdMember.objects.filter(identity__in=identities, ended_at=None).values("household")
    known = IdentityAudience.objects.filter(identity=OuterRef("identity"), audience__in=audiences)
    rows = HouseholdMember.objects.filter(Exists(known), household__in=own, ended_at=None)
    return rows.select_related("identity", "by").order_by("at", "pk")


def called(actor: User, name: str, *, limit: int = 6) -> list[Identity]:
    """Identities that `actor` may know of and that have exactly this name or address, heard last first, with identifiers. Two queries."""
    address = normalise_email(name)
    rows = _called(name.strip().lower(), address, readable_audience_ids(actor), Fixed(limit))
    attach(rows, "identifiers", _identifiers([row.pk for row in rows]), by="identity")
    return rows


@prepared
def _called(name: str, address: str, audiences: list[int], limit: Fixed) -> QuerySet[Identity]:
    known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=audiences)
    by_name = Identity.objects.alias(small=Lower("display_name")).filter(small=name).values("pk")
    by_address = Identifier.objects.filter(kind="email", value=address).values("identity")
    rows = Identity.objects.filter(Q(pk__in=by_name) | Q(pk__in=by_address), Exists(known), erased_at=None)
    return rows.order_by("-last_seen_at", "-pk")[:limit]


@prepared
def _identifiers(identities: list[int]) -> QuerySet[Identifier]:
    return Identifier.objects.filter(identity__in=identities).order_by("pk")


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation, how many different people of it the reader may know of, and when one was heard last."""

    organisation: Organisation
    people: int
    last_seen_at: datetime


def list_organisations(actor: User, *, named: str = "", limit: int = 50, skip: int = 0) -> list[OrganisationLine]:
    """Organisations of whom `actor` may know somebody, those of most people first. `named` is in name or domain. Two queries."""
    rows = Identity.objects.visible_to(actor).filter(organisation__isnull=False, erased_at=None)
    if named.strip():
        wanted = named.strip().lower()
        names = Organisation.objects.alias(small=Lower("name")).filter(small__contains=wanted)
        rows = rows.filter(organisation__in=names.values("pk")) | rows.filter(organisation__domain__contains=wanted)
    counted = rows.order_by().values("organisation").annotate(people=Count("person_number", distinct=True), last=Max("last_seen_at"))
    page = list(counted.order_by("-people", "-last", "organisation")[skip : skip + limit])
    known = Organisation.objects.in_bulk([row["organisation"] for row in page])
    return [OrganisationLine(known[row["organisation"]], row["people"], row["last"]) for row in page]


def get_organisation(actor: User, number: int) -> Organisation:
    """One of whom `actor` may know somebody; Http404 otherwise. One query."""
    known = Identity.objects.visible_to(actor).filter(organisation=OuterRef("pk"))
    found = Organisation.objects.filter(Exists(known), pk=number).first()
    if found is None:
        raise Http404
    return found


def people_of_organisation(organisation: Organisation, actor: User, *, limit: int = 50, before: datetime | None = None) -> list[Identity]:
    """One identity of each person of an organisation whom `actor` may know of, those heard last first, with identifiers. Two queries.

    Of a person with several addresses there it is the one that was heard last.
    """
    rows = Identity.objects.visible_to(actor).filter(organisation=organisation, erased_at=None)
    later = Identity.objects.visible_to(actor).filter(organisation=organisation, erased_at=None, person_number=OuterRef("person_number"))
    newest = later.order_by("-last_seen_at", "-pk").values("pk")[:1]
    rows = rows.filter(pk=newest)
    if before is not None:
        rows = rows.filter(last_seen_at__lt=before)
    return list(rows.prefetch_related("identifiers").order_by(F("last_seen_at").desc(), "-pk")[:limit])
