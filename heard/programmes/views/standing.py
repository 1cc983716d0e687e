"""What we promise everybody: stated and ended by leads, its real cases open to all who may read them."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import leads_only
from heard.lib.time import now
from heard.programmes import selectors
from heard.programmes.forms import StandingPromiseForm
from heard.programmes.models import StandingPromise
from heard.programmes.services.standing import StandsAlready, end_standing_promise, state_standing_promise
from heard.ui.notices import tell


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Promise something to everybody."""
    form = StandingPromiseForm(request.POST or None, initial={"once": uuid4()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            state_standing_promise(values["text"], measure=values["measure"], team=values["team"], by=request.user, once=values["once"])
        except StandsAlready as refusal:
            form.add_error("text", refusal.message)
        else:
            tell(request, _("From now on we promise this to everybody."))
            return HttpResponseRedirect(f"{reverse('programmes:why')}#standing", status=303)
    return render(request, "programmes/standing_new.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One standing promise: its figure, how it is counted, and the cases in which we did not keep it."""
    promise = get_object_or_404(StandingPromise.objects.select_related("team", "stated_by", "ended_by"), pk=number)
    moment = now()
    context = {
        "promise": promise,
        "kept": selectors.figure_of(promise, now=moment),
        "cases": selectors.missed_cases(promise, request.user, now=moment),
    }
    return render(request, "programmes/standing.html", context)


@login_required
@leads_only
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End one."""
    end_standing_promise(get_object_or_404(StandingPromise, pk=number), by=request.user)
    tell(request, _("Ended. It stays in the history."), tone="")
    return HttpResponseRedirect(f"{reverse('programmes:why')}#standing", status=303)
