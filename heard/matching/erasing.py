"""What an erasure does to what was said about pairs of records: the reason goes, the answer stays between stubs, so that counts add up."""

from __future__ import annotations

from django.db.models import Q

from heard.matching.models import Review
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("match_reviews", order=84)
def erase_reviews(scope: ErasureScope) -> list[Outcome]:
    """Empty the reasons that colleagues wrote; that they compared these records stays counted."""
    rows = Review.objects.filter(Q(one__in=scope.identity_ids) | Q(other__in=scope.identity_ids))
    number = rows.count()
    if not scope.is_preview:
        rows.exclude(reason="").update(reason="")
        scope.tables.add(Review._meta.db_table)
    return [Outcome("match_reviews", number)]
