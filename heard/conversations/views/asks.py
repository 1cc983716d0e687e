"""What colleagues are asked: their list, the page of one question, and the page that a link opens without an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.conversations.ask_forms import AnswerForm
from heard.conversations.asked import answered_for, asked_by, asked_of, get_ask, is_put_to
from heard.conversations.models import Ask, AskAnswer
from heard.conversations.selectors import get_conversation
from heard.conversations.services.answering import TooManyAnswers, answer_by_link, answer_here, take_as_answer
from heard.conversations.services.ask_links import LinkState, ask_of_link, link_state
from heard.conversations.services.asking import withdraw_ask
from heard.lib.time import now
from heard.ui.moments import exact_moment
from heard.ui.notices import tell
from heard.ui.unguessable import form_mark, unguessable_page


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What one is asked, what one asked, and what came back."""
    actor = request.user
    context = {"asked_of": asked_of(actor), "asked_by": asked_by(actor), "answered": answered_for(actor), "now": now()}
    return render(request, "conversations/asks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """One question for somebody who is logged in: the one who was asked sees it and nothing else of the conversation."""
    ask = get_ask(request.user, number)
    if request.method == "POST":
        if not (request.user.can_write or is_put_to(ask, request.user)):
            raise PermissionDenied
        form = AnswerForm(request.POST)
        if form.is_valid():
            answer_here(ask, user=request.user, text=form.cleaned_data["text"], once=form.cleaned_data["once"])
            tell(request, _("%(name)s has your answer.") % {"name": ask.by.first_name}, tone="kept")
            return HttpResponseRedirect(reverse("conversations:asks"), status=303)
    else:
        form = AnswerForm()
    context = _shown(ask) | {"form": form, "may_answer": request.user.can_write or is_put_to(ask, request.user)}
    return render(request, "conversations/ask.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Nobody needs to answer any more: said by somebody who may write in the conversation."""
    if not request.user.can_write:
        raise PermissionDenied
    ask = get_ask(request.user, number)
    conversation = get_conversation(request.user, ask.question.conversation_id)
    withdraw_ask(ask, by=request.user)
    tell(request, _("The question is withdrawn. What comes all the same is kept here."), tone="kept")
    return HttpResponseRedirect(reverse("web:conversation", args=[conversation.pk]), status=303)


@login_required
@require_POST
def take(request: HttpRequest, number: int, answer: int) -> HttpResponse:
    """What came by itself is the answer all the same: said by somebody who may write in the conversation."""
    if not request.user.can_write:
        raise PermissionDenied
    ask = get_ask(request.user, number)
    conversation = get_conversation(request.user, ask.question.conversation_id)
    take_as_answer(get_object_or_404(AskAnswer.objects.select_related("message", "ask"), pk=answer, ask=ask), by=request.user)
    return HttpResponseRedirect(reverse("web:conversation", args=[conversation.pk]), status=303)


@unguessable_page
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The question whose link it is. Looking changes nothing: mail scanners look too."""
    ask = ask_of_link(token)
    if ask is None or ask.question.interaction.erased_at is not None:
        raise Http404
    with translation.override(_language(ask)):
        return _answered(request, token, ask) if request.method == "POST" else _link_page(request, token, ask, _answer_form(ask))


def _answered(request: HttpRequest, token: str, ask: Ask) -> HttpResponse:
    form = _answer_form(ask, request.POST)
    if not form.is_valid():
        return _link_page(request, token, ask, form, status=422)
    values = form.cleaned_data
    try:
        if request.user.is_authenticated:
            answer_here(ask, user=request.user, text=values["text"], once=values["once"])
        else:
            answer_by_link(ask, text=values["text"], name=values.get("name", ""), once=values["once"])
    except TooManyAnswers as refusal:
        form.add_error("text", str(refusal))
        return _link_page(request, token, ask, form, status=409)
    return HttpResponseRedirect(reverse("conversations:ask_link", args=[token]) + "?done=1#main", status=303)


def _answer_form(ask: Ask, data: Any = None) -> AnswerForm:
    return AnswerForm(data, asks_name=ask.user is None)


def _link_page(request: HttpRequest, token: str, ask: Ask, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    state = link_state(ask, at=now())
    context = {
        "state": state,
        "form": form,
        "is_done": "done" in request.GET,
        "token": token,
        "csrf_token": form_mark(token),
        "ask": ask,
        "due": exact_moment(ask.due_at),
    }
    if state in (LinkState.OPEN, LinkState.ANSWERED):
        context |= _shown(ask)
    return render(request, "conversations/ask_link.html", context, status=status)


def _shown(ask: Ask) -> dict[str, Any]:
    """What a question shows: its words, and of the conversation only what the asker chose."""
    said = ask.included if ask.included is not None and ask.included.erased_at is None else None
    return {"ask": ask, "question": ask.question.interaction.text, "included": said, "now": now()}


def _language(ask: Ask) -> str:
    """That of the colleague who is asked; else the browser's, if we speak it."""
    wanted = ask.user.language if ask.user else ""
    return wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
