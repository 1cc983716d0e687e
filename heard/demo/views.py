"""The customers' side of the demo: their post, and their pen. Anywhere but in a demo home there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.conversations.customer_links import make_token
from heard.demo import guide, sink
from heard.demo.company import DOMAIN, PASSWORD
from heard.demo.entering import enter_as
from heard.demo.forms import AnswerForm, LetterForm
from heard.demo.place import facts, is_demo
from heard.demo.stories import get_story, scene
from heard.lib.time import now

View = Callable[..., HttpResponse]


def in_the_demo(view: View) -> View:
    """A 404 unless this is the demo; whoever comes is let in, logged in or not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_demo():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def demo_only(view: View) -> View:
    """Log-in first; then a 404 unless this is the demo."""
    return login_required(in_the_demo(view))


@in_the_demo
@require_safe
def chooser(request: HttpRequest) -> HttpResponse:
    """Four doors: whose day do you want to see?"""
    addresses = {key: f"{key}@{DOMAIN}" for key in ("alice", "dora", "omar")}
    context = {
        "told": guide.all_progress(request),
        "facts": facts(),
        "password": PASSWORD,
        "log_in": reverse("accounts:login"),
        **addresses,
    }
    return render(request, "demo/chooser.html", context)


@in_the_demo
@require_POST
def enter(request: HttpRequest, who: str) -> HttpResponse:
    """Be somebody: a colleague is logged in, the customer gets her link. Then on to the first step that is left."""
    story = get_story(who)
    if story is None:
        raise Http404
    if story.key != "ada":
        enter_as(request, story.key)
    guide.play(request, story)
    told = guide.progress_of(request, story)
    left = told.next or (told.steps[0] if told.steps else None)
    return HttpResponseRedirect(left.where if left else "/", status=303)


@in_the_demo
@require_safe
def ada(request: HttpRequest) -> HttpResponse:
    """Follow the link to Ada's own page, as it stands in the letters to her."""
    conversation = scene().poles
    if conversation is None or conversation.customer_id is None:
        raise Http404
    part = "portal:held" if request.GET.get("to") == "held" else "portal:page"
    return HttpResponseRedirect(reverse(part, args=[make_token(conversation.pk, conversation.customer_id, now())]))


@in_the_demo
@require_safe
def guide_part(request: HttpRequest) -> HttpResponse:
    """The guide as it stands now; 204 when nobody is guided."""
    told = guide.current(request)
    return HttpResponse(guide.rendered(request, told)) if told else HttpResponse(status=204)


@in_the_demo
@require_POST
def guide_end(request: HttpRequest) -> HttpResponse:
    """Go on without the guide."""
    guide.stop(request)
    return HttpResponseRedirect("/" if request.user.is_authenticated else reverse("demo:chooser"), status=303)


@demo_only
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mail.html", {"caught": sink.list_caught()})


@demo_only
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, name: str) -> HttpResponse:
    caught = sink.get_caught(name)
    if caught is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sink.answer_as_customer(caught, text=form.cleaned_data["text"])
        messages.success(request, _("The answer is on its way to the inbox; it arrives within seconds."))
        return redirect("demo:mail")
    status = 422 if request.method == "POST" else 200
    return render(request, "demo/letter.html", {"caught": caught, "form": form}, status=status)


@demo_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sink.write_as_customer(**form.cleaned_data)
        messages.success(request, _("The letter is on its way to the inbox; it arrives within seconds."))
        return redirect("demo:mail")
    return render(request, "demo/write.html", {"form": form}, status=422 if request.method == "POST" else 200)
