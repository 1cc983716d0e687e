"""The columns of a conversation that repeat its present state for the inbox. Nothing else writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from heard.conversations.models import Conversation, DueKind, Standing, State
from heard.conversations.rules import Spoken, order_at, waiting_since
from heard.lib.db import update_rows

COLUMNS = [
    "state", "standing", "closed_at", "last_interaction", "last_message_at", "last_direction", "waiting_since",
    "due_at", "due_kind", "snoozed_until", "order_at", "assignee", "customer", "audience", "team", "joined_into", "subject", "is_history",
]  # fmt: skip

DUE_COLUMNS = ["due_at", "due_kind", "standing", "order_at"]


def settle(conversation: Conversation) -> Conversation:
    """Work out `standing` and `order_at` from the rest. Changes the object; `save_settled` writes it."""
    conversation.standing = _standing(conversation)
    conversation.order_at = order_at(
        due_at=conversation.due_at, waiting_since=conversation.waiting_since, last_message_at=conversation.last_message_at
    )
    return conversation


def save_settled(conversations: Iterable[Conversation]) -> None:
    """Settle and write."""
    update_rows([settle(conversation) for conversation in conversations], COLUMNS)


def set_due(conversation: Conversation, due_at: datetime | None, due_kind: str) -> None:
    """Called by `promises` alone, in the transaction that changes a promise: the soonest thing owed, or None."""
    if (conversation.due_at, conversation.due_kind) == (due_at, due_kind):
        return
    conversation.due_at, conversation.due_kind = due_at, due_kind
    update_rows([settle(conversation)], DUE_COLUMNS)


def waiting_since_from_thread(conversation: Conversation) -> datetime | None:
    """Since when the customer waits, read from the messages. One query.

    For acts that change the past of a thread: a bounce, a join, a parting.
    """
    rows = conversation.messages.exclude(kind="note").values_list(
        "interaction__happened_at", "interaction__direction", "interaction__is_automatic", "delivery__state"
    )
    return waiting_since(
        Spoken(at, direction, is_automatic, is_standing=delivery not in ("bounced", "failed"))
        for at, direction, is_automatic, delivery in rows
    )


def _standing(conversation: Conversation) -> str:
    if conversation.joined_into_id is not None:
        return Standing.JOINED
    if conversation.state == State.CLOSED:
        return Standing.CLOSED
    if conversation.snoozed_until is not None:
        return Standing.SNOOZED
    owes_by_hand = conversation.due_at is not None and conversation.due_kind == DueKind.BY_HAND
    return Standing.US if conversation.waiting_since is not None or owes_by_hand else Standing.CUSTOMER
