"""Operators' pages of CRM bridges: the list, one with how it is, its settings, a dry look, starting and stopping."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import admins_only
from heard.bridges import crm_selectors as selectors
from heard.bridges.crm.mapping import FOLDER, WrongProfile
from heard.bridges.crm_forms import BridgeForm
from heard.bridges.crm_tasks import run_bridge
from heard.bridges.crm_words import problem_in_words
from heard.bridges.models import Bridge, BridgeRun
from heard.bridges.services.crm_bridges import add_bridge, change_bridge, start_bridge, stop_bridge
from heard.bridges.services.crm_errands import try_again
from heard.bridges.services.crm_running import ask_for_look
from heard.lib.errors import Refusal
from heard.ui.notices import tell


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every bridge, and how it is."""
    return render(request, "bridges/bridges.html", {"states": selectors.list_bridges(), "doubts": selectors.count_doubts(request.user)})


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new bridge, and making it."""
    form = BridgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            bridge = add_bridge(form.values(), teams=form.cleaned_data["teams"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            tell(request, _("The bridge is here. It does nothing yet."), _("Look first what it would do, then start it."))
            return HttpResponseRedirect(reverse("bridges:bridge", args=[bridge.pk]), status=303)
    return _form(request, form, None)


@login_required
@admins_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One bridge: how it is, what it did, what waits."""
    bridge = selectors.get_bridge(number)
    try:
        fields, broken = selectors.fields_of(bridge), ""
    except WrongProfile as wrong:
        fields, broken = [], wrong.message
    context = {
        "bridge": bridge, "state": selectors.state_of(bridge), "fields": fields, "broken": broken, "readers": selectors.readers_of(bridge),
        "runs": [(run, problem_in_words(run.problem)) for run in selectors.runs_of(bridge)], "errands": selectors.errands_to_see(bridge),
        "doubts": selectors.count_doubts(request.user),
    }  # fmt: skip
    return render(request, "bridges/bridge.html", context)


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, number: int) -> HttpResponse:
    """A bridge's settings, and changing them."""
    bridge = selectors.get_bridge(number)
    form = BridgeForm(request.POST or None, bridge=bridge)
    if request.method == "POST" and form.is_valid():
        try:
            change_bridge(bridge, form.values(), teams=form.cleaned_data["teams"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            tell(request, _("Saved."))
            return HttpResponseRedirect(reverse("bridges:bridge", args=[bridge.pk]), status=303)
    return _form(request, form, bridge)


@login_required
@admins_only
@require_POST
def look(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a dry look."""
    run = ask_for_look(selectors.get_bridge(number), by=request.user)
    return HttpResponseRedirect(reverse("bridges:bridge_look", args=[number, run.pk]), status=303)


@login_required
@admins_only
@require_safe
def look_show(request: HttpRequest, number: int, run: int) -> HttpResponse:
    """What a look would do, or did."""
    bridge = selectors.get_bridge(number)
    found = get_object_or_404(BridgeRun, bridge=bridge, pk=run)
    may_read = selectors.readers_of(bridge) and request.user.pk and _reads(request, bridge)
    context = {
        "bridge": bridge, "run": found, "problem": problem_in_words(found.problem), "samples": selectors.samples_of(found) if may_read else [],
        "is_hidden": bool(found.samples or found.problems) and not may_read, "may_read": may_read,
    }  # fmt: skip
    return render(request, "bridges/bridge_look.html", context)


@login_required
@admins_only
@require_POST
def start(request: HttpRequest, number: int) -> HttpResponse:
    """Let it run."""
    bridge = start_bridge(selectors.get_bridge(number), by=request.user)
    tell(request, _("It runs now."), undo=reverse("bridges:bridge_end", args=[bridge.pk]))
    return HttpResponseRedirect(reverse("bridges:bridge", args=[number]), status=303)


@login_required
@admins_only
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Let it rest."""
    bridge = stop_bridge(selectors.get_bridge(number), by=request.user)
    tell(request, _("It rests. What waits to be told waits on."), undo=reverse("bridges:bridge_start", args=[bridge.pk]))
    return HttpResponseRedirect(reverse("bridges:bridge", args=[number]), status=303)


@login_required
@admins_only
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Look now, and try again what was given up."""
    bridge = selectors.get_bridge(number)
    try_again(bridge)
    if bridge.is_running:
        run_bridge.using(dedupe=f"bridge {bridge.pk}").enqueue(bridge.pk)
        tell(request, _("It looks now, and tries again what failed."))
    else:
        tell(request, _("It rests. Start it, and it tries again what failed."), tone="soon")
    return HttpResponseRedirect(reverse("bridges:bridge", args=[number]), status=303)


def _reads(request: HttpRequest, bridge: Bridge) -> bool:
    """Whether the colleague is among those who may know the people of this bridge: administering alone does not say so."""
    from heard.accounts.selectors import readable_audience_ids

    return bridge.audience_id in readable_audience_ids(request.user)


def _form(request: HttpRequest, form: BridgeForm, bridge: Bridge | None) -> HttpResponse:
    example = (FOLDER / "rest.json").read_text(encoding="utf-8")
    context = {"form": form, "bridge": bridge, "example": example}
    return render(request, "bridges/bridge_settings.html", context, status=422 if form.is_bound else 200)
