"""What the customer was told of a promise: a target becomes one, a new date counts; and what they were not told after all."""

from __future__ import annotations

from django.db import transaction

from heard.accounts.models import User
from heard.conversations.models import Conversation, Message
from heard.lib.db import lock
from heard.promises import rules
from heard.promises.models import Promise, PromiseChange, PromiseState
from heard.promises.services.writing import open_in, record, settle_due


@transaction.atomic
def tell_promise(promise: Promise, *, by: User | None, message: Message) -> Promise:
    """The reply `message` names the promise and its date. What was a target is a promise; a date that waited to be told counts now.

    Telling again what was told changes nothing, and what is no longer owed is not told.
    """
    conversation = lock(promise.conversation)
    promise = lock(promise)
    change = waiting_change(promise)
    if promise.state != PromiseState.OPEN or (promise.told_at is not None and change is None):
        return promise
    if change is not None:
        tell_change(promise, change, message)
    if promise.told_at is None:
        promise.told_at, promise.told_in_id = message.interaction.happened_at, message.interaction_id
    promise.save(update_fields=["told_at", "told_in", "due_at", "remind_at"])
    record("promise.told", promise, actor=by, due_at=promise.due_at, interaction_id=message.interaction_id)
    settle_due(conversation, open_in(conversation))
    return promise


def waiting_change(promise: Promise) -> PromiseChange | None:
    """The newest date of a promise, when it does not count yet because the customer was not told. One query."""
    newest = promise.changes.order_by("-at", "-pk").first()
    return newest if newest is not None and newest.told_at is None and newest.due_at != promise.due_at else None


def tell_change(promise: Promise, change: PromiseChange, message: Message) -> None:
    """The new date was told in `message`: it counts. Saves the change, not the promise."""
    change.was_due_at, change.told_at, change.told_in_id = promise.due_at, message.interaction.happened_at, message.interaction_id
    change.save(update_fields=["was_due_at", "told_at", "told_in"])
    apply_change(promise, change)


def apply_change(promise: Promise, change: PromiseChange) -> None:
    """The new date counts. Saves nothing."""
    promise.due_at = change.due_at
    promise.remind_at = rules.remind_at(change.at, change.due_at)


def untell(conversation: Conversation, message: Message) -> None:
    """The locked conversation's reply `message` never arrived: whatever it told was not told. A date it moved is the old one again."""
    for change in PromiseChange.objects.filter(told_in=message.interaction_id).select_related("promise").order_by("-at", "-pk"):
        change.told_at = change.told_in = None
        change.save(update_fields=["told_at", "told_in"])
        promise = lock(change.promise)
        if promise.due_at == change.due_at and promise.state == PromiseState.OPEN:
            promise.due_at, promise.remind_at = change.was_due_at, None
            promise.save(update_fields=["due_at", "remind_at"])
            record("promise.untold", promise, due_at=promise.due_at, interaction_id=message.interaction_id)
    for promise in lock(Promise.objects.filter(conversation=conversation, told_in=message.interaction_id)):
        promise.told_at = promise.told_in = None
        promise.save(update_fields=["told_at", "told_in"])
        record("promise.untold", promise, due_at=promise.due_at, interaction_id=message.interaction_id)
