"""What differs between the two databases, in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar, overload

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError

from heard.lib.time import frozen_moment

Row = TypeVar("Row", bound=models.Model)
AT_ONCE = 100


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
    """`bulk_create` for the hottest paths, at a third of its cost: the statement is worked out once for each number of rows.

    Rows get their ids, unless conflicts are ignored. Values are plain: no expressions. Answers the rows.
    """
    for start in range(0, len(rows), AT_ONCE):
        _insert(rows[start : start + AT_ONCE], ignore_conflicts=ignore_conflicts)
    return rows


def _insert(rows: Sequence[models.Model], *, ignore_conflicts: bool) -> None:
    database = connections[DEFAULT_DB_ALIAS]  # itself: the proxy `connection` looks it up for each attribute
    insertion = _insertion(database.vendor, type(rows[0]), len(rows), rows[0].pk is not None, ignore_conflicts)
    values: list[Any] = []
    for row in rows:
        given, related = row.__dict__, row._state.fields_cache
        for name, attribute in insertion.references:
            if given[attribute] is None and related.get(name) is not None:  # saved after this row was made
                given[attribute] = related[name].pk
        for field, attribute, plain in insertion.columns:
            value = given[attribute]
            if plain is None or (value is not None and type(value) is not plain):
                value = _stored(field, row, value, database)
            values.append(value)
    with database.cursor() as cursor:
        cursor.execute(insertion.statement, values)
        ids = cursor.fetchall() if insertion.answers_ids else [None] * len(rows)
    for row, new in zip(rows, ids, strict=True):
        row.pk = new[0] if new else row.pk
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _stored(field: Any, row: models.Model, value: Any, database: Any) -> Any:
    if isinstance(value, datetime) and not (field.auto_now or field.auto_now_add):
        return _moment(database.vendor, value)
    return field.get_db_prep_save(field.pre_save(row, True), database)


@lru_cache(maxsize=2000)
def _moment(vendor: str, value: datetime) -> Any:
    """A moment as the driver takes it. Many rows are of the same one."""
    return connection.ops.adapt_datetimefield_value(value)


@dataclass(frozen=True, slots=True)
class _Insertion:
    """A statement, whether it answers ids, its columns as (field, attribute, plain type), and the references among them."""

    statement: str
    answers_ids: bool
    columns: list[tuple[Any, str, type | None]]
    references: list[tuple[str, str]]


@lru_cache(maxsize=1000)
def _insertion(vendor: str, model: type[models.Model], count: int, has_ids: bool, ignore_conflicts: bool) -> _Insertion:
    meta: Any = model._meta
    assert meta.pk.column == "id", f"{model.__name__} has no id"
    fields = [field for field in meta.concrete_fields if has_ids or not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * count)
    end = " ON CONFLICT DO NOTHING" if ignore_conflicts else "" if has_ids else " RETURNING id"
    return _Insertion(
        f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({names}) VALUES {marks}{end}",  # noqa: S608 (names of our own models)
        answers_ids=end.endswith("id"),
        columns=[(field, field.attname, _plain_type(field)) for field in fields],
        references=[(field.name, field.attname) for field in fields if field.is_relation],
    )


def _plain_type(field: Any) -> type | None:
    """Of which type a field's values go to the driver as they are; None for those that are always prepared."""
    kinds: dict[type[Any], type] = {models.TextField: str, models.CharField: str, models.BooleanField: bool}
    kinds |= {models.IntegerField: int, models.BigAutoField: int, models.ForeignKey: int}
    return next((plain for kind, plain in kinds.items() if isinstance(field, kind)), None)


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write `fields` of many rows of one model: one prepared statement run for each row.

    Cheaper than `bulk_update`, whose CASE expressions cost more in Python than the update does in the database.
    """
    if not rows:
        return
    meta: Any = type(rows[0])._meta  # the stubs know too little of columns
    database = connections[DEFAULT_DB_ALIAS]
    columns = [meta.get_field(name) for name in fields]
    quote = database.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    statement = f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608 (names of our own models)
    values = [[*(column.get_db_prep_save(getattr(row, column.attname), database) for column in columns), row.pk] for row in rows]
    with database.cursor() as cursor:
        cursor.executemany(statement, values)
