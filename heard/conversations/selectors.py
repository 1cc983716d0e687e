"""Reads shaped for the inbox and for a conversation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Substr
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation, ConversationLink, Message, Standing
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
    rows = Conversation.objects.visible_to(actor).select_related("audience", "team", "mailbox", "assignee", "customer", "joined_into")
    conversation = rows.filter(pk=number).first()
    if conversation is None:
        raise Http404
    return conversation


def inbox_for(actor: User, view: View, *, limit: int = 50, after: tuple[datetime, int] | None = None) -> list[Conversation]:
    """Up to `limit` rows of a view after the row `after` (its order and id), with customer, assignee and `words`.

    Two queries, whatever the number of conversations: each readable audience is read along its index and the ends are merged.
    """
    numbers = _merged_ids(actor, view, limit, after)
    rows = Conversation.objects.filter(pk__in=numbers).select_related("customer", "assignee", "team")
    found = {row.pk: row for row in rows.annotate(words=Substr("last_interaction__text", 1, PREVIEW))}
    return [found[number] for number in numbers if number in found]


def inbox_counts(actor: User) -> dict[str, int]:
    """How many stand in each counted view: exact up to 1,000, and 1,001 for more. One query."""
    audiences = readable_audience_ids(actor)
    if not audiences:
        return dict.fromkeys(COUNTED, 0)
    parts, values = [], []
    for name in COUNTED:
        condition, own = _condition(VIEWS[name], actor)
        marks = ", ".join(["%s"] * len(audiences))
        parts.append(
            f"(SELECT COUNT(*) FROM (SELECT 1 FROM conversations WHERE audience_id IN ({marks}) AND {condition} LIMIT {EXACT_UP_TO + 1}) AS c)"  # noqa: S608
        )
        values += [*audiences, *own]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(COUNTED, cursor.fetchone(), strict=True))


def waiting_count(actor: User) -> int:
    """How many conversations wait on us, for the rail. One query, at most 1,001."""
    rows = Conversation.objects.visible_to(actor).filter(standing=Standing.US).order_by()
    return len(rows.values_list("pk", flat=True)[: EXACT_UP_TO + 1])


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
    part = (
        f"SELECT * FROM (SELECT id, {view.column} FROM conversations WHERE audience_id = %s AND {condition}{beyond} "  # noqa: S608
        f"ORDER BY {order} LIMIT {int(limit)}) AS a"
    )
    values = [value for audience in audiences for value in (audience, *own, *moment)]
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join([part] * len(audiences))} ORDER BY {order} LIMIT {int(limit)}", values)
        return [row[0] for row in cursor.fetchall()]


def _as_stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _condition(view: View, actor: User) -> tuple[str, list[Any]]:
    return (f"{view.condition} AND assignee_id = %s", [actor.pk]) if view.is_own else (view.condition, [])


def thread_of(conversation: Conversation, *, latest: int = 60) -> tuple[list[Message], int]:
    """The latest messages, oldest first, with everything the page shows of them, and how many came before. Six queries."""
    messages = Message.objects.filter(conversation=conversation)
    newest = messages.order_by("-interaction__happened_at", "-pk").values_list("pk", flat=True)[: latest + 1]
    ids = list(newest)
    rows = _with_everything(messages.filter(pk__in=ids[:latest])).order_by("interaction__happened_at", "pk")
    earlier = messages.count() - latest if len(ids) > latest else 0
    return list(rows), earlier


def get_message(actor: User, message_id: int) -> Message:
    """A message with everything its page shows, if `actor` may read it; Http404 otherwise."""
    rows = Message.objects.filter(pk=message_id, interaction__audience__in=readable_audience_ids(actor))
    message = _with_everything(rows).select_related("conversation").first()
    if message is None:
        raise Http404
    return message


def _with_everything(messages: QuerySet[Message]) -> QuerySet[Message]:
    emails = Prefetch("identity__identifiers", queryset=Identifier.objects.filter(kind="email"))
    parties = InteractionParty.objects.select_related("identity").prefetch_related(emails)
    return messages.select_related("interaction__author", "delivery", "mailbox").prefetch_related(
        Prefetch("interaction__parties", queryset=parties),
        Prefetch("interaction__attachments", queryset=Attachment.objects.select_related("blob")),
    )


def links_of(conversation: Conversation, actor: User) -> list[ConversationLink]:
    """Unsettled links to other conversations that `actor` may read as well, from either side. One query."""
    audiences = readable_audience_ids(actor)
    links = ConversationLink.objects.filter(Q(conversation=conversation) | Q(other=conversation), settled_at=None)
    links = links.filter(
        conversation__audience__in=audiences, other__audience__in=audiences, other__joined_into=None, conversation__joined_into=None
    )
    return list(links.select_related("conversation__customer", "other__customer"))


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
