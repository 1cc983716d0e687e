"""Who follows the log. An app's `reactions.py` declares its consumers here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from heard.events.models import Event

React = Callable[[list["Event"]], None]


@dataclass(frozen=True, slots=True)
class Reaction:
    """One consumer: its name, the kinds it reads (None: all), whether it reads history, and what it does."""

    name: str
    kinds: frozenset[str] | None
    history: bool
    batch: int
    start: Literal["beginning", "now"]
    react: React


REGISTERED: dict[str, Reaction] = {}


def reaction(
    name: str,
    *,
    kinds: Iterable[str] | None,
    history: bool = False,
    batch: int = 100,
    start: Literal["beginning", "now"] = "beginning",
) -> Callable[[React], React]:
    """Declare a consumer that follows the log under `name`.

    The function gets up to `batch` events in order of position, inside the transaction that also moves the consumer's position: it is
    short, and harmless when run twice. `kinds=None` reads every kind; `history=True` reads imported history as well. A consumer that
    joins a log which has events already begins at `start`.
    """
    wanted = None if kinds is None else frozenset(kinds)
    if wanted is not None:
        from heard.events.kinds import KINDS

        if unknown := sorted(wanted - set(KINDS)):
            raise ValueError(f"{name} reads {', '.join(unknown)}, which heard/events/kinds.py does not declare.")

    def declare(react: React) -> React:
        REGISTERED[name] = Reaction(name, wanted, history, batch, start, react)
        return react

    return declare
