"""What is past, in bulk: letters through the filing path as history, and our own acts as the rows that the services would have written.

A service acts now and on one row at a time, which for twenty-five thousand acts would take minutes. So this file repeats what
`conversations.services` (messages, assignment, closing, snoozing) and `promises.services.replies` write, and must follow them. Of events
it records those of messages alone, as an import does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from multiprocessing import get_context

from django.db import connection, transaction
from django.db.models import F

from heard.channels.email.understanding import Understood
from heard.conversations.models import (
    Assignment,
    CloseReason,
    Closure,
    Conversation,
    Delivery,
    DeliveryState,
    DueKind,
    Message,
    MessageKind,
    SeenMessageId,
)
from heard.conversations.models import (
    Snooze as SnoozeRow,
)
from heard.conversations.rules import clean_subject
from heard.demo.company import Act, Assign, Close, Company, Enclosure, MailArrives, Note, Reopen, Reply, Snooze, Tell, Wake
from heard.demo.loading.rows import Rows, promise_of
from heard.demo.loading.setting import Setting
from heard.demo.reading import prepare, read_letters
from heard.events import NewEvent
from heard.files import store
from heard.inbound.models import Inbound, LedgerDay
from heard.inbound.services.filing import file_batch
from heard.lib.time import frozen_at
from heard.promises.models import Policy, Promise, PromiseState
from heard.promises.selectors import calendar_of, policy_for
from heard.timeline.models import Interaction
from heard.timeline.services.recording import NewFile, NewInteraction, record_interactions

LETTERS_AT_ONCE = 400
REASONS = {
    "solved": CloseReason.SOLVED,
    "no_reply": CloseReason.SOLVED,
    "no_answer_needed": CloseReason.NO_REPLY_NEEDED,
    "unwanted": CloseReason.SPAM,
}


@dataclass(slots=True)
class Thread:
    """How far one past conversation has got while it is loaded."""

    conversation: Conversation
    last_interaction: int | None = None
    last_at: datetime | None = None
    last_direction: str = "in"
    closed_at: datetime | None = None
    assignee: int | None = None
    closure: Closure | None = None
    snooze: SnoozeRow | None = None
    owed: Promise | None = None
    was_answered: bool = False
    replies: dict[str, Delivery] = field(default_factory=dict)


class History:
    """Takes acts in order of time and writes them some hundred letters at a time, while other processes read the next ones."""

    def __init__(self, company: Company, setting: Setting) -> None:
        self.company, self.setting = company, setting
        self.threads: dict[str, Thread] = {}
        self.astray: Counter[str] = Counter()
        self.received: Counter[tuple[int, date]] = Counter()
        self._acts: list[Act] = []
        self._letters = 0
        self._waiting: tuple[list[Act], list[Future[list[Understood]]]] | None = None
        self._policies: dict[int, Policy] = {}
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def take(self, act: Act) -> None:
        """Remember an act; now and then a batch is written."""
        self._acts.append(act)
        self._letters += isinstance(act, MailArrives)
        if self._letters >= LETTERS_AT_ONCE:
            self._begin()

    def finish(self) -> None:
        """Write what is left, and the state of every conversation."""
        self._begin()
        self._write_waiting()
        self._close_the_books()

    def _begin(self) -> None:
        """Let the letters of this batch be read while the batch before it is written."""
        raws = [act.mail.raw for act in self._acts if isinstance(act, MailArrives)]
        reading = self._read(raws)
        batch, self._acts, self._letters = self._acts, [], 0
        self._write_waiting()
        self._waiting = (batch, reading)

    def _read(self, raws: list[bytes]) -> list[Future[list[Understood]]]:
        if self._pool is None and len(raws) < LETTERS_AT_ONCE:  # not worth the start of other processes
            done: Future[list[Understood]] = Future()
            done.set_result(read_letters(raws))
            return [done]
        self._pool = self._pool or ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=prepare)
        step = len(raws) // 4 + 1
        return [self._pool.submit(read_letters, raws[start : start + step]) for start in range(0, len(raws), step)]

    def _write_waiting(self) -> None:
        if self._waiting is not None and self._waiting[0]:
            batch, reading = self._waiting
            with frozen_at(batch[-1].at):
                self._write(batch, [one for future in reading for one in future.result()])
        self._waiting = None

    def _write(self, batch: list[Act], understood: list[Understood]) -> None:
        letters = [act for act in batch if isinstance(act, MailArrives)]
        inbounds = self._keep(letters)
        file_batch([row.pk for row in inbounds], {row.pk: one for row, one in zip(inbounds, understood, strict=True)})
        arrived = self._find(letters, inbounds)
        with transaction.atomic():
            said = self._say([act for act in batch if isinstance(act, Reply | Note)])
            rows = Rows()
            for act in batch:
                self._follow(act, arrived, said, rows)
            rows.write()

    def _keep(self, letters: Sequence[MailArrives]) -> list[Inbound]:
        """Originals as they came on their day; what `inbound.receive_many` writes, less the task."""
        blobs = store.put_many([act.mail.raw for act in letters])
        rows = [
            Inbound(
                mailbox=self.setting.boxes[act.box], blob=blob, digest=blob.digest, transport="imap",
                transport_id=f"INBOX/1/{act.mail.message_id}"[:200],
                received_at=act.at, day=act.at.date(), is_history=True,
            )
            for act, blob in zip(letters, blobs, strict=True)
        ]  # fmt: skip
        with transaction.atomic():
            rows = Inbound.objects.bulk_create(rows)
        self.received.update((row.mailbox_id, row.day) for row in rows)
        return rows

    def _find(self, letters: Sequence[MailArrives], inbounds: Sequence[Inbound]) -> dict[int, tuple[int, int]]:
        """Where each letter went, by its identity as an object: (interaction, conversation). Learns of new threads."""
        columns = ("pk", "interaction_id", "interaction__message__conversation_id")
        filed = {row[0]: row[1:] for row in Inbound.objects.filter(pk__in=[row.pk for row in inbounds]).values_list(*columns)}
        places = {id(act): filed[row.pk] for act, row in zip(letters, inbounds, strict=True) if filed[row.pk][1] is not None}
        fresh = {act.thread: places[id(act)][1] for act in reversed(letters) if id(act) in places and act.thread not in self.threads}
        found = Conversation.objects.select_related("customer", "audience", "mailbox").in_bulk(list(fresh.values()))
        for thread, number in fresh.items():
            self.threads[thread] = Thread(found[number])
        # Filing closes history by itself; what colleagues closed is told by their own acts.
        answered = [fresh[act.thread] for act in letters if act.thread in fresh and act.sort == "letter"]
        Closure.objects.filter(conversation__in=answered, reason=CloseReason.HISTORY).delete()
        for act in letters:
            if id(act) in places and places[id(act)][1] != self.threads[act.thread].conversation.pk:
                self.astray[act.thread] += 1
        return places

    def _say(self, words: Sequence[Reply | Note]) -> dict[int, Message]:
        """Replies and notes with their messages, by the act's identity as an object."""
        words = [act for act in words if act.thread in self.threads]
        files = self._files([enclosure for act in words if isinstance(act, Reply) for enclosure in act.enclosures])
        interactions = record_interactions([self._interaction(act, files) for act in words])
        messages = [self._message(act, interaction) for act, interaction in zip(words, interactions, strict=True)]
        messages = Message.objects.bulk_create(messages)
        SeenMessageId.objects.bulk_create(
            [SeenMessageId(message_id=one.message_id, conversation_id=one.conversation_id) for one in messages if one.message_id],
            ignore_conflicts=True,
        )
        return {id(act): message for act, message in zip(words, messages, strict=True)}

    def _files(self, enclosures: Iterable[Enclosure]) -> dict[int, NewFile]:
        enclosures = list(enclosures)
        raws = [enclosure.make() for enclosure in enclosures]
        blobs = store.put_many(raws) if raws else []
        return {
            id(enclosure): NewFile(blob, enclosure.name, enclosure.content_type, len(raw))
            for enclosure, blob, raw in zip(enclosures, blobs, raws, strict=True)
        }

    def _interaction(self, act: Reply | Note, files: dict[int, NewFile]) -> NewInteraction:
        conversation = self.threads[act.thread].conversation
        is_reply = isinstance(act, Reply)
        customer = [(conversation.customer, "to" if is_reply else "about")] if conversation.customer else []
        return NewInteraction(
            audience=conversation.audience, channel="email" if is_reply else "note", direction="out" if is_reply else "internal",
            kind="message" if is_reply else "note", happened_at=act.at, text=act.text, author=self.setting.users[act.author],
            parties=customer,
            files=[files[id(enclosure)] for enclosure in act.enclosures] if isinstance(act, Reply) else [],
            language=conversation.mailbox.language if is_reply and conversation.mailbox else "", is_history=True,
        )  # fmt: skip

    def _message(self, act: Reply | Note, interaction: Interaction) -> Message:
        conversation = self.threads[act.thread].conversation
        if isinstance(act, Note):
            return Message(conversation=conversation, interaction=interaction, kind=MessageKind.NOTE)
        return Message(
            conversation=conversation, interaction=interaction, subject=clean_subject(act.subject)[:400], mailbox=conversation.mailbox,
            message_id=act.message_id,
        )  # fmt: skip

    # --- what each act means for its conversation ----------------------------------------------------------------------------------------

    def _follow(self, act: Act, arrived: dict[int, tuple[int, int]], said: dict[int, Message], rows: Rows) -> None:
        thread = self.threads.get(act.thread)
        if thread is None:
            return
        if isinstance(act, MailArrives):
            if act.sort == "bounce":
                self._came_back(act, thread, rows)
            elif id(act) in arrived and act.sort != "automatic":
                self._asked(act, thread, arrived[id(act)][0], rows)
        elif isinstance(act, Reply):
            self._answered(act, thread, said[id(act)], rows)
        elif isinstance(act, Note):
            rows.events.append(_event("note.added", act, said[id(act)], thread, self.setting.users[act.author]))
        elif isinstance(act, Assign):
            self._assigned(act, thread, rows)
        elif isinstance(act, Close):
            self._closed(act, thread, rows)
        elif isinstance(act, Reopen):
            _reopen(act.at, thread, rows)
        elif isinstance(act, Snooze):
            thread.snooze = SnoozeRow(conversation=thread.conversation, until=act.until, by=self.setting.users[act.by], at=act.at)
            rows.snoozes.append(thread.snooze)
        elif isinstance(act, Wake):
            _wake(thread, act.at, "time", rows)
        elif isinstance(act, Tell):
            self._told(act, thread, rows)

    def _asked(self, act: MailArrives, thread: Thread, interaction: int, rows: Rows) -> None:
        thread.last_interaction, thread.last_at, thread.last_direction = interaction, act.at, "in"
        _wake(thread, act.at, "customer", rows)
        if act.sort != "letter" or thread.owed is not None:
            return
        policy = self._policy(thread.conversation.team_id)
        seconds = policy.next_reply_business_seconds if thread.was_answered else policy.first_reply_business_seconds
        due_at = calendar_of(policy).add(act.at, seconds)
        kind = DueKind.NEXT_REPLY if thread.was_answered else DueKind.FIRST_REPLY
        thread.owed = Promise(
            conversation=thread.conversation, kind=kind, owed_by_team_id=thread.conversation.team_id, made_at=act.at, first_due_at=due_at,
            due_at=due_at, policy=policy, calendar_id=policy.calendar_id,
        )  # fmt: skip
        rows.promises.append(thread.owed)

    def _answered(self, act: Reply, thread: Thread, message: Message, rows: Rows) -> None:
        thread.last_interaction, thread.last_at, thread.last_direction, thread.was_answered = message.interaction_id, act.at, "out", True
        delivery = Delivery(
            message=message, state=DeliveryState.SENT, recipients=[act.to[1]], accepted=[act.to[1]], attempts=1, last_reply="250",
            queued_at=act.at,
            finished_at=act.at,
        )  # fmt: skip
        thread.replies[act.message_id] = delivery
        rows.deliveries.append(delivery)
        rows.events.append(
            _event("message.sent", act, message, thread, self.setting.users[act.author], mailbox_id=message.mailbox_id, is_automatic=False)
        )
        if thread.owed is not None:
            thread.owed.state, thread.owed.kept_at, thread.owed.kept_in_id = PromiseState.KEPT, act.at, message.interaction_id
            if act.at > thread.owed.due_at:
                thread.owed.broken_at = thread.owed.due_at
            rows.settle(thread.owed)
            thread.owed = None

    def _came_back(self, act: MailArrives, thread: Thread, rows: Rows) -> None:
        delivery = thread.replies.get(act.mail.references[-1])
        if delivery is None:
            return
        delivery.state, delivery.bounced_at, delivery.last_problem = DeliveryState.BOUNCED, act.at, "bounced"
        delivery.refused = [{"address": address, "code": 0} for address in delivery.recipients]
        if delivery.pk:
            rows.changed_deliveries.append(delivery)

    def _assigned(self, act: Assign, thread: Thread, rows: Rows) -> None:
        if act.to is None:
            return
        thread.assignee = self.setting.users[act.to].pk
        by = self.setting.users[act.by] if act.by else None
        rows.assignments.append(Assignment(conversation=thread.conversation, assignee_id=thread.assignee, by=by, at=act.at))

    def _closed(self, act: Close, thread: Thread, rows: Rows) -> None:
        _wake(thread, act.at, "closed", rows)
        _reopen(act.at, thread, rows)
        thread.closed_at = act.at
        by = self.setting.users[act.by]
        thread.closure = Closure(conversation=thread.conversation, reason=REASONS[act.reason], by=by, at=act.at)
        rows.closures.append(thread.closure)
        if thread.owed is not None:
            thread.owed.state, thread.owed.released_at, thread.owed.release_reason = PromiseState.RELEASED, act.at, str(REASONS[act.reason])
            rows.settle(thread.owed)
            thread.owed = None

    def _told(self, act: Tell, thread: Thread, rows: Rows) -> None:
        promise = promise_of(act, thread.conversation, self.setting)
        promise.made_in_id = promise.told_in_id = thread.last_interaction
        rows.promises.append(promise)

    def _policy(self, team_id: int) -> Policy:
        if team_id not in self._policies:
            self._policies[team_id] = policy_for(team_id)
        return self._policies[team_id]

    @transaction.atomic
    def _close_the_books(self) -> None:
        """The columns that repeat the present state, for every conversation at once; and everything counts as lived, not as imported."""
        LedgerDay.objects.bulk_create(
            [LedgerDay(mailbox_id=mailbox, day=day, received=count) for (mailbox, day), count in self.received.items()]
        )
        adapt = connection.ops.adapt_datetimefield_value
        values = [
            (
                adapt(one.closed_at or one.last_at), one.last_interaction, adapt(one.last_at), one.last_direction, adapt(one.last_at),
                one.assignee, one.conversation.pk,
            )
            for one in self.threads.values()
            if one.last_at is not None
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE conversations SET state = 'closed', standing = 'closed', closed_at = %s, last_interaction_id = %s, "
                "last_message_at = %s, last_direction = %s, order_at = %s, assignee_id = %s, waiting_since = NULL WHERE id = %s",
                values,
            )
        Conversation.objects.update(is_history=False)
        Interaction.objects.update(is_history=False, learned_at=F("happened_at"))


def _reopen(at: datetime, thread: Thread, rows: Rows) -> None:
    thread.closed_at = None
    if thread.closure is not None:
        thread.closure.reopened_at = at
        if thread.closure.pk:
            rows.changed_closures.append(thread.closure)
        thread.closure = None


def _wake(thread: Thread, at: datetime, because: str, rows: Rows) -> None:
    if thread.snooze is None:
        return
    thread.snooze.ended_at, thread.snooze.ended_because = at, because
    if thread.snooze.pk:
        rows.changed_snoozes.append(thread.snooze)
    thread.snooze = None


def _event(kind: str, act: Act, message: Message, thread: Thread, actor: object, **fields: object) -> NewEvent:
    ids = {"conversation_id": thread.conversation.pk, "interaction_id": message.interaction_id}
    return NewEvent(kind, message, actor, thread.conversation.audience_id, True, None, act.at, {**ids, **fields})  # type: ignore[arg-type]
