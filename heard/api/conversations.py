"""Conversations: read, answer, leave notes, close and open."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from heard.accounts.models import User
from heard.accounts.services.accesses import note_access
from heard.api.access import actor, may, once
from heard.api.pages import Limit, mark, number_of, place
from heard.api.problems import Problem
from heard.api.schemas import (
    ClosureIn,
    ColleagueOut,
    ConversationOut,
    ConversationWithMessages,
    MessageOut,
    NoteIn,
    Page,
    ReplyIn,
)
from heard.conversations.models import CloseReason, Conversation, Message
from heard.conversations.selectors import VIEWS, get_conversation, get_message, inbox_for, reply_addresses, thread_of
from heard.conversations.services.closing import close_conversation, reopen_conversation
from heard.conversations.services.messages import add_note
from heard.gestures.services.answers import answer_and_tell

router = Router(tags=["conversations"])


@router.get("/conversations", auth=may("conversations:read"), response=Page[ConversationOut])
def list_conversations(request: HttpRequest, view: str = "all", limit: Limit = 50, after: str = ""):
    """Conversations of a view, in its order: all, waiting, unassigned, mine, customer, snoozed or closed."""
    if view not in VIEWS:
        raise Problem(422, _("There is no such view. The views are: %(views)s.") % {"views": ", ".join(VIEWS)})
    chosen = VIEWS[view]
    rows = inbox_for(actor(request), chosen, limit=limit + 1, after=place(after))
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [conversation_out(row) for row in rows[:limit]],
        "next": mark(getattr(last, chosen.column), last.pk) if last is not None else None,
    }


@router.get("/conversations/{number}", auth=may("conversations:read"), response=ConversationWithMessages)
def read_conversation(request: HttpRequest, number: str, all: bool = False):  # noqa: A002 (it reads ?all=true)
    """One conversation with its messages, oldest first. That it was read is noted, as on a page."""
    conversation = get_conversation(actor(request), number_of(number))
    note_access(actor(request), conversation.customer_id, page="api")
    messages, earlier = thread_of(conversation, is_whole=all)
    return {**conversation_out(conversation), "messages": [message_out(one) for one in messages], "earlier": earlier}


@router.post("/conversations/{number}/replies", auth=may("conversations:write"), response={201: MessageOut})
def reply(request: HttpRequest, number: str, said: ReplyIn):
    """Answer the customer under the program's name; what was given and not told yet is told. Delivery is promised when this answers 201."""
    conversation = _open_one(request, number)
    if said.to is None:
        addresses = reply_addresses(conversation, thread_of(conversation)[0])
        to, cc = addresses.to, addresses.cc if said.cc is None else said.cc
    else:
        to, cc = said.to, said.cc or []
    message = answer_and_tell(
        conversation, author=actor(request), body=said.body, to=checked_addresses(to), cc=checked_addresses(cc), once=once(request),
        then_close=said.then_close,
    )  # fmt: skip
    return Status(201, message_out(get_message(actor(request), message.pk)))


@router.post("/conversations/{number}/notes", auth=may("conversations:write"), response={201: MessageOut})
def note(request: HttpRequest, number: str, said: NoteIn):
    """A word to colleagues, never shown to the customer."""
    message = add_note(_open_one(request, number), author=actor(request), body=said.body, once=once(request))
    return Status(201, message_out(get_message(actor(request), message.pk)))


@router.put("/conversations/{number}/closure", auth=may("conversations:write"), response=ConversationOut)
def close(request: HttpRequest, number: str, said: ClosureIn):
    """Close it for a reason; closing a closed one changes nothing."""
    if said.reason not in set(CloseReason.values) - {CloseReason.HISTORY}:
        raise Problem(422, _("That is no reason for closing."))
    conversation = _open_one(request, number)
    close_conversation(conversation, by=actor(request), reason=said.reason)
    return conversation_out(get_conversation(actor(request), conversation.pk))


@router.delete("/conversations/{number}/closure", auth=may("conversations:write"), response=ConversationOut)
def reopen(request: HttpRequest, number: str):
    """Open it again; an open one stays as it is."""
    conversation = _open_one(request, number)
    reopen_conversation(conversation, by=actor(request))
    return conversation_out(get_conversation(actor(request), conversation.pk))


def _open_one(request: HttpRequest, number: str) -> Conversation:
    """The conversation; one that was joined into another is answered there."""
    conversation = get_conversation(actor(request), number_of(number))
    if conversation.joined_into_id is not None:
        raise Problem(409, _("This conversation was joined into another one."), joined_into=str(conversation.joined_into_id))
    return conversation


def checked_addresses(addresses: list[str]) -> list[str]:
    """The addresses, each once. Raises Problem for one that is none."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise Problem(422, _("“%(address)s” is not an e-mail address.") % {"address": address[:80]}) from None
    return list(dict.fromkeys(addresses))


def colleague_out(user: User | None) -> ColleagueOut | None:
    return ColleagueOut(id=str(user.pk), name=user.name) if user else None


def conversation_out(one: Conversation) -> dict[str, object]:
    """A conversation that was loaded with customer and assignee."""
    customer = one.customer
    return {
        "id": str(one.pk),
        "subject": one.subject,
        "state": one.state,
        "standing": one.standing,
        "customer": str(customer.person_number) if customer else None,
        "customer_name": customer.display_name if customer else "",
        "assignee": colleague_out(one.assignee),
        "opened_at": one.opened_at,
        "last_message_at": one.last_message_at,
        "waiting_since": one.waiting_since,
        "due_at": one.due_at,
        "joined_into": str(one.joined_into_id) if one.joined_into_id else None,
    }


def message_out(one: Message) -> dict[str, object]:
    """A message that was loaded with everything."""
    said = one.interaction
    by_role: dict[str, list[str]] = {"from": [], "to": [], "cc": []}
    for party in said.parties.all():
        address = next((identifier.value for identifier in party.identity.identifiers.all() if identifier.kind == "email"), "")
        by_role.get(party.role, []).append(address)
    delivery = getattr(one, "delivery", None)
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "direction": said.direction,
        "at": said.happened_at,
        "author": colleague_out(said.author),
        "sender": next(iter(by_role["from"]), ""),
        "to": [address for address in by_role["to"] if address],
        "cc": [address for address in by_role["cc"] if address],
        "text": said.text,
        "attachments": [file.name for file in said.attachments.all()],
        "delivery": delivery.state if delivery else None,
    }
