"""What a CRM says comes in: put among people, noted by number, compared with what we say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from heard.bridges.crm.client import Theirs
from heard.bridges.crm.fields import attributes_saying, record_said
from heard.bridges.crm.mapping import FieldMap, Profile
from heard.bridges.models import Bridge, BridgeConflict, BridgeErrand, BridgeRecord, BridgeState, ErrandKind, Verdict, WhenGone
from heard.bridges.services.crm_comparing import RECORD, Comparison, compare, write_down
from heard.events import record_event
from heard.lib.canonical import canonical_json
from heard.lib.db import insert_rows, update_rows
from heard.lib.time import now
from heard.people.phones import normalise_phone
from heard.people.rules import normalise_email, record_mark
from heard.people.services.erased import erased_records
from heard.people.services.records import NewRecord, Put, put_many

MOST_PROBLEMS = 50
MOST_SAMPLES = 20


@dataclass(slots=True)
class Counts:
    """What a look did, or would do. `problems` are (number of theirs, sentence); `samples` what a dry run would do, in words."""

    read: int = 0
    made: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: int = 0
    refused: int = 0
    gone: int = 0
    sent: int = 0
    asked: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)

    def count(self, verdict: str) -> None:
        """Count one record by what became of it."""
        name = {"older": "unchanged", "erased": "left_alone"}.get(verdict, verdict)
        setattr(self, name, getattr(self, name) + 1)

    def problem(self, external_id: str, sentence: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((external_id, sentence))

    def sample(self, *words: str) -> None:
        if len(self.samples) < MOST_SAMPLES:
            self.samples.append(list(words))


NAMES = ("read", "made", "changed", "unchanged", "left_alone", "refused", "gone", "sent", "asked")


@dataclass(slots=True)
class _Arrival:
    """A record of theirs on its way in."""

    theirs: Theirs
    digest: str
    said: NewRecord
    known: BridgeRecord | None
    left_out: tuple[str, ...] = ()


def take_in(
    bridge: Bridge, profile: Profile, records: Sequence[Theirs], counts: Counts, *, afresh: bool = False
) -> dict[str, list[Comparison]]:
    """Take records of theirs in, those that changed since; `afresh` compares all. Answers, by external id, what they are to be told.

    Two transactions; run again after a crash between them it ends the same. Nothing that was erased here comes back.
    """
    fields, moment = profile.directed(bridge.directions), now()
    arrivals = _arrivals(bridge, fields, records, counts, moment, afresh=afresh)
    if not arrivals:
        return {}
    said = [(one.theirs.external_id, one.said, _said_at(one, moment)) for one in arrivals]
    puts = put_many(bridge.source, said, audience_id=bridge.audience_id)
    with transaction.atomic():
        mapped = _map(bridge, arrivals, puts, moment)
        for arrival, put in zip(arrivals, puts, strict=True):
            counts.count(put.verdict)
            for sentence in (*arrival.left_out, put.problem if put.verdict == "refused" else ""):
                if sentence:
                    counts.problem(arrival.theirs.external_id, sentence)
        living = [mapped[one.theirs.external_id] for one in arrivals if mapped[one.theirs.external_id].identity_id]
        comparisons = compare(bridge, fields, living, {one.theirs.external_id: one.theirs.attributes for one in arrivals})
        counts.asked += write_down(bridge, comparisons, moment=moment)
    told: dict[str, list[Comparison]] = {}
    for one in comparisons:
        if one.way == "send":
            told.setdefault(one.record.external_id, []).append(one)
    return told


def look_at(bridge: Bridge, profile: Profile, records: Sequence[Theirs], counts: Counts) -> None:
    """What `take_in` would do, counted and in words. Writes nothing."""
    fields, moment = profile.directed(bridge.directions), now()
    arrivals = _arrivals(bridge, fields, records, counts, moment)
    erased = erased_records((record_mark(bridge.source, one.theirs.external_id), _signs(one.said)) for one in arrivals)
    living = []
    for arrival, is_erased in zip(arrivals, erased, strict=True):
        known = arrival.known if arrival.known and arrival.known.identity_id else None
        counts.count("erased" if is_erased else "changed" if known else "made")
        for sentence in arrival.left_out:
            counts.problem(arrival.theirs.external_id, sentence)
        if is_erased:
            continue
        if known is None:
            counts.sample("made", arrival.theirs.external_id, "", _in_words(arrival.said), "")
        else:
            living.append(known)
    for one in compare(bridge, fields, living, {one.theirs.external_id: one.theirs.attributes for one in arrivals}):
        if one.way == "send":
            counts.sent += 1
        elif one.way == "ask":
            counts.asked += 1
        if one.way != "keep":
            counts.sample(one.way, one.record.external_id, one.field.field, one.theirs, one.our_value)


def ask_to_tell(bridge: Bridge, external_ids: Iterable[str], *, moment: datetime) -> None:
    """Leave errands to bring these records of theirs up to date; one that waits already is enough. Within a transaction."""
    rows = [BridgeErrand(bridge=bridge, kind=ErrandKind.UPDATE, external_id=one, made_at=moment, due_at=moment) for one in external_ids]
    insert_rows(rows, ignore_conflicts=True)


def hurry(bridge: Bridge, *, moment: datetime) -> None:
    """Something of ours is to be told: the next look is at once, unless the other side is in trouble or the bridge rests."""
    Bridge.objects.filter(pk=bridge.pk, state=BridgeState.RUNNING, failures=0, next_at__gt=moment).update(next_at=moment)


def tell_attributes(comparisons: Iterable[Comparison], theirs: Theirs) -> dict[str, str]:
    """What is to be written into their record."""
    said: dict[str, str] = {}
    for one in comparisons:
        if one.ours is not None:
            said |= attributes_saying(
                one.field,
                one.ours.value,
                parts=one.ours.parts,
                attributes=theirs.attributes,
                instead_of=one.base.ours if one.base else "",
            )
    return said


@transaction.atomic
def note_gone(bridge: Bridge, records: Sequence[BridgeRecord], counts: Counts) -> None:
    """They have these no more: what they said of them is kept, withdrawn, or a colleague is asked, as the bridge says."""
    moment = now()
    for record in records:
        record.gone_at, record.digest = moment, ""
        counts.gone += 1
    update_rows(records, ["gone_at", "digest"])
    BridgeErrand.objects.filter(
        bridge=bridge, kind=ErrandKind.UPDATE, done_at=None, external_id__in=[one.external_id for one in records]
    ).update(done_at=moment, problem="gone")
    for record in records:
        record_event("bridge_record.gone", record, audience_id=bridge.audience_id, bridge_id=bridge.pk, identity_id=record.identity_id)
    if bridge.when_gone == WhenGone.WITHDRAW:
        withdraw(bridge, records)
    elif bridge.when_gone == WhenGone.ASK:
        known = set(BridgeConflict.objects.open().filter(record__in=records, field=RECORD).values_list("record_id", flat=True))
        for record in records:
            if record.identity_id and record.pk not in known:
                conflict = BridgeConflict.objects.create(record=record, field=RECORD, theirs_at=moment, found_at=moment)
                record_event(
                    "bridge_conflict.found", conflict, audience_id=bridge.audience_id, bridge_id=bridge.pk,
                    identity_id=record.identity_id, field=RECORD,
                )  # fmt: skip
                counts.asked += 1


def withdraw(bridge: Bridge, records: Sequence[BridgeRecord]) -> None:
    """They take back what they said of these people: every value of theirs is retracted, and what others said stays."""
    empty = NewRecord(names=(), emails=(), phones=(), addresses=(), birth_date="", organisation="", language="")
    moment = now()
    put_many(bridge.source, [(one.external_id, empty, moment) for one in records], audience_id=bridge.audience_id)


def _arrivals(
    bridge: Bridge, fields: Sequence[FieldMap], records: Sequence[Theirs], counts: Counts, moment: datetime, *, afresh: bool = False
) -> list[_Arrival]:
    """Those that say something new, once each; counts the others."""
    newest = {one.external_id: one for one in records if not one.is_deleted}
    rows = BridgeRecord.objects.filter(bridge=bridge, external_id__in=newest)
    known = {one.external_id: one for one in rows}
    arrivals = []
    for external_id, theirs in newest.items():
        counts.read += 1
        present, digest = known.get(external_id), _digest(fields, theirs.attributes)
        if present is not None and present.digest == digest and not afresh:
            counts.count("unchanged")
            continue
        sifted = record_said(fields, theirs.attributes, today=moment.date())
        arrivals.append(_Arrival(theirs, digest, sifted.record, present, sifted.left_out))
    return arrivals


def _map(bridge: Bridge, arrivals: Sequence[_Arrival], puts: Sequence[Put], moment: datetime) -> dict[str, BridgeRecord]:
    """Note which record of theirs is which identity of ours."""
    fresh: list[BridgeRecord] = []
    known: list[BridgeRecord] = []
    for arrival, put in zip(arrivals, puts, strict=True):
        record = arrival.known or BridgeRecord(bridge=bridge, external_id=arrival.theirs.external_id)
        record.identity = put.identity
        record.digest, record.their_modified_at, record.read_at = arrival.digest, arrival.theirs.modified_at, moment
        if record.gone_at is not None:  # they have it again
            record.gone_at = None
            BridgeConflict.objects.open().filter(record=record, field=RECORD).update(verdict=Verdict.PAST, at=moment)
        (known if record.pk else fresh).append(record)
    insert_rows(fresh)
    update_rows(known, ["identity", "digest", "their_modified_at", "read_at", "gone_at"])
    return {one.external_id: one for one in [*fresh, *known]}


def _said_at(arrival: _Arrival, moment: datetime) -> datetime:
    """Since when they say so: not in the future, whatever their clock, and now of whom they had deleted and have again."""
    if arrival.known is not None and arrival.known.gone_at is not None:
        return moment
    return min(arrival.theirs.modified_at or moment, moment)


def _digest(fields: Iterable[FieldMap], attributes: Mapping[str, str]) -> str:
    """Over what they say, and over which way it goes: another direction looks at everything again."""
    said: dict[str, Any] = {"said": dict(attributes), "ways": {one.field: one.direction for one in fields}}
    return hashlib.sha256(canonical_json(said).encode(errors="replace")).hexdigest()


def _signs(said: NewRecord) -> list[tuple[str, str]]:
    emails = [("email", normalise_email(one)) for one in said.emails or ()]
    return emails + [("phone", normalise_phone(one)) for one in said.phones or ()]


def _in_words(said: NewRecord) -> str:
    name = next(iter(said.names or ()), "")
    whole = name if isinstance(name, str) else " ".join(filter(None, (name.full, name.given, name.family)))
    return " · ".join(filter(None, (whole, *(said.emails or ())[:1], *(said.phones or ())[:1]))) or _("nothing that we keep")
