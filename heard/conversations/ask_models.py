"""Questions between colleagues inside a conversation: who was asked, what came back, and the mails that carry them.

The words of a question and of its answers are interactions between colleagues, as notes are. That nobody knows a colleague's word for a
customer's rests on this: they are `internal`, and no Message-ID of theirs is among the conversation's.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction

OPEN = Q(answered_at=None, withdrawn_at=None)


class Ask(models.Model):
    """A question to one colleague, one team, or one address. It belongs to the conversation its question stands in.

    The link shows the question and, when the asker chose so, `included`: one thing the customer said. `link_seed` makes no link without a key
    that is outside the database; another seed makes the links of before worthless.
    """

    personal = Personal(
        what=_("that a colleague was asked about a conversation, and until when"),
        why=_("to know what is in hand, and who has it"),
        keep=_("as long as the conversation"),
        export=_("no"),
        erase=_("the words go with the note they stand in; an address of the person is emptied"),
    )
    question = models.OneToOneField("conversations.Message", models.CASCADE, related_name="ask")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=320, blank=True, default="")
    included = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    is_shown_to_customer = models.BooleanField(default=False)
    link_seed = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "asks"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None, address="")
                | Q(user=None, team__isnull=False, address="")
                | Q(user=None, team=None),  # an address, or what erasure left of it
                name="ask_goes_to_one",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=OPEN & Q(reminded_at=None), name="asks_to_remind"),
            models.Index(fields=["user", "due_at"], condition=OPEN & Q(user__isnull=False), name="asks_open_of_a_colleague"),
            models.Index(fields=["team", "due_at"], condition=OPEN & Q(team__isnull=False), name="asks_open_of_a_team"),
            models.Index(fields=["by", "due_at"], condition=OPEN, name="asks_open_by_a_colleague"),
            models.Index("by", F("answered_at").desc(), condition=Q(answered_at__isnull=False), name="asks_answered_of_a_colleague"),
        ]

    @property
    def is_open(self) -> bool:
        """Somebody is still expected to answer."""
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def last_answer(self) -> AskAnswer | None:
        """The latest that a person gave. No query when answers are loaded."""
        given = [answer for answer in self.answers.all() if not answer.is_automatic]
        return max(given, key=lambda answer: (answer.at, answer.pk), default=None)

    @property
    def whom(self) -> str:
        """Whom it was put to, by name or address; "" when that was erased."""
        return self.user.name if self.user else self.team.name if self.team else self.address


class AnsweredVia(models.TextChoices):
    HERE = "here", _("in Heard")
    LINK = "link", _("by the link")
    MAIL = "mail", _("by e-mail")


class AskAnswer(models.Model):
    """Words that came back. `came_after` says what had happened to the question by then; an automatic one answers nothing.

    `user` is who it was as far as we know: logged in, by a mail from their address, or by the link that was sent to them alone.
    """

    personal = Personal(
        what=_("which colleague answered a question about a conversation, by what way"),
        why=_("to know whose word it is"),
        keep=_("as long as the conversation"),
        export=_("no"),
        erase=_("the words go with the note they stand in; an address of the person is emptied"),
    )
    ask = models.ForeignKey(Ask, models.CASCADE, related_name="answers")
    message = models.OneToOneField("conversations.Message", models.CASCADE, related_name="ask_answer")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=320, blank=True, default="")
    via = models.CharField(max_length=10, choices=AnsweredVia)
    came_after = models.CharField(max_length=10, blank=True, default="", choices=[("withdrawn", _("withdrawn")), ("expired", _("expired"))])
    is_automatic = models.BooleanField(default=False)
    mail_id = models.CharField(max_length=255, blank=True, default="")
    once = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ask_answers"
        constraints = [
            models.UniqueConstraint(fields=["ask", "mail_id"], condition=~Q(mail_id=""), name="answer_by_mail_is_filed_once"),
            models.UniqueConstraint(fields=["ask", "once"], condition=Q(once__isnull=False), name="answer_is_given_once"),
        ]
        indexes = [models.Index(fields=["user", "at"], condition=Q(user__isnull=False), name="answers_of_a_colleague")]

    @property
    def who(self) -> str:
        """Who says it, as far as we know."""
        return (self.user.name if self.user else "") or self.name or self.address or self.ask.whom


class AskMailKind(models.TextChoices):
    QUESTION = "question", _("question")
    REMINDER = "reminder", _("reminder")
    WITHDRAWAL = "withdrawal", _("withdrawal")


class AskMailState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("came back")
    FAILED = "failed", _("could not be sent")


class AskMail(models.Model):
    """A mail to the colleagues who are asked, and how far it got. It is no message of the conversation."""

    personal = Personal(
        what=_("to which addresses of colleagues a question was sent"),
        why=_("to know that it arrived"),
        keep=_("as long as the conversation"),
        export=_("no"),
        erase=_("an address of the person is removed"),
    )
    ask = models.ForeignKey(Ask, models.CASCADE, related_name="mails", db_index=False)
    kind = models.CharField(max_length=12, choices=AskMailKind)
    recipients = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=AskMailState, default=AskMailState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    last_problem = models.CharField(max_length=40, blank=True, default="")
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ask_mails"
        constraints = [models.UniqueConstraint(fields=["ask", "kind"], name="ask_has_each_mail_once")]
