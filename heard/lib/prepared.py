"""Queries whose SQL is worked out once. Where a page or a message needs dozens of them, Django's compiler costs more than the database.

    @prepared
    def _promises_in(number: int, kinds: list[str]) -> QuerySet[Promise]:
        return Promise.objects.filter(conversation=number, kind__in=kinds).select_related("owed_by")

    rows = _promises_in(12, ["first_reply"])            # a list, four times as fast as list(queryset)

The function builds an ordinary queryset. It is called with marks in the place of its values, and once for each *shape*: the types of the
values and the lengths of lists (rounded up to a power of two; a list is filled up with its last value, so it may only stand behind `__in`).
None, booleans and `Fixed` numbers (of a slice) belong to the shape, so the function may ask for them. Related rows come
by `select_related`, or by `attach` from a second query; `prefetch_related` works and is compiled each time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import QuerySet

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

    def __init__(self, build: Callable[Values, QuerySet[Any, Row]]) -> None:
        update_wrapper(self, build)
        self._build = build
        self._names = build.__code__.co_varnames[: build.__code__.co_argcount + build.__code__.co_kwonlyargcount]  # type: ignore[attr-defined]
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    def __call__(self, *args: Values.args, **kwargs: Values.kwargs) -> list[Row]:
        values = dict(zip(self._names, args, strict=False)) | kwargs
        database = connections[DEFAULT_DB_ALIAS]  # itself: the proxy `connection` looks it up for each attribute
        shape: list[Any] = [database.vendor]
        for name, value in values.items():
            if isinstance(value, list | tuple | set | frozenset):
                if not value:
                    return []
                values[name] = value = _filled_up(list(value))
                shape.append((name, len(value), type(value[0])))
            else:
                shape.append((name, value if _is_fixed(value) else type(value)))
        key = tuple(shape)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _Plan(self._build, values)
        return plan.rows(values, database)


def prepared(build: Callable[Values, QuerySet[Any, Row]]) -> Prepared[Values, Row]:
    """Make a function that builds a queryset into one that answers its rows, with the SQL worked out once."""
    return Prepared(build)


def _filled_up(values: list[Any]) -> list[Any]:
    return values + [values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))


class _Plan:
    """The SQL for one shape, and where each value goes."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> None:
        marks = _Marks()
        self._queryset: Any = build(**{name: marks.instead_of(value, name) for name, value in values.items()})
        self._compiler: Any = self._queryset.query.get_compiler(self._queryset.db)
        self._sql, params = self._compiler.as_sql()
        self._places = [marks.place_of(value) for value in params]
        if marks.unused(params):
            raise CannotBePrepared(f"{build.__name__} does not use {', '.join(marks.unused(params))} as given.")
        self._params = list(params)
        self._converters = self._compiler.get_converters([column for column, *_ in self._compiler.select[: self._compiler.col_count]])

    def rows(self, values: dict[str, Any], database: Any) -> list[Any]:
        """Run it with these values, in this thread's connection."""
        params = list(self._params)
        for number, place in enumerate(self._places):
            if place is not None:
                name, index = place
                params[number] = _adapted(values[name] if index is None else values[name][index], database)
        compiler = copy.copy(self._compiler)
        compiler.connection = database
        compiler.as_sql = lambda *_, **__: (self._sql, tuple(params))
        compiler.get_converters = lambda _: self._converters
        queryset = self._queryset
        query = copy.copy(queryset.query)
        query.get_compiler = lambda *_, **__: compiler
        run: Any = type(queryset)(model=queryset.model, query=query, using=queryset._db)
        run._iterable_class, run._fields = queryset._iterable_class, queryset._fields
        run._prefetch_related_lookups = queryset._prefetch_related_lookups
        return list(run)


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
