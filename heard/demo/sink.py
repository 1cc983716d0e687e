"""The other side of the demo: what we send is caught here, and whoever tries Heard can answer it as the customer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heard.channels.email.envelope import InboundMessage, UnreadableEmail
from heard.channels.email.models import Mailbox
from heard.channels.email.parsing import parse
from heard.demo.company import Mail
from heard.demo.place import outbox
from heard.inbound.models import Inbound
from heard.inbound.services.receiving import receive
from heard.lib.time import now

SHOWN_AT_ONCE = 100
HEAD_LINES = 2  # `OutboxMailer` writes for whom a message was above the message itself


@dataclass(frozen=True, slots=True)
class Caught:
    """One message that would have left. `name` is its file's, without the ending."""

    name: str
    recipients: tuple[str, ...]
    mail: InboundMessage

    @property
    def sent_at(self) -> datetime | None:
        """When it was written."""
        return self.mail.sent_at

    @property
    def from_name(self) -> str:
        """Whom the customer sees as its sender."""
        return (self.mail.sender.name or self.mail.sender.address) if self.mail.sender else ""


def list_caught(limit: int = SHOWN_AT_ONCE) -> list[Caught]:
    """What was caught, newest first."""
    files = sorted(outbox().glob("*.eml"), reverse=True)[:limit] if outbox().exists() else []
    return [caught for file in files if (caught := _read(file)) is not None]


def get_caught(name: str) -> Caught | None:
    """One of them; None when there is none of this name."""
    file = outbox() / f"{name}.eml"
    return _read(file) if name.replace("-", "").isalnum() and file.is_file() else None


def answer_as_customer(caught: Caught, *, text: str) -> Inbound:
    """Let the customer answer `caught`: a real mail with their headers and their quote, received as any other.

    Raises Mailbox.DoesNotExist when it was sent by a mailbox that is no more.
    """
    mail = caught.mail
    target = mail.reply_to[0] if mail.reply_to else mail.sender
    assert target is not None
    recipient = next((one for one in mail.to if one.address in caught.recipients), None)
    quoted_head = f"On {mail.sent_at:%a, %d %b %Y at %H:%M}, {caught.from_name} wrote:" if mail.sent_at else f"{caught.from_name} wrote:"
    letter = Mail(
        sender_name=recipient.name if recipient else "",
        sender=recipient.address if recipient else caught.recipients[0],
        to=((target.name, target.address),),
        subject=mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}",
        text=text,
        sent_at=now(),
        message_id=_new_message_id(caught.recipients[0]),
        references=tuple(one for one in (*mail.references, mail.message_id) if one),
        quoted=mail.new_text or mail.text,
        quoted_head=quoted_head,
        delivered_to=target.address,
    )
    return _receive(letter, _mailbox_of(target.address))


def write_as_customer(mailbox: Mailbox, *, name: str, address: str, subject: str, text: str) -> Inbound:
    """Let a customer write a first letter to `mailbox`."""
    letter = Mail(
        sender_name=name, sender=address, to=((mailbox.name, mailbox.address),), subject=subject, text=text, sent_at=now(),
        message_id=_new_message_id(address), delivered_to=mailbox.address,
    )  # fmt: skip
    return _receive(letter, mailbox)


def _receive(letter: Mail, mailbox: Mailbox) -> Inbound:
    return receive(letter.raw, mailbox=mailbox, transport="demo", transport_id=letter.message_id)


def _mailbox_of(address: str) -> Mailbox:
    """The mailbox behind an address, also one with a token of ours after a plus."""
    local, _, domain = address.partition("@")
    return Mailbox.objects.get(address__iexact=f"{local.partition('+')[0]}@{domain}")


def _new_message_id(address: str) -> str:
    return f"{uuid.uuid4().hex}@{address.rpartition('@')[2]}"


def _read(file: Path) -> Caught | None:
    try:
        lines = file.read_bytes().split(b"\n", HEAD_LINES)
        mail = parse(lines[HEAD_LINES])
    except (OSError, IndexError, UnreadableEmail):
        return None
    recipients = tuple(_addresses(lines[HEAD_LINES - 1].decode("utf-8", "replace")))
    return Caught(file.stem, recipients, mail) if recipients else None


def _addresses(line: str) -> Iterator[str]:
    for address in line.partition(":")[2].split(","):
        if address.strip():
            yield address.strip()
