"""What bridges do when something happens to people."""

from __future__ import annotations

from heard.bridges import crm_tasks  # noqa: F401  (workers find the tasks of CRM bridges here)
from heard.events import reaction
from heard.events.models import Event


@reaction(
    "bridges.people",
    kinds={"identity.changed", "identity.verified", "identity.divided", "person.joined", "person.parted"},
    start="now",
)
def tell_what_changed(events: list[Event]) -> None:
    """Who is known otherwise now, and is in a CRM, is to be told there."""
    from heard.bridges.services.crm_hearing import hear_of_changes

    ids = {event.subject_id for event in events}
    for event in events:
        ids |= set(event.data.get("identity_ids", []))
    hear_of_changes({one for one in ids if one})


@reaction("bridges.writers", kinds={"message.received"}, start="now")
def make_contacts(events: list[Event]) -> None:
    """Who wrote to us, and not a robot, becomes a contact where a bridge is told to make one; an address that is proved is told."""
    from heard.bridges.services.crm_hearing import hear_of_changes, hear_of_writers

    written = [event for event in events if not event.data.get("automatic")]
    ids = {event.data["identity_id"] for event in written if event.data.get("identity_id")}
    hear_of_writers(sorted({event.data["identity_id"] for event in written if event.data.get("authentication") == "pass"} & ids))
    hear_of_changes(ids)
