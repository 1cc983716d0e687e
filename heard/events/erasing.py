"""What an erasure does to the log: nothing. It holds ids, and its seals go on to verify; that somebody was erased is recorded."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.events.models import Event
from heard.events.recording import record_event
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("events", order=95)
def record_erasure(scope: ErasureScope) -> Outcome:
    """Leave every event as it was sealed, and add one that says whom this erasure concerned, by id."""
    if not scope.is_preview and scope.number is not None:
        subject = ("erasure", scope.number)
        blobs, identities = len(scope.litter["files"]), list(scope.identity_ids)
        record_event("erasure.done", subject, actor=scope.by, identity_ids=identities, interactions=len(scope.interaction_ids), blobs=blobs)
        if scope.is_replay:
            record_event("erasure.replayed", subject, tombstones=sum(map(len, scope.tombstones.values())))
    left = gettext_noop("The sealed log stays as it is: it holds ids and times, nobody’s words.")
    return Outcome("events", 0, left, Event.objects.filter(subject_kind="identity", subject_id__in=scope.identity_ids).count())
