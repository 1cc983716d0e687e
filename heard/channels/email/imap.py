"""Reading a mailbox by IMAP: from the last UID that is safely ours, never by the \\Seen flag, which people change.

`ImapReading` is one connection. It keeps each message for good before it moves the place in `ImapFolder` forward, so a connection that
breaks, a full disk or a killed worker only means that some messages are offered again; their digests make that harmless.
"""

from __future__ import annotations

import imaplib
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from imapclient import DELETED, FLAGGED, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from heard.channels.email.envelope import TOO_LARGE_MARK
from heard.channels.email.models import AfterFetch, Encryption, ImapFolder, Mailbox
from heard.channels.email.protocols import MAX_MESSAGE_BYTES
from heard.channels.email.secrets import WrongKey, unseal
from heard.channels.email.services.intake import take_in
from heard.lib.batches import batched
from heard.lib.time import now

CONNECT_SECONDS, READ_SECONDS = 15, 60
IDLE_SECONDS = 240  # some servers and routers forget silent connections after five minutes
IDLE_STEP_SECONDS = 2.0
POLL_SECONDS = 15.0  # for servers without IDLE
BATCH_MESSAGES, BATCH_BYTES = 50, 8 * 1024 * 1024
CUT_BYTES = 1024 * 1024
CHECKED_EVERY_SECONDS = 60

# A folder of a million messages answers a search with one line of eight megabytes; the library's own bound is one.
imaplib._MAXLINE = 20_000_000  # type: ignore[attr-defined]

Stopped = Callable[[], bool]


class ImapTrouble(Exception):
    """The mailbox cannot be read now. `problem` is one of `services.health.IN_PROBLEMS`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class ImapReading:
    """One connection to a mailbox's server with its folder selected. Use as a context manager. Raises ImapTrouble."""

    def __init__(self, mailbox: Mailbox, *, tls: ssl.SSLContext | None = None) -> None:
        self.mailbox = mailbox
        self.move_fails = False
        try:
            self.client = _connect(mailbox, tls)
        except Exception as error:
            raise ImapTrouble(problem_of(error)) from error
        try:
            self.folder = self._select()
        except Exception as error:
            self.close()
            raise ImapTrouble("no_folder" if _is_answer(error) else problem_of(error)) from error

    def __enter__(self) -> ImapReading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Log out if the server still listens."""
        with suppress(Exception):
            self.client.logout()
        with suppress(Exception):
            self.client.shutdown()

    def read_new(self, is_stopped: Stopped = lambda: False) -> int:
        """Take in everything after the last UID, oldest first. Answers how many messages. Raises ImapTrouble, CannotKeep."""
        taken = 0
        try:
            for group in self._groups(self._new_uids()):
                if is_stopped():
                    break
                taken += self._take_in(group)
                self._settle(group)
                self._move_forward(group[-1][0])
            self._note_checked()
        except (OSError, IMAPClientError) as error:
            raise ImapTrouble(problem_of(error)) from error
        return taken

    def wait_for_news(self, is_stopped: Stopped) -> None:
        """Return when the server says something, when it is time to look anyway, or when stopped. Raises ImapTrouble."""
        try:
            if self._was_told():
                return
            if self.client.has_capability("IDLE"):
                self._idle(is_stopped)
            else:
                _sleep(POLL_SECONDS, is_stopped)
                self.client.noop()
        except (OSError, IMAPClientError) as error:
            raise ImapTrouble(problem_of(error)) from error

    def _was_told(self) -> bool:
        """Did the server speak of more messages while it answered something else? It will not say so again when we wait.

        IMAPClient leaves such lines where imaplib collects them and has no word of its own for them.
        """
        return bool(self.client._imap.untagged_responses.pop("EXISTS", None))

    def _idle(self, is_stopped: Stopped) -> None:
        self.client.idle()
        until = time.monotonic() + IDLE_SECONDS
        while not is_stopped() and (begun := time.monotonic()) < until:
            if self.client.idle_check(timeout=IDLE_STEP_SECONDS) or time.monotonic() - begun < IDLE_STEP_SECONDS / 2:
                break  # news; or nothing and too soon, which is how imapclient answers at the end of a connection
        self.client.idle_done()

    def _select(self) -> ImapFolder:
        mailbox = self.mailbox
        # Only looking must change nothing at all, so such a folder is opened read-only.
        answer = self.client.select_folder(mailbox.imap_folder, readonly=mailbox.after_fetch == AfterFetch.LEAVE)
        folder, _ = ImapFolder.objects.get_or_create(mailbox=mailbox, name=mailbox.imap_folder)
        uidvalidity = int(answer.get(b"UIDVALIDITY", 0))
        if folder.uidvalidity != uidvalidity:  # the server counts anew, so the old place means nothing
            folder.uidvalidity, folder.last_uid = uidvalidity, 0
            folder.save(update_fields=["uidvalidity", "last_uid"])
        return folder

    def _new_uids(self) -> list[int]:
        first = self.folder.last_uid + 1
        # "n:*" names the last message even when it is below n
        return sorted(uid for uid in self.client.search(["UID", f"{first}:*"]) if uid >= first)

    def _groups(self, uids: list[int]) -> Iterator[list[tuple[int, int, datetime | None]]]:
        """(UID, bytes, when it reached the server) in batches bounded in number and size; what was removed meanwhile is left out."""
        for batch in batched(uids, BATCH_MESSAGES):
            facts = self.client.fetch(batch, ["RFC822.SIZE", "INTERNALDATE"])
            group: list[tuple[int, int, datetime | None]] = []
            for uid in batch:
                if uid not in facts:
                    continue
                size = int(facts[uid].get(b"RFC822.SIZE", 0))
                if group and sum(one[1] for one in group) + size > BATCH_BYTES:
                    yield group
                    group = []
                group.append((uid, size, facts[uid].get(b"INTERNALDATE")))
            if group:
                yield group

    def _take_in(self, group: Sequence[tuple[int, int, datetime | None]]) -> int:
        small = [uid for uid, size, _ in group if size <= MAX_MESSAGE_BYTES]
        bodies = self.client.fetch(small, ["BODY.PEEK[]"]) if small else {}
        taken = 0
        for uid, size, arrived_at in group:
            raw = bodies.get(uid, {}).get(b"BODY[]") if size <= MAX_MESSAGE_BYTES else self._beginning(uid, size)
            if raw is None:  # somebody removed it while we were reading
                continue
            take_in(raw, mailbox=self.mailbox, transport="imap", transport_id=self._name(uid), is_history=self._is_history(arrived_at))
            taken += 1
        return taken

    def _beginning(self, uid: int, size: int) -> bytes | None:
        """What is kept of a message beyond our limit: marked as too large with its size, then its first megabyte."""
        answer = self.client.fetch([uid], [f"BODY.PEEK[]<0.{CUT_BYTES}>"]).get(uid, {})
        raw = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), None)
        return None if raw is None else TOO_LARGE_MARK + str(size).encode() + b"\r\n" + raw

    def _name(self, uid: int) -> str:
        return f"{self.folder.name}/{self.folder.uidvalidity}/{uid}"

    def _is_history(self, arrived_at: datetime | None) -> bool:
        since = (self.mailbox.live_since or self.mailbox.created_at).replace(microsecond=0)  # servers know whole seconds
        return arrived_at is not None and arrived_at < since

    def _settle(self, group: Sequence[tuple[int, int, datetime | None]]) -> None:
        """Flag or move what is live and kept, as the mailbox says. History stays where it is."""
        live = [uid for uid, _, arrived_at in group if not self._is_history(arrived_at)]
        if not live or self.mailbox.after_fetch == AfterFetch.LEAVE:
            return
        try:
            if self.mailbox.after_fetch == AfterFetch.FLAG:
                self.client.add_flags(live, [FLAGGED], silent=True)
            else:
                self._move(live)
            self.move_fails = False
        except IMAPClientError as error:
            if not _is_answer(error):
                raise
            self.move_fails = True  # the mail is ours all the same, and the next ones must not wait for this

    def _move(self, uids: list[int]) -> None:
        target = self.mailbox.move_to_folder
        if not self.client.folder_exists(target):
            self.client.create_folder(target)
        if self.client.has_capability("MOVE"):
            self.client.move(uids, target)
            return
        self.client.copy(uids, target)
        self.client.add_flags(uids, [DELETED], silent=True)
        if self.client.has_capability("UIDPLUS"):  # a plain EXPUNGE would remove what others marked, too
            self.client.uid_expunge(uids)

    def _move_forward(self, uid: int) -> None:
        self.folder.last_uid = uid
        self.folder.save(update_fields=["last_uid"])

    def _note_checked(self) -> None:
        moment = now()
        checked = self.folder.checked_at
        if checked is not None and (moment - checked).total_seconds() < CHECKED_EVERY_SECONDS:
            return
        status = self.client.folder_status(self.folder.name, ["MESSAGES"])
        self.folder.checked_at, self.folder.messages_on_server = moment, status.get(b"MESSAGES")
        self.folder.save(update_fields=["checked_at", "messages_on_server"])


def problem_of(error: BaseException) -> str:
    """One of `services.health.IN_PROBLEMS` for what went wrong between us and the server."""
    if isinstance(error, WrongKey):
        return "wrong_key"
    if isinstance(error, LoginError):
        return _problem_at_login(error)
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    if isinstance(error, TimeoutError):
        return "timed_out"
    if _is_answer(error):
        return "refused"
    return "disconnected" if isinstance(error, IMAPClientError | ConnectionResetError | BrokenPipeError) else "unreachable"


def _problem_at_login(error: LoginError) -> str:
    if isinstance(error.__context__, IMAPClient.AbortError):
        return "disconnected"
    # RFC 5530: these say that it is not the password
    return "refused" if any(code in str(error) for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")) else "bad_login"


def _is_answer(error: BaseException) -> bool:
    """Whether the server said no, rather than nothing: `abort` is how imaplib calls a lost connection."""
    return isinstance(error, IMAPClientError) and not isinstance(error, IMAPClient.AbortError)


def _connect(mailbox: Mailbox, tls: ssl.SSLContext | None) -> IMAPClient:
    password = unseal(mailbox.imap_password_sealed)
    is_tls = mailbox.imap_encryption == Encryption.TLS
    context = None if mailbox.imap_encryption == Encryption.NONE else (tls or ssl.create_default_context())
    client = IMAPClient(
        mailbox.imap_host, mailbox.imap_port, ssl=is_tls, ssl_context=context if is_tls else None,
        timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
    )  # fmt: skip
    try:
        client.normalise_times = False  # moments keep their zone
        if mailbox.imap_encryption == Encryption.STARTTLS:
            if not client.has_capability("STARTTLS"):
                raise ssl.SSLError("the server offers no STARTTLS")
            client.starttls(context)
        client.login(mailbox.imap_username, password)
    except BaseException:
        with suppress(Exception):
            client.shutdown()
        raise
    return client


def _sleep(seconds: float, is_stopped: Stopped) -> None:
    until = time.monotonic() + seconds
    while not is_stopped() and time.monotonic() < until:
        time.sleep(min(0.5, max(0.0, until - time.monotonic())))
