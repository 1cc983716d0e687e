"""Operators' pages: bring a file, look at what it would do, take it in or drop it; and who reads the orders of a source."""

from __future__ import annotations

from itertools import islice

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import admins_only
from heard.accounts.models import AudienceTeam
from heard.lib.money import in_words
from heard.lib.tables import WrongFile
from heard.purchases.forms import SourceForm, TakingForm
from heard.purchases.models import OrderSource, Taking, TakingState
from heard.purchases.selectors import list_sources
from heard.purchases.services.sources import ensure_source, set_readers
from heard.purchases.services.taking import drop_taking, first_of, look_at_offerings, look_at_orders, start_taking
from heard.ui.notices import tell

SHOWN = 20
SAMPLES = 5


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Sources, files of late, and the form; a POST looks at a file without taking anything in."""
    form = TakingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        raw, name = values["file"].read(), values["file"].name or "file.csv"
        try:
            if values["kind"] == "orders":
                source = ensure_source(values["source"], by=request.user)
                taking = look_at_orders(raw, name=name, source=source, currency=values["currency"], by=request.user)
            else:
                taking = look_at_offerings(raw, name=name, by=request.user)
            return HttpResponseRedirect(reverse("purchases:taking", args=[taking.pk]))
        except WrongFile as problem:
            form.add_error("file", str(problem))
    context = {"form": form, "sources": list_sources(), "takings": Taking.objects.select_related("source", "by").order_by("-pk")[:SHOWN]}
    return render(request, "purchases/takings.html", context, status=422 if form.is_bound else 200)


@login_required
@admins_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """What a file would do, with its first orders as they were understood; or what it did."""
    taking = get_object_or_404(Taking.objects.select_related("source", "blob", "by"), pk=number)
    samples = []
    if taking.state == TakingState.LOOKED_AT and taking.source is not None:
        orders = islice(first_of(taking), SAMPLES)
        samples = [(one, in_words(one.charged, one.currency)) for one in orders]
    return render(request, "purchases/taking.html", {"taking": taking, "samples": samples, "states": TakingState})


@login_required
@admins_only
@require_POST
def start(request: HttpRequest, number: int) -> HttpResponse:
    """Take in what was looked at."""
    taking = start_taking(get_object_or_404(Taking, pk=number), by=request.user)
    tell(request, _("It is being taken in. You may close this page."))
    return HttpResponseRedirect(reverse("purchases:taking", args=[taking.pk]))


@login_required
@admins_only
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Drop a file without taking it in."""
    drop_taking(get_object_or_404(Taking, pk=number))
    tell(request, _("Dropped. Nothing was taken in."))
    return HttpResponseRedirect(reverse("purchases:takings"))


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, number: int) -> HttpResponse:
    """Who reads the orders of a source."""
    found = get_object_or_404(OrderSource, pk=number)
    present = list(AudienceTeam.objects.filter(audience=found.audience_id).values_list("team_id", flat=True))
    form = SourceForm(request.POST or None, initial={"teams": present})
    if request.method == "POST" and form.is_valid():
        set_readers(found, teams=form.cleaned_data["teams"], by=request.user)
        tell(request, _("From now on these teams read them."))
        return HttpResponseRedirect(reverse("purchases:takings"))
    return render(request, "purchases/source.html", {"form": form, "source": found}, status=422 if form.is_bound else 200)
