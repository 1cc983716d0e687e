"""Where an address book and we say different things: somebody chooses, and the other side hears of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.bridges.carddav.values import Values
from heard.bridges.models import CardConflict, CardVerdict
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.services.facts import correct_name
from heard.people.services.records import NewRecord, put_many


def open_card_conflicts(actor: User) -> list[CardConflict]:
    """What waits for somebody to choose, of address books whose people `actor` may know; the oldest first. One query."""
    rows = CardConflict.objects.filter(
        verdict=CardVerdict.OPEN, card__book__audience__in=readable_audience_ids(actor), card__book__ended_at=None
    )
    return list(rows.select_related("card__book", "card__identity").order_by("pk")[:200])


@transaction.atomic
def settle_conflict(conflict: CardConflict, *, verdict: str, by: User) -> CardConflict:
    """Take what they say, or keep what we say: the other side follows. Answering twice keeps the first answer. Raises Refusal."""
    from heard.bridges.tasks import read_address_book

    conflict = lock(conflict)
    if conflict.verdict != CardVerdict.OPEN:
        return conflict
    if verdict not in {CardVerdict.THEIRS, CardVerdict.OURS}:
        raise Refusal(_("Choose one of the two."))
    card = lock(conflict.card)
    if card.identity is None or card.gone_at is not None:
        raise Refusal(_("This card is not there any more."))
    then = Values.of(card.ours)
    if verdict == CardVerdict.THEIRS:
        if conflict.field == "name":
            correct_name(card.identity, name=conflict.theirs, by=by)
        else:
            said: dict[str, Any] = {conflict.field: conflict.theirs}
            record = NewRecord(**said)
            put_many(card.book.source, [(card.uid, record, now())], audience_id=card.book.audience_id)
        setattr(then, conflict.field, conflict.theirs if conflict.field == "name" else conflict.ours)
    else:
        setattr(then, conflict.field, "")  # as if we had said nothing yet: it is sent the next time
    card.ours = then.kept()
    card.save(update_fields=["ours"])
    conflict.verdict, conflict.by, conflict.at = CardVerdict(verdict), by, now()
    conflict.save(update_fields=["verdict", "by", "at"])
    record_event(
        "card.settled", card.identity, actor=by, book_id=card.book_id, identity_id=card.identity_id, field=conflict.field, verdict=verdict
    )
    read_address_book.using(dedupe=f"book:{card.book_id}").enqueue(card.book_id)
    return conflict
