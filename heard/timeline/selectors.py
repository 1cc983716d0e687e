"""One person's story: everything they said and we did, newest first, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Substr

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.timeline.models import Interaction, InteractionParty

WORDS = 280


def story_of(
    identity_ids: Sequence[int], actor: User, *, limit: int = 50, before: datetime | None = None, direction: str = ""
) -> list[Interaction]:
    """Up to `limit` interactions of these identities that `actor` may read, newest first, each once, with `words` (its beginning).

    Two queries along the index of each identity, whatever the length of the story. `before` goes on from a moment.
    """
    parties = InteractionParty.objects.filter(identity__in=identity_ids, interaction__audience__in=readable_audience_ids(actor))
    if before is not None:
        parties = parties.filter(happened_at__lt=before)
    if direction:
        parties = parties.filter(interaction__direction=direction)
    ids = list(dict.fromkeys(parties.order_by("-happened_at", "-pk").values_list("interaction", flat=True)[: limit * 3]))[:limit]
    rows = Interaction.objects.filter(pk__in=ids).select_related("author").defer("text", "quoted")
    found = {row.pk: row for row in rows.annotate(words=Substr("text", 1, WORDS))}
    return [found[pk] for pk in ids if pk in found]


def interactions_of(identity_ids: Sequence[int], actor: User) -> QuerySet[Interaction]:
    """All interactions of these identities that `actor` may read, each once, in no order."""
    return Interaction.objects.visible_to(actor).filter(parties__identity__in=identity_ids).distinct()
