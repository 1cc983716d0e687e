"""What an erasure does to what is counted of people, to their places in segments, and to who looked after them: all of it goes."""

from __future__ import annotations

from heard.people.models import Attribute, RelationshipOwner, SegmentMember
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("attributes", order=85)
def erase_attributes(scope: ErasureScope) -> list[Outcome]:
    """Remove the rows of whoever is erased."""
    outcomes = []
    for model in (Attribute, SegmentMember, RelationshipOwner):
        rows = model._default_manager.filter(identity__in=scope.identity_ids)
        number = rows.count() if scope.is_preview else rows.delete()[0]
        scope.tables.add(model._meta.db_table)
        outcomes.append(Outcome(model._meta.db_table, number))
    return outcomes
