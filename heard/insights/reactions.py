"""What signals do when it is decided anew who said something."""

from __future__ import annotations

from heard.events import reaction
from heard.events.models import Event
from heard.insights.services.following import follow_speakers


@reaction("signals", kinds={"identity.divided", "identity.changed"})
def follow(events: list[Event]) -> None:
    """Name whose words signals are, as the interactions' parties do. Harmless when run twice."""
    for event in events:
        if event.kind == "identity.divided":
            follow_speakers(interaction_ids=event.data["interaction_ids"])
        elif event.subject_id is not None:
            follow_speakers(identity_id=event.subject_id)
