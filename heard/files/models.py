"""Bytes, kept once per content. Where they lie is the business of `store.py`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.privacy.registry import Personal


class Blob(models.Model):
    """One content by its SHA-256. `place` is its file, or `packs/NAME:offset` for a blob inside a pack of an import."""

    personal = Personal(
        what=_("raw messages and files as they came or were sent"),
        why=_("so that nothing is lost and everything can be read again"),
        keep=_("as long as something refers to it"),
        export=_("with the interaction it belongs to"),
        erase=_("the bytes are removed with the last reference; inside a pack they are overwritten with zeros"),
    )
    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    place = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "blobs"
