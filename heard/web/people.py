"""What stands beside a conversation about its customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404

from heard.accounts.models import User
from heard.conversations.models import Conversation, Message
from heard.lib.time import now
from heard.people.selectors import Person, person_of
from heard.people.together import heads_ups_of
from heard.promises.models import Promise
from heard.timeline.selectors import story_of
from heard.web.owed import promise_view
from heard.web.purchases import purchases_beside
from heard.web.story import story_lines


def customer_of(conversation: Conversation, messages: Sequence[Message], actor: User) -> Person | None:
    """Whose conversation this is, with addresses; None when nobody's, or when `actor` may not know of them. Two queries at most.

    Who takes part in the loaded `messages` is not asked for again.
    """
    if not conversation.customer_id:
        return None
    parties = [party.identity for message in messages for party in message.interaction.parties.all()]
    try:
        return person_of(actor, conversation.customer_id, known=parties)
    except Http404:
        return None


def beside(
    person: Person,
    conversation: Conversation,
    actor: User,
    *,
    promises: Sequence[Promise],
    has_gestures: bool,
    gesture_form: Any = None,
    ticked: Any = None,
) -> dict[str, Any]:
    """The person, what we owe them anywhere (`promises`), their orders, the newest of their story, what staff should know. Six queries or more.

    `gesture_form` comes back with its errors, `ticked` are the gestures that a reply which came back tells.
    """
    moment = now()
    kept = sum(1 for promise in promises if promise.kept_at and not promise.broken_at)
    return {
        "person": person,
        "heads_ups": heads_ups_of(person.identity_ids),
        "person_owed": [promise_view(promise, now=moment) for promise in promises if promise.state == "open"],
        "promises_kept": kept,
        "promises_counted": sum(1 for promise in promises if promise.kept_at or promise.broken_at),
        "story": story_lines(story_of(person.identity_ids, actor, limit=6), skip_conversation=conversation.pk),
        **purchases_beside(actor, conversation, person.identity_ids, gesture_form, ticked, has_gestures=has_gestures),
    }
