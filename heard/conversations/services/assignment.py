"""Who has a conversation."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.accounts.selectors import readable_audience_ids
from heard.accounts.services.audiences import audience_of
from heard.conversations.indexing.documents import CONVERSATION, SAID
from heard.conversations.models import Assignment, Conversation
from heard.conversations.services.standing import save_settled
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.search.services import move_documents
from heard.timeline.models import Interaction, InteractionParty
from heard.timeline.services.audiences import refresh_identity_audiences


@transaction.atomic
def assign_conversation(conversation: Conversation, *, to: User | None, by: User | None) -> Conversation:
    """Give a conversation to `to`, or to nobody; `by` None is a rule of ours. Assigning again to the same colleague changes nothing.

    Raises Refusal when that colleague may not read it, may not answer, or no longer works here.
    """
    conversation = lock(conversation)
    if conversation.assignee_id == (to.pk if to else None):
        return conversation
    if to is not None and (not to.can_write or conversation.audience_id not in readable_audience_ids(to)):
        raise Refusal(_("%(name)s cannot read this conversation.") % {"name": to.name})
    was = conversation.assignee_id
    conversation.assignee = to
    save_settled([conversation])
    Assignment.objects.create(conversation=conversation, assignee=to, by=by, at=now())
    record_event(
        "conversation.assigned", conversation, actor=by, audience_id=conversation.audience_id,
        assignee_id=to.pk if to else None, was_assignee_id=was,
    )  # fmt: skip
    return conversation


@transaction.atomic
def move_to_team(conversation: Conversation, *, team: Team, by: User) -> Conversation:
    """Hand a conversation to another team: its words are theirs to read from now on, and no longer the old team's.

    The audience of the conversation, its interactions and the identities they concern change in this transaction.
    """
    conversation = lock(conversation)
    if conversation.team_id == team.pk:
        return conversation
    was_team, was_audience, audience = conversation.team_id, conversation.audience_id, audience_of(teams=[team])
    conversation.team, conversation.audience = team, audience
    if conversation.assignee is not None and audience.pk not in readable_audience_ids(conversation.assignee):
        conversation.assignee = None
    save_settled([conversation])
    set_audience_of_messages(conversation)
    for reader in {audience.pk, was_audience}:  # both teams' screens hear of it
        record_event("conversation.moved", conversation, actor=by, audience_id=reader, team_id=team.pk, was_team_id=was_team)
    return conversation


def set_audience_of_messages(conversation: Conversation) -> None:
    """Let the rows of a conversation follow its audience, and what is known and found of it with them."""
    interactions = Interaction.objects.filter(message__conversation=conversation)
    interactions.update(audience_id=conversation.audience_id)
    _move_in_search(conversation, set(interactions.values_list("pk", flat=True)))
    identities = set(InteractionParty.objects.filter(interaction__in=interactions).values_list("identity_id", flat=True))
    refresh_identity_audiences(identities)


def _move_in_search(conversation: Conversation, interaction_ids: set[int]) -> None:
    """In this transaction and not a moment later: whoever may not read it shall not find it either."""
    for kind in SAID:
        move_documents(kind, interaction_ids, conversation.audience_id)
    move_documents(CONVERSATION, [conversation.pk], conversation.audience_id)
