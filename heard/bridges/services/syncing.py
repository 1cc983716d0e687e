"""One look at an address book: delete who was erased, read what changed, write what changed here; and remember how far it came."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from time import monotonic
from uuid import uuid4

from django.db import transaction

from heard.bridges.carddav.client import AT_ONCE, CardServer, Changes
from heard.bridges.carddav.values import audiences_of
from heard.bridges.models import AddressBook, BookCard, Sends
from heard.bridges.outgoing import Trouble
from heard.bridges.services.books import opened
from heard.bridges.services.reading_cards import Tally, let_go, take_cards
from heard.bridges.services.writing_cards import delete_erased, send_changes, send_people
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.time import now
from heard.tasks.leases import hold, release

logger = logging.getLogger("heard.bridges")
LEASE_SECONDS, BEAT_SECONDS = 300, 30
Beat = Callable[[], None]
LONGEST_PAUSE = timedelta(hours=6)


def enqueue_due() -> int:
    """Leave a task for each address book whose time has come. Answers how many."""
    from heard.bridges.tasks import read_address_book

    moment = now()
    with transaction.atomic():
        due = lock(AddressBook.objects.filter(is_active=True, is_chosen=True, ended_at=None, next_at__lte=moment))
        for book in due:
            book.next_at = moment + timedelta(minutes=book.minutes)
            book.save(update_fields=["next_at"])
            read_address_book.using(dedupe=f"book:{book.pk}").enqueue(book.pk)
    return len(due)


def sync_book(book_id: int) -> Tally | None:
    """Bring an address book and us up to each other's date. None when another worker does, or it is not connected. Never raises Trouble.

    Whatever stops it in the middle, what was done is done and remembered, and the next run goes on from there.
    """
    book = AddressBook.objects.filter(pk=book_id, is_chosen=True, is_active=True, ended_at=None).first()
    holder = uuid4().hex
    if book is None or not hold(f"address-book:{book_id}", holder, LEASE_SECONDS):
        return None
    tally = Tally()
    try:
        with opened(book) as server:
            _sync(book, server, tally, _keeping(f"address-book:{book_id}", holder))
        _note_success(book, tally)
    except Trouble as trouble:
        logger.warning("address book could not be read", extra={"book": book.pk, "problem": trouble.problem})
        _note_problem(book, trouble.problem, tally)
    finally:
        release(f"address-book:{book_id}", holder)
    return tally


def _sync(book: AddressBook, server: CardServer, tally: Tally, beat: Beat) -> None:
    audiences = audiences_of(book)
    if book.sends != Sends.NOTHING:
        delete_erased(book, server)
    state = server.state()
    version = "4.0" if "4.0" in state.versions and "3.0" not in state.versions else "3.0"  # 3.0 is what every program reads
    is_same = bool(state.ctag) and state.ctag == book.ctag and not state.sync_token
    if not is_same:
        changes = server.changes(book.sync_token)
        _read(book, server, changes, audiences, tally, beat)
        book.sync_token, book.ctag = changes.token[:1000], state.ctag[:500]
    book.version = version
    book.save(update_fields=["sync_token", "ctag", "version"])
    if book.sends != Sends.NOTHING:
        beat()
        send_changes(book, server, audiences, tally, beat)
        if book.sends_cards:
            send_people(book, server, audiences, tally, beat)


def _read(book: AddressBook, server: CardServer, changes: Changes, audiences: list[int], tally: Tally, beat: Beat) -> None:
    rows = BookCard.objects.filter(book=book, gone_at=None)
    known = dict(rows.exclude(etag="").values_list("href", "etag"))
    gone = set(changes.gone)
    if changes.is_whole:
        gone = set(rows.filter(read_at__isnull=False).values_list("href", flat=True)) - set(changes.changed)
    wanted = [href for href, etag in changes.changed.items() if not etag or known.get(href) != etag]
    for some in _some(sorted(gone)):  # first: a card that moved is gone at its old place and new at another
        let_go(book, some, tally)
    for some in _some(sorted(wanted)):
        fetched = list(server.cards(some))
        take_cards(book, fetched, audiences, tally)
        beat()


def _keeping(name: str, holder: str) -> Beat:
    """What prolongs our lease now and then. Raises Trouble when another worker took it: we were away for too long."""
    last = monotonic()

    def beat() -> None:
        nonlocal last
        if monotonic() - last > BEAT_SECONDS:
            if not hold(name, holder, LEASE_SECONDS):
                raise Trouble("timed_out")
            last = monotonic()

    return beat


def _some(hrefs: list[str]) -> Iterable[list[str]]:
    return (hrefs[start : start + AT_ONCE] for start in range(0, len(hrefs), AT_ONCE))


@transaction.atomic
def _note_success(book: AddressBook, tally: Tally) -> None:
    held = lock(book)
    if held.problem:
        record_event("address_book.recovered", held)
    held.last_at, held.problem, held.problem_at, held.failures = now(), "", None, 0
    held.save(update_fields=["last_at", "problem", "problem_at", "failures"])
    _tell(held, tally)


@transaction.atomic
def _note_problem(book: AddressBook, problem: str, tally: Tally) -> None:
    """Remember why, tell once, and wait longer after each failure."""
    held = lock(book)
    if held.problem != problem:
        record_event("address_book.failed", held, cause=problem)
        held.problem_at = now()
    held.problem, held.failures = problem, held.failures + 1
    pause = min(timedelta(minutes=held.minutes) * 2 ** min(held.failures - 1, 8), max(LONGEST_PAUSE, timedelta(minutes=held.minutes)))
    held.next_at = now() + pause
    held.save(update_fields=["problem", "problem_at", "failures", "next_at"])
    _tell(held, tally)


def _tell(book: AddressBook, tally: Tally) -> None:
    if tally:
        record_event(
            "address_book.read", book, made=tally.made, changed=tally.changed, gone=tally.gone, sent=tally.sent, refused=tally.refused
        )
