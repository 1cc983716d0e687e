"""What differs between the two databases, in one place."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, overload

from django.db import connection, models
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError

from heard.lib.time import frozen_moment

Row = TypeVar("Row", bound=models.Model)


def is_sqlite() -> bool:
    """Whether the installation's database is SQLite."""
    return connection.vendor == "sqlite"


def is_postgres() -> bool:
    """Whether the installation's database is PostgreSQL."""
    return connection.vendor == "postgresql"


def clock() -> Now | datetime:
    """The database's own clock as an expression for queries; the frozen moment where a test set one.

    Leases use it so that machines whose clocks differ agree on when a lease ends.
    """
    return frozen_moment() or Now()


def clock_sql(later_seconds: float = 0) -> tuple[str, list[Any]]:
    """The same as SQL with its parameters, `later_seconds` from then."""
    if (moment := frozen_moment()) is None and is_postgres():
        return "(clock_timestamp() + %s * interval '1 second')", [later_seconds]
    # SQLite lies on this machine, so this machine's clock is the database's.
    moment = (moment or datetime.now(UTC)) + timedelta(seconds=later_seconds)
    return "%s", [connection.ops.adapt_datetimefield_value(moment)]


def require_atomic(what: str) -> None:
    """Raise unless a transaction is open. `what` begins the sentence that explains it, as in "An event"."""
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{what} is recorded inside transaction.atomic(), with the change it belongs to.")


@overload
def lock(rows: Row) -> Row: ...
@overload
def lock(rows: models.QuerySet[Row]) -> list[Row]: ...
def lock(rows: Row | models.QuerySet[Row]) -> Row | list[Row]:
    """Read one row again, or the rows of a queryset in order of id, and hold them until the transaction ends.

    On SQLite nothing is held, since `atomic` already is the one write lock. Raises DoesNotExist when the row is gone.
    """
    require_atomic("A locked row")
    if isinstance(rows, models.Model):
        return type(rows)._base_manager.select_for_update(of=("self",)).get(pk=rows.pk)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write `fields` of many rows of one model: one prepared statement run for each row.

    Cheaper than `bulk_update`, whose CASE expressions cost more in Python than the update does in the database.
    """
    if not rows:
        return
    meta: Any = type(rows[0])._meta  # the stubs know too little of columns
    columns = [meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    statement = f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608 (names of our own models)
    values = [[*(column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns), row.pk] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
