"""What an erasure does to HOME/outbox, where mail is written that no server takes: files for or about the person go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from heard.channels.email.understanding import understand
from heard.privacy.registry import ErasureScope, Outcome, eraser


def find_files(scope: ErasureScope) -> None:
    """The files that have the person in them. Reads files: no transaction."""
    scope.prepared["outbox"] = [path for path in _files() if _names_them(scope, path)]


@eraser("outbox", order=70, prepare=find_files)
def erase_outbox(scope: ErasureScope) -> list[Outcome]:
    """Remove them. Nothing else names these files, and a rolled back erasure finds nothing that it needs in them."""
    if not Path(settings.HOME, "outbox").exists():
        return []
    found = [path for path in _files() if _names_them(scope, path)] if scope.is_preview else scope.prepared["outbox"]
    for path in () if scope.is_preview else found:
        path.unlink(missing_ok=True)
    return [Outcome("outbox", len(found))]


def _files() -> Iterator[Path]:
    return Path(settings.HOME, "outbox").glob("*.eml")


def _names_them(scope: ErasureScope, path: Path) -> bool:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return False
    small = raw.lower()
    if any(address.encode().lower() in small for address in scope.values("email")):
        return True
    mail = understand(raw).mail
    return mail is not None and scope.redactor().touches(f"{mail.subject}\n{mail.text}\n{mail.quoted_text}")
