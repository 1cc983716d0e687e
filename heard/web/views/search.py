"""Search: everything the colleague may see, while typing and in full."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from heard.accounts.models import User
from heard.search.selectors import CANDIDATES, TYPING_CANDIDATES
from heard.ui.middleware import is_htmx
from heard.ui.moments import count_in_words
from heard.web.finding import ROWS, Question, Results, counts_of, results_for


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page; under htmx the list alone, and with `typing` the last word may be unfinished."""
    question = Question.of(request.GET.dict())
    is_typing = is_htmx(request) and "typing" in request.GET
    context: dict[str, Any] = {"question": question, "is_typing": is_typing, "is_fragment": is_htmx(request)}
    if question.text:
        results = results_for(cast("User", request.user), question, typing=is_typing)
        context |= {"results": results, "lead": _lead(results, is_typing), "tabs": _tabs(question, results), **_further(question, results)}
    if not is_htmx(request):
        return render(request, "web/search.html", context)
    response = render(request, "web/search.html#found", context)
    response["HX-Replace-Url"] = _address(question)
    return response


def _address(question: Question, **changes: object) -> str:
    given = {"q": question.text, "in": question.view, "channel": question.channel, "since": question.span, "order": question.order}
    usual = {"in": "all", "order": "best"}
    told = {name: value for name, value in (given | changes).items() if value and usual.get(name) != value}
    return f"{reverse('web:search')}?{urlencode(told)}"


def _tabs(question: Question, results: Results) -> list[dict[str, Any]]:
    counts = counts_of(results.found)
    tabs = [
        ("all", _("Best"), counts["conversations"] + counts["people"]),
        ("conversations", _("Conversations"), counts["conversations"]),
        ("people", _("People"), counts["people"]),
    ]
    return [
        {"name": name, "url": _address(question, **{"in": view}), "is_here": view == question.view, "count": count}
        for view, name, count in tabs
    ]


def _lead(results: Results, is_typing: bool) -> tuple[str, str]:
    """How much speaks of it, and what that counts: only what this colleague may see."""
    counts = counts_of(results.found)
    if results.found.is_cut:
        shown = {"count": count_in_words(TYPING_CANDIDATES if is_typing else CANDIDATES, most=CANDIDATES)}
        return _("More than %(count)s messages speak of this.") % shown, _("The newest %(count)s were compared.") % shown
    said, talks, people = counts["said"], counts["conversations"], counts["people"]
    parts = [
        ngettext("%(count)s message", "%(count)s messages", said) % {"count": count_in_words(said)} if said else "",
        ngettext("%(count)s conversation", "%(count)s conversations", talks) % {"count": count_in_words(talks)} if talks else "",
        ngettext("%(count)s person", "%(count)s people", people) % {"count": count_in_words(people)} if people else "",
    ]
    *others, last = [part for part in parts if part] or [""]
    if not others:
        return f"{last}." if last else "", ""
    return _("%(these)s and %(this)s.") % {"these": ", ".join(others), "this": last}, _("You may see all of them.")


def _further(question: Question, results: Results) -> dict[str, str]:
    return {
        "more_url": _address(question, rows=question.rows + ROWS) if results.has_more else "",
        "people_url": _address(question, **{"in": "people"}),
        "order_url": _address(question, order="best" if question.order == "newest" else "newest"),
    }
