"""What becomes of promises by hand when joined conversations are parted again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from heard.conversations.models import Conversation
from heard.lib.db import lock
from heard.promises.models import Promise
from heard.promises.services.writing import open_in, record, settle_due


@transaction.atomic
def part_promises(conversation: Conversation, *, leaves: Conversation) -> int:
    """Promises follow the words that gave or told them into `conversation`. Answers how many; a second call moves none.

    A target that no message names stays where colleagues see it: nothing says to which of the two it belongs.
    """
    first, second = sorted([conversation, leaves], key=lambda one: one.pk)
    lock(first), lock(second)
    here = Q(made_in__message__conversation=conversation) | Q(told_in__message__conversation=conversation)
    moved = lock(Promise.objects.filter(here, conversation=leaves, kind="by_hand"))
    for promise in moved:
        promise.conversation = conversation
        promise.save(update_fields=["conversation"])
        record("promise.moved", promise, from_conversation_id=leaves.pk)
    for one in (conversation, leaves):
        settle_due(lock(one), open_in(one))
    return len(moved)
