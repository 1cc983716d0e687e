"""What both sides say of somebody is compared field by field; what follows is written down: agreement, an errand, or a doubt for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from heard.bridges.crm import fields as their
from heard.bridges.crm.mapping import FieldMap
from heard.bridges.crm.ours import Ours, ours_of
from heard.bridges.crm.rules import Pair, Way, settle
from heard.bridges.models import Bridge, BridgeConflict, BridgeRecord, BridgeValue, Verdict
from heard.events import record_event
from heard.lib.db import insert_rows, update_rows
from heard.lib.text import storable

RECORD = "record"
"""The field of a doubt about a whole record: they deleted whom we still know."""
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field of one record, and what is to be done about it."""

    record: BridgeRecord
    field: FieldMap
    way: Way
    theirs: str
    ours: Ours | None
    base: BridgeValue | None

    @property
    def our_value(self) -> str:
        return self.ours.value[:LONGEST] if self.ours else ""


def compare(
    bridge: Bridge, fields: Iterable[FieldMap], records: Sequence[BridgeRecord], attributes: Mapping[str, Mapping[str, str]]
) -> list[Comparison]:
    """Compare records with what we say; `attributes` are theirs by external id. Six queries for any number. Writes nothing."""
    carried = [one for one in fields if one.direction != "off"]
    ours = ours_of(bridge, {one.identity_id for one in records if one.identity_id})
    bases: dict[tuple[int, str], BridgeValue] = {}
    for value in BridgeValue.objects.filter(record__in=[one.pk for one in records if one.pk]):
        bases[value.record_id, value.field] = value
    return [
        _compared(record, one, attributes[record.external_id], ours.get(record.identity_id or 0, {}).get(one.field), bases.get((record.pk, one.field)))
        for record in records
        for one in carried
    ]  # fmt: skip


def _compared(
    record: BridgeRecord, one: FieldMap, attributes: Mapping[str, str], ours: Ours | None, base: BridgeValue | None
) -> Comparison:
    known = (ours.value, *ours.others) if ours else ()
    theirs = their.main_value(one, attributes, known)[:LONGEST]
    way = settle(
        one.direction,
        base=Pair(base.theirs, base.ours) if base else None,
        theirs=theirs,
        ours=ours.value[:LONGEST] if ours else "",
        ours_by=ours.by if ours else "",
        others=ours.others if ours else (),
        has_room=their.has_room(one, attributes),
    )
    return Comparison(record, one, way, theirs, ours, base)


def write_down(bridge: Bridge, comparisons: Sequence[Comparison], *, moment: datetime) -> int:
    """Keep what is settled, and doubts. Within a transaction. Answers how many doubts are new."""
    settle_values([one for one in comparisons if one.way in ("agree", "take")], moment=moment)
    return _doubts(bridge, comparisons, moment)


def settle_values(comparisons: Sequence[Comparison], *, moment: datetime, word: str = "") -> None:
    """Both said this, and it is settled: from now on only what is new counts."""
    fresh: list[BridgeValue] = []
    known: list[BridgeValue] = []
    for one in comparisons:
        value = one.base or BridgeValue(record=one.record, field=one.field.field)
        value.theirs, value.theirs_at = one.theirs, one.record.their_modified_at
        value.ours, value.ours_at, value.ours_by = one.our_value, one.ours.at if one.ours else None, one.ours.by if one.ours else ""
        value.settled, value.settled_at = word or one.way, moment
        (known if value.pk else fresh).append(value)
    insert_rows(fresh, ignore_conflicts=True)  # somebody else settled it at the same moment: the next look sees both
    update_rows(known, ["theirs", "theirs_at", "ours", "ours_at", "ours_by", "settled", "settled_at"])


def _doubts(bridge: Bridge, comparisons: Sequence[Comparison], moment: datetime) -> int:
    """Doubts that are new are written, those of before brought up to date, and those that are none any more closed."""
    records = {one.record.pk for one in comparisons}
    standing = {(one.record_id, one.field): one for one in BridgeConflict.objects.open().filter(record__in=records)}
    fresh = 0
    for one in comparisons:
        present = standing.get((one.record.pk, one.field.field))
        if one.way != "ask":
            if present is not None:
                present.verdict, present.at = Verdict.PAST, moment
                present.save(update_fields=["verdict", "at"])
            continue
        assert one.ours is not None  # nobody is asked about nothing
        values = {
            "theirs": storable(one.theirs, LONGEST), "theirs_at": one.record.their_modified_at,
            "ours": one.our_value, "ours_at": one.ours.at, "ours_by": one.ours.by,
        }  # fmt: skip
        if present is None:
            conflict = BridgeConflict.objects.create(record=one.record, field=one.field.field, found_at=moment, **values)
            record_event(
                "bridge_conflict.found", conflict, audience_id=bridge.audience_id, bridge_id=bridge.pk,
                identity_id=one.record.identity_id, field=one.field.field,
            )  # fmt: skip
            fresh += 1
        elif any(getattr(present, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(present, name, value)
            present.save(update_fields=list(values))
    return fresh
