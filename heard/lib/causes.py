"""What led to what is being done now, carried from events to tasks and back so that loops end."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """The event behind the present act: its id, and how many events led to it, itself included."""

    event_id: int | None = None
    depth: int = 0


NO_CAUSE = Cause()
_present: ContextVar[Cause] = ContextVar("cause", default=NO_CAUSE)


def present_cause() -> Cause:
    """What led here; NO_CAUSE for an act of a person or of the clock."""
    return _present.get()


@contextmanager
def caused_by(cause: Cause) -> Iterator[None]:
    """Whatever is recorded or enqueued inside the block was led to by `cause`."""
    token = _present.set(cause)
    try:
        yield
    finally:
        _present.reset(token)
