"""What an erasure does to gestures: what was given counts on for the budget; what it was for is cut."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.gestures.models import Gesture
from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.timeline.erasing import parts_of


@eraser("gestures", order=14, find=None)
def erase_gestures(scope: ErasureScope) -> Outcome:
    """Cut gestures loose from the orders and lines of whoever is erased; before the lines themselves go."""
    number = 0
    for some in parts_of(scope.interaction_ids):
        rows = Gesture.objects.filter(order__interaction__in=some)
        number += rows.count() if scope.is_preview else rows.update(order=None, line=None)
    scope.tables.add(Gesture._meta.db_table)
    return Outcome("gestures", number, gettext_noop("That something was given, and what it cost, stays for the budget."), number)
