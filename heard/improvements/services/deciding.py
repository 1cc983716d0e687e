"""What is decided about an improvement: a new row each time, with the reason that customers will read."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.improvements.models import Decision, Improvement, State
from heard.improvements.selectors import current_decision
from heard.improvements.services.proposing import refuse_unless_theirs
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now

LONGEST_REASON = 2000


class NoNeedsReason(Refusal):
    """A no without a reason is no answer."""

    def __init__(self) -> None:
        super().__init__(_("Say why not, in words for customers: whoever asked for it will read them."))


class NothingToShow(Refusal):
    """The open window shows what we do and why, so there must be a why."""

    def __init__(self) -> None:
        super().__init__(_("Write what customers will read before you show it on the open window."))


@transaction.atomic
def decide(
    improvement: Improvement, *, state: str, by: User, public_reason: str = "", is_public: bool = False, once: UUID | None = None
) -> Decision:
    """Decide what becomes of an improvement. Every decision stays; the last one holds. Going back is a decision too.

    A second call with the same `once`, or with nothing new, answers the decision that is there. Nobody is told yet: that is
    an act of its own. Raises NotYourImprovement, NoNeedsReason and NothingToShow.
    """
    improvement = lock(improvement)
    if once is not None and (first := Decision.objects.filter(improvement=improvement, once=once).first()) is not None:
        return first
    refuse_unless_theirs(improvement, by)
    chosen, reason = State(state), storable(public_reason.strip(), LONGEST_REASON)
    if chosen == State.DECLINED and not reason:
        raise NoNeedsReason
    if is_public and not reason:
        raise NothingToShow
    last = current_decision(improvement)
    if (last.state, last.public_reason, last.is_public) == (chosen, reason, is_public):
        return last
    decision = Decision.objects.create(
        improvement=improvement, state=chosen, public_reason=reason, is_public=is_public, by=by, at=now(), once=once
    )
    record_event(
        "improvement.decided",
        improvement,
        actor=by,
        decision_id=decision.pk,
        state=decision.state,
        was_state=last.state,
        is_public=is_public,
    )
    return decision
