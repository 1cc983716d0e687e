"""What a mail says of gestures under its writer's words, in the language of the mail."""

from __future__ import annotations

from heard.conversations.endings import Ending, ending
from heard.conversations.models import Message
from heard.gestures.models import Gesture
from heard.gestures.words import to_the_customer


@ending("gestures", order=15)
def given_here(message: Message) -> Ending | None:
    """A line for each gesture that this message tells. One query for a reply, none for other mail."""
    if message.interaction.is_automatic or message.interaction.author_id is None:
        return None
    told = Gesture.objects.filter(told_in=message).select_related("order", "line").order_by("pk")
    lines = [to_the_customer(gesture) for gesture in told]
    return Ending("\n".join(lines)) if lines else None
