"""Some of what one identity said belongs to somebody else: two people who share an address are told apart, and back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identifier, Identity, IdentityAudience
from heard.timeline.models import DividedParty, Division, InteractionParty


@transaction.atomic
def divide_identity(identity: Identity, *, interaction_ids: Iterable[int], name: str, by: User) -> Division:
    """Give these interactions of `identity` to a new identity with the same addresses, called `name`.

    Later mail from the address still goes to the old one: only a person can tell them apart. Raises Refusal when nothing, or
    everything, is named.
    """
    identity = lock(identity)
    parties = list(InteractionParty.objects.filter(identity=identity, interaction__in=list(interaction_ids)))
    if not parties:
        raise Refusal(_("Choose at least one message that somebody else wrote."))
    if not InteractionParty.objects.filter(identity=identity).exclude(pk__in=[party.pk for party in parties]).exists():
        raise Refusal(_("Leave at least one message with the first person. To change a name, correct it instead."))
    new = _twin(identity, name)
    division = Division.objects.create(identity=identity, new_identity=new, by=by, at=now())
    DividedParty.objects.bulk_create([DividedParty(division=division, party=party) for party in parties])
    _give(parties, new)
    record_event(
        "identity.divided", new, actor=by, from_identity_id=identity.pk, interaction_ids=[party.interaction_id for party in parties]
    )
    return division


@transaction.atomic
def undo_division(division: Division, *, by: User) -> Identity:
    """Give back exactly what was divided. Undoing twice changes nothing. The emptied identity stays as a redirect."""
    division = lock(division)
    if division.undone_at is not None:
        return division.identity
    _give(list(division.parties.all()), division.identity)
    division.undone_at, division.undone_by = now(), by
    division.save(update_fields=["undone_at", "undone_by"])
    record_event("identity.changed", division.identity, actor=by)
    return division.identity


def _twin(identity: Identity, name: str) -> Identity:
    new = Identity.objects.create(
        source="division", display_name=storable(name.strip(), 200) or identity.display_name, organisation=identity.organisation,
        language=identity.language, first_seen_at=identity.first_seen_at, last_seen_at=identity.last_seen_at,
    )  # fmt: skip
    new.person_number = new.pk
    new.save(update_fields=["person_number"])
    Identifier.objects.bulk_create(
        [
            Identifier(identity=new, kind=one.kind, value=one.value, source="division", created_at=now())
            for one in identity.identifiers.all()
        ]
    )
    IdentityAudience.objects.bulk_create(
        [IdentityAudience(identity=new, audience_id=one.audience_id) for one in identity.identity_audiences.all()]
    )
    return new


def _give(parties: list[InteractionParty], identity: Identity) -> None:
    InteractionParty.objects.filter(pk__in=[party.pk for party in parties]).update(identity=identity)
