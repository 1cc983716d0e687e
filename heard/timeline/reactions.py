"""What is counted of people follows what happened with them."""

from __future__ import annotations

from heard.events import reaction
from heard.events.models import Event
from heard.people.services.attributes import count_again
from heard.timeline.attributes import NAMES
from heard.timeline.models import InteractionParty


@reaction(
    "people: what was said",
    kinds={"message.received", "message.sent", "message.copied", "order.recorded", "identity.divided"},
    history=True,
)
def count_what_was_said(events: list[Event]) -> None:
    """For everybody who took part. Harmless when run twice. What many are told at once counts for nobody, nor does anything automatic."""
    interactions = {event.data.get("interaction_id") for event in events} - {None}
    identities = {event.data["from_identity_id"] for event in events if event.kind == "identity.divided"}
    identities |= {event.subject_id for event in events if event.kind == "identity.divided"}
    for event in events:
        interactions |= set(event.data.get("interaction_ids", []))
    identities |= set(InteractionParty.objects.filter(interaction__in=interactions).values_list("identity", flat=True))
    count_again(identities, NAMES, source="timeline")
