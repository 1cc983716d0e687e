"""One face: whose customer somebody is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.people.segment_models import Segment
from heard.privacy.registry import Personal


class Because(models.TextChoices):
    """Why somebody is the owner. By hand and handed over count before a rule."""

    HAND = "hand", _("given by a colleague")
    HANDED_OVER = "handed_over", _("handed over by a colleague")
    SEGMENT = "segment", _("by a rule")


class HandOver(models.Model):
    """A colleague's customers, all or some, went to another colleague or team. Undone, they go back."""

    personal = None
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taker_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    segments = models.ManyToManyField(Segment, through="HandedOverSegment", related_name="+")
    once = models.UUIDField(null=True)

    class Meta:
        db_table = "hand_overs"
        constraints = [
            models.CheckConstraint(condition=Q(taker=None) ^ Q(taker_team=None), name="customers_are_handed_to_one"),
            models.UniqueConstraint(fields=["by", "once"], condition=Q(once__isnull=False), name="customers_are_handed_over_once"),
        ]


class HandedOverSegment(models.Model):
    """A segment that named the giver as owner, and names the taker since."""

    personal = None
    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="+", db_index=False)
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="+")

    class Meta:
        db_table = "handed_over_segments"
        constraints = [models.UniqueConstraint(fields=["hand_over", "segment"], name="segment_is_handed_over_once")]


class RelationshipOwner(models.Model):
    """Whose customer an identity is, from when until when, and why. The person's owner is folded by `owner_selectors`.

    Of the rows in force of a person's identities one counts: given by hand before given by a rule, then the newest.
    """

    personal = Personal(
        what=_("which colleague or team looks after somebody"),
        why=_("so that one face knows them and follows up"),
        keep=_("as long as the identity"),
        export=_("yes"),
        erase=_("removed"),
    )
    identity = models.ForeignKey("people.Identity", models.CASCADE, related_name="owners")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=12, choices=Because)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handed_over = models.ForeignKey(HandOver, models.SET_NULL, null=True, related_name="begun")
    ended_with = models.ForeignKey(HandOver, models.SET_NULL, null=True, related_name="ended")

    class Meta:
        db_table = "relationship_owners"
        constraints = [
            models.CheckConstraint(condition=Q(user=None) ^ Q(team=None), name="customer_has_a_colleague_or_a_team"),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gte=F("since_at")), name="owner_ends_after_the_beginning"),
            models.UniqueConstraint(
                fields=["identity"], condition=Q(until_at=None) & ~Q(because="segment"), name="identity_has_one_owner_by_hand"
            ),
            models.UniqueConstraint(
                fields=["identity"], condition=Q(until_at=None, because="segment"), name="identity_has_one_owner_by_rule"
            ),
        ]
        indexes = [
            models.Index(fields=["identity"], condition=Q(until_at=None), name="owners_in_force"),
            models.Index(fields=["user", "identity"], condition=Q(until_at=None), name="customers_of_colleague"),
            models.Index(fields=["team", "identity"], condition=Q(until_at=None), name="customers_of_team"),
        ]

    @property
    def is_by_rule(self) -> bool:
        return self.because == Because.SEGMENT
