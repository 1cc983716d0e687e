"""Bringing in history: files of mail become originals, filed like live ones but without promises, notices or answers.

What was read is remembered by file, so that an import that was stopped goes on where it was. Some hundred messages are kept and filed
at a time while other processes read the next ones.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox
from heard.channels.email.understanding import Understood, begin_understanding, understand_many
from heard.inbound.models import Inbound, MailImport, State
from heard.inbound.services.filing import file_batch
from heard.inbound.services.receiving import Original, receive_many
from heard.inbound.services.sources import Found, mail_files, messages_of
from heard.lib.batches import batched
from heard.lib.collecting import rarely_collected
from heard.lib.time import now

AT_ONCE = 200
SHARE = 20  # small, so that nobody waits long for the last one
IF_WE_ARE_KILLED = timedelta(minutes=10)


@dataclass(slots=True)
class Imported:
    """What an import did: messages taken, known already, and files that hold no mail."""

    taken: int = 0
    known: int = 0
    left_alone: list[Path] = field(default_factory=list)


def import_mail(
    paths: list[Path], *, mailbox: Mailbox, open_since: datetime | None = None, tell: Callable[[int, int, int], None] = lambda *_: None
) -> Imported:
    """Import every mail under `paths` as history. `tell(messages, bytes done, bytes in all)` hears of progress.

    Importing again takes only what is new. Raises OSError for a path that cannot be read.
    """
    found = [mail_files(path) for path in paths]
    files = [file for mail, _ in found for file in mail]
    done = Imported(left_alone=[file for _, other in found for file in other])
    total, before = sum(file.stat().st_size for file in files), 0
    with _Readers() as readers, rarely_collected():
        _file_what_was_left(mailbox)
        for batch in _batches(files, mailbox, open_since):
            _take(batch, mailbox, open_since, readers, done)
            before += batch.bytes
            tell(done.taken + done.known, before, total)
        readers.finish()
    return done


def _file_what_was_left(mailbox: Mailbox) -> None:
    """File what an import that was killed had kept and not yet filed; its task would do it some minutes later."""
    left = Inbound.objects.filter(mailbox=mailbox, transport="import", state=State.RECEIVED).order_by("pk")
    ids = list(left.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        file_batch(ids[start : start + AT_ONCE])


@dataclass(slots=True)
class _Batch:
    messages: list[tuple[MailImport, Found]]

    @property
    def bytes(self) -> int:
        return sum(found.end - found.start for _, found in self.messages)


def _batches(files: list[Path], mailbox: Mailbox, open_since: datetime | None) -> Iterator[_Batch]:
    return map(_Batch, batched(_messages(files, mailbox, open_since), AT_ONCE))


def _messages(files: list[Path], mailbox: Mailbox, open_since: datetime | None) -> Iterator[tuple[MailImport, Found]]:
    for file in files:
        progress = _progress_of(file, mailbox, open_since)
        if progress.finished_at is None:
            for found in messages_of(file, start=progress.position):
                yield progress, found


def _progress_of(file: Path, mailbox: Mailbox, open_since: datetime | None) -> MailImport:
    size = file.stat().st_size
    with file.open("rb") as opened:
        fingerprint = hashlib.sha256(opened.read(65536) + str(size).encode()).hexdigest()
    defaults = {"size": size, "started_at": now(), "open_since": open_since}
    return MailImport.objects.get_or_create(mailbox=mailbox, path=str(file.resolve())[:1000], fingerprint=fingerprint, defaults=defaults)[0]


def _take(batch: _Batch, mailbox: Mailbox, open_since: datetime | None, readers: _Readers, done: Imported) -> None:
    """Keep a batch, let it be read elsewhere, and file the batch before it meanwhile."""
    raws = [found.raw for _, found in batch.messages]
    reading = readers.begin(raws)
    originals = [
        Original(raw, f"{Path(progress.path).name}:{found.start}") for raw, (progress, found) in zip(raws, batch.messages, strict=True)
    ]
    kept, fresh = receive_many(
        originals, mailbox=mailbox, transport="import", is_history=True, open_since=open_since, file_at=now() + IF_WE_ARE_KILLED
    )
    done.taken, done.known = done.taken + fresh, done.known + len(raws) - fresh
    readers.file_when_read([row.pk for row in kept], reading)
    _remember(batch)


def _remember(batch: _Batch) -> None:
    """How far each file of the batch is kept; a file whose last message is kept is finished."""
    for progress, found in batch.messages:
        progress.position, progress.taken = found.end, progress.taken + 1
        progress.finished_at = now() if found.end >= progress.size else None
    changed = {progress.pk: progress for progress, _ in batch.messages}
    MailImport.objects.bulk_update(changed.values(), ["position", "taken", "finished_at"])


class _Readers:
    """Processes that understand mail while this one writes. They have no database."""

    def __init__(self) -> None:
        processes = max(1, min(4, (os.cpu_count() or 2) - 1))  # this process is busy itself, and each of them holds 100 MB
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=begin_understanding)
        self._waiting: tuple[list[int], list[Future[list[Understood]]]] | None = None

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def begin(self, raws: list[bytes]) -> list[Future[list[Understood]]]:
        shares = [raws[start : start + SHARE] for start in range(0, len(raws), SHARE)]
        return [self._pool.submit(understand_many, share, installation_name()) for share in shares]

    def file_when_read(self, inbound_ids: list[int], reading: list[Future[list[Understood]]]) -> None:
        """File the batch before this one; this one waits for its readers."""
        self.finish()
        self._waiting = (inbound_ids, reading)

    def finish(self) -> None:
        if self._waiting is not None:
            inbound_ids, reading = self._waiting
            understood = [one for future in reading for one in future.result()]
            file_batch(inbound_ids, dict(zip(inbound_ids, understood, strict=True)))
            self._waiting = None
