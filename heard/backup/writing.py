"""Writing a backup while everything goes on: the rows of one moment first, then the files those rows name.

A file that is erased between the two is left out, and its tombstone, copied last, keeps its rows from opening again.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connections, models, transaction

from heard.backup import form
from heard.events import seals
from heard.files.models import Blob
from heard.lib import keys
from heard.lib.db import is_sqlite
from heard.lib.progress import Progress
from heard.lib.time import now

SNAPSHOT = "snapshot"


@dataclass(slots=True)
class Written:
    """What a backup holds."""

    rows: int = 0
    tables: int = 0
    files: int = 0
    size: int = 0
    anchor: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def write_backup(path: Path, *, with_keys: bool = True) -> Written:
    """Write everything to `path`, which appears only when it is whole. Raises OSError."""
    seals.seal_now()
    done = Written()
    newest = seals.head()
    done.anchor = f"{newest.number}:{newest.last_position}:{newest.digest}" if newest else ""
    passing = path.with_name(f".{path.name}.part")
    try:
        with tarfile.open(passing, "w") as tar:
            places = _write_rows(tar, done)
            _write_files(tar, places, done)
            if with_keys:
                _write_keys(tar, done)
            _write_file(tar, Path(settings.HOME) / "tombstones.log", "tombstones.log", done)
            _write_manifest(tar, done)
        with passing.open("rb") as file:
            os.fsync(file.fileno())
        done.size = passing.stat().st_size
        passing.rename(path)
    finally:
        passing.unlink(missing_ok=True)
    return done


def _write_rows(tar: tarfile.TarFile, done: Written) -> list[str]:
    """Write every table of one moment; the files that its rows name."""
    progress = Progress("rows")
    with snapshot():
        for model in form.tables():
            with tempfile.TemporaryFile(dir=settings.HOME) as file:
                count = 0
                with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed:
                    packed.write(form.write_line(form.columns(model)))
                    for row in _rows(model):
                        packed.write(form.write_line(row))
                        count += 1
                        progress.add()
                _add(tar, f"rows/{model._meta.db_table}.jsonl.gz", file, done)
            done.counts[model._meta.db_table] = count
            done.rows, done.tables = done.rows + count, done.tables + 1
        places = sorted({blob.partition(":")[0] for blob in Blob.objects.using(SNAPSHOT).values_list("place", flat=True).iterator()})
    progress.finish()
    return places


def _rows(model: type[models.Model]) -> Iterator[tuple[object, ...]]:
    rows = model._base_manager.using(SNAPSHOT).order_by("pk").values_list(*form.columns(model))
    return rows.iterator(chunk_size=2000)


@contextmanager
def snapshot() -> Iterator[None]:
    """A second connection that sees one moment of the database and keeps no writer waiting."""
    database = connections.databases["default"]
    options = database.get("OPTIONS", {})
    connections.databases[SNAPSHOT] = {**database, "OPTIONS": _reading(options)}
    try:
        with transaction.atomic(using=SNAPSHOT):
            if not is_sqlite():
                with connections[SNAPSHOT].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT]
        del connections.databases[SNAPSHOT]


def _reading(options: dict[str, object]) -> dict[str, object]:
    if is_sqlite():
        return {**options, "transaction_mode": "DEFERRED"}
    return {name: value for name, value in options.items() if name != "pool"}


def _write_files(tar: tarfile.TarFile, places: list[str], done: Written) -> None:
    root = Path(settings.HOME) / "files"
    progress = Progress("files", total=len(places))
    for place in places:
        if _write_file(tar, root / place, f"files/{place}", done):
            done.files += 1
        progress.add()
    progress.finish()


def _write_keys(tar: tarfile.TarFile, done: Written) -> None:
    for name in keys.NAMES:
        if not keys.is_given(name):
            _write_file(tar, keys.place(name), f"keys/{name}", done)


def _write_file(tar: tarfile.TarFile, path: Path, name: str, done: Written) -> bool:
    """Add one file; False when it is not there (never was, or was erased meanwhile)."""
    try:
        with path.open("rb") as file:
            _add(tar, name, file, done)
    except FileNotFoundError:
        return False
    return True


def _add(tar: tarfile.TarFile, name: str, file: io.IOBase, done: Written) -> None:
    file.seek(0, io.SEEK_END)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = file.tell(), 0o600, int(now().timestamp())
    file.seek(0)
    reader = _Hashing(file)
    tar.addfile(entry, reader)  # type: ignore[arg-type]
    done.digests[name] = reader.hash.hexdigest()


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: io.IOBase) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.file.read(size)
        self.hash.update(data)
        return data


def _write_manifest(tar: tarfile.TarFile, done: Written) -> None:
    manifest = {
        "form": form.FORM,
        "schema": form.schema(),
        "made_at": now().isoformat(),
        "anchor": done.anchor,
        "counts": done.counts,
        "digests": done.digests,
    }
    raw = json.dumps(manifest, indent=1).encode()
    entry = tarfile.TarInfo(form.MANIFEST)
    entry.size, entry.mode = len(raw), 0o600
    tar.addfile(entry, io.BytesIO(raw))
