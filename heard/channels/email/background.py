"""What the worker does for mail all the time: one watcher for each mailbox that is read by IMAP, and the LMTP listener."""

from __future__ import annotations

import hashlib
import logging
import random
import threading

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from heard.channels.email.imap import ImapReading, ImapTrouble
from heard.channels.email.lmtp import listen
from heard.channels.email.models import Mailbox
from heard.channels.email.selectors import mailboxes_to_watch
from heard.channels.email.services.health import forget_broken_connection, note_way_in
from heard.channels.email.services.intake import CannotKeep
from heard.tasks.services import background_service

logger = logging.getLogger("heard.mail")
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 300.0
LOGIN_PAUSE_SECONDS = 60.0  # some servers lock accounts that try too often


@background_service
class ImapWatchers:
    """Each name holds a digest of the settings, so that changed settings end one watcher and begin another."""

    def names(self) -> list[str]:
        return [f"imap:{mailbox.pk}:{_settings_digest(mailbox)}" for mailbox in mailboxes_to_watch()]

    def run(self, name: str, stop: threading.Event) -> None:
        watch(int(name.split(":")[1]), stop)


@background_service
class LmtpListener:
    """Listens where `HEARD_LMTP_ADDRESS` says; nowhere when it is empty."""

    def names(self) -> list[str]:
        return ["lmtp"] if settings.LMTP_ADDRESS else []

    def run(self, name: str, stop: threading.Event) -> None:
        host, _, port = settings.LMTP_ADDRESS.rpartition(":")
        listen(host or "127.0.0.1", int(port), stop)


def watch(mailbox_id: int, stop: threading.Event) -> None:
    """Read a mailbox until stopped: connect, take what is new, wait for more; after trouble, pause and connect again."""
    failures = 0
    while not stop.is_set():
        mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
        if mailbox is None:
            return
        try:
            with ImapReading(mailbox) as reading:
                while not stop.is_set():
                    reading.read_new(stop.is_set)
                    note_way_in(mailbox, "cannot_move" if reading.move_fails else "")
                    failures = 0
                    reading.wait_for_news(stop.is_set)
        except (ImapTrouble, CannotKeep, DatabaseError, InterfaceError) as trouble:
            failures += 1
            problem = trouble.problem if isinstance(trouble, ImapTrouble) else "cannot_keep"
            _tell(mailbox, problem, failures)
            stop.wait(_pause(problem, failures))


def _tell(mailbox: Mailbox, problem: str, failures: int) -> None:
    """A connection that was lost once is not worth anybody's attention: servers restart."""
    logger.warning("mailbox could not be read", extra={"mailbox": mailbox.pk, "problem": problem, "failure": failures})
    if problem in ("disconnected", "timed_out", "unreachable") and failures < 2:
        return
    try:
        note_way_in(mailbox, problem)
    except (DatabaseError, InterfaceError, OSError):
        forget_broken_connection()


def _pause(problem: str, failures: int) -> float:
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 10))
    pause = random.uniform(longest / 2, longest)  # many mailboxes of one server must not come back at once
    return max(pause, LOGIN_PAUSE_SECONDS) if problem == "bad_login" else pause


def _settings_digest(mailbox: Mailbox) -> str:
    values = [
        mailbox.imap_host, mailbox.imap_port, mailbox.imap_encryption, mailbox.imap_username, bytes(mailbox.imap_password_sealed or b""),
        mailbox.imap_folder, mailbox.after_fetch, mailbox.move_to_folder, mailbox.live_since,
    ]  # fmt: skip
    return hashlib.sha256(repr(values).encode()).hexdigest()[:12]
