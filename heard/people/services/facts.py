"""What people are called, corrected by a colleague."""

from __future__ import annotations

from django.db import transaction

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Fact, Identity


@transaction.atomic
def correct_name(identity: Identity, *, name: str, by: User) -> Identity:
    """Call somebody `name` from now on; the name they came with stays among their facts."""
    identity = lock(identity)
    moment = now()
    if identity.display_name:
        Fact.objects.get_or_create(
            identity=identity, kind="name", value=identity.display_name, source=identity.source, defaults={"at": moment}
        )
    identity.display_name = storable(name.strip(), 200)
    identity.save(update_fields=["display_name"])
    Fact.objects.update_or_create(identity=identity, kind="name", value=identity.display_name, source="colleague", defaults={"at": moment})
    record_event("identity.changed", identity, actor=by)
    return identity
