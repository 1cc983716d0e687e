"""A listener for mail servers that hand mail over by LMTP (RFC 2033).

Each recipient gets an answer of its own: 250 only when the message is kept for good, 452 when it cannot be kept now (full disk, locked or
lost database) so that the other server keeps it and tries again, 550 for an address that is none of ours.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from heard.channels.email.models import Mailbox
from heard.channels.email.protocols import MAX_MESSAGE_BYTES
from heard.channels.email.selectors import mailbox_for_address
from heard.channels.email.services.health import forget_broken_connection
from heard.channels.email.services.intake import CannotKeep, take_in

logger = logging.getLogger("heard.mail")
MOST_CONNECTIONS = 20
KEEPING_THREADS = 4
SILENCE_SECONDS = 300.0
CLOSING_SECONDS = 5.0

NOT_OURS = "550 5.1.1 No such mailbox here"
NOT_NOW = "452 4.3.1 Cannot be kept now, try again later"
OUR_MISTAKE = "451 4.3.0 Something went wrong here, try again later"


class LmtpSession(LMTP):
    """One connection. aiosmtpd answers DATA once, as SMTP does; LMTP wants one answer for each recipient."""

    line_length_limit = 1024 * 1024  # mail with longer lines than RFC 5321 allows exists, and refusing it would lose it

    def __init__(self, handler: LmtpHandler, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            handler, data_size_limit=MAX_MESSAGE_BYTES, enable_SMTPUTF8=True, hostname="heard", ident="Heard", timeout=SILENCE_SECONDS,
            loop=loop,
        )  # fmt: skip
        self._answers_due = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.connections.discard(self)
        super().connection_lost(error)

    async def push(self, status: AnyStr) -> None:
        """Send an answer. The one after DATA is repeated for every recipient unless the handler wrote all of them."""
        text = status if isinstance(status, str) else status.decode()
        if text.startswith("354"):
            self._answers_due = len(self.envelope.rcpt_tos) if self.envelope else 0
        elif self._answers_due:
            due, self._answers_due = self._answers_due, 0
            if "\r\n" not in text:
                text = "\r\n".join([text] * due)
        await super().push(text)


class LmtpHandler:
    """aiosmtpd's hooks; their names are its own. The database is asked in a few threads, so slow disks hold up nobody else."""

    def __init__(self) -> None:
        self.connections: set[LmtpSession] = set()
        self.threads = ThreadPoolExecutor(KEEPING_THREADS, thread_name_prefix="lmtp")

    async def handle_EHLO(  # the older of two forms has four arguments
        self, server: LmtpSession, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: LmtpSession, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if len(self.connections) > MOST_CONNECTIONS:
            return "451 4.3.2 Too many connections, try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: LmtpSession, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer, mailbox = await self._in_thread(_find_mailbox, address)
        if mailbox is not None:
            envelope.rcpt_tos.append(address)
            envelope.__dict__.setdefault("mailboxes", []).append(mailbox)
        return answer

    async def handle_DATA(self, server: LmtpSession, session: Session, envelope: Envelope) -> str:
        recipients = list(zip(envelope.rcpt_tos, envelope.__dict__.get("mailboxes", []), strict=True))
        raw = envelope.original_content or b""
        return await self._in_thread(_keep_for_all, raw, (envelope.mail_from or "").strip("<>"), recipients)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever went wrong in between is our mistake, and the other server keeps the message."""
        logger.error("an LMTP command failed", extra={"error": type(error).__name__})
        return OUR_MISTAKE

    def close(self) -> None:
        """Let what is being kept come to its end, then close each thread's database connection."""
        together = threading.Barrier(KEEPING_THREADS)  # no thread takes two
        for _ in range(KEEPING_THREADS):
            self.threads.submit(_close_connection, together)
        self.threads.shutdown()

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *args)


def listen(host: str, port: int, stop: threading.Event) -> None:
    """Serve at `host` and `port` until `stop` is set. Raises OSError when the place is taken."""
    asyncio.run(_serve(host, port, stop))


async def _serve(host: str, port: int, stop: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    handler = LmtpHandler()
    server = await loop.create_server(lambda: LmtpSession(handler, loop), host, port)
    logger.info("listening for LMTP", extra={"port": port})
    try:
        while not stop.is_set():  # noqa: ASYNC110 — it is set by another thread
            await asyncio.sleep(0.25)
    finally:
        server.close()
        for session in list(handler.connections):
            if session.transport is not None:
                session.transport.close()
        # A sender that gets no answer now offers the message again; its digest makes that harmless.
        await loop.run_in_executor(None, handler.close)


def _close_connection(together: threading.Barrier) -> None:
    with suppress(threading.BrokenBarrierError):
        together.wait(CLOSING_SECONDS)
    connection.close()


def _find_mailbox(address: str) -> tuple[str, Mailbox | None]:
    try:
        mailbox = mailbox_for_address(address)
    except (DatabaseError, InterfaceError):
        forget_broken_connection()
        return NOT_NOW, None
    finally:
        close_old_connections()
    return ("250 2.1.5 OK", mailbox) if mailbox is not None else (NOT_OURS, None)


def _keep_for_all(raw: bytes, sender: str, recipients: list[tuple[str, Mailbox]]) -> str:
    """Keep one message in each mailbox it is for, and say for each recipient what came of it."""
    transport_id = uuid.uuid4().hex
    answers: dict[int, str] = {}
    for address, mailbox in recipients:
        if mailbox.pk not in answers:  # two addresses of one mailbox are one message
            answers[mailbox.pk] = _keep(_with_envelope(raw, sender, address), mailbox, transport_id)
    close_old_connections()
    return "\r\n".join(answers[mailbox.pk] for _, mailbox in recipients)


def _keep(raw: bytes, mailbox: Mailbox, transport_id: str) -> str:
    try:
        take_in(raw, mailbox=mailbox, transport="lmtp", transport_id=transport_id)
    except CannotKeep as trouble:
        logger.warning("a message could not be kept", extra={"mailbox": mailbox.pk, "cause": str(trouble)})
        return NOT_NOW
    except Exception as error:
        logger.error("keeping a message failed", extra={"mailbox": mailbox.pk, "error": type(error).__name__})
        forget_broken_connection()
        return OUR_MISTAKE
    return f"250 2.0.0 Kept as {transport_id}"


def _with_envelope(raw: bytes, sender: str, recipient: str) -> bytes:
    """The message with what the envelope knew, as a final delivery writes it (RFC 5321 §4.4): plus addresses thread by it."""
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode() + raw
