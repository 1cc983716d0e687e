"""Why two records are one person, or not; and how the records of a person came together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404

from heard.accounts.models import User
from heard.matching.evidence import Weighing, reasons_for, records_of
from heard.matching.explaining import veto_in_words
from heard.matching.models import MatchEdge, MatchModel
from heard.matching.paths import strongest_path
from heard.matching.shapes import Step, Verdict, Why
from heard.people.models import Fact, Identity, LinkDecision

SAID = 1_000_000.0
"""The strength of what a colleague said: above any evidence."""
DOUBTFUL = 0.5
MOST_COMPARED = 60


def why(actor: User | None, one_id: int, other_id: int) -> Why:
    """Why the people of these two identities are, or are not, one person. Http404 unless `actor` may know of both. About ten queries.

    Nobody (None) is who operates the machine: they read the database anyway.

    Two identities of one person are compared with each other and the way between them is told; two people are compared whole, with all that
    was ever said of them, as a newcomer would be. What the reader may not know of takes part and is not shown.
    """
    one, other = _visible(actor, one_id), _visible(actor, other_id)
    if one.pk == other.pk:
        raise Http404
    return (_joined if one.person_number == other.person_number else _apart)(actor, one, other)


def joins_of(actor: User | None, identity_ids: Sequence[int]) -> list[Step]:
    """How the records of a person came together: the strongest join first, as many as it needs to hold them all. About seven queries.

    Joins over a record that the reader may not know of are told without its name and values.
    """
    number = Identity.objects.filter(pk__in=list(identity_ids)[:1]).values_list("person_number", flat=True).first()
    if number is None:
        return []
    joins = _Joins(actor, number)
    set_of = {pk: pk for pk in joins.members}

    def root(pk: int) -> int:
        while set_of[pk] != pk:
            pk = set_of[pk]
        return pk

    steps = []
    for one, other, _strength in sorted(joins.strengths, key=lambda join: (-join[2], join[0], join[1])):
        if root(one) != root(other):
            set_of[root(other)] = root(one)
            steps.append(joins.step(one, other))
    return steps


def _known_to(actor: User | None) -> QuerySet[Identity]:
    return Identity.objects.all() if actor is None else Identity.objects.visible_to(actor)


def _visible(actor: User | None, identity_id: int) -> Identity:
    found = _known_to(actor).filter(pk=identity_id).first()
    if found is None:
        raise Http404
    return found


def _joined(actor: User | None, one: Identity, other: Identity) -> Why:
    joins = _Joins(actor, one.person_number)
    way = strongest_path(joins.strengths, one.pk, other.pk)
    evidence = joins.weighing.compare([one.pk], [other.pk])
    _load([one, other])
    return Why(
        one, other, "same", evidence.probability, evidence.weight, reasons_for(evidence), path=tuple(joins.step(*pair) for pair in way),
        decided=next((step for step in (joins.step(*pair) for pair in way) if step.decision_id), None), model_version=joins.weighing.model.version,
    )  # fmt: skip


def _apart(actor: User | None, one: Identity, other: Identity) -> Why:
    numbers = [one.person_number, other.person_number]
    members = list(Identity.objects.filter(person_number__in=numbers, erased_at=None).order_by("pk"))
    sides = [[member for member in members if member.person_number == number] for number in numbers]
    mine, theirs = ([member.pk for member in side] for side in sides)
    weighing = Weighing(records_of(member.pk for member in members))
    evidence = weighing.compare(mine, theirs)
    visible = set(_known_to(actor).filter(pk__in=[member.pk for member in members]).values_list("pk", flat=True))
    shown = [[member for member in side if member.pk in visible] or [fallback] for side, fallback in zip(sides, (one, other), strict=True)]
    nearest = _nearest(shown, weighing)
    _load(list(nearest))
    decided = _decision_between(mine, theirs, visible)
    edge = _edge_between(mine, theirs)
    return Why(
        *nearest, _verdict(evidence.probability, decided, edge), evidence.probability, evidence.weight,
        _told(reasons_for(evidence), is_all_visible=len(visible) == len(members)),
        obstacle="decided" if decided else (evidence.veto and "veto") or (edge.obstacle if edge else ""), decided=decided, model_version=weighing.model.version,
        veto=veto_in_words(evidence.veto),
    )  # fmt: skip


def _verdict(probability: float, decided: Step | None, edge: MatchEdge | None) -> Verdict:
    if decided is not None:
        return "different"
    is_open = edge is not None and edge.state == MatchEdge.OPEN
    return "doubtful" if is_open or probability >= DOUBTFUL else "unlikely"


def _nearest(sides: Sequence[Sequence[Identity]], weighing: Weighing) -> tuple[Identity, Identity]:
    """Of what may be shown, the two records that are most alike; of very many, among the first."""
    pairs = [(one, other) for one in sides[0] for other in sides[1]][:MOST_COMPARED]
    if len(pairs) == 1:
        return pairs[0]
    return max(pairs, key=lambda pair: (weighing.compare([pair[0].pk], [pair[1].pk]).weight, -pair[0].pk, -pair[1].pk))


def _told(reasons: tuple[object, ...], *, is_all_visible: bool) -> tuple[object, ...]:
    """With values only where every record that gave them may be known; otherwise none, for a value of another team would show."""
    return reasons if is_all_visible else ()


def _decision_between(ones: list[int], others: list[int], visible: set[int]) -> Step | None:
    """The newest "different" of a colleague that stands between two people."""
    rows = LinkDecision.objects.filter(retracted_at=None, verdict=LinkDecision.DIFFERENT)
    rows = rows.filter(Q(one__in=ones, other__in=others) | Q(one__in=others, other__in=ones))
    row = rows.select_related("one", "other", "by").order_by("-at", "-pk").first()
    return None if row is None else _said(row, visible)


def _edge_between(ones: list[int], others: list[int]) -> MatchEdge | None:
    rows = MatchEdge.objects.filter(model__state=MatchModel.ACTIVE)
    rows = rows.filter(Q(one__in=ones, other__in=others) | Q(one__in=others, other__in=ones))
    return rows.order_by("-probability", "pk").first()


def _said(row: LinkDecision, visible: set[int]) -> Step:
    is_known = {row.one_id, row.other_id} <= visible
    return Step(
        row.one if row.one_id in visible else None, row.other if row.other_id in visible else None, decision_id=row.pk,
        by=row.by.name if row.by else "", at=row.at, said=row.reason if is_known else "", model_version=row.model_version,
    )  # fmt: skip


def _load(identities: Iterable[Identity]) -> None:
    rows = list({identity.pk: identity for identity in identities}.values())
    prefetch_related_objects(rows, "identifiers", "organisation", Prefetch("facts", Fact.objects.order_by("kind", "value")))


class _Joins:
    """All joins among the records of one person, by evidence and by what colleagues said. Five queries."""

    def __init__(self, actor: User | None, number: int) -> None:
        self.members = {one.pk: one for one in Identity.objects.filter(person_number=number).order_by("pk")}
        ids = list(self.members)
        self.visible = set(_known_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
        edges = MatchEdge.objects.filter(model__state=MatchModel.ACTIVE, one__in=ids, other__in=ids, state=MatchEdge.JOINED)
        self.edges = {(edge.one_id, edge.other_id): edge for edge in edges.select_related("model")}
        decisions = LinkDecision.objects.filter(one__in=ids, other__in=ids, retracted_at=None, verdict=LinkDecision.SAME)
        self.decisions = {(row.one_id, row.other_id): row for row in decisions.select_related("one", "other", "by").order_by("at", "pk")}
        self.weighing = Weighing(records_of(ids))

    @property
    def strengths(self) -> list[tuple[int, int, float]]:
        """(one, other, strength) of every join."""
        found = [(*pair, edge.weight) for pair, edge in self.edges.items()]
        return found + [(*pair, SAID) for pair in self.decisions]

    def step(self, one: int, other: int) -> Step:
        """The join between two records as the reader may know of it, in the direction asked for."""
        pair = (min(one, other), max(one, other))
        evidence = self.weighing.compare([one], [other])
        is_known = {one, other} <= self.visible
        mine, theirs = (self.members[pk] if pk in self.visible else None for pk in (one, other))
        reasons = reasons_for(evidence) if is_known else ()
        if pair in self.decisions:
            said = _said(self.decisions[pair], self.visible)
            return Step(
                mine,
                theirs,
                reasons,
                decision_id=said.decision_id,
                by=said.by,
                at=said.at,
                said=said.said,
                model_version=said.model_version,
            )
        edge = self.edges[pair]
        joint = edge.joint_probability
        is_whole = joint is not None and joint > edge.probability
        return Step(
            mine, theirs, reasons, joint if is_whole else edge.probability, edge.weight, at=edge.found_at, is_whole=is_whole,
            model_version=edge.model.version,
        )  # fmt: skip
