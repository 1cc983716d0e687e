"""What this app needs from others, and what others need from it: the place that takes originals, and our words for trouble."""

from __future__ import annotations

from typing import Any, Protocol

from heard.channels.email.models import Mailbox

MAX_MESSAGE_BYTES = 50 * 1024 * 1024
"""Larger mail is refused by LMTP; of larger mail on an IMAP server only the beginning is kept, in quarantine."""


class Inbox(Protocol):
    """Where channels hand their bytes: `heard.inbound` says so at start-up, because imports point the other way."""

    def receive(self, raw: bytes, *, mailbox: Mailbox, transport: str, transport_id: str, is_history: bool = False) -> Any:
        """Keep one original for good before returning. Raises OSError or a database error, and then nothing was kept."""


class NoInbox(RuntimeError):
    """Mail arrived and nobody has said where originals are kept."""


_inbox: list[Inbox] = []


def use_inbox(inbox: Inbox) -> None:
    """Hand all further originals to `inbox`; called once from `AppConfig.ready()`."""
    _inbox[:] = [inbox]


def the_inbox() -> Inbox:
    """The place that keeps originals. Raises NoInbox."""
    if not _inbox:
        raise NoInbox
    return _inbox[0]
