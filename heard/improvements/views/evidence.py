"""What speaks for an improvement and against it: all of it, more of it, less of it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import writers_only
from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.improvements.alike import alike, words_of
from heard.improvements.forms import CollectForm
from heard.improvements.models import Evidence, Improvement
from heard.improvements.selectors import Voices, evidence_of, get_improvement, meaning_of_evidence, voices_of
from heard.improvements.services.collecting import MOST, NothingChosen, add_alike
from heard.improvements.services.evidence import add_evidence, restore_evidence, withdraw_evidence
from heard.improvements.views.improvements import numbers_in
from heard.insights.selectors import signals_by_id
from heard.insights.services.themes import make_theme
from heard.ui.notices import tell

LISTED = 50
_PLACE = re.compile(r"(\d{1,18}):(\d{1,8}):(\d{1,8})", re.ASCII)


@login_required
@require_safe
def index(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that people said for it, or against it, as far as the colleague may read it."""
    improvement = get_improvement(number)
    is_against = "against" in request.GET
    after = request.GET.get("after", "")
    begun = int(after) if after.isdecimal() and len(after) < 7 else 0
    said = evidence_of(improvement, request.user, is_against=is_against, limit=LISTED + 1, after=begun)
    side = "against&" if is_against else ""
    context = {
        "improvement": improvement,
        "is_against": is_against,
        "said": said[:LISTED],
        "voices": voices_of([improvement.pk]).get(improvement.pk, Voices()),
        "older": f"?{side}after={begun + LISTED}" if len(said) > LISTED else "",
    }
    return render(request, "improvements/evidence.html", context)


@login_required
@writers_only
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Let ticked signals speak for an improvement, or against it."""
    chosen = numbers_in([request.POST.get("improvement", "")])
    signals = signals_by_id(numbers_in(request.POST.getlist("signal")), request.user)
    if not chosen or not signals:
        raise NothingChosen
    improvement = get_improvement(chosen[0])
    added = add_evidence(improvement, signals, by=request.user, is_against="is_against" in request.POST)
    tell(request, _counted(added))
    return HttpResponseRedirect(reverse("improvements:improvement", args=[improvement.pk]))


@login_required
@writers_only
@require_POST
def end(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Say that a signal does not speak for the improvement after all."""
    evidence = _evidence(request.user, evidence_id)
    withdraw_evidence(evidence, by=request.user)
    tell(request, _("Taken away. It counts no more here."), undo=reverse("improvements:evidence_restore", args=[evidence.pk]))
    return HttpResponseRedirect(reverse("improvements:evidence_of", args=[evidence.improvement_id]))


@login_required
@writers_only
@require_POST
def restore(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Let it speak again."""
    evidence = _evidence(request.user, evidence_id)
    restore_evidence(evidence, by=request.user)
    tell(request, _("It counts again."))
    return HttpResponseRedirect(reverse("improvements:evidence_of", args=[evidence.improvement_id]))


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def alike_words(request: HttpRequest, number: int) -> HttpResponse:
    """Others who may mean the same, by the words they use; added one by one or together, in one act."""
    improvement = get_improvement(number)
    kind, theme_id = meaning_of_evidence(improvement)
    form = CollectForm(request.POST or None, initial={"kind": kind})
    now = form.vocabulary.now(theme_id)
    form.initial["theme"] = now.pk if now else None
    if request.method == "POST" and form.is_valid():
        return _collect(request, improvement, form)
    return _alike(request, improvement, form)


def _collect(request: HttpRequest, improvement: Improvement, form: CollectForm) -> HttpResponse:
    values = form.cleaned_data
    one = request.POST.getlist("only")
    places = [
        tuple(map(int, found.groups())) for text in (one or request.POST.getlist("place"))[:MOST] if (found := _PLACE.fullmatch(text))
    ]
    name = values["new_theme"].strip()
    with transaction.atomic():  # no new theme is left behind when nobody was ticked
        theme = make_theme(name, by=request.user) if name else values["theme"]
        added = add_alike(improvement, places, kind=values["kind"], theme=theme, is_against=values["is_against"], by=request.user)
    tell(request, _counted(added))
    asked = request.POST.get("q", "")[:200]
    return HttpResponseRedirect(f"{reverse('improvements:alike', args=[improvement.pk])}?{urlencode({'q': asked})}")


def _alike(request: HttpRequest, improvement: Improvement, form: CollectForm) -> HttpResponse:
    asked = (request.POST.get("q") or request.GET.get("q", ""))[:200].strip()
    words = asked.split()[:8] if asked else words_of(improvement, request.user)
    context: dict[str, Any] = {
        "improvement": improvement,
        "form": form,
        "q": asked or " ".join(words),
        "found": alike(improvement, request.user, words=words),
        "voices": voices_of([improvement.pk]).get(improvement.pk, Voices()),
    }
    return render(request, "improvements/alike.html", context, status=422 if form.is_bound else 200)


def _evidence(actor: User, evidence_id: int) -> Evidence:
    rows = Evidence.objects.filter(signal__interaction__audience__in=readable_audience_ids(actor))
    return get_object_or_404(rows.select_related("improvement", "signal"), pk=evidence_id)


def _counted(added: list[Evidence]) -> str:
    return ngettext("One more place speaks for itself now.", "%(number)s more places speak for themselves now.", len(added)) % {
        "number": len(added)
    }
