"""Closing and opening again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heard.accounts.models import User
from heard.conversations.models import Closure, Conversation, State
from heard.conversations.services import snoozing
from heard.conversations.services.standing import save_settled, waiting_since_from_thread
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.time import now


@transaction.atomic
def close_conversation(conversation: Conversation, *, by: User | None, reason: str, at: datetime | None = None) -> Conversation:
    """End a conversation for a reason of `CloseReason`. Closing a closed one changes nothing.

    What was owed unanswered is released by `promises`, with the reason, and counted apart.
    """
    conversation = lock(conversation)
    if not conversation.is_open:
        return conversation
    moment = at or now()
    snoozing.end_of(conversation, because="closed", at=moment)
    was_waiting = conversation.waiting_since is not None
    conversation.state, conversation.closed_at, conversation.waiting_since = State.CLOSED, moment, None
    save_settled([conversation])
    Closure.objects.create(conversation=conversation, reason=reason, by=by, at=moment)
    record_event(
        "conversation.closed", conversation, actor=by, audience_id=conversation.audience_id, reason=reason, was_waiting=was_waiting
    )
    return conversation


@transaction.atomic
def reopen_conversation(conversation: Conversation, *, by: User | None) -> Conversation:
    """Take a closed conversation up again; a customer who spoke last waits since then. An open one stays as it is."""
    conversation = lock(conversation)
    if conversation.is_open or conversation.joined_into_id is not None:
        return conversation
    conversation.waiting_since = waiting_since_from_thread(conversation)
    mark_reopened(conversation, by=by, at=now())
    save_settled([conversation])
    record_event("conversation.reopened", conversation, actor=by, audience_id=conversation.audience_id)
    return conversation


def mark_reopened(conversation: Conversation, *, by: User | None, at: datetime) -> None:
    """Set the columns and the row of a reopening, without saving the conversation."""
    conversation.state, conversation.closed_at = State.OPEN, None
    Closure.objects.filter(conversation=conversation, reopened_at=None).update(reopened_at=at, reopened_by=by)
