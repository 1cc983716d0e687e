"""What people answer when they were told: whether it solved their trouble, and that they want no more such mail."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from heard.conversations.models import Conversation
from heard.events import record_event
from heard.improvements.models import Answer, QuoteConsent, Told, ToldState
from heard.lib.db import lock
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import ContactChoice, Identity, Purpose
from heard.people.services.contact import choose_contact
from heard.portal.services.speaking import write_to_us

LONGEST_WORDS = 10_000
LINK = "link"


@transaction.atomic
def answer_telling(told: Told, *, answer: str, words: str = "", once: UUID | None = None) -> Told:
    """Note what somebody says of what they were told; the last answer holds, and the same one twice changes nothing.

    `words` come into their conversation like any word of theirs: it opens again and a reply is owed. Whoever answers was told, whatever
    the mail servers say. Raises NobodyIsHere when the conversation is gone.
    """
    told = lock(told)
    chosen, moment = Answer(answer), now()
    is_new = told.answer != chosen
    told.answer, told.answered_at = chosen, moment if is_new else told.answered_at
    if told.state != ToldState.TOLD:
        told.state, told.cause, told.told_at = ToldState.TOLD, "", moment
    told.save(update_fields=["answer", "answered_at", "state", "cause", "told_at"])
    if words.strip() and told.conversation_id is not None:
        writer = Identity.objects.get(pk=told.identity_id)
        write_to_us(Conversation(pk=told.conversation_id), writer, text=storable(words.strip(), LONGEST_WORDS), once=once)
    if is_new:
        record_event(
            "telling.answered", told, actor=Identity(pk=told.identity_id), improvement_id=told.improvement_id, identity_id=told.identity_id,
            answer=told.answer, conversation_id=told.conversation_id,
        )  # fmt: skip
    return told


@transaction.atomic
def end_tellings(told: Told, *, how: str = LINK) -> ContactChoice:
    """They want to hear no more of what comes of what they say. An answer to their own question they still get."""
    return choose_contact(Identity.objects.get(pk=told.identity_id), purpose=Purpose.OUTCOMES, is_allowed=False, how=how)


@transaction.atomic
def allow_quote(told: Told, *, name: str) -> QuoteConsent | None:
    """They agree that what they had said stands on the open window, under `name` or none. None when there are no words any more.

    Allowing twice keeps the first consent and takes the newer name. An owner still decides whether it is shown.
    """
    signal = told.signal
    if signal is None or signal.is_emptied or signal.identity_id != told.identity_id:
        return None
    known = QuoteConsent.objects.filter(signal=signal, improvement=told.improvement_id, withdrawn_at=None).first()
    if known is not None:
        known.name = storable(name.strip(), 80)
        known.save(update_fields=["name"])
        return known
    consent = QuoteConsent.objects.create(
        signal=signal, improvement_id=told.improvement_id, identity_id=told.identity_id, start=signal.start, end=signal.end,
        name=storable(name.strip(), 80), how=LINK, at=now(),
    )  # fmt: skip
    record_event("quote.allowed", consent, actor=Identity(pk=told.identity_id), signal_id=signal.pk, identity_id=told.identity_id)
    return consent


@transaction.atomic
def withdraw_quote(told: Told) -> None:
    """They no longer agree to be quoted. Nothing changes when they never did."""
    rows = lock(QuoteConsent.objects.filter(identity=told.identity_id, improvement=told.improvement_id, withdrawn_at=None))
    for consent in rows:
        consent.withdrawn_at, consent.is_shown = now(), False
        consent.save(update_fields=["withdrawn_at", "is_shown"])
        record_event(
            "quote.withdrawn", consent, actor=Identity(pk=told.identity_id), signal_id=consent.signal_id, identity_id=told.identity_id
        )
