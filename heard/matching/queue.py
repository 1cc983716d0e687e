"""The queue of doubts: pairs about which a colleague is asked, and what was answered. All of it as far as the reader may know of both."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Greatest, Least
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.matching.evidence import Weighing, reasons_for, records_of
from heard.matching.models import JoinCheck, MatchEdge, MatchModel, Review
from heard.matching.shapes import Pair
from heard.people.models import Fact, Identity, IdentityAudience

CHECK_EACH = 3
MOST_COUNTED = 1_000


def review_queue(actor: User, *, limit: int = 50, after: tuple[float, int] | None = None, has_checks: bool = True) -> list[Pair]:
    """Up to `limit` pairs that `actor` may know of and has not answered, the likeliest first; of two people one pair. Nine queries.

    Every third question is a join to check, as long as there are such and they are wanted; nothing on the page says which. `after` goes
    on behind the probability and `mark` of a pair; checks are then left out.
    """
    doubts = list(_doubts(actor, after)[: limit * 4])
    checks = [] if after or not has_checks else list(_checks(actor)[:limit])
    turn = Review.objects.filter(by=actor).count() if checks else 0
    return _pairs(_mixed(_of_two_people(doubts), checks, turn)[:limit])


def count_doubts(actor: User) -> int:
    """How many pairs of people wait for an answer of `actor`, a thousand at most of each kind. Two queries."""
    people = [function("one__person_number", "other__person_number") for function in (Least, Greatest)]
    doubts = _doubts(actor).order_by().values_list(*people).distinct()
    return doubts[:MOST_COUNTED].count() + _checks(actor).order_by()[:MOST_COUNTED].count()


def get_pair(actor: User, one_id: int, other_id: int) -> Pair:
    """Two records side by side, whether anybody asks about them or not; Http404 unless `actor` may know of both. Seven queries."""
    first, second = sorted([one_id, other_id])
    identities = {one.pk: one for one in Identity.objects.visible_to(actor).filter(pk__in=[first, second])}
    if len(identities) < 2:
        raise Http404
    edge = MatchEdge.objects.filter(one=first, other=second, model__state=MatchModel.ACTIVE).first()
    check = JoinCheck.objects.filter(one=first, other=second, review=None).first()
    asked = check or edge or MatchEdge(one_id=first, other_id=second, probability=-1.0)
    asked.one, asked.other = identities[first], identities[second]
    return _pairs([asked])[0]


def answers_of(actor: User, *, limit: int) -> list[Review]:
    """The newest answers that `actor` gave and that stand. One query."""
    rows = Review.objects.filter(by=actor, taken_back_at=None).select_related("one", "other")
    return list(rows.order_by("-at", "-pk")[:limit])


def list_answers(actor: User, *, limit: int = 50, before: int = 0) -> list[Review]:
    """What colleagues answered about records of which `actor` may know both, the newest first. One query."""
    rows = Review.objects.filter(*_both_known(actor)).select_related("one", "other", "by", "taken_back_by", "decision")
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def readable_answer(actor: User, number: int) -> Review:
    """An answer about records of which `actor` may know both; Http404 otherwise. Two queries."""
    found = Review.objects.filter(*_both_known(actor), pk=number).select_related("one", "other", "by").first()
    if found is None:
        raise Http404
    return found


def _both_known(actor: User) -> tuple[Exists, Exists]:
    audiences = readable_audience_ids(actor)
    known = IdentityAudience.objects.filter(audience__in=audiences)
    return Exists(known.filter(identity=OuterRef("one"))), Exists(known.filter(identity=OuterRef("other")))


def _doubts(actor: User, after: tuple[float, int] | None = None) -> QuerySet[MatchEdge]:
    active = MatchModel.objects.filter(state=MatchModel.ACTIVE).values("pk")  # compared as one value, the index gives the order
    rows = MatchEdge.objects.filter(*_both_known(actor), model=Subquery(active), state=MatchEdge.OPEN)
    rows = rows.exclude(one__person_number=F("other__person_number")).filter(~Exists(_unsure(actor)))
    if after is not None:
        rows = rows.filter(Q(probability__lt=after[0]) | Q(probability=after[0], pk__gt=after[1]))
    return rows.select_related("one", "other", "model").order_by("-probability", "pk")


def _checks(actor: User) -> QuerySet[JoinCheck]:
    rows = JoinCheck.objects.filter(*_both_known(actor), review=None, one__erased_at=None, other__erased_at=None)
    rows = rows.filter(one__person_number=F("other__person_number")).filter(~Exists(_unsure(actor)))
    return rows.select_related("one", "other").order_by("drawn_at", "pk")


def _unsure(actor: User) -> QuerySet[Review]:
    """Who was not sure is not asked again."""
    return Review.objects.filter(one=OuterRef("one"), other=OuterRef("other"), by=actor, verdict=Review.NOT_SURE, taken_back_at=None)


def _of_two_people(edges: Sequence[MatchEdge]) -> list[MatchEdge]:
    """The likeliest pair of each two people: whoever answers it answers for the others."""
    first: dict[tuple[int, int], MatchEdge] = {}
    for edge in edges:
        numbers = sorted([edge.one.person_number, edge.other.person_number])
        first.setdefault((numbers[0], numbers[1]), edge)
    return list(first.values())


def _mixed(doubts: Sequence[MatchEdge], checks: Sequence[JoinCheck], turn: int) -> list[MatchEdge | JoinCheck]:
    mixed: list[MatchEdge | JoinCheck] = []
    waiting, asked = list(reversed(doubts)), list(reversed(checks))
    while waiting or asked:
        is_check = bool(asked) and (not waiting or (turn + len(mixed)) % CHECK_EACH == CHECK_EACH - 1)
        mixed.append(asked.pop() if is_check else waiting.pop())
    return mixed


def _pairs(asked: Sequence[MatchEdge | JoinCheck]) -> list[Pair]:
    identities = [identity for one in asked for identity in (one.one, one.other)]
    prefetch_related_objects(identities, "identifiers", "organisation", Prefetch("facts", Fact.objects.order_by("kind", "value")))
    weighing = Weighing(records_of({identity.pk for identity in identities}))
    pairs = []
    for one in asked:
        evidence = weighing.compare([one.one_id], [one.other_id])
        is_check = isinstance(one, JoinCheck)
        probability = evidence.probability if one.probability < 0 else one.probability
        obstacle = "" if isinstance(one, JoinCheck) else one.obstacle
        pairs.append(
            Pair(
                one.one, one.other, probability, evidence.weight, reasons_for(evidence), is_check=is_check, obstacle=obstacle,
                asked_at=one.drawn_at if isinstance(one, JoinCheck) else one.found_at, mark=one.pk or 0, model_version=weighing.model.version,
            )
        )  # fmt: skip
    return pairs
