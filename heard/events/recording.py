"""Writing to the log."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Max, QuerySet

from heard.events.kinds import KINDS
from heard.events.models import Event, Seal
from heard.lib.canonical import canonical_json
from heard.lib.causes import Cause, present_cause
from heard.lib.db import insert_rows, is_postgres, require_atomic
from heard.lib.objects import new_row
from heard.lib.prepared import prepared
from heard.lib.time import now

CHANNEL = "heard_events"
AT_ONCE = 1000
DEEPEST = 8
SEAL_VERSION = 1


class UndeclaredEvent(TypeError):
    """The kind or one of its fields is not declared in `heard/events/kinds.py`, or a value is not what the field holds."""


class TooManyConsequences(RuntimeError):
    """Events led one to another eight times: rules that answer each other would go on for ever."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be recorded; the arguments of `record_event`. `subject` is a row, or (kind, id)."""

    kind: str
    subject: models.Model | tuple[str, int]
    actor: models.Model | None = None
    audience_id: int | None = None
    is_history: bool = False
    caused_by: Event | None = None
    at: datetime | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def record_event(
    kind: str,
    subject: models.Model | tuple[str, int],
    /,
    *,
    actor: models.Model | None = None,
    audience_id: int | None = None,
    is_history: bool = False,
    caused_by: Event | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Event:
    """Record that something happened to `subject`, in the transaction that changed it.

    `actor` is a user, an identity, or None for the system. `audience_id` says who may see it; None leaves it to operators. `caused_by` is
    the event that led to this one, found by itself in reactions and tasks. Raises UndeclaredEvent and TooManyConsequences.
    """
    return record_events([NewEvent(kind, subject, actor, audience_id, is_history, caused_by, at, fields)])[0]


def record_events(new: Iterable[NewEvent]) -> list[Event]:
    """Record several at once, in this order, in one statement."""
    require_atomic("An event")
    moment = now()
    events = [_event(one, moment) for one in new]
    gathered = _gathered.get()
    if gathered is None:
        _write(events)
    else:
        gathered += events
    return events


@contextmanager
def recorded_together() -> Iterator[None]:
    """What is recorded inside the block is written at its end, in the same order, in one statement; nothing when the block fails.

    For an act whose parts record events of their own. An event has no id before the end, and a savepoint that is given up takes none of
    them back. Within another such block it changes nothing.
    """
    if _gathered.get() is not None:
        yield
        return
    gathered: list[Event] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    _write(gathered)


_gathered: ContextVar[list[Event] | None] = ContextVar("gathered", default=None)


def _write(events: list[Event]) -> None:
    if not events:
        return
    if not is_postgres():
        _give_positions(events)
    for start in range(0, len(events), AT_ONCE):
        insert_rows(events[start : start + AT_ONCE])
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def last_position() -> int:
    """The highest position ever given; 0 in an empty log. Seals remember it when the rows were removed by retention."""
    last = next(iter(_highest_position()), None)
    return last or Seal.objects.aggregate(last=Max("last_position"))["last"] or 0


@prepared
def _highest_position() -> QuerySet[Event, int | None]:
    return Event.objects.filter(position__isnull=False).order_by("-position").values_list("position", flat=True)[:1]


def _give_positions(events: list[Event]) -> None:
    # One writer at a time: the order in which positions are given is the order in which they are committed.
    for position, event in enumerate(events, start=last_position() + 1):
        event.position = position


def _event(new: NewEvent, moment: datetime) -> Event:
    cause = Cause(new.caused_by.pk, new.caused_by.depth + 1) if new.caused_by else present_cause()
    if cause.depth >= DEEPEST:
        raise TooManyConsequences(f"{new.kind} would be the event number {cause.depth + 1} of a chain")
    event = new_row(
        Event,
        kind=new.kind,
        at=(new.at or moment).astimezone(UTC),
        audience_id=new.audience_id,
        data=_declared(new.kind, new.fields),
        is_history=new.is_history,
        caused_by=cause.event_id,
        depth=cause.depth,
    )
    event.actor_kind, event.actor_id = _reference(new.actor) if new.actor is not None else ("system", None)
    event.subject_kind, event.subject_id = _reference(new.subject)
    event.canonical = canonical_text(event)
    return event


def canonical_text(event: Event, version: int = SEAL_VERSION) -> str:
    """What is sealed of an event: all that is said of it except who may see it, which follows the subject's audience."""
    if version != 1:
        raise ValueError(f"Events of seal version {version} are not known here.")
    return canonical_json(
        {
            "kind": event.kind,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": [event.actor_kind, event.actor_id],
            "subject": [event.subject_kind, event.subject_id],
            "data": event.data,
            "is_history": event.is_history,
            "caused_by": event.caused_by,
        }
    )


def _declared(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    if kind not in KINDS:
        raise UndeclaredEvent(f"{kind} is not declared in heard/events/kinds.py.")
    declared = KINDS[kind]
    if unknown := sorted(set(fields) - set(declared)):
        raise UndeclaredEvent(f"{kind} has no field {', '.join(unknown)}.")
    data = {}
    for name, value in fields.items():
        try:
            data[name] = declared[name](value)
        except ValueError as error:
            raise UndeclaredEvent(f"{kind}: {name} must be {error}.") from None
    return data


def _reference(row: models.Model | tuple[str, int]) -> tuple[str, int]:
    if isinstance(row, tuple):
        return row
    return row._meta.model_name or "", row.pk
