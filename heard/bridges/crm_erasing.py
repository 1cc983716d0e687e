"""What an erasure does to a CRM bridge: everything about them goes, and an order to forget them waits for the other side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from heard.bridges.models import BridgeConflict, BridgeErrand, BridgeRecord, BridgeRun, BridgeValue, ErrandKind
from heard.lib.db import insert_rows
from heard.lib.time import now
from heard.privacy.exports import exporter
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("bridge_records", order=35)
def erase_records(scope: ErasureScope) -> list[Outcome]:
    """Forget which record of theirs it was, what both said and where they differed; the other system is told to forget them as well."""
    records = BridgeRecord.objects.filter(identity__in=scope.identity_ids)
    if scope.is_preview:
        return _outcomes(records.count())
    rows = list(records.select_related("bridge"))
    moment = now()
    orders = [
        BridgeErrand(bridge=one.bridge, kind=ErrandKind.ERASE, external_id=one.external_id, made_at=moment, due_at=moment)
        for one in rows
        if one.gone_at is None
    ]
    theirs = Q(pk__in=[])
    for one in rows:
        theirs |= Q(bridge=one.bridge_id, external_id=one.external_id)
    made = BridgeErrand.objects.filter(identity__in=scope.identity_ids, kind=ErrandKind.CREATE, done_at=None, attempts__gt=0)
    orders += [  # tried and not answered: it may be there
        BridgeErrand(bridge_id=one.bridge_id, kind=ErrandKind.ERASE, external_id=one.external_id, made_at=moment, due_at=moment)
        for one in made
    ]
    BridgeErrand.objects.filter(theirs | Q(identity__in=scope.identity_ids)).exclude(kind=ErrandKind.ERASE).delete()
    insert_rows(orders, ignore_conflicts=True)
    for model in (BridgeValue, BridgeConflict):
        model._base_manager.filter(record__in=rows).delete()
    records.delete()
    BridgeRun.objects.exclude(samples=[], problems=[]).update(samples=[], problems=[])  # they may be in them
    scope.tables |= {model._meta.db_table for model in (BridgeRecord, BridgeValue, BridgeConflict, BridgeErrand, BridgeRun)}
    return _outcomes(len(orders), len(rows))


def _outcomes(told: int, rows: int | None = None) -> list[Outcome]:
    left = gettext_noop("Another system has them too. It is told to forget them, and what it answers is shown on its bridge.")
    return [Outcome("bridge_records", told if rows is None else rows, left if told else "", told)]


@exporter("bridge_records", order=75, title=gettext_noop("Where else you are kept"))
def kept_elsewhere(identity_id: int) -> Iterator[dict[str, Any]]:
    """The systems that have a record of this identity."""
    for one in BridgeRecord.objects.filter(identity=identity_id).select_related("bridge").order_by("pk"):
        yield {"system": one.bridge.name, "number": one.external_id, "since": one.read_at.isoformat()}
