"""What is open now, lived again: every act by its service, at its own moment, so that waits, targets and snoozes are real ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatchmethod

from django.db import transaction

from heard.conversations.models import Conversation, Delivery, DeliveryState, Message, SeenMessageId
from heard.conversations.services.assignment import assign_conversation, move_to_team
from heard.conversations.services.closing import close_conversation, reopen_conversation
from heard.conversations.services.messages import add_note, reply_to_conversation
from heard.conversations.services.snoozing import end_snooze, snooze_conversation
from heard.conversations.services.standing import set_due
from heard.conversations.services.thread_index import seen_key
from heard.demo.company import Act, Assign, Close, Company, MailArrives, Note, Reopen, Reply, Snooze, Tell, Wake
from heard.demo.loading.history import REASONS
from heard.demo.loading.rows import promise_of
from heard.demo.loading.setting import Setting
from heard.files import store
from heard.inbound.models import Inbound, State
from heard.inbound.services.filing import file_batch
from heard.inbound.services.receiving import receive
from heard.lib.time import frozen_at
from heard.promises.models import Promise, PromiseState
from heard.promises.rules import remind_at
from heard.promises.services import replies
from heard.tasks.models import Task
from heard.timeline.services.recording import NewFile

DONE_ALREADY = ("file_inbounds", "deliver_message")


class Present:
    """The conversations by the generator's keys, as they come into being."""

    def __init__(self, company: Company, setting: Setting) -> None:
        self.company, self.setting = company, setting
        self.conversations: dict[str, int] = {}

    def live(self, acts: Iterable[Act]) -> None:
        """Do every act at its moment; then mark what came due, and let the worker find nothing left to do of it."""
        acts = list(acts)
        store.put_many([act.mail.raw for act in acts if isinstance(act, MailArrives)])  # one pack, where `receive` then finds each
        for act in acts:
            with frozen_at(act.at):
                self._do(act)
        with frozen_at(self.company.now):
            replies.break_due(self.company.now)
        for name in DONE_ALREADY:
            Task.objects.filter(name__endswith=name).delete()

    @singledispatchmethod
    def _do(self, act: Act) -> None:
        raise NotImplementedError(type(act).__name__)

    @_do.register
    def _(self, act: MailArrives) -> None:
        inbound = receive(
            act.mail.raw, mailbox=self.setting.boxes[act.box], transport="imap", transport_id=f"INBOX/1/{act.mail.message_id}"[:200]
        )
        file_batch([inbound.pk])
        filed = Inbound.objects.get(pk=inbound.pk)
        if filed.state == State.FILED and act.thread not in self.conversations:
            message = Message.objects.get(interaction=filed.interaction_id)
            self.conversations[act.thread] = message.conversation_id
        elif act.sort == "bounce":
            message = Message.objects.select_related("interaction", "conversation").get(message_id=seen_key(act.mail.references[-1]))
            replies.reopen_after_failure(message)

    @_do.register
    def _(self, act: Reply) -> None:
        files = [NewFile(store.put(raw := one.make()), one.name, one.content_type, len(raw)) for one in act.enclosures]
        message = reply_to_conversation(
            self._conversation(act), author=self.setting.users[act.author], body=act.text, to=[act.to[1]], files=files
        )
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(message_id=seen_key(act.message_id))
            SeenMessageId.objects.get_or_create(message_id=seen_key(act.message_id), defaults={"conversation_id": message.conversation_id})
            Delivery.objects.filter(message=message).update(
                state=DeliveryState.SENT, accepted=[act.to[1]], attempts=1, last_reply="250", finished_at=act.at
            )
        replies.keep_by_reply(Message.objects.select_related("interaction", "conversation").get(pk=message.pk))

    @_do.register
    def _(self, act: Note) -> None:
        add_note(self._conversation(act), author=self.setting.users[act.author], body=act.text)

    @_do.register
    def _(self, act: Assign) -> None:
        by = self.setting.users[act.by or "dora"]
        if act.team:
            move_to_team(self._conversation(act), team=self.setting.teams[act.team], by=by)
        else:
            assign_conversation(self._conversation(act), to=self.setting.users[act.to] if act.to else None, by=by)

    @_do.register
    def _(self, act: Close) -> None:
        reason = str(REASONS[act.reason])
        conversation = close_conversation(self._conversation(act), by=self.setting.users[act.by], reason=reason)
        replies.release_unanswered(conversation, reason=reason)

    @_do.register
    def _(self, act: Reopen) -> None:
        conversation = reopen_conversation(self._conversation(act), by=self.setting.users[act.by] if act.by else None)
        with transaction.atomic():
            replies.owe_again_if_waiting(conversation)

    @_do.register
    def _(self, act: Snooze) -> None:
        snooze_conversation(self._conversation(act), until=act.until, by=self.setting.users[act.by])

    @_do.register
    def _(self, act: Wake) -> None:
        end_snooze(self._conversation(act), by=None, because="time")

    @_do.register
    def _(self, act: Tell) -> None:
        conversation = self._conversation(act)
        promise = promise_of(act, conversation, self.setting)
        promise.made_in_id = promise.told_in_id = conversation.last_interaction_id
        if (reminded_at := remind_at(act.at, act.due_at)) > self.company.now:
            promise.remind_at = reminded_at
        with transaction.atomic():
            promise.save()
            soonest = Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN).order_by("due_at").first()
            set_due(conversation, soonest.due_at if soonest else None, soonest.kind if soonest else "")

    def _conversation(self, act: Act) -> Conversation:
        return Conversation.objects.get(pk=self.conversations[act.thread])
