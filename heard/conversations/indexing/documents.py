"""Messages and notes are documents by interaction, conversations by subject and number, people (identities) by names and addresses."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from heard.conversations.models import Conversation, Message, MessageKind
from heard.people.models import Identity
from heard.search.services import NewDocument

MESSAGE, NOTE, CONVERSATION, PERSON = "message", "note", "conversation", "person"
SAID = (MESSAGE, NOTE)
NO_LANGUAGE = "-"  # names have no stems


UNFINDABLE = (MessageKind.ACKNOWLEDGEMENT, MessageKind.TELLING)
"""Kinds of messages that no search finds: the same words for everybody would bury what people said."""


def document_of_message(message: Message) -> NewDocument | None:
    """A message or note as it is found: its subject, words and file names. None when there is nothing to find."""
    said = message.interaction
    if said.erased_at is not None or message.kind in UNFINDABLE:
        return None
    names = "\n".join(file.name for file in said.attachments.all() if not file.is_inline)
    return NewDocument(
        kind=NOTE if message.kind == MessageKind.NOTE else MESSAGE,
        object_id=said.pk,
        group_kind=CONVERSATION,
        group_id=message.conversation_id,
        audience_id=said.audience_id,
        happened_at=said.happened_at,
        title=message.subject,
        text=f"{said.text}\n{names}".strip(),
        language=said.language,
        channel=said.channel,
    )


def conversation_documents(numbers: Collection[int]) -> list[NewDocument]:
    """Conversations by subject and number; a joined one leads to where its messages are. One query."""
    return [
        NewDocument(
            kind=CONVERSATION,
            object_id=one.pk,
            group_kind=CONVERSATION,
            group_id=one.joined_into_id or one.pk,
            audience_id=one.audience_id,
            happened_at=one.opened_at,
            title=f"{one.subject} {one.pk}",
            short=f"{one.subject}\n#{one.pk}",
        )
        for one in Conversation.objects.filter(pk__in=numbers)
    ]


def identity_documents(identity_ids: Collection[int]) -> list[NewDocument]:
    """People by names and addresses, once for each audience that may know of them. Four queries."""
    rows = Identity.objects.filter(pk__in=identity_ids, erased_at=None).select_related("organisation")
    return [
        _identity_document(identity, known.audience_id)
        for identity in rows.prefetch_related("identifiers", "facts", "identity_audiences")
        for known in identity.identity_audiences.all()
    ]


def _identity_document(identity: Identity, audience_id: int) -> NewDocument:
    names = dict.fromkeys([identity.display_name, *(fact.value for fact in identity.facts.all() if fact.kind == "name")])
    names.pop("", None)
    addresses = dict.fromkeys(identifier.value for identifier in identity.identifiers.all())
    others = [fact.value for fact in identity.facts.all() if fact.kind != "name"]
    organisation = [identity.organisation.name] if identity.organisation else []
    return NewDocument(
        kind=PERSON,
        object_id=identity.pk,
        group_kind=PERSON,
        group_id=identity.person_number,
        audience_id=audience_id,
        happened_at=identity.first_seen_at,
        title="\n".join([*names, *addresses]),
        text="\n".join([*others, *organisation]),
        short="\n".join([*names, *addresses, *others]),
        language=NO_LANGUAGE,
    )


def messages_with_words(condition: Q) -> QuerySet[Message]:
    """Messages with all that `document_of_message` reads. Three queries."""
    messages = Message.objects.filter(condition).select_related("interaction")
    return messages.prefetch_related("interaction__parties", "interaction__attachments")
