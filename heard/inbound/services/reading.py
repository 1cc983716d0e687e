"""From bytes to something that can be filed: parsed, checked and measured, all outside any transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from heard.channels.email.authentication import authenticate
from heard.channels.email.envelope import Address, Authentication, InboundMessage, UnreadableEmail
from heard.channels.email.models import Mailbox
from heard.channels.email.parsing import parse
from heard.files import store
from heard.inbound.models import Cause, Inbound
from heard.lib.languages import detect

logger = logging.getLogger(__name__)

EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)
TRUSTED_DELAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Read:
    """An original that was understood (`mail`), or the cause why not. `detail` is the name of an error's class, never its words."""

    inbound: Inbound
    mail: InboundMessage | None = None
    cause: str = ""
    detail: str = ""
    sender: Address | None = None
    authentication: Authentication = Authentication("none")
    language: str = ""
    happened_at: datetime = EARLIEST


def read_original(inbound: Inbound, mailbox: Mailbox) -> Read:
    """Read one original. Never raises for what is wrong with the message: that is its `cause`."""
    try:
        raw = store.read(inbound.blob)
        return _understood(inbound, mailbox, raw, parse(raw))
    except UnreadableEmail as problem:
        return Read(inbound, cause=problem.cause)
    except store.MissingBytes:
        return Read(inbound, cause=Cause.FAILED, detail="MissingBytes")
    except Exception as problem:  # our mistake must not lose the message or stop the others: quarantined, and shown to operators
        logger.exception("an original could not be read", extra={"inbound": inbound.pk})
        return Read(inbound, cause=Cause.FAILED, detail=type(problem).__name__[:80])


def _understood(inbound: Inbound, mailbox: Mailbox, raw: bytes, mail: InboundMessage) -> Read:
    sender = _who_speaks(mail)
    if sender is None:
        return Read(inbound, cause=Cause.NO_SENDER)
    authentication = Authentication("none")
    if not inbound.is_history:
        trusted = [mailbox.trusted_authserv_id] if mailbox.trusted_authserv_id else []
        authentication = authenticate(raw, sender=sender.address, trusted_authserv_ids=trusted)
    return Read(
        inbound, mail, sender=sender, authentication=authentication, language=detect(mail.new_text or mail.text),
        happened_at=_when(mail, inbound),
    )  # fmt: skip


def _who_speaks(mail: InboundMessage) -> Address | None:
    """The sender; or whoever a form's notice wants to be answered, since forms send in their own name for somebody else."""
    if mail.automatic == "notice" and mail.reply_to and mail.sender and mail.reply_to[0].address.lower() != mail.sender.address.lower():
        return mail.reply_to[0]
    return mail.sender


def _when(mail: InboundMessage, inbound: Inbound) -> datetime:
    """When it was said. A live message's own date counts only within two days of its arrival: anybody can write any date."""
    if mail.sent_at is None or mail.sent_at > inbound.received_at or mail.sent_at < EARLIEST:
        return inbound.received_at
    if not inbound.is_history and inbound.received_at - mail.sent_at > TRUSTED_DELAY:
        return inbound.received_at
    return mail.sent_at
