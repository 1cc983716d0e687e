"""Handing what we said to the mail server, and what comes back: accepted, refused, tried again, bounced.

The task's lease is the only lease. Nothing here sends inside a transaction; a stable Message-ID makes a second sending harmless.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Q, QuerySet

from heard.channels.email.composing import compose
from heard.channels.email.envelope import Bounce, FailedRecipient
from heard.channels.email.models import Mailbox
from heard.channels.email.sending import Mailer, Outcome, mailer_for
from heard.channels.email.services.health import note_mail_out, note_way_out
from heard.conversations.models import CloseReason, Closure, Conversation, Delivery, DeliveryState, Message, MessageKind, SeenMessageId
from heard.conversations.services import closing, snoozing
from heard.conversations.services.outgoing import addresses_by_role, mail_of, mailbox_of, message_id_of
from heard.conversations.services.standing import save_settled, waiting_since_from_thread
from heard.conversations.services.thread_index import lock_names, seen_key
from heard.conversations.tasks import deliver_soon
from heard.events import record_event
from heard.files.store import MissingBytes
from heard.lib.db import lock
from heard.lib.prepared import prepared_look_up
from heard.lib.time import now
from heard.people.models import Identifier, Identity
from heard.people.rules import normalise_email
from heard.tasks import RetryAt
from heard.timeline.models import InteractionParty

logger = logging.getLogger(__name__)

PATIENCE = timedelta(days=5)  # RFC 5321 §4.5.4.1: the give-up time should be at least four to five days
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240)]
BOUNCES_COME_WITHIN = timedelta(days=7)


def deliver(message_id: int, *, mailer: Mailer | None = None) -> None:
    """Hand a message to its mailbox's server. Returning means finished for ever; raises RetryAt while it can still go out.

    An address that was accepted or refused for good is never offered again.
    """
    message = _load(message_id)
    if message is None or message.delivery.is_finished:
        return
    _make_known(message)
    roles = addresses_by_role(message)
    outcome = _attempt(message, mailer)
    next_attempt_at = _note(message, outcome, meant=roles["to"], at=now())
    _note_way_out(mailbox_of(message), outcome)
    if next_attempt_at is not None:
        raise RetryAt(next_attempt_at)


def next_attempt(attempts: int, *, queued_at: datetime, now: datetime) -> datetime | None:
    """When to try again after `attempts` tries, with pauses from a minute to four hours; None once five days have passed."""
    if now - queued_at >= PATIENCE:
        return None
    return now + PAUSES[min(attempts, len(PAUSES)) - 1]


@transaction.atomic
def retry_waiting(mailbox_id: int, *, at: datetime, limit: int = 500) -> int:
    """Try what waits for this mailbox's server again at once: its settings changed, or it answers again. Answers how many.

    Only those that are not being tried at this moment, so that nothing is sent twice.
    """
    waiting = Delivery.objects.filter(state="waiting", message__mailbox=mailbox_id, next_attempt_at__gt=at + timedelta(seconds=5))
    deliveries = list(waiting.order_by("pk")[:limit])
    for delivery in deliveries:
        deliver_soon(delivery.message_id)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(next_attempt_at=at)
    return len(deliveries)


@transaction.atomic
def apply_bounce(bounce: Bounce, *, at: datetime) -> Message | None:
    """A report that a message of ours did not arrive. Answers the message, or None when it is none of ours.

    Found by the Message-ID the report returns, else by the addresses it names among what was sent to them lately. Permanent: the
    delivery and the identities are marked, and the customer waits again. Temporary: noted only, the other server still tries.
    """
    message = _bounced_message(bounce, at)
    if message is None:
        return None
    conversation = lock(message.conversation)
    delivery = lock(message.delivery)
    failed = _failed_addresses(bounce, delivery)
    if not failed:
        if delivery.state == DeliveryState.SENT:
            delivery.last_problem = "delayed"
            delivery.save(update_fields=["last_problem"])
        return message
    known = {entry["address"] for entry in delivery.refused}
    fresh = [address for address in failed if address not in known]
    delivery.refused = [*delivery.refused, *({"address": address, "code": 0} for address in fresh)]
    delivery.save(update_fields=["refused"])
    _mark_identities(fresh, at)
    returned = {normalise_email(entry["address"]) for entry in delivery.refused}
    arrived = {normalise_email(address) for address in delivery.accepted} - returned
    meant = {normalise_email(address) for address in addresses_by_role(message)["to"]}
    if delivery.state != DeliveryState.BOUNCED and fresh and not arrived & meant:
        delivery.state, delivery.bounced_at, delivery.last_problem = DeliveryState.BOUNCED, at, "bounced"
        delivery.save(update_fields=["state", "bounced_at", "last_problem"])
        record_event(
            "message.bounced", message, audience_id=conversation.audience_id, conversation_id=conversation.pk,
            interaction_id=message.interaction_id, identity_id=_identity_of(message), is_permanent=True,
        )  # fmt: skip
        _wait_again(conversation, message, at=at)
    return message


def _load(message_id: int) -> Message | None:
    return next(iter(_messages(message_id)), None)


@prepared_look_up
def _messages(pk: int) -> QuerySet[Message]:
    return Message.objects.filter(pk=pk).select_related("conversation__mailbox", "mailbox", "interaction__author", "delivery")


def _make_known(message: Message) -> None:
    """Write down our Message-ID before anybody outside can answer to it. A transaction of its own, since sending is outside any."""
    message_id = message_id_of(message)
    if message.message_id == message_id:
        return
    with transaction.atomic():
        lock_names([message_id])
        Message.objects.filter(pk=message.pk).update(message_id=message_id)
        SeenMessageId.objects.bulk_create(
            [SeenMessageId(message_id=seen_key(message_id), conversation_id=message.conversation_id)], ignore_conflicts=True
        )
    message.message_id = message_id


def _attempt(message: Message, mailer: Mailer | None) -> Outcome:
    mailbox = mailbox_of(message)
    recipients = _open_addresses(message.delivery)
    if message.interaction.erased_at is not None or not recipients:
        return Outcome(problem="erased")
    try:
        raw = compose(mail_of(message))
    except MissingBytes:
        return Outcome(problem="missing_file")
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:  # our mistake, and trying it again makes the same one: somebody must see it
        logger.error("a message could not be composed", extra={"message_row": message.pk, "error": type(error).__name__})
        return Outcome(problem="cannot_compose")
    return (mailer or mailer_for(mailbox)).send(raw, mailbox=mailbox, sender=mailbox.address, recipients=recipients)


def _open_addresses(delivery: Delivery) -> list[str]:
    """The recipients that were neither accepted nor refused."""
    done = {*delivery.accepted, *(entry["address"] for entry in delivery.refused)}
    return [address for address in dict.fromkeys(delivery.recipients) if address not in done]


@transaction.atomic
def _note(message: Message, outcome: Outcome, *, meant: Collection[str], at: datetime) -> datetime | None:
    """Write down what came of an attempt. Answers when to try again, None when it is finished."""
    conversation = lock(message.conversation)
    delivery = lock(message.delivery)
    if delivery.is_finished:
        return None
    delivery.attempts += 1
    delivery.accepted = [*delivery.accepted, *outcome.accepted]
    delivery.refused = [*delivery.refused, *({"address": address, "code": code} for address, code in outcome.refused.items())]
    delivery.last_problem, delivery.last_reply = outcome.problem, str(outcome.reply_code or "")
    delivery.next_attempt_at = None
    still_open = _open_addresses(delivery)
    if still_open and outcome.is_temporary:
        delivery.next_attempt_at = next_attempt(delivery.attempts, queued_at=delivery.queued_at, now=at)
    if delivery.next_attempt_at is None:
        code = outcome.reply_code or 0
        delivery.refused = [*delivery.refused, *({"address": address, "code": code} for address in still_open)]
        _finish(delivery, message, conversation, meant=meant, at=at)
    delivery.save()
    if delivery.state == DeliveryState.FAILED:
        _wait_again(conversation, message, at=at)
    return delivery.next_attempt_at


def _finish(delivery: Delivery, message: Message, conversation: Conversation, *, meant: Collection[str], at: datetime) -> None:
    """Sent when somebody it was meant for (not only copied to) was accepted; failed otherwise."""
    delivery.finished_at = at
    audience_id, number = conversation.audience_id, conversation.pk
    facts: dict[str, Any] = {"conversation_id": number, "interaction_id": message.interaction_id, "attempts": delivery.attempts}
    if set(delivery.accepted) & set(meant):
        delivery.state = DeliveryState.SENT
        record_event("message.delivered", message, audience_id=audience_id, **facts)
        if message.kind == MessageKind.ACKNOWLEDGEMENT:
            record_event("acknowledgement.sent", message, audience_id=audience_id, conversation_id=number)
    else:
        delivery.state = DeliveryState.FAILED
        record_event("message.failed", message, audience_id=audience_id, cause=delivery.last_problem or "refused", **facts)


def _wait_again(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """Our answer did not arrive: whoever asked waits since they asked, and the conversation comes back to the inbox.

    One that was closed as solved is open again; one closed for another reason stays closed, for nobody expects that answer.
    """
    if message.interaction.is_automatic or message.interaction.erased_at is not None:
        return
    if not conversation.is_open:
        closure = Closure.objects.filter(conversation=conversation, reopened_at=None).first()
        if closure is None or closure.reason != CloseReason.SOLVED:
            return
        closing.mark_reopened(conversation, by=None, at=at)
        record_event("conversation.reopened", conversation, audience_id=conversation.audience_id, reason="not_delivered")
    if conversation.snoozed_until is not None:
        snoozing.end_of(conversation, because="undelivered", at=at)
        record_event("conversation.woken", conversation, audience_id=conversation.audience_id, reason="undelivered")
    conversation.waiting_since = waiting_since_from_thread(conversation)
    save_settled([conversation])


def _note_way_out(mailbox: Mailbox, outcome: Outcome) -> None:
    """What the attempt says about the mailbox's server; a refused address or a broken file says nothing about it."""
    if outcome.accepted:
        note_mail_out(mailbox, now())
    if outcome.accepted or (outcome.problem == "refused" and outcome.refused):
        note_way_out(mailbox, "")
    elif outcome.is_temporary:
        note_way_out(mailbox, outcome.problem)


def _bounced_message(bounce: Bounce, at: datetime) -> Message | None:
    ours = Message.objects.filter(interaction__direction="out", delivery__isnull=False)
    ours = ours.select_related("conversation", "interaction", "delivery")
    if bounce.original_message_id:
        found = ours.filter(message_id=seen_key(bounce.original_message_id)).exclude(message_id="").first()  # so that SQLite uses its index
        if found is not None:
            return found
    addresses = {normalise_email(recipient.address) for recipient in bounce.recipients}
    if not addresses:
        return None
    sent_to_them = InteractionParty.objects.filter(
        Q(role="to") | Q(role="cc"), identity__identifiers__kind="email", identity__identifiers__value__in=addresses,
        happened_at__gte=at - BOUNCES_COME_WITHIN, happened_at__lte=at,
    ).values("interaction")  # fmt: skip
    return ours.filter(interaction__in=sent_to_them, delivery__state=DeliveryState.SENT).order_by("-interaction__happened_at").first()


def _failed_addresses(bounce: Bounce, delivery: Delivery) -> list[str]:
    """Which of our recipients will never get it. A report that returns our mail and names nobody means all of them."""
    if not bounce.recipients:
        return list(dict.fromkeys(delivery.recipients))
    permanent = {normalise_email(recipient.address) for recipient in bounce.recipients if recipient.permanent}
    named = [address for address in dict.fromkeys(delivery.recipients) if normalise_email(address) in permanent]
    if named or not permanent:
        return named
    # The report names an address we never wrote to: theirs was forwarded. With one recipient it can only be that one.
    return delivery.recipients[:1] if len(delivery.recipients) == 1 and _is_about_all(bounce.recipients) else []


def _is_about_all(recipients: Iterable[FailedRecipient]) -> bool:
    return all(recipient.permanent for recipient in recipients)


def _mark_identities(addresses: Iterable[str], at: datetime) -> None:
    rows = Identifier.objects.filter(kind="email", value__in=[normalise_email(address) for address in addresses]).select_related("identity")
    for identifier in rows:
        if identifier.identity.bounced_at is None:
            Identity.objects.filter(pk=identifier.identity_id).update(bounced_at=at)
            record_event("identity.bounced", identifier.identity, identifier_id=identifier.pk)


def _identity_of(message: Message) -> int | None:
    return InteractionParty.objects.filter(interaction=message.interaction_id, role="to").values_list("identity_id", flat=True).first()
