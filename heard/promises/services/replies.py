"""Replies we owe: targets made, kept, reopened, released. `rules.py` decides, this file writes it down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from heard.conversations.models import Conversation, Message
from heard.lib.db import insert_rows, lock
from heard.lib.prepared import prepared_look_up
from heard.promises import rules
from heard.promises.models import Policy, Promise, PromiseState
from heard.promises.selectors import calendar_of, policy_for
from heard.promises.services.telling import untell
from heard.promises.services.writing import as_rules_see_it, keep, record, release, reopen, settle_due


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation whose customer has spoken. One that is new has no promises and no answers, so nobody asks for them."""

    conversation: Conversation
    arrival: rules.Arrival
    is_new: bool = False


def owe_replies(waiting: Iterable[Waiting]) -> None:
    """Make the target for each conversation whose customer has spoken. Called in the transaction that files the message.

    At most four queries and one insert for each; nothing for history and automatic mail.
    """
    for one in waiting:
        if one.arrival.is_history or one.arrival.automatic:
            continue
        conversation = one.conversation
        open_now = [] if one.is_new else _open_in(conversation.pk)
        if any(promise.kind != "by_hand" for promise in open_now):
            continue
        policy = policy_for(conversation.team_id)
        made = rules.on_customer_message(
            [as_rules_see_it(promise) for promise in open_now], one.arrival, policy=policy, calendar=calendar_of(policy),
            is_first=one.is_new or not _was_answered(conversation),
        )  # fmt: skip
        if made is not None:
            open_now.append(_make(conversation, policy, made))
            settle_due(conversation, open_now)


@prepared_look_up
def _open_in(number: int) -> QuerySet[Promise]:
    return Promise.objects.filter(conversation=number, state=PromiseState.OPEN)


@transaction.atomic
def keep_by_reply(message: Message) -> None:
    """A public reply was accepted for sending: what it answers is kept, in time or late. What came after it stays owed."""
    conversation = lock(message.conversation)
    open_now = list(Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN))
    _write(conversation, open_now, rules.on_reply([as_rules_see_it(promise) for promise in open_now], _reply(message)))
    owe_again_if_waiting(conversation)


@transaction.atomic
def reopen_after_failure(message: Message) -> None:
    """A reply came back or could never be sent: what it kept is open again with its old due time, what it told was never told."""
    conversation = lock(message.conversation)
    untell(conversation, message)
    promises = list(Promise.objects.filter(conversation=conversation, state__in=[PromiseState.OPEN, PromiseState.KEPT]))
    kept = [promise for promise in promises if promise.state == PromiseState.KEPT]
    open_now = [promise for promise in promises if promise.state == PromiseState.OPEN]
    decisions = rules.on_delivery_failed(
        [as_rules_see_it(promise) for promise in kept], message.interaction_id, open_now=[as_rules_see_it(promise) for promise in open_now],
        replies=[_reply(reply) for reply in _standing_replies(conversation)],
    )  # fmt: skip
    _write(conversation, promises, decisions)


@transaction.atomic
def release_unanswered(conversation: Conversation, *, reason: str) -> None:
    """Closing without a reply releases what was owed, with the closure's reason."""
    conversation = lock(conversation)
    open_now = list(Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN))
    _write(conversation, open_now, rules.on_close_without_reply([as_rules_see_it(promise) for promise in open_now], reason=reason))


@transaction.atomic
def release_erased(conversation_id: int) -> None:
    """Whoever it was owed to was erased, and nobody else is in the conversation: all is released, also what was promised by hand."""
    conversation = lock(Conversation(pk=conversation_id))
    open_now = list(Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN))
    if open_now:
        _write(conversation, open_now, [rules.Release(promise.pk, "erased") for promise in open_now])


@transaction.atomic
def join_promises(conversation: Conversation, *, into: Conversation) -> None:
    """Two conversations became one: their promises move, and the reply owed longest stands for all."""
    first, second = sorted([conversation, into], key=lambda one: one.pk)
    lock(first), lock(second)
    Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN, kind="by_hand").update(conversation=into)
    owed = list(Promise.objects.filter(conversation__in=[conversation, into], state=PromiseState.OPEN))
    _write(
        lock(conversation),
        owed,
        [one for one in rules.join([as_rules_see_it(promise) for promise in owed]) if isinstance(one, rules.Release)],
    )
    for promise in owed:
        if promise.state == PromiseState.OPEN and promise.conversation_id == conversation.pk:
            promise.conversation = into
            promise.save(update_fields=["conversation"])
    stays = rules.join([as_rules_see_it(promise) for promise in owed if promise.state == PromiseState.OPEN])
    into = lock(into)
    _write(into, list(Promise.objects.filter(conversation=into, state=PromiseState.OPEN)), stays)


@transaction.atomic
def tell_target(conversation: Conversation, *, told_at: datetime) -> None:
    """The customer was told by when (an acknowledgement): the target becomes a promise with the same moment."""
    conversation = lock(conversation)
    for promise in Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN).exclude(kind="by_hand"):
        promise.told_at = rules.on_told(as_rules_see_it(promise), told_at=told_at).told_at
        promise.save(update_fields=["told_at"])


def owe_again_if_waiting(conversation: Conversation) -> None:
    """Owe a reply to a customer who waits and to whom nothing is owed: after a reopening, a parting, or words that crossed our reply."""
    if conversation.is_open and conversation.waiting_since is not None and not conversation.is_history:
        owe_replies([Waiting(conversation, rules.Arrival(conversation.waiting_since))])


def break_due(at: datetime, limit: int = 500) -> int:
    """Mark what came due unkept until `at`: the due rows, by index. Answers how many."""
    waiting = Promise.objects.filter(state=PromiseState.OPEN, broken_at=None, due_at__lt=at)
    ids = list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    with transaction.atomic():
        due = lock(waiting.filter(pk__in=ids).select_related("conversation"))
        for promise in due:
            promise.broken_at = promise.due_at
            promise.save(update_fields=["broken_at"])
            record("promise.broken", promise, due_at=promise.due_at)
    return len(ids)


def _make(conversation: Conversation, policy: Policy, made: rules.Make) -> Promise:
    promise = Promise(
        conversation=conversation, kind=made.kind, owed_by_team_id=conversation.team_id, made_at=made.made_at, first_due_at=made.due_at,
        due_at=made.due_at, policy=policy, calendar_id=policy.calendar_id,
    )  # fmt: skip
    insert_rows([promise])
    record("promise.made", promise, due_at=promise.due_at, is_told=False)
    return promise


def _write(conversation: Conversation, promises: Sequence[Promise], decisions: Iterable[rules.Decision]) -> None:
    """Bring decisions into the rows, record what happened, and let the inbox know what is due next."""
    rows = {promise.pk: promise for promise in promises}
    for decision in decisions:
        if isinstance(decision, rules.Keep):
            keep(rows[decision.promise], decision)
        elif isinstance(decision, rules.Release):
            release(rows[decision.promise], decision)
        elif isinstance(decision, rules.Reopen):
            reopen(rows[decision.promise], decision)
        elif isinstance(decision, rules.Stay):
            promise = rows[decision.promise]
            promise.due_at, promise.told_at = decision.due_at, decision.told_at
            promise.save(update_fields=["due_at", "told_at"])
    settle_due(conversation, [promise for promise in rows.values() if promise.state == PromiseState.OPEN])


def _reply(message: Message) -> rules.Reply:
    interaction = message.interaction
    return rules.Reply(interaction.pk, interaction.happened_at, interaction.direction == "out", interaction.is_automatic)


def _standing_replies(conversation: Conversation) -> list[Message]:
    out = Message.objects.filter(conversation=conversation, interaction__direction="out").select_related("interaction")
    return list(out.exclude(delivery__state__in=["bounced", "failed"]))


def _was_answered(conversation: Conversation) -> bool:
    answers = Message.objects.filter(conversation=conversation, interaction__direction="out", interaction__is_automatic=False)
    return answers.exclude(delivery__state__in=["bounced", "failed"]).exists()
