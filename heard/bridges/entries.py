"""The entries of a file of people, whatever its kind: each a record with what it is known by, or a problem with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _

from heard.bridges.csvs.columns import usable
from heard.bridges.csvs.tables import Form, beginning_of, rows_in
from heard.bridges.csvs.understanding import day_order, row_said, utc_now_or_earlier
from heard.bridges.knowing import has_anything, known_by, sifted
from heard.bridges.vcards.cards import Card
from heard.bridges.vcards.jcards import jcards_in
from heard.bridges.vcards.reading import cards_in
from heard.bridges.vcards.understanding import changed_at, is_of_a_group, record_of
from heard.lib.tables import Problem, WrongFile, text_of
from heard.people.services.records import NewRecord

DAY_ORDERS = {"day": True, "month": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in a file: the line they stand in, by what they are known again, what is said of them and as of when, what was left out."""

    line: int
    external_id: str
    record: NewRecord
    at: datetime
    left_out: tuple[str, ...] = ()


def kind_of(raw: bytes, name: str) -> str:
    """csv, vcard or jcard, by the first words and then by the name of the file."""
    start = raw[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:11].upper() == b"BEGIN:VCARD" or raw[:60].replace(b"\0", b"").strip(b"\xff\xfe\r\n ").upper().startswith(b"BEGIN:VCARD"):
        return "vcard"
    if start[:1] == b"[" and b"vcard" in start[:200]:
        return "jcard"
    return "vcard" if name.lower().endswith((".vcf", ".vcard")) else "jcard" if name.lower().endswith(".json") else "csv"


def entries_in(
    raw: bytes, *, kind: str, form: dict[str, object], mapping: Sequence[str], at: datetime, zone: tzinfo
) -> Iterator[Entry | Problem]:
    """The people of a file in its order, each once. `at` is when the file says it, where an entry says nothing itself. Raises WrongFile."""
    if kind == "csv":
        found = _rows(raw, form, mapping, at, zone)
    else:
        cards = jcards_in(text_of(raw)) if kind == "jcard" else cards_in(text_of(raw))
        found = _cards(cards, at)
    yield from _each_once(found)


def form_from(data: dict[str, object]) -> Form:
    """The form of a CSV file as a row keeps it."""
    return Form(str(data.get("encoding") or "utf-8"), str(data.get("separator") or ","), bool(data.get("has_heading", True)))


def _rows(raw: bytes, data: dict[str, object], mapping: Sequence[str], at: datetime, zone: tzinfo) -> Iterator[Entry | Problem]:
    form = form_from(data)
    beginning = beginning_of(raw, form)
    if not usable(mapping):
        raise WrongFile(
            _("No column tells one person from another: say which holds an e-mail address, a telephone number or a customer number.")
        )
    day_first = DAY_ORDERS.get(str(data.get("days") or ""))
    if day_first is None and "birth_date" in mapping:
        column = list(mapping).index("birth_date")
        day_first = day_order(found[1][column] for found in rows_in(raw, form) if not isinstance(found, Problem) and column < len(found[1]))
    for found in rows_in(raw, form):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        said = row_said(cells, mapping, beginning.headings, day_first=day_first, zone=zone)
        yield _entry(line, said.number, said.record, utc_now_or_earlier(said.changed_at, at), said.left_out)


def _cards(cards: Iterator[tuple[int, Card] | Problem], at: datetime) -> Iterator[Entry | Problem]:
    for found in cards:
        if isinstance(found, Problem):
            yield found
            continue
        line, card = found
        if is_of_a_group(card):
            yield Problem(line, _("This card is a list of others and nobody; it was left out."))
            continue
        yield _entry(line, card.uid, record_of(card), utc_now_or_earlier(changed_at(card), at), ())


def _entry(line: int, number: str, record: NewRecord, at: datetime, left_out: tuple[str, ...]) -> Entry | Problem:
    good = sifted(record, today=at.date())
    if not has_anything(good.record):
        told = (*left_out, *good.left_out)
        return Problem(
            line, " ".join((*told, _("Nothing else is said of anybody here.") if told else _("Nothing is said of anybody here.")))
        )
    external_id = " ".join(number.split())[:300] or known_by(good.record)
    if not external_id:
        return Problem(
            line, _("Nobody could be found again by this: there is no number, no e-mail address, no telephone number, no postal address.")
        )
    return Entry(line, external_id, good.record, at, (*left_out, *good.left_out))


def _each_once(found: Iterator[Entry | Problem]) -> Iterator[Entry | Problem]:
    """Of two entries that are known by the same, the second is told: taken, it would put what it says in the place of the first."""
    lines: dict[str, int] = {}
    for one in found:
        if isinstance(one, Problem):
            yield one
        elif one.external_id in lines:
            kind, _colon, value = one.external_id.partition(":")
            shown = value if kind in {"email", "phone", "handle"} else one.external_id
            yield Problem(
                one.line,
                _("“%(value)s” stands in line %(line)d already. If these are two people, give each a number of their own.")
                % {"value": shown[:60] if kind != "words" else _("the same name and place"), "line": lines[one.external_id]},
            )
        else:
            lines[one.external_id] = one.line
            yield one
