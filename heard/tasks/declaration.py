"""`@task` and what it gives."""

import inspect
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Generic, ParamSpec

from heard.tasks import queue

URGENT, NORMAL, BULK = 10, 0, -10
P = ParamSpec("P")


class RetryAt(Exception):
    """The work is not possible before `moment`. The task runs again then, and no failure is counted."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self.moment = moment


@dataclass(frozen=True, slots=True)
class Declared(Generic[P]):
    """A declared task. Calling it does the work here and now; `enqueue` leaves it to a worker."""

    function: Callable[P, None]
    name: str
    priority: int
    max_attempts: int
    run_at: datetime | None = None
    dedupe: str | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Do it now, in this thread."""
        self.function(*args, **kwargs)

    def using(self, *, run_at: datetime | None = None, dedupe: str | None = None, priority: int | None = None) -> "Declared[P]":
        """The same task, not before `run_at`, at another priority, or absorbed by one that waits under the same `dedupe` key.

        A key is taken only while the task waits: one that runs may have read its rows already, so a new one waits behind it.
        """
        return replace(self, run_at=run_at, dedupe=dedupe, priority=self.priority if priority is None else priority)

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Leave one call to a worker, as a row of the open transaction. Raises TypeError for arguments that do not fit or are not JSON."""
        _signature_of(self.function).bind(*args, **kwargs)
        self._insert([_plain(list(args), kwargs)])

    def enqueue_many(self, calls: Iterable[Sequence[Any]], *, keys: Sequence[str] = ()) -> None:
        """Leave one call for each tuple of arguments, in one statement. `keys` are their dedupe keys, in the same order."""
        rows = [_plain(list(args), {}) for args in calls]
        if rows:
            _signature_of(self.function).bind(*rows[0]["args"])
            self._insert(rows, keys)

    def _insert(self, calls: list[dict[str, Any]], keys: Sequence[str] = ()) -> None:
        dedupe = keys or self.dedupe
        queue.insert(self.name, calls, priority=self.priority, max_attempts=self.max_attempts, run_at=self.run_at, dedupe=dedupe)


REGISTERED: dict[str, Declared[Any]] = {}


def task(*, priority: int = NORMAL, max_attempts: int = 12, name: str = "") -> Callable[[Callable[P, None]], Declared[P]]:
    """Declare a module-level function as a task. It takes ids and other JSON values, and may run twice without harm.

    `name` keeps rows valid that were queued before the function moved; it is the function's dotted path otherwise.
    """

    def declare(function: Callable[P, None]) -> Declared[P]:
        declared: Declared[P] = Declared(function, name or f"{function.__module__}.{function.__qualname__}", priority, max_attempts)
        REGISTERED[declared.name] = declared
        return declared

    return declare


@cache
def _signature_of(function: Callable[..., None]) -> inspect.Signature:
    return inspect.signature(function)


def _plain(args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    call = {"args": args, "kwargs": kwargs}
    json.dumps(call)  # refuses what a row cannot hold, here and not in the database driver
    return call
