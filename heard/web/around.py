"""What there is around a conversation, looked up once: a page then asks only for what exists."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet

from heard.accounts.models import User
from heard.conversations.models import Conversation, ConversationLink, Draft, Message
from heard.gestures.models import Gesture
from heard.lib.prepared import prepared


def found_around(conversation: Conversation, actor: User) -> set[str]:
    """Which of these there are: unsettled "links", "drafts" of the actor, "gestures" given in it, and "told" ones. One query."""
    names = ("links", "drafts", "gestures", "told")
    [found] = _around(conversation.pk, actor.pk) or [()]
    return {name for name, exists in zip(names, found, strict=False) if exists}


@prepared
def _around(number: int, author: int) -> QuerySet[Conversation, tuple[bool, ...]]:
    links = ConversationLink.objects.filter(settled_at=None)
    rows = Conversation.objects.filter(pk=number).annotate(
        has_links=Exists(links.filter(conversation=number)) | Q(Exists(links.filter(other=number))),
        has_drafts=Exists(Draft.objects.filter(conversation=number, author=author)),
        has_gestures=Exists(Gesture.objects.filter(conversation=number, withdrawn_at=None)),
        has_told=Exists(Gesture.objects.filter(told_in__in=Message.objects.filter(conversation=number).values("pk"))),
    )
    return rows.values_list("has_links", "has_drafts", "has_gestures", "has_told")
