"""What happened: interactions, whose they are, and the files that came with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience, User
from heard.accounts.selectors import readable_audience_ids
from heard.files.models import Blob
from heard.people.models import Identity
from heard.privacy.registry import Personal


class Direction(models.TextChoices):
    IN = "in", _("from the customer")
    OUT = "out", _("from us")
    INTERNAL = "internal", _("between colleagues")
    PUBLIC = "public", _("in public")


class Stage(models.TextChoices):
    """Where in the customer's own path it happened: six fixed words."""

    NEED = "need", _("need")
    CHOOSE = "choose", _("choose")
    BUY = "buy", _("buy")
    USE = "use", _("use")
    GET_HELP = "get_help", _("get help")
    RENEW_OR_LEAVE = "renew_or_leave", _("renew or leave")


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def visible_to(self, actor: User) -> InteractionQuerySet:
        """Those `actor` may read: a condition on the audience and nothing else."""
        return self.filter(audience__in=readable_audience_ids(actor))


class Interaction(models.Model):
    """One event on a person's time line. No service changes its words, parties or times; erasure alone empties it.

    `text` is what was newly said; `quoted` is what a mail repeated under it. `authentication` belongs to this message
    alone (pass, fail, none), with the method and the domain that passed.
    """

    personal = Personal(
        what=_("what was said or done, when and through which channel"),
        why=_("to answer, and to learn from it"),
        keep=_("until erased"),
        export=_("yes"),
        erase=_("emptied to a stub with kind and times"),
    )
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    direction = models.CharField(max_length=10, choices=Direction)
    kind = models.CharField(max_length=30)
    stage = models.CharField(max_length=20, choices=Stage, blank=True, default="")
    text = models.TextField(blank=True, default="")
    quoted = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    authentication = models.CharField(max_length=10, default="none")
    authentication_method = models.CharField(max_length=20, blank=True, default="")
    authentication_domain = models.CharField(max_length=253, blank=True, default="")
    is_automatic = models.BooleanField(default=False)
    is_history = models.BooleanField(default=False)
    once = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        db_table = "interactions"
        constraints = [
            models.UniqueConstraint(fields=["author", "once"], condition=Q(once__isnull=False), name="act_of_an_author_happens_once")
        ]
        indexes = [models.Index(fields=["author", "happened_at"], condition=Q(author__isnull=False), name="interactions_by_author")]


class InteractionParty(models.Model):
    """Whose an interaction is, and in which role. `happened_at` repeats the interaction's, so that a story of 10,000 pages by index."""

    personal = Personal(
        what=_("that somebody wrote, received or is meant by a message"),
        why=_("to find everything of one person"),
        keep=_("as long as the interaction"),
        export=_("yes"),
        erase=_("stays between stubs"),
    )
    ROLES = ["from", "to", "cc", "bcc", "about"]
    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="parties", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=[(role, role) for role in ROLES])
    happened_at = models.DateTimeField()

    class Meta:
        db_table = "interaction_parties"
        constraints = [models.UniqueConstraint(fields=["interaction", "identity", "role"], name="party_has_a_role_once")]
        indexes = [models.Index("identity", F("happened_at").desc(), name="story_newest_first")]


class Attachment(models.Model):
    """A file of an interaction. `part` is its number in the raw mail `blob`; null means the blob is the file itself."""

    personal = Personal(
        what=_("the name of a file, and the file"),
        why=_("to read what was sent"),
        keep=_("as long as the interaction"),
        export=_("yes"),
        erase=_("removed with its bytes"),
    )
    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    part = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    content_id = models.CharField(max_length=255, blank=True, default="")
    size = models.PositiveBigIntegerField()
    is_inline = models.BooleanField(default=False)

    class Meta:
        db_table = "attachments"


class Division(models.Model):
    """A colleague said that some interactions of an identity belong to somebody else. Undone by putting them back."""

    personal = None
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="divisions")
    new_identity = models.ForeignKey(Identity, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    parties = models.ManyToManyField(InteractionParty, through="DividedParty", related_name="+")

    class Meta:
        db_table = "divisions"


class DividedParty(models.Model):
    personal = None
    division = models.ForeignKey(Division, models.CASCADE, related_name="+")
    party = models.ForeignKey(InteractionParty, models.CASCADE, related_name="+")

    class Meta:
        db_table = "divided_parties"
