"""The one clock of the product. Moments are aware and in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """This moment, or the one that `frozen_at` set for this thread."""
    return _frozen.get() or datetime.now(UTC)


def frozen_moment() -> datetime | None:
    """The moment `frozen_at` set, or None when the clock runs."""
    return _frozen.get()


@contextmanager
def frozen_at(moment: datetime) -> Iterator[datetime]:
    """Let `now()` answer `moment` in this thread while the block runs; for rehearsals and tests."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _frozen.reset(token)
