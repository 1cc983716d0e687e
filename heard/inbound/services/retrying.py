"""A second try for what lies in quarantine: one, all, or everything of a cause after an upgrade."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from heard.accounts.models import User
from heard.events import record_event
from heard.inbound.models import Inbound, State
from heard.inbound.tasks import file_inbounds
from heard.lib.db import lock


@transaction.atomic
def retry_quarantined(inbound_ids: Iterable[int], *, by: User | None) -> int:
    """Take originals out of quarantine and file them again. Those that are no longer there are left alone. Answers how many."""
    rows = lock(Inbound.objects.filter(pk__in=list(inbound_ids), state=State.QUARANTINED))
    for row in rows:
        record_event("inbound.retried", row, actor=by, mailbox_id=row.mailbox_id)
    ids = [row.pk for row in rows]
    Inbound.objects.filter(pk__in=ids).update(state=State.RECEIVED, cause="", detail="", settled_at=None)
    for start in range(0, len(ids), 100):
        file_inbounds.enqueue(ids[start : start + 100])
    return len(ids)


def retry_everything(*, by: User | None, cause: str = "") -> int:
    """`retry_quarantined` for all of a cause, or for all there are: what an upgrade may have learned to read."""
    rows = Inbound.objects.filter(state=State.QUARANTINED)
    return retry_quarantined((rows.filter(cause=cause) if cause else rows).values_list("pk", flat=True), by=by)
