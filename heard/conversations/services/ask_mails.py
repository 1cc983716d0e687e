"""The mails of a question: composed for the colleagues who are asked, handed over like every other mail, never part of the conversation.

None of their Message-IDs is among the conversation's, none refers to a mail of it, and what they say of the customer is what the asker chose.
The task's lease is the only lease; a stable Message-ID makes a second sending harmless.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heard.channels.email import tokens
from heard.channels.email.composing import compose
from heard.channels.email.envelope import Address, Outgoing
from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox
from heard.channels.email.sending import Mailer, Outcome, mailer_for
from heard.channels.email.services.health import note_mail_out
from heard.conversations.models import Ask, AskMail, AskMailKind, AskMailState, Conversation
from heard.conversations.services.answering import note_undelivered
from heard.conversations.services.ask_links import link_of
from heard.conversations.services.deliveries import next_attempt
from heard.lib import keys
from heard.lib.db import lock
from heard.lib.time import now
from heard.tasks import RetryAt
from heard.ui.moments import exact_moment

logger = logging.getLogger(__name__)
SUBJECT = 70
"""Characters of the question that stand in the subject."""


def send_ask_mail(mail_id: int, *, mailer: Mailer | None = None) -> None:
    """Hand a mail of a question to its mailbox's server. Returning means finished for ever; raises RetryAt while it can still go out."""
    mail = _load(mail_id)
    if mail is None or mail.state != AskMailState.WAITING:
        return
    conversation = Conversation.objects.select_related("mailbox").get(messages=mail.ask.question_id)
    outcome = _attempt(mail, conversation.mailbox, mailer)
    if outcome.accepted and conversation.mailbox is not None:
        note_mail_out(conversation.mailbox, now())
    retry_at = _note(mail, outcome)
    if retry_at is not None:
        raise RetryAt(retry_at)


def _load(mail_id: int) -> AskMail | None:
    return (
        AskMail.objects.select_related("ask__by", "ask__user", "ask__team", "ask__included", "ask__question__interaction")
        .filter(pk=mail_id)
        .first()
    )


def _attempt(mail: AskMail, mailbox: Mailbox | None, mailer: Mailer | None) -> Outcome:
    if mailbox is None:
        return Outcome(problem="no_mailbox")
    if (problem := _why_not(mail)) != "":
        return Outcome(problem=problem)
    try:
        raw = compose(mail_of(mail, mailbox))
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:  # our mistake, and trying it again makes the same one: somebody must see it
        logger.error("a question could not be composed", extra={"ask_mail": mail.pk, "error": type(error).__name__})
        return Outcome(problem="cannot_compose")
    return (mailer or mailer_for(mailbox)).send(raw, mailbox=mailbox, sender=mailbox.address, recipients=mail.recipients)


def _why_not(mail: AskMail) -> str:
    """What makes a mail needless: its words are gone, or nobody has to answer any more."""
    if mail.ask.question.interaction.erased_at is not None or not mail.recipients:
        return "erased"
    if mail.kind != AskMailKind.WITHDRAWAL and not mail.ask.is_open:
        return "needless"
    return ""


@transaction.atomic
def _note(mail: AskMail, outcome: Outcome) -> datetime | None:
    """Write down what came of an attempt. Answers when to try again, None when it is finished."""
    moment = now()
    mail = lock(mail)
    if mail.state != AskMailState.WAITING:
        return None
    mail.attempts += 1
    mail.last_problem = outcome.problem
    retry_at: datetime | None = None
    if outcome.accepted:
        mail.state, mail.finished_at = AskMailState.SENT, moment
    elif outcome.is_temporary:
        retry_at = next_attempt(mail.attempts, queued_at=mail.queued_at, now=moment)
    if mail.state == AskMailState.WAITING and retry_at is None:
        mail.state, mail.finished_at = AskMailState.FAILED, moment
        if outcome.problem not in ("erased", "needless"):
            note_undelivered(mail.ask, mail, cause=outcome.problem or "refused")
    mail.save(update_fields=["attempts", "last_problem", "state", "finished_at"])
    return retry_at


def mail_of(mail: AskMail, mailbox: Mailbox) -> Outgoing:
    """Everything that a mail of a question needs. Two queries."""
    ask = mail.ask
    language = (ask.user.language if ask.user else "") or settings.LANGUAGE_CODE
    first = AskMail.objects.filter(ask=ask, kind=AskMailKind.QUESTION).values_list("pk", flat=True).first()
    answered = message_id_of(first, ask, mailbox) if first is not None and first != mail.pk else ""
    with translation.override(language), timezone.override((ask.user.time_zone if ask.user else "") or settings.TIME_ZONE):
        return Outgoing(
            # Translators: how a question names its asker to a colleague, "Alice at Support".
            sender=Address(_("%(agent)s at %(mailbox)s") % {"agent": ask.by.name, "mailbox": mailbox.name}, mailbox.address),
            to=tuple(Address(ask.user.name if ask.user else "", address) for address in mail.recipients),
            reply_to=_reply_to(ask, mailbox),
            subject=_subject(ask),
            text=_text(mail.kind, ask),
            message_id=message_id_of(mail.pk, ask, mailbox),
            date=mail.queued_at,
            in_reply_to=answered,
            references=(answered,) if answered else (),
            installation=installation_name(),
            is_automatic=mail.kind != AskMailKind.QUESTION,
            is_reply=bool(answered),
        )


def message_id_of(mail_id: int, ask: Ask, mailbox: Mailbox) -> str:
    """The Message-ID of a mail of a question: always the same for the same row."""
    return tokens.ask_message_id_for(mail_id, ask.pk, mailbox.domain, keys.key("mail"))


def _reply_to(ask: Ask, mailbox: Mailbox) -> tuple[Address, ...]:
    if not mailbox.uses_plus_address:
        return ()
    return (Address(mailbox.name, tokens.ask_address(mailbox.address, tokens.make_ask_token(ask.pk, keys.key("mail")))),)


def _subject(ask: Ask) -> str:
    words = " ".join(ask.question.interaction.text.split())
    short = words if len(words) <= SUBJECT else f"{words[: SUBJECT - 1].rstrip()}…"
    return _("%(name)s asks: %(question)s") % {"name": ask.by.first_name, "question": short}


def _text(kind: str, ask: Ask) -> str:
    if kind == AskMailKind.WITHDRAWAL:
        return _("%(name)s no longer needs an answer to this:") % {"name": ask.by.name} + f"\n\n{ask.question.interaction.text}"
    due = exact_moment(ask.due_at)
    reminder = _("%(name)s still needs your answer. It was due on %(due)s.") % {"name": ask.by.name, "due": due}
    asked = (
        _("%(name)s asks %(team)s:") % {"name": ask.by.name, "team": ask.team.name}
        if ask.team
        else _("%(name)s asks you:") % {"name": ask.by.name}
    )
    blocks = [reminder] if kind == AskMailKind.REMINDER else []
    blocks += [asked, ask.question.interaction.text]
    if ask.included is not None and ask.included.erased_at is None:
        blocks += [_("This is what the customer wrote:"), _as_quotation(ask.included.text)]
    blocks += [
        _("Please answer by %(due)s. Answer this mail, or open this page; it asks for no password:") % {"due": due},
        link_of(ask),
        _("Only colleagues read your answer, not the customer. Do not pass this mail on: whoever has it can answer in your place."),
    ]
    return "\n\n".join(blocks)


def _as_quotation(text: str) -> str:
    return "\n".join(f"| {line}".rstrip() for line in text[:20_000].split("\n"))
