"""Who may read interactions changes: the rows follow, and with them who may know of whom."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from heard.accounts.models import Audience
from heard.people.models import IdentityAudience
from heard.timeline.models import Interaction, InteractionParty

AT_ONCE = 1000


@transaction.atomic
def move_interactions(interaction_ids: Collection[int], audience: Audience) -> None:
    """Let `audience` read these interactions, and nobody else; what may be known of their identities follows."""
    ids = sorted(interaction_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        Interaction.objects.filter(pk__in=some).update(audience=audience)
        refresh_identity_audiences(set(InteractionParty.objects.filter(interaction__in=some).values_list("identity_id", flat=True)))


def refresh_identity_audiences(identity_ids: Collection[int]) -> None:
    """Work out again which audiences may know of these identities: exactly those of their interactions."""
    ids = sorted(identity_ids)
    pairs = set(InteractionParty.objects.filter(identity__in=ids).values_list("identity_id", "interaction__audience_id").distinct())
    known = IdentityAudience.objects.filter(identity__in=ids)
    stale = [row.pk for row in known if (row.identity_id, row.audience_id) not in pairs]
    IdentityAudience.objects.filter(pk__in=stale).delete()
    IdentityAudience.objects.bulk_create(
        [IdentityAudience(identity_id=identity, audience_id=audience) for identity, audience in sorted(pairs)], ignore_conflicts=True
    )
