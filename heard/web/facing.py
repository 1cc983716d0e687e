"""What pages say of who looks after somebody, the groups they are in, and what their customers are promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from heard.accounts.models import User
from heard.lib.prepared import prepared
from heard.people.attributes import MARK
from heard.people.models import Attribute, Segment
from heard.people.owner_selectors import owner_of
from heard.people.selectors import Person
from heard.promises.models import Promise
from heard.promises.selectors import open_promises_to


def face_of_person(person: Person) -> dict[str, Any]:
    """For a person's page: who looks after them, their segments and marks. Three queries, whatever there is."""
    marks = sorted(set(_marks(person.identity_ids, MARK)))
    by_name = [(mark.partition("=")[0], mark) for mark in marks]
    return {"face": owner_of(person.identity_ids), "face_segments": _segments(person.number), "face_marks": by_name}


@prepared
def _segments(number: int) -> QuerySet[Segment]:
    return Segment.objects.filter(members__identity=number, retired_at=None).order_by("name")


@prepared
def _marks(identities: list[int], name: str) -> QuerySet[Attribute, str]:
    return Attribute.objects.filter(identity__in=identities, name=name).values_list("text", flat=True)


def promises_by_person(actor: User, people: Sequence[Person]) -> dict[int, list[Promise]]:
    """Open promises to several people in conversations that `actor` may read, soonest first. One query."""
    number_of = {identity: person.number for person in people for identity in person.identity_ids}
    found: dict[int, list[Promise]] = defaultdict(list)
    for promise in open_promises_to(list(number_of), actor):
        found[number_of[promise.conversation.customer_id or 0]].append(promise)
    return found
