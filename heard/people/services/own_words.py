"""What people say about themselves: how they are called, in which language we speak to them."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from heard.events import record_event
from heard.lib.db import lock
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Fact, Identity

THEMSELVES = "customer"
"""The source of facts that somebody gave about themselves and proved to be theirs to give."""


@transaction.atomic
def name_oneself(identity: Identity, *, name: str) -> Identity:
    """Call this identity `name` from now on, as they said; the name they came with stays among the facts. The caller saw the proof."""
    identity = lock(identity)
    name, moment = storable(" ".join(name.split()), 200), now()
    if not name or name == identity.display_name or identity.erased_at is not None:
        return identity
    if identity.display_name:
        Fact.objects.get_or_create(
            identity=identity, kind="name", value=identity.display_name, source=identity.source, defaults={"at": moment}
        )
    identity.display_name = name
    identity.save(update_fields=["display_name"])
    Fact.objects.update_or_create(identity=identity, kind="name", value=name, source=THEMSELVES, defaults={"at": moment})
    record_event("identity.changed", identity, actor=identity)
    return identity


@transaction.atomic
def choose_language(identity: Identity, language: str) -> Identity:
    """Speak `language` to them from now on, on their page and in mails. A language we do not have changes nothing."""
    identity = lock(identity)
    if language not in dict(settings.LANGUAGES) or language == identity.language or identity.erased_at is not None:
        return identity
    identity.language = language
    identity.save(update_fields=["language"])
    record_event("identity.changed", identity, actor=identity)
    return identity
