"""What a customer says on their own page: a message like any other, without a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.conversations.models import Conversation, Message
from heard.conversations.services.closing import mark_reopened
from heard.conversations.services.snoozing import end_of
from heard.conversations.services.standing import save_settled
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import Identity
from heard.timeline.services.recording import NewFile, NewInteraction, record_interaction

CHANNEL = "portal"


class NobodyIsHere(Refusal):
    """The person or the conversation is gone."""

    def __init__(self) -> None:
        super().__init__(_("This page is no longer there. Write to us by e-mail instead."))


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a customer's words. `is_new` is False when the same form had been sent before."""

    message: Message
    conversation: Conversation
    is_new: bool = True


@transaction.atomic
def say_as_customer(
    conversation: Conversation,
    identity: Identity,
    *,
    text: str,
    kind: str = "message",
    files: Sequence[NewFile] = (),
    is_proved: bool = False,
    language: str = "",
    once: UUID | None = None,
) -> Said:
    """File what `identity` wrote on the page of `conversation`: it reopens what is closed, wakes what is set aside, and the customer waits.

    `kind` is the interaction's (message, not_yet, correction, not_me); `is_proved` when a code proved the address in this browser. A second
    call with the same `once` answers the first message. What is owed for it is the caller's to make. Raises NobodyIsHere.
    """
    conversation = lock_where_it_is(conversation)
    if identity.erased_at is not None:
        raise NobodyIsHere
    if (said := _said_already(conversation, identity, once)) is not None:
        return Said(said, conversation, is_new=False)
    moment = now()
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience, channel=CHANNEL, direction="in", kind=kind, happened_at=moment, text=text, stage="get_help",
            language=language, parties=[(identity, "from")], files=list(files), authentication="pass" if is_proved else "none",
            authentication_method="code" if is_proved else "link", once=once,
        )
    )  # fmt: skip
    was_open = conversation.is_open
    if not was_open:
        mark_reopened(conversation, by=None, at=moment)
    if conversation.snoozed_until is not None:
        end_of(conversation, because="customer", at=moment)
    conversation.last_interaction, conversation.last_message_at, conversation.last_direction = interaction, moment, "in"
    conversation.waiting_since, conversation.is_history = conversation.waiting_since or moment, False
    save_settled([conversation])
    message = Message.objects.create(
        conversation=conversation, interaction=interaction, subject=conversation.subject, thread_decision="page",
        thread_reason="customer_page",
    )  # fmt: skip
    audience = conversation.audience_id
    if not was_open:
        record_event("conversation.reopened", conversation, actor=identity, audience_id=audience, reason="customer")
    record_event(
        "message.received", message, actor=identity, audience_id=audience, conversation_id=conversation.pk,
        interaction_id=interaction.pk, identity_id=identity.pk, mailbox_id=conversation.mailbox_id, thread_reason="customer_page",
        authentication=interaction.authentication, automatic="no", is_new_conversation=False,
    )  # fmt: skip
    return Said(message, conversation)


def lock_where_it_is(conversation: Conversation) -> Conversation:
    """The conversation locked; a joined one leads to the one that has its words now."""
    conversation = lock(conversation)
    for _step in range(20):
        if conversation.joined_into_id is None:
            return conversation
        conversation = lock(Conversation(pk=conversation.joined_into_id))
    raise NobodyIsHere


def _said_already(conversation: Conversation, identity: Identity, once: UUID | None) -> Message | None:
    """What this form has said before. The conversation's lock makes it sure: interactions without an author may share a `once`."""
    if once is None:
        return None
    rows = Message.objects.filter(conversation=conversation, interaction__once=once, interaction__author=None)
    return rows.filter(interaction__parties__identity=identity, interaction__parties__role="from").select_related("interaction").first()
