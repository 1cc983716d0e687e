"""Giving something, taking it back, saying that it was done; and what each role may give."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.conversations.selectors import get_conversation
from heard.gestures.models import Gesture
from heard.gestures.selectors import authorities, budgets_of, list_gestures
from heard.gestures.services.authority import set_authority
from heard.gestures.services.giving import AboveAuthority, CannotBeGiven, carry_out_gesture, make_gesture, withdraw_gesture
from heard.gestures.words import to_colleagues
from heard.lib.money import in_words
from heard.people.selectors import get_person
from heard.purchases.selectors import orders_of
from heard.ui.notices import tell
from heard.web.access import leads_only, writers_only
from heard.web.gesture_forms import AuthorityForm, GestureForm
from heard.web.purchases import SHOWN_BESIDE, BudgetView
from heard.web.views.conversations import after_act, show_page

LISTED = 100


@login_required
@writers_only
@require_POST
def create(request: HttpRequest, number: int) -> HttpResponse:
    """Give something to the customer of a conversation."""
    conversation = get_conversation(request.user, number)
    form = GestureForm(request.POST, **choices_for(request, conversation))
    if not form.is_valid():
        return show_page(request, conversation, status=422, gesture_form=form)
    values = form.cleaned_data
    try:
        gesture = make_gesture(
            conversation, by=request.user, kind=values["kind"], amount=values["amount"], currency=values["currency"], order=values["order"],
            line=values["line"], once=values["once"],
        )  # fmt: skip
    except (AboveAuthority, CannotBeGiven) as refusal:  # said where it was written, which stays
        form.add_error(None, refusal.message)
        return show_page(request, conversation, status=409, gesture_form=form)
    undo = reverse("web:gesture_end", args=[number, gesture.pk])
    tell(request, _("%(what)s: given. Your next reply says so.") % {"what": to_colleagues(gesture)}, tone="kept", undo=undo)
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def end(request: HttpRequest, number: int, gesture: int) -> HttpResponse:
    """Take back what nobody was told yet."""
    conversation = get_conversation(request.user, number)
    withdraw_gesture(get_object_or_404(Gesture, pk=gesture, conversation=conversation), by=request.user)
    tell(request, _("Taken back. Nobody was told of it."))
    return after_act(request, conversation)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What was given, newest first; what is still to be carried out. Three queries."""
    only = "to_carry_out" if request.GET.get("only") == "to_carry_out" else ""
    before = request.GET.get("before", "")
    rows = list_gestures(request.user, only=only, limit=LISTED + 1, before=int(before) if before.isdigit() and len(before) < 19 else None)
    context = {
        "rows": [(gesture, to_colleagues(gesture)) for gesture in rows[:LISTED]],
        "next": rows[LISTED - 1].pk if len(rows) > LISTED else None,
        "only": only,
        "budgets": [BudgetView.of(budget) for budget in budgets_of(request.user)],
    }
    return render(request, "web/gestures.html", context)


@login_required
@writers_only
@require_POST
def carried_out(request: HttpRequest, number: int) -> HttpResponse:
    """Say that a gesture was done."""
    found = Gesture.objects.visible_to(request.user).filter(pk=number).first()
    if found is None:
        raise Http404
    carry_out_gesture(found, by=request.user)
    tell(request, _("Noted as done."), tone="kept")
    return HttpResponseRedirect(f"{reverse('web:gestures')}?only=to_carry_out")


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def authority(request: HttpRequest) -> HttpResponse:
    """What each role may give in a week."""
    form = AuthorityForm(request.POST or None, initial={"currency": next((one.currency for one in authorities()), "EUR")})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = set_authority(values["role"], amount=values["minor"], currency=values["currency"], by=request.user)
        said = _("%(role)s: %(amount)s a week from now on.")
        tell(request, said % {"role": made.get_role_display(), "amount": in_words(made.amount, made.currency)}, tone="kept")
        return HttpResponseRedirect(reverse("web:authority"))
    rows = [(one, in_words(one.amount, one.currency)) for one in authorities()]
    return render(request, "web/authority.html", {"form": form, "rows": rows}, status=422 if form.is_bound else 200)


def choices_for(request: HttpRequest, conversation: object) -> dict[str, object]:
    """What a gesture can be for: the customer's newest orders, and the currencies the colleague may give in. About eight queries."""
    customer = getattr(conversation, "customer_id", None)
    try:
        identities = get_person(request.user, customer).identity_ids if customer else []
    except Http404:
        identities = []
    orders = orders_of(identities, request.user, limit=SHOWN_BESIDE) if identities else []
    return {"orders": orders, "currencies": [budget.currency for budget in budgets_of(request.user) if budget.amount]}
