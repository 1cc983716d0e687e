"""The why on one page: its versions with their sign-offs, and the promises that stand for everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team

LONGEST = 2000


class WhyVersion(models.Model):
    """One wording of the why, never rewritten: every save is a version of its own, so that nobody's words are lost.

    The newest version is the draft while nobody has signed it off or dropped it. What holds is the newest one that was signed off.
    """

    personal = None
    number = models.PositiveIntegerField(unique=True)
    whom_we_serve = models.TextField(_("Whom we serve"), max_length=LONGEST)
    what_they_value = models.TextField(_("What they value"), max_length=LONGEST, blank=True, default="")
    what_we_promise = models.TextField(_("What we promise"), max_length=LONGEST)
    experience_we_want = models.TextField(_("The experience we want"), max_length=LONGEST, blank=True, default="")
    because = models.CharField(_("Why it changes"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "why_versions"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="why_is_signed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(signed_at=None) | Q(dropped_at=None), name="why_is_signed_or_dropped"),
        ]
        indexes = [models.Index(fields=["-number"], condition=Q(signed_at__isnull=False), name="why_versions_signed")]

    @property
    def is_draft(self) -> bool:
        """Whether it still waits for a sign-off; true of every unsigned version, also of those that a newer one has replaced."""
        return self.signed_at is None and self.dropped_at is None


class Measure(models.TextChoices):
    """What of real life a standing promise is measured by."""

    FIRST_REPLY = "first_reply", _("first replies, by the time our policy gives")
    NEXT_REPLY = "next_reply", _("every further reply, by the time our policy gives")
    BY_HAND = "by_hand", _("what we told a customer by hand, by the day we named")
    NOTHING = "nothing", _("nothing yet")


class StandingPromise(models.Model):
    """What we promise everybody, always. It is ended and stated anew rather than reworded, so that its figures stay those of its words."""

    personal = None
    text = models.CharField(_("What we promise"), max_length=300)
    measure = models.CharField(_("Measured by"), max_length=20, choices=Measure)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    once = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "standing_promises"
        constraints = [
            models.UniqueConstraint(fields=["text"], condition=Q(ended_at=None), name="promise_stands_once"),
        ]
