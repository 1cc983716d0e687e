"""Forgetting a person: what would go and what stays, doing it, and the certificate. And what is held about people at all.

Leads erase whom they may know of; administrators, who read nobody's words, erase anybody by address or number.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heard.accounts.models import User
from heard.people.models import Identity
from heard.people.selectors import identities_known_as
from heard.privacy.certificates import certificate_lines, preview_lines
from heard.privacy.models import Erasure
from heard.privacy.services import erase_person, preview_erasure
from heard.ui.notices import tell
from heard.web.access import admins_only, leads_only, note_access

LISTED = 100
SECONDS = 15
"""So long a page waits for bytes to be overwritten; a task does the rest."""


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every certificate, newest first; a POST looks for a person by address or number and leads to what erasing them would do."""
    wanted, status = request.POST.get("who", "").strip(), 200
    if request.method == "POST":
        found = _people_known_as(request.user, wanted)
        if len(found) == 1:
            return HttpResponseRedirect(reverse("web:person_erasure", args=found))
        status = 422
    context = {"erasures": Erasure.objects.order_by("-pk")[:LISTED], "wanted": wanted, "was_looked_for": request.method == "POST"}
    return render(request, "web/erasures.html", context, status=status)


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    """What erasing a person would do; a POST does it. `identity`, given any number of times, narrows it to some of their records."""
    known = list(_identities(request.user, number))
    if not known:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    chosen = [identity for identity in known if str(identity.pk) in given.getlist("identity")] or known
    if request.method == "POST":
        erasure = erase_person([identity.pk for identity in chosen], by=request.user, seconds=SECONDS)
        tell(request, _("Erased. This is the certificate."))
        return HttpResponseRedirect(reverse("web:erasure", args=[erasure.pk]))
    note_access(request.user, number, page="erasure")
    context = {
        "number": number,
        "name": next((identity.display_name for identity in known if identity.display_name), ""),
        "identities": known,
        "chosen": {identity.pk for identity in chosen},
        "hidden": Identity.objects.filter(person_number=known[0].person_number).known().count() - len(known),
        "lines": preview_lines(preview_erasure(identity.pk for identity in chosen)),
    }
    return render(request, "web/person_erasure.html", context)


@login_required
@leads_only
@require_safe
def show(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """The certificate of an erasure, to be kept or printed. It names nobody."""
    erasure = get_object_or_404(Erasure, pk=erasure_id)
    by = User.objects.filter(pk=erasure.requested_by_id).first()
    return render(request, "web/erasure.html", {"erasure": erasure, "by": by, "lines": certificate_lines(erasure)})


@login_required
@admins_only
@require_safe
def what_we_hold(request: HttpRequest) -> HttpResponse:
    """Everything that is held about people: what, why, how long, and what erasure leaves, as each table states it."""
    stated = {model._meta.db_table: getattr(model, "personal", None) for model in apps.get_models()}
    statements = sorted((table, personal) for table, personal in stated.items() if personal is not None)
    return render(request, "web/what_we_hold.html", {"statements": statements})


def _identities(user: User, number: int) -> QuerySet[Identity]:
    """Those of a person that `user` may erase; any of the person's numbers will do."""
    person = Identity.objects.filter(pk=number).values("person_number")
    rows = Identity.objects.filter(person_number__in=person).known().prefetch_related("identifiers").order_by("pk")
    return rows if user.is_admin else rows.visible_to(user)


def _people_known_as(user: User, wanted: str) -> list[int]:
    """The numbers of the people who are known by this address or number, among those whom `user` may erase."""
    rows = Identity.objects.filter(pk__in=[identity.pk for identity in identities_known_as(wanted)])
    return sorted(set((rows if user.is_admin else rows.visible_to(user)).values_list("person_number", flat=True)))
