"""Where a CRM and we say different things of somebody: one at a time, theirs and ours side by side, answered by a key and taken back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heard.accounts.guards import writers_only
from heard.bridges import crm_selectors as selectors
from heard.bridges.services.crm_conflicts import answer_conflict, reopen_conflict
from heard.ui.notices import tell


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The first doubt from after `after` on, how many there are, and what one answered last."""
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    doubts = selectors.doubts_for(request.user, after=after, limit=2) or selectors.doubts_for(request.user, limit=2)
    context = {
        "doubt": doubts[0] if doubts else None, "waiting": selectors.count_doubts(request.user),
        "next": selectors.next_position(doubts, after), "last": selectors.last_answers(request.user),
    }  # fmt: skip
    return render(request, "bridges/conflicts.html", context)


@login_required
@writers_only
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Theirs holds, or ours."""
    conflict = selectors.get_doubt(request.user, number)
    answer_conflict(conflict, verdict=request.POST.get("verdict", ""), by=request.user)
    tell(request, _("Settled."), undo=reverse("bridges:conflict_end", args=[number]))
    return HttpResponseRedirect(f"{reverse('bridges:conflicts')}?after={number}", status=303)


@login_required
@writers_only
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Take an answer back."""
    reopen_conflict(selectors.get_doubt(request.user, number), by=request.user)
    tell(request, _("It is open again."))
    return HttpResponseRedirect(f"{reverse('bridges:conflicts')}?after={number - 1}", status=303)
