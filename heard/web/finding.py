"""What the search page shows: hits of the index as rows with the people, subjects and words they stand for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation
from heard.lib.time import now
from heard.people.models import Identity
from heard.purchases.selectors import buyers_of_number
from heard.search.selectors import BEST, NEWEST, Found, Hit, find
from heard.search.snippets import Piece, marked, snippet
from heard.search.words import Query
from heard.timeline.models import Interaction
from heard.web.owed import Chip, due_chip

FEW = 5
ROWS, MOST_ROWS = 50, 200
LOOKED_AT = 2_000  # groups from which the rows of every view are taken
SPANS = {"week": timedelta(days=7), "month": timedelta(days=31), "year": timedelta(days=366)}
CHANNELS = ("email", "note")
VIEWS = ("all", "conversations", "people")
CHANNEL_ICONS = {"email": "mail", "note": "lock", "phone": "phone", "chat": "message-square"}
_NUMBER = re.compile(r"#?(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked on the page. Unknown values of the address count as not given."""

    text: str
    view: str = "all"
    channel: str = ""
    span: str = ""
    order: str = BEST
    rows: int = ROWS

    @classmethod
    def of(cls, given: dict[str, str]) -> Question:
        """The question in the parameters of an address."""

        def choice(name: str, choices: Collection[str], otherwise: str = "") -> str:
            value = given.get(name, "")
            return value if value in choices else otherwise

        rows = given.get("rows", "")
        return cls(
            text=given.get("q", "").strip()[:500],
            view=choice("in", VIEWS, "all"),
            channel=choice("channel", CHANNELS),
            span=choice("since", SPANS),
            order=choice("order", (BEST, NEWEST), BEST),
            rows=min(int(rows), MOST_ROWS) if rows.isdecimal() and len(rows) < 5 and int(rows) > ROWS else ROWS,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `is_ours`: the words are ours, so they are not set in serif."""

    icon: str
    who: str
    url: str
    title: list[Piece]
    words: list[Piece]
    moment: datetime
    is_ours: bool = True
    chip: Chip | None = None
    others: int = 0


@dataclass(slots=True)
class Results:
    """What was found, in the groups of the page. `start` are exact names, addresses and numbers."""

    found: Found
    start: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    conversations: list[Row] = field(default_factory=list)
    has_more: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.start or self.people or self.conversations)


def results_for(actor: User, question: Question, *, typing: bool = False) -> Results:
    """What `actor` may see of what was asked. At most eleven queries, whatever is found."""
    found = _found(actor, question, typing)
    people = _with_buyers_first(actor, [hit for hit in found.hits if hit.group_kind == "person"], question.text)
    talks = [hit for hit in found.hits if hit.group_kind != "person"]
    talks = _with_number_first(talks, question.text)
    shown_people = [] if question.view == "conversations" else people[: question.rows if question.view == "people" else FEW]
    shown_talks = [] if question.view == "people" else talks[: question.rows]
    rows = _rows(actor, shown_people + shown_talks, found.query)
    results = Results(found, start=[row for hit, row in rows if hit.is_exact][:FEW])
    started = {row.url for row in results.start}
    results.people = [row for hit, row in rows if hit.group_kind == "person" and row.url not in started]
    results.conversations = [row for hit, row in rows if hit.group_kind != "person" and row.url not in started]
    in_view = people if question.view == "people" else talks
    results.has_more = question.rows < min(len(in_view), MOST_ROWS)
    return results


def _found(actor: User, question: Question, typing: bool) -> Found:
    return find(
        question.text,
        audience_ids=readable_audience_ids(actor),
        channels=[question.channel] if question.channel else None,
        since=now() - SPANS[question.span] if question.span else None,
        limit=LOOKED_AT,
        typing=typing,
        order=question.order,
        is_grouped=True,
    )


def _with_number_first(hits: list[Hit], text: str) -> list[Hit]:
    """A conversation's number leads to it, also before the index has heard of it. Whether it may be read is asked with its row."""
    number = _NUMBER.fullmatch(text)
    if number is None:
        return hits
    wanted = int(number[1])
    known = next((hit for hit in hits if hit.group_id == wanted), None)
    others = [hit for hit in hits if hit is not known]
    moment = known.happened_at if known else now()
    return [Hit("conversation", wanted, "conversation", wanted, moment, 0.0, is_exact=True, others=known.others if known else 0), *others]


def _with_buyers_first(actor: User, hits: list[Hit], text: str) -> list[Hit]:
    """An order's number leads to whoever bought. One query when there is a digit in what was asked."""
    buyers = buyers_of_number(actor, text)
    moment = now()
    return [Hit("person", buyer, "person", buyer, moment, 0.0, is_exact=True) for buyer in buyers] + [
        hit for hit in hits if hit.object_id not in buyers
    ]


def _rows(actor: User, hits: Sequence[Hit], query: Query) -> list[tuple[Hit, Row]]:
    """The hits that `actor` may still read, with their rows. Five queries."""
    talks = [hit for hit in hits if hit.group_kind != "person"]
    conversations = _conversations(actor, talks)
    said = _said(actor, talks, conversations)
    people = _people(actor, [hit.object_id for hit in hits if hit.group_kind == "person"])
    rows: list[tuple[Hit, Row]] = []
    for hit in hits:
        if hit.group_kind == "person":
            if identity := people.get(hit.object_id):
                rows.append((hit, _person_row(identity, query)))
        elif conversation := conversations.get(hit.group_id):
            rows.append((hit, _conversation_row(conversation, hit, said, query)))
    return rows


def _conversations(actor: User, hits: Sequence[Hit]) -> dict[int, Conversation]:
    rows = Conversation.objects.visible_to(actor).filter(pk__in={hit.group_id for hit in hits}).select_related("customer")
    return {row.pk: row for row in rows}


def _said(actor: User, hits: Sequence[Hit], conversations: dict[int, Conversation]) -> dict[int, Interaction]:
    """The interactions that were found, and the last of conversations found by subject or number."""
    ids = {hit.object_id for hit in hits if hit.kind in ("message", "note")}
    ids |= {one.last_interaction_id for one in conversations.values() if one.last_interaction_id}
    rows = Interaction.objects.visible_to(actor).filter(pk__in=ids, erased_at=None).select_related("message", "author")
    return {row.pk: row for row in rows}


def _people(actor: User, identity_ids: Sequence[int]) -> dict[int, Identity]:
    rows = Identity.objects.visible_to(actor).filter(pk__in=identity_ids, erased_at=None)
    return {row.pk: row for row in rows.select_related("organisation").prefetch_related("identifiers")}


def _conversation_row(conversation: Conversation, hit: Hit, said: dict[int, Interaction], query: Query) -> Row:
    is_said = hit.kind in ("message", "note")
    words = said.get(hit.object_id if is_said else conversation.last_interaction_id or 0)
    customer = conversation.customer.display_name if conversation.customer else ""
    url = reverse("web:conversation", args=[conversation.pk])
    return Row(
        icon=CHANNEL_ICONS.get(words.channel if words else "email", "mail"),
        who=customer or _("Name unknown"),
        url=f"{url}#message-{words.message.pk}" if is_said and words and hasattr(words, "message") else url,
        title=marked(conversation.subject or _("No subject"), query),
        words=snippet(words.text, query, language=words.language) if words else [],
        is_ours=words is None or words.direction != "in",
        chip=due_chip(conversation, now=now()),
        moment=hit.happened_at if is_said else conversation.last_message_at,
        others=hit.others,
    )


def _person_row(identity: Identity, query: Query) -> Row:
    addresses = ", ".join(identifier.value for identifier in identity.identifiers.all())
    name = identity.display_name or addresses or _("Name unknown")
    organisation = identity.organisation.name if identity.organisation else ""
    return Row(
        icon="user",
        who=organisation or _("Person"),
        url=reverse("web:person", args=[identity.person_number]),
        title=marked(name, query),
        words=marked(addresses, query) if addresses != name else [],
        moment=identity.last_seen_at,
    )


def counts_of(found: Found) -> dict[str, Any]:
    """Messages and notes, conversations and people among what was found."""
    said = found.documents.get("message", 0) + found.documents.get("note", 0)
    return {"said": said, "conversations": found.groups.get("conversation", 0), "people": found.groups.get("person", 0)}
