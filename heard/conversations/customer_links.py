"""The link to the customer's page: it stands in every mail to a customer, and whoever has it may read what it names.

A token carries conversation, identity, when it was made and for how many days it works, and a mark that only we can make (HMAC-SHA256 cut
to 144 bits, RFC 2104 section 5). No row is written for it, so a mail to 20,000 people costs nothing more, and a second sending of the
same mail carries the same link. A link without an identity (a mail to several people) proves nothing: its page asks for a code.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings

from heard.lib.keys import key

PATH = "/c/"
"""Where the pages stand: `portal` takes its addresses from here."""

_NUMBER, _MOMENT, _DAYS, _MARK = 5, 6, 2, 18
TOKEN_LENGTH = (2 * _NUMBER + _MOMENT + _DAYS + _MARK) * 4 // 3  # 48 characters of base64, no padding
_TOKEN = rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}"
_IN_TEXT = re.compile(rf"(?:https?://[^\s<>\"'/]+)?{PATH}{_TOKEN}(?![A-Za-z0-9_-])/?")
CUT_OUT = "[…]"


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """What an authentic token says, whatever its age. `identity_id` is None when it proves nobody."""

    conversation_id: int
    identity_id: int | None
    made_at: datetime
    expires_at: datetime


def link_for(conversation_id: int, identity_id: int | None, at: datetime) -> str:
    """The whole address of a customer's page; the same values always give the same link.

    `at` is when it is made: a revocation kills all links made until then. "" when links are switched off (HEARD_CUSTOMER_LINK_DAYS=0).
    """
    if not settings.CUSTOMER_LINK_DAYS:
        return ""
    return f"{settings.URL}{PATH}{make_token(conversation_id, identity_id, at)}/"


def make_token(conversation_id: int, identity_id: int | None, at: datetime, *, days: int | None = None) -> str:
    """The token alone. Raises OverflowError for numbers beyond 5 bytes."""
    lifetime = settings.CUSTOMER_LINK_DAYS if days is None else days
    data = b"".join(
        (
            conversation_id.to_bytes(_NUMBER),
            (identity_id or 0).to_bytes(_NUMBER),
            int(at.timestamp() * 1000).to_bytes(_MOMENT),
            lifetime.to_bytes(_DAYS),
        )
    )
    return base64.urlsafe_b64encode(data + _mark(data)).decode("ascii")


def read_token(token: str) -> CustomerLink | None:
    """What the token says, when we made it; None for every other text. Compared in constant time."""
    if not re.fullmatch(_TOKEN, token, re.ASCII):
        return None
    try:
        raw = base64.urlsafe_b64decode(token)
    except (binascii.Error, ValueError):
        return None
    data, mark = raw[:-_MARK], raw[-_MARK:]
    if not hmac.compare_digest(mark, _mark(data)):
        return None
    conversation, identity, moment, days = _parts(data)
    made_at = datetime.fromtimestamp(moment / 1000, UTC)
    return CustomerLink(conversation, identity or None, made_at, made_at + timedelta(days=days))


def without_links(text: str) -> str:
    """`text` with our own links taken out: in what customers send back they would let its readers act in the customer's name."""
    return _IN_TEXT.sub(CUT_OUT, text) if PATH in text else text


def derived(purpose: bytes, data: bytes) -> bytes:
    """A mark of 32 bytes over `data` for one purpose, with the key that all links hang on. Another purpose gives another key."""
    return hmac.digest(_key(purpose), data, "sha256")


def _mark(data: bytes) -> bytes:
    return derived(b"link", data)[:_MARK]


def _parts(data: bytes) -> tuple[int, ...]:
    numbers, start = [], 0
    for length in (_NUMBER, _NUMBER, _MOMENT, _DAYS):
        numbers.append(int.from_bytes(data[start : start + length]))
        start += length
    return tuple(numbers)


def _key(purpose: bytes) -> bytes:
    return _derived_key(key("secret"), purpose)


@lru_cache(maxsize=16)
def _derived_key(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"heard: customer's page, first form\0" + purpose, "sha256")
