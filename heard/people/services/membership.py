"""Who is in which segment, and who thereby looks after them: derived again for some people, or for all of them in slices.

The result is a function of what is known of the people and of the rules, whenever and however often it is derived. Whoever derives holds the
segments' rows, so that two do not write over each other. The rule that reads the database is `segment_queries`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows, lock
from heard.lib.time import now
from heard.people.models import Identity, RelationshipOwner, Segment, SegmentMember
from heard.people.owner_models import Because
from heard.people.segment_queries import Among, crossed, persons_meant
from heard.people.segment_selectors import rule_of

SLICE = 2_000
"""Persons' numbers looked at in one transaction."""
Members = dict[int, set[int]]


@transaction.atomic
def derive_for(person_numbers: Collection[int]) -> None:
    """Derive again for these people. Some ten statements and one for each segment, whatever their number; for at most some thousands."""
    numbers = sorted(set(person_numbers))
    if numbers:
        _derive(Among(numbers=numbers))


def derive_all() -> None:
    """Derive again for everybody, a short transaction for each slice of numbers; then say when it was done."""
    begun, first = now(), 0
    while True:
        with transaction.atomic():
            slice_end = _end_of_slice(first)
            if slice_end is None:
                break
            _derive(Among(first=first, last=slice_end))
        first = slice_end + 1
    Segment.objects.filter(retired_at=None, made_at__lte=begun).update(counted_at=begun)


def derive_due() -> int:
    """Derive again for those of whom a rule became true or false by the passing of days alone; for how many.

    Only rows whose moment crossed the limit of a condition since it was last looked for are read, along their index; the one exception
    is “first heard of”, which reads identities while such a rule is in force.
    """
    until = now()
    segments = list(Segment.objects.filter(retired_at=None, counted_at__isnull=False))
    due: set[int] = set()
    for one in segments:
        for condition in rule_of(one.rule).conditions:
            if one.counted_at is not None:
                due |= crossed(condition, one.counted_at, until)
    numbers = sorted(due)
    for start in range(0, len(numbers), SLICE):
        derive_for(numbers[start : start + SLICE])
    Segment.objects.filter(pk__in=[one.pk for one in segments], counted_at__lt=until).update(counted_at=until)
    return len(numbers)


def _end_of_slice(first: int) -> int | None:
    """The last number of the next SLICE people from `first` on; None when nobody is left. Those whose identity was joined away count too."""
    rows = Identity.objects.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)
    numbers = list(rows[:SLICE])
    return numbers[-1] if numbers else None


def _derive(among: Among) -> None:
    moment = now()
    segments = lock(Segment.objects.filter(retired_at=None))
    rules = {one.pk: rule_of(one.rule) for one in segments}
    among = Among(among.first, among.last, among.numbers, rules=rules)
    meant = {one.pk: set(persons_meant(rules[one.pk], among, now=moment)) for one in segments}
    events = _write_members(segments, meant, among, moment)
    events += _write_owners(segments, meant, among, moment)
    record_events(events)


def _write_members(segments: Iterable[Segment], meant: Members, among: Among, moment: datetime) -> list[NewEvent]:
    """Make the rows what is meant. A row whose identity no longer gives its person their number goes as well."""
    stale, standing = [], defaultdict(set)
    rows = SegmentMember.objects.filter(_within("identity", among)).values_list("pk", "segment", "identity")
    for pk, segment, identity in rows:
        if identity in meant.get(segment, ()):
            standing[segment].add(identity)
        else:
            stale.append((pk, segment))
    fresh = [(one.pk, number) for one in segments for number in sorted(meant[one.pk] - standing[one.pk])]
    if stale:
        SegmentMember.objects.filter(pk__in=[pk for pk, _segment in stale]).delete()
    insert_rows(
        [SegmentMember(segment_id=segment, identity_id=number, entered_at=moment) for segment, number in fresh], ignore_conflicts=True
    )
    entered, left = Counter(segment for segment, _number in fresh), Counter(segment for _row, segment in stale)
    return [
        NewEvent("segment.counted", one, fields={"entered": entered[one.pk], "left": left[one.pk]})
        for one in segments
        if entered[one.pk] or left[one.pk]
    ]


def _write_owners(segments: list[Segment], meant: Members, among: Among, moment: datetime) -> list[NewEvent]:
    """Give everybody the owner whom the first segment names that they are in; end what no rule says any more."""
    wanted = _owners_by_rule(segments, meant)
    rows = RelationshipOwner.objects.filter(_within("identity", among), until_at=None, because=Because.SEGMENT)
    events, ended = [], []
    for row in rows:
        named = wanted.get(row.identity_id)
        if named is not None and (named.pk, named.owner_id, named.owner_team_id) == (row.segment_id, row.user_id, row.team_id):
            del wanted[row.identity_id]
            continue
        ended.append(row.pk)
        if named is None:
            events.append(_ended(row))
    RelationshipOwner.objects.filter(pk__in=ended).update(until_at=moment)
    for number, segment in wanted.items():
        events.append(_given(number, segment))
    insert_rows(
        [
            RelationshipOwner(
                identity_id=number, user_id=segment.owner_id, team_id=segment.owner_team_id, because=Because.SEGMENT, segment=segment,
                since_at=moment,
            )
            for number, segment in sorted(wanted.items(), key=lambda pair: pair[0])
        ]
    )  # fmt: skip
    return events


def _owners_by_rule(segments: Iterable[Segment], meant: Members) -> dict[int, Segment]:
    """By person, the segment that names their owner: the first by position, then the oldest."""
    wanted: dict[int, Segment] = {}
    for one in sorted(segments, key=lambda one: (one.position, one.pk)):
        if one.owner_id or one.owner_team_id:
            for number in meant[one.pk]:
                wanted.setdefault(number, one)
    return wanted


def _within(path: str, among: Among) -> Q:
    """Rows on identities of these people, whichever of their identities carries them."""
    if among.numbers is not None:
        ids = Identity.objects.filter(person_number__in=list(among.numbers)).values("pk")
        return Q(**{f"{path}__in": ids})
    return Q(**{f"{path}__gte": among.first, f"{path}__lte": among.last})


def _given(number: int, segment: Segment) -> NewEvent:
    fields = {"user_id": segment.owner_id, "team_id": segment.owner_team_id, "because": Because.SEGMENT.value}
    return NewEvent("owner.given", ("identity", number), fields=fields)


def _ended(row: RelationshipOwner) -> NewEvent:
    return NewEvent(
        "owner.ended", ("identity", row.identity_id),
        fields={"was_user_id": row.user_id, "was_team_id": row.team_id, "because": Because.SEGMENT.value},
    )  # fmt: skip
