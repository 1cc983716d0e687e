"""A version that was built beside the active one takes over: everybody is derived again, at once, and only where it makes a difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import F, Q

from heard.lib.batches import batched
from heard.lib.db import VALUES_AT_ONCE
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.matching.grouping import connected
from heard.matching.link_rule import derive_under
from heard.matching.models import MatchEdge, MatchModel, MatchRecord
from heard.matching.services.catching_up import catch_up
from heard.matching.services.versions import hold_versions, swap
from heard.people.models import Identity, LinkDecision
from heard.people.services.decisions import lock_component, recompute, standing_decisions

AT_ONCE = 2_000


def switch_to(row: MatchModel) -> int:
    """Make a version that was built the active one. Answers how many identities belong to another person than before. Raises Refusal.

    Who is one person under it is worked out before; the transaction in which it takes over writes the differences, and looks again at
    whatever changed meanwhile.
    """
    if row.state == MatchModel.ACTIVE:
        return 0
    if not catch_up(row, seconds=0) or row.state != MatchModel.BUILDING:
        raise Refusal("This version is not built yet. Go on building it first.")
    begun = now()
    different = _differences(row)
    with transaction.atomic():
        hold_versions()
        known = lock_component(different | _changed_since(begun))
        before = _numbers(known)
        swap(row)
        known = lock_component(known)
        for members in _portions(_components(row, known)):
            recompute(members)
        after = _numbers(known)
    return sum(1 for pk, number in after.items() if before.get(pk, number) != number)


def _differences(row: MatchModel) -> set[int]:
    """Everybody in a component in which somebody would belong to another person; states of pairs under the new version are written on the way."""
    different: set[int] = set()
    for members in _portions(_components(row, None)):
        with transaction.atomic():
            derived = derive_under(row, members, standing_decisions(members))
            derived.settle()
            numbers = _numbers(members)
        different |= {pk for group in derived.groups for pk in group if numbers.get(pk) != min(group)}
    return different


def _components(row: MatchModel, among: set[int] | None) -> list[set[int]]:
    """Whom pairs of the new version, decisions or the people of now connect: whole components of both."""
    pairs = MatchEdge.objects.filter(model=row).values_list("one_id", "other_id")
    decisions = LinkDecision.objects.filter(retracted_at=None).values_list("one_id", "other_id")
    people = Identity.objects.exclude(person_number=F("pk")).values_list("pk", "person_number")
    if among is None:
        return connected((), [*pairs.iterator(), *decisions.iterator(), *people.iterator()])
    found: set[tuple[int, int]] = set()
    for some in batched(among, VALUES_AT_ONCE):
        ends = Q(one__in=some) | Q(other__in=some)
        found.update(pairs.filter(ends), decisions.filter(ends), people.filter(Q(pk__in=some) | Q(person_number__in=some)))
    return connected(among, sorted(found))


def _numbers(identity_ids: Iterable[int]) -> dict[int, int]:
    """Whom each of these identities belongs to now."""
    found: dict[int, int] = {}
    for some in batched(identity_ids, VALUES_AT_ONCE):
        found.update(Identity.objects.filter(pk__in=some).values_list("pk", "person_number"))
    return found


def _changed_since(moment: object) -> set[int]:
    """Whom anything happened to since: a record, a pair, a decision."""
    found = set(MatchRecord.objects.filter(changed_at__gte=moment).values_list("identity_id", flat=True))
    decisions = LinkDecision.objects.filter(Q(at__gte=moment) | Q(retracted_at__gte=moment)).values_list("one_id", "other_id")
    pairs = MatchEdge.objects.filter(found_at__gte=moment).exclude(model__state=MatchModel.RETIRED).values_list("one_id", "other_id")
    for some in (decisions, pairs):
        found |= {end for pair in some for end in pair}
    return found


def _portions(components: Iterable[set[int]]) -> Iterator[set[int]]:
    """Components together, some thousand identities each."""
    together: set[int] = set()
    for members in components:
        if len(together) + len(members) > AT_ONCE and together:
            yield together
            together = set()
        together |= members
    if together:
        yield together
