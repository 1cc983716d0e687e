"""What stands beside a conversation about its customer."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from heard.accounts.models import User
from heard.conversations.models import Conversation
from heard.lib.time import now
from heard.people.selectors import get_person
from heard.promises.selectors import promises_to
from heard.timeline.selectors import story_of
from heard.web.owed import promise_view
from heard.web.purchases import purchases_beside
from heard.web.story import story_lines


def person_beside(actor: User, conversation: Conversation, gesture_form: Any = None, ticked: Any = None) -> dict[str, Any]:
    """The person, what we owe them anywhere, their orders, and the newest of their story; empty when the actor may not know of them.

    About eighteen queries. `gesture_form` comes back with its errors, `ticked` are the gestures that a reply which came back tells.
    """
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
        **purchases_beside(actor, conversation, person.identity_ids, gesture_form, ticked),
    }
