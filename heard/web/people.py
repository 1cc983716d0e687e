"""What stands beside a conversation about its customer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation
from heard.lib.prepared import prepared
from heard.lib.time import now
from heard.people.selectors import get_person
from heard.promises.models import Promise
from heard.timeline.selectors import story_of
from heard.web.owed import promise_view
from heard.web.story import story_lines


def person_beside(actor: User, conversation: Conversation) -> dict[str, Any]:
    """The person, what we owe them anywhere, and the newest of their story; empty when the actor may not know of them. Nine queries."""
    try:
        person = get_person(actor, conversation.customer_id or 0)
    except Http404:
        return {}
    promises = promises_to(person.identity_ids, actor)
    moment = now()
    kept = sum(1 for promise in promises if promise.kept_at and not promise.broken_at)
    return {
        "person": person,
        "person_owed": [promise_view(promise, now=moment) for promise in promises if promise.state == "open"],
        "promises_kept": kept,
        "promises_counted": sum(1 for promise in promises if promise.kept_at or promise.broken_at),
        "story": story_lines(story_of(person.identity_ids, actor, limit=6), skip_conversation=conversation.pk),
    }


def promises_to(identity_ids: list[int], actor: User) -> list[Promise]:
    """Promises and targets in conversations with these identities that `actor` may read, soonest first. One query."""
    return _promises_to(identity_ids, readable_audience_ids(actor))


@prepared
def _promises_to(identities: list[int], audiences: list[int]) -> QuerySet[Promise]:
    rows = Promise.objects.filter(conversation__customer__in=identities, conversation__audience__in=audiences)
    return rows.select_related("owed_by", "owed_by_team", "conversation").order_by("due_at")[:200]
