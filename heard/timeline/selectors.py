"""One person's story: everything they said and we did, newest first, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Substr

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.prepared import Fixed, prepared
from heard.timeline.models import Interaction, InteractionParty

WORDS = 280


def story_of(
    identity_ids: Sequence[int], actor: User, *, limit: int = 50, before: datetime | None = None, direction: str = ""
) -> list[Interaction]:
    """Up to `limit` interactions of these identities that `actor` may read, newest first, each once, with `words` (its beginning).

    One query along the index of each identity, whatever the length of the story. `before` goes on from a moment.
    """
    return _story(list(identity_ids), readable_audience_ids(actor), before, direction or None, Fixed(limit))


@prepared
def _story(
    identities: list[int], audiences: list[int], before: datetime | None, direction: str | None, limit: Fixed
) -> QuerySet[Interaction]:
    """The same person may be party three times: by two addresses, or in two roles."""
    parties = InteractionParty.objects.filter(identity__in=identities, interaction__audience__in=audiences)
    if before is not None:
        parties = parties.filter(happened_at__lt=before)
    if direction is not None:
        parties = parties.filter(interaction__direction=direction)
    newest = parties.order_by("-happened_at", "-pk").values("interaction")[: limit * 3]
    rows = Interaction.objects.filter(pk__in=newest).select_related("author").defer("text", "quoted")
    return rows.annotate(words=Substr("text", 1, WORDS)).order_by("-happened_at", "-pk")[:limit]


def interactions_of(identity_ids: Sequence[int], actor: User) -> QuerySet[Interaction]:
    """All interactions of these identities that `actor` may read, each once, in no order."""
    return Interaction.objects.visible_to(actor).filter(parties__identity__in=identity_ids).distinct()
