"""People as CSV: one row each, in columns that `columns` understands when the file comes back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from heard.bridges.persons import Known

HEADINGS = (
    "number", "name", "prefix", "given", "middle", "family", "suffix", "email", "other emails", "phone", "other phones",
    "street", "house", "extra", "postcode", "town", "region", "country", "address", "other addresses",
    "birth_date", "organisation", "language", "handle", "first_seen_at", "last_seen_at",
)  # fmt: skip
"""Part of what other programs read: names stay, new ones go to the end."""
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_of(people: Iterable[Known]) -> Iterator[str]:
    """The file in pieces, heading first. UTF-8 with its mark is what spreadsheets expect: the first piece begins with it."""
    yield "\ufeff" + _line(HEADINGS)
    for known in people:
        yield _line([guarded(value) for value in _row(known)])


def guarded(value: str) -> str:
    """A value that no spreadsheet takes for a formula: an apostrophe goes before a sign that begins one. Our own import takes it off again.

    Source: OWASP, CSV Injection.
    """
    return f"'{value}" if value.lstrip(" ").startswith(_STARTS_FORMULA) else value


def _row(known: Known) -> list[str]:
    parts = known.name_parts
    place = next((one for one in known.places if one.parts), None)
    whole = [one.full for one in known.places if one is not place]
    postal = dict(place.parts) if place else {}
    return [
        str(known.number), known.name, *(parts.get(part, "") for part in ("prefix", "given", "middle", "family", "suffix")),
        *_first_and_others(known.emails), *_first_and_others(known.phones),
        *(postal.get(part, "") for part in ("street", "number", "extra", "postcode", "town", "region", "country")),
        *_first_and_others(whole, " ::: "),
        known.birth_date.isoformat() if known.birth_date else "", known.organisation, known.language,
        "; ".join(f"{network}:{name}" for network, name in known.handles),
        known.first_seen_at.isoformat() if known.first_seen_at else "", known.last_seen_at.isoformat() if known.last_seen_at else "",
    ]  # fmt: skip


def _first_and_others(values: Iterable[str], separator: str = "; ") -> tuple[str, str]:
    first, *others = [*values] or [""]
    return first, separator.join(others)


def _line(values: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()
