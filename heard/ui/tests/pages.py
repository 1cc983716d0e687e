"""Pages that the tests of middleware and scripts open: one of each thing that can happen."""

import json
import time
from collections.abc import Iterator
from threading import Event

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template import engines
from django.urls import include, path

from heard.lib.errors import Refusal
from heard.ui import notices

EVENTS: list[str] = []  # "conversation:12"; the position is the place in the list, from 1
STREAMS: list[int] = []
DRAFTS: list[str] = []
OVER = Event()  # set when a test is done, so that its streams end with it

PAGE = """{% extends "ui/staff.html" %}{% block main %}<h1>Live</h1>
<live-region id="open" topic="conversation:12" mode="now"><p id="stamp">{{ stamp }}</p></live-region>
<live-region id="list" topic="conversation" mode="offer"><ul class="rows">
<li class="row"><a class="row__link" href="/first/">First</a></li>
<li class="row"><a class="row__link" href="/second/">Second</a></li></ul><p id="listed">{{ stamp }}</p></live-region>
<live-region id="work" topic="conversation:12" mode="now"><p id="around">{{ stamp }}</p><section id="reply">
<draft-keeper src="/draft/" key="c12"><form method="post" action="/refuse/" hx-post="/refuse/" hx-target="#out">{% csrf_token %}
<label>Words <textarea name="body" class="input"></textarea></label>
<span class="draft-keeper__state"></span><button class="button">Send</button></form></draft-keeper></section></live-region>
<form hx-post="/act/" hx-target="#out">{% csrf_token %}<button id="act">Act</button></form>
<a id="lost" hx-get="/lost/" href="/lost/">Lost</a> <a id="broken" hx-get="/broken/" href="/broken/">Broken</a>
<div id="out"></div>
<mail-frame class="mail-frame"><iframe title="Letter" sandbox="allow-same-origin allow-popups" src="/letter/"></iframe></mail-frame>
<p><elapsed-time since="2020-01-01T00:00:00Z">x</elapsed-time></p>{% endblock %}"""


class OneField(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Where we answer.")
    kind = forms.ChoiceField(choices=[("a", "Alpha"), ("b", "Beta")], widget=forms.RadioSelect)
    shown = forms.BooleanField(required=False, label="Show it")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({"stamp": time.monotonic_ns()}, request))


def act(request: HttpRequest) -> HttpResponse:
    notices.tell(request, "Closed.", "Ada was answered.", undo="/act/")
    return HttpResponse("<p>done</p>") if request.headers.get("HX-Request") else HttpResponseRedirect("/page/", status=303)


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refusal("This conversation is closed. Reopen it to reply.")


def lost(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/log-in/?next=/lost/")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as a test asked")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def invalid(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<form>again</form>", status=422)


def letter(request: HttpRequest) -> HttpResponse:
    """As a mail's own address answers: a policy of its own, and frames of our pages may hold it."""
    response = HttpResponse('<p>Hello</p><blockquote type="cite"><p>You wrote</p><p>at length</p></blockquote>')
    response["Content-Security-Policy"] = "sandbox allow-same-origin allow-popups; default-src 'none'; style-src 'unsafe-inline'"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def draft(request: HttpRequest) -> HttpResponse:
    DRAFTS.append(request.POST["body"])
    return HttpResponse(status=204)


def events(request: HttpRequest) -> StreamingHttpResponse:
    """As the event stream answers, until the test is over."""
    position = int(request.headers.get("Last-Event-ID") or request.GET.get("after") or 0)
    STREAMS.append(position)

    def lines(position: int) -> Iterator[str]:
        yield ": here\n\n"
        while not OVER.wait(0.05):
            while position < len(EVENTS):
                kind, _, number = EVENTS[position].partition(":")
                position += 1
                event = {"position": position, "kind": f"{kind}.changed", "subject_kind": kind, "subject_id": int(number)}
                yield f"id: {position}\ndata: {json.dumps(event)}\n\n"

    return StreamingHttpResponse(lines(position), content_type="text/event-stream")


urlpatterns = [
    path("page/", page),
    path("act/", act),
    path("refuse/", refuse),
    path("api/refuse/", refuse),
    path("lost/", lost),
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("missing/", missing),
    path("invalid/", invalid),
    path("letter/", letter),
    path("draft/", draft),
    path("events", events),
    path("log-in/", invalid),
    path("", include("heard.ui.urls")),
]
handler400 = "heard.ui.errors.bad_request"
handler403 = "heard.ui.errors.forbidden"
handler404 = "heard.ui.errors.not_found"
handler500 = "heard.ui.errors.server_error"
