"""Words between colleagues become rows: an internal interaction, and a note of the conversation that carries no Message-ID.

Mails to the customer refer to the Message-IDs of their conversation; a colleague's must not be among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from heard.accounts.models import User
from heard.channels.email.envelope import Authentication
from heard.conversations.models import Conversation, Message, MessageKind
from heard.events import record_event
from heard.lib.time import now
from heard.timeline.services.recording import NewFile, NewInteraction, record_interaction


def record_inner_words(
    conversation: Conversation,
    *,
    author: User | None,
    text: str,
    kind: str,
    quoted: str = "",
    channel: str = "note",
    files: Sequence[NewFile] = (),
    authentication: Authentication | None = None,
    language: str = "",
    is_automatic: bool = False,
    is_history: bool = False,
    happened_at: datetime | None = None,
    once: UUID | None = None,
) -> Message:
    """Record what a colleague said to a colleague about a conversation, which the caller holds locked. Moves nothing of its standing.

    `author` is only who surely said it. `kind` is the interaction's: ask, answer.
    """
    proof = authentication or Authentication("none")
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience,
            channel=channel,
            direction="internal",
            kind=kind,
            happened_at=happened_at or now(),
            text=text,
            quoted=quoted,
            language=language,
            author=author,
            parties=[(conversation.customer, "about")] if conversation.customer else [],
            files=list(files),
            authentication=proof.result,
            authentication_method=proof.method[:20],
            authentication_domain=proof.domain[:253],
            is_automatic=is_automatic,
            is_history=is_history,
            once=once,
        )
    )
    message = Message.objects.create(conversation=conversation, interaction=interaction, kind=MessageKind.NOTE)
    record_event(
        "note.added", message, actor=author, audience_id=conversation.audience_id, is_history=is_history,
        conversation_id=conversation.pk, interaction_id=interaction.pk,
    )  # fmt: skip
    return message
