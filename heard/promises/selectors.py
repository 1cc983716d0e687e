"""Which policy and calendar count now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation
from heard.lib.calendars import BusinessCalendar
from heard.lib.db import unindexed
from heard.lib.prepared import prepared
from heard.lib.statistics import wilson_interval
from heard.promises.models import Policy, Promise


def policy_for(team_id: int) -> Policy:
    """The team's own current policy, or everybody's. One query. Raises ImproperlyConfigured before `heard init`."""
    policies = {policy.team_id: policy for policy in _policies(team_id)}
    if not policies:
        raise ImproperlyConfigured("There is no policy for replies. Run `heard init`.")
    return policies.get(team_id) or policies[None]


@prepared
def _policies(team_id: int) -> QuerySet[Policy]:
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
    """Everything owed or once owed in a conversation, with who owes it, by when it is due. One query."""
    return _promises_in(conversation.pk)


@prepared
def _promises_in(number: int) -> QuerySet[Promise]:
    return Promise.objects.filter(conversation=number).select_related("owed_by", "owed_by_team").order_by("due_at")


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
    """What is owed and late in conversations that `actor` may read, longest first. One query along the moments due."""
    rows = _visible_to(actor).filter(state="open", due_at__lt=now)
    return list(rows.select_related("conversation__customer", "owed_by", "owed_by_team").order_by("due_at")[:limit])


def _visible_to(actor: User) -> QuerySet[Promise]:
    return Promise.objects.alias(audience=unindexed("conversation__audience")).filter(audience__in=readable_audience_ids(actor))
