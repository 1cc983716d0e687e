"""What stands under a telling: their own words of then, and the links by which they answer."""

from __future__ import annotations

from django.utils import formats, timezone

from heard.conversations.endings import Ending, ending
from heard.conversations.models import Message, MessageKind
from heard.improvements import wording
from heard.improvements.answer_links import answer_link, no_more_link
from heard.improvements.models import Told
from heard.insights.models import Signal

LONGEST_WORDS = 300


@ending("telling", order=5)
def under_a_telling(message: Message) -> Ending | None:
    """Their words are read when the mail is composed and kept nowhere else. One query, none for other mail."""
    if message.kind != MessageKind.TELLING:
        return None
    told = Told.objects.filter(message=message).select_related("signal__interaction").first()
    signal = told.signal if told is not None else None
    words = wording.own_words(first_words(signal), day_of(signal)) if signal is not None else ""
    parts = [words, wording.question(answer_link(message.pk)), wording.farewell(no_more_link(message.pk))]
    return Ending("\n\n".join(part for part in parts if part), no_more_link(message.pk))


def first_words(signal: Signal) -> str:
    """The words of a signal, at most 300 characters; empty when they were erased, or the signal taken back."""
    if signal.retracted_at is not None or signal.interaction.erased_at is not None:
        return ""
    words = signal.interaction.text[signal.start : signal.end]
    return words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"


def day_of(signal: Signal) -> str:
    """The day on which they said it, in the present language and zone."""
    return formats.date_format(timezone.localtime(signal.said_at), "DATE_FORMAT")
