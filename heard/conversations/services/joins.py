"""Two conversations are one: joined by a colleague, and parted again exactly."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.conversations.models import Conversation, ConversationJoin, ConversationLink, Message, SeenMessageId
from heard.conversations.services.assignment import set_audience_of_messages
from heard.conversations.services.standing import save_settled, waiting_since_from_thread
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now


@transaction.atomic
def join_conversations(conversation: Conversation, *, into: Conversation, by: User) -> ConversationJoin:
    """Move the messages of `conversation` into `into`, whose readers it keeps; the first one becomes a signpost.

    Both must have the same readers: joining never widens who may read. Raises Refusal otherwise.
    """
    first, second = sorted([conversation.pk, into.pk])
    rows = {row.pk: row for row in lock(Conversation.objects.filter(pk__in=[first, second]))}
    conversation, into = rows[conversation.pk], rows[into.pk]
    if conversation.pk == into.pk or conversation.joined_into_id or into.joined_into_id:
        raise Refusal(_("These conversations are joined already."))
    if conversation.audience_id != into.audience_id:
        raise Refusal(_("These conversations belong to different teams. Move one first, then join them."))
    moved = list(conversation.messages.order_by("pk").values_list("pk", flat=True))
    seen = list(SeenMessageId.objects.filter(conversation=conversation).values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(conversation=into)
    SeenMessageId.objects.filter(pk__in=seen).update(conversation=into)
    conversation.joined_into = into
    conversation.waiting_since = None
    save_settled([conversation])
    refresh_from_thread(into)
    ConversationLink.objects.filter(conversation=conversation, other=into).update(settled_at=now())
    join = ConversationJoin.objects.create(conversation=conversation, into=into, moved={"messages": moved, "seen": seen}, by=by, at=now())
    record_event("conversation.joined", conversation, actor=by, audience_id=into.audience_id, into_id=into.pk, from_id=conversation.pk)
    return join


@transaction.atomic
def part_conversations(join: ConversationJoin, *, by: User) -> Conversation:
    """Undo a join: exactly its messages go back. Undoing twice changes nothing."""
    join = lock(join)
    conversation, into = join.conversation, join.into
    if join.undone_at is not None:
        return conversation
    Message.objects.filter(pk__in=join.moved["messages"]).update(conversation=conversation)
    SeenMessageId.objects.filter(pk__in=join.moved["seen"]).update(conversation=conversation)
    conversation = lock(conversation)
    conversation.joined_into = None
    conversation.audience, conversation.team = into.audience, into.team  # where the words may be read by now
    refresh_from_thread(conversation)
    refresh_from_thread(lock(into))
    set_audience_of_messages(conversation)
    join.undone_at, join.undone_by = now(), by
    join.save(update_fields=["undone_at", "undone_by"])
    record_event(
        "conversation.parted", conversation, actor=by, audience_id=conversation.audience_id, into_id=into.pk, from_id=conversation.pk
    )
    return conversation


def refresh_from_thread(conversation: Conversation) -> None:
    """Read again from the messages who spoke last and since when the customer waits, and save."""
    last = (
        conversation.messages.exclude(kind="note")
        .exclude(interaction__is_automatic=True)
        .select_related("interaction")
        .order_by("-interaction__happened_at", "-pk")
        .first()
    )
    if last is not None:
        conversation.last_interaction = last.interaction
        conversation.last_message_at, conversation.last_direction = last.interaction.happened_at, last.interaction.direction
    conversation.waiting_since = waiting_since_from_thread(conversation) if conversation.is_open else None
    save_settled([conversation])
