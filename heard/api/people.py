"""People: who they are and what happened, as far as the program's teams may know."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from heard.accounts.services.accesses import note_access
from heard.api.access import actor, may
from heard.api.pages import Limit, mark, number_of, place
from heard.api.schemas import Page, PersonOut, PersonWithIdentifiers, StoryOut
from heard.people.models import Identity
from heard.people.selectors import Person, get_person, list_people
from heard.timeline.selectors import story_of

router = Router(tags=["people"])


@router.get("/people", auth=may("people:read"), response=Page[PersonOut])
def index(request: HttpRequest, named: str = "", limit: Limit = 50, after: str = ""):
    """People, those heard last first. `named` finds by the exact name or address."""
    before = place(after)
    rows = list_people(actor(request), limit=limit + 1, before=before[0] if before else None, named=named.strip()[:320])
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": [_identity(row) for row in rows[:limit]], "next": mark(last.last_seen_at, last.pk) if last else None}


@router.get("/people/{number}", auth=may("people:read"), response=PersonWithIdentifiers)
def read(request: HttpRequest, number: str):
    """One person; every number they ever had leads here. That they were looked at is noted."""
    person = get_person(actor(request), number_of(number))
    note_access(actor(request), person.number, page="api")
    held = [identifier for identity in person.identities for identifier in identity.identifiers.all()]
    return {
        **_person(person),
        "identifiers": [{"kind": one.kind, "value": one.value, "verified_at": one.verified_at} for one in held],
    }


@router.get("/people/{number}/story", auth=may("people:read"), response=Page[StoryOut])
def story(request: HttpRequest, number: str, limit: Limit = 50, after: str = ""):
    """What they said and we did, newest first."""
    person = get_person(actor(request), number_of(number))
    note_access(actor(request), person.number, page="api")
    before = place(after)
    rows = story_of(person.identity_ids, actor(request), limit=limit + 1, before=before[0] if before else None)
    last = rows[limit - 1] if len(rows) > limit else None
    items = [
        {
            "id": str(one.pk), "at": one.happened_at, "channel": one.channel, "direction": one.direction, "kind": one.kind,
            "text": getattr(one, "words", ""),
        }
        for one in rows[:limit]
    ]  # fmt: skip
    return {"items": items, "next": mark(last.happened_at, last.pk) if last else None}


def _person(person: Person) -> dict[str, object]:
    seen: list[datetime] = [identity.last_seen_at for identity in person.identities]
    return {
        "id": str(person.number), "name": person.name, "addresses": person.addresses,
        "organisation": person.organisation.name if person.organisation else None, "first_seen_at": person.first_seen_at,
        "last_seen_at": max(seen),
    }  # fmt: skip


def _identity(identity: Identity) -> dict[str, object]:
    return {
        "id": str(identity.person_number), "name": identity.display_name,
        "addresses": [one.value for one in identity.identifiers.all() if one.kind == "email"],
        "organisation": identity.organisation.name if identity.organisation else None,
        "first_seen_at": identity.first_seen_at, "last_seen_at": identity.last_seen_at,
    }  # fmt: skip
