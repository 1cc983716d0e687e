"""What staff should know about somebody: written with its reason, looked at again by a day, and ended when it is true no more."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import HeadsUp, Identity

LONGEST = 200
MOST = 5
"""Standing ones of a person: what is meant to be read by everybody must be little."""
USUALLY, AT_MOST = timedelta(days=182), timedelta(days=366)


@transaction.atomic
def write_heads_up(
    identity: Identity, *, text: str, reason: str, by: User, review_on: date | None = None, once: UUID | None = None
) -> HeadsUp:
    """Let everybody who answers this person know `text`, because of `reason`, until it is looked at again (half a year from now).

    Raises Refusal without words or reason, for a day that is past or more than a year away, for somebody erased, and when five stand already.
    """
    identity = lock(identity)
    if once is not None and (known := HeadsUp.objects.filter(by=by, once=once).first()):
        return known
    said, because = _line(text), _line(reason)
    if not said or not because:
        raise Refusal(_("Say what colleagues should know, and why."))
    if identity.erased_at is not None:
        raise Refusal(_("This person was erased."))
    standing = HeadsUp.objects.filter(identity__person_number=identity.person_number, ended_at=None)
    if standing.count() >= MOST:
        raise Refusal(_("There are five already, and nobody reads more. End one that matters less."))
    found = HeadsUp.objects.create(
        identity=identity, text=said, reason=because, by=by, at=now(), review_on=_day(review_on or _today() + USUALLY), once=once
    )
    _tell("heads_up.written", found, by)
    return found


@transaction.atomic
def keep_heads_up(found: HeadsUp, *, by: User, review_on: date | None = None) -> HeadsUp:
    """Somebody looked at it and it is still true: it stands until the next day of review. Raises Refusal when it was ended, or for a wrong day."""
    found = lock(found)
    if found.ended_at is not None:
        raise Refusal(_("It was ended already."))
    found.review_on, found.reviewed_by = _day(review_on or _today() + USUALLY), by
    found.save(update_fields=["review_on", "reviewed_by"])
    _tell("heads_up.kept", found, by)
    return found


@transaction.atomic
def end_heads_up(found: HeadsUp, *, by: User) -> HeadsUp:
    """It is true no more, or matters no more. Ending twice changes nothing."""
    found = lock(found)
    if found.ended_at is None:
        found.ended_at, found.ended_by = now(), by
        found.save(update_fields=["ended_at", "ended_by"])
        _tell("heads_up.ended", found, by)
    return found


@transaction.atomic
def restore_heads_up(found: HeadsUp, *, by: User) -> HeadsUp:
    """Undo its end. Raises Refusal when five others stand by now."""
    found = lock(found)
    if found.ended_at is None:
        return found
    standing = HeadsUp.objects.filter(identity__person_number=found.identity.person_number, ended_at=None)
    if standing.count() >= MOST:
        raise Refusal(_("There are five already, and nobody reads more. End one that matters less."))
    found.ended_at = found.ended_by = None
    found.save(update_fields=["ended_at", "ended_by"])
    _tell("heads_up.restored", found, by)
    return found


def _tell(kind: str, found: HeadsUp, by: User) -> None:
    record_event(kind, found, actor=by, identity_ids=[found.identity_id])


def _line(text: str) -> str:
    return storable(" ".join(text.split()), LONGEST)


def _today() -> date:
    return timezone.localtime(now()).date()


def _day(day: date) -> date:
    if day <= _today():
        raise Refusal(_("Look at it again on a day that is still to come."))
    if day > _today() + AT_MOST:
        raise Refusal(_("Look at it again within a year."))
    return day
