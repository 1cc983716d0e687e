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
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ForeignObjectRel

from heard.files.models import Blob
from heard.lib.db import insert_or_find
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
    """Write contents, given by digest, and sync them: one in a file of its own, several in one pack with one sync. Raises OSError.

    What a batch holds that is kept already is not written again: a second copy in another pack would outlive the first.
    """
    if not contents:
        return []
    if len(contents) == 1:
        [(digest, raw)] = contents.items()
        place = _place_of(digest)
        _write_synced(_root() / place, raw)
        return [Place(digest, len(raw), place)]
    kept = dict(Blob.objects.filter(digest__in=list(contents)).values_list("digest", "place"))
    name, offset, places = f"packs/{uuid.uuid4().hex}", 0, []
    for digest, raw in contents.items():
        places.append(Place(digest, len(raw), kept.get(digest, f"{name}:{offset}")))
        offset += 0 if digest in kept else len(raw)
    if offset:
        _write_synced(_root() / name, b"".join(raw for digest, raw in contents.items() if digest not in kept))
    return places


def record(places: Sequence[Place]) -> list[Blob]:
    """The blobs of what was written; a content that was recorded meanwhile keeps its first place. In order of `places`.

    Raises OSError when bytes are gone by now, because the same content was erased at this very moment: whoever brings it tries again.
    """
    if not places:
        return []
    moment, root = now(), _root()
    rows = [Blob(digest=place.digest, size=place.size, place=place.place, created_at=moment) for place in places]
    blobs = list(insert_or_find(rows, "digest"))
    for file in {place.place.partition(":")[0] for place in places}:
        if not (root / file).exists():
            raise FileNotFoundError(file)
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
    # Relations without a name of their own ("+") are hidden, and are most of them.
    relations = [field for field in Blob._meta.get_fields(include_hidden=True) if isinstance(field, ForeignObjectRel)]
    return any(relation.related_model._base_manager.filter(**{relation.field.name: blob}).exists() for relation in relations)


def delete_unreferenced(blob: Blob) -> bool:
    """Remove `blob` and its bytes unless something refers to it. Bytes inside a pack are overwritten with zeros.

    The bytes go before the commit: whoever records the same content meanwhile waits for it, sees that they are gone, and tries again. After a
    crash in between, a row without bytes is left that nothing names, and is removed the next time.
    """
    with transaction.atomic():
        held = Blob.objects.select_for_update().filter(pk=blob.pk).first()
        if held is None or is_referred_to(held):
            return False
        held.delete()
        _remove_bytes(held)
    return True


def _remove_bytes(blob: Blob) -> None:
    """Overwrite what lies in its place; and a file of its own that came after the pack in which it was first."""
    name, _, offset = blob.place.partition(":")
    if offset and (pack := _root() / name).exists():
        _overwrite(pack, int(offset), blob.size)
    for path in {_root() / (name if not offset else _place_of(blob.digest)), _root() / _place_of(blob.digest)}:
        if path.exists():
            _overwrite(path, 0, path.stat().st_size)
            path.unlink(missing_ok=True)


def _place_of(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:]}"


def sweep(*, before: datetime) -> int:
    """Overwrite and remove files older than `before` that no blob names: what a crash left between writing and recording. Answers how many.

    Reads the name of every file; for the night.
    """
    if not _root().exists():
        return 0
    packs = {
        place.partition(":")[0] for place in Blob.objects.filter(place__startswith="packs/").values_list("place", flat=True).iterator()
    }
    old = (path for path in _root().rglob("*") if path.is_file() and path.stat().st_mtime < before.timestamp())
    removed = 0
    while some := list(islice(old, 500)):
        names = {path: path.relative_to(_root()).as_posix() for path in some}
        named = packs | set(
            Blob.objects.filter(digest__in=[name.replace("/", "") for name in names.values()]).values_list("place", flat=True)
        )
        for path, name in names.items():
            if name not in named:
                _overwrite(path, 0, path.stat().st_size)
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _root() -> Path:
    return Path(settings.HOME) / "files"


def _write_synced(path: Path, raw: bytes) -> None:
    """Write under a passing name, sync, and rename: a crash leaves the whole file or none."""
    if not path.parent.exists():
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
