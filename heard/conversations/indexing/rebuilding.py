"""Everything anew, batch by batch; and what is missing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from heard.conversations.indexing.documents import (
    CONVERSATION,
    MESSAGE,
    NOTE,
    PERSON,
    SAID,
    UNFINDABLE,
    conversation_documents,
    identity_documents,
    messages_with_words,
)
from heard.conversations.indexing.following import follow, ready_to_write
from heard.conversations.models import Conversation, Message
from heard.lib.time import now
from heard.people.models import Identity
from heard.search.models import Document
from heard.search.services import index_documents, remove_documents
from heard.tasks import BULK, task
from heard.timeline.models import Interaction

logger = logging.getLogger("heard.search")

AT_ONCE = 200
SOON = timedelta(minutes=15)
STAGES = {"stale": Document, "identity": Identity, "conversation": Conversation, "message": Message}
BEFORE_ALL = -(1 << 62)  # documents older than 1970 have negative ids


@dataclass(frozen=True, slots=True)
class Place:
    """How far a rebuilding came: a stage, and the last id that was done."""

    stage: str = "stale"
    after: int = BEFORE_ALL


@task(priority=BULK, name="search.rebuild")
def rebuild_search(stage: str = "stale", after: int = BEFORE_ALL) -> None:
    """Index everything anew, a batch for each task: what is stopped or lost goes on where it was."""
    following, done = rebuild_batch(Place(stage, after))
    logger.info("search is being rebuilt", extra={"stage": stage, "after": after, "rows": done})
    if following is not None:
        with transaction.atomic():
            rebuild_search.using(dedupe="rebuilding of search").enqueue(following.stage, following.after)


def rebuild() -> Iterator[tuple[int, int]]:
    """Do it here and now: after each batch how many rows are done, and of how many. Rows made meanwhile are left to the consumer."""
    done, total = 0, sum(model._base_manager.count() for model in STAGES.values())
    place: Place | None = Place()
    while place is not None:
        place, count = rebuild_batch(place)
        done += count
        yield done, max(done, total)


def rebuild_batch(place: Place) -> tuple[Place | None, int]:
    """Index the next rows; where to go on (None at the end) and how many these were. What is unchanged is not written again."""
    rows = STAGES[place.stage]._base_manager.filter(pk__gt=place.after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        stages = list(STAGES)
        further = stages[stages.index(place.stage) + 1 :]
        return (Place(further[0]) if further else None), 0
    _DOERS[place.stage](ids)
    return Place(place.stage, ids[-1]), len(ids)


def _index_identities(ids: list[int]) -> None:
    index_documents(identity_documents(ids))


def _index_conversations(ids: list[int]) -> None:
    index_documents(conversation_documents(ids))


def _index_messages(ids: list[int]) -> None:
    """Under the same guard as the consumer."""
    messages = list(messages_with_words(Q(pk__in=ids)))
    ready = ready_to_write(messages, [])
    with transaction.atomic():
        follow([], ready)


def _remove_stale(ids: list[int]) -> None:
    """Remove documents whose rows are gone or were emptied, as after a restore."""
    rows = {
        MESSAGE: Interaction.objects.filter(erased_at=None),
        NOTE: Interaction.objects.filter(erased_at=None),
        PERSON: Identity.objects.filter(erased_at=None),
        CONVERSATION: Conversation.objects.all(),
    }
    for kind, living in rows.items():
        indexed = set(Document.objects.filter(pk__in=ids, kind=kind).values_list("object_id", flat=True))
        remove_documents(kind, indexed - set(living.filter(pk__in=indexed).values_list("pk", flat=True)))


_DOERS = {"stale": _remove_stale, "identity": _index_identities, "conversation": _index_conversations, "message": _index_messages}


def count_unfindable() -> int:
    """Messages older than a quarter of an hour that belong into a document and are in none. Reads all of them; for `heard doctor`."""
    documents = Document.objects.filter(kind__in=SAID, object_id=OuterRef("interaction_id"))
    said = Message.objects.exclude(kind__in=UNFINDABLE).filter(interaction__erased_at=None)
    return said.filter(~Exists(documents), interaction__learned_at__lt=now() - SOON).count()
