"""Messages from outside find their conversations: loaded for a batch, decided one by one, written together.

A live message is a batch of one and an import a batch of hundreds; there is no second path. `threading.py` decides where a message belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from heard.accounts.models import User
from heard.accounts.services.audiences import widened
from heard.channels.email.envelope import Authentication, InboundMessage
from heard.channels.email.models import Mailbox
from heard.conversations.customer_links import without_links
from heard.conversations.models import CloseReason, Closure, Conversation, ConversationLink, Message, State
from heard.conversations.rules import MessageFacts, clean_subject, next_state_on
from heard.conversations.services.assignment import set_audience_of_messages
from heard.conversations.services.closing import mark_reopened
from heard.conversations.services.snoozing import end_of
from heard.conversations.services.standing import save_settled, settle
from heard.conversations.services.thread_index import ThreadIndex, seen_key
from heard.conversations.threading import Envelope, Reason, ThreadDecision, decide_thread
from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows
from heard.lib.objects import new_row
from heard.lib.text import storable
from heard.people.models import Identity
from heard.timeline.models import Interaction
from heard.timeline.services.recording import NewFile, NewInteraction, record_interactions

AUTOMATIC_MESSAGES_PER_HOUR = 5


@dataclass(slots=True)
class Arrival:
    """A message that was read and whose people are known. `sender` is None when we wrote it ourselves elsewhere.

    `author` is the colleague who wrote it from their own mail program. `tokens` are conversations named by verified tokens.
    """

    mail: InboundMessage
    mailbox: Mailbox
    envelope: Envelope
    sender: Identity | None
    author: User | None
    parties: list[tuple[Identity, str]]
    files: list[NewFile]
    authentication: Authentication
    language: str
    happened_at: datetime
    reached_us_at: datetime
    is_history: bool = False
    open_since: datetime | None = None

    @property
    def is_ours(self) -> bool:
        return self.sender is None or self.author is not None

    @property
    def direction(self) -> str:
        return "out" if self.is_ours else "in"

    @property
    def waits(self) -> bool:
        """Whether the customer now waits for an answer because of this message."""
        return not self.is_ours and not self.mail.automatic


@dataclass(slots=True)
class Filed:
    """An arrival that became a message of a conversation. `message` is there once the batch is written."""

    arrival: Arrival
    decision: ThreadDecision
    conversation: Conversation
    is_new_conversation: bool = False
    was_reopened: bool = False
    message: Message = field(init=False)


@dataclass(slots=True)
class PutAside:
    """An arrival that made no message: a `copied` one of another mailbox, or what a `rule` discards."""

    arrival: Arrival
    decision: ThreadDecision
    conversation: Conversation | None
    rule: str = ""
    copied: Interaction | None = None


Placed = Filed | PutAside


@transaction.atomic(savepoint=False)
def place_arrivals(arrivals: Sequence[Arrival], *, our_colleagues: dict[str, User]) -> list[Placed]:
    """File a batch into conversations, in order; about fifteen statements for any number.

    Sets waits, reopens, wakes and links; makes no promise and sends nothing. Answers what became of each, in order.
    """
    index = ThreadIndex.load([arrival.envelope for arrival in arrivals], our_colleagues)
    placed = [_place(arrival, index) for arrival in arrivals]
    filed = [one for one in placed if isinstance(one, Filed)]
    aside = [one for one in placed if isinstance(one, PutAside)]
    _write(filed, index)
    _find_copied_in_batch(aside, filed)
    record_events([*_write_copies(aside), *(event for one in filed for event in _events(one))])
    return placed


def _place(arrival: Arrival, index: ThreadIndex) -> Placed:
    """Decide one arrival and let the index and the conversation in memory know."""
    decision = decide_thread(arrival.envelope, index.as_index())
    found = index.conversation(decision.conversation)
    if decision.kind == "copy":
        rule = "own_loop" if decision.reason is Reason.OWN_LOOP else ""
        return PutAside(arrival, decision, found, rule, copied=index.filed_interaction(arrival.envelope))
    if found is not None and arrival.mail.automatic and _is_too_often(found, arrival, index):
        return PutAside(arrival, decision, found, "suppressed_automatic")
    conversation = found or index.add(_new_conversation(arrival))
    filed = Filed(arrival, decision, conversation, is_new_conversation=found is None)
    filed.was_reopened = _move_on(conversation, arrival, is_new=filed.is_new_conversation)
    index.remember(arrival.envelope, conversation, is_participant=not arrival.is_ours and _may_take_part(decision))
    index.touch(conversation)
    return filed


def _is_too_often(conversation: Conversation, arrival: Arrival, index: ThreadIndex) -> bool:
    return index.automatic_of(conversation, since=arrival.reached_us_at) >= AUTOMATIC_MESSAGES_PER_HOUR


def _may_take_part(decision: ThreadDecision) -> bool:
    return decision.adds_participant or decision.conversation is None


def _new_conversation(arrival: Arrival) -> Conversation:
    mailbox = arrival.mailbox
    return new_row(
        Conversation,
        subject=storable(clean_subject(arrival.mail.subject), 400), audience=mailbox.audience, team=mailbox.team, mailbox=mailbox,
        customer=arrival.sender or (arrival.parties[0][0] if arrival.parties else None), opened_at=arrival.happened_at,
        last_message_at=arrival.happened_at, last_direction=arrival.direction, order_at=arrival.happened_at, is_history=arrival.is_history,
    )  # fmt: skip


def _move_on(conversation: Conversation, arrival: Arrival, *, is_new: bool) -> bool:
    """Let a conversation know of a message. Answers whether it was reopened. Automatic mail moves nothing but its place in the thread."""
    is_latest = is_new or arrival.happened_at >= conversation.last_message_at
    if is_latest and (is_new or not arrival.mail.automatic):
        conversation.last_message_at, conversation.last_direction = arrival.happened_at, arrival.direction
    if arrival.is_history:
        if conversation.is_history:
            _move_history_on(conversation, arrival, is_latest=is_latest)
        return False
    change = next_state_on(_facts(conversation, arrival, is_new=is_new), state=conversation.state)
    conversation.closed_at = None if change.state == State.OPEN else conversation.closed_at or arrival.reached_us_at
    conversation.state = change.state
    if arrival.mail.automatic:
        return False
    conversation.is_history = False
    if arrival.is_ours:
        conversation.waiting_since = None if is_latest else conversation.waiting_since
    elif change.state == State.OPEN:
        conversation.waiting_since = conversation.waiting_since or arrival.reached_us_at
    return change.is_reopened


def _facts(conversation: Conversation, arrival: Arrival, *, is_new: bool) -> MessageFacts:
    reopens = 0
    if not is_new and not conversation.is_open:
        an_hour_ago = arrival.reached_us_at - timedelta(hours=1)
        reopens = Closure.objects.filter(conversation=conversation, reopened_at__gt=an_hour_ago, reopened_by=None).count()
    return MessageFacts(arrival.direction, arrival.mail.automatic, is_new_conversation=is_new, reopens_in_last_hour=reopens)


def _move_history_on(conversation: Conversation, arrival: Arrival, *, is_latest: bool) -> None:
    """History is closed as of its last message, unless that is not older than the day from which things are still open."""
    if not is_latest:
        return
    is_open = arrival.open_since is not None and arrival.happened_at >= arrival.open_since
    conversation.state = State.OPEN if is_open else State.CLOSED
    conversation.closed_at = None if is_open else conversation.last_message_at
    if not is_open or arrival.is_ours:
        conversation.waiting_since = None
    elif not arrival.mail.automatic:
        conversation.waiting_since = conversation.waiting_since or arrival.happened_at


def _write(filed: Sequence[Filed], index: ThreadIndex) -> None:
    """Interactions first, so that a new conversation is inserted with its last one and needs no second statement."""
    interactions = record_interactions([_interaction(one) for one in filed])
    for one, interaction in zip(filed, interactions, strict=True):
        if not one.arrival.mail.automatic or one.is_new_conversation:
            _let_it_be_last(one.conversation, interaction)
    _note_reopenings_and_wakings(filed)
    _write_conversations(index)
    for one, interaction in zip(filed, interactions, strict=True):
        one.message = _message(one, interaction)
    insert_rows([one.message for one in filed])
    insert_rows(index.new_seen(), ignore_conflicts=True)
    _write_links(filed, index)


def _write_conversations(index: ThreadIndex) -> None:
    fresh = [settle(conversation) for conversation in index.fresh()]
    save_settled(index.changed())
    if not fresh:
        return
    insert_rows(fresh)
    insert_rows(
        [
            new_row(
                Closure, conversation=one, reason=CloseReason.HISTORY if one.is_history else CloseReason.NO_REPLY_NEEDED, at=one.closed_at
            )
            for one in fresh
            if one.closed_at is not None
        ]
    )


def _write_links(filed: Sequence[Filed], index: ThreadIndex) -> None:
    links = []
    for one in filed:
        other = None if one.decision.linked_to is None else index.number_of(one.decision.linked_to)
        if other is not None and other != one.conversation.pk:
            links.append(
                ConversationLink(conversation=one.conversation, other_id=other, reason=one.decision.reason, at=one.arrival.reached_us_at)
            )
    insert_rows(links, ignore_conflicts=True)


def _let_it_be_last(conversation: Conversation, interaction: Interaction) -> None:
    last = conversation.last_interaction
    if last is None or interaction.happened_at >= last.happened_at:
        conversation.last_interaction = interaction


def _note_reopenings_and_wakings(filed: Sequence[Filed]) -> None:
    for one in filed:
        if one.was_reopened:
            mark_reopened(one.conversation, by=None, at=one.arrival.reached_us_at)
        if one.arrival.waits and not one.arrival.is_history and one.conversation.snoozed_until is not None:
            end_of(one.conversation, because="customer", at=one.arrival.reached_us_at)


def _find_copied_in_batch(aside: Sequence[PutAside], filed: Sequence[Filed]) -> None:
    """A copy may follow its first within one batch, and then has no row to be found by until now."""
    written = {one.message.message_id: one.message.interaction for one in filed if one.message.message_id}
    for one in aside:
        if one.decision.kind == "copy" and one.copied is None:
            one.copied = written.get(seen_key(one.arrival.mail.message_id))


def _write_copies(aside: Sequence[PutAside]) -> list[NewEvent]:
    """The second copy of one mail came by another mailbox: its team may read the conversation from now on as well."""
    events = []
    for one in aside:
        if one.copied is None or one.conversation is None or one.rule:
            continue
        audience = widened(one.conversation.audience, one.arrival.mailbox.audience)
        if audience.pk != one.conversation.audience_id:
            one.conversation.audience = audience
            save_settled([one.conversation])
            set_audience_of_messages(one.conversation)
            events.append(NewEvent("conversation.audience_changed", one.conversation, audience_id=audience.pk))
    return events


def _interaction(one: Filed) -> NewInteraction:
    arrival, mail = one.arrival, one.arrival.mail
    return NewInteraction(
        audience=one.conversation.audience, channel="email", direction=arrival.direction, kind="message", happened_at=arrival.happened_at,
        text=without_links(mail.new_text or mail.text), quoted=without_links(mail.quoted_text), language=arrival.language, stage="get_help",
        author=arrival.author, parties=arrival.parties, files=arrival.files, authentication=arrival.authentication.result,
        authentication_method=arrival.authentication.method[:20], authentication_domain=arrival.authentication.domain[:253],
        is_automatic=bool(mail.automatic), is_history=arrival.is_history,
    )  # fmt: skip


def _message(one: Filed, interaction: Interaction) -> Message:
    mail = one.arrival.mail
    return new_row(
        Message,
        conversation=one.conversation, interaction=interaction, subject=storable(mail.subject, 400), html=without_links(mail.html),
        mailbox=one.arrival.mailbox, message_id=seen_key(mail.message_id), body_digest=mail.body_digest, automatic=mail.automatic,
        reply_to=mail.reply_to[0].address[:320] if mail.reply_to else "", in_reply_to=seen_key(mail.in_reply_to[0]) if mail.in_reply_to else "",
        thread_decision=one.decision.kind, thread_reason=one.decision.reason,
    )  # fmt: skip


def _events(one: Filed) -> list[NewEvent]:
    arrival, conversation = one.arrival, one.conversation
    actor = arrival.author or arrival.sender
    kind = "message.sent" if arrival.is_ours else "message.received"
    events = [NewEvent(kind, one.message, actor, conversation.audience_id, arrival.is_history, fields=_fields(one))]
    if one.was_reopened:
        events.insert(0, NewEvent("conversation.reopened", conversation, actor, conversation.audience_id, fields={"reason": "customer"}))
    return events


def _fields(one: Filed) -> dict[str, object]:
    arrival = one.arrival
    ids: dict[str, object] = {
        "conversation_id": one.conversation.pk, "interaction_id": one.message.interaction_id, "mailbox_id": arrival.mailbox.pk,
    }  # fmt: skip
    if arrival.sender is None or arrival.is_ours:
        return ids | {"is_automatic": bool(arrival.mail.automatic)}
    return ids | {
        "identity_id": arrival.sender.pk,
        "thread_reason": str(one.decision.reason),
        "authentication": arrival.authentication.result,
        "automatic": arrival.mail.automatic or "no",
        "is_new_conversation": one.is_new_conversation,
    }
