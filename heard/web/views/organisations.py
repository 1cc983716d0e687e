"""Organisations with their people."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.people.models import Identity, Organisation
from heard.people.services.organisations import place_in_organisation, rename_organisation
from heard.people.together import get_organisation, list_organisations, people_of_organisation
from heard.ui.notices import tell
from heard.web.access import writers_only
from heard.web.story_filters import read_place

LISTED = 50
MOST_SKIPPED = 10_000


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Organisations of whom the colleague may know somebody."""
    named = storable(request.GET.get("q", "").strip(), 200)
    page = request.GET.get("page", "")
    skip = min(int(page) * LISTED if page.isascii() and page.isdecimal() and len(page) < 6 else 0, MOST_SKIPPED)
    lines = list_organisations(request.user, named=named, limit=LISTED + 1, skip=skip)
    number = skip // LISTED
    context = {
        "lines": lines[:LISTED],
        "q": named,
        "newer_url": f"?{urlencode({'q': named, 'page': number - 1})}" if number else "",
        "older_url": f"?{urlencode({'q': named, 'page': number + 1})}" if len(lines) > LISTED else "",
    }
    return render(request, "web/organisations.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One organisation: its people, those heard last first; a POST gives it another name."""
    found = get_organisation(request.user, number)
    if request.method == "POST":
        return _rename(request, found)
    return _page(request, found)


@writers_only
def _rename(request: HttpRequest, found: Organisation) -> HttpResponse:
    try:
        rename_organisation(found, name=request.POST.get("name", ""), by=request.user)
    except Refusal as refusal:
        return _page(request, found, error=refusal.message, status=422)
    tell(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:organisation", args=[found.pk]))


@login_required
@writers_only
@require_POST
def departure(request: HttpRequest, number: int, identity: int) -> HttpResponse:
    """Somebody does not belong to an organisation, whatever their address."""
    found = get_organisation(request.user, number)
    who = get_object_or_404(Identity.objects.visible_to(request.user), pk=identity, organisation=found)
    place_in_organisation(who, None, by=request.user)
    undo = reverse("web:organisation_return", args=[found.pk, who.pk])
    tell(request, _("%(who)s is not counted among %(organisation)s any more.") % {"who": who, "organisation": found.name}, undo=undo)
    return HttpResponseRedirect(reverse("web:organisations"))


@login_required
@writers_only
@require_POST
def coming_back(request: HttpRequest, number: int, identity: int) -> HttpResponse:
    """Undo: somebody belongs to it after all."""
    found = get_object_or_404(Organisation, pk=number)
    who = get_object_or_404(Identity.objects.visible_to(request.user), pk=identity)
    place_in_organisation(who, found, by=request.user)
    tell(request, _("It is as it was before."))
    return HttpResponseRedirect(reverse("web:organisation", args=[found.pk]))


def _page(request: HttpRequest, found: Organisation, *, error: str = "", status: int = 200) -> HttpResponse:
    place = read_place(request.GET.get("before", ""))
    people = people_of_organisation(found, request.user, limit=LISTED + 1, before=place[0] if place else None)
    more = urlencode({"before": people[LISTED - 1].last_seen_at.isoformat()}) if len(people) > LISTED else ""
    context = {
        "organisation": found,
        "people": people[:LISTED],
        "older_url": f"?{more}" if more else "",
        "error": error,
        "typed": request.POST.get("name", ""),
    }
    return render(request, "web/organisation.html", context, status=status)
