"""Where bytes lie: one file per content under HOME/files, or many in one pack when an import brings hundreds.

Bytes are written and synced before any row names them. A file that no row names is litter of a crash, never a loss;
`sweep` removes it a day later.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from heard.files.models import Blob
from heard.lib.time import now


class MissingBytes(Exception):
    """A blob's row is there and its bytes are not."""


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """Where bytes were written: synced to disk, and not yet named by any row."""

    digest: str
    size: int
    place: str


def put(raw: bytes) -> Blob:
    """Keep `raw`: synced to disk and recorded before this returns. The same content is kept once. Raises OSError (a full disk)."""
    digest = digest_of(raw)
    known = Blob.objects.filter(digest=digest).first()
    if known is not None:
        return known
    return record(write({digest: raw}))[0]


def put_many(raws: Sequence[bytes]) -> list[Blob]:
    """`put` for many, in one pack with one sync. Answers blobs in the order of `raws`."""
    contents = {digest_of(raw): raw for raw in raws}
    known = {blob.digest: blob for blob in Blob.objects.filter(digest__in=list(contents))}
    known |= {blob.digest: blob for blob in record(write({digest: raw for digest, raw in contents.items() if digest not in known}))}
    return [known[digest_of(raw)] for raw in raws]


def write(contents: Mapping[str, bytes]) -> list[Place]:
    """Write contents, given by digest, and sync them: one in a file of its own, several in one pack with one sync. Raises OSError."""
    if not contents:
        return []
    if len(contents) == 1:
        [(digest, raw)] = contents.items()
        place = f"{digest[:2]}/{digest[2:]}"
        _write_synced(_root() / place, raw)
        return [Place(digest, len(raw), place)]
    name, offset, places = f"packs/{uuid.uuid4().hex}", 0, []
    for digest, raw in contents.items():
        places.append(Place(digest, len(raw), f"{name}:{offset}"))
        offset += len(raw)
    _write_synced(_root() / name, b"".join(contents.values()))
    return places


def record(places: Sequence[Place]) -> list[Blob]:
    """The blobs of what was written; a content that was recorded meanwhile keeps its first place. In order of `places`."""
    if not places:
        return []
    moment = now()
    rows = [Blob(digest=place.digest, size=place.size, place=place.place, created_at=moment) for place in places]
    blobs = Blob.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["digest"], update_fields=["digest"]
    )  # an update of nothing, so that the id of a known row comes back as well
    return blobs


def read(blob: Blob) -> bytes:
    """The bytes of `blob`. Raises MissingBytes when the file is gone or was erased."""
    name, _, offset = blob.place.partition(":")
    try:
        with (_root() / name).open("rb") as file:
            file.seek(int(offset or 0))
            raw = file.read(blob.size)
    except OSError as problem:
        raise MissingBytes(blob.digest) from problem
    if len(raw) != blob.size:
        raise MissingBytes(blob.digest)
    return raw


def is_referred_to(blob: Blob) -> bool:
    """Whether any row of any model still names `blob`: asked of the models themselves, so no count can drift."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: blob}).exists() for relation in Blob._meta.related_objects
    )


def delete_unreferenced(blob: Blob) -> bool:
    """Remove `blob` and its bytes unless something refers to it. Bytes inside a pack are overwritten with zeros."""
    with transaction.atomic():
        if is_referred_to(blob):
            return False
        Blob.objects.filter(pk=blob.pk).delete()
    name, _, offset = blob.place.partition(":")
    path = _root() / name
    if not path.exists():
        return True
    _overwrite(path, int(offset or 0), blob.size)
    if not offset:
        path.unlink(missing_ok=True)
    return True


def _root() -> Path:
    return Path(settings.HOME) / "files"


def _write_synced(path: Path, raw: bytes) -> None:
    """Write under a passing name, sync, and rename: a crash leaves the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    passing = path.with_name(f".{path.name[:40]}.{uuid.uuid4().hex[:8]}")
    try:
        with passing.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        passing.rename(path)
    except OSError:
        passing.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _overwrite(path: Path, offset: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        while size > 0:
            size -= file.write(b"\0" * min(size, 1 << 20))
        file.flush()
        os.fsync(file.fileno())
