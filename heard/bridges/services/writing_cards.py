"""What changed here goes into the cards there; who has none gets one, where the address book is set so; who was erased is deleted there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from django.db import transaction

from heard.bridges.carddav.client import CardServer, Changed, FetchedCard, href_of
from heard.bridges.carddav.values import LISTS, SINGLE, Ours, Values, Wish, changed_card, ours_of, values_of, wish_of
from heard.bridges.models import AddressBook, BookCard, CardConflict, CardVerdict, Sends
from heard.bridges.outgoing import Trouble
from heard.bridges.persons import Known, everybody, these
from heard.bridges.services.reading_cards import Tally
from heard.bridges.vcards.making import card_of, uid_of
from heard.bridges.vcards.reading import card_in
from heard.bridges.vcards.writing import card_text
from heard.lib.db import update_rows
from heard.lib.time import now
from heard.people.models import SegmentMember

AT_ONCE = 200
MOST_AT_A_TIME = 1_000
"""Cards made in one go, so that one large book does not hold a worker for hours; the others follow the next time."""
REFUSES_ONE = {"refused_card", "too_large", "server_error"}
"""What is about one card, so that the others are still sent."""


def send_changes(book: AddressBook, server: CardServer, audiences: Sequence[int], tally: Tally, beat: Callable[[], None]) -> None:
    """Write what changed here into the cards there. Each by itself: what was written is remembered before the next. Raises Trouble."""
    last = 0
    while True:
        rows = list(
            BookCard.objects.filter(book=book, pk__gt=last, gone_at=None, identity__isnull=False, read_at__isnull=False).order_by("pk")[
                :AT_ONCE
            ]
        )
        if not rows:
            return
        last = rows[-1].pk
        ours = ours_of(book, [row.identity_id for row in rows if row.identity_id], audiences)
        doubts: dict[int, set[str]] = {}
        for card, name in CardConflict.objects.filter(card__in=rows, verdict=CardVerdict.OPEN).values_list("card_id", "field"):
            doubts.setdefault(card, set()).add(name)
        quiet = []
        for row in rows:
            mine = ours.get(row.identity_id or 0)
            if mine is None or row.problem in {"unreadable", "group"}:
                continue
            wish = _wish(row, mine, doubts.get(row.pk, set()))
            if wish:
                beat()
                tally.sent += _send(row, server, mine, wish)
            elif mine.values.kept() != Values.of(row.ours).kept() and not doubts.get(row.pk):
                row.ours = mine.values.kept()
                quiet.append(row)
        update_rows(quiet, ["ours"])


def _wish(row: BookCard, mine: Ours, in_doubt: set[str]) -> Wish:
    return wish_of(
        theirs=Values.of(row.theirs), ours_then=Values.of(row.ours), ours=mine.values, given=Values.of(row.given), in_doubt=in_doubt
    )


def _send(row: BookCard, server: CardServer, mine: Ours, wish: Wish) -> bool:
    """Write one card over the one we know. False when it changed there meanwhile: it is read first, the next time."""
    there = next(iter(server.cards([row.href])), None)
    card = card_in(there.text) if there is not None else None
    if there is None or card is None or (row.etag and there.etag and there.etag != row.etag):
        return False
    given = Values.of(row.given)
    for name in LISTS:
        kept = [value for value in getattr(given, name) if value not in wish.drop.get(name, ())]
        setattr(given, name, kept + [value for value in wish.add.get(name, ()) if value not in kept])
    for name in SINGLE:
        if name in wish.put:
            setattr(given, name, wish.put[name])
    row.given = given.kept()
    row.save(update_fields=["given"])  # before it is sent: should the answer be lost, we still know these words for ours
    new = changed_card(card, wish, mine.places, now())
    return _written(row, server, FetchedCard(row.href, there.etag, card_text(new)), values_of(new), mine.values)


def _written(row: BookCard, server: CardServer, card: FetchedCard, theirs: Values, ours: Values) -> bool:
    try:
        etag = server.put(card.href, card.text, etag=card.etag)
    except Changed:
        return False
    except Trouble as trouble:
        if trouble.problem not in REFUSES_ONE:
            raise
        row.problem, row.ours = trouble.problem, ours.kept()  # not tried again until something else changes
        row.save(update_fields=["problem", "ours"])
        return False
    row.etag, row.theirs, row.ours, row.read_at, row.problem = etag[:300], theirs.kept(), ours.kept(), now(), ""
    row.save(update_fields=["etag", "theirs", "ours", "read_at", "problem"])
    return True


def send_people(book: AddressBook, server: CardServer, audiences: Sequence[int], tally: Tally, beat: Callable[[], None]) -> None:
    """Make a card for everybody who should have one there and has none. One that was deleted there is not made again. Raises Trouble."""
    made = 0
    people = _members(book, audiences) if book.sends == Sends.SEGMENT else everybody(audiences)
    while made < MOST_AT_A_TIME and (some := list(islice(people, AT_ONCE))):
        ready = [known for known in some if (known.emails or known.phones) and known.name]
        absent = _without_a_card(book, ready)
        for known in absent:
            made += 1
            beat()
            tally.sent += _make(book, server, known, audiences)


def _members(book: AddressBook, audiences: Sequence[int]) -> Iterator[Known]:
    rows = SegmentMember.objects.filter(segment=book.segment_id).order_by("identity").values_list("identity__person_number", flat=True)
    return these(dict.fromkeys(rows), audiences)


def _without_a_card(book: AddressBook, people: Sequence[Known]) -> list[Known]:
    """Those of whom no identity has a card in the book, and those whose card we meant to make and do not know whether we did."""
    rows = BookCard.objects.filter(book=book, identity__person_number__in=[known.number for known in people])
    has_one = set(rows.exclude(is_made_here=True, read_at=None).values_list("identity__person_number", flat=True))
    return [known for known in people if known.number not in has_one]


def _make(book: AddressBook, server: CardServer, known: Known, audiences: Sequence[int]) -> bool:
    uid = uid_of(known.number)
    card = card_of(known, at=now(), version=book.version, uid=uid)
    said = values_of(card)
    href = href_of(f"{urlsplit(book.url).path.rstrip('/')}/{uid.removeprefix('urn:uuid:')}.vcf", book.url)
    with transaction.atomic():
        row, _is_new = BookCard.objects.get_or_create(
            book=book, href=href, defaults={"uid": uid, "identity_id": known.number, "is_made_here": True, "given": said.kept()}
        )
        row.given = said.kept()
        row.save(update_fields=["given"])
    ours = ours_of(book, [known.number], audiences).get(known.number)
    return _written(row, server, FetchedCard(href, "", card_text(card)), said, ours.values if ours else said)


def delete_erased(book: AddressBook, server: CardServer) -> None:
    """Delete the cards of whoever was erased; the row goes with its card. Raises Trouble; what is left is tried the next time."""
    for row in BookCard.objects.filter(book=book, is_to_go=True, gone_at=None).order_by("pk"):
        server.delete(row.href)
        row.delete()
