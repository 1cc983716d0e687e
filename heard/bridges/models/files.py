"""Files of people that somebody handed over, and where such files come from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience
from heard.files.models import Blob
from heard.privacy.registry import Personal


class PeopleSource(models.Model):
    """Where files of people come from, and who may know of whoever is in them. The same source again brings the same people up to date."""

    personal = None
    slug = models.SlugField(max_length=30, unique=True)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "people_sources"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def source(self) -> str:
        """What stands as the source of everything that came from it."""
        return f"file:{self.slug}"


class FileKind(models.TextChoices):
    CSV = "csv", _("CSV")
    VCARD = "vcard", _("vCard")
    JCARD = "jcard", _("jCard")


class FileState(models.TextChoices):
    LOOKING = "looking", _("being looked at")
    LOOKED_AT = "looked_at", _("looked at, not taken in")
    RUNNING = "running", _("being taken in")
    DONE = "done", _("taken in")
    DROPPED = "dropped", _("dropped")


class PeopleFile(models.Model):
    """A file of people: looked at first, then taken in. Its bytes go when it is done or dropped.

    `form` says how a CSV file is written, `mapping` what each of its columns says ("" for nothing). `done` counts entries, right and wrong
    ones, so that a run that was interrupted goes on there. `problems` are [line, sentence, was it left out whole?].
    """

    personal = Personal(
        what=_("a file with people in it"),
        why=_("to show what would be taken in before it is"),
        keep=_("until it is taken in or dropped, at most a day"),
        export=_("no; what was taken in is"),
        erase=_("dropped with its file"),
    )
    kind = models.CharField(max_length=10, choices=FileKind)
    name = models.CharField(max_length=200)
    source = models.ForeignKey(PeopleSource, models.PROTECT, related_name="files")
    form = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=FileState, default=FileState.LOOKING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    left_alone = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)

    class Meta:
        db_table = "people_files"
        indexes = [models.Index(fields=["at"], condition=Q(blob__isnull=False), name="people_files_with_bytes")]
