"""Whether mail comes in and goes out: noted on the mailbox when it changes, so that people can be told in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from heard.channels.email.models import Mailbox
from heard.events import record_event

IN_PROBLEMS = (
    "unreachable", "timed_out", "disconnected", "bad_login", "tls_failed", "no_folder", "refused", "cannot_move", "cannot_keep",
    "wrong_key",
)  # fmt: skip
FRESH = timedelta(minutes=1)


def forget_broken_connection() -> None:
    """After an error of the database, let the next query of this thread connect afresh if it must."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def note_way_in(mailbox: Mailbox, problem: str) -> None:
    """Fetching works (`problem` empty) or does not (one of IN_PROBLEMS). Writes and tells only when that changed."""
    _note(mailbox, "in", problem)


def note_way_out(mailbox: Mailbox, problem: str) -> None:
    """As `note_way_in` for sending; the words are `sending.PROBLEMS`."""
    _note(mailbox, "out", problem)


def note_mail_in(mailbox: Mailbox, at: datetime) -> None:
    """A message came in. Written once a minute at most: it is for people to read."""
    _move_forward(mailbox, "last_in_at", at)


def note_mail_out(mailbox: Mailbox, at: datetime) -> None:
    """A message went out. Written once a minute at most."""
    _move_forward(mailbox, "last_out_at", at)


def _note(mailbox: Mailbox, direction: str, problem: str) -> None:
    column = f"{direction}_problem"
    if getattr(mailbox, column) == problem:
        return
    with transaction.atomic():
        was = Mailbox.objects.select_for_update().values_list(column, flat=True).filter(pk=mailbox.pk).first()
        if was is not None and was != problem:
            Mailbox.objects.filter(pk=mailbox.pk).update(**{column: problem})
            if problem:
                record_event("mailbox.failed", mailbox, cause=problem, direction=direction)
            else:
                record_event("mailbox.recovered", mailbox, direction=direction)
    setattr(mailbox, column, problem)


def _move_forward(mailbox: Mailbox, column: str, at: datetime) -> None:
    known = getattr(mailbox, column)
    if known is not None and at - known < FRESH:
        return
    older = Q(**{column: None}) | Q(**{f"{column}__lt": at})
    Mailbox.objects.filter(older, pk=mailbox.pk).update(**{column: at})
    setattr(mailbox, column, at)
