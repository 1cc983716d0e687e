"""Whom we may write to unasked, and not too often: choices, and the rest between two such messages.

An answer to somebody's own question is never unasked; what came of it months later is. Everything here is folded over a person's
identities: one of them that says no is enough, and a message to one of them lets all of them rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import insert_rows, lock
from heard.lib.objects import new_row
from heard.lib.prepared import prepared_look_up
from heard.lib.time import now
from heard.people.models import Contact, ContactChoice, Identity
from heard.people.selectors import identities_of

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Leave:
    """What stands between us and a person: `is_refused` for good, or a rest `until` a moment. Neither: we may write."""

    is_refused: bool = False
    until: datetime | None = None

    @property
    def is_given(self) -> bool:
        return not self.is_refused and self.until is None


@transaction.atomic
def choose_contact(identity: Identity, *, purpose: str, is_allowed: bool, how: str, by: User | None = None) -> ContactChoice:
    """Write down that somebody does, or does not, want to hear from us unasked. Saying the same twice changes nothing."""
    identity = lock(identity)
    last = ContactChoice.objects.filter(identity=identity, purpose=purpose).order_by("-pk").first()
    if last is not None and last.is_allowed == is_allowed:
        return last
    choice = ContactChoice.objects.create(identity=identity, purpose=purpose, is_allowed=is_allowed, how=how, by=by, at=now())
    record_event("contact.chosen", identity, actor=by or identity, purpose=purpose, is_allowed=is_allowed)
    return choice


def note_contacts(identity_ids: Iterable[int], *, purpose: str, at: datetime) -> None:
    """Remember that we wrote to these identities unasked. In the transaction that writes."""
    insert_rows([new_row(Contact, identity_id=identity_id, purpose=purpose, at=at) for identity_id in identity_ids])


def leave_to_write(person_numbers: Collection[int], *, purpose: str, at: datetime) -> dict[int, Leave]:
    """By person, whether we may write for `purpose` at `at`. Three queries for each 500; persons of whom nothing is known may be written to.

    The rest lasts HEARD_REST_DAYS since the last message of any purpose; 0 means none.
    """
    found: dict[int, Leave] = {}
    numbers = list(person_numbers)
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        persons = dict(identities_of(some))
        refused = _refused(persons, purpose)
        last = _last_contacts(persons, at)
        for number in some:
            until = last[number] + rest() if number in last else None
            found[number] = Leave(number in refused, until if until is not None and until > at else None)
    return found


def rest() -> timedelta:
    """How long a person is left alone after a message they did not ask for."""
    return timedelta(days=settings.REST_DAYS)


def _refused(persons: dict[int, int], purpose: str) -> set[int]:
    """Persons of whom an identity's newest choice is no; `persons` is by identity."""
    newest: dict[int, bool] = dict(_choices(list(persons), purpose))
    return {persons[identity] for identity, is_allowed in newest.items() if not is_allowed}


def _last_contacts(persons: dict[int, int], at: datetime) -> dict[int, datetime]:
    if not rest():
        return {}
    return {persons[identity]: moment for identity, moment in _contacts(list(persons), at - rest())}


@prepared_look_up
def _choices(identity_ids: list[int], purpose: str) -> QuerySet[ContactChoice, tuple[int, bool]]:
    rows = ContactChoice.objects.filter(identity__in=identity_ids, purpose=purpose).order_by("pk")
    return rows.values_list("identity", "is_allowed")


@prepared_look_up
def _contacts(identity_ids: list[int], since: datetime) -> QuerySet[Contact, tuple[int, datetime]]:
    rows = Contact.objects.filter(identity__in=identity_ids, at__gt=since).order_by("at")
    return rows.values_list("identity", "at")
