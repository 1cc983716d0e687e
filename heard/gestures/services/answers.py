"""A reply together with what it tells of gestures: one act, one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from heard.accounts.models import User
from heard.conversations.models import Conversation, Message
from heard.conversations.services.messages import said_already
from heard.gestures.services.giving import tell_gestures
from heard.promises.services.answers import Word, answer_conversation
from heard.timeline.services.recording import NewFile


@transaction.atomic
def answer_and_tell(
    conversation: Conversation,
    *,
    author: User,
    body: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    files: Sequence[NewFile] = (),
    once: UUID | None = None,
    then_close: bool = False,
    word: Word | None = None,
    gestures: Collection[int] | None = None,
) -> Message:
    """Reply, promise, and tell these gestures of the conversation (ids; None: all that nobody was told yet). The mail ends with what is told.

    A second call with the same `once` returns the first message and does nothing else. Raises what replying and promising raise.
    """
    if (said := said_already(author, once)) is not None:
        return said
    message = answer_conversation(
        conversation, author=author, body=body, to=to, cc=cc, files=files, once=once, then_close=then_close, word=word
    )
    tell_gestures(conversation, message=message, only=gestures)
    return message
