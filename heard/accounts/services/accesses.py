"""Who looked at whom: kept for the customer to see, once per colleague, person and quarter of an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from heard.accounts.models import Access, User
from heard.lib.prepared import prepared
from heard.lib.time import now

ONCE_IN = timedelta(minutes=15)


def note_access(user: User, identity_id: int | None, *, page: str, is_new: bool = False) -> None:
    """Remember that `user` saw a page about an identity; nothing when they did within fifteen minutes. At most two queries.

    `is_new`: the page has found already that they did not.
    """
    if identity_id is None:
        return
    moment = now()
    if is_new or not _seen(user.pk, identity_id, page, moment - ONCE_IN):
        Access.objects.create(user=user, identity_id=identity_id, page=page, at=moment)


@prepared
def _seen(user: int, identity_id: int, page: str, since: datetime) -> QuerySet[Access, int]:
    return Access.objects.filter(user=user, identity_id=identity_id, page=page, at__gt=since).values_list("pk", flat=True)[:1]
