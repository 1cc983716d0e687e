"""Know at once that somebody committed something, without asking the tables.

One thread for a process: on SQLite it looks at `PRAGMA data_version`, which moves exactly when another connection commits; on PostgreSQL it
listens for NOTIFY. A beat is only a hint to look: beats may be missing after a lost connection, and may come for nothing.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import time
from typing import Protocol

from django.db import connection

from heard.lib.db import is_postgres

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.05
LISTEN_SECONDS = 1.0
CHANNELS = ("heard_tasks", "heard_events")


class Source(Protocol):
    """Where a process learns of commits."""

    def wait(self) -> bool:
        """Wait a while; whether something may have been committed since the last call."""

    def close(self) -> None:
        """Let go of the connection."""


class SqliteSource:
    """Looks at the version of the file."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None, check_same_thread=False)
        self._version = self._read()

    def _read(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def wait(self) -> bool:
        time.sleep(POLL_SECONDS)
        before, self._version = self._version, self._read()
        return before != self._version

    def close(self) -> None:
        self._connection.close()


class PostgresSource:
    """Listens on a connection of its own."""

    def __init__(self) -> None:
        import psycopg

        parameters = connection.get_connection_params()
        kept = {name: parameters[name] for name in parameters if name not in {"cursor_factory", "context", "prepare_threshold"}}
        self._connection = psycopg.connect(**kept, autocommit=True)
        for channel in CHANNELS:
            self._connection.execute(f"LISTEN {channel}")

    def wait(self) -> bool:
        # Not select(): with a thousand streams open, the number of a new connection may be beyond what it can take.
        return bool(list(self._connection.notifies(timeout=LISTEN_SECONDS, stop_after=1)))

    def close(self) -> None:
        self._connection.close()


class Pulse:
    """Counts beats; any number of threads wait for the next one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._stopped = False
        self._thread: threading.Thread | None = None

    @property
    def count(self) -> int:
        """How many beats there were. Read it before looking at the tables, and give it to `wait` afterwards."""
        return self._count

    def beat(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return when there was a beat after `seen`, or after `seconds`."""
        with self._changed:
            if self._count == seen and not self._stopped:
                self._changed.wait(max(0.0, seconds))

    def start(self) -> None:
        """Begin to follow the database."""
        self._thread = threading.Thread(target=self._follow, name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wake everybody for the last time, and let go of the connection."""
        self._stopped = True
        self.beat()
        if self._thread:
            self._thread.join(2 * LISTEN_SECONDS)

    def _follow(self) -> None:
        while not self._stopped:
            try:
                with contextlib.closing(self._source()) as source:
                    self.beat()  # something may have happened before we listened
                    while not self._stopped:
                        if source.wait():
                            self.beat()
            except Exception as error:  # the database is away: those who wait look now and then by themselves
                logger.warning("waiting for the database", extra={"error": type(error).__name__})
                time.sleep(1)

    @staticmethod
    def _source() -> Source:
        return PostgresSource() if is_postgres() else SqliteSource()


_pulse: tuple[int, Pulse] | None = None
_guard = threading.Lock()


def pulse() -> Pulse:
    """The pulse of this process, begun when it is first asked for."""
    global _pulse
    with _guard:
        if _pulse is None or _pulse[0] != os.getpid():  # threads do not survive a fork
            _pulse = (os.getpid(), Pulse())
            _pulse[1].start()
        return _pulse[1]


def stop_pulse() -> None:
    """End the pulse of this process; the next call of `pulse` begins another."""
    global _pulse
    with _guard:
        if _pulse is not None and _pulse[0] == os.getpid():
            _pulse[1].stop()
        _pulse = None
