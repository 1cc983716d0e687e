"""What differs between the two databases, in one place."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar, overload

from django.db import connection, models
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError

from heard.lib.time import frozen_moment

Row = TypeVar("Row", bound=models.Model)
FEW_ROWS = 8


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


def unindexed(column: str) -> Any:
    """A column of ids to filter by, such that SQLite does not begin with its index; for `alias`.

    SQLite gathers no statistics, so it takes an index of few different values for a good one, where a range of moments is far shorter.
    PostgreSQL knows better by itself.
    """
    return models.F(column) if is_postgres() else models.ExpressionWrapper(models.F(column) + 0, output_field=models.BigIntegerField())


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


def insert_rows(rows: Sequence[Row], *, ignore_conflicts: bool = False) -> Sequence[Row]:
    """`bulk_create` for the hottest paths: for few rows, a statement that is worked out once for each number of them.

    Rows get their ids, unless conflicts are ignored. Answers the rows.
    """
    if len(rows) > FEW_ROWS:
        type(rows[0])._base_manager.bulk_create(rows, ignore_conflicts=ignore_conflicts)  # type: ignore[arg-type]
    elif rows:
        _insert_few(rows, ignore_conflicts=ignore_conflicts)
    return rows


def _insert_few(rows: Sequence[models.Model], *, ignore_conflicts: bool) -> None:
    statement, fields = _insertion(connection.vendor, type(rows[0]), len(rows), rows[0].pk is not None, ignore_conflicts)
    values = []
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="bulk_create")  # type: ignore[attr-defined]
        values += [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        given = cursor.fetchall() if statement.endswith("RETURNING id") else [None] * len(rows)
    for row, new in zip(rows, given, strict=True):
        row.pk = new[0] if new else row.pk
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=500)
def _insertion(vendor: str, model: type[models.Model], count: int, has_ids: bool, ignore_conflicts: bool) -> tuple[str, list[Any]]:
    meta: Any = model._meta
    assert meta.pk.column == "id", f"{model.__name__} has no id"
    fields = [field for field in meta.concrete_fields if has_ids or not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * count)
    end = " ON CONFLICT DO NOTHING" if ignore_conflicts else "" if has_ids else " RETURNING id"
    return f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({names}) VALUES {marks}{end}", fields  # noqa: S608 (names of our own models)


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
