"""What a customer's page says first. Values in, a value out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Lead(StrEnum):
    """The one thing a customer wants to know when they open the page."""

    LATE = "late"
    """We promised something and its moment has passed."""
    MOVED = "moved"
    """Something comes later than we first said."""
    OWED = "owed"
    """Something was promised, and there is time."""
    RECEIVED = "received"
    """They spoke last, and no time was named."""
    ANSWERED = "answered"
    """We spoke last."""
    SOLVED = "solved"
    """They said that it is solved."""
    CLOSED = "closed"
    """We closed it."""


@dataclass(frozen=True, slots=True)
class Told:
    """An open promise that the customer was told of."""

    first_due_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands between us and this customer. `they_spoke_last` among the words that both of us know of."""

    is_open: bool
    they_said_solved: bool
    they_spoke_last: bool
    told: Sequence[Told] = ()


def lead_of(standing: Standing, *, now: datetime) -> Lead:
    """What comes first: what is late, then what is owed, then whose turn it is. A word given counts in a closed conversation too."""
    if any(promise.due_at < now for promise in standing.told):
        return Lead.LATE
    if standing.told:
        soonest = min(standing.told, key=lambda promise: promise.due_at)
        return Lead.MOVED if soonest.due_at > soonest.first_due_at else Lead.OWED
    if not standing.is_open:
        return Lead.SOLVED if standing.they_said_solved else Lead.CLOSED
    return Lead.RECEIVED if standing.they_spoke_last else Lead.ANSWERED


def first_name(name: str) -> str:
    """How one is greeted: the first word of a name; "" for an address or a number."""
    word = name.strip().split(" ")[0] if name.strip() else ""
    return "" if "@" in word or not any(letter.isalpha() for letter in word) else word
