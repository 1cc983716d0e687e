"""One face: a colleague's customers, who looks after one person, being away, and handing customers over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.models import Absence, User
from heard.accounts.selectors import absences_of, covered_by
from heard.accounts.services.absences import end_absence, note_absence
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import HandOver, Identity, RelationshipOwner, Segment
from heard.people.owner_selectors import (
    EVERYBODY,
    PROMISED,
    QUIET,
    VIEWS,
    Customer,
    Place,
    count_customers,
    customers_of,
    hand_overs_of,
    past_owners,
    portfolio_of,
)
from heard.people.selectors import Person, get_person
from heard.people.services.attributes import give_mark
from heard.people.services.owning import end_owner, give_owner, hand_over, undo_hand_over
from heard.ui.notices import tell
from heard.web.access import writers_only
from heard.web.facing import face_of_person, promises_by_person
from heard.web.owed import promise_chip
from heard.web.segment_forms import AbsenceForm, FaceForm, HandOverForm, face_of

LISTED = 50


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Whom a colleague looks after: who has gone quiet, what is promised, when they were last touched. Of oneself, or `of` a colleague."""
    return _index(request, _whose(request))


def _index(request: HttpRequest, whose: User, *, absence_form: AbsenceForm | None = None, status: int = 200) -> HttpResponse:
    view = request.GET.get("view", EVERYBODY)
    view = view if view in VIEWS else EVERYBODY
    moment = now()
    rows = customers_of(request.user, whose, view=view, limit=LISTED + 1, after=_place(request.GET.get("after", "")), at=moment)
    counts = count_customers(request.user, whose, at=moment)
    context = {
        "whose": whose,
        "is_mine": whose == request.user,
        "view": view,
        "views": [(name, label, counts[name]) for name, label in _views()],
        "rows": _lines(request, rows[:LISTED], moment),
        "next": _mark(rows[LISTED - 1]) if len(rows) > LISTED else "",
        "absences": absences_of(whose),
        "covered": covered_by(request.user),
        "hand_overs": hand_overs_of(whose),
        "segments": Segment.objects.filter(owner=whose, retired_at=None),
        "absence_form": absence_form or AbsenceForm(user=whose),
        "may_change": request.user.can_write and (whose == request.user or request.user.is_lead),
    }
    return render(request, "web/customers.html", context, status=status)


def _views() -> list[tuple[str, str]]:
    return [(EVERYBODY, _("Everybody")), (QUIET, _("Gone quiet")), (PROMISED, _("With open promises"))]


def _lines(request: HttpRequest, rows: list[Customer], moment: datetime) -> list[dict[str, Any]]:
    """Each customer with what is promised to them, as far as the reader may know. One query for all."""
    promises = promises_by_person(request.user, [row.person for row in rows])
    return [{"row": row, "promises": [(one, promise_chip(one, now=moment)) for one in promises.get(row.person.number, [])]} for row in rows]


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def hand(request: HttpRequest) -> HttpResponse:
    """Hand over a colleague's customers, or those that were chosen: first what would happen, then do it."""
    whose = _whose(request)
    _refuse_others(request, whose)
    chosen = _chosen(request)
    form = HandOverForm(request.POST or None, giver=whose)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        to, team = face_of(form.cleaned_data["face"])
        try:
            made = hand_over(
                whose,
                to=to,
                to_team=team,
                by=request.user,
                reason=form.cleaned_data["reason"],
                person_numbers=chosen,
                once=form.cleaned_data["once"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            tell(
                request, _("%(to)s looks after them now.") % {"to": made.taker or made.taker_team}, tone="kept",
                undo=reverse("web:hand_over_end", args=[made.pk]),
            )  # fmt: skip
            return HttpResponseRedirect(_address(request, whose))
    return render(
        request, "web/hand_over.html", {"form": form, "whose": whose, "chosen": chosen, **_preview(request, whose, chosen)}, status=status
    )


def _preview(request: HttpRequest, whose: User, chosen: list[int] | None) -> dict[str, Any]:
    """What would go: how many customers, with open promises and gone quiet, which rules, and a few names. Seven queries."""
    moment = now()
    rows = portfolio_of(whose)
    if chosen is not None:
        rows = rows.filter(identity__person_number__in=chosen)
    shown = [one for one in customers_of(request.user, whose, limit=200, at=moment) if chosen is None or one.person.number in chosen]
    return {
        "customers": rows.values("identity__person_number").distinct().count(),
        "shown": shown[:8],
        "counts": count_customers(request.user, whose, at=moment) if chosen is None else {},
        "rules": Segment.objects.filter(owner=whose, retired_at=None) if chosen is None else [],
    }


@login_required
@writers_only
@require_POST
def hand_end(request: HttpRequest, number: int) -> HttpResponse:
    """Give back what was handed over."""
    made = get_object_or_404(HandOver.objects.select_related("giver"), pk=number)
    if request.user.pk not in (made.by_id, made.giver_id) and not request.user.is_lead:
        raise PermissionDenied
    customers = undo_hand_over(made, by=request.user)
    tell(request, ngettext("One customer went back.", "%(n)s customers went back.", customers) % {"n": customers})
    return HttpResponseRedirect(_address(request, made.giver))


@login_required
@writers_only
@require_POST
def absence(request: HttpRequest) -> HttpResponse:
    """Say that one will be away, or, for leads, that a colleague is."""
    whose = _whose(request)
    _refuse_others(request, whose)
    form = AbsenceForm(request.POST, user=whose)
    if not form.is_valid():
        return _index(request, whose, absence_form=form, status=422)
    values = form.cleaned_data
    try:
        noted = note_absence(whose, starts_at=values["starts_at"], ends_at=values["ends_at"], cover=values["cover"], by=request.user)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _index(request, whose, absence_form=form, status=409)
    tell(request, _("Noted."), undo=reverse("web:absence_end", args=[noted.pk]))
    return HttpResponseRedirect(_address(request, whose))


@login_required
@writers_only
@require_POST
def absence_end(request: HttpRequest, number: int) -> HttpResponse:
    """They are back, or will not go."""
    found = get_object_or_404(Absence.objects.select_related("user"), pk=number)
    _refuse_others(request, found.user)
    end_absence(found, by=request.user)
    tell(request, _("Noted as here."))
    return HttpResponseRedirect(_address(request, found.user))


# --- one person ------------------------------------------------------------------------------------------------------------------------


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def owner(request: HttpRequest, number: int) -> HttpResponse:
    """Choose who looks after somebody; see who did before, and mark them."""
    person = get_person(request.user, number)
    if person.is_erased:
        raise PermissionDenied
    form = FaceForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        user, team = face_of(form.cleaned_data["face"])
        try:
            row = give_owner(_newest(person), user=user, team=team, by=request.user, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            tell(
                request, _("%(face)s looks after %(name)s now.") % {"face": user or team, "name": person.name}, tone="kept",
                undo=f"{reverse('web:person_owner_end', args=[person.number])}?row={row.pk}",
            )  # fmt: skip
            return HttpResponseRedirect(reverse("web:person", args=[person.number]))
    context = {"person": person, "form": form, "past": past_owners(person.identity_ids), **face_of_person(person)}
    return render(request, "web/person_owner.html", context, status=status)


@login_required
@writers_only
@require_POST
def owner_end(request: HttpRequest, number: int) -> HttpResponse:
    """Nobody looks after them by hand any more."""
    person = get_person(request.user, number)
    row = get_object_or_404(
        RelationshipOwner, identity__in=person.identity_ids, pk=_number(request.GET.get("row") or request.POST.get("row", ""))
    )
    end_owner(row, by=request.user)
    tell(request, _("Taken back."))
    return HttpResponseRedirect(reverse("web:person", args=[person.number]))


@login_required
@writers_only
@require_POST
def marks(request: HttpRequest, number: int) -> HttpResponse:
    """Mark somebody (`mark`: tier=gold), or take a mark away (`tier=`)."""
    person = get_person(request.user, number)
    name, equals, value = request.POST.get("mark", "").partition("=")
    if not equals:
        raise Refusal(_("Write a mark as name=value, like tier=gold."))
    for identity in person.identities if not value.strip() else [_newest(person)]:
        give_mark(identity, name=name, value=value, by=request.user)
    tell(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:person_owner", args=[person.number]))


def _newest(person: Person) -> Identity:
    """The identity on which what a colleague says of the person is kept."""
    return max((one for one in person.identities if one.erased_at is None), key=lambda one: one.last_seen_at)


# --- small things ----------------------------------------------------------------------------------------------------------------------


def _whose(request: HttpRequest) -> User:
    """The colleague whose customers are meant: `of`, or oneself."""
    number = _number(request.GET.get("of", ""))
    return get_object_or_404(User, pk=number or request.user.pk, is_program=False)


def _refuse_others(request: HttpRequest, whose: User) -> None:
    if whose.pk != request.user.pk and not request.user.is_lead:
        raise PermissionDenied


def _address(request: HttpRequest, whose: User) -> str:
    return reverse("web:customers") + ("" if whose.pk == request.user.pk else f"?of={whose.pk}")


def _chosen(request: HttpRequest) -> list[int] | None:
    """Numbers that were ticked; None when everybody is meant."""
    values = request.POST.getlist("person") if request.method == "POST" else request.GET.getlist("person")
    return sorted({_number(value) for value in values} - {0}) or None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _place(text: str) -> Place | None:
    moment, _sign, number = text.rpartition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, _number(number)) if at is not None and at.tzinfo is not None else None


def _mark(customer: Customer) -> str:
    return f"{customer.last_seen_at.isoformat()}~{customer.person.number}"
