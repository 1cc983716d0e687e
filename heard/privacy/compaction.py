"""Overwriting what deleted and changed rows leave in the files of the database.

SQLite's `secure_delete` zeroes the cells it deletes, but a page that was split keeps copies of cells that moved away (measured: 2 to 4 in a
hundred erased words were still in the file). Only VACUUM, which writes every page anew, is sure. PostgreSQL keeps dead rows until VACUUM,
and their bytes in a page until it is written anew; VACUUM FULL writes a table anew and locks it meanwhile. Its statistics hold sampled
values (found by the canary test in `pg_statistic`): ANALYZE replaces them, and that table is written anew as well. Dead rows that somebody's
older snapshot could still see (a long report, an autovacuum) are copied along; VACUUM says how many, and then it is done again.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from heard.lib.db import is_sqlite

logger = logging.getLogger(__name__)

SOON_ENOUGH = 256 * 1024 * 1024
"""A database (SQLite) or table (PostgreSQL) up to this size is written anew at once, in seconds; a bigger one at night."""
SECONDS_OF_PATIENCE = 5
STATISTICS = "pg_statistic"


def compact(tables: Iterable[str], *, whatever_the_size: bool = False) -> list[str]:
    """Write anew the database, or these tables. Answers the tables that are still to do. Not inside a transaction.

    Writers wait meanwhile (SQLite), or whoever uses one of the tables (PostgreSQL); a lock that is not had in five seconds leaves it to do.
    """
    tables = sorted(set(tables))
    if not tables or connection.in_atomic_block:
        return tables
    if is_sqlite():
        return [] if _compact_sqlite(whatever_the_size) else tables
    waiting = [table for table in tables if not _compact_table(table, whatever_the_size)]
    return waiting if _compact_table(STATISTICS, whatever_the_size=True) else [*waiting, STATISTICS]


def _compact_sqlite(whatever_the_size: bool) -> bool:
    name = str(connection.settings_dict["NAME"])
    path = Path(name)
    if path.exists() and path.stat().st_size > SOON_ENOUGH and not whatever_the_size:
        _truncate_wal()
        return False
    with connection.cursor() as cursor:
        # The copy that VACUUM makes would lie in memory otherwise, as all that is temporary does here.
        cursor.execute("PRAGMA temp_store = FILE")
        try:
            cursor.execute("VACUUM")
        except DatabaseError as problem:
            logger.warning("the database could not be written anew yet", extra={"error": type(problem).__name__})
            return False
        finally:
            cursor.execute("PRAGMA temp_store = MEMORY")
    return _truncate_wal()


def _truncate_wal() -> bool:
    """Empty the write-ahead log; False while somebody still reads from it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
    return row is None or row[0] == 0


def _compact_table(table: str, whatever_the_size: bool) -> bool:
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(to_regclass(%s))", [quoted])
        size = cursor.fetchone()[0] or 0
        cursor.execute(f"SET lock_timeout = '{SECONDS_OF_PATIENCE}s'")
        try:
            if size <= SOON_ENOUGH or whatever_the_size:
                return _rewrite(cursor, f"VACUUM (FULL, VERBOSE{', ANALYZE' if table != STATISTICS else ''}) {quoted}")
            cursor.execute(f"VACUUM (ANALYZE) {quoted}")  # the rows are out of reach at once; their bytes when the table is written anew
        except DatabaseError as problem:
            logger.warning("a table could not be written anew yet", extra={"table": table, "error": type(problem).__name__})
        finally:
            cursor.execute("SET lock_timeout = 0")
    return False


def _rewrite(cursor: Any, statement: str) -> bool:
    """Write a table anew until no dead row is left in it; False when somebody's snapshot holds some for longer than our patience."""
    until = time.monotonic() + SECONDS_OF_PATIENCE
    while _dead_rows_kept(cursor, statement):
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def _dead_rows_kept(cursor: Any, statement: str) -> int:
    """Run a VACUUM (FULL, VERBOSE) and read how many dead rows it had to keep: its report begins with that number in every language."""
    kept: list[int] = []

    def read(report: Any) -> None:
        if number := re.search(r"\d+", report.message_detail or ""):
            kept.append(int(number[0]))

    connection.connection.add_notice_handler(read)
    try:
        cursor.execute(statement)
    finally:
        connection.connection.remove_notice_handler(read)
    return max(kept, default=0)
