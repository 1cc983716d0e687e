"""What an erasure does to files of people and to cards in address books."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.bridges.models import BookCard, CardConflict, FileState, PeopleFile, Sends
from heard.lib.db import lock, update_rows
from heard.lib.time import now
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("people_files", order=15)
def erase_files(scope: ErasureScope) -> list[Outcome]:
    """Drop files of people that nobody has taken in yet: whoever is erased may be in them."""
    waiting = PeopleFile.objects.filter(blob__isnull=False)
    dropped = gettext_noop("Files of people that were looked at and not taken in yet are dropped; bring them again.")
    if scope.is_preview:
        number = waiting.count()
        return [Outcome("people_files", number, dropped if number else "")]
    number = 0
    for file in lock(waiting):
        scope.litter["files"].add(file.blob_id or 0)
        file.blob, file.state, file.name, file.problems, file.finished_at = None, FileState.DROPPED, "", [], now()
        file.save(update_fields=["blob", "state", "name", "problems", "finished_at"])
        number += 1
    scope.tables.add(PeopleFile._meta.db_table)
    return [Outcome("people_files", number, dropped if number else "")]


@eraser("book_cards", order=87)
def erase_cards(scope: ErasureScope) -> list[Outcome]:
    """Empty what we remember of their cards. A card in an address book that we write to is deleted there; one that we only read is not ours."""
    rows = BookCard.objects.filter(identity__in=scope.identity_ids)
    told = gettext_noop("The card is deleted in the address book when it is next reached.")
    theirs = gettext_noop(
        "An address book that we only read still holds a card. Ask whoever keeps it to delete it; it does not come back here."
    )
    if scope.is_preview:
        writable = rows.exclude(book__sends=Sends.NOTHING).count()
        return _outcomes(writable, rows.count() - writable, told, theirs)
    conflicts = CardConflict.objects.filter(card__in=rows)
    conflicts.delete()
    cards = lock(rows.select_related("book"))
    writable = 0
    for card in cards:
        is_ours_to_delete = card.book.sends != Sends.NOTHING and card.gone_at is None and card.book.ended_at is None
        writable += is_ours_to_delete
        card.theirs, card.ours, card.given, card.uid, card.problem = {}, {}, {}, "", ""
        card.is_to_go = is_ours_to_delete
        card.identity_id = None
    update_rows(cards, ["theirs", "ours", "given", "uid", "problem", "is_to_go", "identity"])
    for book in {card.book_id for card in cards if card.is_to_go}:
        from heard.bridges.tasks import read_address_book

        read_address_book.using(dedupe=f"book:{book}").enqueue(book)
    scope.tables |= {BookCard._meta.db_table, CardConflict._meta.db_table}
    return _outcomes(writable, len(cards) - writable, told, theirs)


def _outcomes(writable: int, read_only: int, told: str, theirs: str) -> list[Outcome]:
    found = [Outcome("book_cards", writable + read_only, told if writable else "")]
    return found + ([Outcome("read_cards", 0, theirs, read_only)] if read_only else [])
