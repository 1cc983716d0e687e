"""What was bought: offerings, orders with their lines, and what came back. Money is minor units with an ISO 4217 currency."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience, User
from heard.accounts.selectors import readable_audience_ids
from heard.files.models import Blob
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction


class OfferingKind(models.TextChoices):
    PRODUCT = "product", _("product")
    SERVICE = "service", _("service")
    PLACE = "place", _("place")


class Offering(models.Model):
    """Something the company offers. `attributes` are names and values as its owner wrote them; `fits_with` goes both ways."""

    personal = None
    kind = models.CharField(_("kind"), max_length=10, choices=OfferingKind, default=OfferingKind.PRODUCT)
    sku = models.CharField(_("number"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    attributes = models.JSONField(_("attributes"), default=dict)
    fits_with = models.ManyToManyField("self", through="OfferingFit", symmetrical=True)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "offerings"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class OfferingFit(models.Model):
    """One offering fits with another: stands once in each direction."""

    personal = None
    offering = models.ForeignKey(Offering, models.CASCADE, related_name="fits", db_index=False)
    other = models.ForeignKey(Offering, models.CASCADE, related_name="+")

    class Meta:
        db_table = "offering_fits"
        constraints = [
            models.UniqueConstraint(fields=["offering", "other"], name="offering_fits_with_another_once"),
            models.CheckConstraint(condition=~Q(offering=F("other")), name="offering_does_not_fit_with_itself"),
        ]


class OrderSource(models.Model):
    """Where orders come from: a shop, a till. Whoever is named by `audience` may read its orders."""

    personal = None
    name = models.CharField(_("name"), max_length=40, unique=True)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "order_sources"

    def __str__(self) -> str:
        return self.name


class OrderState(models.TextChoices):
    """How far an order, or a line of it, has come. What came back is a Return or a Refund, not a state."""

    PLACED = "placed", _("ordered")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, actor: User) -> OrderQuerySet:
        """Those `actor` may read: a condition on the audience of their interaction and nothing else."""
        return self.filter(interaction__audience__in=readable_audience_ids(actor))


class Order(models.Model):
    """One purchase, known by its source and number. Whose it is, and who may read it, is said by its interaction.

    `total` is what was charged for the whole in minor units of `currency`. `digest` is over what the source last said of it: the same said
    again changes nothing. After an erasure `number` is a keyed mark, by which the same order is known again and left alone.
    """

    personal = Personal(
        what=_("what somebody bought, when, and for how much"),
        why=_("to answer with knowledge of the purchase, and to make good what went wrong"),
        keep=_("until erased"),
        export=_("yes"),
        erase=_("emptied to a stub without number, items and amounts"),
    )
    source = models.ForeignKey(OrderSource, models.PROTECT, related_name="orders", db_index=False)
    number = models.CharField(max_length=80)
    interaction = models.OneToOneField(Interaction, models.PROTECT, related_name="order")
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.PLACED)
    digest = models.CharField(max_length=64, blank=True, default="")
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = "orders"
        indexes = [models.Index(F("changed_at").desc(), F("id").desc(), name="orders_changed_last")]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="order_has_a_number_of_its_source")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line of an order. `amount` is what was charged for all of it. `position` counts from 1."""

    personal = Personal(
        what=_("an item of an order"),
        why=_("to know what a message is about"),
        keep=_("as long as the order"),
        export=_("with the order"),
        erase=_("removed"),
    )
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    offering = models.ForeignKey(Offering, models.SET_NULL, null=True, related_name="+")
    sku = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(default=1)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.PLACED)
    state_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "order_lines"
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_has_a_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_is_of_something"),
        ]
        indexes = [models.Index(fields=["sku"], condition=Q(offering=None) & ~Q(sku=""), name="order_lines_without_offering")]


class Return(models.Model):
    """Something came back. `number` is the source's own; the same one is recorded once. `line` null is of the whole order."""

    personal = Personal(
        what=_("what somebody sent back, and when"),
        why=_("to answer with knowledge of the purchase"),
        keep=_("as long as the order"),
        export=_("with the order"),
        erase=_("removed"),
    )
    order = models.ForeignKey(Order, models.CASCADE, related_name="returns", db_index=False)
    line = models.ForeignKey(OrderLine, models.CASCADE, null=True, related_name="returns")
    number = models.CharField(max_length=64)
    quantity = models.PositiveIntegerField()
    at = models.DateTimeField()
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "order_returns"
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="return_is_recorded_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_is_of_something"),
        ]


class Refund(models.Model):
    """Money given back, in minor units of the order's currency. `number` is the source's own; the same one is recorded once."""

    personal = Personal(
        what=_("money given back for a purchase, and when"),
        why=_("to answer with knowledge of the purchase"),
        keep=_("as long as the order"),
        export=_("with the order"),
        erase=_("removed"),
    )
    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds", db_index=False)
    line = models.ForeignKey(OrderLine, models.CASCADE, null=True, related_name="refunds")
    number = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "order_refunds"
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="refund_is_recorded_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_of_something"),
        ]


class TakingState(models.TextChoices):
    LOOKED_AT = "looked_at", _("looked at, not taken in")
    RUNNING = "running", _("being taken in")
    DONE = "done", _("taken in")
    DROPPED = "dropped", _("dropped")


class Taking(models.Model):
    """A file of orders or offerings that somebody handed over: looked at first, then taken in. Its bytes go when it is done or dropped."""

    personal = Personal(
        what=_("a file of orders with the customers in it"),
        why=_("to show what would be taken in before it is"),
        keep=_("until it is taken in or dropped, at most a day"),
        export=_("no; what was taken in is"),
        erase=_("dropped with its file"),
    )
    kind = models.CharField(max_length=10, choices=[("orders", _("orders")), ("offerings", _("offerings"))])
    name = models.CharField(max_length=200)
    source = models.ForeignKey(OrderSource, models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3, blank=True, default="")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=TakingState, default=TakingState.LOOKED_AT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    left_alone = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)

    class Meta:
        db_table = "order_takings"
        indexes = [models.Index(fields=["at"], condition=Q(blob__isnull=False), name="takings_with_a_file")]
