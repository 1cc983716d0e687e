"""How well we close the loop, and to whom we still owe what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from heard.accounts.guards import writers_only
from heard.improvements.loop_selectors import loop_figures, people_owed
from heard.improvements.models import QuoteConsent
from heard.improvements.services.window import show_quote
from heard.lib.time import now
from heard.ui.notices import tell

PAGE = 50
SPANS: dict[str, tuple[Any, int | None]] = {
    "year": (gettext_lazy("Twelve months"), 365),
    "quarter": (gettext_lazy("Ninety days"), 90),
    "all": (gettext_lazy("Ever"), None),
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    is_here: bool
    count: int | None = None
    tone: str = ""


@login_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Of all who spoke: considered, decided, told, helped."""
    span = request.GET.get("span", "year")
    span = span if span in SPANS else "year"
    days = SPANS[span][1]
    found = loop_figures(None if days is None else now() - timedelta(days=days))
    address = reverse("telling:loop")
    tabs = [Tab(str(name), f"{address}?span={key}", key == span) for key, (name, _days) in SPANS.items()]
    return render(request, "improvements/loop.html", {"figures": found, "tabs": tabs})


@login_required
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """Everybody to whom we owe what was decided, as far as the reader may know of them."""
    after = request.GET.get("after", "")
    people, number = people_owed(request.user, after=int(after) if after.isdecimal() and len(after) < 19 else 0, limit=PAGE + 1)
    older = f"?after={people[PAGE - 1].pk}" if len(people) > PAGE else ""
    context = {"people": people[:PAGE], "number": number, "older": older, "is_partly_hidden": not after and len(people) < min(number, PAGE)}
    return render(request, "improvements/owed.html", context)


@login_required
@writers_only
@require_POST
def quote(request: HttpRequest, number: int, consent: int) -> HttpResponse:
    """Put a quotation on the open window, or take it off."""
    found = get_object_or_404(QuoteConsent.objects.select_related("improvement__owner"), pk=consent, improvement=number)
    is_shown = request.POST.get("show") == "yes"
    show_quote(found, is_shown=is_shown, by=request.user)
    tell(request, _("Everybody can read it now.") if is_shown else _("It is off the open window."))
    return HttpResponseRedirect(reverse("improvements:improvement", args=[number]))
