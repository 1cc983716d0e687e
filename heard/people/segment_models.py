"""What is counted of people, and the saved rules that gather them by it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.privacy.registry import Personal


class Attribute(models.Model):
    """One value of an identity: counted by an app to the left (`orders`, `last_order`), or given by a colleague or an import (`given`).

    The person's value is a fold over their identities that `people.attributes` names. A set of words has a row for each. `version` is that
    of the definition which computed it; a number, a moment or only `text` is filled, as the definition says.
    """

    personal = Personal(
        what=_("what is counted of somebody: how many orders, when they last spoke; and marks that colleagues or imports gave"),
        why=_("to know which customers need something, and to give them a colleague of their own"),
        keep=_("as long as the identity"),
        export=_("yes"),
        erase=_("removed"),
    )
    identity = models.ForeignKey("people.Identity", models.CASCADE, related_name="attributes", db_index=False)
    name = models.CharField(max_length=40)
    text = models.CharField(max_length=200, blank=True, default="")
    number = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)
    source = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "attributes"
        constraints = [models.UniqueConstraint(fields=["identity", "name", "text"], name="identity_has_an_attribute_once")]
        indexes = [
            models.Index(fields=["name", "number", "identity"], name="attributes_by_number"),
            models.Index(fields=["name", "at", "identity"], name="attributes_by_moment"),
            models.Index(fields=["name", "text", "identity"], name="attributes_by_text"),
        ]


class CountedSubject(models.Model):
    """That everybody was counted by this version of a subject's definition. Whoever came later was counted as things happened."""

    personal = None
    name = models.CharField(max_length=40, unique=True)
    version = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "counted_subjects"


class Segment(models.Model):
    """A saved rule over people. `rule` is what `segment_rules` reads, and is the newest of its versions.

    Where an owner is named, whoever is in it has that owner, unless somebody gave them another by hand; of several such segments the one
    with the smallest `position` counts. `counted_at` is when its members were last looked for.
    """

    personal = None
    name = models.CharField(_("name"), max_length=80)
    rule = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    owner_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField(default=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    once = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "segments"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(retired_at=None), name="segment_has_a_name_of_its_own"),
            models.CheckConstraint(condition=Q(owner=None) | Q(owner_team=None), name="segment_names_one_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    """A rule as it stood from a moment on, and who wrote it."""

    personal = None
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    rule = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "segment_versions"
        ordering = ["segment", "-number"]
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="segment_version_is_made_once")]


class SegmentMember(models.Model):
    """Who is in a segment, by the identity that gives the person their number. Derived: `services.membership` alone writes it."""

    personal = Personal(
        what=_("that somebody is one of a group of customers"),
        why=_("to treat customers alike who are alike"),
        keep=_("as long as the rule holds for them"),
        export=_("yes"),
        erase=_("removed"),
    )
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    identity = models.ForeignKey("people.Identity", models.CASCADE, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "segment_members"
        constraints = [models.UniqueConstraint(fields=["segment", "identity"], name="person_is_in_a_segment_once")]
        indexes = [models.Index(fields=["identity", "segment"], name="segments_of_person")]
