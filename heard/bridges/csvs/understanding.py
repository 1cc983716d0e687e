"""A row as a record of somebody, by what its columns say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from heard.lib.tables import moment_of
from heard.people.services.records import NewAddress, NewName, NewRecord

_EMAILS = re.compile(r"\s*(?:[;,|]|:::)\s*|(?<=\w)\s+(?=<?[^\s@]+@)")
_PHONES = re.compile(r"\s*(?:;|\||:::|\n|,(?=\s*[+(0-9]))\s*")
_ADDRESSES = re.compile(r"\s*:::\s*")
_WORD = re.compile(r"[^a-z0-9_.-]+")
_SLASHED = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})(?:[ T].*)?$")
_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
_ADDRESS_PARTS = {
    "street": "street",
    "house": "number",
    "extra": "extra",
    "postcode": "postcode",
    "town": "town",
    "region": "region",
    "country": "country",
}


class AmbiguousDay(ValueError):
    """A day such as 03/04/1985, of which the file does not show which part is the month."""


@dataclass(frozen=True, slots=True)
class RowSaid:
    """One row understood. `number` is the other system's own for them; `changed_at` when it says the row was last changed."""

    number: str
    record: NewRecord
    changed_at: datetime | None
    left_out: tuple[str, ...] = ()


def row_said(cells: Sequence[str], mapping: Sequence[str], headings: Sequence[str], *, day_first: bool | None, zone: tzinfo) -> RowSaid:
    """What a row says. A kind of value that no column stands for is not spoken of, so what was known of it stays.

    `day_first` tells what 03/04/1985 means; None: nobody knows, and such a day is left out.
    """
    values = _by_field(cells, mapping, headings)
    spoken = set(mapping)
    left_out: list[str] = []
    born: str | None = None
    if "birth_date" in spoken:
        text = _one(values, "birth_date")
        try:
            born = day_of(text, day_first=day_first).isoformat() if text else ""
        except ValueError as problem:
            left_out.append(str(problem))
    changed_at = None
    if text := _one(values, "changed_at"):
        try:
            changed_at = moment_of(text, zone)
        except ValueError:
            left_out.append(_("“%(value)s” is no moment; the row counts as of today.") % {"value": text[:40]})
    record = NewRecord(
        names=_names(values) if spoken & {"name", "given", "family"} else None,
        emails=_parted(values.get("email", ()), _EMAILS) if "email" in spoken else None,
        phones=_parted(values.get("phone", ()), _PHONES) if "phone" in spoken else None,
        addresses=_addresses(values) if spoken & {"address", *_ADDRESS_PARTS} else None,
        birth_date=born,
        organisation=_one(values, "organisation") if "organisation" in spoken else None,
        language=language_of(_one(values, "language")) if "language" in spoken else None,
        handles=_named(values.get("handle", ())) if "handle" in spoken else None,
        ids=_named(values.get("id", ())) if "id" in spoken else None,
    )
    return RowSaid(_one(values, "number"), record, changed_at, tuple(left_out))


def day_of(text: str, *, day_first: bool | None) -> date:
    """A day: 1985-04-12, 12.4.1985, 12/4/1985. Raises ValueError with a sentence, AmbiguousDay where two days may be meant."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        pass
    found = _SLASHED.match(text.strip())
    if found is None:
        raise ValueError(_("“%(value)s” is no day; it was left out. Write it like 1985-12-31.") % {"value": text[:40]})
    first, second, year = (int(part) for part in found.groups())
    if "." in text and first <= 31 and second <= 12:  # with dots the day comes first everywhere
        day_first = True
    if first > 12 or second > 12 or first == second:
        day_first = first > 12 or first == second
    elif day_first is None:
        raise AmbiguousDay(_("“%(value)s” may be two days; say above which part is the month.") % {"value": text[:40]})
    try:
        return date(year, second, first) if day_first else date(year, first, second)
    except ValueError:
        raise ValueError(_("“%(value)s” is no day; it was left out. Write it like 1985-12-31.") % {"value": text[:40]}) from None


def day_order(texts: Iterable[str]) -> bool | None:
    """Whether these days name the day first (True), the month first (False), or never tell (None). The majority of those that tell counts."""
    day = month = 0
    for text in texts:
        found = _SLASHED.match(text.strip())
        if found:
            day += int(found[1]) > 12
            month += int(found[2]) > 12
    return None if day == month else day > month


def language_of(text: str) -> str:
    """`es` for es, es-MX, es_ES, Spanish, español; "" for what is no language."""
    word = text.strip().lower().replace("_", "-")
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", word) and (word.partition("-")[0] in _languages().values() or len(word) == 2):
        return word.partition("-")[0]
    return _languages().get(word, "")


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """Names of languages, in English and in themselves, to their codes."""
    found: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        bare = code.partition("-")[0]
        for name in ("name", "name_local"):
            if name in info:
                found.setdefault(info[name].lower(), bare)
    return found


def _by_field(cells: Sequence[str], mapping: Sequence[str], headings: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Values by field, each with the heading it stood under; what a spreadsheet's guard put before a formula sign is taken off."""
    found: dict[str, list[tuple[str, str]]] = {}
    for column, field in enumerate(mapping):
        if field and column < len(cells) and cells[column]:
            value = cells[column][1:] if _GUARDED.match(cells[column]) else cells[column]
            if value.strip():
                found.setdefault(field, []).append((headings[column], value.strip()))
    return found


def _one(values: dict[str, list[tuple[str, str]]], field: str) -> str:
    return values[field][0][1] if values.get(field) else ""


def _names(values: dict[str, list[tuple[str, str]]]) -> tuple[NewName, ...]:
    parts = {part: _one(values, part) for part in ("prefix", "given", "middle", "family", "suffix")}
    name = NewName(full=_one(values, "name"), **parts)
    return (name,) if any((name.full, name.given, name.middle, name.family)) else ()


def _parted(values: Iterable[tuple[str, str]], separator: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip("<> ") for _heading, value in values for part in separator.split(value) if part.strip("<> ")))


def _addresses(values: dict[str, list[tuple[str, str]]]) -> tuple[NewAddress, ...]:
    parts = {part: _one(values, field) for field, part in _ADDRESS_PARTS.items()}
    found = [NewAddress(**parts)] if any(parts[part] for part in ("street", "postcode", "town", "extra")) else []
    found += [NewAddress(full=one) for _heading, value in values.get("address", ()) for one in _ADDRESSES.split(value) if one]
    return tuple(found)


def _named(values: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A name on a network, a number of a kind: which one is what the column is called, unless the value says it (x:ada)."""
    found = []
    for heading, value in values:
        for part in (one.strip() for one in re.split(r"\s*[;\n]\s*|\s*:::\s*", value)):
            before, colon, after = part.partition(":")
            says_itself = colon and re.fullmatch(r"[a-z][a-z0-9_.-]{0,39}", before) and not after.startswith("//")
            kind, bare = (before, after) if says_itself else (_slug(heading), part)
            if bare.strip():
                found.append((kind or "other", bare.strip()[:200]))
    return tuple(dict.fromkeys(found))


def _slug(heading: str) -> str:
    word = re.sub(r"\b(handle|user ?name|profile|account|number|no\.?)\b", "", heading.lower())
    slug = _WORD.sub("-", word.strip()).strip("-.")[:40]
    return {"twitter": "x"}.get(slug, slug)


def utc_now_or_earlier(moment: datetime | None, now: datetime) -> datetime:
    """When a record holds: what it says, but never later than now."""
    return now if moment is None else min(moment.astimezone(UTC), now)
