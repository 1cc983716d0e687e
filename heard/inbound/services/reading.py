"""From bytes to something that can be filed: parsed, checked and measured, all outside any transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from heard.channels.email.authentication import authenticate, network_resolver
from heard.channels.email.envelope import Address, Authentication, InboundMessage
from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox
from heard.channels.email.understanding import Understood, understand
from heard.files import store
from heard.files.models import Blob
from heard.inbound.models import Cause, Inbound

logger = logging.getLogger(__name__)

EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)
TRUSTED_DELAY = timedelta(days=2)
ALMOST_A_SECOND = timedelta(seconds=1, microseconds=-1)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An original that was not understood, and why. `detail` is the name of an error's class, never its words."""

    inbound: Inbound
    cause: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Readable:
    """An original that was understood: the mail, who speaks in it, whether that is proved, in which language, and when."""

    inbound: Inbound
    blob: Blob
    mail: InboundMessage
    sender: Address
    authentication: Authentication
    language: str
    happened_at: datetime


Read = Readable | Unreadable


def read_original(inbound: Inbound, mailbox: Mailbox, understood: Understood | None = None) -> Read:
    """Read one original, or take what another process `understood` of it. Never raises for what is wrong with the message."""
    if inbound.blob is None:
        return Unreadable(inbound, Cause.FAILED, "MissingBytes")
    try:
        raw = b"" if understood is not None and inbound.is_history else store.read(inbound.blob)
    except store.MissingBytes:
        return Unreadable(inbound, Cause.FAILED, "MissingBytes")
    understood = understood or understand(raw, installation=installation_name())
    if understood.mail is None:
        if understood.detail:
            logger.error("an original could not be read", extra={"inbound": inbound.pk, "error": understood.detail})
        return Unreadable(inbound, understood.cause, understood.detail)
    sender = who_speaks(understood.mail)
    if sender is None:
        return Unreadable(inbound, Cause.NO_SENDER)
    authentication = _authentication(raw, sender, inbound, mailbox)
    return Readable(inbound, inbound.blob, understood.mail, sender, authentication, understood.language, _when(understood.mail, inbound))


def _authentication(raw: bytes, sender: Address, inbound: Inbound, mailbox: Mailbox) -> Authentication:
    """Of this very message. History is not checked: keys of years ago are gone, and nothing acts on it."""
    if inbound.is_history:
        return Authentication("none")
    trusted = [mailbox.trusted_authserv_id] if mailbox.trusted_authserv_id else []
    resolver = network_resolver() if settings.CHECK_SIGNATURES else None
    return authenticate(raw, sender=sender.address, trusted_authserv_ids=trusted, resolver=resolver)


def who_speaks(mail: InboundMessage) -> Address | None:
    """The sender; or whoever a form's notice wants to be answered, since forms send in their own name for somebody else."""
    if mail.automatic == "notice" and mail.reply_to and mail.sender and mail.reply_to[0].address.lower() != mail.sender.address.lower():
        return mail.reply_to[0]
    return mail.sender


def _when(mail: InboundMessage, inbound: Inbound) -> datetime:
    """When it was said. A live message's own date counts only within two days of its arrival: anybody can write any date.

    A date names a second (RFC 5322, 3.3), and what we said within that second was said before its answer: so its end counts, or the arrival.
    """
    if mail.sent_at is None or mail.sent_at > inbound.received_at or mail.sent_at < EARLIEST:
        return inbound.received_at
    if inbound.is_history:
        return mail.sent_at
    if inbound.received_at - mail.sent_at > TRUSTED_DELAY:
        return inbound.received_at
    return min(mail.sent_at + ALMOST_A_SECOND, inbound.received_at)
