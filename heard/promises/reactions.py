"""What promises do when something happened in a conversation."""

from __future__ import annotations

from heard.conversations.models import Conversation, Message
from heard.events import reaction
from heard.events.models import Event
from heard.lib.db import lock
from heard.people.services.attributes import count_again
from heard.promises.attributes import NAMES
from heard.promises.services import replies
from heard.promises.services.parting import part_promises


@reaction(
    "promises",
    kinds={"message.sent", "message.bounced", "message.failed", "conversation.closed", "conversation.reopened", "conversation.joined",
           "conversation.parted", "acknowledgement.sent"},
)  # fmt: skip
def follow(events: list[Event]) -> None:
    """Keep, reopen, release and join, in the order in which it happened. Harmless when run twice."""
    for event in events:
        HANDLERS[event.kind](event)


def _sent(event: Event) -> None:
    message = Message.objects.filter(pk=event.subject_id).select_related("interaction", "conversation").first()
    if message is not None:
        replies.keep_by_reply(message)


def _not_delivered(event: Event) -> None:
    message = Message.objects.filter(pk=event.subject_id).select_related("interaction", "conversation").first()
    if message is not None and event.data.get("is_permanent", True):
        replies.reopen_after_failure(message)


def _closed(event: Event) -> None:
    conversation = Conversation.objects.filter(pk=event.subject_id).first()
    if conversation is not None and not conversation.is_open:
        replies.release_unanswered(conversation, reason=event.data["reason"])


def _reopened(event: Event) -> None:
    conversation = Conversation.objects.filter(pk=event.subject_id).first()
    if conversation is not None:
        replies.owe_again_if_waiting(lock(conversation))


def _joined(event: Event) -> None:
    rows = {row.pk: row for row in Conversation.objects.filter(pk__in=[event.subject_id, event.data["into_id"]])}
    if len(rows) == 2 and rows[event.subject_id].joined_into_id is not None:
        replies.join_promises(rows[event.subject_id], into=rows[event.data["into_id"]])


def _parted(event: Event) -> None:
    rows = {row.pk: row for row in Conversation.objects.filter(pk__in=[event.subject_id, event.data["into_id"]])}
    if len(rows) == 2 and rows[event.subject_id].joined_into_id is None:
        part_promises(rows[event.subject_id], leaves=rows[event.data["into_id"]])
    for conversation in rows.values():
        replies.owe_again_if_waiting(lock(conversation))


def _told(event: Event) -> None:
    conversation = Conversation.objects.filter(pk=event.data["conversation_id"]).first()
    if conversation is not None:
        replies.tell_target(conversation, told_at=event.at)


@reaction(
    "people: what we promised",
    kinds={"promise.made", "promise.kept", "promise.broken", "promise.released", "promise.reopened", "promise.told", "promise.untold",
           "promise.moved"},
    history=True,
)  # fmt: skip
def count_what_we_promised(events: list[Event]) -> None:
    """For the customers to whom these are promised. Harmless when run twice."""
    numbers = {event.data.get(name) for event in events for name in ("conversation_id", "from_conversation_id")} - {None}
    customers = Conversation.objects.filter(pk__in=numbers, customer__isnull=False).values_list("customer", flat=True)
    count_again(set(customers), NAMES, source="promises")


HANDLERS = {
    "acknowledgement.sent": _told,
    "message.sent": _sent,
    "message.bounced": _not_delivered,
    "message.failed": _not_delivered,
    "conversation.closed": _closed,
    "conversation.reopened": _reopened,
    "conversation.joined": _joined,
    "conversation.parted": _parted,
}
