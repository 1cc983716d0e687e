"""Whose customer somebody is: of all rows in force on a person's identities the one that counts.

Given by hand comes before given by a rule; of two alike the newest counts, then the larger id. Owners are no secret among colleagues: who
looks after somebody is shown to whoever may know of the person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from heard.accounts.models import Team, User
from heard.accounts.selectors import readable_audience_ids, standing_in
from heard.lib.prepared import prepared
from heard.people.models import Attribute, HandOver, Identity, IdentityAudience, RelationshipOwner
from heard.people.owner_models import Because
from heard.people.selectors import Person, people_numbered


def owner_of(identity_ids: Sequence[int]) -> RelationshipOwner | None:
    """The row that counts among these identities, who are one person; None when nobody looks after them. One query."""
    return first_of(_rows_of(list(identity_ids)))


def owners_of_people(person_numbers: Collection[int]) -> dict[int, RelationshipOwner]:
    """The same for several people by their numbers, whole people. One query."""
    by_person: dict[int, list[RelationshipOwner]] = {}
    for row in _rows_of_people(list(person_numbers)):
        by_person.setdefault(row.identity.person_number, []).append(row)
    found = {number: first_of(rows) for number, rows in by_person.items()}
    return {number: row for number, row in found.items() if row is not None}


@prepared
def _rows_of(identities: list[int]) -> QuerySet[RelationshipOwner]:
    return RelationshipOwner.objects.filter(identity__in=identities, until_at=None).select_related("user", "team", "segment", "by")


@prepared
def _rows_of_people(numbers: list[int]) -> QuerySet[RelationshipOwner]:
    rows = RelationshipOwner.objects.filter(identity__person_number__in=numbers, until_at=None)
    return rows.select_related("identity", "user", "team", "segment", "by")


def first_of(rows: Iterable[RelationshipOwner]) -> RelationshipOwner | None:
    """The row that counts, whatever the order in which they come."""
    return max(rows, key=lambda row: (row.because != Because.SEGMENT, row.since_at, row.pk), default=None)


def past_owners(identity_ids: Sequence[int], *, limit: int = 10) -> list[RelationshipOwner]:
    """Who looked after them before, newest first. One query."""
    rows = RelationshipOwner.objects.filter(identity__in=identity_ids, until_at__isnull=False)
    return list(rows.select_related("user", "team", "segment", "by").order_by("-until_at", "-pk")[:limit])


@dataclass(frozen=True, slots=True)
class Face:
    """Who answers for somebody now: their owner, or who stands in while the owner is away. Both None: nobody of ours."""

    owner: User | None
    present: User | None


def faces_of(person_numbers: Collection[int]) -> dict[int, Face]:
    """By person, their owner when it is a colleague, and who of ours is there for them now. Two queries, more for chains of absences."""
    owners = {number: row.user for number, row in owners_of_people(person_numbers).items() if row.user is not None}
    present = standing_in({user.pk for user in owners.values()})
    return {number: Face(user, present.get(user.pk)) for number, user in owners.items()}


# --- a colleague's customers -----------------------------------------------------------------------------------------------------------


def _same_person() -> QuerySet[Identity, int]:
    """For a subquery of owners: the identities of the person of the outer row. So few that they lead the way on both databases."""
    return Identity.objects.filter(person_number=OuterRef(OuterRef("identity__person_number"))).values_list("pk", flat=True)


def rows_that_count(rows: QuerySet[RelationshipOwner]) -> QuerySet[RelationshipOwner]:
    """Of rows in force those that count for their person: `first_of`, asked of the database."""
    others = RelationshipOwner.objects.filter(identity__in=_same_person(), until_at=None)
    newer = others.filter(Q(since_at__gt=OuterRef("since_at")) | Q(since_at=OuterRef("since_at"), pk__gt=OuterRef("pk")))
    by_rule = Q(because=Because.SEGMENT)
    behind_hand = by_rule & Exists(others.exclude(by_rule))
    behind_rule = by_rule & Exists(newer.filter(by_rule))
    behind_newer = ~by_rule & Exists(newer.exclude(by_rule))
    return rows.exclude(behind_hand | behind_rule | behind_newer)


EVERYBODY, QUIET, PROMISED = "everybody", "quiet", "promised"
VIEWS = (EVERYBODY, QUIET, PROMISED)
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Customer:
    """One line of a colleague's customers. `last_word_at` is theirs, `last_written_at` ours; `quiet_at` when their silence became unusual."""

    person: Person
    owner: RelationshipOwner
    last_seen_at: datetime
    last_word_at: datetime | None
    last_written_at: datetime | None
    quiet_at: datetime | None


def customers_of(
    actor: User, of: User | Team, *, view: str = EVERYBODY, limit: int = 50, after: Place | None = None, at: datetime
) -> list[Customer]:
    """Whom `of` looks after, as far as `actor` may know of them, those heard of last first; `after` goes on from a line. Five queries."""
    rows = _customers(actor, of, view, at)
    if after is not None:
        rows = rows.filter(Q(seen_at__lt=after[0]) | Q(seen_at=after[0], identity__person_number__lt=after[1]))
    found = list(rows.select_related("identity", "user", "team", "segment", "by").order_by("-seen_at", "-identity__person_number")[:limit])
    by_number = {row.identity.person_number: row for row in found}
    people = people_numbered(actor, list(by_number))
    moments = _moments([pk for person in people for pk in person.identity_ids])
    return [_customer(person, by_number[person.number], moments, at) for person in people]


def count_customers(actor: User, of: User | Team, *, at: datetime, most: int = 1_000) -> dict[str, int]:
    """How many there are in each view, at most one more than `most`. Three queries."""
    return {view: _customers(actor, of, view, at)[: most + 1].count() for view in VIEWS}


def _customers(actor: User, of: User | Team, view: str, at: datetime) -> QuerySet[Any]:
    """The rows that count for people of whom `actor` may know, with `seen_at`, when they were last heard of."""
    mine = Q(team=of) if isinstance(of, Team) else Q(user=of)
    theirs = Identity.objects.filter(person_number=OuterRef("identity__person_number"), erased_at=None)
    known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=readable_audience_ids(actor))
    seen = theirs.filter(Exists(known)).order_by().values("person_number").annotate(last=Max("last_seen_at")).values("last")
    rows = rows_that_count(RelationshipOwner.objects.filter(mine, until_at=None))
    rows = rows.annotate(seen_at=Subquery(seen)).filter(seen_at__isnull=False)
    # Named through an expression, so that SQLite looks at the few rows of a person and not at everybody's of that name.
    counted = Attribute.objects.filter(identity__in=_same_person()).alias(named=Concat("name", Value("")))
    if view == QUIET:
        quiet = counted.filter(named="quiet")
        rows = rows.filter(Exists(quiet.filter(at__lte=at)) & ~Exists(quiet.filter(at__gt=at)))
    if view == PROMISED:
        rows = rows.filter(Exists(counted.filter(named="promises_open", number__gt=0)))
    return rows


def _moments(identity_ids: list[int]) -> dict[int, dict[str, datetime]]:
    """By identity, the moments that a line shows. One query."""
    found: dict[int, dict[str, datetime]] = {}
    rows = Attribute.objects.filter(identity__in=identity_ids, name__in=["last_word", "last_written", "quiet"], at__isnull=False)
    for identity, name, moment in rows.values_list("identity", "name", "at"):
        if moment is not None:
            found.setdefault(identity, {})[name] = moment
    return found


def _customer(person: Person, owner: RelationshipOwner, moments: dict[int, dict[str, datetime]], at: datetime) -> Customer:
    def latest(name: str) -> datetime | None:
        return max((moments[pk][name] for pk in person.identity_ids if name in moments.get(pk, {})), default=None)

    quiet = latest("quiet")
    return Customer(
        person, owner, max(one.last_seen_at for one in person.identities), latest("last_word"), latest("last_written"),
        quiet if quiet is not None and quiet <= at else None,
    )  # fmt: skip


# --- handing over ----------------------------------------------------------------------------------------------------------------------


def portfolio_of(giver: User) -> QuerySet[RelationshipOwner]:
    """Every row in force that names a colleague, also where another counts before it: all of it is handed over."""
    return RelationshipOwner.objects.filter(user=giver, until_at=None)


def hand_overs_of(user: User, *, limit: int = 5) -> list[HandOver]:
    """The newest hand-overs from or to a colleague, with what became of them. One query."""
    rows = HandOver.objects.filter(Q(giver=user) | Q(taker=user)).select_related("giver", "taker", "taker_team", "by", "undone_by")
    return list(rows.annotate(customers=Count("begun")).order_by("-pk")[:limit])
