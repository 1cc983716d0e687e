"""What somebody says for the first time on a page of ours, without a mail: a new conversation that begins with their words."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from heard.channels.email.models import Mailbox
from heard.conversations.models import Conversation, Message
from heard.conversations.rules import clean_subject
from heard.conversations.services.standing import settle
from heard.conversations.services.thread_index import lock_names
from heard.events import record_event
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.services.identities import identify
from heard.timeline.services.recording import NewInteraction, record_interaction

CHANNEL = "form"
LONGEST_SUBJECT = 70


@transaction.atomic
def begin_as_customer(
    mailbox: Mailbox, *, address: str, text: str, subject: str = "", language: str = "", once: UUID | None = None
) -> Message:
    """File words that were typed into a form, with the address their writer claims: it proves nothing, and nobody is joined by it.

    The customer waits; what is owed for it is the caller's to make. A second call with the same `once` answers the first message.
    """
    lock_names([f"form {once}"])
    if (said := _said_already(once)) is not None:
        return said
    moment, text = now(), storable(text)
    identity = identify(address, name="", at=moment, audience_id=mailbox.audience_id)
    interaction = record_interaction(
        NewInteraction(
            audience=mailbox.audience, channel=CHANNEL, direction="in", kind="message", happened_at=moment, text=text, language=language,
            parties=[(identity, "from")], authentication="none", once=once,
        )
    )  # fmt: skip
    conversation = Conversation(
        subject=storable(clean_subject(subject or beginning(text)), 400), audience=mailbox.audience, team=mailbox.team, mailbox=mailbox,
        customer=identity, last_interaction=interaction, opened_at=moment, last_message_at=moment, last_direction="in", waiting_since=moment,
        order_at=moment,
    )  # fmt: skip
    settle(conversation).save()
    message = Message.objects.create(
        conversation=conversation, interaction=interaction, subject=conversation.subject, mailbox=mailbox, thread_decision="new",
        thread_reason="no_reference",
    )  # fmt: skip
    record_event(
        "message.received", message, actor=identity, audience_id=mailbox.audience_id, conversation_id=conversation.pk,
        interaction_id=interaction.pk, identity_id=identity.pk, mailbox_id=mailbox.pk, thread_reason="no_reference", authentication="none",
        automatic="no", is_new_conversation=True,
    )  # fmt: skip
    return message


def beginning(text: str) -> str:
    """The first words of a text, as a subject: up to the end of a word, and of the first line."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST_SUBJECT else line[:LONGEST_SUBJECT].rsplit(" ", 1)[0] + " …"


def _said_already(once: UUID | None) -> Message | None:
    if once is None:
        return None
    rows = Message.objects.filter(interaction__once=once, interaction__author=None, interaction__channel=CHANNEL)
    return rows.select_related("interaction", "conversation").first()
