"""What an erasure does to customers' pages: answers stay as numbers, codes go, and every link dies with its identity."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.portal.models import Answer, Code, LinkRevocation
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("portal", order=60)
def erase_portal(scope: ErasureScope) -> list[Outcome]:
    """Remove codes; count the answers and revocations that stay between stubs. What was said is emptied with its interaction."""
    codes = Code.objects.filter(identity__in=scope.identity_ids)
    stays = Answer.objects.filter(identity__in=scope.identity_ids).count()
    stays += LinkRevocation.objects.filter(identity__in=scope.identity_ids).count()
    number = codes.count() if scope.is_preview else codes.delete()[0]
    if not scope.is_preview:
        scope.tables.add(Code._meta.db_table)
    left = gettext_noop("That a matter was said to be solved, and that links were stopped, stays as kind and time. No link opens any more.")
    return [Outcome("codes", number), Outcome("customer_answers", 0, left, stays)]
