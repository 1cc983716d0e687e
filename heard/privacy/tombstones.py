"""Keyed one-way marks of what was erased: they recognise it when it comes back, and cannot be read.

They are kept twice: in the database, and in HOME/tombstones.log, so that a restored backup from before an erasure still learns of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from heard.lib.keys import key
from heard.lib.prepared import prepared_look_up
from heard.lib.time import now
from heard.privacy.models import Tombstone

AT_ONCE = 5_000


def mark_of(kind: str, value: str) -> bytes:
    """HMAC-SHA-256 of a value of a kind, with a key that is not in the database."""
    return hmac.digest(key("tombstone"), f"{kind}\0{value}".encode(errors="replace"), hashlib.sha256)


def keyed(kind: str, value: str) -> str:
    """The mark as 64 hexadecimal digits: what stands in a column where the value stood."""
    return mark_of(kind, value).hex()


def bury(kind: str, values: Iterable[str]) -> int:
    """Remember that these were erased. Burying twice changes nothing. Answers how many values were given."""
    moment, marks = now(), [mark_of(kind, value) for value in values]
    Tombstone.objects.bulk_create([Tombstone(kind=kind, digest=mark, erased_at=moment) for mark in marks], ignore_conflicts=True)
    return len(marks)


def is_buried(kind: str, value: str) -> bool:
    """Whether this was erased before. One query."""
    return Tombstone.objects.filter(kind=kind, digest=mark_of(kind, value)).exists()


def buried_among(kind: str, values: Iterable[str]) -> set[str]:
    """Those of `values` that were erased before: one query for any number."""
    return {value for _, value in buried_pairs((kind, value) for value in values)}


def buried_pairs(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], datetime]:
    """Those of (kind, value) that were erased before, and when: one query for some thousands, of several kinds too."""
    marks = {mark_of(kind, value): (kind, value) for kind, value in pairs}
    found: dict[tuple[str, str], datetime] = {}
    wanted = list(marks)
    for start in range(0, len(wanted), AT_ONCE):
        rows = _tombstones(wanted[start : start + AT_ONCE])
        found |= {pair: at for kind, digest, at in rows if (pair := marks[bytes(digest)])[0] == kind}
    return found


@prepared_look_up
def _tombstones(digests: list[bytes]) -> QuerySet[Tombstone, tuple[str, bytes | memoryview, datetime]]:
    return Tombstone.objects.filter(digest__in=digests).values_list("kind", "digest", "erased_at")


# --- outside the database --------------------------------------------------------------------------------------------------------------


def log_file() -> Path:
    """Where they are kept beside the database: one line each, `kind mark moment`. Hashes alone, which nobody can read back."""
    return Path(settings.HOME) / "tombstones.log"


def export_lines() -> Iterable[str]:
    """Every tombstone as a line of the log."""
    for kind, digest, at in Tombstone.objects.order_by("pk").values_list("kind", "digest", "erased_at").iterator():
        yield _line(kind, bytes(digest), at)


def write_log() -> int:
    """Append to HOME/tombstones.log what it does not hold yet, and sync it. Answers how many lines. Raises OSError (a full disk)."""
    known = _marks(_lines_of_log())
    rows = Tombstone.objects.order_by("pk").values_list("kind", "digest", "erased_at")
    missing = [_line(kind, bytes(digest), at) for kind, digest, at in rows.iterator() if (kind, bytes(digest)) not in known]
    if missing:
        with os.fdopen(os.open(log_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii") as file:
            file.write("\n" * _ends_in_the_middle() + "".join(f"{line}\n" for line in missing))
            file.flush()
            os.fsync(file.fileno())
    return len(missing)


def merge_log(lines: Iterable[str] | None = None) -> int:
    """Take the tombstones of these lines, or of HOME/tombstones.log, into the database. Answers how many were new.

    Lines that were cut off by a crash are passed over.
    """
    marks = _marks(_lines_of_log() if lines is None else lines)
    known = {(kind, bytes(digest)) for kind, digest in Tombstone.objects.values_list("kind", "digest").iterator()}
    new = [Tombstone(kind=kind, digest=mark, erased_at=at) for (kind, mark), at in marks.items() if (kind, mark) not in known]
    Tombstone.objects.bulk_create(new, ignore_conflicts=True, batch_size=AT_ONCE)
    return len(new)


def _ends_in_the_middle() -> bool:
    """Whether a crash cut off the last line, which must not take the next one with it."""
    with log_file().open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _lines_of_log() -> list[str]:
    try:
        return log_file().read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _line(kind: str, mark: bytes, at: datetime) -> str:
    return f"{kind} {mark.hex()} {at.isoformat()}"


def _marks(lines: Iterable[str]) -> Mapping[tuple[str, bytes], datetime]:
    found: dict[tuple[str, bytes], datetime] = {}
    for line in lines:
        try:
            kind, mark, at = line.split()
            if len(mark) == 64:
                found.setdefault((kind, bytes.fromhex(mark)), datetime.fromisoformat(at))
        except ValueError:
            continue
    return found
