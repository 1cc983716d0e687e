"""Dropped balls: everyone who spoke last and for whom nothing is in hand, however it came about. Two queries find them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Closure, Conversation, Delivery, DeliveryState
from heard.conversations.rules import PATIENCE, SETTLING_REASONS, Dropped, Standing, dropped_ball
from heard.conversations.selectors import EXACT_UP_TO, PREVIEW
from heard.lib.db import unindexed

LOOKED_BACK = timedelta(days=90)
"""A conversation closed longer ago is no longer called dropped: whoever still waits has written again, or has gone."""


@dataclass(frozen=True, slots=True)
class DroppedBall:
    """A conversation, why it was dropped, and since when its customer waits."""

    conversation: Conversation
    reason: Dropped
    since: datetime


def dropped_balls(actor: User, *, now: datetime, limit: int = 20) -> list[DroppedBall]:
    """Those that `actor` may read, longest wait first. Two queries along indexes; the rule `dropped_ball` has the last word."""
    found = []
    for candidates in _candidates(actor, now):
        rows: Any = candidates.select_related("customer", "assignee", "team").annotate(words=Substr("last_interaction__text", 1, PREVIEW))
        for row in rows[:limit]:
            reason = dropped_ball(_standing(row), now=now)
            if reason is not None:
                found.append(DroppedBall(row, reason, row.unanswered_since))
    return sorted(found, key=lambda ball: (ball.since, ball.conversation.pk))[:limit]


def count_dropped(actor: User, *, now: datetime) -> int:
    """How many there are, exact up to 1,000. Two queries."""
    most = EXACT_UP_TO + 1
    return min(most, sum(len(candidates.values_list("pk", flat=True)[:most]) for candidates in _candidates(actor, now)))


def _candidates(actor: User, now: datetime) -> list[QuerySet[Conversation, Any]]:
    """Open conversations in which somebody waits, in the order of their index; and the few closed ones in which the customer spoke last.

    Two querysets, because no index leads to both.
    """
    reason = Closure.objects.filter(conversation=OuterRef("pk"), reopened_at=None).values("reason")[:1]
    came_back, never_sent = (Delivery.objects.filter(state=state) for state in (DeliveryState.BOUNCED, DeliveryState.FAILED))
    failed = Delivery.objects.filter(Q(state=DeliveryState.BOUNCED) | Q(state=DeliveryState.FAILED))
    failed = failed.filter(message__conversation=OuterRef("pk"), queued_at__gte=OuterRef("waiting_since"))
    rows = Conversation.objects.alias(readable=unindexed("audience"), joined=unindexed("joined_into"))
    rows = rows.filter(readable__in=readable_audience_ids(actor), is_history=False, joined=None)
    rows = rows.annotate(
        close_reason=Subquery(reason), reply_failed=Exists(failed), unanswered_since=Coalesce("waiting_since", "last_message_at")
    )
    # Two short lists, each along its index, asked before each conversation's own failures.
    ever_failed = Q(pk__in=came_back.values("message__conversation")) | Q(pk__in=never_sent.values("message__conversation"))
    waiting = rows.filter(state="open", waiting_since__isnull=False).filter(_not_in_hand(now) | (ever_failed & Q(reply_failed=True)))
    return [waiting.order_by("waiting_since", "pk"), rows.filter(_closed_too_early(now)).order_by("unanswered_since", "pk")]


def _not_in_hand(now: datetime) -> Q:
    snooze_ended = Q(snoozed_until__isnull=False, snoozed_until__lte=now)
    nobody_acts = (
        Q(assignee__is_active=False)
        | Q(assignee__is_away=True)
        | Q(due_at=None)
        | Q(assignee=None, due_at__lt=now)
        | Q(due_at__lt=now - PATIENCE)
    )
    return snooze_ended | (Q(snoozed_until=None) & nobody_acts)


def _closed_too_early(now: datetime) -> Q:
    return (
        Q(state="closed", last_direction="in", closed_at__gt=now - LOOKED_BACK)
        & ~Q(close_reason__in=SETTLING_REASONS)
        & Q(last_message_at__lte=F("closed_at"))
    )


def _standing(row: Conversation) -> Standing:
    return Standing(
        unanswered_since=row.unanswered_since,  # type: ignore[attr-defined]
        state=row.state,  # type: ignore[arg-type]
        close_reason=row.close_reason or "",  # type: ignore[attr-defined]
        due_at=row.due_at,
        has_owner=row.assignee_id is not None,
        is_owner_active=row.assignee.is_active if row.assignee else True,
        is_owner_away=row.assignee.is_away if row.assignee else False,
        snoozed_until=row.snoozed_until,
        reply_failed=row.reply_failed,  # type: ignore[attr-defined]
        is_history=row.is_history,
    )
