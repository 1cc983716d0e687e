"""Threads of messages with our customers, and what colleagues do with them.

Who did what and when is a row (Assignment, Snooze, Closure, ConversationJoin); the columns of Conversation that repeat
the present state exist for the inbox, and are written only by `services.standing`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience, Team, User
from heard.accounts.selectors import readable_audience_ids
from heard.channels.email.models import Mailbox
from heard.conversations.ask_models import AnsweredVia, Ask, AskAnswer, AskMail, AskMailKind, AskMailState  # noqa: F401  (Django finds models here)
from heard.people.models import Identity
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction


class State(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Standing(models.TextChoices):
    """Who has to move next. `joined` is a conversation whose messages now live in another."""

    US = "us", _("waiting on us")
    CUSTOMER = "customer", _("waiting on the customer")
    SNOOZED = "snoozed", _("snoozed")
    CLOSED = "closed", _("closed")
    JOINED = "joined", _("joined")


class DueKind(models.TextChoices):
    FIRST_REPLY = "first_reply", _("first reply")
    NEXT_REPLY = "next_reply", _("reply")
    BY_HAND = "by_hand", _("promise")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, actor: User) -> ConversationQuerySet:
        return self.filter(audience__in=readable_audience_ids(actor))


class Conversation(models.Model):
    """A thread. `order_at` is when it is next due, or else since when it waits: the inbox's order, never null."""

    personal = Personal(
        what=_("the subject of a conversation, and how far it got"),
        why=_("to answer in turn"),
        keep=_("as long as its messages"),
        export=_("yes"),
        erase=_("the subject is emptied when only erased people took part"),
    )
    subject = models.CharField(max_length=400, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.US)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="conversations")
    last_interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField()
    last_direction = models.CharField(max_length=10, default="in")
    waiting_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=12, choices=DueKind, blank=True, default="")
    snoozed_until = models.DateTimeField(null=True)
    order_at = models.DateTimeField()
    is_history = models.BooleanField(default=False)
    joined_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined_conversations")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        db_table = "conversations"
        indexes = [
            models.Index(fields=["audience", "standing", "order_at", "id"], name="inbox_by_due"),
            models.Index("audience", "standing", F("last_message_at").desc(), "id", name="inbox_by_last"),
            models.Index("audience", F("last_message_at").desc(), "id", name="inbox_all"),
            models.Index(fields=["audience", "order_at", "id"], condition=Q(assignee=None, standing="us"), name="inbox_unassigned"),
            models.Index(fields=["assignee", "standing", "order_at"], name="inbox_mine"),
            models.Index(fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="snoozes_due"),
            models.Index(fields=["waiting_since"], condition=Q(waiting_since__isnull=False), name="conversations_waiting"),
            models.Index(
                fields=["closed_at"], condition=Q(state="closed", last_direction="in", is_history=False), name="closed_on_their_word"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"conversation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN


class MessageKind(models.TextChoices):
    MESSAGE = "message", _("message")
    NOTE = "note", _("note")
    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    TELLING = "telling", _("what came of it")


class Message(models.Model):
    """The thin row that puts an interaction into a conversation. Its words are the interaction's."""

    personal = Personal(
        what=_("the formatted form of a message and its mail headers"),
        why=_("to show it as it was meant, and to thread answers"),
        keep=_("as long as the interaction"),
        export=_("with the interaction"),
        erase=_("emptied"),
    )
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    interaction = models.OneToOneField(Interaction, models.CASCADE, related_name="message")
    kind = models.CharField(max_length=16, choices=MessageKind, default=MessageKind.MESSAGE)
    subject = models.CharField(max_length=400, blank=True, default="")
    html = models.TextField(blank=True, default="")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="+")
    message_id = models.CharField(max_length=255, blank=True, default="")
    body_digest = models.CharField(max_length=64, blank=True, default="")
    reply_to = models.CharField(max_length=320, blank=True, default="")
    in_reply_to = models.CharField(max_length=255, blank=True, default="")
    automatic = models.CharField(max_length=16, blank=True, default="")
    thread_decision = models.CharField(max_length=12, blank=True, default="")
    thread_reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        db_table = "messages"
        indexes = [
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="messages_by_message_id"),
            models.Index("mailbox", F("id").desc(), condition=Q(kind="acknowledgement"), name="acknowledgements_of_mailbox"),
        ]


class SeenMessageId(models.Model):
    """Every Message-ID and reference ever seen, also of mails that never came, and the conversation it belongs to."""

    personal = Personal(
        what=_("technical ids of mails"),
        why=_("to thread answers"),
        keep=_("as long as the conversation"),
        export=_("no"),
        erase=_("replaced by their hash"),
    )
    message_id = models.CharField(max_length=255, unique=True)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+")

    class Meta:
        db_table = "seen_message_ids"


class ConversationLink(models.Model):
    """A conversation that names another in its headers but was not let in: one click joins them."""

    personal = None
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Conversation, models.CASCADE, related_name="linked_from")
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "conversation_links"
        constraints = [models.UniqueConstraint(fields=["conversation", "other"], name="conversations_are_linked_once")]


class ConversationJoin(models.Model):
    """`conversation` was joined into another; `moved` lists its messages, so that undoing puts back exactly those."""

    personal = None
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="joins")
    into = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "conversation_joins"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("came back")
    FAILED = "failed", _("could not be sent")


class Delivery(models.Model):
    """The handing over of one outgoing message to an SMTP server. `last_reply` is the server's code alone (personal words stay out)."""

    personal = Personal(
        what=_("to which addresses a message was sent, and with what result"),
        why=_("to know that an answer arrived"),
        keep=_("as long as the message"),
        export=_("yes"),
        erase=_("addresses removed"),
    )
    message = models.OneToOneField(Message, models.CASCADE, related_name="delivery")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    recipients = models.JSONField(default=list)
    accepted = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    attempts = models.PositiveIntegerField(default=0)
    last_problem = models.CharField(max_length=40, blank=True, default="")
    last_reply = models.CharField(max_length=40, blank=True, default="")
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deliveries"
        indexes = [
            models.Index(fields=["state"], condition=Q(state="waiting"), name="deliveries_waiting"),
            models.Index(fields=["message"], condition=Q(state="bounced"), name="deliveries_bounced"),
            models.Index(fields=["message"], condition=Q(state="failed"), name="deliveries_failed"),
        ]

    @property
    def is_finished(self) -> bool:
        return self.state != DeliveryState.WAITING


class Assignment(models.Model):
    """Who had a conversation from when; `assignee` null is nobody."""

    personal = None
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="assignments")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "assignments"


class Snooze(models.Model):
    """Set aside until a moment; ended by time, by hand or by the customer's word."""

    personal = None
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="snoozes")
    until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        db_table = "snoozes"
        constraints = [models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="conversation_is_snoozed_once")]


class CloseReason(models.TextChoices):
    SOLVED = "solved", _("Solved")
    NO_REPLY_NEEDED = "no_reply_needed", _("Needs no reply")
    DUPLICATE = "duplicate", _("Said elsewhere already")
    SPAM = "spam", _("Unwanted advertising")
    CONFIRMED = "confirmed", _("Solved, says the customer")
    HISTORY = "history", _("Imported history")


class Closure(models.Model):
    """A conversation was closed, and perhaps opened again."""

    personal = None
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="closures")
    reason = models.CharField(max_length=20, choices=CloseReason)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "closures"
        constraints = [models.UniqueConstraint(fields=["conversation"], condition=Q(reopened_at=None), name="conversation_is_closed_once")]


class Draft(models.Model):
    """What a colleague has begun to write and not yet sent; one for each colleague and conversation."""

    personal = Personal(
        what=_("words meant for a customer, not yet sent"),
        why=_("so that nothing written is lost"),
        keep=_("until sent or emptied"),
        export=_("no"),
        erase=_("removed"),
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField(max_length=200_000)
    is_note = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "drafts"
        constraints = [models.UniqueConstraint(fields=["conversation", "author", "is_note"], name="author_has_one_draft")]
