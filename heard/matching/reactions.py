"""Matching follows the log: whoever is new, changed or heard is compared."""

from __future__ import annotations

from heard.events import reaction
from heard.events.models import Event
from heard.matching.services.live import match_identities

KINDS = {"identity.added", "identity.changed", "identity.divided", "identity.verified", "message.received", "order.recorded"}


@reaction("matching", kinds=KINDS, history=True, batch=10)
def match(events: list[Event]) -> None:
    """Compare the identities that these events name. Harmless when run twice; few at once, for on SQLite nobody else writes meanwhile."""
    match_identities(pk for event in events for pk in _identities(event))


def _identities(event: Event) -> list[int]:
    named = [event.data.get("identity_id"), event.data.get("from_identity_id"), *event.data.get("identity_ids", ())]
    if event.subject_kind == "identity":
        named.append(event.subject_id)
    return [pk for pk in named if pk is not None]
