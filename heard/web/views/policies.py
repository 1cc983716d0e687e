"""How soon we answer, and when we are open: read by everyone, changed by leads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heard.promises.models import Calendar, Policy
from heard.promises.services.policies import save_calendar, save_policy
from heard.ui.notices import tell
from heard.web.access import leads_only
from heard.web.policy_forms import DAYS, HOUR, CalendarForm, PolicyForm


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The policies and calendars in force."""
    policies = Policy.objects.filter(is_current=True).select_related("team", "calendar").order_by("team__name")
    context = {
        "policies": [
            (policy, policy.first_reply_business_seconds / HOUR, policy.next_reply_business_seconds / HOUR) for policy in policies
        ],
        "calendars": [
            (calendar, list(zip(DAYS, calendar.definition["week"], strict=True)))
            for calendar in Calendar.objects.filter(is_current=True).order_by("name")
        ],
    }
    return render(request, "web/policies.html", context)


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, number: int) -> HttpResponse:
    """Change a policy: what was promised keeps the old one."""
    found = get_object_or_404(Policy.objects.select_related("team", "calendar"), pk=number, is_current=True)
    form = PolicyForm(request.POST or None, policy=found)
    if request.method == "POST" and form.is_valid():
        save_policy(
            found.name,
            team=found.team,
            first_reply=form.seconds("first_reply"),
            next_reply=form.seconds("next_reply"),
            calendar=found.calendar,
            by=request.user,
        )
        tell(request, _("From now on we answer by this. What is owed already keeps its time."))
        return HttpResponseRedirect(reverse("web:policies"))
    return render(request, "web/policy.html", {"form": form, "policy": found}, status=422 if form.is_bound else 200)


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest, number: int) -> HttpResponse:
    """Change opening hours and holidays: what was promised keeps the old ones."""
    found = get_object_or_404(Calendar, pk=number, is_current=True)
    form = CalendarForm(request.POST or None, calendar=found)
    if request.method == "POST" and form.is_valid():
        save_calendar(found.name, form.cleaned_data["definition"], by=request.user)
        tell(request, _("Saved. What is owed already keeps its time."))
        return HttpResponseRedirect(reverse("web:policies"))
    return render(request, "web/calendar.html", {"form": form, "calendar": found}, status=422 if form.is_bound else 200)
