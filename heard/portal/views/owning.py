"""What only the person themselves may do: correct, disown, take along. A code to the address comes first, for links are forwarded."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.events import record_event
from heard.people.models import Identifier
from heard.people.services.own_words import name_oneself
from heard.portal import exporting
from heard.portal.forms import CorrectionForm, NotMeForm
from heard.portal.links import OpenPage, open_page
from heard.portal.selectors import front_door
from heard.portal.services.speaking import write_to_us
from heard.portal.services.stopping import disown
from heard.portal.views.common import back_to, render_page, speaking_to
from heard.portal.views.page import closed_door
from heard.portal.views.proving import proved_by
from heard.privacy.exports import sections
from heard.ui.unguessable import unguessable_page

LINES = 20
"""Of each list that the readable page shows; the file has all."""


def proved_only(wanted: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view (request, page): without proof in this browser, the page that offers to send a code stands in its place."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            page = open_page(token)
            if page is None:
                return closed_door(request, token)
            with speaking_to(request, page.identity):
                if not proved_by(request, page):
                    return _prove_first(request, page, wanted)
                return view(request, page)

        return guarded

    return decorate


def _prove_first(request: HttpRequest, page: OpenPage, wanted: str) -> HttpResponse:
    """A POST without proof (the half hour was over) answers 403 with the same page: nothing was done."""
    context = {"wanted": wanted, "address": _masked(page), "may_take_conversation": wanted == "held"}
    status = 403 if request.method == "POST" else 200
    return render_page(request, page.token, "portal/prove.html", context, door=front_door(), status=status)


@unguessable_page
@require_http_methods(["GET", "HEAD", "POST"])
@proved_only("correct")
def corrections(request: HttpRequest, page: OpenPage) -> HttpResponse:
    """How they are called, and anything else that is wrong here: the first counts at once, the second is answered."""
    known = page.identity.display_name
    form = CorrectionForm(request.POST or None, initial={"name": known}, known_as=known)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, page, "portal/corrections.html", {"form": form}, status=422 if request.method == "POST" else 200)
    values = form.cleaned_data
    with transaction.atomic():
        if values["name"]:
            name_oneself(page.identity, name=values["name"])
        if values["text"]:
            write_to_us(
                page.conversation, page.identity, text=values["text"], kind="correction", is_proved=True, language=get_language() or "",
                once=values["once"],
            )  # fmt: skip
    return back_to(page.token, "corrected")


@unguessable_page
@require_http_methods(["GET", "HEAD", "POST"])
@proved_only("not-me")
def not_me(request: HttpRequest, page: OpenPage) -> HttpResponse:
    """The mail reached the wrong person: we hear it, and their links end."""
    form = NotMeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, page, "portal/not_me.html", {"form": form}, status=422 if request.method == "POST" else 200)
    disown(page.conversation, page.identity, text=form.cleaned_data["text"], language=get_language() or "", once=form.cleaned_data["once"])
    return _shown(request, page, "portal/not_me_done.html", {})


@unguessable_page
@require_safe
@proved_only("held")
def held(request: HttpRequest, page: OpenPage) -> HttpResponse:
    """Everything we hold of this identity, list by list: the beginning of each, and the file with all of it."""
    lists = [(one, _first_of(one.rows(page.identity.pk))) for one in sections()]
    shown = [{"title": _(one.title), "rows": rows[:LINES], "has_more": len(rows) > LINES} for one, rows in lists if rows]
    return _shown(request, page, "portal/held.html", {"lists": shown})


@unguessable_page
@require_POST
def take_conversation(request: HttpRequest, token: str) -> HttpResponse:
    """The file of this conversation: what the link shows anyway, so it needs no code."""
    page = open_page(token)
    if page is None:
        return closed_door(request, token)
    with speaking_to(request, page.identity):
        pieces = exporting.of_conversation(page.conversation.pk, page.identity.pk, subject=page.conversation.subject)
        return _file(page, pieces, f"conversation-{page.conversation.pk}.json", is_everything=False)


@unguessable_page
@require_POST
@proved_only("held")
def take_everything(request: HttpRequest, page: OpenPage) -> HttpResponse:
    """The file of everything we hold of this identity."""
    return _file(page, exporting.of_everything(page.identity.pk), "what-we-hold.json", is_everything=True)


def _file(page: OpenPage, pieces: Any, name: str, *, is_everything: bool) -> HttpResponse:
    with transaction.atomic():
        record_event(
            "held.exported", page.identity, actor=page.identity, conversation_id=page.conversation.pk, is_everything=is_everything
        )  # fmt: skip
    response = StreamingHttpResponse(pieces, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]


def _first_of(rows: Any) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        found.append({name: value for name, value in row.items() if value not in ("", None, [])})
        if len(found) > LINES:
            break
    return found


def _shown(request: HttpRequest, page: OpenPage, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    common = {"conversation": page.conversation, "identity": page.identity, "expires_at": page.link.expires_at}
    return render_page(request, page.token, template, common | context, door=front_door(), status=status)


def _masked(page: OpenPage) -> str:
    """The address a code goes to, so that its owner knows it and nobody else learns it: a•••@example.org."""
    address = (
        Identifier.objects.filter(identity=page.identity.pk, kind="email").order_by("pk").values_list("value", flat=True).first() or ""
    )
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if local else ""
