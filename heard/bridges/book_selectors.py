"""Address books as operators see them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from heard.accounts.models import User
from heard.bridges.models import AddressBook, CardVerdict
from heard.ui.navigation import Count as Shown

PASSING = ("unreachable", "timed_out", "broken_off", "busy", "server_error")
"""What often goes away by itself: told on the page, and in the rail only when it lasts."""


def list_books() -> QuerySet[AddressBook]:
    """Those that are connected, each with how many people have a card there (`people`) and what waits to be chosen (`doubts`). One query."""
    return AddressBook.objects.filter(ended_at=None).annotate(
        people=Count("cards", filter=Q(cards__gone_at=None, cards__identity__isnull=False), distinct=True),
        doubts=Count("cards__conflicts", filter=Q(cards__conflicts__verdict=CardVerdict.OPEN), distinct=True),
    )


def troubled() -> QuerySet[AddressBook]:
    """Those that cannot be read, or not for some time. One query."""
    return AddressBook.objects.filter(ended_at=None, is_active=True).exclude(Q(problem="") | Q(problem__in=PASSING, failures__lte=3))


def troubled_books(user: User) -> Shown | None:
    """How many address books are in trouble, for the rail. One query."""
    number = troubled().count()
    return Shown(number, "late") if number else None
