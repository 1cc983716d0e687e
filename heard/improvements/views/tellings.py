"""Telling those who raised something: the words, the preview, the way it goes out, and who is still untold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import writers_only
from heard.accounts.selectors import readable_audience_ids
from heard.improvements import wording
from heard.improvements.loop_selectors import last_tellings, told_figures, told_people
from heard.improvements.mail_endings import first_words
from heard.improvements.models import Telling, Told, ToldState
from heard.improvements.previews import previews_of
from heard.improvements.recipients import plan_telling
from heard.improvements.selectors import current_decision, get_improvement
from heard.improvements.services.proposing import may_decide, refuse_unless_theirs
from heard.improvements.services.telling import tell_everyone, withdraw_telling, write_telling
from heard.improvements.telling_forms import TellingForm
from heard.ui.notices import tell

PAGE = 50


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    is_here: bool
    count: int


LISTS: dict[str, tuple[Any, dict[str, str]]] = {
    "all": (gettext_lazy("All"), {}),
    "told": (gettext_lazy("Told"), {"state": ToldState.TOLD}),
    "on-their-way": (gettext_lazy("On their way"), {"state": ToldState.QUEUED}),
    "solved": (gettext_lazy("“That solved it”"), {"answer": "solved"}),
    "not-for-me": (gettext_lazy("“Not for me”"), {"answer": "not_for_me"}),
    "came-back": (gettext_lazy("Came back"), {"state": ToldState.BOUNCED}),
    "unreachable": (gettext_lazy("Cannot be reached"), {"state": ToldState.NO_WAY}),
    "later": (gettext_lazy("Later"), {"state": ToldState.HELD}),
}
COUNTS = {
    "told": "told", "on-their-way": "queued", "solved": "solved", "not-for-me": "not_for_me", "came-back": "bounced",
    "unreachable": "unreachable", "later": "held",
}  # fmt: skip


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Write what they will read. Begins with what was decided, in both languages."""
    improvement = get_improvement(number)
    refuse_unless_theirs(improvement, request.user)
    decision = current_decision(improvement)
    draft = _draft(request, improvement.pk, decision.pk)
    first = {f"text_{code}": wording.first_draft(decision, code) for code in ("en", "es")}
    if draft is not None:
        first = {"text_en": draft.text_en, "text_es": draft.text_es}
    form = TellingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        telling = write_telling(improvement, by=request.user, telling=draft, **form.cleaned_data)
        return HttpResponseRedirect(reverse("telling:telling", args=[telling.pk]))
    context = {"form": form, "improvement": improvement, "decision": decision, "figures": told_figures(decision)}
    return render(request, "improvements/telling_write.html", context, status=422 if form.is_bound else 200)


def _draft(request: HttpRequest, improvement: int, decision: int) -> Telling | None:
    """The draft that is written anew: named by `?draft=`, and nobody else's."""
    wanted = request.GET.get("draft", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return None
    return Telling.objects.filter(pk=int(wanted), by=request.user, improvement=improvement, decision=decision, queued_at=None).first()


@login_required
@require_safe
def show(request: HttpRequest, telling_id: int) -> HttpResponse:
    """Before it goes: how many, who cannot be reached, and the first mails as they will be read. After it went: how far it is."""
    telling = _telling(telling_id)
    context: dict[str, Any] = {
        "telling": telling,
        "improvement": telling.improvement,
        "may_decide": may_decide(telling.improvement, request.user),
    }
    if telling.queued_at is None:
        plan = plan_telling(telling.decision, until=telling.previewed_at)
        context |= {
            "plan": plan,
            "previews": previews_of(telling, plan, readable_audience_ids(request.user)),
            "is_current": current_decision(telling.improvement).pk == telling.decision_id,
            "languages": [translation.get_language_info(code)["name_translated"] for code in plan.languages()],
            "unwritten": _unwritten(telling, plan.languages()),
        }
        return render(request, "improvements/telling_preview.html", context)
    context["figures"] = told_figures(telling.decision)
    return render(request, "improvements/telling.html", context)


def _unwritten(telling: Telling, languages: list[str]) -> list[str]:
    """Names of languages that some of them read and that nothing was written in."""
    missing = [code for code in languages if telling.text_in(code)[1] != code]
    return [translation.get_language_info(code)["name_translated"] for code in missing]


@login_required
@writers_only
@require_POST
def queue(request: HttpRequest, telling_id: int) -> HttpResponse:
    """Let it go out."""
    telling = tell_everyone(_telling(telling_id), by=request.user)
    tell(request, _("It goes out now, behind everything that is urgent. Nobody gets it twice."))
    return HttpResponseRedirect(reverse("telling:telling", args=[telling.pk]))


@login_required
@writers_only
@require_POST
def end(request: HttpRequest, telling_id: int) -> HttpResponse:
    """Stop it."""
    telling = _telling(telling_id)
    number = withdraw_telling(telling, by=request.user)
    stopped = ngettext(
        "Stopped. One person who was to hear it later will not.", "Stopped. %(n)s people who were to hear it later will not.", number
    )
    tell(request, stopped % {"n": number} if number else _("Stopped. What was on its way still arrives."))
    return HttpResponseRedirect(reverse("telling:telling", args=[telling.pk]))


@login_required
@require_safe
def told(request: HttpRequest, number: int) -> HttpResponse:
    """Who was told, who answered what, whose mail came back, and who cannot be reached: those whom the reader may know of."""
    improvement = get_improvement(number)
    decision = current_decision(improvement)
    view = request.GET.get("view", "all")
    if view not in LISTS:
        raise Http404
    after = request.GET.get("after", "")
    rows = told_people(
        decision, request.user, after=int(after) if after.isdecimal() and len(after) < 19 else 0, limit=PAGE + 1, **LISTS[view][1]
    )
    figures = told_figures(decision)
    address = reverse("telling:told", args=[improvement.pk])
    counts = {name: getattr(figures, field) for name, field in COUNTS.items()} | {"all": _all_of(figures)}
    context = {
        "improvement": improvement,
        "decision": decision,
        "figures": figures,
        "rows": [(row, _said(row)) for row in rows[:PAGE]],
        "older": f"?view={view}&after={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
        "tabs": [Tab(str(title), f"{address}?view={name}", name == view, counts[name]) for name, (title, _where) in LISTS.items()],
        "view": view,
        "tellings": last_tellings([improvement.pk]),
        "is_partly_hidden": not after and len(rows) < min(counts[view], PAGE),
    }
    return render(request, "improvements/told.html", context)


def _all_of(figures: Any) -> int:
    return figures.told + figures.queued + figures.bounced + figures.unreachable + figures.held


def _said(row: Told) -> str:
    """What they had said, for those who may read it."""
    return first_words(row.signal) if row.signal is not None and row.conversation_id is not None else ""


def _telling(telling_id: int) -> Telling:
    return get_object_or_404(Telling.objects.select_related("improvement__owner", "decision", "by"), pk=telling_id)
