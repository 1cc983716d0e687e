"""One look at a CRM: tell what waits, read what changed, tell again, and once a day look who is gone. Goes on where the last one stopped."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from heard.accounts.models import User
from heard.bridges.crm.client import Crm, CrmTrouble, Theirs
from heard.bridges.crm.mapping import WrongProfile, profile_of
from heard.bridges.models import Bridge, BridgeRecord, BridgeRun
from heard.bridges.services.crm_errands import next_moment, run_errands
from heard.bridges.services.crm_taking import NAMES, Counts, ask_to_tell, look_at, note_gone, take_in
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.sealing import WrongKey, unseal
from heard.lib.time import now
from heard.tasks import leases

logger = logging.getLogger("heard.bridges")
PURPOSE = "bridge secret"
OVERLAP = timedelta(minutes=10)
"""So far back is read again each time: clocks differ, and what was written before may become visible after."""
SWEEP_EVERY = timedelta(hours=24)
LONGEST_SECONDS = 300.0
LEASE_SECONDS = 180.0
SAFE_GONE, SAFE_SHARE = 20, 0.2
"""More gone at once than that many, and than that share of all, is no clearing up: somebody's rights changed, or the address leads elsewhere."""
KEPT = timedelta(days=7)


class IsBusy(Exception):
    """Another worker looks at this CRM at this moment."""


def ask_for_look(bridge: Bridge, *, by: User) -> BridgeRun:
    """A dry look, done by a worker as soon as it can; its row is there at once, so that one can wait for it."""
    from heard.bridges.crm_tasks import look_dry

    with transaction.atomic():
        run = BridgeRun.objects.create(bridge=bridge, is_dry=True, by=by, started_at=now())
        look_dry.enqueue(run.pk)
    return run


def look_for(run_id: int) -> None:
    """Do a dry look that was asked for. One that found another at work says so."""
    run = BridgeRun.objects.select_related("bridge").filter(pk=run_id, ended_at=None).first()
    if run is None:
        return
    try:
        run_bridge(run.bridge, run=run)
    except IsBusy:
        run.ended_at, run.problem = now(), "busy_here"
        run.save(update_fields=["ended_at", "problem"])


def run_bridge(bridge: Bridge, *, is_dry: bool = False, by: User | None = None, run: BridgeRun | None = None) -> BridgeRun:
    """Look at a CRM once; a dry look changes nothing on either side. Trouble is noted on the run and the bridge, never raised but IsBusy."""
    with _alone(bridge) as stay:
        run = run or BridgeRun.objects.create(bridge=bridge, is_dry=is_dry, by=by, started_at=now())
        is_dry = run.is_dry
        counts, deadline = Counts(), time.monotonic() + LONGEST_SECONDS

        def go_on() -> bool:
            stay()
            return time.monotonic() < deadline

        trouble: CrmTrouble | None = None
        is_whole = False
        try:
            with open_crm(bridge) as crm:
                is_whole = _look(bridge, crm, counts, go_on) if is_dry else _run(bridge, crm, counts, go_on)
        except CrmTrouble as caught:
            trouble = caught
        except WrongKey:
            trouble = CrmTrouble("wrong_key")
        except WrongProfile:
            trouble = CrmTrouble("wrong_profile")
        return _end(run, counts, trouble, is_whole=is_whole)


def open_crm(bridge: Bridge) -> Crm:
    """The other side, not asked anything yet. Raises WrongKey and WrongProfile."""
    profile = profile_of(bridge.profile, bridge.mapping)
    return Crm(profile, bridge.address, username=bridge.username, secret=unseal(bridge.secret_sealed, purpose=PURPOSE))


def forget_old_runs() -> int:
    """Looks of more than a week ago go, with what they showed. Answers how many."""
    return BridgeRun.objects.filter(started_at__lt=now() - KEPT).delete()[0]


def _run(bridge: Bridge, crm: Crm, counts: Counts, go_on: Callable[[], bool]) -> bool:
    run_errands(bridge, crm.profile, crm, counts, go_on=go_on)
    is_whole = _read(bridge, crm, counts, go_on)
    run_errands(bridge, crm.profile, crm, counts, go_on=go_on)
    if is_whole and (bridge.swept_at is None or bridge.swept_at < now() - SWEEP_EVERY):
        _sweep(bridge, crm, counts, go_on)
    return is_whole


def _read(bridge: Bridge, crm: Crm, counts: Counts, go_on: Callable[[], bool]) -> bool:
    """Take in what changed since the last time, a page a time; whether the end was reached."""
    since = bridge.read_until - OVERLAP if bridge.read_until and bridge.is_read_whole else bridge.read_until
    in_order = not crm.profile.listing.cursor  # only then is everything before the last one read
    newest = bridge.read_until
    for page in crm.changed_since(since):
        told = take_in(bridge, crm.profile, page, counts)
        newest = _newest(newest, page)
        with transaction.atomic():
            ask_to_tell(bridge, told, moment=now())
            if in_order and newest != bridge.read_until:
                bridge.read_until = newest
                bridge.save(update_fields=["read_until"])
        deleted = [one.external_id for one in page if one.is_deleted]
        if deleted:
            note_gone(bridge, list(BridgeRecord.objects.filter(bridge=bridge, external_id__in=deleted, gone_at=None)), counts)
        if not go_on() and in_order:
            return False
    bridge.read_until, bridge.is_read_whole = newest, True
    bridge.save(update_fields=["read_until", "is_read_whole"])
    return True


def _look(bridge: Bridge, crm: Crm, counts: Counts, go_on: Callable[[], bool]) -> bool:
    for page in crm.changed_since(None):
        look_at(bridge, crm.profile, page, counts)
        if not go_on():
            return False
    return True


def _sweep(bridge: Bridge, crm: Crm, counts: Counts, go_on: Callable[[], bool]) -> None:
    """Who is in no list any more is asked for once more, and then gone. What the reading missed is read."""
    known = dict(BridgeRecord.objects.filter(bridge=bridge, gone_at=None).values_list("external_id", "their_modified_at"))
    seen: set[str] = set()
    missed: list[str] = []
    for page in crm.all_ids():
        go_on()
        for one in page:
            if not one.is_deleted:
                seen.add(one.external_id)
                if one.external_id not in known or _is_newer(one.modified_at, known[one.external_id]):
                    missed.append(one.external_id)
    missing = sorted(set(known) - seen)
    if len(missing) > max(SAFE_GONE, SAFE_SHARE * len(known)):
        raise CrmTrouble("too_many_gone")
    for external_id in [*missing, *missed]:
        go_on()
        try:
            told = take_in(bridge, crm.profile, [crm.read(external_id)], counts)
            with transaction.atomic():
                ask_to_tell(bridge, told, moment=now())
        except CrmTrouble as trouble:
            if trouble.problem != "gone":
                raise
            note_gone(bridge, list(BridgeRecord.objects.filter(bridge=bridge, external_id=external_id, gone_at=None)), counts)
    bridge.swept_at = now()
    bridge.save(update_fields=["swept_at"])


def _is_newer(theirs: datetime | None, ours: datetime | None) -> bool:
    return theirs is not None and (ours is None or theirs > ours)


def _newest(known: datetime | None, page: Sequence[Theirs]) -> datetime | None:
    """The last moment that was read; one in the future would make us deaf until then."""
    moments = [one.modified_at for one in page if one.modified_at and one.modified_at <= now() + OVERLAP]
    return max([*moments, *([known] if known else [])], default=None)


@transaction.atomic
def _end(run: BridgeRun, counts: Counts, trouble: CrmTrouble | None, *, is_whole: bool) -> BridgeRun:
    for name in NAMES:
        setattr(run, name, getattr(counts, name))
    run.problems, run.samples = [list(one) for one in counts.problems], counts.samples
    run.ended_at, run.problem = now(), trouble.problem if trouble else "" if is_whole else "cut_short"
    run.save()
    if not run.is_dry:
        _note(run, lock(run.bridge), trouble, is_whole=is_whole)
    return run


def _note(run: BridgeRun, bridge: Bridge, trouble: CrmTrouble | None, *, is_whole: bool) -> None:
    """How the bridge is, and when it looks again."""
    moment = now()
    if trouble is not None:
        logger.warning("bridge in trouble", extra={"bridge": bridge.pk, "problem": trouble.problem})
        if bridge.problem != trouble.problem:
            record_event("bridge.failed", bridge, problem=trouble.problem)
            bridge.problem_at = moment
        bridge.problem, bridge.failures = trouble.problem, bridge.failures + 1
        bridge.next_at = next_moment(bridge.failures, trouble.until)
    else:
        if bridge.problem:
            record_event("bridge.recovered", bridge)
        bridge.problem, bridge.problem_at, bridge.failures, bridge.last_at = "", None, 0, moment
        bridge.next_at = moment + timedelta(minutes=bridge.minutes) if is_whole else moment
    bridge.save(update_fields=["problem", "problem_at", "failures", "next_at", "last_at"])
    if any((run.made, run.changed, run.refused, run.sent, run.asked, run.gone)):
        record_event(
            "bridge.ran", bridge, actor=run.by, read=run.read, made=run.made, changed=run.changed, refused=run.refused, sent=run.sent,
            asked=run.asked, gone=run.gone,
        )  # fmt: skip


@contextmanager
def _alone(bridge: Bridge) -> Iterator[Callable[[], None]]:
    """Nobody else looks at the same CRM meanwhile; what is given prolongs that. Raises IsBusy."""
    name, holder, held_at = f"bridge:{bridge.pk}", uuid.uuid4().hex, time.monotonic()
    if not leases.hold(name, holder, LEASE_SECONDS):
        raise IsBusy

    def stay() -> None:
        nonlocal held_at
        if time.monotonic() - held_at > LEASE_SECONDS / 6:
            if not leases.hold(name, holder, LEASE_SECONDS):
                raise IsBusy
            held_at = time.monotonic()

    try:
        yield stay
    finally:
        leases.release(name, holder)
