"""People: who they are and what happened, as far as the program's teams may know."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router

from heard.accounts.services.accesses import note_access
from heard.api.access import actor, may
from heard.api.pages import Limit, mark, number_of, place
from heard.api.schemas import HeadsUpOut, HousemateOut, Page, PersonOut, PersonWithIdentifiers, StoryIn, StoryOut
from heard.people.models import Identity
from heard.people.selectors import Person, get_person, list_people
from heard.people.together import heads_ups_of, homes_of
from heard.timeline.story import Wanted, story_page

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
def story(request: HttpRequest, number: str, narrowed: Query[StoryIn], limit: Limit = 50, after: str = ""):
    """What they said and we did, newest first; by kind, channel, direction or stage where asked for. `before` enters it at a moment."""
    person = get_person(actor(request), number_of(number))
    note_access(actor(request), person.number, page="api")
    wanted = Wanted(
        kinds=_one(narrowed.kind), channels=_one(narrowed.channel), directions=_one(narrowed.direction), stages=_one(narrowed.stage)
    )
    start = place(after) or ((narrowed.before, 0) if narrowed.before else None)
    page = story_page(person.identity_ids, actor(request), limit=limit, before=start, wanted=wanted)
    items = [
        {
            "id": str(one.pk), "at": one.happened_at, "channel": one.channel, "direction": one.direction, "kind": one.kind,
            "stage": one.stage, "text": getattr(one, "words", ""),
        }
        for one in page.interactions
    ]  # fmt: skip
    return {"items": items, "next": mark(*page.older) if page.older else None}


@router.get("/people/{number}/heads-ups", auth=may("people:read"), response=Page[HeadsUpOut])
def heads_ups(request: HttpRequest, number: str):
    """What staff should know before they answer this person, and why; the newest first."""
    person = get_person(actor(request), number_of(number))
    note_access(actor(request), person.number, page="api")
    items = [
        {"id": str(one.pk), "text": one.text, "reason": one.reason, "by": one.by.name, "at": one.at, "review_on": one.review_on}
        for one in heads_ups_of(person.identity_ids)
    ]
    return {"items": items, "next": None}


@router.get("/people/{number}/household", auth=may("people:read"), response=Page[HousemateOut])
def household(request: HttpRequest, number: str):
    """Who lives with this person, as far as the program's teams may know of them. Different people, whatever they share."""
    person = get_person(actor(request), number_of(number))
    note_access(actor(request), person.number, page="api")
    others = [other for home in homes_of(person.identity_ids, actor(request)) for other in home.others]
    items = [
        {"id": str(other.number), "name": other.identity.display_name, "reason": other.member.reason, "since": other.member.at}
        for other in others
    ]
    return {"items": items, "next": None}


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


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
