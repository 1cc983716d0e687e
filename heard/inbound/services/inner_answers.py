"""Mails that answer a question between colleagues: taken out before anybody looks for a customer or a conversation in them.

Only our own token makes a mail such an answer. Whoever forwards the question lends the token: what a customer of that conversation writes
with it is a customer's word, and goes the way of all mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heard.accounts.models import User
from heard.channels.email.tokens import answered_ask, ask_of_message_id
from heard.conversations.asked import company_domains
from heard.conversations.models import Ask, AskAnswer
from heard.conversations.services.answering import AnswerMail, answer_by_mail, note_bounce
from heard.inbound.services.reading import Readable
from heard.lib.keys import key
from heard.people.models import Identifier
from heard.people.rules import normalise_email
from heard.timeline.services.recording import NewFile

AUTOMATIC = {"auto_reply", "out_of_office", "notice"}
"""What answers nothing. Mailing lists are not among them: a department's own address may be one."""


def file_inner_answers(readable: Sequence[Readable]) -> dict[int, AskAnswer | None]:
    """File those that answer a question; by original, the answer, or None for an automatic reply too many. Inside the caller's transaction.

    No query when no mail carries a token of a question, else one for the questions and about ten for each answer.
    """
    secret = key("mail")
    named = [(one, ask_id) for one in readable if (ask_id := answered_ask(one.mail, secret)) is not None]
    if not named:
        return {}
    asks = _asks(ask_id for _, ask_id in named)
    filed: dict[int, AskAnswer | None] = {}
    for one, ask_id in named:
        ask = asks.get(ask_id)
        if ask is not None and not _is_the_customers_word(one, ask):
            filed[one.inbound.pk] = answer_by_mail(ask, _answer(one, ask))
    return filed


def apply_inner_bounce(one: Readable) -> bool:
    """Whether this notice is about a mail of a question; if the question can never arrive, it is marked so."""
    bounce = one.mail.bounce
    ask_id = ask_of_message_id(bounce.original_message_id, key("mail")) if bounce is not None else None
    ask = Ask.objects.filter(pk=ask_id).first() if ask_id is not None else None
    if bounce is None or ask is None:
        return False
    if not one.inbound.is_history and (bounce.is_permanent or not bounce.recipients):
        note_bounce(ask, at=one.inbound.received_at)
    return True


def conversation_asked_about(one: Readable) -> int | None:
    """The conversation whose question this mail answers: for a customer who writes below a question that was forwarded to them."""
    ask_id = answered_ask(one.mail, key("mail"))
    ask = _asks([ask_id]).get(ask_id) if ask_id is not None else None
    return ask.question.conversation_id if ask is not None else None


def _asks(ask_ids: Iterable[int]) -> dict[int, Ask]:
    wanted = set(ask_ids)
    if not wanted:
        return {}
    rows = Ask.objects.filter(pk__in=wanted).select_related("user", "team", "by", "question__conversation")
    return {ask.pk: ask for ask in rows}


def _is_the_customers_word(one: Readable, ask: Ask) -> bool:
    """Whether the sender takes part in the conversation, and is nobody of the company: a colleague may once have been in copy."""
    sender = normalise_email(one.sender.address)
    if sender in _addresses_asked(ask) or sender.rpartition("@")[2] in company_domains():
        return False
    parties = Identifier.objects.filter(
        kind="email", value=sender, identity__parties__interaction__message__conversation=ask.question.conversation_id
    )
    return parties.exists()


def _addresses_asked(ask: Ask) -> set[str]:
    sent_to = [address for mail in ask.mails.all() for address in mail.recipients]
    return {normalise_email(address) for address in [*sent_to, ask.address, ask.user.email if ask.user else ""] if address}


def _answer(one: Readable, ask: Ask) -> AnswerMail:
    mail = one.mail
    return AnswerMail(
        mail_id=mail.message_id,
        address=one.sender.address,
        name=one.sender.name,
        text=mail.new_text or mail.text,
        quoted=mail.quoted_text,
        authentication=one.authentication,
        language=one.language,
        happened_at=one.happened_at,
        is_automatic=mail.automatic in AUTOMATIC,
        is_history=one.inbound.is_history,
        user=_colleague(one, ask),
        files=[
            NewFile(one.blob, part.name, part.content_type, part.size, part.number, part.content_id, part.is_inline)
            for part in mail.attachments
        ],
    )


def _colleague(one: Readable, ask: Ask) -> User | None:
    """Who surely wrote it: a colleague whose address the mail proves; or, where nothing speaks against it, the one it was sent to.

    Many companies' own servers sign nothing between colleagues. Only whoever got the question has its token.
    """
    colleague = User.objects.filter(email=one.sender.address.lower(), is_active=True).first()
    if colleague is None or one.authentication.result == "fail":
        return None
    if one.authentication.result == "pass" or colleague.pk == ask.user_id:
        return colleague
    return None
