"""Who lives together: a link between people that joins nobody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.people.models import Identity
from heard.privacy.registry import Personal


class Household(models.Model):
    """People who live together, as a colleague was told. They stay different people: nothing of one is shown as the other's."""

    personal = None
    name = models.CharField(max_length=120, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "households"


class HouseholdMember(models.Model):
    """Somebody belongs to a household: by whom it was said, why, and until when. Never changed, only ended."""

    personal = Personal(
        what=_("with whom somebody lives"),
        why=_("to know whose parcel, order or question it may be"),
        keep=_("until it is ended by a colleague, and then as long as the identity"),
        export=_("that there is such a link, without the other people"),
        erase=_("removed"),
    )
    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="households")
    reason = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "household_members"
        constraints = [
            models.UniqueConstraint(fields=["identity"], condition=Q(ended_at=None), name="identity_lives_in_one_household"),
        ]
