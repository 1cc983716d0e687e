"""Who looks after whom: given and taken by hand, one by one or a whole portfolio at once; and back again."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.events import NewEvent, record_event, record_events
from heard.lib.db import insert_rows, lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import HandedOverSegment, HandOver, Identity, RelationshipOwner, Segment
from heard.people.owner_models import Because
from heard.people.owner_selectors import owner_of, portfolio_of


@transaction.atomic
def give_owner(
    identity: Identity, *, user: User | None = None, team: Team | None = None, by: User | None, reason: str = ""
) -> RelationshipOwner:
    """Let a colleague or a team look after the person to whom `identity` belongs. The same again changes nothing. Raises Refusal.

    It stands on the identity it was given for, so a later cut needs no clean-up. What was given by hand before, on any identity of the
    person, ends.
    """
    if (user is None) == (team is None):
        raise Refusal(_("Name a colleague or a team."))
    _refuse_who_cannot(user)
    identities = _lock_person(identity)
    if identity.pk not in {one.pk for one in identities if one.erased_at is None}:
        raise Refusal(_("This person was erased."))
    ids = [one.pk for one in identities]
    was = owner_of(ids)
    if was is not None and not was.is_by_rule and (was.user_id, was.team_id) == (user.pk if user else None, team.pk if team else None):
        return was
    moment = now()
    _end(RelationshipOwner.objects.filter(identity__in=ids, until_at=None).exclude(because=Because.SEGMENT), by)
    row = RelationshipOwner.objects.create(
        identity=identity, user=user, team=team, because=Because.HAND, reason=storable(reason, 300), since_at=moment, by=by
    )
    record_event(
        "owner.given", identity, actor=by, user_id=row.user_id, team_id=row.team_id, because=Because.HAND.value,
        was_user_id=was.user_id if was else None, was_team_id=was.team_id if was else None,
    )  # fmt: skip
    return row


@transaction.atomic
def end_owner(row: RelationshipOwner, *, by: User | None) -> None:
    """Nobody looks after them by hand any more; a rule may. Ending twice changes nothing. Raises Refusal for what a rule says."""
    row = lock(row)
    if row.until_at is not None:
        return
    if row.is_by_rule:
        raise Refusal(_("The segment “%(name)s” says so. Change its owner, or give them another by hand.") % {"name": row.segment})
    _end(RelationshipOwner.objects.filter(pk=row.pk), by)
    record_event(
        "owner.ended", ("identity", row.identity_id), actor=by, was_user_id=row.user_id, was_team_id=row.team_id, because=row.because
    )


@transaction.atomic
def hand_over(
    giver: User, *, to: User | None = None, to_team: Team | None = None, by: User, reason: str = "", person_numbers: Collection[int] | None = None,
    once: UUID | None = None,
) -> HandOver:  # fmt: skip
    """Give a colleague's customers to another, or to a team: all of them with the rules that name the giver, or some people by number.

    Customers that a rule gave and whose rule is not handed over are given by hand, so that the rule does not take them back. A second call
    with the same `once` answers the first hand-over. Raises Refusal. `undo_hand_over` gives back what nobody changed since.
    """
    if once is not None and (known := HandOver.objects.filter(by=by, once=once).first()) is not None:
        return known
    if (to is None) == (to_team is None) or to == giver:
        raise Refusal(_("Choose somebody else to take them over."))
    _refuse_who_cannot(to)
    segments = lock(Segment.objects.filter(owner=giver, retired_at=None)) if person_numbers is None else []
    theirs = portfolio_of(giver)
    rows = lock(theirs if person_numbers is None else theirs.filter(identity__person_number__in=person_numbers))
    if not rows and not segments:
        raise Refusal(_("%(name)s looks after nobody.") % {"name": giver.name})
    made = HandOver.objects.create(giver=giver, taker=to, taker_team=to_team, reason=storable(reason, 300), by=by, at=now(), once=once)
    _move_segments(segments, made, to, to_team)
    moved = _move_rows(rows, {one.pk for one in segments}, made)
    _tell(moved, made, by)
    record_event(
        "customers.handed_over", made, actor=by, giver_id=giver.pk, taker_id=to.pk if to else None, team_id=to_team.pk if to_team else None,
        customers=len({row.identity_id for row in moved}),
    )  # fmt: skip
    return made


def _move_segments(segments: Collection[Segment], made: HandOver, to: User | None, team: Team | None) -> None:
    for one in segments:
        one.owner, one.owner_team = to, team
        one.save(update_fields=["owner", "owner_team"])
        record_event("segment.changed", one, actor=made.by, version=one.version, owner_id=one.owner_id, owner_team_id=one.owner_team_id)
    insert_rows([HandedOverSegment(hand_over=made, segment=one) for one in segments])


def _move_rows(rows: Collection[RelationshipOwner], segment_ids: set[int], made: HandOver) -> list[RelationshipOwner]:
    """End the giver's rows and begin the taker's; answers the new ones. A rule that stays keeps its row behind the one by hand."""
    kept = {row.pk for row in rows if row.is_by_rule and row.segment_id not in segment_ids}
    by_hand = {row.identity_id for row in rows if not row.is_by_rule}
    ended = [row.pk for row in rows if row.pk not in kept]
    RelationshipOwner.objects.filter(pk__in=ended).update(until_at=made.at, ended_by=made.by, ended_with=made)
    fresh = [
        RelationshipOwner(
            identity_id=row.identity_id, user=made.taker, team=made.taker_team, since_at=made.at, by=made.by, handed_over=made,
            reason=made.reason, because=Because.SEGMENT if row.is_by_rule and row.pk not in kept else Because.HANDED_OVER,
            segment_id=row.segment_id if row.is_by_rule and row.pk not in kept else None,
        )
        for row in rows
        if row.pk not in kept or row.identity_id not in by_hand
    ]  # fmt: skip
    others = _by_hand_already([row.identity_id for row in fresh if row.because == Because.HANDED_OVER])
    fresh = [row for row in fresh if row.is_by_rule or row.identity_id not in others]
    insert_rows(fresh)
    return fresh


def _by_hand_already(identity_ids: list[int]) -> set[int]:
    """Identities that somebody else was given by hand: the giver was named by a rule behind it, and nothing changes for them."""
    rows = RelationshipOwner.objects.filter(identity__in=identity_ids, until_at=None).exclude(because=Because.SEGMENT)
    return set(rows.values_list("identity", flat=True))


@transaction.atomic
def undo_hand_over(made: HandOver, *, by: User) -> int:
    """Give back what was handed over, as far as nobody changed it since; how many customers. Undoing twice changes nothing."""
    made = lock(made)
    if made.undone_at is not None:
        return 0
    moment = now()
    for one in lock(Segment.objects.filter(pk__in=made.segments.values("pk"), owner=made.taker, owner_team=made.taker_team)):
        one.owner, one.owner_team = made.giver, None
        one.save(update_fields=["owner", "owner_team"])
        record_event("segment.changed", one, actor=by, version=one.version, owner_id=one.owner_id, owner_team_id=one.owner_team_id)
    begun = lock(RelationshipOwner.objects.filter(handed_over=made, until_at=None))
    before = {(row.identity_id, row.is_by_rule): row for row in RelationshipOwner.objects.filter(ended_with=made)}
    RelationshipOwner.objects.filter(pk__in=[row.pk for row in begun]).update(until_at=moment, ended_by=by)
    back = [
        RelationshipOwner(
            identity_id=row.identity_id, user=made.giver, because=was.because, segment_id=was.segment_id, reason=was.reason, since_at=moment, by=by
        )
        for row in begun
        if (was := before.get((row.identity_id, row.is_by_rule))) is not None
    ]  # fmt: skip
    insert_rows(back)
    made.undone_at, made.undone_by = moment, by
    made.save(update_fields=["undone_at", "undone_by"])
    customers = len({row.identity_id for row in begun})
    _tell(back, made, by)
    record_event(
        "customers.handed_back",
        made,
        actor=by,
        giver_id=made.giver_id,
        taker_id=made.taker_id,
        team_id=made.taker_team_id,
        customers=customers,
    )
    return customers


def _tell(rows: Collection[RelationshipOwner], made: HandOver, by: User) -> None:
    """One event for each customer, so that screens and programs follow."""
    record_events(
        [
            NewEvent(
                "owner.given", ("identity", row.identity_id), by,
                fields={"user_id": row.user_id, "team_id": row.team_id, "because": row.because},
            )
            for row in rows
        ]
    )  # fmt: skip


def _end(rows: QuerySet[RelationshipOwner], by: User | None) -> None:
    rows.update(until_at=now(), ended_by=by)


def _lock_person(identity: Identity) -> list[Identity]:
    number = Identity.objects.filter(pk=identity.pk).values("person_number")
    return lock(Identity.objects.filter(person_number__in=number))


def _refuse_who_cannot(user: User | None) -> None:
    if user is not None and (not user.is_active or not user.can_write or user.is_program):
        raise Refusal(_("%(name)s cannot look after customers.") % {"name": user.name})
