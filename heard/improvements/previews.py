"""The first mails of a telling, as their readers will read them; nothing is written for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import translation

from heard.conversations.models import Conversation
from heard.improvements import wording
from heard.improvements.mail_endings import day_of, first_words
from heard.improvements.models import Telling
from heard.improvements.recipients import Plan
from heard.insights.models import Signal
from heard.people.models import Identity

SHOWN = 3
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail: to whom, with which subject, which paragraphs in which language. The links in it are named, not made."""

    name: str
    address: str
    subject: str
    paragraphs: list[str]
    words: str
    language: str


def previews_of(telling: Telling, plan: Plan, readable: Collection[int]) -> list[Preview]:
    """The first three mails whose conversation the reader may read. Three queries."""
    some = plan.ready[:LOOKED_AT]
    conversations = {
        row.pk: row for row in Conversation.objects.filter(pk__in=[one.conversation_id for one in some], audience__in=list(readable))
    }
    shown = [one for one in some if one.conversation_id in conversations][:SHOWN]
    identities = Identity.objects.in_bulk([one.place.identity_id for one in shown])
    signals = Signal.objects.select_related("interaction").in_bulk([one.place.signal_id for one in shown])
    previews = []
    for one in shown:
        text, language = telling.text_in(one.language)
        name = identities[one.place.identity_id].display_name
        with translation.override(language):
            words = wording.own_words(first_words(signals[one.place.signal_id]), day_of(signals[one.place.signal_id]))
        subject = conversations[one.conversation_id or 0].subject
        previews.append(Preview(name, one.address, subject, [wording.greeting(name, language), *text.split("\n\n")], words, language))
    return previews
