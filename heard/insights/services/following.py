"""Signals follow what is decided about who said something."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from heard.insights.models import Signal
from heard.insights.services.marking import speakers_of
from heard.lib.db import lock, update_rows
from heard.timeline.models import Interaction


@transaction.atomic
def follow_speakers(*, interaction_ids: Collection[int] = (), identity_id: int | None = None) -> int:
    """Name anew whose words signals are, after an identity was divided or put together again. Answers how many changed; twice does no harm.

    Give the interactions concerned, or an identity: then all that it takes part in, and all signals that name it.
    """
    signals = Signal.objects.filter(interaction__in=list(interaction_ids))
    if identity_id is not None:
        signals = Signal.objects.filter(identity=identity_id) | Signal.objects.filter(interaction__parties__identity=identity_id)
    rows = lock(Signal.objects.filter(pk__in=list(signals.values_list("pk", flat=True))))
    speakers = speakers_of([Interaction(pk=number) for number in {row.interaction_id for row in rows}])
    changed = [row for row in rows if speakers.get(row.interaction_id, row.identity_id) != row.identity_id]
    for row in changed:
        row.identity_id = speakers[row.interaction_id]
    update_rows(changed, ["identity"])
    return len(changed)
