"""What a link opens now: the conversation and the identity it names, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from heard.conversations.customer_links import CustomerLink, link_for, read_token
from heard.conversations.models import Conversation
from heard.lib.prepared import prepared_look_up, together
from heard.lib.time import now
from heard.people.models import Identity
from heard.portal.models import LinkRevocation


@dataclass(slots=True)
class OpenPage:
    """A page that may be read: the link proved that its holder had a mail to `identity`. `conversation` is where its words are now."""

    token: str
    link: CustomerLink
    conversation: Conversation
    identity: Identity

    @property
    def fresh_address(self) -> str:
        """A new link to the same page, for somebody who has just proved the address."""
        return link_for(self.link.conversation_id, self.identity.pk, now())


def open_page(token: str) -> OpenPage | None:
    """The page behind a token. None when it was not made by us, has expired, was revoked, proves nobody, or its person is erased.

    Three queries, four for a joined conversation.
    """
    link = read_token(token)
    if link is None or link.identity_id is None or link.expires_at <= now():
        return None
    first = [link.conversation_id, link.conversation_id]  # where it began and where it is now, in most cases the same
    with together(
        _conversation.asked(link.conversation_id), _identity.asked(link.identity_id), _revoked.asked(first, link.identity_id, link.made_at)
    ):
        conversation = where_it_is(link.conversation_id)
        found = _identity(link.identity_id)
        if conversation is None or not found:
            return None
        if _revoked([link.conversation_id, conversation.pk], link.identity_id, link.made_at):
            return None
    return OpenPage(token, link, conversation, found[0])


def was_revoked_since(conversation_ids: list[int], identity_id: int, made_at: datetime) -> bool:
    """Whether what was given out at `made_at` was stopped. One query."""
    return bool(_revoked(conversation_ids, identity_id, made_at))


def where_it_is(number: int) -> Conversation | None:
    """The conversation that has the words of this one now: itself, or the one it was joined into. One query for each step."""
    for _step in range(20):
        rows = _conversation(number)
        if not rows or rows[0].joined_into_id is None:
            return rows[0] if rows else None
        number = rows[0].joined_into_id
    return None


@prepared_look_up
def _conversation(number: int) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=number).select_related("team", "mailbox", "assignee", "audience")


@prepared_look_up
def _identity(number: int) -> QuerySet[Identity]:
    return Identity.objects.filter(pk=number, erased_at=None)


@prepared_look_up
def _revoked(conversations: list[int], identity: int, made_at: datetime) -> QuerySet[LinkRevocation, int]:
    rows = LinkRevocation.objects.filter(conversation__in=conversations, identity=identity, revoked_at__gte=made_at)
    return rows.values_list("pk", flat=True)[:1]
