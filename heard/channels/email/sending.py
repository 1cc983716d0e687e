"""Handing composed mail to an SMTP server, and saying in few words what came of it.

`Mailer` is what deliveries need. `SmtpMailer` speaks to the mailbox's server; `OutboxMailer` is its twin for development and the
demo, which writes files; `NoServer` says that nobody has set a server.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from django.conf import settings

from heard.channels.email.models import Encryption, Mailbox
from heard.channels.email.secrets import WrongKey, unseal

PROBLEMS = ("unreachable", "timed_out", "refused", "bad_login", "too_large", "tls_failed", "no_server", "wrong_key")
CONNECT_SECONDS = 15
COMMAND_SECONDS = 60
END_OF_DATA_SECONDS = 180  # servers scan the message before they answer
IDLE_SECONDS = 60
UNSAYABLE = set("\r\n\0<>")
LOGIN_CODES = {530, 534, 535, 538}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of handing over one message.

    `refused` are addresses that will never be accepted, with the server's code. With `is_temporary`, those that are neither
    accepted nor refused may be tried again later; without it and with a `problem` (one of PROBLEMS) they may not.
    """

    accepted: tuple[str, ...] = ()
    refused: dict[str, int] = field(default_factory=dict)
    is_temporary: bool = False
    problem: str = ""
    reply_code: int | None = None


class Mailer(Protocol):
    def send(self, raw: bytes, *, mailbox: Mailbox, sender: str, recipients: Sequence[str]) -> Outcome:
        """Hand `raw` over for `recipients`. Never raises for what a server or a network may do."""


class SmtpMailer:
    """Speaks SMTP with the mailbox's server. Connections are kept for `IDLE_SECONDS` and tried with NOOP before they are used again."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._idle: dict[str, list[tuple[float, smtplib.SMTP]]] = {}
        self._lock = threading.Lock()
        self._sweeper: threading.Timer | None = None

    def send(self, raw: bytes, *, mailbox: Mailbox, sender: str, recipients: Sequence[str]) -> Outcome:
        key = _settings_of(mailbox)
        client: smtplib.SMTP | None = None
        try:
            client = self._take(key) or self._connect(mailbox)
            outcome = _Handover(client, raw, sender, recipients).run()
        except (OSError, smtplib.SMTPException, ValueError, WrongKey) as error:
            if client is not None:
                client.close()
            return _outcome_of(error)
        self._give_back(key, client)
        return outcome

    def close(self) -> None:
        """End every idle connection."""
        self._close_older_than(0)

    def _take(self, key: str) -> smtplib.SMTP | None:
        while True:
            with self._lock:
                waiting = self._idle.get(key)
                if not waiting:
                    return None
                since, client = waiting.pop()
            if time.monotonic() - since < IDLE_SECONDS and _is_alive(client):
                return client
            client.close()

    def _connect(self, mailbox: Mailbox) -> smtplib.SMTP:
        password = unseal(mailbox.smtp_password_sealed)
        host, port, name = mailbox.smtp_host, mailbox.smtp_port, mailbox.domain
        client: smtplib.SMTP
        if mailbox.smtp_encryption == Encryption.TLS:
            client = smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=CONNECT_SECONDS, context=self._context())
        else:
            client = smtplib.SMTP(host, port, local_hostname=name, timeout=CONNECT_SECONDS)
        try:
            if mailbox.smtp_encryption == Encryption.STARTTLS:
                client.ehlo()
                if not client.has_extn("starttls"):
                    raise ssl.SSLError("the server offers no STARTTLS")
                client.starttls(context=self._context())
            client.ehlo_or_helo_if_needed()
            if mailbox.smtp_username:
                _log_in(client, mailbox.smtp_username, password)
        except BaseException:
            client.close()
            raise
        return client

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def _give_back(self, key: str, client: smtplib.SMTP) -> None:
        with self._lock:
            self._idle.setdefault(key, []).append((time.monotonic(), client))
            if self._sweeper is None:
                self._sweeper = threading.Timer(IDLE_SECONDS, self._sweep)
                self._sweeper.daemon = True
                self._sweeper.start()

    def _sweep(self) -> None:
        self._close_older_than(IDLE_SECONDS)
        with self._lock:
            self._sweeper = None
            if any(self._idle.values()):
                self._sweeper = threading.Timer(IDLE_SECONDS, self._sweep)
                self._sweeper.daemon = True
                self._sweeper.start()

    def _close_older_than(self, seconds: float) -> None:
        limit = time.monotonic() - seconds
        with self._lock:
            old = [client for waiting in self._idle.values() for since, client in waiting if since <= limit]
            for key, waiting in list(self._idle.items()):
                kept = [(since, client) for since, client in waiting if since > limit]
                if kept:
                    self._idle[key] = kept
                else:
                    del self._idle[key]
        for client in old:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()


class _Handover:
    """One SMTP transaction. Leaves the connection ready for the next one, or raises."""

    def __init__(self, client: smtplib.SMTP, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        self.client, self.raw, self.sender, self.recipients = client, _with_network_line_ends(raw), sender, recipients
        self.accepted: list[str] = []
        self.refused: dict[str, int] = {}
        self.deferred_code: int | None = None

    def run(self) -> Outcome:
        _set_timeout(self.client, COMMAND_SECONDS)
        if self._exceeds_stated_size():
            return Outcome(problem="too_large", reply_code=552)
        code, _ = self.client.mail(self.sender, self._options())
        if code != 250:
            return self._ended(code)
        for address in self.recipients:
            self._offer(address)
        if not self.accepted:
            self._forget()
            return self._summary()
        return self._send_data()

    def _exceeds_stated_size(self) -> bool:
        stated = self.client.esmtp_features.get("size", "") if self.client.does_esmtp else ""
        return stated.isdigit() and 0 < int(stated) < len(self.raw)

    def _options(self) -> list[str]:
        options = [f"SIZE={len(self.raw)}"] if self.client.has_extn("size") else []
        if not self.raw.isascii() and self.client.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if not all(address.isascii() for address in [self.sender, *self.recipients]) and self.client.has_extn("smtputf8"):
            options.append("SMTPUTF8")
        return options

    def _offer(self, address: str) -> None:
        try:
            code, _ = self.client.rcpt(_in_ascii_domain(address))
        except ValueError:  # this address cannot be said to this server: outside ASCII, or with a line end in it
            self.refused[address] = 553
            return
        if code in (250, 251, 252):
            self.accepted.append(address)
        elif code == 421:
            raise smtplib.SMTPResponseException(code, "the server closes the connection")
        elif code in LOGIN_CODES:
            raise smtplib.SMTPAuthenticationError(code, "the server wants a log-in first")
        elif 500 <= code < 600 and code != 552:  # RFC 5321 §4.5.3.1.10: 552 to RCPT means "too many at once", not "never"
            self.refused[address] = code
        else:
            self.deferred_code = code

    def _send_data(self) -> Outcome:
        try:
            _set_timeout(self.client, END_OF_DATA_SECONDS)
            code, _ = self.client.data(self.raw)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        if code != 250:
            return self._ended(code)
        return self._summary()

    def _ended(self, code: int) -> Outcome:
        """The whole message was answered with an error."""
        if code == 421:
            raise smtplib.SMTPResponseException(code, "the server closes the connection")
        if code in LOGIN_CODES:
            raise smtplib.SMTPAuthenticationError(code, "the server wants a log-in first")
        self._forget()
        is_permanent = 500 <= code < 600
        problem = "too_large" if code == 552 else "refused"
        return Outcome(refused=self.refused, is_temporary=not is_permanent, problem=problem, reply_code=code)

    def _forget(self) -> None:
        with suppress(OSError, smtplib.SMTPException):  # what the server answered counts, even if it hangs up now
            self.client.rset()

    def _summary(self) -> Outcome:
        waiting = len(self.recipients) - len(self.accepted) - len(self.refused)
        code = self.deferred_code or next(iter(self.refused.values()), 250)
        problem = "refused" if waiting or self.refused else ""
        return Outcome(tuple(self.accepted), self.refused, waiting > 0, problem, code)


class OutboxMailer:
    """Writes each message as a file `.eml` into a folder. The first two lines say for whom it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, raw: bytes, *, mailbox: Mailbox, sender: str, recipients: Sequence[str]) -> Outcome:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
            draft = self.folder / f".{name}"
            head = f"X-Outbox-From: {sender}\r\nX-Outbox-To: {', '.join(recipients)}\r\n"
            draft.write_bytes(head.encode() + raw)
            draft.rename(self.folder / f"{name}.eml")
        except OSError:
            return Outcome(is_temporary=True, problem="unreachable")
        return Outcome(accepted=tuple(recipients), reply_code=250)


class NoServer:
    """The mailer of a mailbox that has no SMTP server yet: mail waits until there is one."""

    def send(self, raw: bytes, *, mailbox: Mailbox, sender: str, recipients: Sequence[str]) -> Outcome:
        return Outcome(is_temporary=True, problem="no_server")


_smtp = SmtpMailer()
_instead: list[Mailer] = []


def mailer_for(mailbox: Mailbox) -> Mailer:
    """How this mailbox's mail leaves: by its server; without one into `HOME/outbox` where that is switched on, else not at all."""
    if _instead:
        return _instead[-1]
    if mailbox.smtp_host:
        return _smtp
    return OutboxMailer(settings.HOME / "outbox") if settings.MAIL_OUTBOX else NoServer()


@contextmanager
def using_mailer(mailer: Mailer) -> Iterator[Mailer]:
    """Send everything through `mailer` while the block runs; for tests and rehearsals."""
    _instead.append(mailer)
    try:
        yield mailer
    finally:
        _instead.remove(mailer)


def _settings_of(mailbox: Mailbox) -> str:
    """Names a connection: other settings, another connection."""
    password = sha256(bytes(mailbox.smtp_password_sealed or b"")).hexdigest()
    return "\n".join([mailbox.smtp_host, str(mailbox.smtp_port), mailbox.smtp_encryption, mailbox.smtp_username, password])


def _log_in(client: smtplib.SMTP, username: str, password: str) -> None:
    try:
        client.login(username, password)
    except UnicodeError:
        raise smtplib.SMTPAuthenticationError(535, "smtplib takes log-ins in ASCII only") from None


def _is_alive(client: smtplib.SMTP) -> bool:
    try:
        _set_timeout(client, CONNECT_SECONDS)
        return client.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _set_timeout(client: smtplib.SMTP, seconds: float) -> None:
    if client.sock is not None:
        client.sock.settimeout(seconds)


def _with_network_line_ends(raw: bytes) -> bytes:
    """Every line ends in CRLF; a lone CR or LF is refused by servers that fear smuggling."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


def _in_ascii_domain(address: str) -> str:
    """`address` with its domain in the form DNS knows. Raises ValueError for what is more than an address or has no such form."""
    if not UNSAYABLE.isdisjoint(address):  # smtplib would make another address of it
        raise ValueError("no address")
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"


def _outcome_of(error: Exception) -> Outcome:
    """Everything that broke off the talk is temporary: the message waits until somebody repairs it, or five days."""
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
    return Outcome(is_temporary=True, problem=_problem_of(error), reply_code=code)


def _problem_of(error: Exception) -> str:
    if isinstance(error, WrongKey):
        return "wrong_key"
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return "bad_login"  # the last is how smtplib says that it knows none of the server's methods
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    # smtplib turns a timeout into a lost connection and leaves the timeout as its context
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "timed_out"
    if isinstance(error, smtplib.SMTPResponseException):
        return "refused"
    return "unreachable"
