"""What is counted of people follows their orders."""

from __future__ import annotations

from heard.events import reaction
from heard.events.models import Event
from heard.people.services.attributes import count_again
from heard.purchases.attributes import NAMES
from heard.timeline.models import InteractionParty


@reaction("people: what they bought", kinds={"order.recorded", "order.changed", "return.recorded", "refund.recorded"}, history=True)
def count_what_they_bought(events: list[Event]) -> None:
    """For everybody whose orders these are. Harmless when run twice."""
    orders = {event.data.get("order_id", event.subject_id) for event in events}
    identities = set(InteractionParty.objects.filter(interaction__order__in=orders).values_list("identity", flat=True))
    count_again(identities, NAMES, source="purchases")
