"""Who was erased does not come back by an import, whatever the road: by the number of a record, or by an address in it."""

from __future__ import annotations

from collections.abc import Iterable

from heard.people.models import Identifier
from heard.privacy.tombstones import buried_pairs

MARKS = {"email": "address", "phone": "phone", "handle": "handle", "id": "id"}
"""Under which kind of tombstone the identifiers of a kind are buried."""
RECORD = "record"


def erased_records(records: Iterable[tuple[str, list[tuple[str, str]]]]) -> list[bool]:
    """Which of these records, each (mark of the record, its identifiers as (kind, value)), were erased. One query or two for any number.

    A record is erased for ever. An address is not while somebody holds it whom we met after the erasure: who came back by themselves,
    by writing to us, may be in a file again.
    """
    asked = [(mark, [(MARKS[kind], value, kind) for kind, value in signs if kind in MARKS]) for mark, signs in records]
    pairs = {(RECORD, mark) for mark, _ in asked} | {(tomb, value) for _, signs in asked for tomb, value, _ in signs}
    found = buried_pairs(pairs)
    returned = _returned({(kind, value): found[tomb, value] for _, signs in asked for tomb, value, kind in signs if (tomb, value) in found})
    return [
        (RECORD, mark) in found or any((tomb, value) in found and (kind, value) not in returned for tomb, value, kind in signs)
        for mark, signs in asked
    ]


def _returned(buried: dict[tuple[str, str], object]) -> set[tuple[str, str]]:
    """Those of the buried signs that somebody holds whom we met since."""
    if not buried:
        return set()
    rows = Identifier.objects.filter(value__in={value for _, value in buried}, identity__erased_at=None)
    held = rows.values_list("kind", "value", "identity__first_seen_at")
    return {(kind, value) for kind, value, seen in held if (kind, value) in buried and seen > buried[kind, value]}  # type: ignore[operator]
