"""What personal data each model holds, and how each store erases it: said once, where the model stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from heard.privacy.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Personal:
    """The statement a model with personal data makes about itself.

    `what` and `why` are for the customer's eyes; `keep` says how long, `export` whether it is in the customer's copy,
    `erase` what erasure leaves behind. A model without personal data states `personal = None` instead.
    Source: GDPR articles 13 and 30 (purpose, categories, storage period).
    """

    what: str | StrPromise
    why: str | StrPromise
    keep: str | StrPromise
    export: str | StrPromise
    erase: str | StrPromise


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one store did in an erasure: a line of the certificate. `rows` counts what was changed or removed.

    `left` is a fixed sentence (marked for translation, never with anybody's words) about what stays, and why; `stays` counts it.
    """

    store: str
    rows: int
    left: str = ""
    stays: int = 0


SHORTEST = 5
"""Of an address, a telephone number, a place: what is shorter may be anything, and stays in the words of others."""


@dataclass(slots=True)
class ErasureScope:
    """Whom an erasure concerns, and what its stores found of them.

    `identity_ids` is every identity that is erased; `needles` are their addresses and names as (kind, value). `interaction_ids` are the
    interactions that are emptied, `shared_interaction_ids` those of others, which stay without the person in them.
    """

    identity_ids: list[int]
    needles: list[tuple[str, str]] = field(default_factory=list)
    interaction_ids: list[int] = field(default_factory=list)
    shared_interaction_ids: list[int] = field(default_factory=list)
    is_preview: bool = False
    conversation_ids: list[int] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)
    """Those of the conversations in which nobody else took part who is still here."""
    original_ids: list[int] = field(default_factory=list)
    number: int | None = None
    """The erasure's own id, None in a preview."""
    by: Any = None
    """The colleague who erases; None when a restore erases again."""
    is_replay: bool = False
    said: list[str] = field(default_factory=list)
    """The person's own words, by which quotations of them are found."""
    prepared: dict[str, Any] = field(default_factory=dict)
    """What a store worked out before the transaction, by store."""
    tombstones: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """What is buried at the end, by kind."""
    litter: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Ids for the finishers, by store: what may only go when the transaction is committed."""
    tables: set[str] = field(default_factory=set)
    """Tables with rows that were changed or removed: what was in them is overwritten at the end."""
    _redactor: Redactor | None = None

    def values(self, *kinds: str) -> list[str]:
        """The needles of these kinds."""
        return [value for kind, value in self.needles if kind in kinds]

    def redactor(self) -> Redactor:
        """What takes the person out of words that stay. Made once, when all stores have looked."""
        if self._redactor is None:
            from heard.privacy.redaction import Redactor

            others = [value for kind, value in self.needles if kind != "name" and len(value) >= SHORTEST]
            self._redactor = Redactor(others, self.values("name"), self.said)
        return self._redactor


Look = Callable[[ErasureScope], None]
Eraser = Callable[[ErasureScope], Outcome | list[Outcome]]
Finisher = Callable[[list[int], Callable[[], bool]], tuple[int, list[int]]]
Recaller = Callable[[ErasureScope, Callable[[str, str], bool]], None]


@dataclass(frozen=True, slots=True)
class Store:
    """How one store takes part in an erasure.

    `find` adds what it knows of the person to the scope; it reads only, and runs twice. `prepare` does what may not be done inside a
    transaction: reading files, parsing. `erase` writes, or counts what it would write when `scope.is_preview`.
    """

    name: str
    order: int
    erase: Eraser
    find: Look | None = None
    prepare: Look | None = None


_stores: dict[str, Store] = {}
_finishers: dict[str, Finisher] = {}
_recallers: dict[str, Recaller] = {}


def eraser(store: str, *, order: int, find: Look | None = None, prepare: Look | None = None) -> Callable[[Eraser], Eraser]:
    """Register the function that erases a person from one store; `order` is when it runs (low first).

    Finders of rows run before the removers of what they find: people 5, timeline 10, conversations 20, inbound 30, search 40.
    """

    def register(function: Eraser) -> Eraser:
        _stores[store] = Store(store, order, function, find, prepare)
        return function

    return register


def finisher(store: str) -> Callable[[Finisher], Finisher]:
    """Register what removes a store's `litter` after the commit: given ids and whether time is up; answers (removed, ids still to do).

    It may run twice, and must be harmless for what is in use again.
    """

    def register(function: Finisher) -> Finisher:
        _finishers[store] = function
        return function

    return register


def recaller(store: str) -> Callable[[Recaller], Recaller]:
    """Register what finds again, after a restore, what was erased: it adds to the scope whatever `is_buried(kind, value)`."""

    def register(function: Recaller) -> Recaller:
        _recallers[store] = function
        return function

    return register


def stores() -> list[Store]:
    """All stores, in the order in which they erase."""
    return sorted(_stores.values(), key=lambda store: (store.order, store.name))


def finishers() -> dict[str, Finisher]:
    """What removes litter, by store."""
    return dict(_finishers)


def recallers() -> Iterable[Recaller]:
    """What finds again what was erased."""
    return list(_recallers.values())
