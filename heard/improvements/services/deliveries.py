"""Which tellings arrived: told, or come back."""

from __future__ import annotations

from collections.abc import Sequence

from heard.events import record_event
from heard.events.models import Event
from heard.improvements.models import Cause, Told, ToldState
from heard.lib.db import lock, update_rows


def note_deliveries(events: Sequence[Event]) -> None:
    """Write what the mail servers said of tellings into the rows of those who were told, in order. Harmless when run twice.

    Called in a transaction. What came back stays so, unless its reader answers: then it arrived after all.
    """
    latest = {event.subject_id: event for event in events}
    numbers = list(Told.objects.filter(message__in=list(latest)).values_list("pk", flat=True))
    if not numbers:
        return
    rows = lock(Told.objects.filter(pk__in=numbers))
    changed = [row for row in rows if _note(row, latest[row.message_id or 0])]
    update_rows(changed, ["state", "cause", "told_at", "bounced_at"])
    if changed:
        first = min(changed, key=lambda row: row.pk)
        record_event("loop.changed", first, identity_ids=sorted({row.identity_id for row in changed}))


def _note(told: Told, event: Event) -> bool:
    before = (told.state, told.cause)
    if event.kind == "message.delivered":
        if told.state == ToldState.QUEUED:
            told.state, told.told_at = ToldState.TOLD, event.at
    elif not told.answer and event.data.get("is_permanent", True):
        cause = Cause.BOUNCED if event.kind == "message.bounced" else Cause.FAILED
        told.state, told.cause, told.bounced_at = ToldState.BOUNCED, cause, event.at
    return (told.state, told.cause) != before
