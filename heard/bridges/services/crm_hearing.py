"""Something changed here that a CRM may have to learn: whose value is another now is asked to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from heard.bridges.crm.mapping import FieldMap, WrongProfile
from heard.bridges.crm.ours import Ours, known_identities, ours_of
from heard.bridges.models import Bridge, BridgeRecord, BridgeState, BridgeValue
from heard.bridges.services.crm_bridges import profile_used
from heard.bridges.services.crm_errands import ask_to_make
from heard.bridges.services.crm_taking import ask_to_tell, hurry
from heard.lib.time import now
from heard.people.models import Identity

AT_ONCE = 500


def hear_of_changes(identity_ids: Collection[int]) -> None:
    """Leave an errand for each record of theirs whose person we say something new of. Within a transaction; ten queries for each bridge."""
    bridges = list(Bridge.objects.exclude(state=BridgeState.NEW))
    if not bridges or not identity_ids:
        return
    persons = set(Identity.objects.filter(pk__in=identity_ids).values_list("person_number", flat=True))
    for bridge in bridges:
        records = list(BridgeRecord.objects.filter(bridge=bridge, identity__person_number__in=persons, gone_at=None))
        if not records:
            continue
        try:
            fields = [one for one in profile_used(bridge).directed(bridge.directions) if one.direction != "off"]
        except WrongProfile:
            continue
        moment, news = now(), _with_news(bridge, fields, records)
        ask_to_tell(bridge, news, moment=moment)
        if news:
            hurry(bridge, moment=moment)


def hear_of_writers(identity_ids: Iterable[int]) -> None:
    """Leave an errand to make a contact of each who wrote to us, for the bridges that do so. Within a transaction."""
    bridges = list(Bridge.objects.filter(makes_contacts=True, state=BridgeState.RUNNING))
    wanted = set(identity_ids) if bridges else set()
    for bridge in bridges:
        rows = known_identities(bridge).filter(pk__in=wanted)
        taken = set(
            BridgeRecord.objects.filter(bridge=bridge, identity__person_number__in=rows.values("person_number")).values_list(
                "identity__person_number", flat=True
            )
        )
        for identity in rows:
            if identity.person_number not in taken:
                ask_to_make(bridge, identity)
                hurry(bridge, moment=now())


def _with_news(bridge: Bridge, fields: Collection[FieldMap], records: Collection[BridgeRecord]) -> list[str]:
    """The numbers of those of whom we say something else than when it was settled."""
    ours = ours_of(bridge, {one.identity_id for one in records if one.identity_id})
    settled: dict[tuple[int, str], BridgeValue] = {}
    for value in BridgeValue.objects.filter(record__in=[one.pk for one in records]):
        settled[value.record_id, value.field] = value
    return [
        record.external_id
        for record in records
        if any(_is_news(ours.get(record.identity_id or 0, {}).get(one.field), settled.get((record.pk, one.field))) for one in fields)
    ]


def _is_news(ours: Ours | None, base: BridgeValue | None) -> bool:
    if ours is None:
        return False
    return base is None or (ours.value != base.ours and base.theirs != ours.value)
