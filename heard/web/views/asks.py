"""Asking inside, from a conversation's page; and finding who knows."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heard.conversations.ask_forms import AskForm
from heard.conversations.asked import company_domains, whom_to_ask
from heard.conversations.selectors import get_conversation
from heard.conversations.services.asking import ask_inside
from heard.lib.errors import Refusal
from heard.timeline.models import Interaction
from heard.ui.notices import tell
from heard.web.access import writers_only
from heard.web.knowing import telling_words, who_knows
from heard.web.views.conversations import after_act, show_page


@login_required
@writers_only
@require_POST
def create(request: HttpRequest, number: int) -> HttpResponse:
    """Ask somebody. What is refused comes back with the words that were written."""
    conversation = get_conversation(request.user, number)
    colleagues, teams = whom_to_ask(request.user)
    form = AskForm(request.POST, colleagues=colleagues, teams=teams, domains=company_domains())
    if not form.is_valid():
        return show_page(request, conversation, status=422, ask_form=form)
    values = form.cleaned_data
    include = Interaction.objects.visible_to(request.user).filter(pk=values["include"]).first() if values["include"] else None
    try:
        ask = ask_inside(
            conversation, by=request.user, question=values["question"], due_at=values["due_at"], user=values["user"], team=values["team"],
            address=values["address"], show_customer=values["show_customer"], include=include, once=values["once"],
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return show_page(request, conversation, status=409, ask_form=form)
    tell(request, _("%(whom)s is asked.") % {"whom": ask.whom}, tone="kept")
    return after_act(request, conversation)


@login_required
@require_safe
def knowing(request: HttpRequest, number: int) -> HttpResponse:
    """Colleagues who answered something alike, with the words that show it: of conversations that the reader may read as well."""
    conversation = get_conversation(request.user, number)
    words = " ".join(request.GET.get("q", "").split())[:200] or telling_words(conversation)
    context = {"conversation": conversation, "words": words, "found": who_knows(request.user, conversation, words)}
    return render(request, "web/who_knows.html", context)
