"""Connecting an address book, changing what it may do, ending it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.accounts.services.audiences import audience_of
from heard.bridges.carddav.client import CardServer, FoundBook
from heard.bridges.models import AddressBook, BookCard, CardConflict, Sends
from heard.bridges.outgoing import Trouble
from heard.bridges.services.sources import move_audience
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.sealing import WrongKey, seal, unseal
from heard.lib.text import storable
from heard.lib.time import now

PURPOSE = "address book password"
LOOKING_SECONDS = 15
COLUMNS = ("name", "url", "username", "sends", "segment", "forgets", "minutes", "is_active")


@transaction.atomic
def add_book(values: Mapping[str, Any], *, teams: Iterable[Team], by: User | None, once: UUID | None = None) -> AddressBook:
    """Write down an address book; nothing is asked of its server yet. `values` are its columns, with `password` in clear.

    A second call with the same `once` answers the first one's.
    """
    if once is not None and (known := AddressBook.objects.filter(once=once).first()) is not None:
        return known
    book = AddressBook(audience=audience_of(teams), created_at=now(), by=by, once=once)
    _write(book, values)
    record_event("address_book.added", book, actor=by)
    return book


@transaction.atomic
def change_book(book: AddressBook, values: Mapping[str, Any], *, teams: Iterable[Team], by: User | None) -> AddressBook:
    """Change an address book. An empty password keeps the one we have. Another address or log-in is looked at afresh."""
    book = lock(book)
    was = (book.url, book.username)
    audience = audience_of(teams)
    if audience.pk != book.audience_id:
        move_audience(book.source, book.audience_id, audience.pk)
        book.audience = audience
    _write(book, values)
    if was != (book.url, book.username):
        book.is_chosen, book.found, book.sync_token, book.ctag = False, [], "", ""
    book.problem, book.problem_at, book.failures = "", None, 0
    book.next_at = now() if book.is_chosen else None
    book.save()
    record_event("address_book.changed", book, actor=by)
    return book


def look_for_books(book: AddressBook) -> list[FoundBook]:
    """Ask the server which address books there are; with a single one it is chosen. Not inside a transaction. Raises Trouble."""
    with opened(book, seconds=LOOKING_SECONDS) as server:
        found = server.find_books()
    with transaction.atomic():
        held = lock(book)
        held.found = [[one.url, storable(one.name, 80)] for one in found]
        held.save(update_fields=["found"])
    book.found = held.found
    if len(found) == 1:
        choose_book(book, found[0].url)
    return found


@transaction.atomic
def choose_book(book: AddressBook, url: str) -> AddressBook:
    """Take this one of those that were found, and begin to read it. Raises Refusal for another."""
    from heard.bridges.tasks import read_address_book

    held = lock(book)
    if url not in [one[0] for one in held.found]:
        raise Refusal(_("Choose one of the address books that the server offers."))
    if AddressBook.objects.filter(url=url, ended_at=None, is_chosen=True).exclude(pk=held.pk).exists():
        raise Refusal(_("This address book is connected already."))
    if held.url != url:
        held.sync_token = held.ctag = ""
    held.url, held.is_chosen, held.next_at = url, True, now()
    held.save(update_fields=["url", "is_chosen", "sync_token", "ctag", "next_at"])
    book.url, book.is_chosen = url, True
    if held.is_active:
        read_address_book.using(dedupe=f"book:{held.pk}").enqueue(held.pk)
    return held


@transaction.atomic
def end_book(book: AddressBook, *, by: User | None) -> AddressBook:
    """Part from an address book: nothing goes either way any more. Who came from it stays, and so do the cards there."""
    book = lock(book)
    if book.ended_at is not None:
        return book
    CardConflict.objects.filter(card__book=book).delete()
    BookCard.objects.filter(book=book).delete()
    book.ended_at, book.is_active, book.password_sealed, book.found = now(), False, None, []
    book.save()
    record_event("address_book.ended", book, actor=by)
    return book


def opened(book: AddressBook, *, seconds: float = 30) -> CardServer:
    """The server of a book, to be asked in a `with` block. Raises Trouble when our own key is another."""
    try:
        password = unseal(book.password_sealed, purpose=PURPOSE)
    except WrongKey:
        raise Trouble("wrong_key") from None
    return CardServer(book.url, username=book.username, password=password, seconds=seconds)


def _write(book: AddressBook, values: Mapping[str, Any]) -> None:
    for name in COLUMNS:
        if name in values:
            setattr(book, name, values[name])
    if book.sends != Sends.SEGMENT:
        book.segment = None
    if not book.username:
        book.password_sealed = None
    elif values.get("password"):
        book.password_sealed = seal(values["password"], purpose=PURPOSE)
    book.save()
