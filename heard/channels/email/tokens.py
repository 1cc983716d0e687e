"""Signed tokens by which an answer finds its conversation, whatever its subject says.

A token holds the conversation's number and a mark that only we can make (HMAC-SHA256, cut to 80 bits: RFC 2104, section 5), so a
stranger who guesses or copies numbers threads nowhere. It stands in the Message-ID of what we send, and after the plus of a mailbox's
address where the mail server delivers such addresses.

A question to a colleague has a token of another make, so that one can never pass for the other: its answers are words between colleagues.
"""

import base64
import hmac
import re
from collections.abc import Iterable

from heard.channels.email.envelope import InboundMessage

_NUMBER_BYTES = 5
_MARK_BYTES = 10
TOKEN_LENGTH = (_NUMBER_BYTES + _MARK_BYTES) * 8 // 5  # 24 characters of base32, no padding
MAX_NUMBER = 256**_NUMBER_BYTES - 1

_TOKEN = rf"[a-z2-7]{{{TOKEN_LENGTH}}}"
_IN_MESSAGE_ID = re.compile(rf"^h\.({_TOKEN})\.[0-9a-z]{{1,13}}@", re.IGNORECASE | re.ASCII)
_IN_ADDRESS = re.compile(rf"\+({_TOKEN})@", re.IGNORECASE | re.ASCII)
_IN_ASK_ID = re.compile(rf"^a\.({_TOKEN})\.[0-9a-z]{{1,13}}@", re.IGNORECASE | re.ASCII)
_IN_ASK_ADDRESS = re.compile(rf"\+ask-({_TOKEN})@", re.IGNORECASE | re.ASCII)
_CONVERSATION = b"heard: conversation token, first form\0"
_ASK = b"heard: ask token, first form\0"


def make_token(conversation_id: int, key: bytes) -> str:
    """A token of 24 lower-case letters and digits. Raises ValueError for a number below 0 or above `MAX_NUMBER`."""
    return _make(conversation_id, key, _CONVERSATION)


def make_ask_token(ask_id: int, key: bytes) -> str:
    """The same for a question to a colleague."""
    return _make(ask_id, key, _ASK)


def _make(row_id: int, key: bytes, purpose: bytes) -> str:
    if not 0 <= row_id <= MAX_NUMBER:
        raise ValueError("no such number")
    number = row_id.to_bytes(_NUMBER_BYTES)
    return base64.b32encode(number + _mark(number, key, purpose)).decode("ascii").lower()


def read_token(token: str, key: bytes) -> int | None:
    """The conversation a token was made for with this key; None for every other text."""
    return _read(token, key, _CONVERSATION)


def read_ask_token(token: str, key: bytes) -> int | None:
    """The question a token was made for with this key; None for every other text, a conversation's token among them."""
    return _read(token, key, _ASK)


def _read(token: str, key: bytes, purpose: bytes) -> int | None:
    if not re.fullmatch(_TOKEN, token, re.IGNORECASE | re.ASCII):
        return None
    data = base64.b32decode(token.upper())
    number, mark = data[:_NUMBER_BYTES], data[_NUMBER_BYTES:]
    if not hmac.compare_digest(mark, _mark(number, key, purpose)):
        return None
    return int.from_bytes(number)


def _mark(number: bytes, key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose + number, "sha256")[:_MARK_BYTES]


def message_id_for(message_id: int, conversation_id: int, domain: str, key: bytes) -> str:
    """The Message-ID (without <>) of our message: the same row always gets the same, so a second sending is recognised as a copy."""
    return f"h.{make_token(conversation_id, key)}.{_base36(message_id)}@{domain}"


def ask_message_id_for(mail_id: int, ask_id: int, domain: str, key: bytes) -> str:
    """The Message-ID (without <>) of a mail about a question: `mail_id` is its own row."""
    return f"a.{make_ask_token(ask_id, key)}.{_base36(mail_id)}@{domain}"


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits


def plus_address(address: str, token: str) -> str:
    """`support@example.org` and a token as `support+token@example.org`. An address that has a plus keeps only what stands before it."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+{token}@{domain}"


def ask_address(address: str, token: str) -> str:
    """`support@example.org` and the token of a question as `support+ask-token@example.org`."""
    return plus_address(address, f"ask-{token}")


def find_tokens(message: InboundMessage) -> list[str]:
    """What looks like our tokens, most telling first: In-Reply-To, References from the newest, then plus addresses. Unverified."""
    ids: Iterable[str] = (*message.in_reply_to, *reversed(message.references))
    found = [match[1] for text in ids if (match := _IN_MESSAGE_ID.match(text))]
    addresses = (*message.delivered_to, *(party.address for party in (*message.to, *message.cc)))
    found += [match[1] for text in addresses if (match := _IN_ADDRESS.search(text))]
    return list(dict.fromkeys(token.lower() for token in found))


def answered_ask(message: InboundMessage, key: bytes) -> int | None:
    """The question a mail answers, None when it answers none or rather a message of a conversation.

    The most telling place decides: In-Reply-To, then the address it was sent to, then References from the newest. Only tokens made with
    this key count.
    """
    addresses = (*message.delivered_to, *(party.address for party in (*message.to, *message.cc)))
    places = [
        *((text, _IN_MESSAGE_ID, _IN_ASK_ID) for text in message.in_reply_to),
        *((text, _IN_ADDRESS, _IN_ASK_ADDRESS) for text in addresses),
        *((text, _IN_MESSAGE_ID, _IN_ASK_ID) for text in reversed(message.references)),
    ]
    for text, of_conversation, of_ask in places:
        if (match := of_ask.search(text)) and (ask := read_ask_token(match[1], key)) is not None:
            return ask
        if (match := of_conversation.search(text)) and read_token(match[1], key) is not None:
            return None
    return None


def ask_of_message_id(message_id: str, key: bytes) -> int | None:
    """The question a Message-ID of ours is about; None for every other Message-ID."""
    match = _IN_ASK_ID.match(message_id)
    return read_ask_token(match[1], key) if match else None
