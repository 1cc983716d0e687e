"""What improvements give to somebody who asks what we hold: what they were told and answered, and where they may be quoted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from heard.improvements.models import QuoteConsent, Told
from heard.people.models import Contact
from heard.privacy.exports import exporter


@exporter("told", order=82, title=gettext_noop("What you were told came of your words, and what you answered"))
def told(identity_id: int) -> Iterator[dict[str, Any]]:
    """Their rows, with the decision's state and public reason; the mail itself is among the messages."""
    for one in Told.objects.filter(identity=identity_id).select_related("decision").order_by("pk"):
        yield {
            "decision": one.decision.state, "reason": one.decision.public_reason, "state": one.state, "queued_at": _iso(one.queued_at),
            "told_at": _iso(one.told_at), "answer": one.answer, "answered_at": _iso(one.answered_at),
        }  # fmt: skip


@exporter("unasked", order=83, title=gettext_noop("When we wrote to you without being asked"))
def unasked(identity_id: int) -> Iterator[dict[str, Any]]:
    """Contacts."""
    for one in Contact.objects.filter(identity=identity_id).order_by("at", "pk"):
        yield {"purpose": one.purpose, "at": _iso(one.at)}


@exporter("quotations", order=84, title=gettext_noop("Whether we may quote you in public, and as whom"))
def quotations(identity_id: int) -> Iterator[dict[str, Any]]:
    """Consents; the words are among the messages."""
    for one in QuoteConsent.objects.filter(identity=identity_id).order_by("pk"):
        yield {"name": one.name, "at": _iso(one.at), "withdrawn_at": _iso(one.withdrawn_at), "is_shown": one.is_shown}


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
