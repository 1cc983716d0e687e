"""Words of a message are marked as meaning something; marks are corrected and taken back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heard.conversations.models import Message
from heard.conversations.selectors import get_message
from heard.improvements.selectors import improvements_of_signals
from heard.insights import rules
from heard.insights.forms import MarkForm, MeaningForm
from heard.insights.models import Signal, Theme
from heard.insights.rules import LONGEST
from heard.insights.selectors import get_signal, quotes_of, with_marks
from heard.insights.services.marking import change_signal, mark_words, restore_signal, retract_signal
from heard.insights.services.themes import make_theme
from heard.ui.notices import tell
from heard.web.access import writers_only


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def signals(request: HttpRequest, message_id: int) -> HttpResponse:
    """What the words of a message show, and a form to mark more. A script asks for the form alone, and puts it beside the selected words."""
    message = get_message(request.user, message_id)
    is_beside = request.headers.get("HX-Request") == "true"
    form = MarkForm(request.POST or None, initial={"back": "conversation"} if is_beside else {})
    if request.method == "POST" and form.is_valid() and _mark(request, message, form):
        return HttpResponseRedirect(_way_back(message, form.cleaned_data["back"]))
    if is_beside and request.method == "GET":
        return render(request, "web/_mark_form.html", {"message": message, "form": form, "is_beside": True})
    return _page(request, message, form)


@login_required
@writers_only
@require_POST
def signal(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Say better what marked words mean."""
    found = get_signal(request.user, signal_id)
    form = MeaningForm(request.POST, prefix=str(signal_id))
    if not form.is_valid():
        return _page(request, found.interaction.message, MarkForm(), wrong=form)
    with transaction.atomic():
        change_signal(found, kind=form.cleaned_data["kind"], theme=_theme(request, form), by=request.user)
    tell(request, _("Corrected. What it said before stays on record."))
    return HttpResponseRedirect(_way_back(found.interaction.message))


@login_required
@writers_only
@require_POST
def retraction(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Say that words do not show this after all."""
    found = get_signal(request.user, signal_id)
    retract_signal(found, by=request.user)
    tell(request, _("Taken back. It counts no more."), undo=reverse("web:signal_retraction_end", args=[found.pk]))
    return HttpResponseRedirect(_way_back(found.interaction.message))


@login_required
@writers_only
@require_POST
def retraction_end(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Let a signal count again."""
    found = get_signal(request.user, signal_id)
    restore_signal(found, by=request.user)
    tell(request, _("It counts again."))
    return HttpResponseRedirect(_way_back(found.interaction.message))


def _mark(request: HttpRequest, message: Message, form: MarkForm) -> bool:
    """Mark what the form says; False when its words are not to be found, with the reason in the form."""
    values = form.cleaned_data
    try:
        with transaction.atomic():  # no new theme is left behind when the words are not found
            theme = _theme(request, form)
            marked = mark_words(
                message.interaction, words=values["words"], near=values["near"], kind=values["kind"], theme=theme, by=request.user
            )
    except rules.WordsNotThere:
        form.add_error("words", _("The message does not say this. Copy the words just as they stand there."))
    except rules.WordsStandTwice:
        form.add_error("words", _("The message says this more than once. Take a word before or after it as well."))
    except rules.WordsTooLong:
        form.add_error("words", _("Mark at most %(number)s characters: the words that show it.") % {"number": LONGEST})
    else:
        tell(request, _("Marked."), undo=reverse("web:signal_retraction", args=[marked.pk]))
        return True
    return False


def _theme(request: HttpRequest, form: MeaningForm) -> Theme | None:
    name = form.cleaned_data["new_theme"].strip()
    theme: Theme | None = make_theme(name, by=request.user) if name else form.cleaned_data["theme"]
    return theme


def _way_back(message: Message, to: str = "") -> str:
    if to == "conversation":
        return f"{reverse('web:conversation', args=[message.conversation_id])}#message-{message.pk}"
    return reverse("web:signals", args=[message.pk])


def _page(request: HttpRequest, message: Message, form: MarkForm, *, wrong: MeaningForm | None = None) -> HttpResponse:
    standing = Signal.objects.standing().filter(interaction=message.interaction_id, end__gt=0).order_by("start", "end", "pk")
    quotes = quotes_of(standing, request.user)
    speaks_for = improvements_of_signals(quote.signal.pk for quote in quotes)
    with_marks([message.interaction])
    lines = [(quote, _meaning(quote.signal, wrong), speaks_for.get(quote.signal.pk, [])) for quote in quotes]
    is_wrong = form.is_bound or wrong is not None
    return render(request, "web/signals.html", {"message": message, "form": form, "lines": lines}, status=422 if is_wrong else 200)


def _meaning(signal: Signal, wrong: MeaningForm | None) -> MeaningForm:
    prefix = str(signal.pk)
    if wrong is not None and wrong.prefix == prefix:
        return wrong
    form = MeaningForm(prefix=prefix, initial={"kind": signal.kind})
    now = form.vocabulary.now(signal.theme_id)
    form.initial["theme"] = now.pk if now else None
    return form
