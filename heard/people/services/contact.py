"""Whom we may write to unasked, and not too often: choices, and the rest between two such messages.

An answer to somebody's own question is never unasked; what came of it months later is. Everything here is folded over a person's
identities: one of them that says no is enough, and a message to one of them lets all of them rest.
"""

from __future__ import annotations

from collections import defaultdict
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
from heard.lib.prepared import prepared
from heard.lib.time import now
from heard.people.models import Contact, ContactChoice, Identity

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
    """By person, whether we may write for `purpose` at `at`. Two queries for each 500; persons of whom nothing is known may be written to.

    The rest lasts HEARD_REST_DAYS since the last message of any purpose; 0 means none.
    """
    found: dict[int, Leave] = {}
    numbers = list(person_numbers)
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        refused = _refused(some, purpose)
        last = _last_contacts(some, at)
        for number in some:
            until = last[number] + rest() if number in last else None
            found[number] = Leave(number in refused, until if until is not None and until > at else None)
    return found


def rest() -> timedelta:
    """How long a person is left alone after a message they did not ask for."""
    return timedelta(days=settings.REST_DAYS)


def _refused(numbers: list[int], purpose: str) -> set[int]:
    """Persons of whom an identity's newest choice is no."""
    newest: dict[int, dict[int, bool]] = defaultdict(dict)
    for number, identity, is_allowed in _choices(numbers, purpose):
        newest[number][identity] = is_allowed
    return {number for number, choices in newest.items() if not all(choices.values())}


def _last_contacts(numbers: list[int], at: datetime) -> dict[int, datetime]:
    if not rest():
        return {}
    return dict(_contacts(numbers, at - rest()))


@prepared
def _choices(numbers: list[int], purpose: str) -> QuerySet[ContactChoice, tuple[int, int, bool]]:
    rows = ContactChoice.objects.filter(identity__person_number__in=numbers, purpose=purpose).order_by("pk")
    return rows.values_list("identity__person_number", "identity", "is_allowed")


@prepared
def _contacts(numbers: list[int], since: datetime) -> QuerySet[Contact, tuple[int, datetime]]:
    rows = Contact.objects.filter(identity__person_number__in=numbers, at__gt=since).order_by("at")
    return rows.values_list("identity__person_number", "at")
