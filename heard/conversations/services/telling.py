"""Saying one thing to many, each in the conversation in which they spoke of it: bulk inserts in one short transaction.

What is said this way answers nobody: it ends no wait, keeps no promise, opens nothing that is closed and moves nothing in the inbox. It is
delivered behind everything else, so whoever waits for an answer comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from heard.accounts.models import User
from heard.conversations.models import Conversation, Delivery, Message, MessageKind
from heard.conversations.tasks import deliver_when_quiet
from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows, written_ahead
from heard.lib.objects import new_row
from heard.lib.prepared import prepared_look_up
from heard.lib.time import now
from heard.people.models import Identity, IdentityAudience
from heard.timeline.models import Interaction
from heard.timeline.services.recording import NewInteraction, record_interactions

AT_MOST = 500


@dataclass(frozen=True, slots=True)
class ToSay:
    """One message to one person: where it belongs, to whom, to which address, and the words in their language ("en", "es")."""

    conversation_id: int
    identity: Identity
    address: str
    text: str
    language: str


@transaction.atomic
def say_to_many(words: Sequence[ToSay], *, author: User | None, not_before: datetime | None = None) -> list[Message]:
    """Put each of `words` into its conversation, open or closed, and queue its delivery (`not_before` a moment). Answers the messages, in order.

    At most 500 at once (ValueError): about ten statements for each hundred. The conversations are held until the transaction ends, so
    call it with few enough that nobody waits. Every conversation has a mailbox (ValueError).
    """
    if len(words) > AT_MOST:
        raise ValueError(f"at most {AT_MOST} at once: whoever writes at the same moment waits for all of them")
    if not words:
        return []
    conversations = _held(words)
    newly_known = _newly_known(words, conversations)
    with written_ahead({Interaction: len(words), Message: len(words)}):
        insert_rows(newly_known, ignore_conflicts=True)
        return _said(words, conversations, author, not_before)


def _said(
    words: Sequence[ToSay], conversations: dict[int, Conversation], author: User | None, not_before: datetime | None
) -> list[Message]:
    """The rows: inserts only, so that nothing waits for an answer."""
    moment = now()
    interactions = record_interactions([_interaction(one, conversations[one.conversation_id], author) for one in words])
    messages = [
        new_row(
            Message,
            conversation=conversation, interaction=interaction, kind=MessageKind.TELLING, subject=conversation.subject,
            mailbox_id=conversation.mailbox_id,
        )
        for one, interaction in zip(words, interactions, strict=True)
        if (conversation := conversations[one.conversation_id])
    ]  # fmt: skip
    insert_rows(messages)
    insert_rows(
        [
            new_row(Delivery, message=message, recipients=[one.address], queued_at=moment)
            for one, message in zip(words, messages, strict=True)
        ]
    )
    record_events([_event(message, author) for message in messages])
    deliver_when_quiet([message.pk for message in messages], not_before=not_before)
    return messages


def _held(words: Sequence[ToSay]) -> dict[int, Conversation]:
    rows = _conversations_held({one.conversation_id for one in words})
    conversations = {row.pk: row for row in rows}
    if any(row.mailbox_id is None for row in rows):
        raise ValueError("a conversation without a mailbox has no way out")
    return conversations


@prepared_look_up
def _conversations_held(ids: Collection[int]) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(pk__in=ids).select_related("audience").only("pk", "subject", "mailbox_id", "audience")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _interaction(one: ToSay, conversation: Conversation, author: User | None) -> NewInteraction:
    return NewInteraction(
        audience=conversation.audience, channel="email", direction="out", kind=MessageKind.TELLING, happened_at=now(), text=one.text,
        author=author, parties=[(one.identity, "to")], is_automatic=True, language=one.language,
    )  # fmt: skip


def _newly_known(words: Sequence[ToSay], conversations: dict[int, Conversation]) -> list[IdentityAudience]:
    """Whoever may read the conversation may know of the person: already so, unless somebody else's address is written to in it."""
    pairs = {(one.identity.pk, conversations[one.conversation_id].audience_id) for one in words}
    known = set(_known_to({identity for identity, _ in pairs}))
    return [new_row(IdentityAudience, identity_id=identity, audience_id=audience) for identity, audience in sorted(pairs - known)]


@prepared_look_up
def _known_to(identity_ids: Collection[int]) -> QuerySet[IdentityAudience, tuple[int, int]]:
    return IdentityAudience.objects.filter(identity__in=identity_ids).values_list("identity_id", "audience_id")


def _event(message: Message, author: User | None) -> NewEvent:
    facts = {"conversation_id": message.conversation_id, "interaction_id": message.interaction_id, "mailbox_id": message.mailbox_id}
    return NewEvent("message.told", message, author, message.conversation.audience_id, fields=facts)
