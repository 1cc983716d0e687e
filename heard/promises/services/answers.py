"""A reply together with what it promises, moves, tells and keeps: one act, one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from heard.accounts.models import Team, User
from heard.conversations.models import Conversation, Message
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.messages import reply_to_conversation, said_already
from heard.promises.models import Promise
from heard.promises.services.byhand import change_promise, keep_promise, promise_by_hand
from heard.promises.services.telling import tell_promise
from heard.timeline.services.recording import NewFile


@dataclass(frozen=True, slots=True)
class Word:
    """What a reply says of promises: a new one (`text`, `due_at`, its owner), or a new date for `moves`; those it tells and keeps."""

    text: str = ""
    due_at: datetime | None = None
    owed_by: User | None = None
    owed_by_team: Team | None = None
    moves: Promise | None = None
    tells: Sequence[Promise] = ()
    keeps: Sequence[Promise] = ()


@transaction.atomic
def answer_conversation(
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
) -> Message:
    """Reply, and with the same words promise, move, tell and keep. The mail ends with what was promised, in the customer's language.

    A second call with the same `once` returns the first message and does nothing else. Raises what replying and promising raise; then
    nothing is sent.
    """
    if (said := said_already(author, once)) is not None:
        return said
    message = reply_to_conversation(conversation, author=author, body=body, to=to, cc=cc, files=files, once=once)
    _promise(conversation, word or Word(), by=author, message=message, once=once)
    if then_close:
        close_conversation(conversation, by=author, reason="solved")
    return message


def _promise(conversation: Conversation, word: Word, *, by: User, message: Message, once: UUID | None) -> None:
    for promise in word.keeps:
        keep_promise(promise, by=by, message=message)
    kept = {promise.pk for promise in word.keeps}
    for promise in word.tells:
        if promise.pk not in kept:
            tell_promise(promise, by=by, message=message)
    if word.due_at is None:
        return
    if word.moves is not None:
        change_promise(word.moves, by=by, due_at=word.due_at, message=message)
    else:
        promise_by_hand(
            conversation, by=by, text=word.text, due_at=word.due_at, owed_by=word.owed_by, owed_by_team=word.owed_by_team,
            message=message, once=once,
        )  # fmt: skip
