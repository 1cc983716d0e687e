"""What words mean: themes, a small owned vocabulary with its history, and signals, the words that show them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.people.models import Identity
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction


class Theme(models.Model):
    """One subject people speak of. A merged one stays, with its signals, and stands for the one it was merged into.

    Nothing is moved when themes are merged, so that a merge can be undone; `selectors.Vocabulary` follows `merged_into`.
    """

    personal = None
    name = models.CharField(_("name"), max_length=80)
    definition = models.CharField(_("what belongs here"), max_length=500, blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "themes"
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=Q(merged_into=None), name="theme_in_use_has_a_name_of_its_own"),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="theme_is_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeAct(models.TextChoices):
    MADE = "made", _("made")
    RENAMED = "renamed", _("renamed")
    DEFINED = "defined", _("described anew")
    GIVEN = "given", _("given to somebody")
    MERGED = "merged", _("merged into another")
    UNMERGED = "unmerged", _("taken out of another again")
    SPLIT = "split", _("split off from another")


class ThemeChange(models.Model):
    """One step of a theme's history, never changed: `was` and `became` are names or definitions, `other` the theme it was merged with or split from."""

    personal = None
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="changes", db_index=False)
    act = models.CharField(max_length=10, choices=ThemeAct)
    was = models.CharField(max_length=500, blank=True, default="")
    became = models.CharField(max_length=500, blank=True, default="")
    other = models.ForeignKey(Theme, models.PROTECT, null=True, related_name="+")
    number_of_signals = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "theme_changes"
        indexes = [models.Index(fields=["theme", "-at"], name="theme_changes_newest_first")]


class Kind(models.TextChoices):
    QUESTION = "question", _("question")
    PROBLEM = "problem", _("problem")
    IDEA = "idea", _("idea")
    PRAISE = "praise", _("praise")
    WISH = "wish", _("wish")
    UNFAIR_RULE = "unfair_rule", _("unfair rule")


class SignalQuerySet(models.QuerySet["Signal"]):
    def standing(self) -> SignalQuerySet:
        """Those that nobody took back."""
        return self.filter(retracted_at=None)

    def visible_to(self, actor: User) -> SignalQuerySet:
        """Those whose words `actor` may read: the interaction's audience says so, and nothing beside it."""
        return self.filter(interaction__audience__in=readable_audience_ids(actor))


class Signal(models.Model):
    """Words of an interaction, from character `start` up to `end` of its text, that mean something.

    The words are not copied. `identity` is who said them, as the interaction's parties say it (a note: of whom it tells). `theme` is the
    theme it was filed under; what that stands for now is the vocabulary's matter. An erasure leaves 0–0: it still counts.
    """

    personal = Personal(
        what=_("that certain words of a message mean something"),
        why=_("to learn what to change, and to tell whoever said it"),
        keep=_("as long as the interaction"),
        export=_("with the interaction"),
        erase=_("the place of the words is emptied; that somebody said something of this kind stays counted"),
    )
    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="signals")
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, related_name="signals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    said_at = models.DateTimeField()
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retracted_at = models.DateTimeField(null=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        db_table = "signals"
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")) | Q(start=0, end=0), name="signal_has_words_or_was_emptied"),
        ]
        indexes = [models.Index(fields=["theme", "-said_at"], condition=Q(retracted_at=None), name="signals_of_theme_newest_first")]

    @property
    def is_emptied(self) -> bool:
        return self.end == 0


class SignalChange(models.Model):
    """A signal was given another theme or kind: by a colleague's correction, or with others by the split `because`. Never changed."""

    personal = None
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="changes")
    was_theme = models.ForeignKey(Theme, models.PROTECT, null=True, related_name="+")
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, related_name="+")
    was_kind = models.CharField(max_length=12, choices=Kind)
    kind = models.CharField(max_length=12, choices=Kind)
    because = models.ForeignKey(ThemeChange, models.CASCADE, null=True, related_name="signal_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "signal_changes"
