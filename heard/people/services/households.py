"""Who lives together: said by a colleague, ended by a colleague. Nobody becomes the same person by it, and nobody reads more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Household, HouseholdMember, Identity

REASON = 200


@transaction.atomic
def live_together(one: Identity, other: Identity, *, by: User, reason: str = "") -> list[HouseholdMember]:
    """Put two people into one household; answers the memberships that this made, none when they live together already.

    Whichever of them has a household takes the other in. Raises Refusal for one and the same person, for somebody erased, and for two
    who live in two households already.
    """
    both = lock(Identity.objects.filter(pk__in=[one.pk, other.pk]))
    if len({identity.person_number for identity in both}) < 2:
        raise Refusal(_("This is one and the same person."))
    if any(identity.erased_at is not None for identity in both):
        raise Refusal(_("One of them was erased."))
    homes = _homes({identity.person_number for identity in both})
    if len(set(homes.values())) > 1:
        raise Refusal(_("Each of them lives in a household already. Take one of them out first."))
    moment = now()
    home = next(iter(homes.values()), None) or Household.objects.create(made_by=by, made_at=moment).pk
    reason = storable(" ".join(reason.split()), REASON)
    made = [
        HouseholdMember.objects.create(household_id=home, identity=identity, reason=reason, by=by, at=moment)
        for identity in both
        if identity.person_number not in homes
    ]
    if made:
        record_event("household.joined", made[0].household, actor=by, identity_ids=[member.identity_id for member in made])
    return made


@transaction.atomic
def leave_household(identity_ids: Sequence[int], household_id: int, *, by: User) -> list[HouseholdMember]:
    """Take a person, who is these identities, out of a household; answers what was ended. The last one left behind is let go as well."""
    lock(Household.objects.filter(pk=household_id))
    standing = HouseholdMember.objects.filter(household=household_id, ended_at=None)
    members = lock(standing.filter(identity__in=identity_ids))
    if not members:
        return []
    others = list(standing.exclude(identity__in=identity_ids).select_related("identity"))
    if len({member.identity.person_number for member in others}) == 1:
        members += others
    moment = now()
    HouseholdMember.objects.filter(pk__in=[member.pk for member in members]).update(ended_at=moment, ended_by=by)
    record_event("household.left", ("household", household_id), actor=by, identity_ids=[member.identity_id for member in members])
    return members


@transaction.atomic
def take_back(member_ids: Collection[int], *, by: User) -> list[HouseholdMember]:
    """Undo: let memberships that were ended together stand again, or end again those that stand. Raises Refusal when somebody moved on."""
    known = HouseholdMember.objects.filter(pk__in=list(member_ids))
    lock(Household.objects.filter(pk__in=list(known.values_list("household", flat=True))))
    members = lock(known.select_related("identity"))
    standing = [member for member in members if member.ended_at is None]
    if standing:
        HouseholdMember.objects.filter(pk__in=[member.pk for member in standing]).update(ended_at=now(), ended_by=by)
        _tell("household.left", standing, by)
        return members
    homes = _homes({member.identity.person_number for member in members})
    if any(member.identity.erased_at is not None for member in members) or homes.keys() & {one.identity.person_number for one in members}:
        raise Refusal(_("They live in another household by now."))
    HouseholdMember.objects.filter(pk__in=[member.pk for member in members]).update(ended_at=None, ended_by=None)
    _tell("household.joined", members, by)
    return members


def _tell(kind: str, members: list[HouseholdMember], by: User) -> None:
    for household in sorted({member.household_id for member in members}):
        mine = [member.identity_id for member in members if member.household_id == household]
        record_event(kind, ("household", household), actor=by, identity_ids=mine)


def _homes(person_numbers: set[int]) -> dict[int, int]:
    """The household of each of these persons who has one."""
    rows = HouseholdMember.objects.filter(identity__person_number__in=person_numbers, ended_at=None).order_by("pk")
    return dict(rows.values_list("identity__person_number", "household_id"))
