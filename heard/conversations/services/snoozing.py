"""Setting aside until a moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.conversations.models import Conversation, Snooze
from heard.conversations.services.standing import save_settled
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now


@transaction.atomic
def snooze_conversation(conversation: Conversation, *, until: datetime, by: User) -> Conversation:
    """Take a conversation out of the inbox until `until`. A second snooze replaces the first.

    What is owed stays owed: a promise comes due while it is snoozed as well. Raises Refusal for a past moment or a closed one.
    """
    conversation = lock(conversation)
    moment = now()
    if until <= moment:
        raise Refusal(_("That moment has passed. Choose a later one."))
    if not conversation.is_open:
        raise Refusal(_("This conversation is closed. Reopen it to snooze it."))
    end_of(conversation, because="replaced", at=moment)
    Snooze.objects.create(conversation=conversation, until=until, by=by, at=moment)
    conversation.snoozed_until = until
    save_settled([conversation])
    record_event("conversation.snoozed", conversation, actor=by, audience_id=conversation.audience_id, until=until)
    return conversation


@transaction.atomic
def end_snooze(conversation: Conversation, *, by: User | None, because: str) -> Conversation:
    """Bring a snoozed conversation back: `because` is `time`, `hand` or `customer`."""
    conversation = lock(conversation)
    if conversation.snoozed_until is None:
        return conversation
    end_of(conversation, because=because, at=now())
    save_settled([conversation])
    record_event("conversation.woken", conversation, actor=by, audience_id=conversation.audience_id, reason=because)
    return conversation


def end_of(conversation: Conversation, *, because: str, at: datetime) -> None:
    """Set the columns and the row of an ended snooze, without saving the conversation."""
    if conversation.snoozed_until is None:
        return
    conversation.snoozed_until = None
    Snooze.objects.filter(conversation=conversation, ended_at=None).update(ended_at=at, ended_because=because)


def wake_due(at: datetime, limit: int = 200) -> int:
    """Bring back what was snoozed until now: the due rows, by index. Answers how many."""
    due = list(Conversation.objects.filter(snoozed_until__lte=at).order_by("snoozed_until")[:limit])
    for conversation in due:
        end_snooze(conversation, by=None, because="time")
    return len(due)
