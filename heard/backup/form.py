"""The neutral form: which tables a backup holds, and how a value is written so that both databases read it alike.

A backup is a tar: `rows/TABLE.jsonl.gz` (a line of column names, then a line for each row), `files/…` as they lie in the home folder,
`keys/…`, `tombstones.log`, and last `manifest.json` with the schema, the counts, the newest seal and the SHA-256 of every member.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

FORM = 1
MANIFEST = "manifest.json"
PASSING_TABLES = {"leases", "worker_boots", "log_in_attempts", "search_documents"}
"""What means nothing elsewhere: who works now, who guesses passwords, and the search index, which is made anew."""


def tables() -> list[type[models.Model]]:
    """Our own models whose rows a backup holds, in order of their table's name."""
    own = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("heard.")]
    return sorted((model for model in own if model._meta.db_table not in PASSING_TABLES), key=lambda model: model._meta.db_table)


def columns(model: type[models.Model]) -> list[str]:
    """Attribute names of a model's columns, foreign keys as ids."""
    return [field.attname for field in model._meta.concrete_fields]


def schema() -> str:
    """A mark of the migrations this program has: a backup is restored by the program that has the same."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = sorted(f"{app}.{name}" for app, name in loader.disk_migrations if apps.is_installed(f"heard.{app}") or app == "email")
    return hashlib.sha256("\n".join(own).encode()).hexdigest()[:16]


def write_line(values: tuple[Any, ...] | list[str]) -> bytes:
    """One row as a line of JSON."""
    return json.dumps(values, default=_plain, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def read_line(line: bytes) -> list[Any]:
    """The values of a line, with bytes and moments as they were."""
    return json.loads(line, object_hook=_whole)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return {"$at" if isinstance(value, datetime) else "$on": value.isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, UUID):
        return {"$uuid": str(value)}
    raise TypeError(type(value).__name__)


def _whole(value: dict[str, Any]) -> Any:
    if len(value) != 1:
        return value
    [(kind, text)] = value.items()
    readers: dict[str, Callable[[str], Any]] = {
        "$at": datetime.fromisoformat,
        "$on": date.fromisoformat,
        "$bytes": base64.b64decode,
        "$uuid": UUID,
    }
    return readers[kind](text) if kind in readers and isinstance(text, str) else value
