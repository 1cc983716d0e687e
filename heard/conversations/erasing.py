"""What an erasure does to conversations: letters, headers, subjects, drafts and recipients of the person go; threads stay whole."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from heard.conversations import ask_erasing  # noqa: F401  (it registers the eraser of questions)
from heard.conversations.indexing import erasing  # noqa: F401  (it registers the eraser of the index)
from heard.conversations.models import CloseReason, Conversation, ConversationLink, Delivery, DeliveryState, Draft, Message, SeenMessageId
from heard.conversations.rules import clean_subject
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.thread_index import erased_key
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.time import now
from heard.people.rules import normalise_email
from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.timeline.erasing import parts_of
from heard.timeline.models import InteractionParty


def find_conversations(scope: ErasureScope) -> None:
    """Every conversation they took part in, and what others said there, which may quote them."""
    interactions = [*scope.interaction_ids, *scope.shared_interaction_ids]
    numbers = {number for some in parts_of(interactions) for number in _conversations_of(some)}
    numbers |= set(Conversation.objects.filter(customer__in=scope.identity_ids).values_list("pk", flat=True))
    numbers = _with_joined(numbers)
    shared = set(scope.shared_interaction_ids)
    for some in parts_of(numbers):
        said = Message.objects.filter(conversation__in=some, interaction__erased_at=None)
        shared |= set(said.values_list("interaction_id", flat=True)) - set(scope.interaction_ids)
    for number, interaction in _linked_that_quote(scope, numbers):
        numbers.add(number)
        shared.add(interaction)
    scope.conversation_ids, scope.shared_interaction_ids = sorted(numbers), sorted(shared)
    scope.alone = _without_others(scope)


def _conversations_of(interaction_ids: Iterable[int]) -> Iterable[int]:
    return Message.objects.filter(interaction__in=interaction_ids).values_list("conversation_id", flat=True)


def _with_joined(numbers: set[int]) -> set[int]:
    """Also those that were joined into these, and those into which these were joined."""
    known, fringe = set(numbers), set(numbers)
    while fringe:
        rows = [
            row
            for some in parts_of(fringe)
            for row in Conversation.objects.filter(Q(pk__in=some) | Q(joined_into__in=some)).values_list("pk", "joined_into")
        ]
        fringe = {number for row in rows for number in row if number is not None} - known
        known |= fringe
    return known


def _linked_that_quote(scope: ErasureScope, numbers: set[int]) -> list[tuple[int, int]]:
    """(conversation, interaction) of linked conversations in which the person is named or quoted: a stranger's answer stands apart."""
    pairs = [
        pair
        for some in parts_of(numbers)
        for pair in ConversationLink.objects.filter(Q(conversation__in=some) | Q(other__in=some)).values_list("conversation_id", "other_id")
    ]
    linked = {number for pair in pairs for number in pair} - numbers
    found = []
    for some in parts_of(linked):
        messages = Message.objects.filter(conversation__in=some, interaction__erased_at=None).select_related("interaction")
        for message in messages:
            said = message.interaction
            if any(map(scope.redactor().touches, (said.text, said.quoted, message.subject, message.html))):
                found.append((message.conversation_id, said.pk))
    return found


@eraser("conversations", order=20, find=find_conversations)
def erase_conversations(scope: ErasureScope) -> list[Outcome]:
    """Empty their letters, redact those of others, and close what nobody waits for any more."""
    drafts = Draft.objects.filter(conversation__in=scope.conversation_ids)
    if scope.is_preview:
        return _outcomes(len(scope.conversation_ids), len(scope.alone), drafts.count(), _deliveries(scope).count())
    for number in scope.conversation_ids:
        _erase_conversation(scope, number, is_alone=number in scope.alone)
    deliveries = [_without_person(scope, delivery) for some in parts_of(scope.conversation_ids) for delivery in _deliveries_in(some)]
    number_of_drafts, _ = drafts.delete()
    scope.tables |= {model._meta.db_table for model in (Conversation, Message, Delivery, Draft, SeenMessageId)}
    return _outcomes(len(scope.conversation_ids), len(scope.alone), number_of_drafts, sum(deliveries))


def _without_others(scope: ErasureScope) -> set[int]:
    """Conversations in which nobody else took part who is still here."""
    others: set[int] = set()
    for some in parts_of(scope.conversation_ids):
        parties = InteractionParty.objects.filter(interaction__message__conversation__in=some, identity__erased_at=None).exclude(
            role="about"
        )
        others |= set(parties.exclude(identity__in=scope.identity_ids).values_list("interaction__message__conversation", flat=True))
    return set(scope.conversation_ids) - others


def _erase_conversation(scope: ErasureScope, number: int, *, is_alone: bool) -> None:
    conversation = lock(Conversation(pk=number))
    messages = list(Message.objects.filter(conversation=number).select_related("interaction").order_by("interaction__happened_at", "pk"))
    gone = [message for message in messages if message.interaction.erased_at is not None]
    stays = [message for message in messages if message.interaction.erased_at is None]
    theirs = _subjects_of(messages, gone)
    _hide_ids(number, stays)
    lost = {message.message_id for message in gone} - {""}
    for message in gone:
        message.subject = message.html = message.body_digest = message.reply_to = message.in_reply_to = ""
        if message.interaction.direction == "in":
            message.message_id = ""  # ours is not theirs: it holds the number of the conversation and our signature
    for message in stays:
        message.html = ""
        message.subject = "" if _bare(message.subject) in theirs else scope.redactor().names(message.subject)[:400]
        message.reply_to = "" if scope.redactor().has_address(message.reply_to) else message.reply_to
        message.in_reply_to = "" if message.in_reply_to in lost else message.in_reply_to
    columns = ["subject", "html", "body_digest", "reply_to", "in_reply_to", "message_id"]
    Message.objects.bulk_update([*gone, *stays], columns, batch_size=200)
    is_theirs = not stays or _bare(conversation.subject) in theirs
    conversation.subject = "" if is_theirs else scope.redactor().names(conversation.subject)[:400]
    conversation.save(update_fields=["subject"])
    if is_alone and conversation.is_open and conversation.joined_into_id is None:
        close_conversation(conversation, by=scope.by, reason=CloseReason.NO_REPLY_NEEDED)
    record_event("conversation.erased", conversation, actor=scope.by, audience_id=conversation.audience_id)


def _subjects_of(messages: list[Message], gone: list[Message]) -> set[str]:
    """Subjects that whoever is erased was the first to write in this conversation."""
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(_bare(message.subject), message)
    return {subject for subject, message in first.items() if message in gone and subject}


def _bare(subject: str) -> str:
    return clean_subject(subject).casefold().strip()


def _hide_ids(number: int, stays: list[Message]) -> None:
    """Replace the ids that are not of messages that stay by their keyed hash: a mail that refers to one is still recognised."""
    known = {message.message_id for message in stays} | set(
        Message.objects.filter(conversation=number, interaction__direction="out").values_list("message_id", flat=True)
    )
    rows = [
        row
        for row in SeenMessageId.objects.filter(conversation=number)
        if row.message_id not in known and not row.message_id.startswith("#")
    ]
    hidden = {row.pk: erased_key(row.message_id) for row in rows}
    there = set(SeenMessageId.objects.filter(message_id__in=list(hidden.values())).values_list("message_id", flat=True))
    SeenMessageId.objects.filter(pk__in=[pk for pk, key in hidden.items() if key in there]).delete()
    for row in rows:
        row.message_id = hidden[row.pk]
    SeenMessageId.objects.bulk_update([row for row in rows if row.message_id not in there], ["message_id"], batch_size=200)


def _deliveries(scope: ErasureScope) -> QuerySet[Delivery]:
    return Delivery.objects.filter(message__interaction__in=scope.interaction_ids)


def _deliveries_in(numbers: Iterable[int]) -> list[Delivery]:
    return list(Delivery.objects.filter(message__conversation__in=numbers).select_related("message__interaction").order_by("pk"))


def _without_person(scope: ErasureScope, delivery: Delivery) -> bool:
    """Take their addresses out of a delivery; what waits for them alone is never sent. Answers whether anything changed."""
    mine = {normalise_email(address) for address in scope.values("email")}
    is_theirs = delivery.message.interaction.erased_at is not None

    def stays(address: str) -> bool:
        return not is_theirs and normalise_email(address) not in mine

    before = (delivery.recipients, delivery.accepted, delivery.refused)
    delivery.recipients = [address for address in delivery.recipients if stays(address)]
    delivery.accepted = [address for address in delivery.accepted if stays(address)]
    delivery.refused = [entry for entry in delivery.refused if stays(entry["address"])]
    if is_theirs and delivery.state == DeliveryState.WAITING:
        delivery.state, delivery.finished_at, delivery.last_problem, delivery.next_attempt_at = DeliveryState.FAILED, now(), "erased", None
    if before == (delivery.recipients, delivery.accepted, delivery.refused):
        return False
    delivery.save()
    return True


def _outcomes(conversations: int, alone: int, drafts: int, deliveries: int) -> list[Outcome]:
    left = gettext_noop("Conversations stay as numbers with their times; subjects that were this person’s are empty.")
    return [
        Outcome("conversations", conversations, left, conversations - alone),
        Outcome("drafts", drafts),
        Outcome("deliveries", deliveries),
    ]
