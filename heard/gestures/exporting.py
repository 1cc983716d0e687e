"""What the customer's own copy says of gestures: those they were told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from heard.gestures.models import Gesture, GestureKind
from heard.privacy.exports import exporter


@exporter("gestures", order=72, title=gettext_noop("What we gave you to make something good"))
def gestures(identity_id: int) -> Iterator[dict[str, Any]]:
    """Gestures that a message to this identity told. What a replacement costs us is ours."""
    told = Gesture.objects.filter(
        told_in__interaction__parties__identity=identity_id, told_in__interaction__parties__role__in=("to", "cc", "bcc")
    ).distinct()
    for one in told.select_related("order", "line").order_by("pk"):
        is_money = one.kind != GestureKind.REPLACEMENT
        yield {
            "kind": one.kind, "at": one.at.isoformat(), "amount": one.amount if is_money else None, "currency": one.currency if is_money else "",
            "order": one.order.number if one.order else "", "item": one.line.name if one.line else "",
        }  # fmt: skip
