"""What stands under a telling: their own words of then, and the links by which they answer."""

from __future__ import annotations

from django.utils import formats, timezone

from heard.conversations.endings import Ending, ending
from heard.conversations.models import Message, MessageKind
from heard.improvements import wording
from heard.improvements.answer_links import answer_link, no_more_link
from heard.improvements.models import Told

LONGEST_WORDS = 300


@ending("telling", order=5)
def under_a_telling(message: Message) -> Ending | None:
    """Their words are read when the mail is composed and kept nowhere else. One query, none for other mail."""
    if message.kind != MessageKind.TELLING:
        return None
    told = Told.objects.filter(message=message).select_related("signal__interaction").first()
    return Ending("\n\n".join(lines_under(told, message.pk)), no_more_link(message.pk))


def lines_under(told: Told | None, message_id: int) -> list[str]:
    """The paragraphs, in the present language."""
    parts = [words_of(told), wording.question(answer_link(message_id)), wording.farewell(no_more_link(message_id))]
    return [part for part in parts if part]


def words_of(told: Told | None) -> str:
    """The reminder of what they said; empty when it was erased, or taken back."""
    signal = told.signal if told is not None else None
    if signal is None or signal.retracted_at is not None or signal.interaction.erased_at is not None:
        return ""
    words = signal.interaction.text[signal.start : signal.end]
    if len(words) > LONGEST_WORDS:
        words = words[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"
    day = formats.date_format(timezone.localtime(signal.said_at), "DATE_FORMAT")
    return wording.own_words(words, day)
