"""Promises that people give: made in a sentence, given a new date, kept, released. What is told to the customer is in `telling`."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.conversations.models import Conversation, DueKind, Message
from heard.conversations.services.messages import ConversationClosed
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.promises import rules
from heard.promises.models import Promise, PromiseChange, PromiseState
from heard.promises.services.telling import apply_change, tell_change
from heard.promises.services.writing import as_rules_see_it, keep, open_in, record, release, reopen, settle_due

LONGEST = 300
FARTHEST = timedelta(days=3660)
BY_HAND: rules.ReleaseReason = "by_hand"
"""Released by somebody, who said why in `release_words`."""


class PromiseSaysNothing(Refusal):
    """A promise is a sentence of 1 to 300 characters."""

    def __init__(self) -> None:
        super().__init__(_("Say in a few words what we owe: at most 300 letters."))


class DateHasPassed(Refusal):
    """Nothing can be promised for a moment that is gone, nor for the year 3000."""

    def __init__(self) -> None:
        super().__init__(_("That moment has passed or is more than ten years away. Say one that can still be kept."))


class OwnerCannotOwe(Refusal):
    """Somebody who works here, or a team: one of the two."""

    def __init__(self) -> None:
        super().__init__(_("Say who owes it: one colleague who works here, or one team."))


class PromiseIsSettled(Refusal):
    """It was kept or released."""

    def __init__(self) -> None:
        super().__init__(_("This promise is no longer open."))


class ReasonMissing(Refusal):
    """A word given is taken back or moved with a reason only."""

    def __init__(self) -> None:
        super().__init__(_("Say why, in a sentence. It stays beside the promise."))


@transaction.atomic
def promise_by_hand(
    conversation: Conversation,
    *,
    by: User,
    text: str,
    due_at: datetime,
    owed_by: User | None = None,
    owed_by_team: Team | None = None,
    message: Message | None = None,
    once: UUID | None = None,
    at: datetime | None = None,
) -> Promise:
    """Say what is owed, by whom (`by` themselves, unless a colleague or a team is named) and until when.

    `message` is the reply that tells the customer; without one it is a target. `at` is the moment of the promise (the reply's, or now).
    A second call with the same `once` returns the first promise. Raises ConversationClosed, PromiseSaysNothing, DateHasPassed,
    OwnerCannotOwe.
    """
    conversation = lock(conversation)
    given = Promise.objects.filter(made_by=by, once=once).first() if once else None
    if given is not None:
        return given
    if not conversation.is_open and message is None:
        raise ConversationClosed
    moment = at or (message.interaction.happened_at if message else now())
    said_in, told_at = (message.interaction_id, message.interaction.happened_at) if message else (None, None)
    _refuse_date(due_at, moment)
    owed_by = owed_by or (None if owed_by_team else by)
    _refuse_owner(owed_by, owed_by_team)
    promise = Promise.objects.create(
        conversation=conversation, kind=DueKind.BY_HAND, text=_sentence(text), owed_by=owed_by, owed_by_team=owed_by_team, made_by=by,
        made_at=moment, made_in_id=said_in, first_due_at=due_at, due_at=due_at, told_at=told_at, told_in_id=said_in,
        remind_at=rules.remind_at(moment, due_at), once=once,
    )  # fmt: skip
    record("promise.made", promise, actor=by, due_at=due_at, is_told=message is not None)
    settle_due(conversation, open_in(conversation))
    return promise


@transaction.atomic
def change_promise(
    promise: Promise, *, by: User, due_at: datetime, reason: str = "", message: Message | None = None, at: datetime | None = None
) -> Promise:
    """Give an open promise another date. `first_due_at` stays, and every date is a PromiseChange.

    `message` is the reply that tells it; its words are reason enough. Without one a target moves at once, while a date that was told
    goes on counting until the customer is told the new one (`telling.tell_promise`): nobody keeps a promise by quietly moving it.
    Raises PromiseIsSettled, DateHasPassed, ReasonMissing.
    """
    conversation = lock(promise.conversation)
    promise = _locked_open(promise)
    moment = at or (message.interaction.happened_at if message else now())
    _refuse_date(due_at, moment)
    reason = storable(" ".join(reason.split()), LONGEST)
    if not reason and message is None:
        raise ReasonMissing
    change = PromiseChange.objects.create(
        promise=promise, was_due_at=promise.due_at, due_at=due_at, reason=reason, by=by, at=moment
    )  # fmt: skip
    was_due_at = promise.due_at
    if message is not None:
        tell_change(promise, change, message)
        if promise.told_at is None:
            promise.told_at, promise.told_in_id = message.interaction.happened_at, message.interaction_id
    elif promise.told_at is None:
        apply_change(promise, change)
    promise.save(update_fields=["due_at", "remind_at", "told_at", "told_in"])
    record("promise.changed", promise, actor=by, due_at=due_at, was_due_at=was_due_at, is_told=message is not None)
    settle_due(conversation, open_in(conversation))
    return promise


@transaction.atomic
def keep_promise(promise: Promise, *, by: User | None, message: Message | None = None, at: datetime | None = None) -> Promise:
    """It is done: said by `by`, or shown by the reply `message`. Late when its moment has passed. Keeping what is kept changes nothing.

    Raises PromiseIsSettled for one that was released.
    """
    conversation = lock(promise.conversation)
    promise = lock(promise)
    if promise.state == PromiseState.KEPT:
        return promise
    if promise.state != PromiseState.OPEN:
        raise PromiseIsSettled
    moment = at or (message.interaction.happened_at if message else now())
    is_late = rules.is_broken(promise.due_at, now=moment, kept_at=moment)
    keep(promise, rules.Keep(promise.pk, message.interaction_id if message else None, moment, is_late), by=by)
    settle_due(conversation, open_in(conversation))
    return promise


@transaction.atomic
def release_promise(promise: Promise, *, by: User, reason: str) -> Promise:
    """Nothing is owed any more, for a reason in words: neither kept nor broken. Raises PromiseIsSettled, ReasonMissing."""
    conversation = lock(promise.conversation)
    promise = _locked_open(promise)
    words = storable(" ".join(reason.split()), LONGEST)
    if not words:
        raise ReasonMissing
    release(promise, rules.Release(promise.pk, BY_HAND), by=by, words=words)
    settle_due(conversation, open_in(conversation))
    return promise


@transaction.atomic
def reopen_promise(promise: Promise, *, by: User) -> Promise:
    """Take back that a promise was kept or released. An open one stays as it is."""
    conversation = lock(promise.conversation)
    promise = lock(promise)
    if promise.state == PromiseState.OPEN:
        return promise
    seen = as_rules_see_it(promise)
    reopen(promise, rules.Reopen(promise.pk, seen.due_at, seen.told_at), by=by, reason="taken_back")
    settle_due(conversation, open_in(conversation))
    return promise


def _locked_open(promise: Promise) -> Promise:
    promise = lock(promise)
    if promise.state != PromiseState.OPEN:
        raise PromiseIsSettled
    return promise


def _sentence(text: str) -> str:
    words = storable(" ".join(text.split()))
    if not words or len(words) > LONGEST:
        raise PromiseSaysNothing
    return words


def _refuse_date(due_at: datetime, moment: datetime) -> None:
    if not moment < due_at <= moment + FARTHEST:
        raise DateHasPassed


def _refuse_owner(owed_by: User | None, owed_by_team: Team | None) -> None:
    if (owed_by is None) == (owed_by_team is None) or (owed_by is not None and not owed_by.is_active):
        raise OwnerCannotOwe
