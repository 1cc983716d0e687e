"""Who is in which segment, and who looks after them, follows what is known of people."""

from __future__ import annotations

from heard.events import reaction
from heard.events.models import Event
from heard.people.models import Identity
from heard.people.services.membership import derive_for


@reaction(
    "people: segments",
    kinds={"people.counted", "attribute.given", "identity.added", "identity.changed", "identity.bounced", "contact.chosen",
           "person.joined", "person.parted"},
    history=True,
)  # fmt: skip
def follow_people(events: list[Event]) -> None:
    """Derive again for everybody concerned. Harmless when run twice."""
    identities: set[int] = {event.subject_id for event in events}
    for event in events:
        identities |= set(event.data.get("identity_ids", [])) | set(event.data.get("person_ids", []))
    derive_for(set(Identity.objects.filter(pk__in=identities).values_list("person_number", flat=True)) | identities)
