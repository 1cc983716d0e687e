"""Forgetting a person: what it would do, doing it, proving it, and doing it again after a restore.

This file knows no store. Each app says in its `erasing.py` what it holds and how it is erased (`registry.py`); here they are asked in
order, in one transaction. What may only go when that is committed (bytes in files, what pages still hold of deleted rows) follows after
it, is written down as pending, and is gone on with after a crash.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from heard.lib.db import is_postgres
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.privacy import registry, tombstones
from heard.privacy.compaction import compact
from heard.privacy.models import Erasure
from heard.privacy.registry import ErasureScope, Outcome

logger = logging.getLogger(__name__)

TRIES = 5
LEFT_TO_OTHERS = timedelta(minutes=5)
"""So long an erasure is finished by whoever began it; then by the task that looks for unfinished ones."""
DATABASE = "database"


class NothingToErase(Refusal):
    """These identities are erased already, or never were."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing left of this person to erase."))


class StillChanging(Refusal):
    """Something of the person came or went each time it was looked at."""

    def __init__(self) -> None:
        super().__init__(_("Messages of this person are being filed at this moment. Try again in a minute."))


class _Changed(Exception):
    """What was prepared is not what is there now."""


def preview_erasure(identity_ids: Iterable[int]) -> list[Outcome]:
    """What erasing these identities would do, store by store. Changes nothing. Raises NothingToErase."""
    scope = ErasureScope(sorted(set(identity_ids)), is_preview=True)
    _find(scope)
    if not scope.identity_ids:
        raise NothingToErase
    return [outcome for store in registry.stores() for outcome in _outcomes(store.erase(scope))]


def erase_person(identity_ids: Iterable[int], *, by: Any, seconds: float | None = None) -> Erasure:
    """Forget a person for good: all of these identities, everywhere. Answers the erasure with its certificate.

    What can be removed within `seconds` after the commit is removed before this returns (None: all of it); a task does the rest. Not
    inside a transaction. Raises NothingToErase and StillChanging.
    """
    erasure = _erase(lambda: ErasureScope(sorted(set(identity_ids)), by=by))
    finish_erasure(erasure, seconds=seconds)
    return erasure


def finish_erasure(erasure: Erasure, *, seconds: float | None = None, whatever_the_size: bool = False) -> bool:
    """Remove what an erasure left to do, for at most `seconds`. Answers whether it is finished. Harmless when run twice.

    `whatever_the_size` writes big databases anew too, which keeps writers waiting for minutes: for the night and the command line.
    """
    until = None if seconds is None else time.monotonic() + seconds
    pending = dict(erasure.pending)
    _write_log()
    for name, finish in registry.finishers().items():
        if pending.get(name):
            done, rest = finish(pending[name], lambda: until is not None and time.monotonic() > until)
            erasure.outcomes = _counted(erasure.outcomes, name, done)
            pending[name] = rest
    if not any(ids for name, ids in pending.items() if name != DATABASE):
        pending[DATABASE] = compact(pending.get(DATABASE, []), whatever_the_size=whatever_the_size)
    erasure.pending = {name: rest for name, rest in pending.items() if rest}
    if not erasure.pending and erasure.finished_at is None:
        erasure.finished_at = now()
    erasure.save(update_fields=["outcomes", "pending", "finished_at"])
    return erasure.finished_at is not None


def finish_erasures(*, whatever_the_size: bool = False) -> int:
    """Go on with every erasure that a crash, or a size, left unfinished. Answers how many are finished now."""
    waiting = Erasure.objects.filter(finished_at=None, started_at__lt=now() - LEFT_TO_OTHERS).order_by("pk")
    return sum(finish_erasure(erasure, whatever_the_size=whatever_the_size) for erasure in waiting)


def replay_tombstones() -> int:
    """The restore gate: erase again what a restored backup brought back. Answers how many rows; 0 when nothing came back.

    To be called after a restore, before anybody may see anything, with the tombstone key of the installation in place. Takes the
    tombstones of HOME/tombstones.log into the database first, for those of the backup are older than what was erased since.
    """
    tombstones.merge_log()
    brought_back = _recalled()
    if not (brought_back.identity_ids or brought_back.interaction_ids or brought_back.original_ids):
        return 0
    number = len(brought_back.identity_ids) + len(brought_back.interaction_ids) + len(brought_back.original_ids)
    finish_erasure(_erase(_recalled), whatever_the_size=True)
    return number


def _recalled() -> ErasureScope:
    """What the tombstones recognise, from whatever is in the database now."""
    scope = ErasureScope([], is_replay=True)
    buried: dict[str, set[bytes]] = {}
    for kind, digest in tombstones.Tombstone.objects.values_list("kind", "digest").iterator():
        buried.setdefault(kind, set()).add(bytes(digest))

    def is_buried(kind: str, value: str) -> bool:
        return kind in buried and tombstones.mark_of(kind, value) in buried[kind]

    for recall in registry.recallers() if buried else ():
        recall(scope, is_buried)
    return scope


def _erase(make_scope: Callable[[], ErasureScope]) -> Erasure:
    """One erasure in one transaction; looked at again when something came in while its files were read."""
    for _attempt in range(TRIES):
        scope = make_scope()
        _find(scope)
        if not (scope.identity_ids or scope.interaction_ids or scope.original_ids):
            raise NothingToErase
        for store in registry.stores():
            if store.prepare is not None:
                store.prepare(scope)
        try:
            return _erase_found(scope, make_scope)
        except _Changed:
            continue
    raise StillChanging


@transaction.atomic
def _erase_found(scope: ErasureScope, make_scope: Callable[[], ErasureScope]) -> Erasure:
    moment = now()
    erasure = Erasure.objects.create(
        number_of_identities=len(scope.identity_ids),
        requested_by_id=getattr(scope.by, "pk", None),
        started_at=moment,
        is_replay=scope.is_replay,
    )
    scope.number = erasure.pk
    present = make_scope()
    present.number = erasure.pk  # the stores hold the rows they find from now on
    _find(present)
    if _outline(present) != _outline(scope):
        raise _Changed
    outcomes = [outcome for store in registry.stores() for outcome in _outcomes(store.erase(scope))]
    for kind, values in scope.tombstones.items():
        tombstones.bury(kind, sorted(values))
    erasure.outcomes = [asdict(outcome) for outcome in [*outcomes, *_of_files_and_database()]]
    erasure.pending = {name: sorted(ids) for name, ids in scope.litter.items() if ids} | {DATABASE: sorted(scope.tables)}
    erasure.save(update_fields=["outcomes", "pending"])
    return erasure


def _of_files_and_database() -> list[Outcome]:
    if is_postgres():
        left = gettext_noop("The server's own write-ahead log and its backups keep older pages until they are overwritten in turn.")
    else:
        left = gettext_noop("The database file is written anew, so that no page keeps what was deleted.")
    backups = gettext_noop("Backups made before today still hold the person. Restoring one erases them again before anybody can look.")
    return [Outcome(DATABASE, 0, left), Outcome("backups", 0, backups)]


def _find(scope: ErasureScope) -> None:
    for store in registry.stores():
        if store.find is not None:
            store.find(scope)


def _outline(scope: ErasureScope) -> tuple[list[int], ...]:
    lists = (scope.identity_ids, scope.interaction_ids, scope.shared_interaction_ids, scope.conversation_ids, scope.original_ids)
    return tuple(sorted(ids) for ids in lists)


def _outcomes(given: Outcome | list[Outcome]) -> list[Outcome]:
    return given if isinstance(given, list) else [given]


def _counted(outcomes: list[dict[str, Any]], store: str, done: int) -> list[dict[str, Any]]:
    """The outcomes with `done` more rows in the line of a store."""
    return [{**one, "rows": one["rows"] + done} if one["store"] == store else one for one in outcomes]


def _write_log() -> None:
    try:
        tombstones.write_log()
    except OSError as problem:  # a full disk: the rows are in the database, and the next erasure or backup writes the lines
        logger.error("tombstones could not be written beside the database", extra={"error": type(problem).__name__})
