"""What every way in does with the bytes it got: keep them, and only then say so to the other side."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError

from heard.channels.email.models import Mailbox
from heard.channels.email.protocols import the_inbox
from heard.channels.email.services.health import forget_broken_connection, note_mail_in
from heard.channels.email.services.mailbox_tests import note_return
from heard.lib.time import now


class CannotKeep(Exception):
    """Nothing was kept: the disk is full, or the database is locked or away. The other side keeps the message and offers it again."""


def take_in(raw: bytes, *, mailbox: Mailbox, transport: str, transport_id: str, is_history: bool = False) -> None:
    """Keep one original for good. When this returns, it may be acknowledged to the other side. Raises CannotKeep."""
    try:
        the_inbox().receive(raw, mailbox=mailbox, transport=transport, transport_id=transport_id, is_history=is_history)
    except (OSError, DatabaseError, InterfaceError) as error:
        forget_broken_connection()
        raise CannotKeep(type(error).__name__) from error
    _note(raw, mailbox, transport)


def _note(raw: bytes, mailbox: Mailbox, transport: str) -> None:
    """What is only for people to read must not make a kept message look lost."""
    try:
        note_mail_in(mailbox, now())
        note_return(raw, mailbox=mailbox, transport=transport)
    except (DatabaseError, InterfaceError):
        forget_broken_connection()
