"""When something owed to a customer is made, kept, broken or released. Values in, decisions out; services write them down.

A deadline that nobody told the customer is a *target*; once told it is a *promise*. Both are rows of one table, and both follow this one:

| what happens | reply owed (`first_reply`, `next_reply`) | given by hand (`by_hand`) |
|---|---|---|
| the first unanswered customer message | made | – |
| another customer message before an answer | nothing: it is added to, never moved | – |
| a public reply accepted for sending | kept, or kept late | kept only if the reply names it |
| a note, an automatic reply, an acknowledgement | nothing | nothing |
| an acknowledgement that tells the time | becomes a promise, with the same due time | – |
| the reply came back for good | open again with the old due time | the same |
| closed without a reply | released with the reason, counted apart | stays: a word given is still owed |
| two conversations become one | one stays, due at the earliest moment | all stay |
| imported history, automatic mail from the customer | nothing | nothing |

A customer waits exactly when they spoke last and no public reply was accepted since: then, and only then, a reply is owed (until somebody
says, by closing, that none will be). Nothing here ever moves `due_at` to a later moment; people do, and then the first date stays in
sight, and a date that was told counts until the customer was told the new one. Decisions are listed in the order in which they
can be written: at no time does a conversation owe two replies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from heard.lib.calendars import BusinessCalendar

Kind = Literal["first_reply", "next_reply", "by_hand"]
ReleaseReason = str
"""Why nothing is owed any more: the reason of the closure, or JOINED."""

JOINED: ReleaseReason = "joined"
"""Released because another open target of the same conversation stands for it."""


class Policy(Protocol):
    """The two times of a policy, in business seconds."""

    @property
    def first_reply_business_seconds(self) -> int: ...
    @property
    def next_reply_business_seconds(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Owed:
    """A target or promise as the rules see it.

    `made_at` is when the customer's message reached us (never the Date header, which they may write as they like), or when the word was
    given. `made_in` and `kept_in` are ids of interactions; `told_at` is None for a target.
    """

    id: int
    kind: Kind
    made_at: datetime
    due_at: datetime
    told_at: datetime | None = None
    made_in: int | None = None
    kept_in: int | None = None

    @property
    def is_reply(self) -> bool:
        return self.kind != "by_hand"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message from the customer's side. `automatic` is the parser's word, "" for what a human being wrote."""

    reached_us_at: datetime
    automatic: str = ""
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Something of ours that was accepted for sending (its time to undo has passed).

    `interaction` is its id. `keeps` are promises by hand that its author says are fulfilled by it.
    """

    interaction: int
    accepted_at: datetime
    is_public: bool = True
    is_automatic: bool = False
    keeps: frozenset[int] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Make:
    """Make a target of this kind."""

    kind: Kind
    made_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Keep:
    """Write down that a promise was kept, by which interaction (None for a deed without words) and when; `is_late` when its moment had passed."""

    promise: int
    kept_in: int | None
    kept_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Reopen:
    """What was kept is open again. `due_at` is the old moment, or an earlier one that an absorbed target had."""

    promise: int
    due_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Release:
    """Nothing is owed here any more, for this reason. Neither kept nor broken: counted apart."""

    promise: int
    reason: ReleaseReason


@dataclass(frozen=True, slots=True)
class Stay:
    """The one that stands for several: due at their earliest moment, told if one of them was."""

    promise: int
    due_at: datetime
    told_at: datetime | None


Decision = Make | Keep | Reopen | Release | Stay


def target_for(policy: Policy, calendar: BusinessCalendar, *, waiting_since: datetime, is_first: bool) -> datetime:
    """The moment by which the policy wants an answer. Raises CalendarNeverOpens."""
    seconds = policy.first_reply_business_seconds if is_first else policy.next_reply_business_seconds
    return calendar.add(waiting_since, seconds)


def on_customer_message(
    open_now: Iterable[Owed], message: Arrival, *, policy: Policy, calendar: BusinessCalendar, is_first: bool
) -> Make | None:
    """The target that this message makes, or None when it only adds to one, is automatic, or is history.

    `is_first` when no public reply of ours was ever accepted in this conversation.
    """
    if message.is_history or message.automatic or any(owed.is_reply for owed in open_now):
        return None
    due_at = target_for(policy, calendar, waiting_since=message.reached_us_at, is_first=is_first)
    return Make("first_reply" if is_first else "next_reply", message.reached_us_at, due_at)


def on_reply(open_now: Iterable[Owed], reply: Reply) -> list[Keep]:
    """What an accepted reply keeps: every reply owed for what had reached us by then, and the promises it names.

    A promise that is given in the very words of this reply is not kept by it.
    """
    if not answers(reply):
        return []
    return [_kept(owed, reply) for owed in open_now if _is_kept_by(owed, reply)]


def on_told(target: Owed, *, told_at: datetime) -> Stay:
    """A target whose moment the customer was told becomes a promise. The moment stays; a word given before is not given again."""
    return Stay(target.id, target.due_at, _earliest(target.told_at, told_at))


def on_delivery_failed(
    kept: Iterable[Owed], failed: int, *, open_now: Iterable[Owed] = (), replies: Iterable[Reply] = ()
) -> list[Decision]:
    """What follows when the reply `failed` (an interaction's id) turns out never to have arrived.

    `kept` are the promises of the conversation that are kept, `open_now` those that are open, `replies` every reply in it that stands.
    What another reply has answered by now is kept by that one. The rest is open again with its old due time; if the customer has written
    since and a newer target is open, the old one stands for both.
    """
    standing = sorted((reply for reply in replies if reply.interaction != failed), key=lambda reply: (reply.accepted_at, reply.interaction))
    decisions: list[Decision] = []
    reopened: list[Owed] = []
    for owed in kept:
        if owed.kept_in != failed:
            continue
        other = next((reply for reply in standing if answers(reply) and _is_kept_by(owed, reply)), None)
        if other is not None:
            decisions.append(_kept(owed, other))
        elif owed.is_reply:
            reopened.append(owed)
        else:
            decisions.append(Reopen(owed.id, owed.due_at, owed.told_at))
    return decisions + _reopen_as_one(reopened, [owed for owed in open_now if owed.is_reply])


def on_close_without_reply(open_now: Iterable[Owed], *, reason: ReleaseReason) -> list[Release]:
    """Closing releases the reply that is owed, with the closure's reason. What was given by hand stays owed."""
    return [Release(owed.id, reason) for owed in open_now if owed.is_reply]


def is_broken(due_at: datetime, *, now: datetime, kept_at: datetime | None) -> bool:
    """True once the moment has passed unkept; kept in its last instant is kept."""
    return (kept_at or now) > due_at


def remind_at(made_at: datetime, due_at: datetime) -> datetime:
    """When its owner hears of it: with a quarter of the time left, but a day before at the earliest."""
    return due_at - min(timedelta(days=1), (due_at - made_at) / 4)


def soonest(open_now: Iterable[Owed]) -> tuple[datetime, Kind] | None:
    """What the inbox sorts by: the earliest open moment and its kind. None when nothing is owed."""
    first = min(open_now, key=lambda owed: (owed.due_at, owed.id), default=None)
    return None if first is None else (first.due_at, first.kind)


def join(open_now: Sequence[Owed]) -> list[Stay | Release]:
    """What becomes of the promises of several conversations that are one now, or of one that was given others' messages.

    The reply owed for the longest wait stands for all, due at the earliest of their moments; the others are released as joined.
    """
    return _as_one([owed for owed in open_now if owed.is_reply])


def waiting_since(open_now: Iterable[Owed]) -> datetime | None:
    """Since when the customer waits for a reply; None when they do not."""
    return min((owed.made_at for owed in open_now if owed.is_reply), default=None)


def answers(reply: Reply) -> bool:
    """Notes, automatic replies and acknowledgements answer nobody."""
    return reply.is_public and not reply.is_automatic


def _is_kept_by(owed: Owed, reply: Reply) -> bool:
    if owed.made_in == reply.interaction:
        return False
    return owed.made_at <= reply.accepted_at and (owed.is_reply or owed.id in reply.keeps)


def _kept(owed: Owed, reply: Reply) -> Keep:
    is_late = is_broken(owed.due_at, now=reply.accepted_at, kept_at=reply.accepted_at)
    return Keep(owed.id, reply.interaction, reply.accepted_at, is_late)


def _reopen_as_one(reopened: list[Owed], open_now: list[Owed]) -> list[Decision]:
    if not reopened:
        return []
    again = {owed.id for owed in reopened}
    decisions: list[Decision] = []
    for decision in _as_one(reopened + open_now):
        if isinstance(decision, Stay) and decision.promise in again:
            decisions.append(Reopen(decision.promise, decision.due_at, decision.told_at))
        else:
            decisions.append(decision)
    return decisions


def _as_one(owed: list[Owed]) -> list[Stay | Release]:
    if not owed:
        return []
    oldest, *others = sorted(owed, key=lambda each: (each.made_at, each.due_at, each.id))
    told_at = None
    for each in owed:
        told_at = _earliest(told_at, each.told_at)
    stays = Stay(oldest.id, min(each.due_at for each in owed), told_at)
    return [*(Release(each.id, JOINED) for each in others), stays]


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
