"""What an erasure does to the log of reads: who looked stays, at whom does not."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.accounts.models import Access
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("accesses", order=92)
def cut_accesses(scope: ErasureScope) -> Outcome:
    """Take the reference to the person out of every look at them."""
    rows = Access.objects.filter(identity_id__in=scope.identity_ids)
    number = rows.count() if scope.is_preview else rows.update(identity_id=None)
    return Outcome("accesses", number, gettext_noop("That a colleague looked at somebody stays; at whom is gone."), number)
