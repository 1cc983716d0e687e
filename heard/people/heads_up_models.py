"""What staff should know about somebody, and why: a sentence with an end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.people.models import Identity
from heard.privacy.registry import Personal


class HeadsUp(models.Model):
    """What whoever answers somebody should know, and the reason for it. Looked at again on `review_on`; nothing is kept without a day.

    Whoever may know of the identity reads it, and so does the customer who asks what we hold.
    """

    personal = Personal(
        what=_("what colleagues should know before they answer somebody, and why"),
        why=_("so that nobody has to say it twice"),
        keep=_("until a colleague ends it; it is looked at again within a year"),
        export=_("yes"),
        erase=_("removed"),
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="heads_ups")
    text = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review_on = models.DateField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(null=True)

    class Meta:
        db_table = "heads_ups"
        constraints = [
            models.UniqueConstraint(fields=["by", "once"], condition=Q(once__isnull=False), name="heads_up_is_written_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(reason=""), name="heads_up_says_what_and_why"),
        ]
        indexes = [
            models.Index(fields=["identity"], condition=Q(ended_at=None), name="heads_ups_standing"),
            models.Index(fields=["review_on"], condition=Q(ended_at=None), name="heads_ups_to_review"),
        ]
