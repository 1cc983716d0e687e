"""Reading the event log for the hub, in a thread of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet

from heard.events.models import Event
from heard.events.stream import head
from heard.lib.wake import pulse
from heard.people.models import IdentityAudience
from heard.web.live import wire
from heard.web.live.rights import NOBODY, OPERATORS, Audiences, Named, Reader

BATCH = 1000
IDLE_SECONDS = 5.0
OPERATORS_KINDS = ("inbound.", "mailbox.", "import.")
PEOPLE_KINDS = ("person.", "household.", "heads_up.", "link.", "identity.")
RIGHTS_KINDS = ("membership.", "user.", "team.")
COLUMNS = ("position", "kind", "at", "actor_kind", "actor_id", "subject_kind", "subject_id", "audience_id", "data")


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is told: its bytes, and who may know of it."""

    position: int
    at: datetime
    named: Named
    frame: bytes

    def frame_for(self, reader: Reader) -> bytes:
        """What `reader`, who may know of it, is told."""
        return self.frame


@dataclass(frozen=True, slots=True)
class PeopleEntry(Entry):
    """An event about several identities, of whom each reader hears those that they may know of and no others."""

    fields: dict[str, Any] = field(default_factory=dict)
    of: dict[int, Named] = field(default_factory=dict)

    def frame_for(self, reader: Reader) -> bytes:
        known = [identity for identity, named in self.of.items() if named.may_know(reader)]
        return wire.message(self.position, {**self.fields, "identity_ids": known})


@dataclass(slots=True)
class News:
    """What happened up to `position`. `changed_user_ids` may read, or come in, differently; None stands for everybody."""

    position: int
    entries: list[Entry] = field(default_factory=list)
    changed_user_ids: set[int] | None = field(default_factory=set)


class Log:
    """The end of the log. Its methods are called in one thread, one after the other."""

    def __init__(self) -> None:
        self._audiences = Audiences()
        self._is_closed = False

    def newest(self, positions: int) -> News:
        """The newest position, and the events among the last `positions` before it."""
        until = head()
        return self._news(_told().filter(position__gt=until - positions, position__lte=until), until)

    def next(self, position: int) -> News:
        """What happened after `position`; waits a while when nothing did. `News.position` is `position` when nothing came."""
        seen = pulse().count
        news = self._after(position)
        if news.position > position or self._is_closed:
            return news
        pulse().wait(seen, IDLE_SECONDS)
        return self._after(position)

    def close(self) -> None:
        """Let a call that waits return; from any thread."""
        self._is_closed = True
        pulse().beat()

    def _after(self, position: int) -> News:
        until = head()
        if until <= position:
            return News(position)
        return self._news(_told().filter(position__gt=position, position__lte=until)[:BATCH], until)

    def _news(self, events: QuerySet[Event, dict[str, Any]], until: int) -> News:
        rows = list(events)
        position = rows[-1]["position"] if len(rows) == BATCH else until
        self._audiences.learn({row["audience_id"] for row in rows} - {None})
        return News(position, list(self._entries(rows, self._known_to(rows))), _changed_user_ids(rows))

    def _known_to(self, rows: list[dict[str, Any]]) -> dict[int, Named]:
        """Who may know of the identities that these events are about. Three queries when there are such events, else none."""
        wanted = {number for row in rows if _is_about_people(row) for number in _identity_ids(row)}
        if not wanted:
            return {}
        pairs = list(IdentityAudience.objects.filter(identity__in=wanted).values_list("identity_id", "audience_id"))
        self._audiences.learn({audience for _, audience in pairs})
        found: dict[int, Named] = {}
        for identity, audience in pairs:
            found[identity] = found.get(identity, NOBODY) | self._audiences.named(audience)
        return found

    def _entries(self, rows: list[dict[str, Any]], known_to: dict[int, Named]) -> Iterator[Entry]:
        for row in rows:
            if _is_about_people(row):
                of = {number: known_to[number] for number in _identity_ids(row) if number in known_to}
                anybody = reduce(or_, of.values(), NOBODY)
                # Its subject may be an identity, or a household, of which not every reader may know: only what they may know is named.
                fields = {"kind": row["kind"], "subject_kind": row["subject_kind"], "subject_id": None, "audience": None}
                fields |= {"conversation_id": None, "actor_kind": row["actor_kind"], "actor_id": row["actor_id"]}
                yield PeopleEntry(row["position"], row["at"], anybody, b"", fields, of)
                continue
            if row["audience_id"] is not None:
                named = self._audiences.named(row["audience_id"])
            elif row["kind"].startswith(OPERATORS_KINDS):
                named = OPERATORS
            else:
                continue
            yield Entry(row["position"], row["at"], named, wire.message(row["position"], fields_of(row)))


def _told() -> "QuerySet[Event, dict[str, Any]]":
    """What came in as history happened long ago: no screen waits for it."""
    return Event.objects.filter(is_history=False).order_by("position").values(*COLUMNS)


def fields_of(row: dict[str, Any]) -> dict[str, Any]:
    """What a screen hears of an event: ids and kinds, enough to know whether it shows something of it."""
    return {
        "kind": row["kind"],
        "subject_kind": row["subject_kind"],
        "subject_id": row["subject_id"],
        "audience": row["audience_id"],
        "conversation_id": _conversation_id(row),
        "actor_kind": row["actor_kind"],
        "actor_id": row["actor_id"],
        **({"identity_ids": [row["data"]["identity_id"]]} if row["data"].get("identity_id") else {}),
    }


def _is_about_people(row: dict[str, Any]) -> bool:
    return row["audience_id"] is None and row["kind"].startswith(PEOPLE_KINDS)


def _identity_ids(row: dict[str, Any]) -> list[int]:
    """The identities that an event is about, old numbers of a person among them: whoever has that page open must hear of it."""
    data = row["data"]
    ids = {*data.get("identity_ids", ()), *data.get("person_ids", ()), data.get("one_id"), data.get("other_id")}
    if row["subject_kind"] == "identity":
        ids.add(row["subject_id"])
    return sorted(ids - {None})


def _conversation_id(row: dict[str, Any]) -> int | None:
    if row["audience_id"] is None:
        return None  # operators hear that mail was filed, not into which conversation: they may not read it
    if row["subject_kind"] == "conversation":
        return row["subject_id"]
    return row["data"].get("conversation_id")


def _changed_user_ids(rows: list[dict[str, Any]]) -> set[int] | None:
    changed: set[int] = set()
    for row in rows:
        if row["kind"].startswith("team."):
            return None
        if row["kind"].startswith(RIGHTS_KINDS):
            changed.add(row["data"].get("user_id", row["subject_id"]))
    return changed
