"""The open window: what somebody says there, and which quotations stand there."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.channels.email.models import Mailbox
from heard.channels.email.selectors import mailbox_for_address
from heard.conversations.models import Message
from heard.conversations.services.first_words import begin_as_customer
from heard.improvements.models import QuoteConsent
from heard.improvements.services.proposing import refuse_unless_theirs
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.promises import rules as promise_rules
from heard.promises.services.replies import Waiting, owe_replies


class QuoteIsGone(Refusal):
    """They took their consent back, or the words are no longer there."""

    def __init__(self) -> None:
        super().__init__(_("They no longer agree to be quoted."))


def window_mailbox() -> Mailbox | None:
    """The mailbox that gets what is said on the window: HEARD_WINDOW_MAILBOX, else the oldest active one. None without any: then nobody is asked."""
    if settings.WINDOW_MAILBOX:
        return mailbox_for_address(settings.WINDOW_MAILBOX)
    return Mailbox.objects.filter(is_active=True).select_related("audience", "team").order_by("pk").first()


@transaction.atomic
def say_on_window(mailbox: Mailbox, *, text: str, address: str, language: str = "", once: UUID | None = None) -> Message:
    """Somebody tells us something: a conversation of its own, and an answer is owed. A second call with the same `once` changes nothing."""
    message = begin_as_customer(mailbox, address=address, text=text, language=language, once=once)
    conversation = message.conversation
    if conversation.due_at is None and conversation.is_open and conversation.last_interaction_id == message.interaction_id:
        owe_replies([Waiting(conversation, promise_rules.Arrival(message.interaction.happened_at), is_new=True)])
    return message


@transaction.atomic
def show_quote(consent: QuoteConsent, *, is_shown: bool, by: User) -> QuoteConsent:
    """Put a quotation that its speaker agreed to on the window, or take it off. Raises NotYourImprovement and QuoteIsGone."""
    consent = lock(consent)
    refuse_unless_theirs(consent.improvement, by)
    if is_shown and consent.withdrawn_at is not None:
        raise QuoteIsGone
    consent.is_shown = is_shown
    consent.save(update_fields=["is_shown"])
    return consent
