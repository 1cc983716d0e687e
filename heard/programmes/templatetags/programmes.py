"""`{% load programmes %}{% why_beside %}`: the why where people decide."""

from __future__ import annotations

from typing import Any

from django import template

from heard.programmes.selectors import current_why, standing_promises

register = template.Library()


@register.inclusion_tag("programmes/_beside.html")
def why_beside(lead: str = "") -> dict[str, Any]:
    """What we promise, folded to its first line, for places where somebody decides: the reply box, an exception. Two queries.

    `lead` is a sentence of the place itself. Nothing is shown before a first version was signed off.
    """
    why = current_why()
    if why is None:
        return {}
    first, _, rest = why.what_we_promise.strip().partition("\n")
    return {"why": why, "first": first, "rest": rest.strip(), "standing": standing_promises(), "lead": lead}
