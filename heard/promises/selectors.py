"""Which policy and calendar count now, and what is owed: in a conversation, to a person, by a colleague."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import Http404

from heard.accounts.models import Membership, User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation, DueKind
from heard.lib.calendars import BusinessCalendar
from heard.lib.db import unindexed
from heard.lib.prepared import Fixed, attach, prepared, prepared_look_up
from heard.lib.statistics import wilson_interval
from heard.people.models import Identity
from heard.promises.models import Policy, Promise, PromiseChange, PromiseState

MOST_TO_ONE = 200
"""Promises to one person that are read at once."""


def policy_for(team_id: int) -> Policy:
    """The team's own current policy, or everybody's. One query. Raises ImproperlyConfigured before `heard init`."""
    policies = {policy.team_id: policy for policy in policies_of(team_id)}
    if not policies:
        raise ImproperlyConfigured("There is no policy for replies. Run `heard init`.")
    return policies.get(team_id) or policies[None]


@prepared_look_up
def policies_of(team_id: int) -> QuerySet[Policy]:
    """The current policies that may hold for a team: its own, and everybody's."""
    return Policy.objects.filter(Q(team=team_id) | Q(team=None), is_current=True).select_related("calendar")


def calendar_of(policy: Policy) -> BusinessCalendar:
    """The business calendar of a policy, built once per version."""
    return _built(policy.calendar_id, _frozen(policy.calendar.definition))


@lru_cache(maxsize=64)
def _built(calendar_id: int, definition: str) -> BusinessCalendar:

    return BusinessCalendar.from_json(json.loads(definition))


def _frozen(definition: dict[str, Any]) -> str:

    return json.dumps(definition, sort_keys=True)


def promises_in(conversation: Conversation) -> list[Promise]:
    """Everything owed or once owed in a conversation, with who owes it and its changes, by when it is due. Two queries, or one."""
    return with_changes(promise_rows([conversation.pk]))


def promises_of_conversations(conversation_ids: Sequence[int]) -> dict[int, list[Promise]]:
    """The same for several conversations, by their ids; whoever asks has seen to it that they may be read. Two queries, or one."""
    found: dict[int, list[Promise]] = {number: [] for number in conversation_ids}
    for promise in with_changes(promise_rows(list(conversation_ids))):
        found[promise.conversation_id].append(promise)
    return found


@prepared_look_up
def promise_rows(numbers: list[int]) -> QuerySet[Promise]:
    """Everything owed or once owed in these conversations, without its changes."""
    return Promise.objects.filter(conversation__in=numbers).select_related("owed_by", "owed_by_team").order_by("due_at", "pk")


def promises_of_person(person_number: int, actor: User) -> list[Promise]:
    """Promises and targets to a person, whichever of their identities, in conversations that `actor` may read. Three queries, or two."""
    return promises_to(_identities_of(person_number), actor)


@prepared_look_up
def _identities_of(person_number: int) -> QuerySet[Identity, int]:
    return Identity.objects.filter(person_number=person_number).values_list("pk", flat=True)


def promises_to(identity_ids: list[int], actor: User) -> list[Promise]:
    """The same for these identities, soonest first, at most 200. Two queries, or one."""
    return with_changes(_promises_to(identity_ids, readable_audience_ids(actor)))


def promises_beside(conversation: Conversation, identity_ids: Sequence[int], actor: User) -> tuple[list[Promise], list[Promise]]:
    """`promises_in` a conversation that `actor` may read, and `promises_to` its customer, who is these identities. Two queries, or one."""
    theirs = promises_to(list(identity_ids), actor)
    if conversation.customer_id not in identity_ids or len(theirs) >= MOST_TO_ONE:
        return promises_in(conversation), theirs
    return [promise for promise in theirs if promise.conversation_id == conversation.pk], theirs


@prepared
def _promises_to(identities: list[int], audiences: list[int]) -> QuerySet[Promise]:
    rows = Promise.objects.filter(conversation__customer__in=identities, conversation__audience__in=audiences)
    return rows.select_related("owed_by", "owed_by_team", "conversation").order_by("due_at", "pk")[:MOST_TO_ONE]


def owed_to(identity_ids: Sequence[int], actor: User) -> list[Promise]:
    """What is owed to a person who is these identities, soonest first, with changes. Two queries, or one."""
    return with_changes(_owed_to(list(identity_ids), readable_audience_ids(actor)))


@prepared
def _owed_to(identities: list[int], audiences: list[int]) -> QuerySet[Promise]:
    rows = Promise.objects.filter(conversation__customer__in=identities, conversation__audience__in=audiences, state=PromiseState.OPEN)
    return rows.select_related("owed_by", "owed_by_team").order_by("due_at", "pk")[:MOST_TO_ONE]


def open_promises_to(identity_ids: Sequence[int], actor: User) -> list[Promise]:
    """What was promised to several people at once and is open, soonest first, with conversations; at most 1,000. One query.

    Promises by hand and targets that the customer was told of; a reply that is merely due is none.
    """
    given = Q(kind=DueKind.BY_HAND) | Q(told_at__isnull=False)
    rows = Promise.objects.filter(given, conversation__customer__in=identity_ids, conversation__audience__in=readable_audience_ids(actor))
    return list(rows.filter(state=PromiseState.OPEN).select_related("conversation").order_by("due_at", "pk")[:1_000])


def kept_to(identity_ids: Sequence[int], actor: User) -> tuple[int, int]:
    """How many promises and targets to a person were kept in time, and how many were kept or broken. One query."""
    counts = dict(_kept_to(list(identity_ids), readable_audience_ids(actor)))
    return counts.get(False, 0), sum(counts.values())


@prepared
def _kept_to(identities: list[int], audiences: list[int]) -> QuerySet[Promise, tuple[bool, int]]:
    """Whether they were broken, and how many."""
    rows = Promise.objects.filter(conversation__customer__in=identities, conversation__audience__in=audiences).order_by()
    rows = rows.filter(Q(kept_at__isnull=False) | Q(broken_at__isnull=False))
    is_broken = ExpressionWrapper(Q(broken_at__isnull=False), output_field=BooleanField())
    return rows.annotate(is_broken=is_broken).values("is_broken").annotate(all=Count("pk")).values_list("is_broken", "all")


def promises_between(identity_ids: Sequence[int], actor: User, since: datetime | None, until: datetime | None) -> list[Promise]:
    """Promises by hand to a person that were made, kept, broken or released from `since` up to, and without, `until`. Two queries, or one."""
    return with_changes(_between(list(identity_ids), readable_audience_ids(actor), since, until))


@prepared
def _between(identities: list[int], audiences: list[int], since: datetime | None, until: datetime | None) -> QuerySet[Promise]:
    rows = Promise.objects.filter(conversation__customer__in=identities, conversation__audience__in=audiences, kind=DueKind.BY_HAND)
    moments = Q()
    for name in ("made_at", "kept_at", "broken_at", "released_at"):
        here = Q(**{f"{name}__isnull": False})
        here &= Q(**{f"{name}__gte": since}) if since is not None else Q()
        here &= Q(**{f"{name}__lt": until}) if until is not None else Q()
        moments |= here
    return rows.filter(moments).select_related("owed_by", "owed_by_team").order_by("-made_at", "-pk")[:MOST_TO_ONE]


def promised_to(identity_ids: Sequence[int], actor: User, *, limit: int, before: tuple[datetime, int] | None = None) -> list[Promise]:
    """Promises by hand to a person, those made last first, from before a moment and id. Two queries, or one."""
    moment, number = before or (None, None)
    return with_changes(_promised_to(list(identity_ids), readable_audience_ids(actor), moment, number, Fixed(limit)))


@prepared
def _promised_to(
    identities: list[int], audiences: list[int], moment: datetime | None, number: int | None, limit: Fixed
) -> QuerySet[Promise]:
    rows = Promise.objects.filter(conversation__customer__in=identities, conversation__audience__in=audiences, kind=DueKind.BY_HAND)
    if moment is not None:
        rows = rows.filter(Q(made_at__lt=moment) | Q(made_at=moment, pk__lt=number))
    return rows.select_related("owed_by", "owed_by_team").order_by("-made_at", "-pk")[:limit]


def shown_to_customer(conversation: Conversation) -> list[Promise]:
    """What the customer was told of what we owe here, open ones first, then by date; with its changes. Two queries, or one.

    A date that waits to be told is not in `due_at` yet. What was released for a reason of ours alone (joined, erased) is left out.
    """
    told = [promise for promise in promises_in(conversation) if promise.told_at is not None]
    told = [promise for promise in told if promise.state != PromiseState.RELEASED or promise.is_by_hand]
    return sorted(told, key=lambda promise: (not promise.is_open, promise.due_at, promise.pk))


def with_changes(promises: list[Promise]) -> list[Promise]:
    """Give promises by hand their dates, oldest first. One query when there are any."""
    by_hand = [promise for promise in promises if promise.is_by_hand]
    attach(by_hand, "changes", _changes([promise.pk for promise in by_hand]), by="promise")
    return promises


@prepared_look_up
def _changes(promises: list[int]) -> QuerySet[PromiseChange]:
    return PromiseChange.objects.filter(promise__in=promises).select_related("by").order_by("at", "pk")


def get_promise(actor: User, number: int) -> Promise:
    """A promise by hand that `actor` may read, or that they or a team of theirs owe; Http404 otherwise.

    Who owes something may know what and until when, even where the conversation itself is not theirs to read: `is_readable` says so.
    """
    related = ("conversation__customer", "conversation__team", "owed_by", "owed_by_team", "made_by", "kept_by", "released_by")
    rows = Promise.objects.filter(pk=number, kind=DueKind.BY_HAND).select_related(*related)
    promise = rows.first()
    if promise is None or not (is_readable(promise, actor) or is_owed_by(promise, actor)):
        raise Http404
    return with_changes([promise])[0]


def is_readable(promise: Promise, actor: User) -> bool:
    """Whether `actor` may read the conversation of a promise that was loaded with it."""
    return promise.conversation.audience_id in readable_audience_ids(actor)


def is_owed_by(promise: Promise, actor: User) -> bool:
    """Whether `actor`, or a team of theirs, owes it. One query when a team does."""
    if not actor.is_active:
        return False
    return promise.owed_by_id == actor.pk or (promise.owed_by_team_id is not None and promise.owed_by_team_id in team_ids(actor))


def team_ids(actor: User) -> list[int]:
    """The teams of a colleague. One query."""
    return _team_ids(actor.pk)


@prepared
def _team_ids(user_id: int) -> QuerySet[Membership, int]:
    return Membership.objects.filter(user=user_id).values_list("team_id", flat=True)


LISTS = ("mine", "teams", "late", "kept", "all")
"""What one colleague may list: owed by them, by their teams; and of what they may read: late, kept lately, everything open."""


def list_promises(actor: User, name: str, *, now: datetime, limit: int = 50, after: tuple[datetime, int] | None = None) -> list[Promise]:
    """One of LISTS, soonest first (`kept`: latest first), from after that moment and id. Three queries, or four for the teams'."""
    rows = Promise.objects.filter(kind=DueKind.BY_HAND)
    column, is_newest_first = ("kept_at", True) if name == "kept" else ("due_at", False)
    if name == "mine":
        rows = rows.filter(state=PromiseState.OPEN, owed_by=actor.pk)
    elif name == "teams":
        rows = rows.filter(state=PromiseState.OPEN, owed_by_team__in=team_ids(actor))
    else:
        rows = _visible_to(actor).filter(kind=DueKind.BY_HAND)
        rows = rows.filter(kept_at__isnull=False) if name == "kept" else rows.filter(state=PromiseState.OPEN)
        rows = rows.filter(due_at__lt=now) if name == "late" else rows
    if after is not None:
        beyond = f"{column}__{'lt' if is_newest_first else 'gt'}"
        rows = rows.filter(Q(**{beyond: after[0]}) | Q(**{column: after[0]}, pk__gt=after[1]))
    rows = rows.select_related("conversation__customer", "owed_by", "owed_by_team").order_by(
        f"-{column}" if is_newest_first else column, "pk"
    )
    return with_changes(list(rows[:limit]))


def owed_by(actor: User, *, limit: int) -> list[Promise]:
    """What `actor` and their teams owe by their word, soonest first. Three queries."""
    mine = Q(owed_by=actor.pk) | Q(owed_by_team__in=team_ids(actor))
    rows = Promise.objects.filter(mine, kind=DueKind.BY_HAND, state=PromiseState.OPEN)
    rows = rows.select_related("conversation__customer", "owed_by", "owed_by_team").order_by("due_at", "pk")
    return with_changes(list(rows[:limit]))


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of what came due in the last seven days was kept in time. `share` is None below ten: a share of few says nothing."""

    kept: int
    counted: int

    @property
    def share(self) -> int | None:
        return round(100 * self.kept / self.counted) if self.counted >= 10 else None

    @property
    def interval(self) -> tuple[int, int]:
        """95 % Wilson interval of the share, in whole points; (0, 100) when nothing was counted."""
        return wilson_interval(self.kept, self.counted)


def kept_lately(actor: User, *, now: datetime) -> Kept:
    """Targets and promises that `actor` may know of and that were kept or broken within seven days. Two queries along their indexes."""
    since = now - timedelta(days=7)
    kept = _visible_to(actor).filter(kept_at__gt=since, broken_at=None).count()
    broken = _visible_to(actor).filter(broken_at__gt=since).count()
    return Kept(kept, kept + broken)


def open_and_late(actor: User, *, now: datetime, limit: int) -> list[Promise]:
    """What is owed and late in conversations that `actor` may read, longest first. Two queries, the first along the moments due."""
    rows = _visible_to(actor).filter(state="open", due_at__lt=now)
    return with_changes(list(rows.select_related("conversation__customer", "owed_by", "owed_by_team").order_by("due_at")[:limit]))


def _visible_to(actor: User) -> QuerySet[Promise]:
    return Promise.objects.alias(audience=unindexed("conversation__audience")).filter(audience__in=readable_audience_ids(actor))
