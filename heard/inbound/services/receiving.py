"""Keep the bytes first, understand them later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from heard.channels.email.models import Mailbox
from heard.files import store
from heard.inbound.models import Inbound, LedgerDay, State
from heard.inbound.services.refusing import refuse_erased, transport_mark
from heard.inbound.tasks import file_inbounds
from heard.lib.db import insert_missing
from heard.lib.prepared import prepared_look_up
from heard.lib.text import storable
from heard.lib.time import now
from heard.privacy.tombstones import buried_pairs, keyed


@dataclass(frozen=True, slots=True)
class Original:
    """Bytes as they came, with the id their transport gave them (`INBOX/7/1234`, an LMTP queue id, a path and offset)."""

    raw: bytes
    transport_id: str


def receive(
    raw: bytes, *, mailbox: Mailbox, transport: str, transport_id: str, is_history: bool = False, open_since: datetime | None = None
) -> Inbound:
    """Keep one original: when this returns, it can no longer be lost. The same bytes in the same mailbox are kept once.

    The blob is synced first; the row, the ledger's count and the task that files it are one transaction. Raises OSError
    (full disk) or a database error, and then nothing is half-written: LMTP answers 452, the pipe exits 75, IMAP leaves it.
    """
    inbounds, _ = receive_many(
        [Original(raw, transport_id)], mailbox=mailbox, transport=transport, is_history=is_history, open_since=open_since
    )
    return inbounds[0]


def receive_many(
    originals: Sequence[Original],
    *,
    mailbox: Mailbox,
    transport: str,
    is_history: bool = False,
    open_since: datetime | None = None,
    file_at: datetime | None = None,
) -> tuple[list[Inbound], int]:
    """Keep many originals of one mailbox; one task files them all, not before `file_at`.

    Answers (rows in order of `originals`, how many were new).
    """
    moment = now()
    digests = [store.digest_of(original.raw) for original in originals]
    rows = {
        digest: Inbound(
            mailbox=mailbox, digest=digest, transport=transport, transport_id=storable(original.transport_id, 200),
            received_at=moment, day=moment.date(), is_history=is_history, open_since=open_since,
        )
        for digest, original in zip(digests, originals, strict=True)
    }  # fmt: skip
    known = _known(rows, mailbox)
    fresh = {digest: original.raw for digest, original in zip(digests, originals, strict=True) if digest not in known}
    places = store.write(fresh)
    new = _keep([rows[digest] for digest in fresh], places, file_at) if fresh else 0
    if len(known) + new < len(rows) or known:
        rows |= _known(rows, mailbox)
    return [rows[digest] for digest in digests], new


def _known(digests: Iterable[str], mailbox: Mailbox) -> dict[str, Inbound]:
    """The rows there are, by digest; what was erased stands under a keyed hash of it."""
    names = {name: digest for digest in digests for name in (digest, keyed("mail", digest))}
    return {names[row.digest]: row for row in _with_digests(mailbox.pk, list(names))}


@prepared_look_up
def _with_digests(mailbox_id: int, digests: list[str]) -> QuerySet[Inbound]:
    return Inbound.objects.filter(mailbox=mailbox_id, digest__in=digests)


@transaction.atomic
def _keep(rows: list[Inbound], places: list[store.Place], file_at: datetime | None) -> int:
    """Insert blobs, rows and the task, and count them: one transaction. Rows that another process inserted meanwhile are its own."""
    blobs = {blob.digest: blob for blob in store.record(places)}
    for row in rows:
        row.blob = blobs[row.digest]
    _refuse_erased(rows)
    mine = insert_missing(rows, ["mailbox", "digest"])
    _count(rows[0].mailbox, rows[0].day, len(mine))
    to_file = sorted(row.pk for row in mine if row.state == State.RECEIVED)
    if to_file:
        file_inbounds.using(run_at=file_at).enqueue(to_file)
    return len(mine)


def _count(mailbox: Mailbox, day: date, number: int) -> None:
    """Add to the ledger's day, which may be new."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LedgerDay._meta.db_table} (mailbox_id, day, received) VALUES (%s, %s, %s) "  # noqa: S608 (our own name)
            "ON CONFLICT (mailbox_id, day) DO UPDATE SET received = ledger_days.received + excluded.received",
            [mailbox.pk, connection.ops.adapt_datefield_value(day), number],
        )


def _refuse_erased(rows: list[Inbound]) -> None:
    """Settle what was erased before: it is counted, and its bytes go again. One query."""
    marks = {("mail", row.digest): row for row in rows}
    marks |= {("transport", transport_mark(row.mailbox_id, row.transport_id)): row for row in rows if row.transport == "imap"}
    for row in {id(marks[pair]): marks[pair] for pair in buried_pairs(marks)}.values():
        refuse_erased(row)
