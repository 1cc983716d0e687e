"""Saying that a message arrived, and by when it will be answered: only to senders whose message proved who they are.

Anybody can write any address into From, so an acknowledgement to an unproved one would be mail to a stranger with words of an attacker.
RFC 3834: a robot's mail is never answered, or two robots write to each other for ever; the caps hold even where that is not seen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heard.channels.email.models import Mailbox
from heard.channels.email.selectors import all_own_addresses
from heard.conversations.models import Conversation, Message, MessageKind
from heard.conversations.services.messages import say
from heard.lib.db import lock
from heard.lib.time import now
from heard.people.models import Identifier
from heard.timeline.models import InteractionParty
from heard.ui.moments import exact_moment

A_DAY_FOR_ONE_ADDRESS = 3
AN_HOUR_FOR_ONE_MAILBOX = 60
WHEN = "{when}"
"""In a mailbox's own words: stands for the moment by which we answer. A paragraph that has it is left out when there is no such moment."""


@transaction.atomic(savepoint=False)
def acknowledge(conversation: Conversation, *, message: Message) -> Message | None:
    """Tell the writer of `message`, the first of its conversation, that it arrived. None when that may not or need not be said.

    About eight queries, none when the mailbox does not acknowledge.
    """
    mailbox = conversation.mailbox
    if mailbox is None or not mailbox.acknowledges or not _may_be_answered_by_robot(message):
        return None
    writer = _writer(message)
    if writer is None or writer.value in all_own_addresses() or writer.identity.bounced_at is not None:
        return None
    conversation = lock(conversation)
    if not conversation.is_open or _was_said_enough(conversation, mailbox, writer, at=now()):
        return None
    body = words_for(mailbox, due_at=conversation.due_at)
    return say(conversation, author=None, body=body, to=[writer.value], kind=MessageKind.ACKNOWLEDGEMENT)


def words_for(mailbox: Mailbox, *, due_at: datetime | None) -> str:
    """What the acknowledgement says, in the mailbox's language: its own words or ours, and by when we answer if that is known."""
    with translation.override(mailbox.language), timezone.override(settings.TIME_ZONE):
        when = exact_moment(due_at) if due_at is not None else ""
        own = mailbox.acknowledgement.strip()
        promise = _("You will have an answer by %(when)s.") % {"when": when} if when else ""
        if not own:
            own = _("Thank you for writing to %(mailbox)s. Your message has arrived.") % {"mailbox": mailbox.name}
        elif WHEN in own:
            paragraphs = own.split("\n\n")
            return "\n\n".join(part.replace(WHEN, when) for part in paragraphs if when or WHEN not in part)
        return "\n\n".join(part for part in (own, promise) if part)


def _may_be_answered_by_robot(message: Message) -> bool:
    interaction = message.interaction
    return (
        interaction.direction == "in"
        and interaction.authentication == "pass"
        and not (interaction.is_history or interaction.is_automatic or message.automatic)
    )


def _writer(message: Message) -> Identifier | None:
    """The address that the message proved to come from; never Reply-To, which proves nothing."""
    rows = Identifier.objects.filter(kind="email", identity__parties__interaction=message.interaction_id, identity__parties__role="from")
    return rows.select_related("identity").first()


def _was_said_enough(conversation: Conversation, mailbox: Mailbox, writer: Identifier, *, at: datetime) -> bool:
    if conversation.messages.filter(kind=MessageKind.ACKNOWLEDGEMENT).exists():
        return True
    to_them = InteractionParty.objects.filter(
        identity=writer.identity_id, role="to", happened_at__gt=at - timedelta(days=1), interaction__kind=MessageKind.ACKNOWLEDGEMENT
    )
    if to_them.count() >= A_DAY_FOR_ONE_ADDRESS:
        return True
    newest = Message.objects.filter(kind=MessageKind.ACKNOWLEDGEMENT, mailbox=mailbox).order_by("-pk")
    moments = list(newest.values_list("interaction__happened_at", flat=True)[:AN_HOUR_FOR_ONE_MAILBOX])
    return len(moments) == AN_HOUR_FOR_ONE_MAILBOX and moments[-1] > at - timedelta(hours=1)
