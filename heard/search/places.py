"""A document's id is its place in time: minutes since 1970, with 64 places in each.

Both databases keep a word's matches in order of id. So "the newest 500" is the end of a list that need not be read whole, and a span of
time is a span of ids. Within a minute the order is any; hits carry their exact moment.
"""

from datetime import UTC, datetime
from hashlib import blake2b

IN_A_MINUTE = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_place(moment: datetime) -> int:
    """The lowest id of the minute in which `moment` lies. Negative before 1970."""
    return int((moment - _EPOCH).total_seconds() // 60) * IN_A_MINUTE


def place(moment: datetime, key: str, attempt: int = 0) -> int:
    """An id for the document `key`, always the same one. Where it is taken, ask for the next attempt.

    Each attempt spreads over twice as many places, so that 100,000 documents of one minute (an import that knows only days) find room too.
    """
    digest = blake2b(f"{key} {attempt}".encode(), digest_size=8).digest()
    return first_place(moment) + int.from_bytes(digest) % (IN_A_MINUTE << attempt)
