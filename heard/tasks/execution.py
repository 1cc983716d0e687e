"""Doing one task that was taken, and saying how it ended."""

import logging
import random
import traceback
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from heard.lib.causes import caused_by
from heard.tasks import queue
from heard.tasks.declaration import REGISTERED, RetryAt
from heard.tasks.discovery import discover
from heard.tasks.queue import Claim

logger = logging.getLogger("heard.tasks")
FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 6 * 3600
PACKAGE = Path(__file__).parents[1]


class UnknownTask(LookupError):
    """A row names a task that this version of the program does not have."""


def run(claim: Claim, worker: str, *, raise_errors: bool = False) -> None:
    """Do what `claim` says and finish, postpone or fail its row. Raises only with `raise_errors`, or when the database is away."""
    try:
        with caused_by(claim.cause):
            _call(claim)
    except RetryAt as wish:
        queue.postpone(claim, worker, wish.moment)
    except Exception as error:
        what = what_failed(error)
        logger.warning("task failed", extra={"task": claim.id, "task_name": claim.name, "failure": claim.failures + 1, "error": what})
        _leave_transaction()
        queue.fail(claim, worker, error=what, pause_seconds=pause_seconds(claim.failures + 1))
        if raise_errors:
            raise
    else:
        if not queue.finish(claim, worker):
            logger.warning("task finished after its lease", extra={"task": claim.id, "task_name": claim.name})


def _call(claim: Claim) -> None:
    if claim.name not in REGISTERED:
        raise UnknownTask(claim.name)
    REGISTERED[claim.name].function(*claim.args["args"], **claim.args["kwargs"])


def _leave_transaction() -> None:
    # A task that lost its connection leaves it unusable for saying so.
    if connection.in_atomic_block:
        return  # somebody runs the task inside a transaction of their own
    try:
        connection.close_if_unusable_or_obsolete()
    except (DatabaseError, InterfaceError):
        connection.close()


def pause_seconds(failures: int) -> float:
    """How long a task waits after so many failures: 5 s, 15 s, 45 s … at most 6 hours, each a fifth longer or shorter by chance."""
    pause = min(FIRST_PAUSE_SECONDS * 3.0 ** (failures - 1), LONGEST_PAUSE_SECONDS)
    return pause * random.uniform(0.8, 1.2)


def what_failed(error: BaseException) -> str:
    """The error's class and the innermost place in our code, as in `SMTPDataError at channels/email/sending.py:71`.

    Never its words, which may hold an address or a sentence of a customer.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(PACKAGE) and path != Path(__file__):
            return f"{type(error).__name__} at {path.relative_to(PACKAGE)}:{frame.lineno}"
    return type(error).__name__


def run_due_tasks(*, limit: int = 10_000, raise_errors: bool = False) -> int:
    """Do every task that is due, one after another in this thread, those they enqueue too; return how many ran.

    For tests and for commands that work without a worker. A frozen clock decides what is due.
    """
    discover()
    done = 0
    while done < limit and (claims := queue.claim("here", 1)):
        run(claims[0], "here", raise_errors=raise_errors)
        done += 1
    return done
