"""Improvements: the list, one with its evidence and history, proposing, wording, deciding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import writers_only
from heard.accounts.models import User
from heard.improvements.forms import DecisionForm, ImprovementForm
from heard.improvements.models import Decision, Improvement, ImprovementChange, State
from heard.improvements.selectors import (
    VIEWS,
    Said,
    Voices,
    count_improvements,
    decisions_of,
    evidence_of,
    get_improvement,
    list_improvements,
    voices_of,
)
from heard.improvements.services.deciding import decide
from heard.improvements.services.proposing import change_improvement, may_decide, propose_improvement
from heard.insights.selectors import quotes_of, signals_by_id
from heard.ui.notices import tell

LISTED = 50
QUOTED = 5
LOOKED_AT = 30
TITLES = {
    "open": gettext_lazy("In hand"),
    "done": pgettext_lazy("improvements", "Done"),
    "declined": pgettext_lazy("improvements", "Said no"),
    "all": pgettext_lazy("improvements", "All"),
}
STATE_ICONS = {"considering": "sprout", "planned": "calendar", "doing": "hammer", "done": "check", "declined": "x"}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    is_here: bool
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """One of the states an improvement goes through; `decision` is when it was reached last, None while it was not."""

    name: str
    decision: Decision | None
    is_here: bool


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What we change, and what became of it."""
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    before = request.GET.get("before", "")
    lines = list_improvements(view, limit=LISTED + 1, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    counts = count_improvements()
    address = reverse("improvements:improvements")
    tabs = [Tab(str(TITLES[name]), f"{address}?view={name}", name == view, counts[name]) for name in VIEWS]
    older = f"?view={view}&before={lines[LISTED - 1].decision.pk}" if len(lines) > LISTED else ""
    context = {"lines": lines[:LISTED], "tabs": tabs, "counts": counts, "view": view, "older": older}
    return render(request, "improvements/improvements.html", context)


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a change, with the signals that were ticked elsewhere as its first evidence."""
    given = request.POST if request.method == "POST" else request.GET
    signals = signals_by_id(numbers_in(given.getlist("signal")), request.user)
    form = ImprovementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        improvement = propose_improvement(**form.cleaned_data, signals=signals, by=request.user)
        tell(request, _("Proposed. Now see who else means the same."))
        return HttpResponseRedirect(reverse("improvements:improvement", args=[improvement.pk]))
    quotes = (
        quotes_of(type(signals[0]).objects.filter(pk__in=[one.pk for one in signals]).order_by("-said_at"), request.user) if signals else []
    )
    return render(request, "improvements/edit.html", {"form": form, "quotes": quotes}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One improvement: where it stands, who speaks for and against it in their words, what was decided and why."""
    return _page(request, get_improvement(number))


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Word it better. What it said before stays on record, the expected effect above all."""
    improvement = get_improvement(number)
    words = {field: getattr(improvement, field) for field in ("title", "what_changes", "for_whom", "expected_effect")}
    form = ImprovementForm(request.POST or None, initial={**words, "owner": improvement.owner})
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        change_improvement(improvement, **values, by=request.user)
        tell(request, _("Saved. What it said before stays on record."))
        return HttpResponseRedirect(reverse("improvements:improvement", args=[improvement.pk]))
    return render(request, "improvements/edit.html", {"form": form, "improvement": improvement}, status=422 if form.is_bound else 200)


@login_required
@writers_only
@require_POST
def decisions(request: HttpRequest, number: int) -> HttpResponse:
    """Decide what becomes of it."""
    improvement = get_improvement(number)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, improvement, form=form, status=422)
    decision = decide(improvement, **form.cleaned_data, by=request.user)
    tell(request, _("Decided: %(state)s.") % {"state": decision.get_state_display()})
    return HttpResponseRedirect(reverse("improvements:improvement", args=[improvement.pk]))


def steps_of(history: list[Decision]) -> list[Step]:
    """The way of an improvement, from its decisions, newest first: up to a no, or to done. Pure."""
    last = history[0].state
    way: list[State] = [State.CONSIDERING, State.PLANNED, State.DOING, State.DONE]
    if last == State.DECLINED:
        passed = {one.state for one in history} - {State.DONE, State.DECLINED}
        way = [*(State(state) for state in way if state in passed), State.DECLINED]
    here = way.index(State(last))
    reached = {state: next((one for one in history if one.state == state), None) for state in way}
    return [Step(str(state.label), reached[state] if place <= here else None, place == here) for place, state in enumerate(way)]


def numbers_in(values: list[str]) -> list[int]:
    """Ids in a form, as far as they are any; at most a thousand."""
    return [int(value) for value in values[:1000] if value.isascii() and value.isdecimal() and len(value) < 19]


def _page(request: HttpRequest, improvement: Improvement, *, form: DecisionForm | None = None, status: int = 200) -> HttpResponse:
    history = decisions_of(improvement)
    last = history[0]
    initial = {"state": last.state, "is_public": last.is_public}
    context: dict[str, Any] = {
        "improvement": improvement,
        "history": [(one, STATE_ICONS[one.state]) for one in history],
        "decision": last,
        "steps": steps_of(history),
        "voices": voices_of([improvement.pk]).get(improvement.pk, Voices()),
        "said_for": voices_heard(improvement, request.user),
        "said_against": voices_heard(improvement, request.user, is_against=True),
        "first_effect": first_effect(improvement),
        "may_decide": may_decide(improvement, request.user),
        "form": form or DecisionForm(initial=initial),
    }
    return render(request, "improvements/improvement.html", context, status=status)


def voices_heard(improvement: Improvement, actor: User, *, is_against: bool = False) -> list[Said]:
    """The newest words of a few different people: each is heard once."""
    people: dict[int | None, Said] = {}
    for one in evidence_of(improvement, actor, is_against=is_against, limit=LOOKED_AT):
        people.setdefault(one.quote.person_number, one)
    return list(people.values())[:QUOTED]


def first_effect(improvement: Improvement) -> str:
    """What was expected at first, when that was worded otherwise since; "" when it was not. One query."""
    changes = ImprovementChange.objects.filter(improvement=improvement, field="expected_effect").exclude(was="").order_by("pk")
    was = changes.values_list("was", flat=True).first()
    return was if was and was != improvement.expected_effect else ""
