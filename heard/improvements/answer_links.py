"""The link in a telling by which its reader says whether it helped: who has it may answer once for one person, and read nothing of theirs.

It carries the number of the row and a mark that only we can make (HMAC-SHA256 cut to 128 bits), so nobody finds another by counting.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from datetime import timedelta

from django.conf import settings

from heard.lib.keys import key

PATH = "/told/"
WORKS_FOR = timedelta(days=400)
"""So long after it was queued a link may still be answered: somebody tries it next winter."""
_NUMBER, _MARK = 5, 16
TOKEN_LENGTH = (_NUMBER + _MARK) * 4 // 3  # 28 characters of base64, no padding
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}", re.ASCII)


def answer_link(message_id: int) -> str:
    """The whole address for the person to whom the message `message_id` tells something; always the same."""
    return f"{settings.URL}{PATH}{make_token(message_id)}/"


def no_more_link(message_id: int) -> str:
    """The address whose POST ends such mail for them."""
    return f"{answer_link(message_id)}no-more/"


def make_token(message_id: int) -> str:
    """The token alone. Raises OverflowError for numbers beyond 5 bytes."""
    number = message_id.to_bytes(_NUMBER)
    return base64.urlsafe_b64encode(number + _mark(number)).decode("ascii")


def read_token(token: str) -> int | None:
    """The message a token was made for; None for every other text. Compared in constant time."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        raw = base64.urlsafe_b64decode(token)
    except (binascii.Error, ValueError):
        return None
    number, mark = raw[:_NUMBER], raw[_NUMBER:]
    return int.from_bytes(number) if hmac.compare_digest(mark, _mark(number)) else None


def _mark(number: bytes) -> bytes:
    return hmac.digest(key("secret"), b"heard: answer to a telling, first form\0" + number, "sha256")[:_MARK]
