"""Reads shaped for the inbox and for a conversation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation, ConversationLink, Draft, Message
from heard.lib.prepared import attach, prepared, prepared_look_up
from heard.people.models import Identifier
from heard.timeline.models import Attachment, InteractionParty

EXACT_UP_TO = 1000
PREVIEW = 240


@dataclass(frozen=True, slots=True)
class View:
    """One view of the inbox: its condition in SQL on the conversation's own columns, and its order (a column of an index)."""

    name: str
    title: Any
    condition: str
    column: str
    is_newest_first: bool = False
    is_own: bool = False

    @property
    def direction(self) -> str:
        return "DESC" if self.is_newest_first else "ASC"


VIEWS = {
    view.name: view
    for view in (
        View("waiting", _("Waiting on us"), "standing = 'us'", "order_at"),
        View("unassigned", _("Unassigned"), "standing = 'us' AND assignee_id IS NULL", "order_at"),
        View("mine", _("Mine"), "standing IN ('us', 'customer', 'snoozed')", "order_at", is_own=True),
        View("customer", _("Waiting on customer"), "standing = 'customer'", "last_message_at", is_newest_first=True),
        View("snoozed", _("Snoozed"), "standing = 'snoozed'", "last_message_at", is_newest_first=True),
        View("closed", _("Closed"), "standing = 'closed'", "last_message_at", is_newest_first=True),
        View("all", _("All"), "standing <> 'joined'", "last_message_at", is_newest_first=True),
    )
}
COUNTED = ("waiting", "unassigned", "mine", "customer", "snoozed")


def get_conversation(actor: User, number: int) -> Conversation:
    """The conversation, if `actor` may read it; Http404 otherwise, whether it exists or not."""
    found = _conversation(number, readable_audience_ids(actor))
    if not found:
        raise Http404
    return found[0]


@prepared_look_up
def _conversation(number: int, audiences: list[int]) -> QuerySet[Conversation]:
    related = ("audience", "team", "mailbox", "assignee", "customer", "joined_into")
    return Conversation.objects.filter(pk=number, audience__in=audiences).select_related(*related)


def inbox_for(actor: User, view: View, *, limit: int = 50, after: tuple[datetime, int] | None = None) -> list[Conversation]:
    """Up to `limit` rows of a view after the row `after` (its order and id), with customer, assignee and `words` (of the last message).

    Two queries, whatever the number of conversations: each readable audience is read along its index and the ends are merged.
    """
    numbers = _merged_ids(actor, view, limit, after)
    found = {row.pk: row for row in _rows(numbers)}
    return [found[number] for number in numbers if number in found]


@prepared_look_up
def _rows(numbers: list[int]) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(pk__in=numbers).select_related("customer", "assignee")
    return rows.annotate(words=Substr("last_interaction__text", 1, PREVIEW))


def inbox_counts(actor: User) -> dict[str, int]:
    """How many stand in each counted view: exact up to 1,000, and 1,001 for more. One query; the rail of the same page needs none."""
    counts = _counts(actor, COUNTED)
    actor.__dict__["_waiting_for_rail"] = counts["waiting"]
    return counts


def waiting_count(actor: User) -> int:
    """How many conversations wait on us, at most 1,001, for the rail, which is drawn last. One query, or none beside `inbox_counts`."""
    known: int | None = actor.__dict__.pop("_waiting_for_rail", None)
    return _counts(actor, ["waiting"])["waiting"] if known is None else known


def _counts(actor: User, names: Sequence[str]) -> dict[str, int]:
    audiences = readable_audience_ids(actor)
    if not audiences:
        return dict.fromkeys(names, 0)
    parts, values = [], []
    for name in names:
        condition, own = _condition(VIEWS[name], actor)
        marks = ", ".join(["%s"] * len(audiences))
        column = "+audience_id" if VIEWS[name].is_own else "audience_id"
        parts.append(
            f"(SELECT COUNT(*) FROM (SELECT 1 FROM conversations WHERE {column} IN ({marks}) AND {condition} LIMIT {EXACT_UP_TO + 1}) AS c)"  # noqa: S608
        )
        values += [*audiences, *own]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(names, cursor.fetchone(), strict=True))


def _merged_ids(actor: User, view: View, limit: int, after: tuple[datetime, int] | None) -> list[int]:
    audiences = readable_audience_ids(actor)
    if not audiences:
        return []
    condition, own = _condition(view, actor)
    order = f"{view.column} {view.direction}, id ASC"
    beyond, moment = "", []
    if after is not None:
        sign = "<" if view.is_newest_first else ">"
        beyond = f" AND ({view.column} {sign} %s OR ({view.column} = %s AND id > %s))"
        moment = [_as_stored(after[0]), _as_stored(after[0]), after[1]]
    # What is one's own is short: it is read whole, along the index of assignees. (The + keeps SQLite from the index of audiences.)
    sets = [("+audience_id IN (" + ", ".join(["%s"] * len(audiences)) + ")", audiences)] if view.is_own else []
    sets = sets or [("audience_id = %s", [audience]) for audience in audiences]
    part = (
        f"SELECT * FROM (SELECT id, {view.column} FROM conversations WHERE {sets[0][0]} AND {condition}{beyond} "  # noqa: S608
        f"ORDER BY {order} LIMIT {int(limit)}) AS a"
    )
    values = [value for _, ids in sets for value in (*ids, *own, *moment)]
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join([part] * len(sets))} ORDER BY {order} LIMIT {int(limit)}", values)
        return [row[0] for row in cursor.fetchall()]


def _as_stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _condition(view: View, actor: User) -> tuple[str, list[Any]]:
    return (f"{view.condition} AND assignee_id = %s", [actor.pk]) if view.is_own else (view.condition, [])


def thread_of(conversation: Conversation, *, is_whole: bool = False) -> tuple[list[Message], int]:
    """The latest 60 messages (2,000 when it `is_whole`), oldest first, with everything the page shows of them, and how many came before.

    Four queries, or five.
    """
    newest, most = (_newest_2000(conversation.pk), 2000) if is_whole else (_newest_60(conversation.pk), 60)
    earlier = conversation.messages.count() - most if len(newest) > most else 0
    messages = newest[:most][::-1]
    _attach_everything(messages)
    return messages, earlier


@prepared
def _newest_60(number: int) -> QuerySet[Message]:
    return _newest_first(number)[:61]


@prepared
def _newest_2000(number: int) -> QuerySet[Message]:
    return _newest_first(number)[:2001]


def _newest_first(number: int) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation=number).select_related("interaction__author", "delivery", "mailbox")
    return rows.order_by("-interaction__happened_at", "-pk")


def get_message(actor: User, message_id: int) -> Message:
    """A message with everything its page shows, if `actor` may read it; Http404 otherwise."""
    rows = Message.objects.filter(pk=message_id, interaction__audience__in=readable_audience_ids(actor))
    message = rows.select_related("interaction__author", "delivery", "mailbox", "conversation").first()
    if message is None:
        raise Http404
    _attach_everything([message])
    return message


def _attach_everything(messages: Sequence[Message]) -> None:
    """Give messages their parties with addresses, and their files. Three queries."""
    said = [message.interaction for message in messages]
    ids = [one.pk for one in said]
    parties = _parties(ids)
    identities = {party.identity_id: party.identity for party in parties}
    for party in parties:
        party.identity = identities[party.identity_id]
    attach(identities.values(), "identifiers", _emails(list(identities)), by="identity")
    attach(said, "parties", parties, by="interaction")
    attach(said, "attachments", _files(ids), by="interaction")


@prepared_look_up
def _parties(interactions: list[int]) -> QuerySet[InteractionParty]:
    return InteractionParty.objects.filter(interaction__in=interactions).select_related("identity")


@prepared_look_up
def _emails(identities: list[int]) -> QuerySet[Identifier]:
    return Identifier.objects.filter(identity__in=identities, kind="email")


@prepared_look_up
def _files(interactions: list[int]) -> QuerySet[Attachment]:
    return Attachment.objects.filter(interaction__in=interactions).select_related("blob")


def links_of(conversation: Conversation, actor: User) -> list[ConversationLink]:
    """Unsettled links to other conversations that `actor` may read as well, from either side. One query."""
    return _links(conversation.pk, readable_audience_ids(actor))


@prepared
def _links(number: int, audiences: list[int]) -> QuerySet[ConversationLink]:
    links = ConversationLink.objects.filter(Q(conversation=number) | Q(other=number), settled_at=None)
    links = links.filter(
        conversation__audience__in=audiences, other__audience__in=audiences, other__joined_into=None, conversation__joined_into=None
    )
    return links.select_related("conversation__customer", "other__customer")


def drafts_of(conversation: Conversation, author: User) -> dict[bool, str]:
    """What `author` has begun to write in a conversation: the note under True, the reply under False. One query."""
    return {draft.is_note: draft.text for draft in _drafts(conversation.pk, author.pk)}


@prepared
def _drafts(number: int, author: int) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation=number, author=author)


def address_of(identity_id: int, parties: Sequence[InteractionParty]) -> str:
    """The e-mail address of a party that was loaded with its identifiers; "" when it is erased."""
    for party in parties:
        if party.identity_id == identity_id:
            return next((identifier.value for identifier in party.identity.identifiers.all()), "")
    return ""


@dataclass(frozen=True, slots=True)
class ReplyAddresses:
    """To whom an answer goes: the last customer who spoke (or where they want answers), and everybody else who was in it."""

    to: list[str]
    cc: list[str]


def reply_addresses(conversation: Conversation, messages: Sequence[Message]) -> ReplyAddresses:
    """Worked out from a loaded thread: nobody who was in copy gets lost. Our own mailboxes are never among them."""
    last = next((one for one in reversed(messages) if one.interaction.direction == "in" and not one.interaction.is_automatic), None)
    if last is None:
        last = next((one for one in reversed(messages) if one.interaction.direction == "out"), None)
    if last is None:
        return ReplyAddresses([], [])
    by_role: dict[str, list[str]] = {"from": [], "to": [], "cc": []}
    for party in last.interaction.parties.all():
        address = address_of(party.identity_id, [party])
        if address and party.role in by_role and party.identity.erased_at is None:
            by_role[party.role].append(address)
    if last.interaction.direction == "out":
        return ReplyAddresses(by_role["to"], by_role["cc"])
    to = [last.reply_to] if last.reply_to else by_role["from"]
    return ReplyAddresses(to, [address for address in [*by_role["to"], *by_role["cc"]] if address not in to])
