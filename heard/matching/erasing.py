"""What an erasure does to matching: records, keys and pairs go; what colleagues said of pairs stays between stubs, so that counts add up."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from heard.matching.models import MatchEdge, MatchKey, MatchRecord, Review
from heard.matching.services.live import forget_identities
from heard.matching.services.versions import hold_versions
from heard.privacy.registry import ErasureScope, Outcome, eraser


def hold_matching(scope: ErasureScope) -> None:
    """Before any identity is held: matching holds its versions first and identities after, and two who did it the other way round would wait for ever."""
    if scope.number is not None and connection.in_atomic_block:
        hold_versions()


@eraser("matching", order=4, find=hold_matching)
def erase_matching(scope: ErasureScope) -> list[Outcome]:
    """Remove what they were compared by. Who was one person through them alone is no more."""
    number = MatchRecord.objects.filter(identity__in=scope.identity_ids).count()
    if not scope.is_preview:
        forget_identities(scope.identity_ids)
        scope.tables |= {model._meta.db_table for model in (MatchRecord, MatchKey, MatchEdge)}
    return [Outcome("matching", number)]


@eraser("match_reviews", order=84)
def erase_reviews(scope: ErasureScope) -> list[Outcome]:
    """Empty the reasons that colleagues wrote; that they compared these records stays counted."""
    rows = Review.objects.filter(Q(one__in=scope.identity_ids) | Q(other__in=scope.identity_ids))
    number = rows.count()
    if not scope.is_preview:
        rows.exclude(reason="").update(reason="")
        scope.tables.add(Review._meta.db_table)
    return [Outcome("match_reviews", number)]
