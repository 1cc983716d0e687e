"""What an erasure does to promises: the sentence goes; that something was owed, and kept or not, stays."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.promises.models import Promise, PromiseChange
from heard.promises.services.replies import release_erased
from heard.timeline.erasing import parts_of


@eraser("promises", order=25)
def erase_promises(scope: ErasureScope) -> Outcome:
    """Empty what was promised where nobody else took part, and release what is owed there; elsewhere only the person goes."""
    number = 0
    for some in parts_of(scope.conversation_ids):
        rows = Promise.objects.filter(conversation__in=some).exclude(text="", release_words="")
        changes = PromiseChange.objects.filter(promise__conversation__in=some).exclude(reason="").select_related("promise")
        number += rows.count() + changes.count() if scope.is_preview else _empty(scope, list(rows), list(changes))
    if not scope.is_preview:
        for conversation_id in sorted(scope.alone):
            release_erased(conversation_id)
        scope.tables |= {Promise._meta.db_table, PromiseChange._meta.db_table}
    return Outcome("promises", number, gettext_noop("That something was owed, by when, and whether it was kept stays."), number)


def _empty(scope: ErasureScope, promises: list[Promise], changes: list[PromiseChange]) -> int:
    for promise in promises:
        promise.text = _without(scope, promise.text, promise.conversation_id)
        promise.release_words = _without(scope, promise.release_words, promise.conversation_id)
    for change in changes:
        change.reason = _without(scope, change.reason, change.promise.conversation_id)
    number = Promise.objects.bulk_update(promises, ["text", "release_words"], batch_size=200)
    return number + PromiseChange.objects.bulk_update(changes, ["reason"], batch_size=200)


def _without(scope: ErasureScope, words: str, conversation_id: int) -> str:
    return "" if conversation_id in scope.alone else scope.redactor().words(words)[:300]
