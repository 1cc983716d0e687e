"""What an address book's cards say becomes what people say: each card compared with what it said before, and with what we say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from heard.bridges.carddav.client import FetchedCard
from heard.bridges.carddav.values import LISTS, SINGLE, Ours, Values, ours_of, values_of, without
from heard.bridges.knowing import has_anything, sifted
from heard.bridges.models import AddressBook, BookCard, CardConflict, CardVerdict
from heard.bridges.vcards.cards import Card
from heard.bridges.vcards.reading import card_in
from heard.bridges.vcards.understanding import changed_at, is_of_a_group, record_of
from heard.events import record_event
from heard.lib.db import insert_rows, lock, update_rows
from heard.lib.time import now
from heard.people.models import LinkDecision
from heard.people.services.decisions import lock_component, recompute
from heard.people.services.records import NewRecord, put_many

EMPTY = NewRecord(
    names=(), emails=(), phones=(), addresses=(), birth_date="", organisation="", handles=(),
)  # fmt: skip
"""A record that says nothing any more: everything it said is retracted."""


@dataclass(slots=True)
class Tally:
    """What came of one look at an address book."""

    made: int = 0
    changed: int = 0
    gone: int = 0
    sent: int = 0
    refused: int = 0

    def __bool__(self) -> bool:
        return any((self.made, self.changed, self.gone, self.sent, self.refused))


@dataclass(slots=True)
class _Taken:
    """A card on its way among people: its row, what it says now, and the record that is put."""

    row: BookCard
    card: Card
    theirs: Values
    record: NewRecord
    at: datetime
    is_new: bool


@transaction.atomic
def take_cards(book: AddressBook, fetched: Sequence[FetchedCard], audiences: Sequence[int], tally: Tally) -> None:
    """Take some cards as they are now. About forty queries for any number; all of them or none."""
    rows = {row.href: row for row in lock(BookCard.objects.filter(book=book, href__in=[one.href for one in fetched]))}
    doubts = {(one.card_id, one.field): one for one in CardConflict.objects.filter(card__in=rows.values(), verdict=CardVerdict.OPEN)}
    before = ours_of(book, [row.identity_id for row in rows.values() if row.identity_id], audiences)
    taken, settled = [], []
    for one in fetched:
        row = rows.get(one.href) or BookCard(book=book, href=one.href)
        row.etag, row.read_at, row.gone_at, row.problem = one.etag, now(), None, ""
        card = card_in(one.text)
        if row.is_to_go or card is None or is_of_a_group(card):
            row.problem = "" if row.is_to_go else "group" if card is not None else "unreadable"
            tally.refused += card is None
            settled.append(row)
            continue
        theirs = values_of(card)
        if row.pk and row.identity_id and theirs.kept() == Values.of(row.theirs).kept():
            settled.append(row)
            continue
        taken.append(_taken(row, card, theirs, before.get(row.identity_id or 0), doubts))
    _save(settled)
    _put(book, taken, audiences, before, tally)


def _taken(row: BookCard, card: Card, theirs: Values, ours: Ours | None, doubts: dict[tuple[int, str], CardConflict]) -> _Taken:
    is_new = row.pk is None or not row.theirs
    given = Values.of(row.given)
    record = without(sifted(record_of(card), today=now().date()).record, given)
    if not is_new and ours is not None:
        record = _withholding(row, theirs, ours.values, record, doubts)
    for name in LISTS:  # what they took out of our own additions is ours no more
        setattr(given, name, [value for value in getattr(given, name) if value in getattr(theirs, name)])
    row.given = given.kept()
    at = (changed_at(card) if is_new else None) or now()
    return _Taken(row, card, theirs, record, min(at, now()), is_new)


def _withholding(row: BookCard, theirs: Values, ours: Values, record: NewRecord, doubts: dict[tuple[int, str], CardConflict]) -> NewRecord:
    """The record without what both sides changed: that waits for somebody to choose, and is noted."""
    was, then = Values.of(row.theirs), Values.of(row.ours)
    for name in SINGLE:
        their, our = getattr(theirs, name), getattr(ours, name)
        known = doubts.get((row.pk, name))
        both_changed = their != getattr(was, name) and bool(our) and our != getattr(then, name)
        if their == our:
            if known is not None:
                known.verdict, known.at = CardVerdict.PAST, now()
                known.save(update_fields=["verdict", "at"])
            continue
        if not both_changed and known is None:
            continue
        unspoken: dict[str, Any] = {"names" if name == "name" else name: None}
        record = replace(record, **unspoken)
        if known is None:
            known = CardConflict(card=row, field=name, found_at=now())
            _tell_doubt(row, name)
        known.theirs, known.ours, known.theirs_at = their[:500], our[:500], now()
        known.save()
    return record


def _put(book: AddressBook, taken: list[_Taken], audiences: Sequence[int], before: dict[int, Ours], tally: Tally) -> None:
    """Put the records, note whose cards they are, and remember what both sides say now."""
    _name_uids(book, taken)
    says = [one for one in taken if not one.row.is_made_here or has_anything(one.record)]
    puts = put_many(book.source, [(one.row.uid, one.record, one.at) for one in says], audience_id=book.audience_id)
    linked: list[tuple[int, int]] = []
    for one, put in zip(says, puts, strict=True):
        if put.identity is None:
            one.row.problem = put.verdict if put.verdict == "erased" else put.problem[:200]
            tally.refused += put.verdict == "refused"
            one.row.identity_id, one.theirs, one.row.uid = None, Values(), "" if put.verdict == "erased" else one.row.uid
            continue
        tally.made += put.verdict == "made" and not one.row.is_made_here
        tally.changed += put.verdict == "changed" or (put.verdict == "made" and one.row.is_made_here)
        if one.row.is_made_here and one.row.identity_id and one.row.identity_id != put.identity.pk:
            linked.append((one.row.identity_id, put.identity.pk))
        else:
            one.row.identity_id = put.identity.pk
    for made_of, came in linked:
        _are_one(made_of, came)
    after = ours_of(book, [one.row.identity_id for one in taken if one.row.identity_id], audiences)
    for one in taken:
        known = before.get(one.row.identity_id or 0)
        new = after.get(one.row.identity_id or 0)
        one.row.theirs = one.theirs.kept()
        one.row.ours = _compared(one, known, new).kept() if new else {}
    _save([one.row for one in taken])


def _compared(one: _Taken, before: Ours | None, after: Ours) -> Values:
    """What we say, as compared: what had changed here and was not sent yet stays as it was then, so that it is still sent."""
    if one.is_new or before is None:
        return after.values
    then, found = Values.of(one.row.ours), replace(after.values)
    for name in SINGLE:
        if getattr(before.values, name) != getattr(then, name):
            setattr(found, name, getattr(then, name))
    for name in LISTS:
        added = [value for value in getattr(before.values, name) if value not in getattr(then, name)]
        setattr(found, name, [value for value in getattr(after.values, name) if value not in added])
    return found


def _name_uids(book: AddressBook, taken: list[_Taken]) -> None:
    """A card is known by its UID; where it has none, or another card of the book has the same, by its place."""
    wanted = {one.card.uid[:300] for one in taken if one.card.uid}
    holders = dict(BookCard.objects.filter(book=book, uid__in=wanted, gone_at=None).values_list("uid", "href"))
    for one in taken:
        if one.row.uid:
            continue
        uid = one.card.uid[:300]
        if not uid or holders.setdefault(uid, one.row.href) != one.row.href:
            uid = one.row.href[-300:]
        one.row.uid = uid


def _are_one(made_of: int, came: int) -> None:
    """A card that we made of a person says more now: whoever it speaks of is that person. Said once, and a colleague's word counts more."""
    identities = lock_component([made_of, came])
    first, second = sorted((made_of, came))
    if LinkDecision.objects.filter(one=first, other=second).exists():
        return
    decision = LinkDecision.objects.create(
        one_id=first, other_id=second, verdict=LinkDecision.SAME, reason="", model_version="card made of this person", at=now()
    )
    record_event("link.decided", decision, one_id=first, other_id=second, verdict=LinkDecision.SAME)
    recompute(identities | {made_of, came})


@transaction.atomic
def let_go(book: AddressBook, hrefs: Sequence[str], tally: Tally) -> None:
    """Cards that are there no more. What they said stays, or is taken back where the book is set so; nobody is deleted for it."""
    rows = lock(BookCard.objects.filter(book=book, href__in=hrefs, gone_at=None))
    gone = [row for row in rows if not row.is_to_go]
    if book.forgets:
        speaking = [row for row in gone if row.uid and row.identity_id and not row.is_made_here]
        put_many(book.source, [(row.uid, EMPTY, now()) for row in speaking], audience_id=book.audience_id)
    for row in rows:
        row.gone_at, row.is_to_go, row.etag, row.theirs, row.ours, row.given = now(), False, "", {}, {}, {}
    update_rows(rows, ["gone_at", "is_to_go", "etag", "theirs", "ours", "given"])
    CardConflict.objects.filter(card__in=rows, verdict=CardVerdict.OPEN).update(verdict=CardVerdict.PAST, at=now())
    tally.gone += len(gone)


def _save(rows: Sequence[BookCard]) -> None:
    insert_rows([row for row in rows if row.pk is None])
    known = [row for row in rows if row.pk is not None]
    update_rows(known, ["etag", "uid", "identity", "theirs", "ours", "given", "read_at", "gone_at", "problem"])


def _tell_doubt(row: BookCard, name: str) -> None:
    if row.identity_id:
        record_event("card.doubted", ("identity", row.identity_id), book_id=row.book_id, identity_id=row.identity_id, field=name)
