"""Queries whose SQL is worked out once. Where a page or a message needs dozens of them, Django's compiler costs more than the database.

    @prepared
    def _promises_in(number: int, kinds: list[str]) -> QuerySet[Promise]:
        return Promise.objects.filter(conversation=number, kind__in=kinds).select_related("owed_by")

    rows = _promises_in(12, ["first_reply"])            # a list, four times as fast as list(queryset)

The function builds an ordinary queryset. It is called with marks in the place of its values, and once for each *shape*: the types of the
values and the lengths of lists (rounded up to a power of two; a list is filled up with its last value, so it may only stand behind `__in`).
None, booleans and `Fixed` numbers (of a slice) belong to the shape, so the function may ask for them. Rows are objects, or what
`values_list` gives. Related ones come by `select_related`, or by `attach` from a second query; `prefetch_related` works and is compiled
each time. `prepared_look_up` is for look-ups by key: PostgreSQL keeps their plans as well. `together` asks several at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from operator import itemgetter
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

from heard.lib.db import planning_cursor
from heard.lib.objects import loaded

Values = ParamSpec("Values")
Row = TypeVar("Row")
FIRST_MARK = 2_111_000_000
"""Marks of numbers begin here: within 31 bits, because Django knows that a larger one is in no integer column."""
MARKED_DAY = datetime(9000, 1, 1, tzinfo=UTC)


class CannotBePrepared(TypeError):
    """A value is not used as it is given (as behind `__startswith`), or is neither number, text, bytes, moment, boolean nor None."""


class Fixed(int):
    """A number that belongs to the shape: each one has an SQL of its own."""


class Prepared(Generic[Values, Row]):
    """A prepared query: called like its function, it answers the rows as a list. An empty list among the values answers no rows."""

    def __init__(self, build: Callable[Values, QuerySet[Any, Row]], *, is_planned_once: bool = False) -> None:
        update_wrapper(self, build)
        self._build = build
        self._is_planned_once = is_planned_once
        self._names = build.__code__.co_varnames[: build.__code__.co_argcount + build.__code__.co_kwonlyargcount]  # type: ignore[attr-defined]
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    def __call__(self, *args: Values.args, **kwargs: Values.kwargs) -> list[Row]:
        question = self.asked(*args, **kwargs)
        if question is None:
            return []
        known = _known.get()
        rows = known.pop(question.key, None) if known else None
        return question.rows(question.answer()) if rows is None else rows

    def asked(self, *args: Values.args, **kwargs: Values.kwargs) -> Question[Row] | None:
        """The question alone, for `together`. None when an empty list is among the values."""
        values = dict(zip(self._names, args, strict=False)) | kwargs
        database = connections[DEFAULT_DB_ALIAS]  # itself: the proxy `connection` looks it up for each attribute
        shape: list[Any] = [database.vendor]
        for name, value in values.items():
            if isinstance(value, list | tuple | set | frozenset):
                if not value:
                    return None
                values[name] = value = _filled_up(list(value))
                shape.append((name, len(value), type(value[0])))
            else:
                shape.append((name, value if _is_fixed(value) else type(value)))
        key = tuple(shape)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _Plan(self._build, values)
        return Question(plan, plan.bound(values, database), database, self._is_planned_once)


@dataclass(slots=True)
class Question(Generic[Row]):
    """A plan with values, in this thread's connection."""

    plan: _Plan
    params: list[Any]
    database: Any
    is_planned_once: bool

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.plan, *self.params)

    def sent(self) -> Any:
        """A cursor that has it."""
        cursor = planning_cursor(self.database) if self.is_planned_once else self.database.cursor()
        cursor.execute(self.plan.sql, self.params)
        return cursor

    def answer(self) -> list[tuple[Any, ...]]:
        return _fetched(self.sent())

    def rows(self, answer: list[tuple[Any, ...]]) -> list[Row]:
        return self.plan.rows(answer, self.database)


def _fetched(cursor: Any) -> list[tuple[Any, ...]]:
    with cursor:
        return cursor.fetchall()  # type: ignore[no-any-return]


_known: ContextVar[dict[tuple[Any, ...], list[Any]] | None] = ContextVar("known", default=None)


@contextmanager
def together(*questions: Question[Any] | None) -> Iterator[None]:
    """Inside, these are answered already: on PostgreSQL they went to the server and came back at once, instead of each by itself.

        with together(_person.asked(number), _orders.asked(number)):
            ...                                     # whoever calls _orders(number) has the rows that came

    For what a page needs in any case and asks for in several places. Each answer is given out once; what is asked with other values, or
    twice, is asked. On SQLite, whose answers do not travel, nothing happens.
    """
    asked = [one for one in questions if one is not None]
    if not asked or asked[0].database.vendor != "postgresql":
        yield
        return
    database = asked[0].database
    database.ensure_connection()
    with database.wrap_database_errors, database.connection.pipeline():
        cursors = [one.sent() for one in asked]
        answers = [_fetched(cursor) for cursor in cursors]
    token = _known.set((_known.get() or {}) | {one.key: one.rows(answer) for one, answer in zip(asked, answers, strict=True)})
    try:
        yield
    finally:
        _known.reset(token)


def prepared(build: Callable[Values, QuerySet[Any, Row]]) -> Prepared[Values, Row]:
    """Make a function that builds a queryset into one that answers its rows, with the SQL worked out once."""
    return Prepared(build)


def prepared_look_up(build: Callable[Values, QuerySet[Any, Row]]) -> Prepared[Values, Row]:
    """`prepared` for look-ups by key: PostgreSQL keeps its plan as well, so it must be the best one whatever the values are."""
    return Prepared(build, is_planned_once=True)


def _filled_up(values: list[Any]) -> list[Any]:
    return values + [values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))


class _Plan:
    """The SQL for one shape, where each value goes, and what is made of a row."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> None:
        marks = _Marks()
        queryset: Any = build(**{name: marks.instead_of(value, name) for name, value in values.items()})
        compiler: Any = queryset.query.get_compiler(queryset.db)
        self.sql, params = compiler.as_sql()
        self._places = [marks.place_of(value) for value in params]
        if marks.unused(params):
            raise CannotBePrepared(f"{build.__name__} does not use {', '.join(marks.unused(params))} as given.")
        self._params = list(params)
        columns = compiler.select[: compiler.col_count]
        self._width = len(columns)
        converters = compiler.get_converters([column for column, *_ in columns])
        self._converters = [(place, converter, column) for place, (several, column) in converters.items() for converter in several]
        self._make = _maker_of(queryset, compiler)
        self._prefetched = queryset._prefetch_related_lookups

    def bound(self, values: dict[str, Any], database: Any) -> list[Any]:
        """The parameters of the SQL with these values among them."""
        params = list(self._params)
        for number, place in enumerate(self._places):
            if place is not None:
                name, index = place
                params[number] = _adapted(values[name] if index is None else values[name][index], database)
        return params

    def rows(self, answer: list[tuple[Any, ...]], database: Any) -> list[Any]:
        """What the queryset would make of an answer."""
        rows = [self._make(self._converted(row, database)) for row in answer]
        if self._prefetched:
            models.prefetch_related_objects(rows, *self._prefetched)
        return rows

    def _converted(self, row: tuple[Any, ...], database: Any) -> Sequence[Any]:
        """Values as fields give them, without columns that are there to sort by."""
        found = list(row[: self._width])
        for place, converter, column in self._converters:
            found[place] = converter(found[place], column, database)
        return found


def _maker_of(queryset: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What makes of a row what the queryset would: a tuple, its only value, or an object with those that came by `select_related`."""
    if queryset._iterable_class is FlatValuesListIterable:
        return itemgetter(0)
    if queryset._iterable_class is ValuesListIterable:
        return tuple
    if queryset._iterable_class is not ModelIterable or queryset._known_related_objects:
        raise CannotBePrepared(f"{queryset.model.__name__}: neither objects nor values_list.")
    fields = compiler.klass_info["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[begin:end]]
    populators_of: Any = get_related_populators  # the stubs know a later one
    related = populators_of(compiler.klass_info, compiler.select, queryset.db)
    annotations = list((compiler.annotation_col_map or {}).items())

    def make(row: Sequence[Any]) -> Any:
        made = loaded(queryset.model, queryset.db, names, row[begin:end])
        for populator in related:
            _populate(populator, row, made)
        for name, place in annotations:
            setattr(made, name, row[place])
        return made

    return make


def _populate(populator: Any, row: Sequence[Any], made: Any) -> None:
    """`RelatedPopulator.populate` of Django, with `loaded`: the objects that came by `select_related`, and theirs."""
    values = populator.reorder_for_init(row) if populator.reorder_for_init else row[populator.cols_start : populator.cols_end]
    other = None
    if values[populator.pk_idx] is not None:
        other = loaded(populator.model_cls, populator.db, populator.init_list, values)
        for further in populator.related_populators:
            _populate(further, row, other)
    populator.local_setter(made, other)
    if other is not None:
        populator.remote_setter(other, made)


class _Marks:
    """Values that stand for those to come, and can be told from everything else among the parameters."""

    def __init__(self) -> None:
        self._places: dict[Any, tuple[str, int | None]] = {}

    def instead_of(self, value: Any, name: str) -> Any:
        if _is_fixed(value):
            return value
        if isinstance(value, list):
            return [self._mark(one, (name, index)) for index, one in enumerate(value)]
        return self._mark(value, (name, None))

    def _mark(self, value: Any, place: tuple[str, int | None]) -> Any:
        number = len(self._places)
        mark: Any
        if isinstance(value, datetime):
            mark = MARKED_DAY + timedelta(seconds=number)
        elif isinstance(value, int) and not isinstance(value, bool):
            mark = FIRST_MARK + number
        elif isinstance(value, str):
            mark = f"\x02{number}\x03"
        elif isinstance(value, bytes):
            mark = f"\x02{number}\x03".encode()
        else:
            raise CannotBePrepared(f"{place[0]} is {type(value).__name__}.")
        self._places[_plain(_adapted(mark, connections[DEFAULT_DB_ALIAS]))] = place
        return mark

    def place_of(self, param: Any) -> tuple[str, int | None] | None:
        """Whose mark a parameter is: the name, and its number in a list."""
        plain = _plain(param)
        return self._places.get(plain) if isinstance(plain, int | str | bytes | datetime) and not isinstance(plain, bool) else None

    def unused(self, params: Sequence[Any]) -> list[str]:
        used = {self.place_of(param) for param in params}
        return sorted({name for name, index in self._places.values() if (name, index) not in used})


def _is_fixed(value: Any) -> bool:
    return value is None or isinstance(value, bool | Fixed)


def _adapted(value: Any, database: Any) -> Any:
    """A value as the driver wants it, as fields do it for their parameters."""
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return database.Database.Binary(value) if isinstance(value, bytes) else value


def _plain(param: Any) -> Any:
    """A parameter that can be compared: the bytes out of what drivers wrap them in."""
    param = getattr(param, "obj", param)
    return bytes(param) if isinstance(param, memoryview) else param


def attach(parents: Iterable[models.Model], name: str, children: Iterable[models.Model], by: str) -> None:
    """Give each parent its `children` as if prefetched under the related `name`; `by` is the children's foreign key to the parent."""
    of_parent: dict[int, list[Any]] = {}
    for child in children:
        of_parent.setdefault(getattr(child, f"{by}_id"), []).append(child)
    for parent in parents:
        mine = of_parent.get(parent.pk, [])
        for child in mine:
            child._state.fields_cache[by] = parent
        manager: Any = getattr(parent, name)
        rows: Any = QuerySet(model=manager.model)
        rows._result_cache, rows._prefetch_done = mine, True
        parent.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows
