"""What a conversation's state becomes, who waits, what comes first, and whom we dropped. Values in, values out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

State = str
"""`open` or `closed`, as in the database."""

REOPENS_PER_HOUR = 20
"""More reopenings of one conversation within an hour are a loop, whatever their headers say."""

PATIENCE = timedelta(days=1)
"""How long after its moment something owed counts as forgotten by the colleague who has it."""

PREVIEW_LENGTH = 140


# --- open and closed -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What the state of a conversation depends on when a message is filed in it.

    `automatic` is the parser's word ("" for what a human being wrote). `reopens_in_last_hour` counts this conversation's.
    """

    direction: str
    automatic: str = ""
    is_history: bool = False
    is_new_conversation: bool = False
    reopens_in_last_hour: int = 0


@dataclass(frozen=True, slots=True)
class StateChange:
    state: State
    is_reopened: bool = False


def next_state_on(message: MessageFacts, *, state: State) -> StateChange:
    """The state after a message. Only a human customer's live word opens what is closed, and only so often in an hour.

    Out-of-office replies, lists and notices neither open a conversation nor begin an open one (Zammad #5113). What the cap leaves closed
    is shown as a dropped ball, so nobody is lost by it.
    """
    if message.is_history:
        return StateChange("closed" if message.is_new_conversation else state)
    if message.automatic:
        return StateChange("closed" if message.is_new_conversation else state)
    if message.is_new_conversation:
        return StateChange("open")
    if message.direction != "in" or state == "open":
        return StateChange(state)
    may_reopen = message.reopens_in_last_hour < REOPENS_PER_HOUR
    return StateChange("open", is_reopened=True) if may_reopen else StateChange("closed")


# --- who waits, and who first ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said in a conversation. `is_standing` is False for a reply of ours that came back or could not be sent."""

    at: datetime
    direction: str
    is_automatic: bool = False
    is_standing: bool = True

    @property
    def asks(self) -> bool:
        return self.direction == "in" and not self.is_automatic

    @property
    def answers(self) -> bool:
        return self.direction == "out" and not self.is_automatic and self.is_standing


def waiting_since(thread: Iterable[Spoken]) -> datetime | None:
    """The customer's first word after our last public answer that stands; None when they do not wait. The order given plays no part.

    Notes, automatic mail and answers that never arrived count for nothing. A word and an answer of the same moment: it is answered.
    """
    thread = list(thread)
    answered = max((each.at for each in thread if each.answers), default=None)
    return min((each.at for each in thread if each.asks and (answered is None or each.at > answered)), default=None)


def order_at(*, due_at: datetime | None, waiting_since: datetime | None, last_message_at: datetime) -> datetime:
    """The moment the inbox sorts by, soonest first: what is due, else since when somebody waits, else the last word."""
    return due_at or waiting_since or last_message_at


# --- dropped balls ---------------------------------------------------------------------------------------------------------------------


class Dropped(StrEnum):
    """Why somebody who spoke last may wait for ever."""

    CLOSED_TOO_EARLY = "closed_too_early"
    """Closed after their word, nobody answered, and nobody said that no answer is needed."""
    REPLY_NEVER_ARRIVED = "reply_never_arrived"
    """We answered, but the answer came back or could not be sent, and nothing followed it."""
    SNOOZE_ENDED = "snooze_ended"
    """It was set aside until a moment that has passed, and nobody took it up."""
    OWNER_INACTIVE = "owner_inactive"
    """The colleague who has it no longer works here."""
    OWNER_AWAY = "owner_away"
    """The colleague who has it is away."""
    NOTHING_PROMISED = "nothing_promised"
    """Nothing is due, so nothing will remind anybody."""
    NOBODY_ASSIGNED_AND_LATE = "nobody_assigned_and_late"
    """Its moment has passed and nobody has it."""
    OWNER_SILENT = "owner_silent"
    """Its moment passed more than a day ago, and the colleague who has it has not answered."""


SETTLING_REASONS = frozenset({"no_reply_needed", "duplicate", "spam", "history", "confirmed"})
"""Reasons of a closure by which a colleague, or the customer, says that no answer is needed. "Solved" is none: somebody has to tell them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation as far as dropping it is concerned.

    `unanswered_since` is the customer's first word that no answer of ours followed, also in a closed conversation; None when we spoke
    last. `due_at` is the soonest thing owed. The fields of the owner mean nothing while nobody has it.
    """

    unanswered_since: datetime | None
    state: State = "open"
    close_reason: str = ""
    due_at: datetime | None = None
    has_owner: bool = False
    is_owner_active: bool = True
    is_owner_away: bool = False
    snoozed_until: datetime | None = None
    reply_failed: bool = False
    is_history: bool = False


def dropped_ball(standing: Standing, *, now: datetime, patience: timedelta = PATIENCE) -> Dropped | None:
    """Why nothing is in hand for a customer who spoke last; None when they did not, or when something is.

    In hand is what is snoozed until a coming moment, what waits unassigned for its moment, and what a present colleague has in time or
    at most `patience` late. The first reason that applies is given, in the order of `Dropped`.
    """
    if standing.unanswered_since is None or standing.is_history:
        return None
    if standing.state == "closed":
        return None if standing.close_reason in SETTLING_REASONS else Dropped.CLOSED_TOO_EARLY
    if standing.reply_failed:
        return Dropped.REPLY_NEVER_ARRIVED
    if standing.snoozed_until is not None:
        return Dropped.SNOOZE_ENDED if standing.snoozed_until <= now else None
    return _dropped_by_owner(standing) or _dropped_by_time(standing, now, patience)


def _dropped_by_owner(standing: Standing) -> Dropped | None:
    if standing.has_owner and not standing.is_owner_active:
        return Dropped.OWNER_INACTIVE
    if standing.has_owner and standing.is_owner_away:
        return Dropped.OWNER_AWAY
    return None


def _dropped_by_time(standing: Standing, now: datetime, patience: timedelta) -> Dropped | None:
    if standing.due_at is None:
        return Dropped.NOTHING_PROMISED
    if not standing.has_owner:
        return Dropped.NOBODY_ASSIGNED_AND_LATE if standing.due_at < now else None
    return Dropped.OWNER_SILENT if standing.due_at + patience < now else None


# --- words -----------------------------------------------------------------------------------------------------------------------------

_ANSWER = "re|r|aw|antw|antwort|antwoord|sv|vs|res|rép|odp|ynt|atb|bls|rv|vá|răsp|απ|σχετ|отв|ответ|回复|答复|回覆|答覆|返信|회신|답장"
_FORWARD = "fwd?|wg|wtr?|tr|i|enc|vb|vl|pd|i̇?lt|doorst|weitergeleitet|továbbítás|πρθ|пересл|转发|轉寄|転送|전달"
_COUNT = r"(?:[\[(^*]\s*\d{1,3}\s*[\])]?\s*)?"
_PREFIXES = re.compile(rf"^\s*(?:(?:{_ANSWER}|{_FORWARD})\s*{_COUNT}[:：]\s*)+", re.IGNORECASE)


def clean_subject(subject: str) -> str:
    """A subject without what mail programs put before it: "AW: Re[2]: Fwd: Lamp" → "Lamp". "" when nothing else was there.

    For showing and for our answers only: a subject never threads.
    """
    return _PREFIXES.sub("", " ".join(subject.split()))


def preview(text: str, length: int = PREVIEW_LENGTH) -> str:
    """The beginning of a text on one line, cut between words, with … where something is missing; at most `length` characters."""
    line = " ".join(text[: length * 8].split())
    is_whole = len(line) <= length and len(text) <= length * 8
    if is_whole:
        return line
    line = line[: length - 1]
    words, space, last = line.rpartition(" ")
    return (words if space and len(last) < length // 4 else line).rstrip(" ,;:.–-") + "…"
