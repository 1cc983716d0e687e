"""The page behind the link in a telling: did it help? Who has the link may answer for one person, and reads nothing of theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.improvements.answer_links import WORKS_FOR, read_token
from heard.improvements.models import QuoteConsent, Told
from heard.improvements.services.answering import allow_quote, answer_telling, end_tellings, withdraw_quote
from heard.improvements.telling_forms import AnswerForm, QuoteForm, WordsForm
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.portal.selectors import front_door
from heard.portal.services import limits
from heard.portal.services.speaking import write_to_us
from heard.ui.unguessable import form_mark, unguessable_page

Page = Callable[..., HttpResponse]


def for_who_was_told(view: Page) -> Page:
    """Give the view the row of whoever the link was made for, in their language; without one, or too late, a page that says so (404)."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        told = told_by(token)
        with translation.override(_language(request, told)):
            if told is None:
                return _page(request, token, "improvements/answer_gone.html", {}, status=404)
            try:
                return view(request, token, told)
            except Refusal as refusal:
                return _shown(request, token, told, refused=str(refusal), status=409)

    return guarded


def told_by(token: str) -> Told | None:
    """The row a link stands for, as long as it may be answered. One query."""
    message_id = read_token(token)
    if message_id is None:
        return None
    rows = Told.objects.filter(message=message_id, queued_at__gt=now() - WORKS_FOR, identity__erased_at=None)
    return rows.select_related("telling", "improvement", "decision", "identity", "signal__interaction", "message__interaction").first()


@unguessable_page
@require_safe
@for_who_was_told
def show(request: HttpRequest, token: str, told: Told) -> HttpResponse:
    """What we did, and two answers. Reading it changes nothing: mail scanners open links."""
    return _shown(request, token, told)


@unguessable_page
@require_POST
@for_who_was_told
def answer(request: HttpRequest, token: str, told: Told) -> HttpResponse:
    """That solved it, or not for me."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, token, told, refused=_("Choose one of the two answers."), status=422)
    if not _may(request, told):
        return _shown(request, token, told, refused=str(limits.TOO_OFTEN), status=429)
    answer_telling(told, answer=form.cleaned_data["answer"], words=form.cleaned_data["words"], once=form.cleaned_data["once"])
    return _back(token, "answered")


@unguessable_page
@require_POST
@for_who_was_told
def words(request: HttpRequest, token: str, told: Told) -> HttpResponse:
    """Something to add: it comes into the conversation, and is answered."""
    form = WordsForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["words"].strip():
        if not form.errors:
            form.add_error("words", _("Write something first."))
        return _shown(request, token, told, form=form, status=422)
    if not _may(request, told):
        form.add_error("words", limits.TOO_MANY_WORDS)
        return _shown(request, token, told, form=form, status=429)
    conversation = told.message.conversation if told.message is not None else None
    assert conversation is not None, "the link is made of the message"
    write_to_us(
        conversation,
        told.identity,
        text=form.cleaned_data["words"],
        language=translation.get_language() or "",
        once=form.cleaned_data["once"],
    )
    return _back(token, "sent")


@unguessable_page
@require_POST
@for_who_was_told
def quote(request: HttpRequest, token: str, told: Told) -> HttpResponse:
    """They may be quoted, or not any more."""
    if request.POST.get("allow") != "yes":
        withdraw_quote(told)
        return _back(token, "unquoted")
    form = QuoteForm(request.POST)
    if not form.is_valid():
        return _shown(request, token, told, refused=_("That name is too long."), status=422)
    allow_quote(told, name=form.cleaned_data["name"])
    return _back(token, "quoted")


@csrf_exempt  # RFC 8058: mail programs send this POST by themselves, without having read a page
@require_http_methods(["GET", "HEAD", "POST"])
def no_more(request: HttpRequest, token: str) -> HttpResponse:
    """No more such mail. A GET only asks; one POST is enough."""
    response = _no_more(request, token)
    response["Referrer-Policy"], response["Cache-Control"], response["X-Robots-Tag"] = "no-referrer", "no-store, private", "noindex"
    return response


@for_who_was_told
def _no_more(request: HttpRequest, token: str, told: Told) -> HttpResponse:
    if request.method == "POST":
        end_tellings(told)
    return _page(request, token, "improvements/answer_no_more.html", {"is_done": request.method == "POST"})


def _shown(
    request: HttpRequest, token: str, told: Told, *, form: WordsForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    interaction = told.message.interaction if told.message is not None else None
    consent = QuoteConsent.objects.filter(identity=told.identity_id, improvement=told.improvement_id, withdrawn_at=None).first()
    context = {
        "told": told,
        "said": interaction.text if interaction is not None and interaction.erased_at is None else "",
        "form": form or WordsForm(),
        "quote_form": QuoteForm(initial={"name": consent.name if consent is not None else ""}),
        "consent": consent,
        "may_quote": told.signal is not None and not told.signal.is_emptied and told.signal.interaction.erased_at is None,
        "refused": refused,
        "done": request.GET.get("done", ""),
    }
    return _page(request, token, "improvements/answer.html", context, status=status)


def _page(request: HttpRequest, token: str, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    door = front_door()
    common = {"token": token, "company": door.company if door else "", "csrf_token": form_mark(token), "languages": _switch(request)}
    return render(request, template, common | context, status=status)


def _switch(request: HttpRequest) -> list[tuple[str, str, bool]]:
    return [(code, name, code == translation.get_language()) for code, name in settings.LANGUAGES]


def _language(request: HttpRequest, told: Told | None) -> str:
    """What the address asks for, else the language the telling was written in for them."""
    wanted = request.GET.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        return wanted
    own = told.message.interaction.language if told is not None and told.message is not None else ""
    return own if own in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def _may(request: HttpRequest, told: Told) -> bool:
    return limits.may(limits.WORDS, told.identity_id, str(request.META.get("REMOTE_ADDR", "")))


def _back(token: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('telling:answer', args=[token])}?done={done}#main", status=303)
