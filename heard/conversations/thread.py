"""A thread as it is drawn: messages, and between them the waits as the customer felt them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message as far as waits are concerned: when, from which side, and whether it counts (no note, no robot)."""

    at: datetime
    direction: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer waited from `since` to `until`; until None while they still wait. `is_late` when a moment we owed passed in it.

    `is_silence`: we had spoken last, and a promise passed without a word from us; the customer waited for a deed, not for an answer.
    """

    since: datetime
    until: datetime | None
    is_late: bool
    is_silence: bool = False

    @property
    def length(self) -> timedelta | None:
        return None if self.until is None else self.until - self.since


@dataclass(frozen=True, slots=True)
class InnerWait:
    """`who` inside was asked at `since` and answered at `until`, None while they have not. `ask` is the caller's own object."""

    who: str
    since: datetime
    until: datetime | None
    due_at: datetime
    is_late: bool
    ask: Any = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the thread: a message of the caller's, a wait of the customer's, or a wait among us."""

    message: Any = None
    wait: Wait | None = None
    inner: InnerWait | None = None


def lines_of(
    messages: Sequence[tuple[Spoken, Any]],
    *,
    due: Iterable[datetime],
    waiting_since: datetime | None,
    now: datetime,
    broken: Iterable[datetime] = (),
) -> list[Line]:
    """Messages oldest first with a wait before each answer to the customer; the running wait, if any, ends the thread.

    `due` are the moments at which something was owed in this conversation, `broken` those at which a promise passed unkept: a silence of
    ours in which one lies is drawn as well. Waits under a minute are not drawn.
    """
    moments, broke = sorted(due), sorted(broken)
    lines: list[Line] = []
    asked: datetime | None = None
    silent_since: datetime | None = None
    for spoken, message in messages:
        if spoken.counts and silent_since is not None and _passed(broke, silent_since, spoken.at):
            lines.append(Line(wait=Wait(silent_since, spoken.at, is_late=True, is_silence=True)))
        if spoken.counts and spoken.direction == "out" and asked is not None:
            if (spoken.at - asked).total_seconds() >= 60:
                lines.append(Line(wait=Wait(asked, spoken.at, _passed(moments, asked, spoken.at))))
            asked = None
        elif spoken.counts and spoken.direction == "in":
            asked = asked or spoken.at
        if spoken.counts:
            silent_since = spoken.at if spoken.direction == "out" else None
        lines.append(Line(message))
    if waiting_since is not None:
        lines.append(Line(wait=Wait(waiting_since, None, _passed(moments, waiting_since, now))))
    elif silent_since is not None and _passed(broke, silent_since, now):
        lines.append(Line(wait=Wait(silent_since, None, is_late=True, is_silence=True)))
    return lines


def with_inner_waits(lines: Sequence[Line], *, answered: Mapping[int, InnerWait], running: Sequence[InnerWait]) -> list[Line]:
    """The lines with each wait among us before the message (by its id) that ended it; those that go on stand at the end of the thread.

    The customer's own running wait stays last: it is the one that counts.
    """
    drawn: list[Line] = []
    for line in lines:
        wait = answered.get(line.message.pk) if line.message is not None else None
        drawn += [Line(inner=wait)] if wait is not None else []
        drawn.append(line)
    last = [drawn.pop()] if drawn and drawn[-1].wait is not None and drawn[-1].wait.until is None else []
    return [*drawn, *(Line(inner=wait) for wait in running), *last]


def _passed(moments: list[datetime], since: datetime, until: datetime) -> bool:
    return any(since < moment < until for moment in moments)
