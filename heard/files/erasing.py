"""What an erasure does to bytes: they go when nothing names them any more."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_noop

from heard.files import store
from heard.files.models import Blob
from heard.privacy.registry import ErasureScope, Outcome, eraser, finisher


@eraser("files", order=80)
def count_files(scope: ErasureScope) -> list[Outcome]:
    """A line for the finisher to count in: bytes can only go when the transaction is committed, for then nothing brings them back."""
    scope.tables.add(Blob._meta.db_table)
    if scope.is_preview:
        return []  # which contents nobody else names is known only when the rows are gone
    return [Outcome("files", 0, gettext_noop("Bytes are overwritten before they are removed; what others sent as well stays theirs."))]


@finisher("files")
def remove_files(blob_ids: list[int], is_time_up: Callable[[], bool]) -> tuple[int, list[int]]:
    """Overwrite and remove the bytes that nothing names; answers (how many, ids still to do)."""
    removed, rest = 0, list(blob_ids)
    while rest and not is_time_up():
        blob = Blob.objects.filter(pk=rest[0]).first()
        removed += blob is not None and store.delete_unreferenced(blob)
        rest = rest[1:]
    return removed, rest
