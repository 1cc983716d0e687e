"""What an improvement's page says of telling people."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from heard.improvements.loop_selectors import told_figures
from heard.improvements.models import Decision, Improvement
from heard.improvements.window_selectors import quotes_to_choose

register = template.Library()
BARS = 100


@register.inclusion_tag("improvements/_told_panel.html")
def everybody_told(decision: Decision, may_decide: bool) -> dict[str, Any]:
    """The panel “Everyone told?” for the decision that holds. Six queries."""
    figures = told_figures(decision)
    most = max(figures.raised, 1)
    return {
        "improvement": decision.improvement,
        "decision": decision,
        "figures": figures,
        "may_decide": may_decide,
        "address": reverse("telling:told", args=[decision.improvement_id]),
        "shares": {
            name: f"{BARS * getattr(figures, name) / most:.1f}%"
            for name in ("raised", "told", "queued", "solved", "not_for_me", "unanswered")
        },
    }


@register.inclusion_tag("improvements/_window_panel.html", takes_context=True)
def on_the_window(context: dict[str, Any], improvement: Improvement, decision: Decision, may_decide: bool) -> dict[str, Any]:
    """The panel that says whether the open window shows it, and which quotations may stand there. One query."""
    return {
        "improvement": improvement, "decision": decision, "may_decide": may_decide, "quotes": quotes_to_choose(improvement),
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.filter
def percent_of(part: int, whole: int) -> str:
    """The share as an SVG width."""
    return f"{BARS * part / whole:.1f}%" if whole else "0%"
