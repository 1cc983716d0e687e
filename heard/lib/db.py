"""What differs between the two databases, in one place."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar, overload

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError

from heard.lib.time import frozen_moment

Row = TypeVar("Row", bound=models.Model)
VALUES_AT_ONCE = 5_000
"""For `__in`: a statement takes a quarter of a million values on SQLite and 65,535 on PostgreSQL."""
AT_ONCE = {"sqlite": 100, "postgresql": 500}
"""Rows in one `INSERT`: SQLite gets a mark for each value, PostgreSQL an array for each column."""
_Column: TypeAlias = "tuple[Any, str, type | None]"
"""A field, the attribute that holds its value, and the type whose values the driver takes as they are."""


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


def read_by_keys() -> None:
    """Until the transaction ends, rows are found along indexes. For one that fills tables and looks up what it needs by key.

    Of a table that was empty a moment ago PostgreSQL's statistics say that it is small. It would go through all of it each time, and keep
    that plan until they are renewed.
    """
    require_atomic("Reading by keys")
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


def planning_cursor(database: Any) -> Any:
    """A cursor for statements that run often and whose best plan does not depend on their values: inserts, and look-ups by key.

    PostgreSQL understands and plans such a statement once in a connection, which otherwise costs it more than running it; SQLite's driver
    does so anyway.
    """
    if database.vendor != "postgresql":
        return database.cursor()
    from django.db.backends.postgresql import base

    database.ensure_connection()
    kind: Any = base.ServerBindingCursor
    return database._prepare_cursor(kind(database.connection))  # as `cursor()` does it, for another kind of cursor


_ahead: ContextVar[dict[type[models.Model], list[int]] | None] = ContextVar("ahead", default=None)


@contextmanager
def written_ahead(ids: Mapping[type[models.Model], int] | None = None) -> Iterator[None]:
    """Inside, PostgreSQL gets each statement while it still works on those before it, so that making rows and storing them overlap.

        with written_ahead({Interaction: 240}):
            ...                                  # insert_rows: 240 interactions with ids, and any others without

    Nobody waits for what an insert answers: its rows get ids only where `ids` says how many of the model will come. A question waits for all
    that was sent before it, so ask first. What a statement complains of is raised later, at the end of the block at the latest. May stand
    inside another one. On SQLite nothing is different.
    """
    if not is_postgres():
        yield
        return
    database = connections[DEFAULT_DB_ALIAS]
    reserved = {model: _new_ids(model, number) for model, number in (ids or {}).items()}
    outer = _ahead.get()
    token = _ahead.set((outer or {}) | reserved)
    try:
        if outer is not None:
            yield
            return
        database.ensure_connection()
        with database.wrap_database_errors, database.connection.pipeline():
            yield
    finally:
        _ahead.reset(token)


def _new_ids(model: type[models.Model], number: int) -> list[int]:
    """So many ids that no row of the model has or will get, the highest first."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number])
        return [identity for (identity,) in reversed(cursor.fetchall())]


def insert_rows(rows: Sequence[Row], *, ignore_conflicts: bool = False) -> Sequence[Row]:
    """`bulk_create` for the hottest paths, at a third of its cost: the statement is worked out once for each number of rows.

    Rows get their ids, unless conflicts are ignored. Values are plain: no expressions. Answers the rows.
    """
    ahead = _ahead.get()
    for some in _parts(rows):
        if ahead is not None and some[0].pk is None and (ready := ahead.get(type(some[0]))):
            for row in some:
                row.pk = ready.pop()
        has_ids = some[0].pk is not None
        end = " ON CONFLICT DO NOTHING" if ignore_conflicts else "" if has_ids or ahead is not None else " RETURNING id"
        answers = _insert(some, end, has_ids=has_ids)
        for row, answer in zip(some, answers or [()] * len(some), strict=True):
            _is_stored(row, *answer)
    return rows


def insert_missing(rows: Sequence[Row], fields: Sequence[str]) -> list[Row]:
    """Insert those whose `fields`, which are unique together, no row has yet; answers these, with their ids. Nobody's row is changed."""
    if not rows:
        return []
    meta: Any = rows[0]._meta  # the stubs know too little of columns
    columns = [meta.get_field(name) for name in fields]
    names = ", ".join(connection.ops.quote_name(column.column) for column in columns)
    inserted = []
    for some in _parts(rows):
        answers = _insert(some, f" ON CONFLICT ({names}) DO NOTHING RETURNING id, {names}")
        by_values = {tuple(getattr(row, column.attname) for column in columns): row for row in some}
        inserted += [_is_stored(by_values[tuple(values)], identity) for identity, *values in answers]
    return inserted


def insert_or_find(rows: Sequence[Row], field: str) -> Sequence[Row]:
    """Insert rows, each with another value of the unique `field`; one whose value is known gets the known row's id and changes nothing."""
    model: Any = type(rows[0]) if rows else None
    name = connection.ops.quote_name(model._meta.get_field(field).column) if rows else ""
    for some in _parts(rows):
        # an update of nothing, so that the id of a known row comes back as well
        answers = _insert(some, f" ON CONFLICT ({name}) DO UPDATE SET {name} = excluded.{name} RETURNING id")
        for row, (identity,) in zip(some, answers, strict=True):
            _is_stored(row, identity)
    return rows


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """As many at a time as one `INSERT` takes."""
    at_once = AT_ONCE[connection.vendor]
    return (rows[start : start + at_once] for start in range(0, len(rows), at_once))


def _is_stored(row: Row, identity: int | None = None) -> Row:
    row.pk = row.pk if identity is None else identity
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def _insert(rows: Sequence[models.Model], end: str, *, has_ids: bool = False) -> list[tuple[Any, ...]]:
    """Run the statement that inserts `rows` and ends with `end`; what it answers."""
    database = connections[DEFAULT_DB_ALIAS]  # itself: the proxy `connection` looks it up for each attribute
    by_column = len(rows) > 1 and database.vendor == "postgresql"
    insertion = _insertion(database.vendor, type(rows[0]), 0 if by_column else len(rows), has_ids)
    values: list[Any] = []
    for row in rows:
        given, related = row.__dict__, row._state.fields_cache
        for name, attribute in insertion.references:
            if given[attribute] is None and related.get(name) is not None:  # saved after this row was made
                given[attribute] = related[name].pk
        values += _stored(row, insertion.columns, database, is_new=True)
    if by_column:
        width = len(insertion.columns)
        values = [values[place::width] for place in range(width)]
    with planning_cursor(database) as cursor:
        cursor.execute(insertion.statement + end, values)
        return cursor.fetchall() if "RETURNING" in end else []


def _stored(row: models.Model, columns: Sequence[_Column], database: Any, *, is_new: bool) -> list[Any]:
    """The values of these columns as the driver takes them."""
    given = row.__dict__
    return [
        value if type(value := given[attribute]) is plain else _adapted(row, field, value, plain, database, is_new=is_new)
        for field, attribute, plain in columns
    ]


def _adapted(row: models.Model, field: Any, value: Any, plain: type | None, database: Any, *, is_new: bool) -> Any:
    """A value that the driver does not take as it is."""
    if value is None and plain is not None:
        return None
    if plain is _Moment:
        return _moment(database.vendor, value)
    return field.get_db_prep_save(field.pre_save(row, is_new), database)


class _Moment:
    """Stands for the type of moments, of which every one is adapted."""


@lru_cache(maxsize=2000)
def _moment(vendor: str, value: datetime) -> Any:
    """A moment as the driver takes it. Many rows are of the same one."""
    return connection.ops.adapt_datetimefield_value(value)


@dataclass(frozen=True, slots=True)
class _Insertion:
    """A statement, its columns, and the references among them."""

    statement: str
    columns: list[_Column]
    references: list[tuple[str, str]]


@lru_cache(maxsize=1000)
def _insertion(vendor: str, model: type[models.Model], count: int, has_ids: bool) -> _Insertion:
    """For `count` rows; 0: for any number on PostgreSQL, whose values come as one array a column.

    A mark for each value of a hundred rows costs psycopg (3.3, which takes such a statement apart each time) more than everything else.
    """
    meta: Any = model._meta
    assert meta.pk.column == "id", f"{model.__name__} has no id"
    fields = [field for field in meta.concrete_fields if has_ids or not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    if count:
        source = "VALUES " + ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * count)
    else:
        arrays = ", ".join(f"%b::{_type_name(field)}[]" for field in fields)
        source = f'SELECT {names} FROM unnest({arrays}) WITH ORDINALITY AS new ({names}, "nth row") ORDER BY "nth row"'  # noqa: S608 (our own names)
    return _Insertion(
        f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({names}) {source}",
        columns=[(field, field.attname, _plain_type(field)) for field in fields],
        references=[(field.name, field.attname) for field in fields if field.is_relation],
    )


def _type_name(field: Any) -> str:
    """The column's type without its limits: a cast to `varchar(40)` would cut what is too long instead of refusing it."""
    return str(field.db_type(connection)).partition("(")[0]


def _plain_type(field: Any) -> type | None:
    """Of which type a field's values go to the driver as they are (moments: nearly); None for those that are always prepared."""
    if isinstance(field, models.DateTimeField):
        return None if field.auto_now or field.auto_now_add else _Moment
    kinds: dict[type[Any], type] = {models.TextField: str, models.CharField: str, models.BooleanField: bool}
    kinds |= {models.IntegerField: int, models.BigAutoField: int, models.ForeignKey: int}
    return next((plain for kind, plain in kinds.items() if isinstance(field, kind)), None)


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write `fields` of many rows of one model: one prepared statement run for each row.

    Cheaper than `bulk_update`, whose CASE expressions cost more in Python than the update does in the database.
    """
    if not rows:
        return
    database = connections[DEFAULT_DB_ALIAS]
    statement, columns = _update(database.vendor, type(rows[0]), tuple(fields))
    values = [[*_stored(row, columns, database, is_new=False), row.pk] for row in rows]
    with planning_cursor(database) as cursor:
        if len(values) == 1:
            cursor.execute(statement, values[0])
        else:
            cursor.executemany(statement, values)


@lru_cache(maxsize=1000)
def _update(vendor: str, model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[_Column]]:
    meta: Any = model._meta  # the stubs know too little of columns
    quote = connection.ops.quote_name
    fields = [meta.get_field(name) for name in names]
    assignments = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608 (names of our own models)
    return statement, [(field, field.attname, _plain_type(field)) for field in fields]
