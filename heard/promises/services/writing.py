"""What was decided about a promise, written into its row, with its event and with what the inbox sorts by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heard.accounts.models import User
from heard.conversations.models import Conversation
from heard.conversations.services.standing import set_due
from heard.events import record_event
from heard.lib.time import now
from heard.promises import rules
from heard.promises.models import Promise, PromiseState


def keep(promise: Promise, decision: rules.Keep, *, by: User | None = None) -> None:
    """It was kept, in time or late, by a reply (`kept_in`) or by what somebody says they did."""
    promise.state, promise.kept_at, promise.kept_in_id, promise.kept_by = PromiseState.KEPT, decision.kept_at, decision.kept_in, by
    if decision.is_late:
        promise.broken_at = promise.broken_at or promise.due_at
    promise.save(update_fields=["state", "kept_at", "kept_in", "kept_by", "broken_at"])
    record("promise.kept", promise, actor=by, seconds_left=int((promise.due_at - decision.kept_at).total_seconds()))


def release(promise: Promise, decision: rules.Release, *, by: User | None = None, words: str = "") -> None:
    """Nothing is owed here any more."""
    promise.state, promise.released_at, promise.release_reason = PromiseState.RELEASED, now(), decision.reason
    promise.released_by, promise.release_words = by, words
    promise.save(update_fields=["state", "released_at", "release_reason", "released_by", "release_words"])
    record("promise.released", promise, actor=by, reason=decision.reason)


def reopen(promise: Promise, decision: rules.Reopen, *, by: User | None = None, reason: str = "delivery_failed") -> None:
    """What was kept or released is owed again."""
    promise.state, promise.kept_at, promise.kept_in, promise.kept_by = PromiseState.OPEN, None, None, None
    promise.released_at, promise.release_reason, promise.release_words, promise.released_by = None, "", "", None
    promise.due_at, promise.told_at = decision.due_at, decision.told_at
    promise.save(
        update_fields=[
            "state", "kept_at", "kept_in", "kept_by", "released_at", "release_reason", "release_words", "released_by", "due_at", "told_at",
        ]
    )  # fmt: skip
    record("promise.reopened", promise, actor=by, due_at=promise.due_at, reason=reason)


def settle_due(conversation: Conversation, open_now: Iterable[Promise]) -> None:
    """Let the inbox know what is due next in a locked conversation. `open_now` is everything open in it."""
    due_at, kind = rules.soonest([as_rules_see_it(promise) for promise in open_now]) or (None, "")
    set_due(conversation, due_at, kind)


def open_in(conversation: Conversation) -> list[Promise]:
    """Everything owed in a conversation now. One query."""
    return list(Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN))


def record(kind: str, promise: Promise, *, actor: User | None = None, **fields: Any) -> None:
    """Record an event about a promise, for those who may read its conversation."""
    record_event(
        kind,
        promise,
        actor=actor,
        audience_id=promise.conversation.audience_id,
        conversation_id=promise.conversation_id,
        promise_kind=promise.kind,
        **fields,
    )


def as_rules_see_it(promise: Promise) -> rules.Owed:
    """The row as a value."""
    return rules.Owed(
        promise.pk, promise.kind, promise.made_at, promise.due_at, promise.told_at, promise.made_in_id, promise.kept_in_id  # type: ignore[arg-type]
    )  # fmt: skip
