"""Promises: what is found in words, the lists of what is owed, a promise's own page and what is done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from heard.conversations.forms import once_field
from heard.conversations.models import Conversation
from heard.conversations.selectors import get_conversation
from heard.lib.time import now
from heard.promises.models import Promise
from heard.promises.selectors import LISTS, calendar_of, get_promise, is_readable, list_promises, policy_for
from heard.promises.services.byhand import LONGEST, change_promise, keep_promise, promise_by_hand, release_promise, reopen_promise
from heard.ui.moments import moment_in_words
from heard.ui.notices import tell
from heard.web.access import note_access, writers_only
from heard.web.owed import promise_view
from heard.web.promising import BESIDE, MomentField, moment_read, offers_in, posted_offer, promising_form
from heard.web.views.conversations import after_act, show_page
from heard.web.views.inbox import Tab

ROWS = 50
TITLES = {
    "mine": gettext_lazy("Yours"),
    "teams": gettext_lazy("Your teams’"),
    "late": gettext_lazy("Late"),
    "all": gettext_lazy("All open"),
    "kept": gettext_lazy("Kept"),
}
EMPTY = {
    "mine": gettext_lazy("You owe nobody anything by your word."),
    "teams": gettext_lazy("Your teams owe nothing by their word."),
    "late": gettext_lazy("No promise is late."),
    "all": gettext_lazy("Nothing is promised at the moment."),
    "kept": gettext_lazy("No promise was kept yet."),
}


class ChangeForm(forms.Form):
    """A new date, and why."""

    once = once_field()
    by = MomentField(
        label=gettext_lazy("New date"),
        max_length=120,
        help_text=gettext_lazy("A day or a moment: Friday, 27 Nov 16:00, in two business days."),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=LONGEST)


class ReleaseForm(forms.Form):
    """Why nothing is owed any more."""

    reason = forms.CharField(label=gettext_lazy("Why nothing is owed any more"), max_length=LONGEST)


@login_required
@writers_only
@require_POST
def dates(request: HttpRequest, number: int) -> HttpResponse:
    """What sounds like a promise in the words being written; or, for `read`, what the date field is understood to mean. Fragments only."""
    conversation = get_conversation(request.user, number)
    if "read" in request.POST:
        return _understood(request, conversation)
    if "take" in request.POST:
        form = promising_form(request.user, conversation, initial=posted_offer(request.POST))
        return render(request, "web/_promise_fields.html", {"conversation": conversation, "promising": form, "is_taken": True})
    dismissed = [clause[:200] for clause in request.POST.getlist("dismissed")][:20]
    offers = [] if request.POST.get("promise-text") else offers_in(request.POST.get("body", ""), conversation, dismissed=dismissed)
    context = {"conversation": conversation, "offer": offers[0] if offers else None, "dismissed": dismissed}
    return render(request, "web/_promise_offer.html", context)


@login_required
@writers_only
@require_POST
def create(request: HttpRequest, number: int) -> HttpResponse:
    """Note beside the conversation what is owed, without a word to the customer: a target of our own."""
    conversation = get_conversation(request.user, number)
    form = promising_form(request.user, conversation, data=request.POST, prefix=BESIDE)
    if form.is_valid() and not form.cleaned_data["text"]:
        form.add_error("text", _("Say in a few words what we owe."))
    if not form.is_valid():
        return show_page(request, conversation, status=422, owing_form=form)
    word = form.word()
    assert word.due_at is not None  # the form asks for a date with every sentence
    promise_by_hand(
        conversation, by=request.user, text=word.text, due_at=word.due_at, owed_by=word.owed_by, owed_by_team=word.owed_by_team,
        once=form.cleaned_data["once"],
    )  # fmt: skip
    tell(request, _("Noted. It is our own target until the customer is told."))
    return after_act(request, conversation)


@login_required
@require_safe
def index(request: HttpRequest, view: str = "mine") -> HttpResponse:
    """What is owed by somebody's word, soonest first, fifty a page. Five queries whatever the number of promises."""
    if view not in LISTS:
        raise Http404
    found = list_promises(request.user, view, now=now(), limit=ROWS + 1, after=_after(request))
    moment = now()
    context = {
        "tabs": [Tab(str(title), reverse("web:promise_list", args=[name]), name == view) for name, title in TITLES.items()],
        "rows": [(promise, promise_view(promise, now=moment), is_readable(promise, request.user)) for promise in found[:ROWS]],
        "empty": EMPTY[view],
        "next": _next(view, found),
    }
    return render(request, "web/promises.html", context)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One promise: its dates, who gave it, and what can be done with it."""
    return _show(request, get_promise(request.user, number))


@login_required
@writers_only
@require_POST
def kept(request: HttpRequest, number: int) -> HttpResponse:
    """Say that it is done. Whoever owes it may, also where the conversation is not theirs to read."""
    promise = get_promise(request.user, number)
    keep_promise(promise, by=request.user)
    tell(request, _("Kept."), undo=reverse("web:promise_kept_end", args=[number]))
    return _back(request, promise)


@login_required
@writers_only
@require_POST
def kept_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take back that it was kept or released."""
    promise = get_promise(request.user, number)
    reopen_promise(promise, by=request.user)
    tell(request, _("It is owed again."), tone="")
    return _back(request, promise)


@login_required
@writers_only
@require_POST
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Give it another date, with a reason."""
    promise = _readable_promise(request, number)
    form = ChangeForm(request.POST)
    form.fields["by"].calendar = _calendar(promise.conversation)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _show(request, promise, status=422, change_form=form)
    if not _was_changed_so(promise, form.cleaned_data):
        change_promise(promise, by=request.user, due_at=form.cleaned_data["by"], reason=form.cleaned_data["reason"])
    if promise.told_at is None:
        tell(request, _("It has a new date."))
    else:
        tell(request, _("The new date counts when the customer is told."), _("Your next reply offers to say so."), tone="soon")
    return _back(request, promise)


@login_required
@writers_only
@require_POST
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Say that nothing is owed any more, with a reason."""
    promise = _readable_promise(request, number)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _show(request, promise, status=422, release_form=form)
    release_promise(promise, by=request.user, reason=form.cleaned_data["reason"])
    tell(request, _("Released."), undo=reverse("web:promise_kept_end", args=[number]))
    return _back(request, promise)


def _show(request: HttpRequest, promise: Promise, *, status: int = 200, **given: Any) -> HttpResponse:
    may_read = is_readable(promise, request.user)
    if may_read:
        note_access(request.user, promise.conversation.customer_id, page="promise")
    context = {
        "promise": promise,
        "shown": promise_view(promise, now=now()),
        "changes": list(promise.changes.all()),
        "may_read": may_read,
        "change_form": given.get("change_form") or ChangeForm(),
        "release_form": given.get("release_form") or ReleaseForm(),
    }
    return render(request, "web/promise.html", context, status=status)


def _back(request: HttpRequest, promise: Promise) -> HttpResponse:
    """To the conversation where there is one to read and the act began there, else to the promise."""
    if request.POST.get("from") == "conversation" and is_readable(promise, request.user):
        return HttpResponseRedirect(reverse("web:conversation", args=[promise.conversation_id]), status=303)
    return HttpResponseRedirect(reverse("web:promise", args=[promise.pk]), status=303)


def _readable_promise(request: HttpRequest, number: int) -> Promise:
    promise = get_promise(request.user, number)
    if not is_readable(promise, request.user):
        raise Http404
    return promise


def _was_changed_so(promise: Promise, values: dict[str, Any]) -> bool:
    """A form that was sent twice asks for the date that was given a moment ago."""
    newest = promise.changes.order_by("-at", "-pk").first()
    return newest is not None and (newest.due_at, newest.reason) == (values["by"], " ".join(values["reason"].split()))


def _understood(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    words = request.POST.get("promise-by", "").strip()[:120]
    moment = moment_read(words, _calendar(conversation)) if words else None
    context = {"moment": moment, "words": words, "written": moment_in_words(moment, now=now(), style="exact") if moment else ""}
    return render(request, "web/_promise_understood.html", context)


def _calendar(conversation: Conversation) -> Any:
    return calendar_of(policy_for(conversation.team_id))


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    stamp, _sep, number = request.GET.get("after", "").replace(" ", "+").rpartition("_")
    try:
        moment = parse_datetime(stamp)
    except ValueError:
        return None
    return (moment, int(number)) if moment is not None and moment.tzinfo is not None and number.isdecimal() and len(number) < 19 else None


def _next(view: str, found: list[Promise]) -> str:
    if len(found) <= ROWS:
        return ""
    last = found[ROWS - 1]
    moment = last.kept_at if view == "kept" else last.due_at
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}_{last.pk}" if moment else ""
