"""What we change: improvements, the signals that speak for and against them, and what was decided, step by step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from heard.insights.models import Signal
from heard.privacy.registry import Personal


class State(models.TextChoices):
    CONSIDERING = "considering", _("considering")
    PLANNED = "planned", _("planned")
    DOING = "doing", _("doing")
    DONE = "done", _("done")
    DECLINED = "declined", _("said no")


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def with_state(self) -> ImprovementQuerySet:
        """Each with `state` and `decided_at` of its last decision."""
        last = Decision.objects.filter(improvement=OuterRef("pk")).order_by("-pk")
        return self.annotate(state=Subquery(last.values("state")[:1]), decided_at=Subquery(last.values("at")[:1]))


class Improvement(models.Model):
    """Something we might change: what, for whom, and which effect we expect, stated before it is done. Its state is its last decision's."""

    personal = Personal(
        what=_("colleagues' words about what to change, in which somebody may be named"),
        why=_("to decide, and to tell whoever asked for it"),
        keep=_("for as long as the company wants to know what it changed and why"),
        export=_("no"),
        erase=_("the person's name, addresses and words are taken out"),
    )
    title = models.CharField(_("what would change, in a line"), max_length=160)
    what_changes = models.TextField(_("what changes"), max_length=4000, blank=True, default="")
    for_whom = models.CharField(_("for whom"), max_length=300, blank=True, default="")
    expected_effect = models.CharField(_("expected effect"), max_length=500, blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    once = models.UUIDField(null=True)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        db_table = "improvements"
        constraints = [
            models.UniqueConstraint(fields=["made_by", "once"], condition=Q(once__isnull=False), name="improvement_is_proposed_once")
        ]

    def __str__(self) -> str:
        return self.title


class ImprovementChange(models.Model):
    """One field of an improvement said something else before: `was`. So that what was expected beforehand stays on record."""

    personal = Personal(
        what=_("earlier wordings of an improvement, in which somebody may be named"),
        why=_("to know what was expected before the result was seen"),
        keep=_("as long as the improvement"),
        export=_("no"),
        erase=_("the person's name, addresses and words are taken out"),
    )
    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    was = models.TextField(max_length=4000, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "improvement_changes"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> EvidenceQuerySet:
        """What still counts: neither taken away from the improvement nor retracted as a signal."""
        return self.filter(withdrawn_at=None, signal__retracted_at=None)


class Evidence(models.Model):
    """A signal that speaks for an improvement, or against it. Taken away again, it stays as a row."""

    personal = None
    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="evidence")
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="evidence")
    is_against = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        db_table = "evidence_signals"
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "signal"], condition=Q(withdrawn_at=None), name="signal_speaks_for_an_improvement_once"
            )
        ]


class Decision(models.Model):
    """What was decided about an improvement, why, and whether the open window shows it. Only ever added; the last one holds.

    `public_reason` is what customers read, in the installation's language; a no always has one.
    """

    personal = Personal(
        what=_("colleagues' reasons for a decision, in which somebody may be named"),
        why=_("to tell whoever asked for it, and everybody"),
        keep=_("as long as the improvement"),
        export=_("no"),
        erase=_("the person's name, addresses and words are taken out"),
    )
    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="decisions", db_index=False)
    state = models.CharField(_("state"), max_length=12, choices=State)
    public_reason = models.TextField(_("reason, as customers will read it"), max_length=2000, blank=True, default="")
    is_public = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    once = models.UUIDField(null=True)

    class Meta:
        db_table = "decisions"
        constraints = [
            models.UniqueConstraint(fields=["improvement", "once"], condition=Q(once__isnull=False), name="decision_is_taken_once"),
            models.CheckConstraint(condition=~Q(state="declined", public_reason="", is_public=True), name="public_no_has_a_reason"),
        ]
        indexes = [models.Index(fields=["improvement", "-id"], name="decisions_newest_first")]


from heard.improvements.telling_models import COUNTING, Answer, Cause, LoopStanding, QuoteConsent, Telling, Told, ToldState  # noqa: E402, F401 — they refer to the rows above
