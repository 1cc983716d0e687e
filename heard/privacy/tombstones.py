"""Keyed one-way marks of what was erased: they recognise it when it comes back, and cannot be read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from heard.lib.keys import key
from heard.lib.time import now
from heard.privacy.models import Tombstone


def mark_of(kind: str, value: str) -> bytes:
    """HMAC-SHA-256 of a value of a kind, with a key that is not in the database."""
    return hmac.digest(key("tombstone"), f"{kind}\0{value}".encode(errors="replace"), hashlib.sha256)


def bury(kind: str, values: Iterable[str]) -> int:
    """Remember that these were erased. Burying twice changes nothing. Answers how many values were given."""
    moment, marks = now(), [mark_of(kind, value) for value in values]
    Tombstone.objects.bulk_create([Tombstone(kind=kind, digest=mark, erased_at=moment) for mark in marks], ignore_conflicts=True)
    return len(marks)


def is_buried(kind: str, value: str) -> bool:
    """Whether this was erased before. One query; none while nothing was ever erased of this kind in this process's sight."""
    return Tombstone.objects.filter(kind=kind, digest=mark_of(kind, value)).exists()


def buried_among(kind: str, values: Iterable[str]) -> set[str]:
    """Those of `values` that were erased before: one query for any number."""
    marks = {mark_of(kind, value): value for value in values}
    found = Tombstone.objects.filter(kind=kind, digest__in=list(marks)).values_list("digest", flat=True)
    return {marks[bytes(digest)] for digest in found}
