"""What colleagues answered about pairs of records, which joins they are asked to check, and weeks in which joining went wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.people.models import Identity, LinkDecision
from heard.privacy.registry import Personal


class Review(models.Model):
    """A colleague looked at two records: the same person, different people, or not sure. Never changed, only taken back.

    `decision` is what came of it; "not sure" decides nothing. `probability` is what the model said when they were asked. `is_check`: the two
    were joined, and the question was asked to learn how often we are wrong.
    """

    SAME, DIFFERENT, NOT_SURE = "same", "different", "not_sure"
    personal = Personal(
        what=_("that a colleague compared two records, and what they said"),
        why=_("to answer one person as one, and to know how often we are wrong"),
        keep=_("as long as the identities"),
        export=_("yes"),
        erase=_("stays between stubs; the reason is emptied"),
    )
    one = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, choices=[(SAME, SAME), (DIFFERENT, DIFFERENT), (NOT_SURE, NOT_SURE)])
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    decision = models.ForeignKey(LinkDecision, models.SET_NULL, null=True, related_name="+")
    probability = models.FloatField(null=True)
    model_version = models.CharField(max_length=40, blank=True, default="")
    is_check = models.BooleanField(default=False)
    once = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "match_reviews"
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="review_names_the_smaller_first"),
            models.UniqueConstraint(fields=["by", "once"], condition=Q(once__isnull=False), name="review_is_said_once"),
        ]
        indexes = [
            models.Index(fields=["one", "other"], name="reviews_by_pair"),
            models.Index(fields=["other"], name="reviews_by_other"),
            models.Index(fields=["by", "at"], name="reviews_of_an_act"),
        ]


class JoinCheck(models.Model):
    """A join drawn by lot, about which a colleague is asked as if it were a doubt. `review` is their answer."""

    personal = Personal(
        what=_("that two records were joined, and are to be looked at"),
        why=_("to know how often we are wrong"),
        keep=_("as long as the identities"),
        export=_("yes"),
        erase=_("stays between stubs, without anything they said"),
    )
    one = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    probability = models.FloatField()
    model_version = models.CharField(max_length=40)
    drawn_at = models.DateTimeField()
    review = models.ForeignKey(Review, models.SET_NULL, null=True, related_name="checks")

    class Meta:
        db_table = "match_checks"
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="check_names_the_smaller_first"),
            models.UniqueConstraint(fields=["one", "other", "model_version"], name="join_is_drawn_once_for_a_model"),
        ]
        indexes = [
            models.Index(fields=["drawn_at"], condition=Q(review=None), name="checks_to_answer"),
            models.Index(fields=["other"], name="checks_by_other"),
        ]


class JoinAlarm(models.Model):
    """In the week from `begins_on`, far fewer newcomers than usual were joined with somebody whom we knew."""

    personal = None
    begins_on = models.DateField(unique=True)
    newcomers = models.PositiveIntegerField()
    joined = models.PositiveIntegerField()
    usual_newcomers = models.PositiveIntegerField()
    usual_joined = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "match_alarms"
