"""Dropped balls: everyone who spoke last and for whom nothing is in hand, however it came about. One query finds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr

from heard.accounts.models import User
from heard.conversations.models import Closure, Conversation, Delivery, DeliveryState
from heard.conversations.rules import PATIENCE, SETTLING_REASONS, Dropped, Standing, dropped_ball
from heard.conversations.selectors import EXACT_UP_TO, PREVIEW

LOOKED_BACK = timedelta(days=90)
"""A conversation closed longer ago is no longer called dropped: whoever still waits has written again, or has gone."""


@dataclass(frozen=True, slots=True)
class DroppedBall:
    """A conversation, why it was dropped, and since when its customer waits."""

    conversation: Conversation
    reason: Dropped
    since: datetime


def dropped_balls(actor: User, *, now: datetime, limit: int = 20) -> list[DroppedBall]:
    """Those that `actor` may read, longest wait first. One query; the rule `dropped_ball` has the last word."""
    rows: Any = _candidates(actor, now).select_related("customer", "assignee", "team")
    rows = rows.annotate(words=Substr("last_interaction__text", 1, PREVIEW))
    found = []
    for row in rows.order_by("unanswered_since", "pk")[:limit]:
        reason = dropped_ball(_standing(row), now=now)
        if reason is not None:
            found.append(DroppedBall(row, reason, row.unanswered_since))
    return found


def count_dropped(actor: User, *, now: datetime) -> int:
    """How many there are, exact up to 1,000. One query."""
    return len(_candidates(actor, now).values_list("pk", flat=True)[: EXACT_UP_TO + 1])


def _candidates(actor: User, now: datetime) -> QuerySet[Conversation, Any]:
    reason = Closure.objects.filter(conversation=OuterRef("pk"), reopened_at=None).values("reason")[:1]
    failed = Delivery.objects.filter(
        message__conversation=OuterRef("pk"),
        state__in=[DeliveryState.BOUNCED, DeliveryState.FAILED],
        queued_at__gte=OuterRef("waiting_since"),
    )
    rows = Conversation.objects.visible_to(actor).filter(is_history=False, joined_into=None)
    rows = rows.annotate(
        close_reason=Subquery(reason), reply_failed=Exists(failed), unanswered_since=Coalesce("waiting_since", "last_message_at")
    )
    return rows.filter(_open_and_dropped(now) | _closed_too_early(now))


def _open_and_dropped(now: datetime) -> Q:
    snooze_ended = Q(snoozed_until__isnull=False, snoozed_until__lte=now)
    not_in_hand = (
        Q(assignee__is_active=False)
        | Q(assignee__is_away=True)
        | Q(due_at=None)
        | Q(assignee=None, due_at__lt=now)
        | Q(due_at__lt=now - PATIENCE)
    )
    awake = Q(snoozed_until=None) & not_in_hand
    return Q(state="open", waiting_since__isnull=False) & (Q(reply_failed=True) | snooze_ended | awake)


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
