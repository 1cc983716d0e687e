"""What we give to make something good: gestures within the authority of a role. Money is minor units with an ISO 4217 currency."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Role, User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation, Message
from heard.privacy.registry import Personal
from heard.purchases.models import Order, OrderLine


class GestureKind(models.TextChoices):
    REPLACEMENT = "replacement", _("Replacement")
    REFUND = "refund", _("Refund")
    CREDIT = "credit", _("Credit")


class Authority(models.Model):
    """What everybody of a role may give in a week without asking, in minor units of a currency. A change is a new row; the old one ends.

    `amount` 0 is nothing.
    """

    personal = None
    role = models.CharField(_("role"), max_length=10, choices=Role)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "authorities"
        constraints = [
            models.UniqueConstraint(fields=["role", "currency"], condition=Q(ended_at=None), name="role_has_one_authority_in_a_currency"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="authority_is_not_below_nothing"),
        ]


class GestureQuerySet(models.QuerySet["Gesture"]):
    def visible_to(self, actor: User) -> GestureQuerySet:
        """Those of conversations that `actor` may read."""
        return self.filter(conversation__audience__in=readable_audience_ids(actor))

    def standing(self) -> GestureQuerySet:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def untold(self) -> GestureQuerySet:
        return self.standing().filter(told_in=None)


class Gesture(models.Model):
    """Something given to a customer. Until `told_in` is set the next reply offers to tell it; `carried_out_at` is when it was done.

    `amount` is what it costs us, in minor units. What it was for is the order's line, or the order, or neither.
    """

    personal = Personal(
        what=_("a replacement, refund or credit that was given, and for what"),
        why=_("to make good what went wrong, and to know what was given"),
        keep=_("as long as the conversation"),
        export=_("yes"),
        erase=_("amount and kind stay for the budget; what it was for is cut"),
    )
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="gestures")
    kind = models.CharField(max_length=12, choices=GestureKind)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    order = models.ForeignKey(Order, models.SET_NULL, null=True, related_name="gestures")
    line = models.ForeignKey(OrderLine, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    once = models.UUIDField(null=True)
    told_in = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="gestures")
    told_at = models.DateTimeField(null=True)
    carried_out_at = models.DateTimeField(null=True)
    carried_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = GestureQuerySet.as_manager()

    class Meta:
        db_table = "gestures"
        constraints = [
            models.UniqueConstraint(fields=["by", "once"], condition=Q(once__isnull=False), name="gesture_is_made_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="gesture_costs_something"),
        ]
        indexes = [
            models.Index(fields=["by", "at"], name="gestures_of_colleague"),
            models.Index(fields=["at"], condition=Q(carried_out_at=None, withdrawn_at=None), name="gestures_to_carry_out"),
        ]

    @property
    def reference(self) -> str:
        """How others name it: the shop may give its refund this number."""
        return f"G{self.pk}"
