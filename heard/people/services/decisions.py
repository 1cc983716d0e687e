"""Two identities are the same person, or are not: said by a colleague, taken back by a colleague, and nothing is moved for it.

Who is one person is derived from the decisions in force, and from evidence where somebody weighs it (`linking.link_rule`); this file
loads what a decision touches, locks it in order of id, and writes the derived `person_number`. The result does not depend on the order
in which decisions or evidence came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.batches import batched
from heard.lib.db import VALUES_AT_ONCE, lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.linking import link_rule
from heard.people.models import Identity, LinkDecision
from heard.people.rules import Decision


def decide_same(one: Identity, other: Identity, *, by: User, reason: str = "") -> LinkDecision:
    """Join two identities into one person. An earlier "different" between them is retracted by it. Raises Refusal."""
    return _decide(one, other, LinkDecision.SAME, by=by, reason=reason)


def decide_different(one: Identity, other: Identity, *, by: User, reason: str = "") -> LinkDecision:
    """Keep two identities apart for good: cuts exactly there, and outlives every later matching. Raises Refusal."""
    return _decide(one, other, LinkDecision.DIFFERENT, by=by, reason=reason)


@transaction.atomic
def retract_decision(decision: LinkDecision, *, by: User) -> None:
    """Take a decision back: everything derived is as if it had never been. Retracting twice changes nothing."""
    identities = lock_component([decision.one_id, decision.other_id])
    decision = lock(decision)
    if decision.retracted_at is not None:
        return
    decision.retracted_at, decision.retracted_by = now(), by
    decision.save(update_fields=["retracted_at", "retracted_by"])
    record_event("link.retracted", decision, actor=by, one_id=decision.one_id, other_id=decision.other_id, verdict=decision.verdict)
    recompute(identities)


@transaction.atomic
def _decide(one: Identity, other: Identity, verdict: str, *, by: User, reason: str) -> LinkDecision:
    if one.pk == other.pk:
        raise Refusal(_("These are one and the same already."))
    identities = lock_component([one.pk, other.pk])
    first, second = sorted([one.pk, other.pk])
    standing = LinkDecision.objects.filter(one=first, other=second, retracted_at=None)
    same = standing.filter(verdict=verdict, by__isnull=False).first()
    if same is not None:
        return same
    moment = now()
    standing.update(retracted_at=moment, retracted_by=by)
    decision = LinkDecision.objects.create(one_id=first, other_id=second, verdict=verdict, reason=storable(reason, 300), by=by, at=moment)
    record_event("link.decided", decision, actor=by, one_id=first, other_id=second, verdict=verdict)
    recompute(identities | {one.pk, other.pk})
    return decision


def lock_component(identity_ids: Iterable[int]) -> set[int]:
    """Lock, in order of id, every identity that decisions in force or evidence connect with these. Answers their ids.

    What became connected between reading and locking is read again, until nothing more comes. The locks of a circle that proved too
    small are let go first: two who widened theirs towards each other would wait for each other.
    """
    known = _reached(set(identity_ids))
    while True:
        mark = transaction.savepoint()
        for some in batched(sorted(known), VALUES_AT_ONCE):
            lock(Identity.objects.filter(pk__in=some))
        reached = _reached(known)
        if reached == known:
            transaction.savepoint_commit(mark)
            return known
        transaction.savepoint_rollback(mark)
        known = reached


def recompute(identity_ids: set[int]) -> None:
    """Derive again who is one person among these identities, whole components; write what changed and record it."""
    decisions = standing_decisions(identity_ids)
    before = dict(Identity.objects.filter(pk__in=identity_ids).values_list("pk", "person_number"))
    derived = link_rule().derive(set(before), decisions)
    after = {member: min(group) for group in derived.groups for member in group}
    changed: dict[int, list[int]] = defaultdict(list)
    for pk in sorted(before):
        if before[pk] != after[pk]:
            changed[after[pk]].append(pk)
    for number, members in sorted(changed.items()):
        Identity.objects.filter(pk__in=members).update(person_number=number)
        was = sorted({before[pk] for pk in members})
        kind = "person.parted" if number in members else "person.joined"
        record_event(kind, ("identity", number), person_ids=sorted({number, *was}), identity_ids=members)
    derived.settle()


def standing_decisions(identity_ids: set[int]) -> list[Decision]:
    """The decisions in force among these identities. One query."""
    return [
        Decision(row.pk, row.one_id, row.other_id, row.verdict, row.at, is_by_person=row.by_id is not None)  # type: ignore[arg-type]
        for row in LinkDecision.objects.filter(one__in=identity_ids, other__in=identity_ids, retracted_at=None)
    ]


def _reached(known: set[int]) -> set[int]:
    reached, fringe = set(known), set(known)
    while fringe:
        found = link_rule().reached(fringe)
        for some in batched(fringe, VALUES_AT_ONCE):
            rows = LinkDecision.objects.filter(retracted_at=None)
            for pairs in (rows.filter(one__in=some), rows.filter(other__in=some)):
                found |= {pk for pair in pairs.values_list("one_id", "other_id") for pk in pair}
        fringe = found - reached
        reached |= fringe
    return reached
