"""What the customer's own copy says of how we group them, and who looks after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from heard.people.models import Attribute, RelationshipOwner, SegmentMember
from heard.privacy.exports import exporter


@exporter("attributes", order=80, title=gettext_noop("What we count and note of you"))
def attributes(identity_id: int) -> Iterator[dict[str, Any]]:
    """Values as they are kept, with who counted them and when."""
    for one in Attribute.objects.filter(identity=identity_id).order_by("name", "text"):
        yield {
            "name": one.name, "value": one.number if one.number is not None else one.at.isoformat() if one.at else one.text,
            "kind": one.text if one.number is not None else "", "source": one.source, "at": one.computed_at.isoformat(),
        }  # fmt: skip


@exporter("segments", order=81, title=gettext_noop("Groups of customers that you are in"))
def segments(identity_id: int) -> Iterator[dict[str, Any]]:
    """Names of segments, and since when."""
    for one in SegmentMember.objects.filter(identity=identity_id).select_related("segment").order_by("segment__name"):
        yield {"name": one.segment.name, "since": one.entered_at.isoformat()}


@exporter("owners", order=82, title=gettext_noop("Who looked after you"))
def owners(identity_id: int) -> Iterator[dict[str, Any]]:
    """Colleagues and teams, from when until when."""
    for one in RelationshipOwner.objects.filter(identity=identity_id).select_related("user", "team").order_by("since_at"):
        yield {
            "name": str(one.user or one.team), "since": one.since_at.isoformat(), "until": one.until_at.isoformat() if one.until_at else None,
        }  # fmt: skip
