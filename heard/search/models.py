"""What can be found. The words themselves lie in index tables that differ by database; `index/` makes and reads them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.privacy.registry import Personal


class Document(models.Model):
    """Something that can be found: of which kind, about which row, when, and who may find it.

    `id` is its place in time (`places.py`): the index gives matches in order of id, so the newest come first without sorting. Hits are
    gathered under `group_kind` and `group_id` (a conversation, a person). `audience_id` is a plain number here. `short` holds names,
    addresses, numbers and subjects, folded, one to a line: any part of them is found. `fingerprint` tells whether anything changed.
    """

    personal = Personal(
        what=_("the words of a message, names and addresses, prepared for finding"),
        why=_("to find them"),
        keep=_("as long as what they were taken from"),
        export=_("no; they are those of the message and the person"),
        erase=_("removed, with secure deletion"),
    )
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    group_kind = models.CharField(max_length=12)
    group_id = models.BigIntegerField()
    audience_id = models.BigIntegerField()
    channel = models.CharField(max_length=20, blank=True, default="")
    happened_at = models.DateTimeField()
    short = models.TextField(blank=True, default="")
    fingerprint = models.BigIntegerField(default=0)

    class Meta:
        db_table = "search_documents"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "audience_id"], name="document_stands_for_a_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
