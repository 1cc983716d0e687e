"""An outgoing message as mail: whom it is from, what it answers, what it quotes, what goes with it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from heard.channels.email import tokens
from heard.channels.email.envelope import Address, Outgoing, OutgoingFile, Quoted
from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox
from heard.channels.email.parsing import attachment
from heard.conversations.endings import endings_of
from heard.conversations.models import Delivery, Message, MessageKind, SeenMessageId
from heard.files import store
from heard.lib import keys
from heard.lib.prepared import prepared_look_up
from heard.people.models import Identifier
from heard.people.rules import normalise_email
from heard.timeline.models import Attachment

MOST_REFERENCES = 20
"""Ids in References: the first and the newest ones. Long threads would grow a header that servers refuse."""


def message_id_of(message: Message) -> str:
    """The Message-ID of an outgoing message: always the same for the same row."""
    return message.message_id or tokens.message_id_for(message.pk, message.conversation_id, mailbox_of(message).domain, keys.key("mail"))


def mail_of(message: Message) -> Outgoing:
    """Everything about `message` that its mail needs. About ten queries. Raises store.MissingBytes for a file that is gone."""
    mailbox, interaction = mailbox_of(message), message.interaction
    is_acknowledgement = message.kind == MessageKind.ACKNOWLEDGEMENT
    is_unasked = message.kind == MessageKind.TELLING
    parties = _parties(message.interaction_id)
    roles, names = _by_role(message, parties), {address: name for address, _role, name in parties}
    asked = None if is_acknowledgement or is_unasked else _asked(message)
    in_reply_to, references = _thread(message)
    with translation.override(interaction.language or mailbox.language):
        endings = endings_of(message)
        return Outgoing(
            sender=Address(_sender_name(message), mailbox.address),
            to=tuple(Address(names.get(normalise_email(address), ""), address) for address in roles["to"]),
            cc=tuple(Address(names.get(normalise_email(address), ""), address) for address in roles["cc"]),
            reply_to=_reply_to(message),
            subject=message.subject or _("Your message"),
            text="\n\n".join([interaction.text, *(one.text for one in endings)]),
            message_id=message_id_of(message),
            date=interaction.happened_at,
            in_reply_to=in_reply_to,
            references=references,
            signature=_signature(message),
            quoted=_quoted(asked) if asked is not None else None,
            files=tuple(_files(message)),
            installation=installation_name(),
            is_automatic=interaction.is_automatic,
            is_unasked=is_unasked,
            unsubscribe=next((one.unsubscribe for one in endings if one.unsubscribe), ""),
            is_reply=bool(in_reply_to),
        )


def addresses_by_role(message: Message) -> dict[str, list[str]]:
    """The recipients as they were written, by role `to` and `cc`. One query."""
    return _by_role(message, _parties(message.interaction_id))


def _by_role(message: Message, parties: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    delivery: Delivery = message.delivery
    meant = {address for address, role, _name in parties if role == "to"}
    copied = {address for address, role, _name in parties if role == "cc"} - meant
    cc = [address for address in delivery.recipients if normalise_email(address) in copied]
    return {"to": [address for address in delivery.recipients if address not in cc], "cc": cc}


@prepared_look_up
def _parties(interaction_id: int) -> QuerySet[Identifier, tuple[str, str, str]]:
    """(normalised address, role, name) of everybody who takes part."""
    rows = Identifier.objects.filter(kind="email", identity__parties__interaction=interaction_id)
    return rows.values_list("value", "identity__parties__role", "identity__display_name")


def mailbox_of(message: Message) -> Mailbox:
    """The mailbox a message leaves from. Raises ValueError when there is none, which no service lets happen."""
    mailbox = message.mailbox or message.conversation.mailbox
    if mailbox is None:
        raise ValueError(f"message {message.pk} has no mailbox to leave from")
    return mailbox


def _sender_name(message: Message) -> str:
    mailbox, author = mailbox_of(message), message.interaction.author
    if author is None:
        return mailbox.name
    # Translators: how a reply names its writer to the customer, "Alice at Fells Outdoor".
    return _("%(agent)s at %(mailbox)s") % {"agent": author.first_name, "mailbox": mailbox.name}


def _signature(message: Message) -> str:
    mailbox, author = mailbox_of(message), message.interaction.author
    own = author.signature.strip() if author is not None else ""
    shared = mailbox.signature.strip().replace("{agent}", author.name if author is not None else mailbox.name)
    return "\n".join(part for part in (own, shared) if part)


def _reply_to(message: Message) -> tuple[Address, ...]:
    mailbox = mailbox_of(message)
    if not mailbox.uses_plus_address:
        return ()
    token = tokens.make_token(message.conversation_id, keys.key("mail"))
    return (Address(mailbox.name, tokens.plus_address(mailbox.address, token)),)


def _asked(message: Message) -> Message | None:
    """The customer's last word before this answer, unless it was erased. One query."""
    return next(iter(_last_said(message.conversation_id, message.interaction.happened_at)), None)


@prepared_look_up
def _last_said(conversation_id: int, until: datetime) -> QuerySet[Message]:
    spoken = Message.objects.filter(
        conversation=conversation_id, interaction__direction="in", interaction__is_automatic=False,
        interaction__happened_at__lte=until, interaction__erased_at=None,
    )  # fmt: skip
    return spoken.select_related("interaction").order_by("-interaction__happened_at", "-pk")[:1]


def _quoted(asked: Message) -> Quoted:
    """The text alone: its HTML shows images by addresses of ours, which nobody outside can open."""
    interaction = asked.interaction
    name, address = next(((name, address) for address, role, name in _parties(interaction.pk) if role == "from"), ("", ""))
    author = f"{name} <{address}>" if name and address else name or address
    return Quoted(author=author, sent_at=interaction.happened_at, text=interaction.text)


def _thread(message: Message) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References: the last mail before this one, and the ids of the thread, oldest first. Three queries."""
    rows = _earlier(message.conversation_id, message.pk)
    if not rows:
        return "", ()
    last_in = next((message_id for message_id, direction in rows if direction == "in"), rows[0][0])
    seen = _seen(message.conversation_id)
    ours = [message_id for message_id, _direction in reversed(rows)]
    # A second sending happens later, when this message and newer ones are known as well.
    newer = set(_since(message.conversation_id, message.pk))
    # What others referred to and we never received comes first: mail programs thread by the oldest id they know.
    never_received = [message_id for message_id in seen if _is_an_id(message_id) and message_id not in {*ours, *newer}]
    references = [*never_received, *(message_id for message_id in ours if _is_an_id(message_id) and message_id != last_in), last_in]
    return last_in, tuple(references[:1] + references[1:][-(MOST_REFERENCES - 1) :])


@prepared_look_up
def _earlier(conversation_id: int, before: int) -> QuerySet[Message, tuple[str, str]]:
    rows = Message.objects.filter(conversation=conversation_id, pk__lt=before).exclude(message_id="")
    return rows.order_by("-pk").values_list("message_id", "interaction__direction")[:200]


@prepared_look_up
def _seen(conversation_id: int) -> QuerySet[SeenMessageId, str]:
    return SeenMessageId.objects.filter(conversation=conversation_id).order_by("pk").values_list("message_id", flat=True)[:200]


@prepared_look_up
def _since(conversation_id: int, first: int) -> QuerySet[Message, str]:
    return Message.objects.filter(conversation=conversation_id, pk__gte=first).values_list("message_id", flat=True)


def _is_an_id(message_id: str) -> bool:
    """Ids of the erased are hashes, and absurdly long ones were cut: neither means anything to others."""
    return "@" in message_id and "#" not in message_id


def _files(message: Message) -> list[OutgoingFile]:
    files = []
    for file in _attachments(message.interaction_id):
        raw = store.read(file.blob)
        content = raw if file.part is None else attachment(raw, file.part)
        files.append(OutgoingFile(file.name, file.content_type, content, file.content_id if file.is_inline else ""))
    return files


@prepared_look_up
def _attachments(interaction_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(interaction=interaction_id).select_related("blob").order_by("pk")
