"""Questions between colleagues in a conversation's thread: which message asks, which answers, and how long each step took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from heard.conversations.models import Ask, AskMailKind, AskMailState, Message
from heard.conversations.thread import InnerWait, Line, with_inner_waits

WORTH_DRAWING = timedelta(minutes=1)


def with_asks(lines: Sequence[Line], asks: Sequence[Ask], *, now: datetime) -> list[Line]:
    """The lines of a thread with what was asked inside: messages know their ask or answer, and the waits are drawn. No query."""
    by_message = {line.message.pk: line.message for line in lines if line.message is not None}
    for ask in asks:
        _mark(by_message, ask)
    answered = {first: _wait(ask, now) for ask in asks if (first := _first_answer(ask)) is not None and _took(ask) >= WORTH_DRAWING}
    return with_inner_waits(lines, answered=answered, running=[_wait(ask, now) for ask in asks if ask.is_open])


def _took(ask: Ask) -> timedelta:
    return (ask.answered_at or ask.asked_at) - ask.asked_at


def undelivered(ask: Ask) -> bool:
    """Whether its question came back or could not be sent. No query when mails are loaded."""
    failed = (AskMailState.BOUNCED, AskMailState.FAILED)
    return any(mail.kind == AskMailKind.QUESTION and mail.state in failed and mail.last_problem != "needless" for mail in ask.mails.all())


def _mark(by_message: dict[int, Message], ask: Ask) -> None:
    if (question := by_message.get(ask.question_id)) is not None:
        question.__dict__["asked"] = ask
    for answer in ask.answers.all():
        if (message := by_message.get(answer.message_id)) is not None:
            answer.ask = ask
            message.__dict__["answering"] = answer


def _first_answer(ask: Ask) -> int | None:
    """The message that ended the wait."""
    return next((answer.message_id for answer in ask.answers.all() if not answer.is_automatic and answer.at == ask.answered_at), None)


def _wait(ask: Ask, now: datetime) -> InnerWait:
    until = ask.answered_at
    return InnerWait(ask.whom, ask.asked_at, until, ask.due_at, is_late=(until or now) > ask.due_at, ask=ask)
