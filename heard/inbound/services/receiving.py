"""Keep the bytes first, understand them later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from heard.channels.email.models import Mailbox
from heard.files import store
from heard.inbound.models import Cause, Inbound, LedgerDay, State
from heard.inbound.tasks import file_inbounds
from heard.lib.text import storable
from heard.lib.time import now
from heard.privacy.tombstones import buried_among


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
    fresh_digests = _unknown([store.digest_of(original.raw) for original in originals], mailbox)
    fresh = [original for original in originals if store.digest_of(original.raw) in fresh_digests]
    blobs = store.put_many([original.raw for original in fresh]) if len(fresh) > 1 else [store.put(original.raw) for original in fresh]
    moment = now()
    rows = {
        blob.digest: Inbound(
            mailbox=mailbox, blob=blob, digest=blob.digest, transport=transport, transport_id=storable(original.transport_id, 200),
            received_at=moment, day=moment.date(), is_history=is_history, open_since=open_since,
        )  # fmt: skip
        for original, blob in zip(fresh, blobs, strict=True)
    }
    new = _keep(list(rows.values()), mailbox, moment.date(), file_at) if rows else 0
    digests = [store.digest_of(original.raw) for original in originals]
    kept = {inbound.digest: inbound for inbound in Inbound.objects.filter(mailbox=mailbox, digest__in=digests)}
    return [kept[digest] for digest in digests], new


def _unknown(digests: list[str], mailbox: Mailbox) -> set[str]:
    return set(digests) - set(Inbound.objects.filter(mailbox=mailbox, digest__in=digests).values_list("digest", flat=True))


@transaction.atomic
def _keep(rows: list[Inbound], mailbox: Mailbox, day: date, file_at: datetime | None) -> int:
    """Insert rows, count them, enqueue their filing. Rows that another process inserted meanwhile are left to it."""
    buried = buried_among("mail", [row.digest for row in rows])
    for row in rows:
        if row.digest in buried:
            row.state, row.cause, row.blob, row.settled_at = State.ERASED, Cause.ERASED_BEFORE, None, row.received_at
    digests = [row.digest for row in rows]
    LedgerDay.objects.bulk_create([LedgerDay(mailbox=mailbox, day=day)], ignore_conflicts=True)
    before = set(Inbound.objects.filter(mailbox=mailbox, digest__in=digests).values_list("digest", flat=True))
    Inbound.objects.bulk_create([row for row in rows if row.digest not in before], ignore_conflicts=True)
    mine = Inbound.objects.filter(mailbox=mailbox, digest__in=set(digests) - before, transport_id__in=[row.transport_id for row in rows])
    kept = list(mine.values_list("pk", "state"))
    LedgerDay.objects.filter(mailbox=mailbox, day=day).update(received=F("received") + len(kept))
    to_file = sorted(pk for pk, state in kept if state == State.RECEIVED)
    if to_file:
        file_inbounds.using(run_at=file_at).enqueue(to_file)
    return len(kept)


