"""Telling a CRM what is to be told: who waits is brought up to date, made, or forgotten. What is told is worked out when it is.

Each errand may be done twice without harm: an update writes whole values, a contact is made under an id that we chose before, and whom they
have deleted already is deleted. So a lost answer costs nothing but asking again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from heard.bridges.crm.client import Crm, CrmTrouble, Theirs
from heard.bridges.crm.fields import attributes_saying, blank, main_value
from heard.bridges.crm.mapping import Profile
from heard.bridges.crm.ours import audiences_of, known_identities
from heard.bridges.models import Bridge, BridgeErrand, BridgeRecord, ErrandKind
from heard.bridges.persons import known_people
from heard.bridges.services.crm_comparing import Comparison, compare, settle_values
from heard.bridges.services.crm_taking import Counts, note_gone, take_in, tell_attributes
from heard.events import record_event
from heard.lib.db import insert_rows, lock
from heard.lib.time import now
from heard.people.models import Identifier, Identity
from heard.people.services.decisions import decide_same

AT_ONCE = 200
MOST_ATTEMPTS = 20
IN_A_ROW = 3
LONGEST_PAUSE = timedelta(hours=6)
KEPT = timedelta(days=30)


def run_errands(bridge: Bridge, profile: Profile, crm: Crm, counts: Counts, *, go_on: Callable[[], bool]) -> None:
    """Do what is due, erasures first. Raises CrmTrouble when the other side does not work at all: three in a row, or a wrong log-in."""
    failures = 0
    due = BridgeErrand.objects.filter(bridge=bridge, done_at=None, is_over=False, due_at__lte=now())
    errands = sorted(due.order_by("pk")[:AT_ONCE], key=lambda one: (one.kind != ErrandKind.ERASE, one.pk))
    for errand in errands:
        if not go_on():
            return
        try:
            _ACTS[ErrandKind(errand.kind)](bridge, profile, crm, errand, counts)
            failures = 0
        except CrmTrouble as trouble:
            if trouble.problem in {"bad_login", "forbidden", "not_allowed", "wrong_address"} or trouble.until is not None:
                raise
            _failed(errand, trouble)
            failures += trouble.is_passing
            if failures >= IN_A_ROW:
                raise


@transaction.atomic
def ask_to_make(bridge: Bridge, identity: Identity) -> None:
    """Leave an errand to make a contact of somebody; once for each. Its number is chosen now, so that making it twice makes one."""
    moment = now()
    errand = BridgeErrand(
        bridge=bridge, kind=ErrandKind.CREATE, external_id=str(uuid.uuid4()), identity=identity, made_at=moment, due_at=moment
    )
    insert_rows([errand], ignore_conflicts=True)


@transaction.atomic
def try_again(bridge: Bridge) -> int:
    """Whatever is not tried any more is tried again. Answers how many."""
    stuck = BridgeErrand.objects.filter(bridge=bridge, done_at=None, is_over=True)
    return stuck.update(is_over=False, attempts=0, due_at=now())


def forget_old_errands() -> int:
    """Errands that were done a month ago go. Answers how many."""
    return BridgeErrand.objects.exclude(kind=ErrandKind.CREATE).filter(done_at__lt=now() - KEPT).delete()[0]


def _update(bridge: Bridge, profile: Profile, crm: Crm, errand: BridgeErrand, counts: Counts) -> None:
    """Read theirs as it stands now, compare, and write only what they are to learn."""
    record = BridgeRecord.objects.filter(bridge=bridge, external_id=errand.external_id).first()
    if record is None or record.identity_id is None or record.gone_at is not None:
        _done(errand)
        return
    try:
        theirs = crm.read(errand.external_id)
    except CrmTrouble as trouble:
        if trouble.problem != "gone":
            raise
        note_gone(bridge, [record], counts)
        return
    seen = Counts()  # what was read to tell something is no news of theirs, and its doubts are
    told = take_in(bridge, profile, [theirs], seen, afresh=True).get(errand.external_id, [])
    counts.asked += seen.asked
    if told:
        _tell(bridge, crm, theirs, told)
        counts.sent += 1
    _done(errand, fields=len(told), identity_id=record.identity_id)


def _tell(bridge: Bridge, crm: Crm, theirs: Theirs, told: list[Comparison]) -> None:
    answered = crm.update(theirs.external_id, tell_attributes(told, theirs))
    with transaction.atomic():
        settled = []
        for one in told:
            assert one.ours is not None
            said = main_value(one.field, answered.attributes, (one.ours.value, *one.ours.others)) if answered else one.our_value
            settled.append(Comparison(one.record, one.field, one.way, said, one.ours, one.base))
        settle_values(settled, moment=now(), word="send")


def _create(bridge: Bridge, profile: Profile, crm: Crm, errand: BridgeErrand, counts: Counts) -> None:
    """Make a contact, unless they have one with an address of this person: then it is for evidence to say that it is the same."""
    identity = known_identities(bridge).filter(pk=errand.identity_id).first()
    if identity is None:
        _done(errand, problem="known")
        return
    if BridgeRecord.objects.filter(bridge=bridge, external_id=errand.external_id).exists():
        made = crm.read(errand.external_id)  # it was made when the answer was lost, and read since
        _join(bridge, profile, made, identity)
        _done(errand, fields=1, identity_id=identity.pk)
        return
    if not bridge.makes_contacts or _have_them(bridge, identity):
        _done(errand, problem="known")
        return
    if not bridge.is_read_whole:
        raise CrmTrouble("not_read_yet")
    attributes = _attributes_of(bridge, profile, identity)
    if not attributes:
        _done(errand, problem="nothing_to_say")
        return
    try:
        made = crm.create(errand.external_id, attributes)
    except CrmTrouble as trouble:
        if trouble.problem != "exists" or not profile.own_ids:
            raise
        made = crm.read(errand.external_id)
    _join(bridge, profile, made, identity)
    counts.sent += 1
    _done(errand, fields=len(attributes), identity_id=identity.pk)


def _join(bridge: Bridge, profile: Profile, made: Theirs, identity: Identity) -> None:
    """What we made of somebody is them: decided by whoever let the bridge make contacts, and undone like any other decision."""
    take_in(bridge, profile, [made], Counts())
    record = BridgeRecord.objects.select_related("identity").filter(bridge=bridge, external_id=made.external_id).first()
    if record is not None and record.identity is not None and bridge.contacts_by is not None:
        decide_same(identity, record.identity, by=bridge.contacts_by, reason=f"{bridge.name}: made there from here")
    with transaction.atomic():
        fields = profile.directed(bridge.directions)
        records = [record] if record is not None and record.identity_id else []
        comparisons = compare(bridge, fields, records, {made.external_id: made.attributes})
        settle_values([one for one in comparisons if one.way in ("agree", "take")], moment=now())


def _have_them(bridge: Bridge, identity: Identity) -> bool:
    same = Identity.objects.filter(person_number=identity.person_number)
    if BridgeRecord.objects.filter(bridge=bridge, identity__in=same, gone_at=None).exists():
        return True
    addresses = Identifier.objects.filter(identity__in=same, kind="email").values("value")
    return Identifier.objects.filter(source=bridge.source, kind="email", value__in=addresses).exists()


def _attributes_of(bridge: Bridge, profile: Profile, identity: Identity) -> dict[str, str]:
    """What a new contact says: of the fields that go over, what we know."""
    known = known_people([identity.person_number], audiences=audiences_of(bridge)).get(identity.person_number)
    if known is None or not known.emails:
        return {}
    values = {
        "name": known.name if "@" not in known.name else "", "email": known.emails[0], "phone": next(iter(known.phones), ""),
        "birth_date": known.birth_date.isoformat() if known.birth_date else "",
    }  # fmt: skip
    values["name"] = values["name"] or known.emails[0].partition("@")[0]  # many systems take nobody without a name
    said: dict[str, str] = {}
    for one in profile.directed(bridge.directions):
        if one.direction in {"out", "both"} and values.get(one.field):
            said |= attributes_saying(one, values[one.field], parts=known.name_parts if one.field == "name" else {}, attributes={})
    return said


def _erase(bridge: Bridge, profile: Profile, crm: Crm, errand: BridgeErrand, counts: Counts) -> None:
    """Empty what they hold and delete it, then look: a CRM that only marks rows as deleted keeps no words of somebody either."""
    try:
        crm.update(errand.external_id, blank(profile.fields, profile.blanks))
    except CrmTrouble as trouble:
        if trouble.problem not in {"gone", "refused"}:
            raise
    crm.delete(errand.external_id)
    try:
        crm.read(errand.external_id)
    except CrmTrouble as trouble:
        if trouble.problem != "gone":
            raise
    else:
        raise CrmTrouble("still_there")
    counts.sent += 1
    errand.external_id = ""
    _done(errand)


_ACTS: dict[ErrandKind, Callable[[Bridge, Profile, Crm, BridgeErrand, Counts], None]] = {
    ErrandKind.UPDATE: _update,
    ErrandKind.CREATE: _create,
    ErrandKind.ERASE: _erase,
}


@transaction.atomic
def _done(errand: BridgeErrand, *, problem: str = "", fields: int = 0, identity_id: int | None = None) -> None:
    errand.done_at, errand.problem = now(), problem
    errand.save(update_fields=["done_at", "problem", "external_id"])
    if fields or errand.kind == ErrandKind.ERASE:
        record_event("bridge.told", errand.bridge, errand_id=errand.pk, act=errand.kind, identity_id=identity_id, fields=fields)


@transaction.atomic
def _failed(errand: BridgeErrand, trouble: CrmTrouble) -> None:
    """Tried again later and later; what they refuse for good waits for people."""
    held = lock(errand)
    held.attempts += 1
    held.problem = trouble.problem
    held.due_at = now() + pause(held.attempts)
    held.is_over = held.attempts >= MOST_ATTEMPTS or (not trouble.is_passing and trouble.problem not in {"not_read_yet", "still_there"})
    held.save(update_fields=["attempts", "problem", "due_at", "is_over"])


def pause(failures: int) -> timedelta:
    """One minute, two, four … at most six hours."""
    return min(timedelta(minutes=2 ** min(failures - 1, 12)), LONGEST_PAUSE)


def next_moment(failures: int, until: datetime | None) -> datetime:
    """When a bridge that failed so often in a row looks again; not before they said."""
    return max(now() + min(pause(failures), timedelta(hours=1)), until or now())
