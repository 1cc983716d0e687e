"""Those whom no event named: who was there before matching was, who only stood in Cc, and everybody when a new version is built."""

from __future__ import annotations

import time

from django.db import transaction

from heard.lib.db import lock
from heard.matching.models import MatchModel
from heard.matching.services.live import match_identities, rematch
from heard.matching.services.versions import active_version
from heard.people.models import Identity

AT_ONCE = 10


def catch_up(row: MatchModel | None = None, *, seconds: float = 20.0) -> bool:
    """Compare everybody up to the newest identity under the active version, or under the one that is being built. Answers whether it came to the end.

    It goes on where it stopped, so it may be interrupted at any point.
    """
    row = row or active_version()
    until = time.monotonic() + seconds
    while ids := _next(row.matched_until):
        if time.monotonic() > until:
            return False
        if row.state == MatchModel.ACTIVE:
            match_identities(ids)
        else:
            rematch(ids, row)
        row.matched_until = _reached(row, ids[-1])
    return True


def _next(after: int) -> list[int]:
    return list(Identity.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _reached(row: MatchModel, until: int) -> int:
    held = lock(row)
    if held.matched_until < until:
        held.matched_until = until
        held.save(update_fields=["matched_until"])
    return held.matched_until
