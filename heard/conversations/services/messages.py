"""Speaking in a conversation: a reply to the customer, a note to colleagues, a first word of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.channels.email.models import Mailbox
from heard.conversations.models import Conversation, Delivery, Draft, Message, MessageKind
from heard.conversations.rules import clean_subject
from heard.conversations.services import closing
from heard.conversations.services.standing import save_settled, settle
from heard.conversations.services.thread_index import lock_names
from heard.conversations.tasks import deliver_soon
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identity
from heard.people.services.identities import Sighting, identify_many
from heard.timeline.models import Interaction
from heard.timeline.services.recording import NewFile, NewInteraction, record_interaction


class ConversationClosed(Refusal):
    """A closed conversation takes no reply."""

    def __init__(self) -> None:
        super().__init__(_("This conversation is closed. Reopen it to reply."))


class NobodyToAnswer(Refusal):
    """There is no address to send to."""

    def __init__(self) -> None:
        super().__init__(_("There is nobody to send this to. Add an address."))


class NoMailbox(Refusal):
    """The conversation has no mailbox to answer from."""

    def __init__(self) -> None:
        super().__init__(_("This conversation has no mailbox to answer from."))


def said_already(author: User, once: UUID | None) -> Message | None:
    """The message that `author` made with the same `once`: a second POST returns it."""
    if once is None:
        return None
    return Message.objects.filter(interaction__author=author, interaction__once=once).select_related("interaction", "conversation").first()


@transaction.atomic
def reply_to_conversation(
    conversation: Conversation,
    *,
    author: User,
    body: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    files: Sequence[NewFile] = (),
    once: UUID | None = None,
    then_close: bool = False,
) -> Message:
    """Answer the customer as `author`. Delivery is queued in the same transaction; the wait ends here.

    A second call with the same `once` returns the first message. `then_close` closes as solved. Raises
    ConversationClosed, NobodyToAnswer, NoMailbox.
    """
    conversation = lock(conversation)
    if (said := said_already(author, once)) is not None:
        return said
    if not conversation.is_open:
        raise ConversationClosed
    if conversation.mailbox is None:
        raise NoMailbox
    if not to:
        raise NobodyToAnswer
    message = say(conversation, author=author, body=body, to=to, cc=cc, files=files, once=once)
    _take_if_nobody_has_it(conversation, author)
    if then_close:
        closing.close_conversation(conversation, by=author, reason="solved")
    return message


@transaction.atomic
def start_conversation(
    mailbox: Mailbox,
    *,
    author: User,
    subject: str,
    body: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    files: Sequence[NewFile] = (),
    once: UUID | None = None,
) -> Message:
    """Write first: a new conversation that begins with our message. Raises NobodyToAnswer."""
    lock_names([f"{author.pk} {once}"])  # there is no row yet that a second POST at the same moment would wait for
    if (said := said_already(author, once)) is not None:
        return said
    if not to:
        raise NobodyToAnswer
    moment = now()
    conversation = Conversation(
        subject=storable(clean_subject(subject), 400), audience=mailbox.audience, team=mailbox.team, mailbox=mailbox,
        assignee=author, opened_at=moment, last_message_at=moment, last_direction="out", order_at=moment,
    )  # fmt: skip
    settle(conversation).save()
    return say(conversation, author=author, body=body, to=to, cc=cc, files=files, once=once)


@transaction.atomic
def add_note(conversation: Conversation, *, author: User, body: str, files: Sequence[NewFile] = (), once: UUID | None = None) -> Message:
    """A word between colleagues: never shown to the customer, keeps no promise, ends no wait. Closed ones take notes too."""
    conversation = lock(conversation)
    if (said := said_already(author, once)) is not None:
        return said
    parties = [(conversation.customer, "about")] if conversation.customer else []
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience,
            channel="note",
            direction="internal",
            kind="note",
            happened_at=now(),
            text=body,
            author=author,
            parties=parties,
            files=list(files),
            once=once,
        )
    )
    message = Message.objects.create(conversation=conversation, interaction=interaction, kind=MessageKind.NOTE)
    Draft.objects.filter(conversation=conversation, author=author, is_note=True).delete()
    record_event(
        "note.added", message, actor=author, audience_id=conversation.audience_id,
        conversation_id=conversation.pk, interaction_id=interaction.pk,
    )  # fmt: skip
    return message


def say(
    conversation: Conversation,
    *,
    author: User | None,
    body: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    files: Sequence[NewFile] = (),
    once: UUID | None = None,
    kind: str = MessageKind.MESSAGE,
) -> Message:
    """Record one outgoing message with its delivery and its task, and set the conversation's columns."""
    moment = now()
    identities = identify_many([Sighting(address, "", moment, conversation.audience_id) for address in [*to, *cc]])
    parties = [(identities[_key(address)], "to") for address in to] + [(identities[_key(address)], "cc") for address in cc]
    is_automatic = kind == MessageKind.ACKNOWLEDGEMENT
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience,
            channel="email",
            direction="out",
            kind=kind,
            happened_at=moment,
            text=body,
            author=author,
            parties=parties,
            files=list(files),
            once=once,
            is_automatic=is_automatic,
            language=conversation.mailbox.language if conversation.mailbox else "",
        )
    )
    message = Message.objects.create(
        conversation=conversation, interaction=interaction, kind=kind, subject=conversation.subject, mailbox=conversation.mailbox
    )
    Delivery.objects.create(message=message, recipients=[*to, *cc], queued_at=moment)
    if not is_automatic:
        _after_speaking(conversation, author, interaction, parties[0][0], moment)
    record_event(
        "message.sent", message, actor=author, audience_id=conversation.audience_id, conversation_id=conversation.pk,
        interaction_id=interaction.pk, mailbox_id=conversation.mailbox_id, is_automatic=is_automatic,
    )  # fmt: skip
    deliver_soon(message.pk)
    return message


def _after_speaking(conversation: Conversation, author: User | None, interaction: Interaction, first: Identity, moment: datetime) -> None:
    conversation.last_interaction, conversation.last_message_at, conversation.last_direction = interaction, moment, "out"
    conversation.waiting_since = None
    conversation.customer = conversation.customer or first
    save_settled([conversation])
    Draft.objects.filter(conversation=conversation, author=author, is_note=False).delete()


def _take_if_nobody_has_it(conversation: Conversation, author: User) -> None:
    from heard.conversations.services.assignment import assign_conversation

    if conversation.assignee_id is None:
        assign_conversation(conversation, to=author, by=author)


def _key(address: str) -> str:
    from heard.people.rules import normalise_email

    return normalise_email(address)
