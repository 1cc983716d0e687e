"""The customers' side of the demo: their post, and their pen. Anywhere but in a demo home there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heard.demo import sink
from heard.demo.forms import AnswerForm, LetterForm
from heard.demo.place import is_demo

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """Log-in first; then a 404 unless this is the demo."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_demo():
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


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
