"""What a customer does on their page. Each is a plain POST to an address that only the holder of the link knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.files import store
from heard.people.services.own_words import choose_language
from heard.portal.forms import OnceForm, WordsForm
from heard.portal.links import open_page
from heard.portal.selectors import may_settle
from heard.portal.services import limits
from heard.portal.services.speaking import say_not_yet, say_solved, write_to_us
from heard.portal.views.common import back_to, network_of, speaking_to
from heard.portal.views.page import closed_door, page_response
from heard.portal.views.proving import proved_by
from heard.timeline.services.recording import NewFile
from heard.ui import preferences
from heard.ui.unguessable import unguessable_page


@unguessable_page
@require_POST
def write(request: HttpRequest, token: str) -> HttpResponse:
    """Say something, with files."""
    page = open_page(token)
    if page is None:
        return closed_door(request, token)
    with speaking_to(request, page.identity):
        form = WordsForm(request.POST, request.FILES)
        if not form.is_valid():
            return page_response(request, page, form=form, status=422)
        if not limits.may(limits.WORDS, page.identity.pk, network_of(request)):
            form.add_error("text", limits.TOO_MANY_WORDS)
            return page_response(request, page, form=form, status=429)
        values = form.cleaned_data
        write_to_us(
            page.conversation, page.identity, text=values["text"], files=kept(values["files"]), once=values["once"],
            is_proved=proved_by(request, page), language=get_language() or "",
        )  # fmt: skip
        return back_to(token, "sent")


@unguessable_page
@require_POST
def solved(request: HttpRequest, token: str) -> HttpResponse:
    """Yes, solved."""
    return _answer(request, token, "solved")


@unguessable_page
@require_POST
def not_yet(request: HttpRequest, token: str) -> HttpResponse:
    """Not yet: open it again."""
    return _answer(request, token, "not-yet")


def _answer(request: HttpRequest, token: str, said: str) -> HttpResponse:
    page = open_page(token)
    if page is None:
        return closed_door(request, token)
    with speaking_to(request, page.identity):
        form = OnceForm(request.POST)
        once = form.cleaned_data["once"] if form.is_valid() else None
        if not may_settle(page.conversation, page.identity.pk):
            return page_response(
                request, page, refused=_("Only whoever asked can say whether it is solved. Write to us instead."), status=409
            )
        if not limits.may(limits.WORDS, page.identity.pk, network_of(request)):
            return page_response(request, page, refused=str(limits.TOO_OFTEN), status=429)
        if said == "solved":
            say_solved(page.conversation, page.identity, language=get_language() or "")
        else:
            say_not_yet(page.conversation, page.identity, language=get_language() or "", once=once)
        return back_to(token, said)


@unguessable_page
@require_POST
def language(request: HttpRequest, token: str) -> HttpResponse:
    """Speak another language: on these pages in this browser, and in our mails to this customer."""
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(reverse("portal:page", args=[token]), status=303)
    if wanted in dict(settings.LANGUAGES):
        page = open_page(token)
        if page is not None:
            choose_language(page.identity, wanted)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=preferences.YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )  # fmt: skip
    return response


def kept(files: list[Any]) -> list[NewFile]:
    """Uploaded files, synced to disk before the transaction that names them."""
    found = []
    for file in files:
        raw = file.read()
        found.append(NewFile(store.put(raw), file.name or "file", file.content_type or "application/octet-stream", len(raw)))
    return found
