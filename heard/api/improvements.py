"""What is heard, and what we change: themes with their people, signals with their words, improvements with their decisions."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from heard.api.access import actor, may
from heard.api.pages import Limit, number_of
from heard.api.problems import Problem
from heard.api.schemas import ImprovementOut, Page, SignalOut, ThemeOut
from heard.improvements.selectors import VIEWS, list_improvements
from heard.insights.models import Signal
from heard.insights.selectors import get_theme, list_themes, quotes_of, signals_of_theme

router = Router(tags=["improvements"])


@router.get("/themes", auth=may("improvements:read"), response=Page[ThemeOut])
def themes(request: HttpRequest):
    """Themes in use, those of most people first. Counts are of everybody, whoever may read their words."""
    lines = list_themes()
    items = [
        {
            "id": str(line.theme.pk), "name": line.theme.name, "definition": line.theme.definition, "people": line.people,
            "people_recently": line.people_recently, "signals": line.signals,
        }
        for line in lines
    ]  # fmt: skip
    return {"items": items}


@router.get("/signals", auth=may("improvements:read"), response=Page[SignalOut])
def signals(request: HttpRequest, theme: str = "", limit: Limit = 50, after: str = ""):
    """Signals that the program may read, marked last first; of one theme (its id), where it is named."""
    rows = signals_of_theme(get_theme(number_of(theme))) if theme else Signal.objects.standing()
    rows = rows.visible_to(actor(request)).order_by("-pk")
    if number_of(after):
        rows = rows.filter(pk__lt=number_of(after))
    quotes = quotes_of(rows[: limit + 1], actor(request))
    items = [
        {
            "id": str(quote.signal.pk), "kind": quote.signal.kind, "theme": quote.theme.name if quote.theme else None, "words": quote.words,
            "channel": quote.channel, "conversation": str(quote.conversation_id) if quote.conversation_id else None,
            "person": str(quote.person_number) if quote.person_number else None, "said_at": quote.signal.said_at,
        }
        for quote in quotes[:limit]
    ]  # fmt: skip
    return {"items": items, "next": str(quotes[limit - 1].signal.pk) if len(quotes) > limit else None}


@router.get("/improvements", auth=may("improvements:read"), response=Page[ImprovementOut])
def improvements(request: HttpRequest, view: str = "all", limit: Limit = 50, after: str = ""):
    """Improvements, those decided last first: open, done, declined or all."""
    if view not in VIEWS:
        raise Problem(422, _("There is no such view. The views are: %(views)s.") % {"views": ", ".join(VIEWS)})
    lines = list_improvements(view, limit=limit + 1, before=number_of(after) or None)
    items = [
        {
            "id": str(line.improvement.pk), "title": line.improvement.title, "state": line.decision.state,
            "public_reason": line.decision.public_reason, "is_public": line.decision.is_public, "owner": line.improvement.owner.name,
            "people_for": line.voices.people_for, "people_against": line.voices.people_against, "decided_at": line.decision.at,
        }
        for line in lines[:limit]
    ]  # fmt: skip
    return {"items": items, "next": str(lines[limit - 1].decision.pk) if len(lines) > limit else None}
