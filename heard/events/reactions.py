"""Who follows the log. An app's `reactions.py` declares its consumers here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from heard.lib.causes import Cause, caused_by

if TYPE_CHECKING:
    from heard.events.models import Event

Prepare = Callable[[list["Event"]], Any]
React = TypeVar("React", bound=Callable[..., None])
Start = Literal["beginning", "now"]


@dataclass(frozen=True, slots=True)
class Reaction:
    """One consumer: its name, the kinds it reads (None: all), whether it reads history, and what it does."""

    name: str
    kinds: frozenset[str] | None
    history: bool
    batch: int
    start: Start
    prepare: Prepare | None
    react: Callable[..., None]


REGISTERED: dict[str, Reaction] = {}


def reaction(
    name: str,
    *,
    kinds: Iterable[str] | None,
    history: bool = False,
    batch: int = 100,
    start: Start = "beginning",
    prepare: Prepare | None = None,
) -> Callable[[React], React]:
    """Declare a consumer that follows the log under `name`.

    The function gets up to `batch` events in order of position, inside the transaction that also moves the consumer's position: it is
    short, and harmless when run twice. `kinds=None` reads every kind; `history=True` reads imported history as well. A consumer that
    joins a log which has events already begins at `start`. What takes long is done by `prepare(events)`, before the transaction; the
    function then gets its answer as a second argument.
    """
    wanted = None if kinds is None else frozenset(kinds)
    if wanted is not None:
        from heard.events.kinds import KINDS

        if unknown := sorted(wanted - set(KINDS)):
            raise ValueError(f"{name} reads {', '.join(unknown)}, which heard/events/kinds.py does not declare.")

    def declare(react: React) -> React:
        REGISTERED[name] = Reaction(name, wanted, history, batch, start, prepare, react)
        return react

    return declare


def one_by_one(events: list["Event"]) -> Iterator["Event"]:
    """The events of a batch; whatever is recorded or enqueued while one is in hand was caused by it."""
    for event in events:
        with caused_by(Cause(event.pk, event.depth + 1)):
            yield event
