"""The why: read by everyone, written by everyone who answers, signed off by leads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import leads_only, writers_only
from heard.lib.time import now
from heard.programmes import selectors
from heard.programmes.forms import WhyForm
from heard.programmes.models import WhyVersion
from heard.programmes.rules import changed
from heard.programmes.services.why import SomebodyElseWrote, Wording, drop_draft, sign_off, write_why
from heard.ui.notices import tell

ANSWERS = tuple(Wording.__dataclass_fields__)


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What holds, what waits for a signature, what we promise everybody and how well we keep it. Six queries, whatever there is."""
    versions = selectors.versions()
    current = next((one for one in versions if one.signed_at is not None), None)
    draft = selectors.draft_of(versions[0] if versions else None)
    context = {
        "why": current,
        "answers": answers_of(current) if current else [],
        "draft": draft,
        "draft_answers": _changed_answers(draft, current) if draft else [],
        "standing": selectors.standing_with_figures(now=now()),
        "ended": selectors.ended_promises(),
        "versions": versions,
    }
    return render(request, "programmes/why.html", context)


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Write the next version, from the draft or from what holds. Somebody else's newer words stand beside one's own before either is lost."""
    latest = selectors.latest_version()
    start = selectors.draft_of(latest) or selectors.current_why()
    form = WhyForm(request.POST or None, version=start)
    if latest is not None and not form.is_bound:
        form.initial["based_on"] = latest.number
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            write_why(form.wording, by=request.user, based_on=values["based_on"], because=values["because"])
        except SomebodyElseWrote as refusal:
            return _overtaken(request, str(refusal.message))
        tell(request, _("Your draft is saved. It holds when a lead has signed it off."))
        return HttpResponseRedirect(f"{reverse('programmes:why')}#draft", status=303)
    return render(request, "programmes/draft.html", {"form": form}, status=422 if form.is_bound else 200)


def _overtaken(request: HttpRequest, message: str) -> HttpResponse:
    """The form with one's own words, the newer ones beside it; saving again builds on those."""
    latest = selectors.latest_version()
    data = request.POST.copy()
    data["based_on"] = str(latest.number if latest else 0)
    form = WhyForm(data)
    form.full_clean()
    form.add_error(None, message)
    context = {"form": form, "newer": latest, "newer_answers": answers_of(latest) if latest else []}
    return render(request, "programmes/draft.html", context, status=409)


@login_required
@leads_only
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign off the draft that was read."""
    version = sign_off(_number(request), by=request.user)
    tell(request, _("Signed off. Version %(number)s holds from now on.") % {"number": version.number})
    return HttpResponseRedirect(reverse("programmes:why"), status=303)


@login_required
@leads_only
@require_POST
def draft_end(request: HttpRequest) -> HttpResponse:
    """Put the draft aside."""
    version = drop_draft(_number(request), by=request.user)
    where = reverse("programmes:version", args=[version.number])
    tell(request, _("The draft is dropped. Its words stay in the history."), tone="", link=where, link_name=_("Read it"))
    return HttpResponseRedirect(reverse("programmes:why"), status=303)


@login_required
@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version as it was, and what it changed in the one signed before it."""
    found = get_object_or_404(WhyVersion.objects.select_related("by", "signed_by", "dropped_by"), number=number)
    before = WhyVersion.objects.filter(number__lt=number, signed_at__isnull=False).order_by("-number").first()
    context = {"version": found, "answers": answers_of(found, before=before), "before": before}
    return render(request, "programmes/version.html", context)


def answers_of(version: WhyVersion, *, before: WhyVersion | None = None) -> list[dict[str, object]]:
    """The four answers in order, each with its question and whether it differs from `before`; empty ones only when they were emptied."""
    old = {name: getattr(before, name) for name in ANSWERS} if before else None
    new = {name: getattr(version, name) for name in ANSWERS}
    differing = changed(old, new) if old else []
    fields = WhyVersion._meta
    return [
        {"name": name, "question": fields.get_field(name).verbose_name, "text": text, "is_changed": name in differing,  # type: ignore[union-attr]
         "was": old[name] if old and name in differing else ""}
        for name, text in new.items()
        if text or name in differing
    ]  # fmt: skip


def _changed_answers(draft: WhyVersion, current: WhyVersion | None) -> list[dict[str, object]]:
    """What a draft would change; all of it before anything holds."""
    answers = answers_of(draft, before=current)
    return [answer for answer in answers if answer["is_changed"]] if current else answers


def _number(request: HttpRequest) -> int:
    sent = request.POST.get("number", "")
    if not sent.isascii() or not sent.isdigit() or len(sent) > 9:
        raise Http404
    return int(sent)
