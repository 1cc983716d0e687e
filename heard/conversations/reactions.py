"""What conversations do when something happened to the right of them."""

from __future__ import annotations

from heard.conversations.indexing import erasing, following, rebuilding  # noqa: F401 — they declare a consumer, an eraser, a task
from heard.conversations.services.deliveries import retry_waiting
from heard.conversations.services.owners_first import assign_to_owners
from heard.events import reaction
from heard.events.models import Event
from heard.lib.time import now


@reaction("deliveries", kinds={"mailbox.changed", "mailbox.recovered"}, start="now")
def send_what_waits(events: list[Event]) -> None:
    """Replies that waited for a mailbox's server go out when its settings changed or it answers again."""
    mailboxes = {event.subject_id for event in events if event.data.get("direction", "out") == "out"}
    for mailbox_id in sorted(mailboxes):
        retry_waiting(mailbox_id, at=now())


@reaction("owners first", kinds={"message.received", "conversation.reopened"}, start="now")
def give_to_owners(events: list[Event]) -> None:
    """What a customer begins, or begins again, goes to whoever looks after them. Harmless when run twice: somebody has it then."""
    begun = {event.data["conversation_id"] for event in events if event.data.get("is_new_conversation")}
    again = {event.subject_id for event in events if event.kind == "conversation.reopened"}
    assign_to_owners(begun | again)
