"""What is counted of people is counted again, and marks are given and taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import insert_rows, lock
from heard.lib.errors import Refusal
from heard.lib.objects import new_row
from heard.lib.prepared import prepared_look_up
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.attributes import MARK, SUBJECTS, Counted, Subject, counted_by
from heard.people.models import Attribute, CountedSubject, Identity

AT_ONCE = 500
MOST_MARKS = 50


def count_again(identity_ids: Collection[int], names: Iterable[str], *, source: str) -> int:
    """Count these subjects of these identities again; how many of them changed. A constant number of statements for each 500.

    Counting twice changes nothing. What changed is told in one event, so that segments and owners follow. In a transaction.
    """
    subjects = counted_by(names)
    ids = sorted(set(identity_ids))
    changed: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        if known := _known(ids[start : start + AT_ONCE]):
            changed |= _write(subjects, known, source)
    if changed:
        record_event("people.counted", ("identity", min(changed)), identity_ids=changed)
    return len(changed)


def count_new_subjects() -> None:
    """Count what nobody was counted by yet: a subject that is new here, or whose definition changed. Short transactions; may be cut off.

    Everybody is read once for it. Without a new subject this is one query.
    """
    known = dict(CountedSubject.objects.values_list("name", "version"))
    fresh = [one for one in SUBJECTS.values() if one.count is not None and known.get(one.name) != one.version]
    if not fresh:
        return
    last = 0
    while ids := list(Identity.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            count_again(ids, [one.name for one in fresh], source="upgrade")
        last = ids[-1]
    for one in fresh:
        CountedSubject.objects.update_or_create(name=one.name, defaults={"version": one.version, "counted_at": now()})


def _write(subjects: Sequence[Subject], identity_ids: list[int], source: str) -> set[int]:
    """Make the rows of these subjects what they count now; whose rows changed."""
    wanted = {
        (subject.name, one.identity_id, storable(one.text, 200)): (one, subject)
        for subject in subjects
        if subject.count is not None
        for one in subject.count(identity_ids)
        if _is_something(one)
    }
    standing = {(row.name, row.identity_id, row.text): row for row in _standing([one.name for one in subjects], identity_ids)}
    stale = {key: row for key, row in standing.items() if key not in wanted or _differs(row, *wanted[key])}
    fresh = [key for key in wanted if key not in standing or key in stale]
    if stale:
        Attribute.objects.filter(pk__in=[row.pk for row in stale.values()]).delete()
    moment = now()
    insert_rows([_row(key, *wanted[key], source, moment) for key in fresh], ignore_conflicts=True)
    return {identity for _name, identity, _text in [*fresh, *stale]}


def _row(key: tuple[str, int, str], one: Counted, subject: Subject, source: str, moment: datetime) -> Attribute:
    name, identity_id, text = key
    return new_row(
        Attribute,
        identity_id=identity_id, name=name, text=text, number=one.number, at=one.at, source=source, version=subject.version, computed_at=moment,
    )  # fmt: skip


@prepared_look_up
def _known(identity_ids: list[int]) -> QuerySet[Identity, int]:
    return Identity.objects.filter(pk__in=identity_ids, erased_at=None).values_list("pk", flat=True)


@prepared_look_up
def _standing(names: list[str], identity_ids: list[int]) -> QuerySet[Attribute]:
    return Attribute.objects.filter(name__in=names, identity__in=identity_ids)


def _is_something(one: Counted) -> bool:
    return bool(one.number) or one.at is not None or (one.number is None and bool(one.text))


def _differs(row: Attribute, one: Counted, subject: Subject) -> bool:
    return (row.number, row.at, row.version) != (one.number, one.at, subject.version)


@transaction.atomic
def give_mark(identity: Identity, *, name: str, value: str, by: User | None, source: str = "colleague") -> None:
    """Mark somebody, as `tier=gold`; another value of the same name goes. An empty value takes the mark away. Raises Refusal."""
    name, value = (" ".join(storable(one).lower().split()) for one in (name, value))
    if not name or "=" in name or len(name) + len(value) > 190:
        raise Refusal(_("Write a mark as name=value, like tier=gold."))
    identity = lock(identity)
    if identity.erased_at is not None:
        raise Refusal(_("This person was erased."))
    marks = Attribute.objects.filter(identity=identity, name=MARK)
    standing = [row for row in marks if row.text.startswith(f"{name}=")]
    if [row.text for row in standing] == ([f"{name}={value}"] if value else []):
        return
    if value and not standing and marks.count() >= MOST_MARKS:
        raise Refusal(_("Somebody has at most %(n)s marks.") % {"n": MOST_MARKS})
    Attribute.objects.filter(pk__in=[row.pk for row in standing]).delete()
    if value:
        Attribute.objects.create(identity=identity, name=MARK, text=f"{name}={value}", source=source, computed_at=now())
    record_event("attribute.given", identity, actor=by, is_given=bool(value))
