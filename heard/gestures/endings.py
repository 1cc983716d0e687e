"""What a mail says of gestures under its writer's words, in the language of the mail."""

from __future__ import annotations

from django.db.models import QuerySet

from heard.conversations.endings import Ending, ending
from heard.conversations.models import Message
from heard.gestures.models import Gesture
from heard.gestures.words import to_the_customer
from heard.lib.prepared import prepared_look_up


@ending("gestures", order=15)
def given_here(message: Message) -> Ending | None:
    """A line for each gesture that this message tells. One query for a reply, none for other mail."""
    if message.interaction.is_automatic or message.interaction.author_id is None:
        return None
    lines = [to_the_customer(gesture) for gesture in _told_in(message.pk)]
    return Ending("\n".join(lines)) if lines else None


@prepared_look_up
def _told_in(message_id: int) -> QuerySet[Gesture]:
    return Gesture.objects.filter(told_in=message_id).select_related("order", "line").order_by("pk")
