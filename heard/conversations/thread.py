"""A thread as it is drawn: messages, and between them the waits as the customer felt them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message as far as waits are concerned: when, from which side, and whether it counts (no note, no robot)."""

    at: datetime
    direction: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer waited from `since` to `until`; until None while they still wait. `is_late` when a moment we owed passed in it."""

    since: datetime
    until: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the thread: a message of the caller's, or a wait."""

    message: Any = None
    wait: Wait | None = None


def lines_of(
    messages: Sequence[tuple[Spoken, Any]], *, due: Iterable[datetime], waiting_since: datetime | None, now: datetime
) -> list[Line]:
    """Messages oldest first with a wait before each answer to the customer; the running wait, if any, ends the thread.

    `due` are the moments at which something was owed in this conversation. Waits under a minute are not drawn.
    """
    moments = sorted(due)
    lines: list[Line] = []
    asked: datetime | None = None
    for spoken, message in messages:
        if spoken.counts and spoken.direction == "out" and asked is not None:
            if (spoken.at - asked).total_seconds() >= 60:
                lines.append(Line(wait=Wait(asked, spoken.at, _passed(moments, asked, spoken.at))))
            asked = None
        elif spoken.counts and spoken.direction == "in":
            asked = asked or spoken.at
        lines.append(Line(message))
    if waiting_since is not None:
        lines.append(Line(wait=Wait(waiting_since, None, _passed(moments, waiting_since, now))))
    return lines


def _passed(moments: list[datetime], since: datetime, until: datetime) -> bool:
    return any(since < moment < until for moment in moments)
