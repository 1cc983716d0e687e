"""One person's story: everything they said and we did, newest first, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from heard.accounts.models import User
from heard.timeline.models import Interaction
from heard.timeline.story import Wanted, story_page


def story_of(
    identity_ids: Sequence[int], actor: User, *, limit: int = 50, before: datetime | None = None, direction: str = ""
) -> list[Interaction]:
    """Up to `limit` interactions of these identities that `actor` may read, newest first, each once, with `words` (its beginning).

    Two queries along the index of each identity, whatever the length of the story. `before` goes on from a moment; a page of which every
    row counts goes on from a place (`story.story_page`).
    """
    wanted = Wanted(directions=(direction,) if direction else ())
    return story_page(identity_ids, actor, limit=limit, before=(before, 0) if before else None, wanted=wanted).interactions


def interactions_of(identity_ids: Sequence[int], actor: User) -> QuerySet[Interaction]:
    """All interactions of these identities that `actor` may read, each once, in no order."""
    return Interaction.objects.visible_to(actor).filter(parties__identity__in=identity_ids).distinct()
