"""Organisations: what they are called, and who belongs to them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.people.models import Identity, Organisation


@transaction.atomic
def rename_organisation(organisation: Organisation, *, name: str, by: User) -> Organisation:
    """Call it `name` instead of its mail domain. Raises Refusal without a name."""
    organisation = lock(organisation)
    name = storable(" ".join(name.split()), 200)
    if not name:
        raise Refusal(_("Give the organisation a name."))
    if name != organisation.name:
        organisation.name = name
        organisation.save(update_fields=["name"])
        record_event("organisation.changed", organisation, actor=by)
    return organisation


@transaction.atomic
def place_in_organisation(identity: Identity, organisation: Organisation | None, *, by: User) -> Identity:
    """Say for which organisation somebody speaks; None for none, as of a private address there."""
    identity = lock(identity)
    if identity.erased_at is not None:
        raise Refusal(_("This person was erased."))
    if identity.organisation_id != (organisation.pk if organisation else None):
        identity.organisation = organisation
        identity.save(update_fields=["organisation"])
        record_event("identity.changed", identity, actor=by)
    return identity
