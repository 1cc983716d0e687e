"""What an erasure takes out of the index."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from heard.conversations.indexing.documents import PERSON, SAID, conversation_documents, document_of_message, messages_with_words
from heard.conversations.models import Message
from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.search.models import Document
from heard.search.services import index_documents, remove_documents


@eraser("search", order=40)
def erase_from_index(scope: ErasureScope) -> Outcome:
    """Take everything of a person out of the index; what others share is indexed anew, as it reads after the time line's eraser."""
    shared = set(scope.shared_interaction_ids)
    gone = set(scope.interaction_ids) - shared
    numbers = set(Message.objects.filter(interaction__in=gone | shared).values_list("conversation_id", flat=True)) | set(
        scope.conversation_ids
    )
    if scope.is_preview:
        return Outcome("search", _documents_of(gone | shared, scope.identity_ids).count())
    rows = sum(remove_documents(kind, gone | shared) for kind in SAID) + remove_documents(PERSON, scope.identity_ids)
    again = [document_of_message(message) for message in messages_with_words(Q(interaction__in=shared))]
    index_documents([document for document in again if document is not None] + conversation_documents(numbers))
    scope.tables |= {Document._meta.db_table}
    return Outcome("search", rows, gettext_noop("What others may still read can still be found.") if shared else "")


def _documents_of(interaction_ids: Collection[int], identity_ids: Collection[int]) -> QuerySet[Document]:
    return Document.objects.filter(Q(kind__in=SAID, object_id__in=interaction_ids) | Q(kind=PERSON, object_id__in=identity_ids))
