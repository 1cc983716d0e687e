"""Stating what we promise everybody, and ending it."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.programmes.models import Measure, StandingPromise


class StandsAlready(Refusal):
    """The same sentence stands already."""


def state_standing_promise(text: str, *, measure: str, by: User, team: Team | None = None, once: UUID | None = None) -> StandingPromise:
    """Promise something to everybody, measured by real cases of `team`, or of all teams. A second call with the same `once` returns the first.

    `measure` is one of `Measure`. Raises StandsAlready for a sentence that stands.
    """
    if once is not None and (known := StandingPromise.objects.filter(once=once).first()) is not None:
        return known
    try:
        with transaction.atomic():
            promise = StandingPromise.objects.create(
                text=storable(text.strip(), 300), measure=Measure(measure), team=team, stated_by=by, stated_at=now(), once=once
            )
            record_event("standing_promise.stated", promise, actor=by, measure=str(measure))
    except IntegrityError as clash:
        if once is not None and (known := StandingPromise.objects.filter(once=once).first()) is not None:
            return known
        raise StandsAlready(_("We promise this already, in the same words.")) from clash
    return promise


@transaction.atomic
def end_standing_promise(promise: StandingPromise, *, by: User) -> StandingPromise:
    """From now on it stands no more; it stays in the history with its days. Twice does no harm."""
    promise = lock(promise)
    if promise.ended_at is None:
        promise.ended_by, promise.ended_at = by, now()
        promise.save(update_fields=["ended_by", "ended_at"])
        record_event("standing_promise.ended", promise, actor=by)
    return promise
