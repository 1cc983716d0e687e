"""Who looked at whom: kept for the customer to see, once per colleague, person and quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

from heard.accounts.models import Access, User
from heard.lib.time import now

ONCE_IN = timedelta(minutes=15)


def note_access(user: User, identity_id: int | None, *, page: str) -> None:
    """Remember that `user` saw a page about an identity; nothing when they did within fifteen minutes. At most two queries."""
    if identity_id is None:
        return
    moment = now()
    seen = Access.objects.filter(user=user, identity_id=identity_id, page=page, at__gt=moment - ONCE_IN)
    if not seen.exists():
        Access.objects.create(user=user, identity_id=identity_id, page=page, at=moment)
