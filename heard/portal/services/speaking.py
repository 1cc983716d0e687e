"""What a customer does on their page: says something, says that it is solved, says not yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.conversations.models import CloseReason, Conversation
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.customer_words import CHANNEL, Said, lock_where_it_is, say_as_customer
from heard.events import record_event
from heard.lib.time import now
from heard.people.models import Identity
from heard.portal.models import Answer, AnswerKind
from heard.portal.selectors import last_answer
from heard.promises import rules as promise_rules
from heard.promises.services.replies import Waiting, owe_replies, tell_target
from heard.timeline.models import Interaction
from heard.timeline.services.recording import NewFile, NewInteraction, record_interaction


@transaction.atomic
def write_to_us(
    conversation: Conversation,
    identity: Identity,
    *,
    text: str,
    files: Sequence[NewFile] = (),
    kind: str = "message",
    is_proved: bool = False,
    language: str = "",
    once: UUID | None = None,
) -> Said:
    """A message of the customer. It is owed an answer by the policy, and since their page names the moment, that is a promise.

    A second call with the same `once` changes nothing. Raises NobodyIsHere.
    """
    said = say_as_customer(
        conversation, identity, text=text, kind=kind, files=files, is_proved=is_proved, language=language, once=once
    )  # fmt: skip
    if said.is_new:
        owe_replies([Waiting(said.conversation, promise_rules.Arrival(said.message.interaction.happened_at))])
        tell_target(said.conversation, told_at=said.message.interaction.happened_at)
    return said


@transaction.atomic
def say_not_yet(conversation: Conversation, identity: Identity, *, language: str = "", once: UUID | None = None) -> Answer:
    """It is not solved: opens it again, and promises an answer. Said twice in a row, it is said once."""
    conversation = lock_where_it_is(conversation)
    before = last_answer(conversation.pk, identity.pk)
    if (
        before is not None
        and before.kind == AnswerKind.NOT_YET
        and conversation.is_open
        and conversation.last_interaction_id == before.interaction_id
    ):
        return before
    said = write_to_us(conversation, identity, text=_("Not yet."), kind="not_yet", language=language, once=once)
    if not said.is_new:
        return Answer.objects.get(interaction=said.message.interaction)
    return _note(said.conversation, identity, AnswerKind.NOT_YET, said.message.interaction)


@transaction.atomic
def say_solved(conversation: Conversation, identity: Identity, *, language: str = "") -> Answer:
    """It is solved, says the customer: closes the conversation. Said twice in a row, it is said once.

    Their word is on their time line, but no message of the thread: it asks for no answer. What was promised by hand stays owed.
    """
    conversation = lock_where_it_is(conversation)
    before = last_answer(conversation.pk, identity.pk)
    if before is not None and before.kind == AnswerKind.SOLVED and not conversation.is_open:
        return before
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience, channel=CHANNEL, direction="in", kind="solved", happened_at=now(), text=_("Yes, solved."),
            stage="get_help", language=language, parties=[(identity, "from")], authentication_method="link",
        )
    )  # fmt: skip
    close_conversation(conversation, by=None, reason=CloseReason.CONFIRMED)
    return _note(conversation, identity, AnswerKind.SOLVED, interaction)


def _note(conversation: Conversation, identity: Identity, kind: str, interaction: Interaction) -> Answer:
    answer = Answer.objects.create(
        conversation=conversation, identity=identity, kind=kind, interaction=interaction, at=interaction.happened_at
    )  # fmt: skip
    record_event(
        "customer.answered", conversation, actor=identity, audience_id=conversation.audience_id, identity_id=identity.pk,
        interaction_id=interaction.pk, answer=str(kind),
    )  # fmt: skip
    return answer
