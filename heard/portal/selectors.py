"""What one customer may see of one conversation: their own words, and ours to them. Nothing else, whoever was joined to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from heard.conversations.asked import asks_waiting_in
from heard.conversations.models import Conversation, Message, MessageKind
from heard.lib.prepared import Fixed, Question, attach, prepared, prepared_look_up, together
from heard.portal.models import Answer, FrontDoor, LinkRevocation
from heard.promises.models import Promise
from heard.promises.selectors import policies_of, promise_rows, shown_to_customer
from heard.timeline.models import Attachment, InteractionParty

PAGE = 10
RECEIVED = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of a thread, newest first."""

    messages: list[Message]
    number: int
    has_earlier: bool


def thread_for(conversation_id: int, identity_id: int, *, page: int = 1) -> Thread:
    """What this identity wrote here, and what we wrote to it: `PAGE` messages, with their files. Three queries.

    By identity, never by person: that somebody was joined to them is our decision, and proves nothing about who holds the link.
    """
    ids = _shared(conversation_id, identity_id, *_place(page))
    shown = ids[:PAGE]
    with together(_with_words.asked(shown), _files.asked(shown)):
        found = {row.pk: row for row in _with_words(shown)}
        messages = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
        attach([message.interaction for message in messages], "attachments", _files(shown), by="interaction")
    return Thread(messages, page, has_earlier=len(ids) > PAGE)


def _place(page: int) -> tuple[Fixed, Fixed]:
    """From which to which message a page goes: one more than it shows, so that it knows whether there are others."""
    return Fixed(PAGE * (page - 1)), Fixed(PAGE * page + 1)


def asked_for_page(conversation: Conversation, identity_id: int, *, page: int) -> list[Question[Any] | None]:
    """What a page asks for in any case."""
    return [
        _shared.asked(conversation.pk, identity_id, *_place(page)),
        promise_rows.asked([conversation.pk]),
        _answers.asked(conversation.pk, identity_id),
        _doors.asked(),
        asks_waiting_in.asked(conversation.pk) if conversation.is_open else None,
        policies_of.asked(conversation.team_id),
    ]


@prepared
def _shared(conversation: int, identity: int, start: Fixed, end: Fixed) -> QuerySet[InteractionParty, int]:
    """Numbers of messages alone, along the index of the identity's story: neither its length nor the letters' is read."""
    rows = InteractionParty.objects.filter(identity=identity, interaction__message__conversation=conversation)
    own = Q(interaction__direction="in", role="from") | Q(interaction__direction="out", role__in=RECEIVED)
    rows = rows.filter(own).exclude(interaction__message__kind=MessageKind.NOTE).order_by("-happened_at", "-pk")
    return rows.values_list("interaction__message", flat=True)[start:end]


@prepared_look_up
def _with_words(numbers: list[int]) -> QuerySet[Message]:
    rows = Message.objects.filter(pk__in=numbers).select_related("interaction__author", "mailbox", "delivery")
    return rows.defer("html", "interaction__quoted")


def its_own(path: str = "") -> Q:
    """The condition for interactions that belong to a party: with the identity in the same filter."""
    wrote = Q(**{f"{path}direction": "in", f"{path}parties__role": "from"})
    got = Q(**{f"{path}direction": "out", f"{path}parties__role__in": RECEIVED})
    return wrote | got


@prepared_look_up
def _files(messages: list[int]) -> QuerySet[Attachment]:
    return Attachment.objects.filter(interaction__message__in=messages, is_inline=False).order_by("pk")


def promises_for(conversation: Conversation, identity_id: int, *, they_spoke_last: bool) -> list[Promise]:
    """What this identity was told that we owe, open ones first, then by date. Three queries.

    What was told in a message counts for those who got that message. A reply that is owed is shown to whoever spoke last here.
    """
    told = shown_to_customer(conversation)
    known = set(_parties_to([promise.told_in_id for promise in told if promise.told_in_id], identity_id))
    return [promise for promise in told if _knows(promise, known, they_spoke_last=they_spoke_last)]


def _knows(promise: Promise, known: set[int], *, they_spoke_last: bool) -> bool:
    if promise.told_in_id is not None:
        return promise.told_in_id in known
    return they_spoke_last and promise.state == "open" and promise.kind != "by_hand"


@prepared_look_up
def _parties_to(interactions: list[int], identity: int) -> QuerySet[InteractionParty, int]:
    rows = InteractionParty.objects.filter(interaction__in=interactions, identity=identity, role__in=RECEIVED)
    return rows.values_list("interaction_id", flat=True)


def last_answer(conversation_id: int, identity_id: int) -> Answer | None:
    """What they last said to “Is it solved?”. One query."""
    return next(iter(_answers(conversation_id, identity_id)), None)


@prepared_look_up
def _answers(conversation: int, identity: int) -> QuerySet[Answer]:
    return Answer.objects.filter(conversation=conversation, identity=identity).order_by("-at", "-pk")[:1]


def front_door() -> FrontDoor | None:
    """What the company says of itself; None until somebody said it. One query."""
    return next(iter(_doors()), None)


@prepared_look_up
def _doors() -> QuerySet[FrontDoor]:
    return FrontDoor.objects.order_by("pk")[:1]


def may_settle(conversation: Conversation, identity_id: int) -> bool:
    """Whether it is theirs to say that it is solved: the customer's, and whoever wrote in it. A reader in copy may write to us instead."""
    if conversation.customer_id == identity_id:
        return True
    return bool(_wrote_in(conversation.pk, identity_id))


@prepared_look_up
def _wrote_in(conversation: int, identity: int) -> QuerySet[Message, int]:
    rows = Message.objects.filter(
        conversation=conversation, interaction__direction="in", interaction__parties__identity=identity, interaction__parties__role="from"
    )
    return rows.values_list("pk", flat=True)[:1]


def file_for(conversation_id: int, identity_id: int, number: int) -> Attachment | None:
    """A file of a message that this identity may read; None for every other. One query."""
    own = its_own("interaction__")
    rows = Attachment.objects.filter(
        own, pk=number, interaction__message__conversation=conversation_id, interaction__parties__identity=identity_id
    )
    return rows.exclude(interaction__message__kind=MessageKind.NOTE).select_related("blob").first()


@dataclass(frozen=True, slots=True)
class Pages:
    """What colleagues should know of the pages of a conversation."""

    answer: Answer | None
    stopped: LinkRevocation | None
    are_offered: bool


def pages_of(conversation: Conversation) -> Pages | None:
    """The newest answer and the newest stop; None when no mail of ours offers a page, and nobody ever used one. Two queries."""
    answer = Answer.objects.filter(conversation=conversation).select_related("identity").order_by("-at", "-pk").first()
    stopped = (
        LinkRevocation.objects.filter(conversation=conversation).select_related("identity", "by").order_by("-revoked_at", "-pk").first()
    )
    are_offered = bool(settings.CUSTOMER_LINK_DAYS)
    return Pages(answer, stopped, are_offered) if are_offered or answer or stopped else None
