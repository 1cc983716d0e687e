"""The link by which somebody without an account answers a question.

Its token holds the question's number and an HMAC-SHA256 (RFC 2104), cut to 160 bits, over that number and a seed of the row, made with a key
outside the database. So nobody guesses one, whoever reads a copy of the database can make none, and a mail can be written again with the
same link though nobody kept it. Whoever has the link sees one question and nothing else, whoever they are.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.urls import reverse

from heard.conversations.models import Ask
from heard.lib import keys

_NUMBER_BYTES = 5
_MARK_BYTES = 20
_TOKEN = re.compile(rf"[a-z2-7]{{{(_NUMBER_BYTES + _MARK_BYTES) * 8 // 5}}}", re.ASCII)
_IN_TEXT = re.compile(rf"(/asks/){_TOKEN.pattern}", re.ASCII)


class LinkState(StrEnum):
    """What a good link still does."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def new_link_seed() -> str:
    """What makes the link of one question differ from every other: 128 random bits."""
    return secrets.token_hex(16)


def link_token(ask: Ask) -> str:
    """The token of the question's link: 40 small letters and digits."""
    number = ask.pk.to_bytes(_NUMBER_BYTES)
    return base64.b32encode(number + _mark(number, ask.link_seed)).decode("ascii").lower()


def link_of(ask: Ask) -> str:
    """The whole address, as it stands in the mail."""
    return settings.URL + reverse("conversations:ask_link", args=[link_token(ask)])


def ask_of_link(token: str) -> Ask | None:
    """The question whose link this is; None for every other text. One query, or none."""
    if not _TOKEN.fullmatch(token):
        return None
    data = base64.b32decode(token.upper())
    number, mark = data[:_NUMBER_BYTES], data[_NUMBER_BYTES:]
    rows = Ask.objects.select_related("user", "team", "by", "included", "question__interaction", "question__conversation")
    ask = rows.filter(pk=int.from_bytes(number)).first()
    # Without a question the comparison is made all the same, so that the time of an answer does not tell which numbers exist.
    is_ours = hmac.compare_digest(mark, _mark(number, ask.link_seed if ask else ""))
    return ask if is_ours else None


def link_state(ask: Ask, *, at: datetime) -> LinkState:
    """What the link does at that moment. A withdrawn or expired one no longer shows the question, and still takes words."""
    if ask.withdrawn_at is not None:
        return LinkState.WITHDRAWN
    if at > ask.expires_at:
        return LinkState.EXPIRED
    return LinkState.OPEN if ask.answered_at is None else LinkState.ANSWERED


def without_links(text: str) -> str:
    """Words without the tokens of links in them: who answers below our mail quotes the link, which is not for every reader of the thread."""
    return _IN_TEXT.sub(r"\1…", text)


def _mark(number: bytes, seed: str) -> bytes:
    return hmac.digest(keys.key("secret"), b"heard: link of an ask, first form\0" + number + seed.encode(), "sha256")[:_MARK_BYTES]
