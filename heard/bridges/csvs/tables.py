"""A CSV file as rows: in which letters and with which separator it is written, and what its columns are called."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.lib.tables import LONGEST_FIELD, Problem, WrongFile

SEPARATORS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
"""By the word that stands for them in forms and rows."""
ENCODINGS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "iso-8859-15",
    "mac-roman",
    "gb18030",
    "shift_jis",
    "euc-kr",
)
MOST_COLUMNS = 300
LOOKED_AT = 60
_CYRILLIC_RUN = re.compile(rb"[\xc0-\xff]{4,}")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written. `separator` is one of SEPARATORS' words."""

    encoding: str = "utf-8"
    separator: str = ","
    has_heading: bool = True


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a file begins with: its columns' names (made ones where it names none), and its first rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def samples(self, column: int, most: int = 3) -> list[str]:
        """The first different values of a column."""
        found = dict.fromkeys(row[column][:60] for row in self.rows if column < len(row) and row[column])
        return list(found)[:most]


def form_of(raw: bytes) -> Form:
    """The likeliest form, from the first part of the file. Raises WrongFile for a spreadsheet, and for what is no text."""
    encoding = _encoding(raw)
    lines = _decoded(raw[:200_000], encoding).splitlines()[:LOOKED_AT]
    if not any(line.strip() for line in lines):
        raise WrongFile(_("The file is empty."))
    separator = _separator(lines)
    first = next(csv.reader([line for line in lines if line.strip()], delimiter=SEPARATORS[separator]), [])
    return Form(encoding, separator, has_heading=not any(_is_value(cell) for cell in first))


def beginning_of(raw: bytes, form: Form) -> Beginning:
    """Its headings and its first rows. Raises WrongFile."""
    rows: list[tuple[str, ...]] = []
    headings: tuple[str, ...] = ()
    for found in _all_rows(raw, form):
        if isinstance(found, Problem):
            continue
        if not headings:
            headings = _headings(found[1], form)
            if form.has_heading:
                continue
        rows.append(tuple(found[1]))
        if len(rows) >= LOOKED_AT:
            break
    if not headings:
        raise WrongFile(_("The file is empty."))
    return Beginning(headings, tuple(rows))


def rows_in(raw: bytes, form: Form) -> Iterator[tuple[int, list[str]] | Problem]:
    """Each row below the heading with its line in the file, counted from 1. Empty rows are left out. Raises WrongFile."""
    width = 0
    for found in _all_rows(raw, form):
        if isinstance(found, Problem):
            yield found
        elif not width:
            width = len(_headings(found[1], form))
            if not form.has_heading:
                yield found
        elif len(found[1]) > width and any(found[1][width:]):
            yield Problem(
                found[0], _("This row has more fields than the heading. Is there a separator inside a field without quotation marks?")
            )
        elif any(len(cell) > LONGEST_FIELD for cell in found[1]):
            yield Problem(found[0], _("A field of this row is too long."))
        else:
            yield found


def _all_rows(raw: bytes, form: Form) -> Iterator[tuple[int, list[str]] | Problem]:
    reader = csv.reader(_lines(_decoded(raw, form.encoding)), delimiter=SEPARATORS[form.separator], strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield Problem(
                line, _("This row cannot be read: a quotation mark is opened and not closed, or stands in the middle of a field.")
            )
            continue
        if any(cells):
            yield line, cells


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends: only \\n, \\r\\n and \\r end one, not the other marks that `splitlines` knows."""
    at = 0
    for found in re.finditer(r"\r\n|\n|\r", text):
        yield text[at : found.end()]
        at = found.end()
    if at < len(text):
        yield text[at:]


def _headings(cells: list[str], form: Form) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS:
        raise WrongFile(_("This file has more than %(number)d columns.") % {"number": MOST_COLUMNS})
    if not form.has_heading:
        return tuple(_("column %(number)d") % {"number": place} for place in range(1, len(cells) + 1))
    return tuple(cell[:80] or _("column %(number)d") % {"number": place} for place, cell in enumerate(cells, start=1))


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise WrongFile(_("This is a spreadsheet. Save it as CSV first, and bring that file."))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf16(raw[:2000]):
        return "utf-16"
    if b"\0" in raw[:200_000]:
        raise WrongFile(_("This is not a text file. Bring a CSV file."))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        high = len(_HIGH.findall(raw[:200_000]))
        in_runs = sum(map(len, _CYRILLIC_RUN.findall(raw[:200_000])))
        return "cp1251" if high > 20 and in_runs > high * 0.6 else "cp1252"
    return "utf-8"


def _is_utf16(start: bytes) -> bool:
    """UTF-16 without its mark: every other byte is nought where the text is in Latin letters."""
    return len(start) > 8 and max(start[0::2].count(0), start[1::2].count(0)) > len(start) * 0.3


def _decoded(raw: bytes, encoding: str) -> str:
    if encoding == "utf-16" and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16-le" if raw[1::2].count(0) >= raw[0::2].count(0) else "utf-16-be"
    try:
        return raw.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "")
    except LookupError:
        raise WrongFile(_("Letters of this kind are not known here.")) from None


def _separator(lines: list[str]) -> str:
    """The one that cuts most rows into the same number of fields, and into more than one; a comma when none does."""
    best, most = ",", 0.0
    for word, mark in SEPARATORS.items():
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            continue
        if counts and counts[0] > 1:
            score = counts.count(counts[0]) / len(counts) + min(counts[0], 50) / 1000
            if score > most:
                best, most = word, score
    return best


def _is_value(cell: str) -> bool:
    """Whether this is somebody's value and no heading: an e-mail address, a long number."""
    bare = re.sub(r"[\s()+./-]", "", cell)
    return ("@" in cell and "." in cell) or (bare.isdigit() and len(bare) >= 6)
