"""Asking for a code, and typing it: the way to a new link, and to what a forwarded link may not do."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heard.conversations.customer_links import make_token, read_token
from heard.lib.time import now
from heard.people.models import Identifier
from heard.portal.forms import AskForCodeForm, CodeForm
from heard.portal.links import OpenPage, open_page, where_it_is
from heard.portal.models import Code
from heard.portal.selectors import front_door
from heard.portal.services.codes import LIFE, TooManyCodes, ask_for_code, check_code
from heard.portal.views.common import network_of, render_page, speaking_to
from heard.portal.views.page import closed_door
from heard.portal.views.proving import prove
from heard.ui.unguessable import unguessable_page

WANTED = {"correct": "portal:corrections", "not-me": "portal:not_me", "held": "portal:held"}


@unguessable_page
@require_POST
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Send a code. With a link that opens, to its own address; else to the address that is typed, if it takes part. Nobody can tell."""
    page = open_page(token)
    wanted = request.POST.get("wanted", "") if request.POST.get("wanted") in WANTED else ""
    if page is not None:
        with speaking_to(request, page.identity):
            return _asked(request, token, _address_of(page), conversation=page.conversation.pk, identity=page.identity, wanted=wanted)
    form = AskForCodeForm(request.POST)
    if not form.is_valid():
        return closed_door(request, token, form=form, status=422)
    link = read_token(token)
    found = where_it_is(link.conversation_id) if link is not None else None
    return _asked(request, token, form.cleaned_data["address"], conversation=found.pk if found is not None else None, wanted=wanted)


def _asked(request: HttpRequest, token: str, address: str, *, conversation: int | None, wanted: str, identity: Any = None) -> HttpResponse:
    try:
        code = ask_for_code(
            conversation_id=conversation, address=address, network=network_of(request), identity=identity, wanted=wanted,
            language=get_language() or "",
        )  # fmt: skip
    except TooManyCodes as refusal:
        return render_page(request, token, "portal/too_often.html", {"sentence": refusal.message}, door=front_door(), status=429)
    return HttpResponseRedirect(reverse("portal:code", args=[token, code.request]), status=303)


@unguessable_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: str, asked: uuid.UUID) -> HttpResponse:
    """Type the code. The same page, whether one was sent or not."""
    page = open_page(token)
    if page is None:
        return _code(request, token, asked)
    with speaking_to(request, page.identity):
        return _code(request, token, asked)


def _code(request: HttpRequest, token: str, asked: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return _code_page(request, token, CodeForm(initial={"request": asked}))
    form = CodeForm({"code": request.POST.get("code", ""), "request": str(asked)})
    if not form.is_valid():
        return _code_page(request, token, form, status=422)
    checked = check_code(asked, form.cleaned_data["code"], network=network_of(request))
    if checked.code is None:
        form.add_error("code", _wrong(checked.tries_left))
        return _code_page(request, token, form, status=422)
    return _proved(checked.code)


def _wrong(tries_left: int) -> str:
    if tries_left:
        return _("This is not the code, or it is too old. Look into the newest mail; %(tries)s tries are left.") % {"tries": tries_left}
    return _("This code does not count any more. Ask for a new one.")


def _code_page(request: HttpRequest, token: str, form: CodeForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "minutes": LIFE.seconds // 60}
    return render_page(request, token, "portal/code.html", context, door=front_door(), status=status)


def _proved(code: Code) -> HttpResponse:
    """Whoever typed the code gets a fresh link and goes on with what they wanted; this browser counts as proved for a while."""
    token = make_token(code.conversation_id or 0, code.identity_id, now())
    response = HttpResponseRedirect(reverse(WANTED.get(code.wanted, "portal:page"), args=[token]), status=303)
    prove(response, code.identity_id or 0)
    return response


def _address_of(page: OpenPage) -> str:
    rows = Identifier.objects.filter(identity=page.identity.pk, kind="email").order_by("pk")
    return rows.values_list("value", flat=True).first() or ""
