"""A colleague says of two records: the same person, different people, not sure; and takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.matching.models import JoinCheck, Review
from heard.people.models import Identity, LinkDecision
from heard.people.services.decisions import decide_different, decide_same, lock_component, retract_decision


@transaction.atomic
def answer(
    one: Identity,
    other: Identity,
    *,
    verdict: str,
    by: User,
    reason: str = "",
    once: UUID | None = None,
    probability: float | None = None,
    model_version: str = "",
    at: datetime | None = None,
    newest: int | None = None,
) -> Review:
    """Note what `by` says of a pair, and decide accordingly: "same" joins, "different" cuts exactly there, "not_sure" decides nothing.

    A second call with the same `once`, and the same answer of the same colleague on a pair as it stands, give the first review.
    `newest` is the answer that stood when the pair was shown (0: none). Raises Refusal when a colleague answered otherwise meanwhile, for a
    record compared with itself, an erased one, or an unknown verdict.
    """
    if one.pk == other.pk:
        raise Refusal(_("These are one and the same already."))
    if verdict not in (Review.SAME, Review.DIFFERENT, Review.NOT_SURE):
        raise Refusal(_("Say whether they are the same person, different people, or that you are not sure."))
    first, second = sorted([one.pk, other.pk])
    lock_component([first, second])
    if said := _said_already(first, second, verdict, by, once):
        return said
    standing = newest_answer(first, second)
    if newest is not None and standing is not None and standing.pk != newest and standing.verdict != verdict:
        raise Refusal(_("%(name)s has answered about these two meanwhile. Look at them again.") % {"name": standing.by.name})
    if Identity.objects.filter(pk__in=[first, second], erased_at__isnull=False).exists():
        raise Refusal(_("One of them was erased. There is nothing left to compare."))
    review = Review.objects.create(
        one_id=first, other_id=second, verdict=verdict, reason=storable(reason.strip(), 300), by=by, at=at or now(), once=once,
        probability=probability, model_version=model_version,
        is_check=JoinCheck.objects.filter(one=first, other=second, review=None).exists(),
        decision=_decide(one, other, verdict, by=by, reason=reason.strip()),
    )  # fmt: skip
    if review.is_check and verdict != Review.NOT_SURE:
        JoinCheck.objects.filter(one=first, other=second, review=None).update(review=review)
    record_event("pair.reviewed", review, actor=by, one_id=first, other_id=second, verdict=verdict)
    return review


def newest_answer(one_id: int, other_id: int) -> Review | None:
    """The newest answer about a pair that decides something and stands. One query."""
    first, second = sorted([one_id, other_id])
    rows = Review.objects.filter(one=first, other=second, taken_back_at=None).exclude(verdict=Review.NOT_SURE)
    return rows.select_related("by").order_by("-at", "-pk").first()


@transaction.atomic
def part(identity: Identity, others: Sequence[Identity], *, by: User, reason: str = "") -> list[Review]:
    """Say that a record is a different person from each of `others`: one act, which `take_back_act` takes back as one. Raises Refusal."""
    moment = now()
    lock_component([identity.pk, *(other.pk for other in others)])
    return [answer(identity, other, verdict=Review.DIFFERENT, by=by, reason=reason, at=moment) for other in others]


@transaction.atomic
def take_back_act(review: Review, *, by: User) -> list[Review]:
    """Take back an answer with all that were given in the same act. Twice changes nothing."""
    given = list(Review.objects.filter(by=review.by_id, at=review.at, verdict=review.verdict).order_by("pk"))
    lock_component([pk for one in given for pk in (one.one_id, one.other_id)])
    for one in given:
        take_back(one, by=by)
    return given


@transaction.atomic
def take_back(review: Review, *, by: User) -> None:
    """As if it had never been said: the decision that came of it is retracted, and the pair is asked about again. Twice changes nothing."""
    lock_component([review.one_id, review.other_id])
    review = lock(review)
    if review.taken_back_at is not None:
        return
    review.taken_back_at, review.taken_back_by = now(), by
    review.save(update_fields=["taken_back_at", "taken_back_by"])
    JoinCheck.objects.filter(review=review).update(review=None)
    if review.decision_id is not None:
        retract_decision(LinkDecision.objects.get(pk=review.decision_id), by=by)
    record_event("pair.taken_back", review, actor=by, one_id=review.one_id, other_id=review.other_id, verdict=review.verdict)


@transaction.atomic
def take_back_decision(decision: LinkDecision, *, by: User) -> None:
    """Take back a decision, and the answer it came of with those of the same act, if it came of one. Twice changes nothing."""
    review = Review.objects.filter(decision=decision, taken_back_at=None).first()
    if review is None:
        retract_decision(decision, by=by)
    else:
        take_back_act(review, by=by)


def _said_already(first: int, second: int, verdict: str, by: User, once: UUID | None) -> Review | None:
    if once is not None and (said := Review.objects.filter(by=by, once=once).first()):
        return said
    newest = Review.objects.filter(one=first, other=second, taken_back_at=None).order_by("-at", "-pk").first()
    if newest is None or newest.by_id != by.pk or newest.verdict != verdict or verdict == Review.NOT_SURE:
        return None
    stands = LinkDecision.objects.filter(one=first, other=second, verdict=verdict, retracted_at=None, by__isnull=False)
    return newest if stands.exists() else None


def _decide(one: Identity, other: Identity, verdict: str, *, by: User, reason: str) -> LinkDecision | None:
    """The decision that this answer made; None when somebody had said so before, for theirs is not ours to take back."""
    if verdict == Review.NOT_SURE:
        return None
    first, second = sorted([one.pk, other.pk])
    before = set(LinkDecision.objects.filter(one=first, other=second).values_list("pk", flat=True))
    decision = (decide_same if verdict == Review.SAME else decide_different)(one, other, by=by, reason=reason)
    return None if decision.pk in before else decision
