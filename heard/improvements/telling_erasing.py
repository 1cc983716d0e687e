"""What an erasure does to tellings: nobody writes to them any more, nobody quotes them; that they were told, and answered, stays counted."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_noop

from heard.improvements.models import Cause, LoopStanding, QuoteConsent, Telling, Told, ToldState
from heard.lib.db import lock, update_rows
from heard.lib.text import storable
from heard.privacy.registry import ErasureScope, Outcome, eraser

LONGEST = 4000


@eraser("tellings", order=28)
def erase_told(scope: ErasureScope) -> list[Outcome]:
    """Take them off the lists of those still to be told, take back their consent, and take their name out of what was written to all."""
    left = gettext_noop("That somebody was told and what they answered stays counted, without a name.")
    theirs = Told.objects.filter(identity__in=scope.identity_ids)
    consents = QuoteConsent.objects.filter(identity__in=scope.identity_ids)
    improvements = set(theirs.values_list("improvement_id", flat=True))
    tellings = list(Telling.objects.filter(improvement__in=improvements))
    redacted = [one for one in tellings if _redact(scope, one)]
    number, quotes = theirs.count(), consents.count()
    if not scope.is_preview:
        rows = lock(theirs.filter(Q(state=ToldState.HELD) | Q(state=ToldState.QUEUED) | Q(state=ToldState.NO_WAY)))
        for row in rows:
            row.state, row.cause, row.held_until = ToldState.WITHDRAWN, Cause.ERASED, None
        update_rows(rows, ["state", "cause", "held_until"])
        consents.delete()
        update_rows(redacted, ["text_en", "text_es"])
        scope.tables |= {model._meta.db_table for model in (Told, QuoteConsent, Telling, LoopStanding)}
    return [Outcome("tellings", len(redacted), left, number), Outcome("quotations", quotes)]


def _redact(scope: ErasureScope, telling: Telling) -> bool:
    """Change the telling's own words; whether any were changed."""
    words = {field: storable(scope.redactor().words(getattr(telling, field)), LONGEST) for field in ("text_en", "text_es")}
    if words == {field: getattr(telling, field) for field in words} or not any(words.values()):
        return False
    telling.text_en, telling.text_es = words["text_en"], words["text_es"]
    return True
