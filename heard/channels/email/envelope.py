"""What a piece of mail is once it has been understood: plain values, no database.

`parsing.parse` gives an `InboundMessage`; `composing.compose` takes an `Outgoing`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

UNREADABLE_CAUSES = ("too_large", "not_an_email", "took_too_long", "empty")
TOO_LARGE_MARK = b"X-Heard-Too-Large: "
"""Begins what was kept of a message too large to fetch, before its size in bytes: `parse` refuses it as too_large."""


class UnreadableEmail(Exception):
    """These bytes cannot become a message. `cause` is one of `UNREADABLE_CAUSES`."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. The domain is lower-cased, the local part kept as written; `address` is never empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment. `number` is its place in Message.walk(), by which `parsing.attachment` finds it again."""

    number: int
    name: str
    content_type: str
    content_id: str  # without <>, "" if none
    size: int  # bytes after transfer decoding
    is_inline: bool  # shown inside the HTML body


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address a mail server could not, or not yet, deliver to."""

    address: str
    permanent: bool
    status: str = ""  # enhanced status code of RFC 3463 ("5.1.1"), "" if not stated
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that delivery failed. `recipients` is empty when the report names nobody."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str = ""  # of the message that was returned, without <>, "" if not returned

    @property
    def is_permanent(self) -> bool:
        return any(recipient.permanent for recipient in self.recipients)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A received message, bounded and storable: no NUL, no lone surrogate, nothing longer than its cap."""

    message_id: str = ""  # without <>, "" if none
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # without <>, oldest first, at most 200
    sender: Address | None = None  # From, or Sender, or Return-Path when that is absent
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()  # Delivered-To, X-Original-To, Envelope-To: for plus addresses
    return_path: str | None = None  # "" for <>, None when the header is absent
    subject: str = ""
    sent_at: datetime | None = None  # aware, UTC
    text: str = ""  # the whole readable body as plain text
    new_text: str = ""  # what was written now
    quoted_text: str = ""  # what trimming cut off
    html: str = ""  # sanitised; "" when the mail had none
    attachments: tuple[Part, ...] = ()
    automatic: str = ""  # "" | auto_reply | out_of_office | bounce | list | notice | own
    bounce: Bounce | None = None
    own_token: str = ""  # candidate only: nobody has checked its signature yet
    body_digest: str = ""  # sha256 of the normalised body, to recognise copies
    problems: tuple[str, ...] = ()  # bad_charset, broken_mime, no_date, too_many_parts, cut, …


@dataclass(frozen=True, slots=True)
class Authentication:
    """Whether a message may be believed to come from `domain`, and by which method that was found."""

    result: Literal["pass", "fail", "none"]
    method: str = ""  # "authentication-results", "dkim", "spf", …
    domain: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send along. A `content_id` makes it an inline image of the HTML part."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is being answered, as it is quoted below the answer."""

    author: str  # as shown: "Ada Lovelace <ada@example.org>"
    sent_at: datetime | None
    text: str
    html: str = ""  # sanitised already
    introduction: str = ""  # "On … wrote:" in the language of the reader; "" makes an English one


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything `composing.compose` needs. It asks no clock and makes no id, so the same value gives the same mail."""

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str  # without <>
    date: datetime  # aware
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str = ""  # without <>
    references: tuple[str, ...] = ()  # without <>, oldest first
    html: str = ""  # "" lets composing make it from the text
    signature: str = ""
    quoted: Quoted | None = None
    files: tuple[OutgoingFile, ...] = ()
    installation: str = ""  # value of X-Heard-Installation, by which we know our own mail
    is_automatic: bool = False  # an acknowledgement: Auto-Submitted, and nobody should answer it by robot
    is_unasked: bool = False  # written to many: Auto-Submitted, but no answer to what they wrote
    unsubscribe: str = ""  # where one POST ends such mail for its reader (RFC 8058)
    is_reply: bool = True  # puts "Re: " before the subject once
