"""Who is right about a field: decided from what both sides say now and what both said when it was settled last. Values in, a word out.

Without the last settled pair nobody can tell who changed something; with it only a true disagreement is left for people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

Way: TypeAlias = Literal["keep", "agree", "take", "send", "ask"]
"""keep: nothing is new; agree: both say the same; take: theirs counts from now on; send: they are told ours; ask: a person decides."""

CUSTOMER, COLLEAGUE, PROVED = "customer", "colleague", "proved"


@dataclass(frozen=True, slots=True)
class Pair:
    """What both said when a field was settled."""

    theirs: str
    ours: str


def settle(
    direction: str, *, base: Pair | None, theirs: str, ours: str, ours_by: str = "", others: Collection[str] = (), has_room: bool = False
) -> Way:
    """What is to be done about a field. `ours` is "" when nobody here said or proved anything.

    `others` are further values of ours that count as the same (a second address), `has_room` says that theirs holds several and one place is
    empty, so that ours fits beside theirs. What a customer said themselves is never given up without asking a person.
    """
    if direction == "off":
        return "keep"
    if ours == theirs or (theirs and theirs in others):
        return "keep" if base is not None and (base.theirs, base.ours) == (theirs, ours) else "agree"
    theirs_new, ours_new = base is None or theirs != base.theirs, base is None or ours != base.ours
    if not theirs_new and not ours_new:
        return "keep"
    if not ours:
        return "take"
    if direction == "out":
        return "send"
    if direction == "in":
        return "ask" if ours_by == CUSTOMER and theirs else "take"
    return _both(base, theirs, ours_by, theirs_new=theirs_new, ours_new=ours_new, has_room=has_room)


def _both(base: Pair | None, theirs: str, ours_by: str, *, theirs_new: bool, ours_new: bool, has_room: bool) -> Way:
    is_addition = ours_by == PROVED and not (base and base.ours) and bool(theirs)  # a second address, which corrects nothing
    if ours_new and (has_room or not (theirs_new or is_addition)):
        return "send"
    if is_addition:
        return "ask"
    if base is None:
        return "ask" if theirs else "send"
    if theirs_new and ours_new:
        return "ask"
    return "ask" if ours_by == CUSTOMER else "take"
