"""What comes back to a question: by the link, in Heard or by mail. It becomes words between colleagues, whatever way it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.channels.email.envelope import Authentication
from heard.conversations.models import Ask, AskAnswer, AskMail, AskMailKind, AskMailState, Conversation
from heard.conversations.services import snoozing
from heard.conversations.services.ask_links import without_links
from heard.conversations.services.inner_words import record_inner_words
from heard.conversations.services.standing import save_settled
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.timeline.services.recording import NewFile

MOST_BY_LINK = 20
"""Answers that one link takes: whoever has it needs no account."""
MOST_AUTOMATIC = 3
"""Automatic replies to one question that are kept: the first says what there is to know."""


class TooManyAnswers(Refusal):
    """The link was used too often."""


@dataclass(frozen=True, slots=True)
class AnswerMail:
    """An answer that came by mail. `user` is set when the sender is that colleague, as far as the mail proves it."""

    mail_id: str
    address: str
    name: str
    text: str
    quoted: str
    authentication: Authentication
    language: str
    happened_at: datetime
    is_automatic: bool
    is_history: bool = False
    user: User | None = None
    files: Sequence[NewFile] = ()


@transaction.atomic
def answer_here(ask: Ask, *, user: User, text: str, once: UUID | None = None) -> AskAnswer:
    """A colleague who is logged in answers. A second call with the same `once` returns the first. Raises Refusal without words."""
    ask = lock(ask)
    return _given_before(ask, once) or _file(ask, AskAnswer(user=user, via="here", once=once), text=_words(text), author=user)


@transaction.atomic
def answer_by_link(ask: Ask, *, text: str, name: str = "", once: UUID | None = None) -> AskAnswer:
    """Somebody who has the link answers; `name` is what they call themselves.

    The colleague whom alone the link was sent to is taken for the writer, but not as surely as if they had logged in: the interaction has no
    author. A withdrawn or expired question takes the words with a note. Raises Refusal without words, and TooManyAnswers.
    """
    ask = lock(ask)
    if (given := _given_before(ask, once)) is not None:
        return given
    words = _words(text)
    if ask.answers.filter(via="link").count() >= MOST_BY_LINK:
        raise TooManyAnswers(_("This page has taken as many answers as it can. Write to %(name)s by mail.") % {"name": ask.by.name})
    answer = AskAnswer(user=ask.user, name=storable(name.strip(), 120), via="link", once=once)
    return _file(ask, answer, text=words, author=None)


@transaction.atomic
def answer_by_mail(ask: Ask, mail: AnswerMail) -> AskAnswer | None:
    """File a mail that answers a question. The same mail by another mailbox is the same answer.

    An automatic reply is kept and answers nothing; None when there were enough of them already, and the mail is to be put aside.
    """
    ask = lock(ask)
    mail_id = storable(mail.mail_id, 255)
    if mail_id and (filed := ask.answers.filter(mail_id=mail_id).select_related("message").first()) is not None:
        return filed
    if mail.is_automatic and ask.answers.filter(is_automatic=True).count() >= MOST_AUTOMATIC:
        return None
    answer = AskAnswer(
        user=mail.user, name=storable(mail.name, 120), address=storable(mail.address, 320), via="mail", mail_id=mail_id,
        is_automatic=mail.is_automatic,
    )  # fmt: skip
    return _file(ask, answer, text=mail.text, author=mail.user, mail=mail)


@transaction.atomic
def take_as_answer(answer: AskAnswer, *, by: User) -> AskAnswer:
    """A colleague read what came by itself, and it is the answer: some mail programs mark what people write as automatic. Twice does no harm."""
    ask = lock(answer.ask)
    answer = lock(answer)
    if not answer.is_automatic:
        return answer
    answer.is_automatic = False
    answer.save(update_fields=["is_automatic"])
    if ask.is_open:
        ask.answered_at = answer.at
        ask.save(update_fields=["answered_at"])
    conversation = Conversation.objects.get(messages=ask.question_id)
    record_event(
        "ask.answered", ask, actor=by, audience_id=conversation.audience_id, conversation_id=conversation.pk, via=answer.via,
        interaction_id=answer.message.interaction_id,
    )  # fmt: skip
    return answer


@transaction.atomic
def note_bounce(ask: Ask, *, at: datetime) -> None:
    """The question did not reach whom it was sent to: the asker sees it. Twice does no harm."""
    ask = lock(ask)
    mail = ask.mails.filter(kind=AskMailKind.QUESTION).first()
    if mail is not None and mail.state != AskMailState.BOUNCED:
        mail.state, mail.finished_at = AskMailState.BOUNCED, mail.finished_at or at
        mail.save(update_fields=["state", "finished_at"])
        note_undelivered(ask, mail, cause="bounced")


def note_undelivered(ask: Ask, mail: AskMail, *, cause: str) -> None:
    """Tell open screens that a mail of a question did not arrive."""
    conversation = Conversation.objects.get(messages=ask.question_id)
    record_event(
        "ask.undelivered", ask, audience_id=conversation.audience_id, conversation_id=conversation.pk, cause=cause, mail=str(mail.kind)
    )


def _words(text: str) -> str:
    if not text.strip():
        raise Refusal(_("There is no answer yet. Write a sentence first."))
    return text.strip()


def _given_before(ask: Ask, once: UUID | None) -> AskAnswer | None:
    return ask.answers.filter(once=once).select_related("message").first() if once is not None else None


def _file(ask: Ask, answer: AskAnswer, *, text: str, author: User | None, mail: AnswerMail | None = None) -> AskAnswer:
    """Write down the words and what they are to the question, which the caller holds locked."""
    moment = now()
    conversation = lock(Conversation.objects.get(messages=ask.question_id))
    answer.ask, answer.at, answer.came_after = ask, moment, _came_after(ask, moment)
    answer.message = record_inner_words(
        conversation, author=author, text=without_links(text), quoted=without_links(mail.quoted) if mail else "",
        kind="automatic_answer" if answer.is_automatic else "answer", channel="email" if mail else "note", files=mail.files if mail else (),
        authentication=mail.authentication if mail else None, language=mail.language if mail else "", is_automatic=answer.is_automatic,
        is_history=mail.is_history if mail else False, happened_at=mail.happened_at if mail else moment,
    )  # fmt: skip
    answer.save()
    fields: dict[str, Any] = {"conversation_id": conversation.pk, "interaction_id": answer.message.interaction_id}
    if answer.is_automatic:
        record_event("ask.answered_by_robot", ask, audience_id=conversation.audience_id, **fields)
        return answer
    if ask.is_open:
        ask.answered_at = moment
        ask.save(update_fields=["answered_at"])
    _wake(conversation, at=moment)
    record_event(
        "ask.answered",
        ask,
        actor=author,
        audience_id=conversation.audience_id,
        via=answer.via,
        came_after=answer.came_after or None,
        **fields,
    )
    return answer


def _came_after(ask: Ask, at: datetime) -> str:
    if ask.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if at > ask.expires_at else ""


def _wake(conversation: Conversation, *, at: datetime) -> None:
    """What was set aside until somebody knew more comes back when they have said it."""
    if conversation.snoozed_until is None:
        return
    snoozing.end_of(conversation, because="answered", at=at)
    save_settled([conversation])
    record_event("conversation.woken", conversation, audience_id=conversation.audience_id, reason="answered")
