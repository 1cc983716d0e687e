"""Segments are made, changed, put away and taken up again. A change is a new version, and whoever is in them is derived again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Segment, SegmentVersion
from heard.people.segment_rules import DEEPEST, Rule
from heard.people.segment_selectors import rules_in_force

MOST_SEGMENTS = 200


@transaction.atomic
def make_segment(
    name: str, rule: Rule, *, by: User | None, owner: User | None = None, owner_team: Team | None = None, position: int = 100,
    once: UUID | None = None,
) -> Segment:  # fmt: skip
    """Save a rule under a name. A second call with the same `once` answers the first segment. Raises Refusal."""
    if once is not None and (known := Segment.objects.filter(once=once).first()) is not None:
        return known
    if Segment.objects.filter(retired_at=None).count() >= MOST_SEGMENTS:
        raise Refusal(_("There are %(n)s segments already. Put one away first.") % {"n": MOST_SEGMENTS})
    name = _free_name(name)
    _refuse_wrong(rule, None)
    _refuse_owner(owner, owner_team)
    segment = Segment.objects.create(
        name=name, rule=rule.as_json(), owner=owner, owner_team=owner_team, position=position, made_by=by, made_at=now(), once=once
    )
    _keep_version(segment, by)
    record_event("segment.made", segment, actor=by)
    _derive_later()
    return segment


@transaction.atomic
def change_segment(
    segment: Segment, *, by: User | None, name: str, rule: Rule, owner: User | None = None, owner_team: Team | None = None,
    position: int = 100,
) -> Segment:  # fmt: skip
    """Change all of it at once; the same again changes nothing. Raises Refusal."""
    segment = lock(segment)
    if segment.retired_at is not None:
        raise Refusal(_("This segment was put away. Take it up again to change it."))
    name = _free_name(name, besides=segment)
    _refuse_wrong(rule, segment)
    _refuse_owner(owner, owner_team)
    wanted = (name, rule.as_json(), owner.pk if owner else None, owner_team.pk if owner_team else None, position)
    if wanted == (segment.name, segment.rule, segment.owner_id, segment.owner_team_id, segment.position):
        return segment
    is_new_rule = rule.as_json() != segment.rule
    segment.name, segment.rule, segment.owner, segment.owner_team, segment.position = name, rule.as_json(), owner, owner_team, position
    segment.version += 1 if is_new_rule else 0
    segment.counted_at = None
    segment.save(update_fields=["name", "rule", "owner", "owner_team", "position", "version", "counted_at"])
    if is_new_rule:
        _keep_version(segment, by)
    record_event(
        "segment.changed", segment, actor=by, version=segment.version, owner_id=segment.owner_id, owner_team_id=segment.owner_team_id
    )
    _derive_later()
    return segment


@transaction.atomic
def retire_segment(segment: Segment, *, by: User | None) -> Segment:
    """Put a segment away: nobody is in it any more, and it names no owner. Raises Refusal while another rule names it."""
    segment = lock(segment)
    if segment.retired_at is not None:
        return segment
    users = [number for number, rule in rules_in_force().items() if segment.pk in rule.segment_ids]
    if users:
        names = ", ".join(Segment.objects.filter(pk__in=users).values_list("name", flat=True)[:3])
        raise Refusal(_("The rule of “%(names)s” names this segment. Change that rule first.") % {"names": names})
    segment.retired_at = now()
    segment.save(update_fields=["retired_at"])
    record_event("segment.retired", segment, actor=by)
    _derive_later()
    return segment


@transaction.atomic
def restore_segment(segment: Segment, *, by: User | None) -> Segment:
    """Take up again what was put away. Raises Refusal when its name was taken, or its rule names what is gone."""
    segment = lock(segment)
    if segment.retired_at is None:
        return segment
    _free_name(segment.name, besides=segment)
    _refuse_wrong(Rule.from_json(segment.rule), segment)
    segment.retired_at = segment.counted_at = None
    segment.save(update_fields=["retired_at", "counted_at"])
    record_event("segment.restored", segment, actor=by)
    _derive_later()
    return segment


def _free_name(name: str, *, besides: Segment | None = None) -> str:
    name = " ".join(storable(name).split())
    if not name or len(name) > 80:
        raise Refusal(_("Give the segment a name of at most 80 letters."))
    taken = Segment.objects.filter(name__iexact=name, retired_at=None)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    if taken.exists():
        raise Refusal(_("There is a segment called “%(name)s” already.") % {"name": name})
    return name


def _refuse_wrong(rule: Rule, segment: Segment | None) -> None:
    """A rule without conditions, one that names what is not there, and one that leads back to itself."""
    if not rule.conditions:
        raise Refusal(_("Add at least one condition: an empty rule would mean nobody."))
    rules = rules_in_force()
    if rule.segment_ids - set(rules) - ({segment.pk} if segment else set()):
        raise Refusal(_("The rule names a segment that is not there."))
    if segment is not None:
        rules[segment.pk] = rule
    if _depth(rule, rules, segment.pk if segment else None, 0) > DEEPEST:
        raise Refusal(_("Segments within segments go at most %(n)s deep, and never in a circle.") % {"n": DEEPEST})


def _depth(rule: Rule, rules: dict[int, Rule], start: int | None, depth: int) -> int:
    """How deep a rule goes; more than DEEPEST when it comes back to itself."""
    if depth > DEEPEST or (start is not None and start in rule.segment_ids):
        return DEEPEST + 1
    return max([depth, *(_depth(rules.get(number, Rule()), rules, start, depth + 1) for number in rule.segment_ids)])


def _refuse_owner(owner: User | None, team: Team | None) -> None:
    if owner is not None and team is not None:
        raise Refusal(_("Name a colleague or a team, not both."))
    if owner is not None and (not owner.is_active or not owner.can_write or owner.is_program):
        raise Refusal(_("%(name)s cannot look after customers.") % {"name": owner.name})


def _keep_version(segment: Segment, by: User | None) -> None:
    SegmentVersion.objects.create(segment=segment, number=segment.version, rule=segment.rule, by=by, at=now())


def _derive_later() -> None:
    """Once more for everybody, in the background: a big installation takes seconds."""
    from heard.people.tasks import derive_segments

    derive_segments.using(dedupe="derive segments").enqueue()
