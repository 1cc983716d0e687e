"""What an erasure does to improvements: whoever is named in colleagues' words about a change they asked for is taken out of them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.improvements.models import Decision, Evidence, Improvement, ImprovementChange
from heard.improvements.services.proposing import LIMITS
from heard.lib.db import lock, update_rows
from heard.lib.text import storable
from heard.privacy.registry import ErasureScope, Outcome, eraser


@eraser("improvements", order=27)
def erase_names(scope: ErasureScope) -> Outcome:
    """Take the person out of titles, texts and reasons of improvements to which their words were evidence. The counts stay as they were."""
    left = gettext_noop("Improvements keep counting this person, without name or words.")
    theirs = Evidence.objects.filter(signal__identity__in=scope.identity_ids)
    numbers = sorted(set(theirs.values_list("improvement_id", flat=True)))
    evidence = theirs.filter(withdrawn_at=None).count()
    rows = Improvement.objects.filter(pk__in=numbers)
    improvements = list(rows) if scope.is_preview else lock(rows)
    changed = [one for one in improvements if _redact(scope, one, LIMITS)]
    changes = [one for one in ImprovementChange.objects.filter(improvement__in=numbers) if _redact(scope, one, {"was": 4000})]
    decisions = [one for one in Decision.objects.filter(improvement__in=numbers) if _redact(scope, one, {"public_reason": 2000})]
    if not scope.is_preview:
        update_rows(changed, list(LIMITS))
        update_rows(changes, ["was"])
        update_rows(decisions, ["public_reason"])
        scope.tables |= {model._meta.db_table for model in (Improvement, ImprovementChange, Decision)}
    return Outcome("improvements", len(changed) + len(changes) + len(decisions), left, evidence)


def _redact(scope: ErasureScope, row: Improvement | ImprovementChange | Decision, limits: dict[str, int]) -> bool:
    """Change the row's own words; whether any were changed."""
    is_changed = False
    for field, limit in limits.items():
        words = getattr(row, field)
        redacted = storable(scope.redactor().words(words), limit)
        if redacted != words:
            setattr(row, field, redacted)
            is_changed = True
    return is_changed
