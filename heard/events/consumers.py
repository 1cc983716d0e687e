"""Consumers: each follows the log in order, a transaction a batch, and moves its position in it."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from heard.events.models import Consumer, Event, ParkedEvent
from heard.events.reactions import REGISTERED, Reaction
from heard.events.stream import head
from heard.lib.causes import Cause, caused_by
from heard.lib.db import lock
from heard.lib.prepared import Fixed, prepared
from heard.lib.time import now
from heard.tasks.discovery import discover
from heard.tasks.execution import what_failed

logger = logging.getLogger("heard.events")
WINDOW = 2000  # positions looked through at once for wanted kinds
FAILURES_ALLOWED = 5
UNSAVED_ALLOWED = 500  # unwanted events that may be passed without writing the position


class MovedMeanwhile(RuntimeError):
    """Another process moved this consumer; the batch is dropped and read again."""


@dataclass(slots=True)
class Look:
    """One look at the log, shared by the followers who go on from it: up to which position, and of which kinds the events before it are."""

    newest: int
    _kinds: dict[tuple[int, int], set[tuple[str, bool]]] = field(default_factory=dict)

    def has_for(self, reaction: Reaction, after: int, until: int) -> bool:
        """Whether a consumer would read any event behind `after`, up to `until`. One query for all who stand at the same place."""
        if (after, until) not in self._kinds:
            self._kinds[after, until] = set(_kinds_between(after, until))
        return any(
            (reaction.kinds is None or kind in reaction.kinds) and (reaction.history or not is_history)
            for kind, is_history in self._kinds[after, until]
        )


@prepared
def _kinds_between(after: int, until: int) -> QuerySet[Event, tuple[str, bool]]:
    events = Event.objects.filter(position__gt=after, position__lte=until)
    return events.order_by().values_list("kind", "is_history").distinct()


@prepared
def _events_between(after: int, until: int, kinds: list[str] | None, history: bool, at_most: Fixed) -> QuerySet[Event]:
    events = Event.objects.filter(position__gt=after, position__lte=until)
    events = events if kinds is None else events.filter(kind__in=kinds)
    events = events if history else events.filter(is_history=False)
    return events.order_by("position")[:at_most]


@dataclass(slots=True)
class Follower:
    """One consumer at work in this process."""

    reaction: Reaction
    row: Consumer
    position: int
    is_patient: bool = True

    @classmethod
    def of(cls, reaction: Reaction, *, is_patient: bool = True) -> "Follower":
        """The follower for `reaction`, where its row stands."""
        row = consumer_row(reaction)
        return cls(reaction, row, row.position, is_patient)

    def step(self, look: Look) -> int:
        """Read one batch of what `look` sees; return how far it came. 0: nothing to do, or a pause after a failure."""
        if self.position >= look.newest or self._is_pausing():
            return 0
        before = self.position
        until = min(look.newest, self.position + WINDOW)
        events = self._wanted(until) if look.has_for(self.reaction, self.position, until) else []
        if len(events) == self.reaction.batch:
            until = events[-1].position or until
        try:
            self._take(events, until)
        except MovedMeanwhile:
            self.row.refresh_from_db()
            self.position = self.row.position
        return self.position - before

    def save(self) -> None:
        """Write down that unwanted events were passed."""
        if self.position > self.row.position:
            self._move(self.position)

    def _is_pausing(self) -> bool:
        return self.is_patient and self.row.retry_at is not None and self.row.retry_at > now()

    def _wanted(self, until: int) -> list[Event]:
        kinds = None if self.reaction.kinds is None else sorted(self.reaction.kinds)
        return _events_between(self.position, until, kinds, self.reaction.history, Fixed(self.reaction.batch))

    def _take(self, events: list[Event], until: int) -> None:
        if not events:
            self.position = until
            if until - self.row.position >= UNSAVED_ALLOWED:
                self.save()
            return
        if self.row.failures == 0:
            try:
                self._react(events, until)
                return
            except MovedMeanwhile:
                raise
            except Exception as error:
                logger.info("batch failed, reading it one by one", extra={"consumer": self.row.name, "error": what_failed(error)})
        for event in events:
            if not self._take_one(event):
                return
        self.position = until

    def _take_one(self, event: Event) -> bool:
        assert event.position is not None
        try:
            self._react([event], event.position)
        except MovedMeanwhile:
            raise
        except Exception as error:
            return self._failed(event, what_failed(error))
        return True

    def _react(self, events: list[Event], until: int) -> None:
        deepest = max(events, key=lambda event: event.depth)
        with caused_by(Cause(deepest.pk, deepest.depth + 1)):
            prepared = [self.reaction.prepare(events)] if self.reaction.prepare else []
            with transaction.atomic():
                if lock(self.row).position != self.row.position:
                    raise MovedMeanwhile(self.row.name)
                self.reaction.react(events, *prepared)
                self._write(position=until, failures=0, error="", retry_at=None)
        self._remember(position=until, failures=0, error="", retry_at=None)

    def _failed(self, event: Event, error: str) -> bool:
        """Count a failure; park the event after the last one allowed. Whether the consumer may go on."""
        assert event.position is not None
        failures = self.row.failures + 1
        facts = {"consumer": self.row.name, "event": event.pk, "failure": failures, "error": error}
        if failures < FAILURES_ALLOWED:
            logger.warning("reaction failed", extra=facts)
            pause = timedelta(seconds=4.0 ** (failures - 1))
            changes = {"failures": failures, "error": error, "retry_at": now() + pause}
            self._write(**changes)
            self._remember(**changes)
            return False
        logger.error("event parked", extra=facts)
        with transaction.atomic():
            ParkedEvent.objects.update_or_create(
                consumer=self.row, event_id=event.pk, defaults={"position": event.position, "error": error, "parked_at": now()}
            )
            self._write(position=event.position, failures=0, error="", retry_at=None)
        self._remember(position=event.position, failures=0, error="", retry_at=None)
        return True

    def _move(self, position: int) -> None:
        self._write(position=position)
        self._remember(position=position)

    def _write(self, **changes: object) -> None:
        Consumer.objects.filter(pk=self.row.pk).update(**changes)

    def _remember(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)
        self.position = max(self.position, self.row.position)


def consumer_row(reaction: Reaction) -> Consumer:
    """The consumer's row, made when it is new."""
    row = Consumer.objects.filter(name=reaction.name).first()
    if row is None:
        start = head() if reaction.start == "now" else 0
        row, _ = Consumer.objects.get_or_create(name=reaction.name, defaults={"position": start})
    return row


def ensure_consumers() -> None:
    """Make the rows of all consumers, so that those which begin "now" begin here."""
    discover()
    for reaction in REGISTERED.values():
        consumer_row(reaction)


def run_consumers_once(*, only: str | None = None) -> int:
    """Let every consumer (or `only` one) read all there is, and what that leads to; return how many positions they moved in all.

    Failing reactions are tried at once, without pauses, until their event is parked. For tests and commands.
    """
    discover()
    followers = [Follower.of(one, is_patient=False) for one in list(REGISTERED.values()) if only in (None, one.name)]
    moved = 0
    while True:
        look = Look(head())
        steps = [follower.step(look) for follower in followers]
        moved += sum(steps)
        if not any(steps) and not any(follower.row.failures for follower in followers):
            break
    for follower in followers:
        follower.save()
    return moved


def replay(name: str, *, after: int = 0) -> None:
    """Let the consumer `name` read everything after position `after` again."""
    Consumer.objects.filter(name=name).update(position=after, failures=0, error="", retry_at=None)


def retry_parked(parked: ParkedEvent) -> None:
    """Try a parked event again, out of its turn; it is no longer parked when that succeeds. Raises what the reaction raises."""
    reaction = REGISTERED[parked.consumer.name]
    event = Event.objects.filter(pk=parked.event_id).first()
    with transaction.atomic():
        if event is not None:
            with caused_by(Cause(event.pk, event.depth + 1)):
                reaction.react([event], *([reaction.prepare([event])] if reaction.prepare else []))
        parked.delete()
