"""The consumer that keeps the index up with what happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from heard.conversations.indexing.documents import (
    SAID,
    conversation_documents,
    document_of_message,
    identity_documents,
    messages_with_words,
)
from heard.conversations.models import Message
from heard.events import reaction
from heard.events.models import Event
from heard.lib.db import lock
from heard.search.services import NewDocument, Prepared, prepare_documents, write_documents
from heard.timeline.models import Interaction

KINDS = {
    "message.received", "message.sent", "message.copied", "note.added", "conversation.moved", "conversation.joined", "conversation.parted",
    "conversation.audience_changed", "conversation.erased", "identity.added", "identity.changed", "identity.divided", "identity.verified",
    "person.joined", "person.parted", "order.recorded",
}  # fmt: skip


@dataclass(slots=True)
class Touched:
    """What a batch of events may have changed, by id."""

    messages: set[int] = field(default_factory=set)
    conversations: set[int] = field(default_factory=set)
    whole_conversations: set[int] = field(default_factory=set)
    identities: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Ready:
    """Documents worked out before the transaction, and how the interactions stood then: (audience, erased)."""

    prepared: Prepared
    read: dict[int, tuple[int, bool]]


def prepare(events: list[Event]) -> Ready:
    """Read what these events concern and work out its words. Six queries and one for each kind of document, whatever the number."""
    touched = touched_by(events)
    messages = list(messages_with_words(Q(pk__in=touched.messages) | Q(conversation__in=touched.whole_conversations)))
    touched.conversations |= touched.whole_conversations | {message.conversation_id for message in messages}
    touched.identities |= {party.identity_id for message in messages for party in message.interaction.parties.all()}
    return ready_to_write(messages, [*conversation_documents(touched.conversations), *identity_documents(touched.identities)])


def ready_to_write(messages: Iterable[Message], others: list[NewDocument]) -> Ready:
    """Work out the words of messages and of other documents, and remember how the messages stood."""
    documents = [document for message in messages if (document := document_of_message(message)) is not None]
    read = {message.interaction_id: _standing(message.interaction) for message in messages}
    return Ready(prepare_documents(documents + others), read)


@reaction("search", kinds=KINDS, history=True, prepare=prepare)
def follow(events: list[Event], ready: Ready) -> None:
    """Write what was prepared. What was moved or erased meanwhile is left to the event or the eraser that said so."""
    rows = lock(Interaction.objects.filter(pk__in=ready.read).only("pk", "audience_id", "erased_at"))
    stand_now = {row.pk: _standing(row) for row in rows}
    changed = {pk for pk, standing in ready.read.items() if stand_now.get(pk) != standing}
    prepared = ready.prepared
    for kind in SAID if changed else ():
        prepared = prepared.without(kind, changed)
    write_documents(prepared)


def touched_by(events: Iterable[Event]) -> Touched:
    """The rows that events name."""
    touched = Touched()
    for event in events:
        if event.subject_kind == "message":
            touched.messages.add(event.subject_id)
        elif event.subject_kind == "identity":
            touched.identities.add(event.subject_id)
        elif event.subject_kind == "conversation":
            into = (event.data.get("into_id"), event.data.get("from_id"))
            touched.whole_conversations |= {event.subject_id, *(number for number in into if number)}
        touched.identities |= set(event.data.get("identity_ids", ()))
        if from_identity := event.data.get("from_identity_id"):
            touched.identities.add(from_identity)
    return touched


def _standing(interaction: Interaction) -> tuple[int, bool]:
    return interaction.audience_id, interaction.erased_at is not None
