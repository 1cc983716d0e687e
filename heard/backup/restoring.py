"""Bringing a backup into an empty home and an empty database, of either kind. It opens only when it is whole.

Everything is checked against the manifest before the first row is written; all rows are one transaction; what was erased since the
backup was made is erased again before anybody can look.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from heard.backup import form
from heard.lib import keys
from heard.lib.progress import Progress

AT_ONCE = 2000


class CannotRestore(Exception):
    """The backup cannot be brought here; the message says why and what to do."""


@dataclass(slots=True)
class Restored:
    """What a restore brought, and how many things it had to erase again."""

    rows: int = 0
    files: int = 0
    erased_again: int = 0


def restore_backup(path: Path) -> Restored:
    """Restore `path` into the home and database that are set. Raises CannotRestore, and then the database is as it was."""
    if not path.exists():
        raise CannotRestore(f"there is no file {path}")
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = _checked_manifest(tar)
            _refuse_what_is_not_empty()
            done = Restored()
            _restore_keys(tar)
            _restore_files(tar, done)
            _restore_rows(tar, manifest, done)
    except (tarfile.TarError, EOFError) as problem:
        raise CannotRestore(f"{path} is not a whole backup") from problem
    done.erased_again = _erase_again()
    _make_search_anew()
    return done


def _checked_manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    """The manifest, once every member was found to be what it says. Reads the whole file."""
    try:
        manifest = json.loads(_member(tar, form.MANIFEST).read())
    except (KeyError, ValueError) as problem:
        raise CannotRestore("this is not a whole backup: its manifest is missing") from problem
    if manifest.get("form") != form.FORM or manifest.get("schema") != form.schema():
        raise CannotRestore("it was made by another version of Heard. Restore it with that version, then upgrade")
    progress = Progress("parts checked", total=len(manifest["digests"]))
    for name, expected in manifest["digests"].items():
        try:
            found = hashlib.file_digest(_member(tar, name), "sha256").hexdigest()  # type: ignore[arg-type]
        except KeyError:
            found = ""
        if found != expected:
            raise CannotRestore(f"it was damaged: {name} is not what was written")
        progress.add()
    progress.finish()
    return manifest


def _refuse_what_is_not_empty() -> None:
    """The database must have no tables, or only empty ones; its tables are then made."""
    if "users" in connection.introspection.table_names():
        for model in form.tables():
            if model._meta.db_table in ("users", "interactions", "events") and model._base_manager.exists():
                raise CannotRestore("there is something in this database already. Choose another HEARD_HOME or DATABASE_URL")
    call_command("migrate", interactive=False, verbosity=0)


def _restore_keys(tar: tarfile.TarFile) -> None:
    """Keys come with the backup unless the environment gives them; keys that `heard init` made here are replaced."""
    for name in keys.NAMES:
        try:
            content = _member(tar, f"keys/{name}").read()
        except KeyError:
            continue
        if not keys.is_given(name):
            place = keys.place(name)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.write_bytes(content)
            place.chmod(0o600)
    keys.key.cache_clear()
    try:
        (Path(settings.HOME) / "tombstones.log").write_bytes(_merged_tombstones(_member(tar, "tombstones.log").read()))
    except KeyError:
        pass


def _merged_tombstones(brought: bytes) -> bytes:
    """The marks of the backup and those that lie here: a home that erased more since keeps what it knows."""
    here = Path(settings.HOME) / "tombstones.log"
    known = here.read_bytes().splitlines() if here.exists() else []
    return b"".join(line + b"\n" for line in dict.fromkeys([*brought.splitlines(), *known]) if line)


def _restore_files(tar: tarfile.TarFile, done: Restored) -> None:
    home = Path(settings.HOME)
    for entry in tar:
        parts = Path(entry.name).parts
        if parts[0] != "files" or ".." in parts or not entry.isfile():
            continue
        target = home.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(_member(tar, entry.name), file, 1 << 20)
        done.files += 1


def _restore_rows(tar: tarfile.TarFile, manifest: dict[str, Any], done: Restored) -> None:
    progress = Progress("rows", total=sum(manifest["counts"].values()))
    with transaction.atomic():  # foreign keys are checked at its end, so the order of tables does not matter
        for model in form.tables():
            model._base_manager.all()._raw_delete(model._base_manager.db)  # what migrations put there
            count = 0
            with _moments_as_written(model):
                for batch in _batches(tar, model):
                    model._base_manager.bulk_create(batch)
                    count += len(batch)
                    progress.add(len(batch))
            if count != manifest["counts"].get(model._meta.db_table):
                raise CannotRestore(f"it was damaged: {model._meta.db_table} has {count} rows")
            done.rows += count
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), form.tables()):
                cursor.execute(statement)
    progress.finish()


@contextmanager
def _moments_as_written(model: type[models.Model]) -> Iterator[None]:
    """Keep fields that are filled by the clock from being filled anew."""
    clocked = [field for field in model._meta.concrete_fields if getattr(field, "auto_now_add", False)]
    for field in clocked:
        field.auto_now_add = False  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for field in clocked:
            field.auto_now_add = True  # type: ignore[attr-defined]


def _batches(tar: tarfile.TarFile, model: type[models.Model]) -> Iterator[list[models.Model]]:
    with gzip.open(_member(tar, f"rows/{model._meta.db_table}.jsonl.gz")) as lines:
        names = form.read_line(next(iter(lines)))
        while batch := [model(**dict(zip(names, form.read_line(line), strict=True))) for line in islice(lines, AT_ONCE)]:
            yield batch


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member


def _erase_again() -> int:
    from heard.privacy.services import replay_tombstones

    return replay_tombstones()


def _make_search_anew() -> None:
    from heard.conversations.indexing.rebuilding import rebuild

    progress = Progress("messages made findable")
    for done, total in rebuild():
        progress.update(done, done / total if total else 1.0)
    progress.finish()
