"""What personal data each model holds, and how each store erases it: said once, where the model stands."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """The statement a model with personal data makes about itself.

    `what` and `why` are for the customer's eyes; `keep` says how long, `export` whether it is in the customer's copy,
    `erase` what erasure leaves behind. A model without personal data states `personal = None` instead.
    Source: GDPR articles 13 and 30 (purpose, categories, storage period).
    """

    what: str
    why: str
    keep: str
    export: str
    erase: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one store did in an erasure: a line of the certificate. `rows` counts what was changed or removed."""

    store: str
    rows: int
    left: str = ""


Eraser = Callable[["ErasureScope"], Outcome]


@dataclass(slots=True)
class ErasureScope:
    """Whom an erasure concerns, and what its erasers found on the way.

    `identity_ids` is every identity of the person; `interaction_ids` is filled by the time line for those after it;
    `needles` are the values (addresses, names) whose tombstones are kept.
    """

    identity_ids: list[int]
    needles: list[tuple[str, str]]
    interaction_ids: list[int]
    shared_interaction_ids: list[int]
    is_preview: bool


_erasers: dict[str, tuple[int, Eraser]] = {}


def eraser(store: str, *, order: int) -> Callable[[Eraser], Eraser]:
    """Register the function that erases a person from one store; `order` is when it runs (low first).

    Finders of rows run before the removers of what they find: timeline 10, conversations 20, inbound 30, search 40, people 90.
    """

    def register(function: Eraser) -> Eraser:
        _erasers[store] = (order, function)
        return function

    return register


def erasers() -> list[tuple[str, Eraser]]:
    """All registered erasers, in the order in which they run."""
    return [(store, function) for store, (_, function) in sorted(_erasers.items(), key=lambda item: item[1][0])]
