"""The search index: one document for each interaction, and one for each identity and audience that may know it.

`words` (the text to be matched, see `words.py`) lives in the index tables, which differ by database and are made in
migration 0002: `search_words` (FTS5 on SQLite, tsvector on PostgreSQL) and `search_short` (trigrams of names,
addresses, numbers and subjects).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F

from heard.privacy.registry import Personal


class Document(models.Model):
    """What can be found: of which kind, about which row, when, and who may find it. `audience_id` is a plain number here."""

    personal = Personal(
        what="the words of an interaction, prepared for finding",
        why="to find them",
        keep="as long as the interaction",
        export="no; they are those of the interaction",
        erase="removed from the index with secure deletion",
    )
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    audience_id = models.BigIntegerField()
    happened_at = models.DateTimeField()

    class Meta:
        db_table = "search_documents"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "audience_id"], name="document_stands_for_a_row_once")]
        indexes = [
            models.Index("audience_id", F("happened_at").desc(), name="documents_newest_first"),
        ]
