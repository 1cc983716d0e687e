"""Millions of rows straight into the database: executemany with SQLite, COPY with PostgreSQL. Indexes are built when all rows are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

AT_ONCE = 20_000
IS_POSTGRES = connection.vendor == "postgresql"


def stamp(seconds: int) -> str:
    """A moment as the database takes it in bulk."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(" ")
    return text if IS_POSTGRES else text[:19]


class Rows:
    """Collects rows of one model and writes them some thousand at a time. Fields that are not named get their defaults."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields: list[Any] = list(model._meta.concrete_fields)
        by_name = {field.attname: field for field in fields}
        others = [field for field in fields if field.attname not in names and not (field.primary_key and "id" not in names)]
        self.table = model._meta.db_table
        self.columns = [by_name[name].column for name in names] + [field.column for field in others]
        self._rest = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
        self._rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        self._rows.append(values + self._rest)
        if len(self._rows) >= AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what was collected."""
        insert(self.table, self.columns, self._rows)
        self._rows = []


def insert(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows by the fastest way there is."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if IS_POSTGRES:
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            connection.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


@contextmanager
def loading(tables: Sequence[str]) -> Iterator[None]:
    """One transaction for everything, no checks of references, and no indexes on `tables` until the end; then statistics, as in daily life."""
    with connection.cursor() as cursor:
        for statement in _BEFORE[IS_POSTGRES]:
            cursor.execute(statement)
        indexes = _indexes(cursor, tables)
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("BEGIN")
        yield
        cursor.execute("COMMIT")
        for _, statement in indexes:
            cursor.execute(statement)
        for statement in _after(cursor, tables):
            cursor.execute(statement)


_BEFORE = {
    False: ["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "PRAGMA cache_size = -400000"],
    True: [
        "SET session_replication_role = replica", "SET maintenance_work_mem = '1GB'", "SET synchronous_commit = off",
    ],
}  # fmt: skip


def _indexes(cursor: Any, tables: Sequence[str]) -> list[tuple[str, str]]:
    """Name and definition of every index of `tables` that no constraint needs."""
    if IS_POSTGRES:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = 'public' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))",
            [list(tables)],
        )
    else:
        marks = ", ".join(["%s"] * len(tables))
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})", tables)
    return cursor.fetchall()


def _after(cursor: Any, tables: Sequence[str]) -> list[str]:
    if not IS_POSTGRES:
        return ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"]
    from django.apps import apps
    from django.core.management.color import no_style

    sequences = connection.ops.sequence_reset_sql(no_style(), [model for model in apps.get_models() if model._meta.db_table in tables])
    return [*sequences, "VACUUM ANALYZE", "CHECKPOINT"]  # what autovacuum and the checkpointer do in time
