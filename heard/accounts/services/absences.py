"""Colleagues go away and come back; somebody stands in for them. `User.is_away` follows, so that every page shows it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from heard.accounts.models import Absence, User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now


@transaction.atomic
def note_absence(user: User, *, starts_at: datetime, ends_at: datetime | None = None, cover: User | None = None, by: User) -> Absence:
    """Somebody will be away, or is already (a `starts_at` that has passed). What overlaps it is replaced by it. Raises Refusal."""
    user = lock(user)
    moment = now()
    if by.pk != user.pk and not by.is_lead:
        raise Refusal(_("Only leads may say that others are away."))
    if ends_at is not None and (ends_at <= starts_at or ends_at <= moment):
        raise Refusal(_("Choose a day of return that is still to come and after the first day away."))
    if cover is not None and (cover.pk == user.pk or not cover.is_active or not cover.can_write or cover.is_program):
        raise Refusal(_("%(name)s cannot stand in.") % {"name": cover.name})
    same = Absence.objects.filter(user=user, starts_at=starts_at, ends_at=ends_at, cover=cover, ended_at=None).first()
    if same is not None:
        return same
    overlapping = Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at), user=user, ended_at=None)
    if ends_at is not None:
        overlapping = overlapping.filter(starts_at__lt=ends_at)
    overlapping.update(ended_at=moment)
    absence = Absence.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, cover=cover, by=by, at=moment)
    record_event(
        "absence.noted", absence, actor=by, user_id=user.pk, cover_id=cover.pk if cover else None, starts_at=starts_at, ends_at=ends_at
    )
    _follow(user, moment)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: User | None) -> None:
    """They are back, or will not go. Ending twice changes nothing. Raises Refusal."""
    user = lock(User(pk=absence.user_id))
    absence = lock(absence)
    if by is not None and by.pk != user.pk and not by.is_lead:
        raise Refusal(_("Only leads may say that others are back."))
    if absence.ended_at is not None:
        return
    absence.ended_at = now()
    absence.save(update_fields=["ended_at"])
    record_event("absence.ended", absence, actor=by, user_id=user.pk, cover_id=absence.cover_id)
    _follow(user, absence.ended_at)


def change_absences() -> None:
    """Begin and end what is due: each minute. Reads only what is in hand."""
    moment = now()
    due = Absence.objects.filter(ended_at=None).filter(Q(begun_at=None, starts_at__lte=moment) | Q(ends_at__lte=moment))
    for absence in due.order_by("pk")[:500]:
        if absence.ends_at is not None and absence.ends_at <= moment:
            end_absence(absence, by=None)
        else:
            with transaction.atomic():
                _follow(lock(User(pk=absence.user_id)), moment)


def _follow(user: User, moment: datetime) -> None:
    """Let `is_away` say what the absences say; a mark set by hand without an absence stays until one ends."""
    running = Absence.objects.filter(user=user, ended_at=None, starts_at__lte=moment)
    began = running.filter(begun_at=None).update(begun_at=moment)
    ended = Absence.objects.filter(user=user, ended_at=moment, begun_at__isnull=False).exists()
    is_away = running.exists()
    if (began or ended or is_away) and user.is_away != is_away:
        user.is_away = is_away
        user.save(update_fields=["is_away"])
