"""Whoever looks after a customer gets what the customer begins: the owner, or who stands in while the owner is away."""

from __future__ import annotations

from collections.abc import Collection

from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation
from heard.conversations.services.assignment import assign_conversation
from heard.people.owner_selectors import faces_of


def assign_to_owners(conversation_ids: Collection[int]) -> int:
    """Give these conversations to their customers' owners, as far as they are open and nobody has them; how many were given.

    Somebody who may not read a conversation is passed over, and it stays in the team's inbox: looking after a customer opens no door. A
    team that looks after somebody is shown beside the conversation, and moves nothing. Four queries, and some for each that is given.
    """
    rows = Conversation.objects.filter(pk__in=conversation_ids, state="open", assignee=None, is_history=False, joined_into=None)
    waiting = list(rows.filter(customer__isnull=False).select_related("customer").order_by("pk"))
    faces = faces_of({row.customer.person_number for row in waiting if row.customer})
    given = 0
    for row in waiting:
        face = faces.get(row.customer.person_number) if row.customer else None
        if face is not None and face.present is not None and row.audience_id in readable_audience_ids(face.present):
            assign_conversation(row, to=face.present, by=None)
            given += 1
    return given
