"""Where bytes lie: one file per content under HOME/files, or many in one pack when an import brings hundreds.

Bytes are written and synced before any row names them. A file that no row names is litter of a crash, never a loss;
`sweep` removes it a day later.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction

from heard.files.models import Blob
from heard.lib.time import now


class MissingBytes(Exception):
    """A blob's row is there and its bytes are not."""


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def put(raw: bytes) -> Blob:
    """Keep `raw`: synced to disk before this returns. The same content is kept once. Raises OSError (a full disk)."""
    digest = digest_of(raw)
    known = Blob.objects.filter(digest=digest).first()
    if known is not None:
        return known
    place = f"{digest[:2]}/{digest[2:]}"
    _write_synced(_root() / place, raw)
    blob, _ = Blob.objects.get_or_create(digest=digest, defaults={"size": len(raw), "place": place, "created_at": now()})
    return blob


def put_many(raws: Sequence[bytes]) -> list[Blob]:
    """Keep many contents in one pack file with one sync: for imports. Answers blobs in the order of `raws`."""
    digests = [digest_of(raw) for raw in raws]
    known = {blob.digest: blob for blob in Blob.objects.filter(digest__in=digests)}
    name, pieces, fresh, offset = f"packs/{uuid.uuid4().hex}", [], {}, 0
    for digest, raw in zip(digests, raws, strict=True):
        if digest in known or digest in fresh:
            continue
        fresh[digest] = Blob(digest=digest, size=len(raw), place=f"{name}:{offset}", created_at=now())
        pieces.append(raw)
        offset += len(raw)
    if pieces:
        _write_synced(_root() / name, b"".join(pieces))
        with transaction.atomic():
            Blob.objects.bulk_create(fresh.values(), ignore_conflicts=True)
        known |= {blob.digest: blob for blob in Blob.objects.filter(digest__in=list(fresh))}
    return [known[digest] for digest in digests]


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
