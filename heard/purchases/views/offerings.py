"""What the company offers: to be looked up by every colleague."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from heard.purchases.models import Offering
from heard.purchases.selectors import list_offerings, with_fits

LISTED = 100


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Offerings by number, or those of a name. Two queries."""
    named = request.GET.get("q", "").strip()[:200]
    rows = list_offerings(named=named, limit=LISTED + 1, after=request.GET.get("after", "")[:64])
    context = {"offerings": rows[:LISTED], "named": named, "next": rows[LISTED - 1].sku if len(rows) > LISTED else ""}
    return render(request, "purchases/offerings.html", context)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One offering: its attributes and what fits with it. Two queries."""
    offering = get_object_or_404(Offering, pk=number)
    return render(request, "purchases/offering.html", {"offering": with_fits([offering])[0]})
