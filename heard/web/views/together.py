"""What stands around a person: what staff should know, and who lives with them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import HeadsUp, HouseholdMember
from heard.people.selectors import get_person
from heard.people.services.heads_ups import end_heads_up, keep_heads_up, restore_heads_up, write_heads_up
from heard.people.services.households import leave_household, live_together, take_back
from heard.people.together import get_heads_up, heads_ups_to_review
from heard.ui.notices import tell
from heard.web.access import writers_only
from heard.web.people_forms import HeadsUpForm

MOST_MEMBERS = 50


@login_required
@require_safe
def heads_ups(request: HttpRequest) -> HttpResponse:
    """What should be looked at again: heads-ups whose day has come."""
    found = heads_ups_to_review(request.user, on=timezone.localtime(now()).date())
    return render(request, "web/heads_ups.html", {"heads_ups": found})


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def heads_up_new(request: HttpRequest, number: int) -> HttpResponse:
    """Write what staff should know about a person."""
    person = get_person(request.user, number)
    form = HeadsUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            write_heads_up(max(person.identities, key=lambda one: one.last_seen_at), by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            tell(request, _("Whoever answers %(name)s reads it now.") % {"name": person.name})
            return HttpResponseRedirect(reverse("web:person", args=[person.number]))
    return render(request, "web/heads_up.html", {"person": person, "form": form}, status=422 if form.is_bound else 200)


@login_required
@writers_only
@require_POST
def heads_up_review(request: HttpRequest, number: int, heads_up: int) -> HttpResponse:
    """It is still true."""
    found = keep_heads_up(_heads_up(request, number, heads_up), by=request.user)
    tell(request, _("It stands until you look at it again on %(day)s.") % {"day": f"{found.review_on:%Y-%m-%d}"})
    return HttpResponseRedirect(_back(request, number))


@login_required
@writers_only
@require_POST
def heads_up_end(request: HttpRequest, number: int, heads_up: int) -> HttpResponse:
    """It is true no more."""
    found = end_heads_up(_heads_up(request, number, heads_up), by=request.user)
    tell(request, _("Nobody is told that any more."), undo=reverse("web:heads_up_restoration", args=[number, found.pk]))
    return HttpResponseRedirect(_back(request, number))


@login_required
@writers_only
@require_POST
def heads_up_restoration(request: HttpRequest, number: int, heads_up: int) -> HttpResponse:
    """Undo its end."""
    restore_heads_up(_heads_up(request, number, heads_up), by=request.user)
    tell(request, _("It stands again."))
    return HttpResponseRedirect(_back(request, number))


@login_required
@writers_only
@require_POST
def household(request: HttpRequest, number: int) -> HttpResponse:
    """Say that somebody (`other`, a person's number) lives with this person."""
    person = get_person(request.user, number)
    other_text = request.POST.get("other", "")
    other = get_person(request.user, int(other_text) if other_text.isascii() and other_text.isdecimal() and len(other_text) < 19 else 0)
    made = live_together(person.identities[0], other.identities[0], by=request.user, reason=request.POST.get("reason", ""))
    names = {"one": person.name, "other": other.name}
    if made:
        undo = reverse("web:household_undo", args=[person.number, _joined(made)])
        tell(request, _("%(one)s and %(other)s live together now. They stay two people.") % names, undo=undo)
    else:
        tell(request, _("%(one)s and %(other)s live together already.") % names)
    return HttpResponseRedirect(reverse("web:person", args=[person.number]))


@login_required
@writers_only
@require_POST
def household_end(request: HttpRequest, number: int, household_id: int) -> HttpResponse:
    """Take this person out of a household."""
    person = get_person(request.user, number)
    ended = leave_household(person.identity_ids, household_id, by=request.user)
    if not ended:
        raise Http404
    undo = reverse("web:household_undo", args=[person.number, _joined(ended)])
    tell(request, _("%(name)s does not live there any more.") % {"name": person.name}, undo=undo)
    return HttpResponseRedirect(reverse("web:person", args=[person.number]))


@login_required
@writers_only
@require_POST
def household_undo(request: HttpRequest, number: int, members: str) -> HttpResponse:
    """Undo what was said of a household last: `members` are the numbers of memberships, with - between them."""
    person = get_person(request.user, number)
    ids = [int(part) for part in members.split("-")[:MOST_MEMBERS] if part.isascii() and part.isdecimal() and len(part) < 19]
    if not HouseholdMember.objects.filter(pk__in=ids, identity__in=person.identity_ids).exists():
        raise Http404
    take_back(ids, by=request.user)
    tell(request, _("It is as it was before."))
    return HttpResponseRedirect(reverse("web:person", args=[person.number]))


def _heads_up(request: HttpRequest, number: int, heads_up: int) -> HeadsUp:
    person = get_person(request.user, number)
    found = get_heads_up(request.user, heads_up)
    if found.identity_id not in person.identity_ids:
        raise Http404
    return found


def _back(request: HttpRequest, number: int) -> str:
    """To the list, for whoever came from there."""
    return reverse("web:heads_ups") if request.POST.get("back") == "list" else reverse("web:person", args=[number])


def _joined(members: list[HouseholdMember]) -> str:
    return "-".join(str(member.pk) for member in members)
