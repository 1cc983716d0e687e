"""What may be given, what was given, and whom to ask for more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from heard.accounts.models import Role, User
from heard.accounts.selectors import colleagues_who_read
from heard.conversations.models import Conversation
from heard.gestures.models import Authority, Gesture, GestureKind
from heard.gestures.rules import Budget, left_to_refund, week_of
from heard.lib.prepared import prepared
from heard.lib.time import now
from heard.purchases.models import Order, Refund


def authorities() -> list[Authority]:
    """What each role may give in a week, in force now, by currency and role. One query."""
    order = {role: place for place, role in enumerate(Role.values)}
    rows = Authority.objects.filter(ended_at=None).select_related("set_by")
    return sorted(rows, key=lambda one: (one.currency, order[one.role]))


def budgets_of(user: User, *, at: datetime | None = None) -> list[Budget]:
    """What `user` may give this week, a budget for each currency of their role, the largest first. One query."""
    start, end = week_of(at or now(), timezone.get_default_timezone())
    rows = [Budget(currency, amount, spent or 0, end) for currency, amount, spent in _budgets(user.pk, user.role, start)]
    return sorted(rows, key=lambda one: -one.amount)


@prepared
def _budgets(user_id: int, role: str, start: datetime) -> QuerySet[Authority, tuple[str, int, int | None]]:
    given = Gesture.objects.filter(by=user_id, at__gte=start, withdrawn_at=None, currency=OuterRef("currency"))
    spent = given.order_by().values("currency").annotate(spent=Sum("amount")).values("spent")
    return Authority.objects.filter(role=role, ended_at=None).annotate(spent=Subquery(spent)).values_list("currency", "amount", "spent")


def budget_of(user: User, currency: str) -> Budget:
    """The budget in one currency; nothing where the role has none."""
    found = next((one for one in budgets_of(user) if one.currency == currency), None)
    return found or Budget(currency, 0, 0, week_of(now(), timezone.get_default_timezone())[1])


def whom_to_ask(conversation: Conversation, *, amount: int, currency: str, besides: User) -> list[User]:
    """Colleagues who may read the conversation and may still give that much this week, by name."""
    others = [one for one in colleagues_who_read(conversation.audience_id) if one.pk != besides.pk]
    return [one for one in others if budget_of(one, currency).left >= amount]


def gestures_of(conversation_id: int) -> list[Gesture]:
    """What was given in a conversation and not taken back, oldest first. One query. For whoever may read the conversation."""
    return _gestures_of(conversation_id)


@prepared
def _gestures_of(number: int) -> QuerySet[Gesture]:
    rows = Gesture.objects.filter(conversation=number, withdrawn_at=None).select_related("by", "order", "line")
    return rows.order_by("at", "pk")


def untold_in(conversation_id: int) -> list[Gesture]:
    """What the next reply has to tell, oldest first. One query."""
    return [one for one in gestures_of(conversation_id) if one.told_in_id is None]


def gestures_for_orders(order_ids: Collection[int], actor: User) -> list[Gesture]:
    """What was given for these orders in conversations that `actor` may read, oldest first. One query."""
    rows = Gesture.objects.visible_to(actor).standing().filter(order__in=order_ids)
    return list(rows.select_related("by").order_by("at", "pk"))


def list_gestures(actor: User, *, only: str = "", limit: int = 100, before: int | None = None) -> list[Gesture]:
    """What was given in conversations that `actor` may read, newest first; `only` is "" or "to_carry_out". One query."""
    rows = Gesture.objects.visible_to(actor).standing()
    if only == "to_carry_out":
        rows = rows.filter(carried_out_at=None)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("by", "conversation__customer", "order__source", "line").order_by("-pk")[:limit])


def given_this_week(users: Iterable[User]) -> list[tuple[User, Budget]]:
    """What each of these colleagues gave and may still give this week; those without an authority are left out."""
    return [(user, budget) for user in users for budget in budgets_of(user) if budget.amount or budget.spent]


def left_of(order: Order) -> int:
    """Minor units of an order that can still be given back: of its total, without what was. Two queries."""
    refunded = Refund.objects.filter(order=order).aggregate(sum=Sum("amount"))["sum"] or 0
    given = Gesture.objects.standing().filter(order=order, kind=GestureKind.REFUND).aggregate(sum=Sum("amount"))["sum"] or 0
    return left_to_refund(order.total, refunded, given)


def told_by(message_ids: Sequence[int]) -> dict[int, list[Gesture]]:
    """What each of these messages told. One query, for whoever may read them."""
    found: dict[int, list[Gesture]] = {}
    for gesture in _told_by(list(message_ids)):
        found.setdefault(gesture.told_in_id or 0, []).append(gesture)
    return found


@prepared
def _told_by(messages: list[int]) -> QuerySet[Gesture]:
    return Gesture.objects.filter(told_in__in=messages).select_related("order", "line").order_by("pk")
