"""The rows that acts of the past leave, gathered for a batch and written together."""

from __future__ import annotations

from dataclasses import dataclass, field

from heard.conversations.models import Assignment, Closure, Conversation, Delivery, DueKind
from heard.conversations.models import Snooze as SnoozeRow
from heard.demo.company import Tell
from heard.demo.loading.setting import Setting
from heard.events import NewEvent, record_events
from heard.promises.models import Promise, PromiseState


@dataclass(slots=True)
class Rows:
    """Rows of one batch, written together. What was written by an earlier batch is updated."""

    deliveries: list[Delivery] = field(default_factory=list)
    changed_deliveries: list[Delivery] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    changed_closures: list[Closure] = field(default_factory=list)
    snoozes: list[SnoozeRow] = field(default_factory=list)
    changed_snoozes: list[SnoozeRow] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    changed_promises: list[Promise] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)

    def settle(self, promise: Promise) -> None:
        """A promise of an earlier batch has changed."""
        if promise.pk:
            self.changed_promises.append(promise)

    def write(self) -> None:
        """Updates first: nothing may be open twice, not even for a moment."""
        Delivery.objects.bulk_update(self.changed_deliveries, ["state", "bounced_at", "last_problem", "refused"])
        Closure.objects.bulk_update(self.changed_closures, ["reopened_at"])
        SnoozeRow.objects.bulk_update(self.changed_snoozes, ["ended_at", "ended_because"])
        Promise.objects.bulk_update(self.changed_promises, ["state", "kept_at", "kept_in", "broken_at", "released_at", "release_reason"])
        Delivery.objects.bulk_create(self.deliveries)
        Assignment.objects.bulk_create(self.assignments)
        Closure.objects.bulk_create(self.closures)
        SnoozeRow.objects.bulk_create(self.snoozes)
        Promise.objects.bulk_create(self.promises)
        record_events(self.events)


def promise_of(act: Tell, conversation: Conversation, setting: Setting) -> Promise:
    """A promise given by hand in a sentence, as the row that would stand for it."""
    team = setting.teams.get(act.owner)
    promise = Promise(
        conversation=conversation, kind=DueKind.BY_HAND, text=act.sentence, owed_by=None if team else setting.users[act.owner],
        owed_by_team=team,
        made_by=setting.users[act.by], made_at=act.at, first_due_at=act.due_at, due_at=act.due_at, told_at=act.at,
    )  # fmt: skip
    if act.kept_at is not None:
        promise.state, promise.kept_at = PromiseState.KEPT, act.kept_at
        if act.kept_at > act.due_at:
            promise.broken_at = act.due_at
    return promise
