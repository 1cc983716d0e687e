"""A story as lines: what happened, in words, with where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.conversations.models import Message
from heard.lib.money import in_words
from heard.lib.prepared import prepared
from heard.purchases.models import Order
from heard.purchases.selectors import orders_by_interaction
from heard.timeline.models import Interaction

PURCHASES = {"order", "return", "refund"}
ICONS = {"email": "mail", "note": "lock", "portal": "message-circle-more", "order": "shopping-bag", "visit": "ear"}
CUSTOMER_ACTS = {
    "solved": gettext_lazy("Said that it is solved"),
    "not_yet": gettext_lazy("Said that it is not solved yet"),
    "correction": gettext_lazy("Corrected us"),
    "not_me": gettext_lazy("Said that our mail reached the wrong person"),
}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """`what` is ours to say; `words` are the customer's own (shown in serif). `url` is the conversation, if there is one."""

    at: datetime
    icon: str
    what: str
    words: str
    url: str
    by: str
    is_internal: bool


def story_lines(interactions: Sequence[Interaction], *, skip_conversation: int | None = None) -> list[StoryLine]:
    """Lines for interactions, in their order. One query for the conversations they belong to, up to three more when there are purchases."""
    bought = orders_by_interaction(interactions)
    places = {interaction: (conversation, subject) for interaction, conversation, subject in _places([one.pk for one in interactions])}
    return [
        _bought(one, *bought[one.pk]) if one.pk in bought else _line(one, *places.get(one.pk, (None, "")))
        for one in interactions
        if skip_conversation is None or places.get(one.pk, (None, ""))[0] != skip_conversation
    ]


@prepared
def _places(interactions: list[int]) -> QuerySet[Message, tuple[int, int, str]]:
    return Message.objects.filter(interaction__in=interactions).values_list("interaction_id", "conversation_id", "subject")


def _line(one: Interaction, conversation: int | None, subject: str) -> StoryLine:
    words = " ".join(getattr(one, "words", "").split())
    url = reverse("web:conversation", args=[conversation]) if conversation else ""
    by = one.author.name if one.author else ""
    return StoryLine(
        one.happened_at, ICONS.get(one.channel, "message-square"), _what(one, subject), words, url, by, one.direction == "internal"
    )


def _bought(one: Interaction, order: Order, amount: int) -> StoryLine:
    """An order, a return or a refund: the items are the shop's words, so they are told like our own."""
    items = " ".join(getattr(one, "words", "").split())
    worth = in_words(amount, order.currency)
    if one.kind == "order":
        # Translators: what somebody bought: "Bought Carbon Z poles · €89.00 · order 20931".
        what = _("Bought %(items)s · %(worth)s · order %(number)s")
    elif one.kind == "return":
        what = _("Sent back %(items)s · order %(number)s") if items else _("Sent back something · order %(number)s")
    else:
        what = _("Got back %(worth)s for %(items)s · order %(number)s") if items else _("Got back %(worth)s · order %(number)s")
    said = what % {"items": items, "worth": worth, "number": order.number}
    return StoryLine(one.happened_at, ICONS["order"], said, "", "", "", False)


def _what(one: Interaction, subject: str) -> str:
    if one.erased_at is not None:
        return _("Erased")
    if one.direction == "internal":
        return _("Note")
    if one.kind == "telling":
        return _("We told them what came of it")
    if one.is_automatic:
        return _("Automatic message")
    if one.kind in CUSTOMER_ACTS:
        return str(CUSTOMER_ACTS[one.kind])
    return _("Wrote to us") if one.direction == "in" else _("We wrote")
