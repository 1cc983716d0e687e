"""A file somebody exported, as rows: whatever its separator, its letters and the names of its columns."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo

from django.utils.translation import gettext as _

LONGEST_FIELD = 20_000
SEPARATORS = ",;\t|"


class WrongFile(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken: its line in the file, counted from 1 with the heading, and why."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column; columns nobody knows are in `others` under their own headings. Texts are stripped."""

    line: int
    values: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def text_of(raw: bytes) -> str:
    """The file's text. UTF-8, UTF-16 with its mark, or else Windows-1252. Raises WrongFile for a spreadsheet and for what is no text."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise WrongFile(_("This is a spreadsheet. Save it as CSV first, and bring that file."))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if "\0" in text:
        raise WrongFile(_("This is not a text file. Bring a CSV file."))
    return text


def rows_of(lines: Iterable[str], columns: Mapping[str, Iterable[str]], *, required: Iterable[Iterable[str]]) -> Iterator[Row | Problem]:
    """The rows of a CSV file whose first line is its heading. `columns` gives for each column the headings that mean it.

    `required` lists columns of which one must be there, as sets. Empty rows are left out. Raises WrongFile.
    """
    source = iter(lines)
    heading = next((line for line in source if line.strip()), "")
    if not heading:
        raise WrongFile(_("The file is empty."))
    names = next(csv.reader([heading], delimiter=_separator(heading)), [])
    places = _places(names, columns)
    for wanted in required:
        if not set(wanted) & set(places.values()):
            raise WrongFile(
                _("There is no column “%(column)s”. The columns found are: %(found)s.")
                % {"column": next(iter(wanted)), "found": ", ".join(name.strip()[:40] for name in names[:30])}
            )
    yield from _rows(csv.reader(source, delimiter=_separator(heading)), names, places)


def _rows(reader: Iterator[list[str]], names: list[str], places: Mapping[int, str]) -> Iterator[Row | Problem]:
    while True:
        line = getattr(reader, "line_num", 0) + 2
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Problem(line, _("This row cannot be read: a quotation mark is opened and not closed, or a field is too long."))
            continue
        if not any(field.strip() for field in fields):
            continue
        if len(fields) > len(names) and any(field.strip() for field in fields[len(names) :]):
            yield Problem(
                line, _("This row has more fields than the heading. Is there a separator inside a field without quotation marks?")
            )
            continue
        if any(len(value) > LONGEST_FIELD for value in fields):
            yield Problem(line, _("A field of this row is too long."))
            continue
        values = {places[at]: value.strip() for at, value in enumerate(fields) if at in places}
        others = {names[at].strip(): value.strip() for at, value in enumerate(fields[: len(names)]) if at not in places and value.strip()}
        yield Row(line, values, others)


def _separator(heading: str) -> str:
    return max(SEPARATORS, key=heading.count)


def _places(names: list[str], columns: Mapping[str, Iterable[str]]) -> dict[int, str]:
    """Which column stands where. A column's own name comes before its others, in their order; of equal headings the first counts."""
    headings = [plain_heading(name) for name in names]
    found: dict[int, str] = {}
    for column, aliases in columns.items():
        meant = (plain_heading(alias) for alias in (column, *aliases))
        at = next((headings.index(name) for name in meant if name in headings and headings.index(name) not in found), None)
        if at is not None:
            found[at] = column
    return found


def plain_heading(name: str) -> str:
    """Letters and digits alone, without marks: `Línea_de pedido` is `lineadepedido`."""
    bare = "".join(character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]", "", bare.casefold())


_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?))?$")
_SPACED_ZONE = re.compile(r"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?(?:\.\d+)?) ?(Z|UTC|[+-]\d\d:?\d\d)?$", re.IGNORECASE)


def moment_of(text: str, zone: tzinfo) -> datetime:
    """The moment a text names, in UTC: ISO 8601 in its usual forms, or 31.12.2026. What has no zone is in `zone`; a day is its noon.

    Raises ValueError with a sentence for what is no day, and for 03/04/2026, which is two.
    """
    said = text.strip()
    if found := _SPACED_ZONE.match(said):
        day, clock, offset = found.groups()
        offset = "+00:00" if (offset or "").upper() in {"Z", "UTC"} else offset or ""
        return _utc(_iso(f"{day}T{clock}{offset}", said), zone)
    if found := _DAY_FIRST.match(said):
        first, mark, second, year, clock = found.groups()
        if mark == "/" and int(first) <= 12 and int(second) <= 12 and first != second:
            raise ValueError(_("“%(text)s” could be two days. Write it like 2026-12-31.") % {"text": said[:40]})
        if mark == "/" and int(second) > 12:
            first, second = second, first
        hour = f"T{clock:0>5}" if clock else ""
        said_iso = f"{year}-{int(second):02}-{int(first):02}{hour}"
        return _utc(_iso(said_iso, said), zone)
    return _utc(_iso(said, said), zone)


def _iso(text: str, said: str) -> datetime:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12))
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%(text)s” is not a day. Write it like 2026-12-31.") % {"text": said[:40]}) from None


def _utc(moment: datetime, zone: tzinfo) -> datetime:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("“%(text)s” is not a day. Write it like 2026-12-31.") % {"text": str(moment)[:40]}) from None
