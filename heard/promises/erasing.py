"""What an erasure does to promises: the sentence goes; that something was owed, and kept or not, stays."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.promises.models import Promise
from heard.promises.services.replies import release_erased
from heard.timeline.erasing import parts_of


@eraser("promises", order=25)
def erase_promises(scope: ErasureScope) -> Outcome:
    """Empty what was promised where nobody else took part, and release what is owed there; elsewhere only the person goes."""
    number = 0
    for some in parts_of(scope.conversation_ids):
        rows = Promise.objects.filter(conversation__in=some).exclude(text="")
        number += rows.count() if scope.is_preview else _empty(scope, list(rows))
    if not scope.is_preview:
        for conversation_id in sorted(scope.alone):
            release_erased(conversation_id)
        scope.tables.add(Promise._meta.db_table)
    return Outcome("promises", number, gettext_noop("That something was owed, by when, and whether it was kept stays."), number)


def _empty(scope: ErasureScope, promises: list[Promise]) -> int:
    for promise in promises:
        promise.text = "" if promise.conversation_id in scope.alone else scope.redactor().words(promise.text)[:300]
    return Promise.objects.bulk_update(promises, ["text"], batch_size=200)
