"""What an erasure does to people: identities become stubs without a name, an address or a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_noop

from heard.lib.db import lock, update_rows
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import (
    Contact,
    ContactChoice,
    Fact,
    HeadsUp,
    Household,
    HouseholdMember,
    Identifier,
    Identity,
    LinkDecision,
    Organisation,
)
from heard.people.rules import record_mark
from heard.people.services.erased import MARKS, RECORD
from heard.privacy.registry import ErasureScope, Outcome, eraser, recaller

AT_ONCE = 2_000


def find_person(scope: ErasureScope) -> None:
    """The identities that are not erased yet, and what they are called and reached by. Within the erasure their rows are held."""
    rows = Identity.objects.filter(pk__in=scope.identity_ids).known()
    is_erasing = scope.number is not None and connection.in_atomic_block
    found = lock(rows) if is_erasing else list(rows.order_by("pk"))
    scope.identity_ids = [identity.pk for identity in found]
    identifiers = Identifier.objects.filter(identity__in=scope.identity_ids)
    needles = [("name", identity.display_name) for identity in found if identity.display_name]
    needles += [(kind, value) for kind, value in Fact.objects.filter(identity__in=scope.identity_ids).values_list("kind", "value") if value]
    needles += identifiers.exclude(value__in=_held_by_others(scope.identity_ids)).values_list("kind", "value")
    scope.needles = list(dict.fromkeys([*scope.needles, *needles]))


def _held_by_others(identity_ids: list[int]) -> list[str]:
    """Addresses that somebody else has as well (a shared mailbox): they are not this person's alone, and stay in the others' words."""
    values = Identifier.objects.filter(identity__in=identity_ids).values("value")
    others = Identifier.objects.filter(value__in=values, identity__erased_at=None).exclude(identity__in=identity_ids)
    return list(others.values_list("value", flat=True).distinct())


def count_people(scope: ErasureScope) -> list[Outcome]:
    """What there is of them: for a preview."""
    identifiers, facts = Identifier.objects.filter(identity__in=scope.identity_ids), Fact.objects.filter(identity__in=scope.identity_ids)
    return _outcomes(len(scope.identity_ids), identifiers.count(), facts.count())


@eraser("people", order=5, find=find_person)
def note_tombstones(scope: ErasureScope) -> list[Outcome]:
    """Before anything goes: the marks by which these people are known again in an older backup."""
    rows = list(Identifier.objects.filter(identity__in=scope.identity_ids).values_list("identity_id", "kind", "value"))
    scope.tombstones["identity"] |= {identity_mark(identity, value) for identity, _, value in rows}
    for kind, tombstone in MARKS.items():  # what others have as well is not this person's alone
        scope.tombstones[tombstone] |= {value for _, its_kind, value in rows if its_kind == kind} & set(scope.values(kind))
    records = Identifier.objects.filter(identity__in=scope.identity_ids, kind="external").values_list("source", "value")
    scope.tombstones[RECORD] |= {record_mark(source, value) for source, value in records}
    return []


@eraser("identities", order=90)
def erase_people(scope: ErasureScope) -> list[Outcome]:
    """Empty the identities; their ids stay, because conversations, parties and events name them."""
    if scope.is_preview:
        return count_people(scope)
    rows = Identity.objects.filter(pk__in=scope.identity_ids)
    organisations = set(rows.exclude(organisation=None).values_list("organisation_id", flat=True))
    identifiers, _ = Identifier.objects.filter(identity__in=scope.identity_ids).delete()
    facts, _ = Fact.objects.filter(identity__in=scope.identity_ids).delete()
    ContactChoice.objects.filter(identity__in=scope.identity_ids).delete()
    Contact.objects.filter(identity__in=scope.identity_ids).delete()
    LinkDecision.objects.filter(Q(one__in=scope.identity_ids) | Q(other__in=scope.identity_ids)).update(reason="")
    number = rows.update(display_name="", organisation=None, language="", bounced_at=None, erased_at=now())
    Organisation.objects.filter(pk__in=organisations, identities=None).delete()
    scope.tables |= {model._meta.db_table for model in (Identity, Identifier, Fact, LinkDecision, Organisation, ContactChoice, Contact)}
    return _outcomes(number, identifiers, facts)


@recaller("people")
def find_again(scope: ErasureScope, is_buried: Callable[[str, str], bool]) -> None:
    """Identities of a backup that were erased since it was made: known by id and address together, so that nobody who came anew is meant."""
    rows = Identifier.objects.filter(identity__erased_at=None).order_by("pk").values_list("identity_id", "value")
    scope.identity_ids += _found(rows.iterator(chunk_size=AT_ONCE), is_buried)


def identity_mark(identity_id: int, address: str) -> str:
    """What is hashed of an identity's address."""
    return f"{identity_id} {address}"


def _found(rows: Iterable[tuple[int, str]], is_buried: Callable[[str, str], bool]) -> list[int]:
    return sorted({identity for identity, value in rows if is_buried("identity", identity_mark(identity, value))})


def _outcomes(identities: int, identifiers: int, facts: int) -> list[Outcome]:
    stub = gettext_noop("A stub without name or address stays, so that threads and counts still add up.")
    marks = gettext_noop("A keyed one-way mark stays of each, so that no import and no restored backup brings it back.")
    return [
        Outcome("identities", identities, stub, identities),
        Outcome("identifiers", identifiers, marks, identifiers),
        Outcome("facts", facts),
    ]


@eraser("households", order=85)
def erase_households(scope: ErasureScope) -> list[Outcome]:
    """Take them out of their households; what was written there of the others stays without them. Nobody lives with nobody: who is left is let go."""
    mine = HouseholdMember.objects.filter(identity__in=scope.identity_ids)
    homes = set(mine.values_list("household_id", flat=True))
    number = mine.count()
    if not scope.is_preview:
        mine.delete()
        others = list(HouseholdMember.objects.filter(household__in=homes))
        for member in others:
            member.reason = storable(scope.redactor().words(member.reason), 200)
        update_rows(others, ["reason"])
        standing = [member for member in others if member.ended_at is None]
        lonely = [one.pk for one in standing if sum(1 for other in standing if other.household_id == one.household_id) == 1]
        HouseholdMember.objects.filter(pk__in=lonely).update(ended_at=now(), ended_by=scope.by)
        Household.objects.filter(pk__in=homes, members=None).delete()
        scope.tables |= {model._meta.db_table for model in (Household, HouseholdMember)}
    return [Outcome("households", number)]


@eraser("heads_ups", order=86)
def erase_heads_ups(scope: ErasureScope) -> list[Outcome]:
    """Remove what staff should have known about them."""
    rows = HeadsUp.objects.filter(identity__in=scope.identity_ids)
    number = rows.count()
    if not scope.is_preview:
        rows.delete()
        scope.tables.add(HeadsUp._meta.db_table)
    return [Outcome("heads_ups", number)]
