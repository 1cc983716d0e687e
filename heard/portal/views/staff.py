"""What colleagues see of customers' pages: a panel beside the conversation, and what the pages say of the company."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.conversations.selectors import get_conversation
from heard.portal.forms import FrontDoorForm
from heard.portal.selectors import front_door, pages_of
from heard.portal.services.front_doors import change_front_door
from heard.portal.services.stopping import stop_links
from heard.ui.notices import tell


@login_required
@require_safe
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """What the customer said on their page, and the way to stop the links. 204 when there is no page."""
    conversation = get_conversation(request.user, number)
    about = pages_of(conversation)
    return render(request, "portal/_panel.html", {"conversation": conversation, "about": about}) if about else HttpResponse(status=204)


@login_required
@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Let no link that was sent so far open this conversation."""
    if not request.user.can_write:
        raise PermissionDenied
    conversation = get_conversation(request.user, number)
    people = stop_links(conversation, by=request.user)
    said = ngettext("The links of one person open nothing any more.", "The links of %(n)s people open nothing any more.", people)
    tell(request, said % {"n": people}, _("The next mail brings a new one."), tone="kept")
    return HttpResponseRedirect(reverse("web:conversation", args=[number]), status=303)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Name and telephone of the company, for administrators."""
    if not request.user.is_admin:
        raise PermissionDenied
    known = front_door()
    form = FrontDoorForm(request.POST or None, initial={"company": known.company, "phone": known.phone} if known else {})
    if request.method == "POST" and form.is_valid():
        change_front_door(**form.cleaned_data, by=request.user)
        tell(request, _("Saved. Customers see it from now on."), tone="kept")
        return HttpResponseRedirect(reverse("portal:front_door"), status=303)
    return render(request, "portal/front_door.html", {"form": form}, status=422 if request.method == "POST" else 200)
