"""Themes: what people speak of, in how many voices; the vocabulary is looked after here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heard.improvements.selectors import improvements_of_signals, list_improvements
from heard.insights.forms import MergeForm, NewThemeForm, ThemeForm
from heard.insights.models import Kind, Theme
from heard.insights.selectors import (
    count_people,
    get_theme,
    history_of_theme,
    list_themes,
    people_by_kind,
    quotes_of,
    signals_by_id,
    signals_of_theme,
)
from heard.insights.services.themes import change_theme, make_theme, may_change, merge_themes, split_theme, unmerge_theme
from heard.insights.vocabulary import vocabulary
from heard.lib.text import storable
from heard.ui.notices import tell
from heard.web.access import writers_only

SHOWN = 50


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The vocabulary, those of most people first; and a form for a new theme."""
    form = NewThemeForm(request.POST or None)
    if request.method == "POST":
        return _make(request, form)
    return _index(request, form)


@writers_only
def _make(request: HttpRequest, form: NewThemeForm) -> HttpResponse:
    if not form.is_valid():
        return _index(request, form, status=422)
    theme = make_theme(form.cleaned_data["name"], definition=form.cleaned_data["definition"], by=request.user)
    return HttpResponseRedirect(reverse("web:theme", args=[theme.pk]))


def _index(request: HttpRequest, form: NewThemeForm, status: int = 200) -> HttpResponse:
    lines = list_themes()
    most = max([line.people for line in lines], default=0)
    return render(request, "web/themes.html", {"lines": lines, "form": form, "most": most}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def theme(request: HttpRequest, number: int) -> HttpResponse:
    """One theme: who speaks of it, in their words; what we do about it; and what was done to it. A merged one says for what it stands now."""
    found = get_theme(number)
    if request.method == "POST":
        return _change(request, found)
    if found.merged_into_id is not None:
        return _merged(request, found)
    return _page(request, found)


@writers_only
def _change(request: HttpRequest, found: Theme) -> HttpResponse:
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    change_theme(found, **form.cleaned_data, by=request.user)
    tell(request, _("Saved. What it was called before stays on record."))
    return HttpResponseRedirect(reverse("web:theme", args=[found.pk]))


@login_required
@writers_only
@require_POST
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Let a theme count under another."""
    found = get_theme(number)
    form = MergeForm(request.POST, theme=found)
    if not form.is_valid():
        return _page(request, found, merge_form=form, status=422)
    into = merge_themes(found, into=form.cleaned_data["into"], by=request.user)
    tell(
        request, _("“%(name)s” counts under “%(into)s” now.") % {"name": found.name, "into": into.name},
        undo=reverse("web:theme_merge_end", args=[found.pk]),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("web:theme", args=[into.pk]))


@login_required
@writers_only
@require_POST
def merge_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take a merged theme out again."""
    found = unmerge_theme(get_theme(number), by=request.user)
    tell(request, _("“%(name)s” stands by itself again, with what was marked so.") % {"name": found.name})
    return HttpResponseRedirect(reverse("web:theme", args=[found.pk]))


@login_required
@writers_only
@require_POST
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Give the signals that were ticked to a theme of their own."""
    found = get_theme(number)
    chosen = signals_by_id(_numbers(request.POST.getlist("signal")), request.user)
    new = split_theme(found, signals=chosen, name=request.POST.get("name", ""), by=request.user)
    tell(request, _("Split off. Each keeps on record where it came from."))
    return HttpResponseRedirect(reverse("web:theme", args=[new.pk]))


def _merged(request: HttpRequest, found: Theme) -> HttpResponse:
    stands_for = vocabulary().now(found.pk)
    context = {"theme": found, "stands_for": stands_for, "history": history_of_theme(found), "may_change": may_change(found, request.user)}
    return render(request, "web/theme_merged.html", context)


def _page(
    request: HttpRequest, found: Theme, *, form: ThemeForm | None = None, merge_form: MergeForm | None = None, status: int = 200
) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    containing = storable(request.GET.get("q", ""), 200)
    everything = signals_of_theme(found)
    by_kind = people_by_kind(everything)
    wanted = signals_of_theme(found, kind=kind, containing=containing)
    quotes = quotes_of(wanted.visible_to(request.user).filter(end__gt=0)[: SHOWN + 1], request.user)
    speaks_for = improvements_of_signals(quote.signal.pk for quote in quotes)
    initial = {"name": found.name, "definition": found.definition, "owner": found.owner}
    context: dict[str, Any] = {
        "theme": found,
        "people": count_people(everything),
        "kinds": [(Kind(name).label, by_kind[name], name) for name in Kind.values if by_kind.get(name)],
        "kind": kind,
        "q": containing,
        "quotes": [(quote, speaks_for.get(quote.signal.pk, [])) for quote in quotes[:SHOWN]],
        "has_more": len(quotes) > SHOWN,
        "improvements": list_improvements(signals_of=found.pk, limit=20),
        "all_improvements": list_improvements("open", limit=100),
        "history": history_of_theme(found),
        "merged": [line for line in vocabulary().themes.values() if line.merged_into_id == found.pk],
        "may_change": may_change(found, request.user),
        "form": form or ThemeForm(initial=initial),
        "merge_form": merge_form or MergeForm(theme=found),
    }
    return render(request, "web/theme.html", context, status=status)


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values[:1000] if value.isascii() and value.isdecimal() and len(value) < 19]
