"""What there is around a conversation, looked up once: a page then asks only for what exists."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from heard.accounts.models import Access, User
from heard.accounts.services.accesses import ONCE_IN
from heard.conversations.models import Conversation, ConversationLink, Draft, Message
from heard.gestures.models import Gesture
from heard.lib.prepared import prepared
from heard.lib.time import now

PAGE = "conversation"
"""Of an access."""


def found_around(conversation: Conversation, actor: User) -> set[str]:
    """Which of these there are: unsettled "links", "drafts" of the actor, "gestures" given in it, and "told" ones. One query.

    "noted" when the actor's looking at the customer was written down lately (`note_access`).
    """
    names = ("links", "drafts", "gestures", "told", "noted")
    [found] = _around(conversation.pk, actor.pk, PAGE, now() - ONCE_IN) or [()]
    return {name for name, exists in zip(names, found, strict=False) if exists}


@prepared
def _around(number: int, author: int, page: str, since: datetime) -> QuerySet[Conversation, tuple[bool, ...]]:
    links = ConversationLink.objects.filter(settled_at=None)
    rows = Conversation.objects.filter(pk=number).annotate(
        has_links=Exists(links.filter(conversation=number)) | Q(Exists(links.filter(other=number))),
        has_drafts=Exists(Draft.objects.filter(conversation=number, author=author)),
        has_gestures=Exists(Gesture.objects.filter(conversation=number, withdrawn_at=None)),
        has_told=Exists(Gesture.objects.filter(told_in__in=Message.objects.filter(conversation=number).values("pk"))),
        is_noted=Exists(Access.objects.filter(user=author, identity_id=OuterRef("customer_id"), page=page, at__gt=since)),
    )
    return rows.values_list("has_links", "has_drafts", "has_gestures", "has_told", "is_noted")
