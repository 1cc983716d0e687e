"""What we owe: policies that make targets, calendars they count by, and the promises themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.conversations.models import Conversation, DueKind
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction


class Calendar(models.Model):
    """One version of business hours: `definition` is what `lib.calendars` reads. A change is a new version."""

    personal = None
    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveIntegerField(default=1)
    definition = models.JSONField()
    is_current = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "calendars"
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="calendar_version_is_made_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(is_current=True), name="calendar_has_one_current_version"),
        ]


class Policy(models.Model):
    """One version of how soon we answer, in business seconds. `team` null is for every team without its own."""

    personal = None
    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveIntegerField(default=1)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    first_reply_business_seconds = models.PositiveIntegerField()
    next_reply_business_seconds = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "policies"
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="policy_version_is_made_once"),
            models.UniqueConstraint(fields=["team"], condition=Q(is_current=True), name="team_has_one_current_policy"),
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True, team=None), name="everybody_else_has_one_current_policy"
            ),
        ]


class PromiseState(models.TextChoices):
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    RELEASED = "released", _("released")


class Promise(models.Model):
    """Something owed to a customer by a moment. While `told_at` is null nobody told the customer: a target.

    `broken_at` is when the moment passed unkept; a promise kept late has both. `due_at` never moves by itself;
    `first_due_at` is the date that was first given. Each later date is a `PromiseChange`. `made_in` is the interaction whose words
    gave it, `told_in` the one that told the customer, `kept_in` the one that kept it. `remind_at` is when its owner hears of it, null
    once they have.
    """

    personal = Personal(
        what=_("what we owe a customer and by when"),
        why=_("to keep our word"),
        keep=_("as long as the conversation"),
        export=_("yes, when it was told"),
        erase=_("the sentence is emptied"),
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=12, choices=DueKind)
    text = models.CharField(max_length=300, blank=True, default="")
    owed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    owed_by_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_in = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_in = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    remind_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=PromiseState, default=PromiseState.OPEN)
    kept_at = models.DateTimeField(null=True)
    kept_in = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    broken_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=40, blank=True, default="")
    release_words = models.CharField(max_length=300, blank=True, default="")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(null=True)

    class Meta:
        db_table = "promises"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state="open") & ~Q(kind="by_hand"), name="conversation_owes_one_reply_at_a_time"
            ),
            models.UniqueConstraint(fields=["made_by", "once"], condition=Q(once__isnull=False), name="promise_is_made_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open", broken_at=None), name="promises_due"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="promises_open"),
            models.Index(fields=["kept_at"], condition=Q(kept_at__isnull=False), name="promises_kept"),
            models.Index(fields=["broken_at"], condition=Q(broken_at__isnull=False), name="promises_broken"),
            models.Index(fields=["owed_by", "due_at"], condition=Q(state="open", kind="by_hand"), name="promises_of_colleague"),
            models.Index(fields=["owed_by_team", "due_at"], condition=Q(state="open", kind="by_hand"), name="promises_of_team"),
            models.Index(fields=["due_at"], condition=Q(state="open", kind="by_hand"), name="promises_by_hand"),
            models.Index(fields=["kept_at"], condition=Q(kind="by_hand", kept_at__isnull=False), name="promises_by_hand_kept"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="promises_to_remind_of"),
        ]

    @property
    def is_target(self) -> bool:
        return self.told_at is None

    @property
    def is_by_hand(self) -> bool:
        return self.kind == DueKind.BY_HAND

    @property
    def is_open(self) -> bool:
        return self.state == PromiseState.OPEN

    @property
    def has_moved(self) -> bool:
        return self.due_at != self.first_due_at


class PromiseChange(models.Model):
    """A new date for a promise. A date that was told counts on until the customer was told the new one: until then `told_at` is null."""

    personal = Personal(
        what=_("a new date for what we owe, and why"),
        why=_("to keep the first date in sight"),
        keep=_("as long as the promise"),
        export=_("yes, when it was told"),
        erase=_("the reason is emptied"),
    )
    promise = models.ForeignKey(Promise, models.CASCADE, related_name="changes")
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_in = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "promise_changes"
