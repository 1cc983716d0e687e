"""What promises tell of people for segments: which are open, and how many were broken. A target nobody was told of is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from heard.people.attributes import Counted, Fold, declare
from heard.promises.models import Promise, PromiseState

NAMES = ["promises_open", "promises_broken"]


def _given_to(identity_ids: Sequence[int]) -> QuerySet[Promise]:
    given = Q(kind="by_hand") | Q(told_at__isnull=False)
    return Promise.objects.filter(given, conversation__customer__in=identity_ids).order_by()


def _open(identity_ids: Sequence[int]) -> Iterator[Counted]:
    for identity, number in (
        _given_to(identity_ids).filter(state=PromiseState.OPEN).values_list("conversation__customer").annotate(Count("pk"))
    ):
        yield Counted(identity, number=number)


def _broken(identity_ids: Sequence[int]) -> Iterator[Counted]:
    rows = _given_to(identity_ids).filter(broken_at__isnull=False)
    for identity, number in rows.values_list("conversation__customer").annotate(Count("pk")):
        yield Counted(identity, number=number)


def declare_all() -> None:
    """Let segments ask about these."""
    declare("promises_open", _("Open promises to them"), Fold.SUM, _open)
    declare("promises_broken", _("Promises to them that were broken"), Fold.SUM, _broken)
