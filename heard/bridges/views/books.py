"""Operators' pages: address books on other servers; and for colleagues what an address book and we say differently."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.accounts.guards import admins_only, writers_only
from heard.accounts.models import AudienceTeam
from heard.accounts.selectors import readable_audience_ids
from heard.bridges.book_selectors import list_books
from heard.bridges.forms import AddressBookForm
from heard.bridges.models import AddressBook, BookCard, CardConflict, CardVerdict
from heard.bridges.outgoing import Trouble
from heard.bridges.services.books import COLUMNS, add_book, change_book, choose_book, end_book, look_for_books
from heard.bridges.services.card_conflicts import open_card_conflicts, settle_conflict
from heard.bridges.troubles import card_trouble_in_words, trouble_in_words
from heard.people.models import Identity
from heard.ui.notices import tell

SHOWN = 50


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All address books, and whether they are read."""
    lines = [(book, trouble_in_words(book.problem) if book.problem else "") for book in list_books()]
    return render(request, "bridges/books.html", {"lines": lines})


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new address book; after it the server is asked what it offers."""
    form = AddressBookForm(request.POST or None, initial={"once": uuid4(), "sends": "nothing", "minutes": 15, "is_active": True})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        book = add_book(values, teams=values["teams"], by=request.user, once=values["once"])
        if not book.is_chosen:
            _look(request, book)
        return HttpResponseRedirect(reverse("bridges:book", args=[book.pk]))
    return render(request, "bridges/book.html", {"form": form, "book": None}, status=422 if form.is_bound else 200)


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One address book: how it goes, which one of the server's it is, and its settings."""
    book = _book(number)
    teams = list(AudienceTeam.objects.filter(audience=book.audience_id).values_list("team_id", flat=True))
    initial = {name: getattr(book, name) for name in COLUMNS} | {"teams": teams}
    form = AddressBookForm(request.POST or None, initial=initial, has_password=bool(book.password_sealed))
    if request.method == "POST" and form.is_valid():
        book = change_book(book, form.cleaned_data, teams=form.cleaned_data["teams"], by=request.user)
        if book.is_chosen or _look(request, book):
            tell(request, _("Saved."))
        return HttpResponseRedirect(reverse("bridges:book", args=[number]))
    return render(request, "bridges/book.html", _context(book, form), status=422 if form.is_bound else 200)


@login_required
@admins_only
@require_POST
def look(request: HttpRequest, number: int) -> HttpResponse:
    """Ask the server again which address books it offers; or, where one is chosen, read that one soon."""
    from heard.bridges.tasks import read_address_book

    book = _book(number)
    if book.is_chosen:
        with transaction.atomic():
            read_address_book.using(dedupe=f"book:{book.pk}").enqueue(book.pk)
        tell(request, _("We are reading it. Look again in a moment."))
    else:
        _look(request, book)
    return HttpResponseRedirect(reverse("bridges:book", args=[number]))


@login_required
@admins_only
@require_POST
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """Take one of the address books that the server offers."""
    choose_book(_book(number), request.POST.get("url", ""))
    tell(request, _("From now on both are kept alike."), _("The first reading may take a few minutes."))
    return HttpResponseRedirect(reverse("bridges:book", args=[number]))


@login_required
@admins_only
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Part from an address book."""
    end_book(_book(number), by=request.user)
    tell(request, _("Nothing goes there or comes from there any more. Whoever came from it stays."))
    return HttpResponseRedirect(reverse("bridges:books"))


@login_required
@writers_only
@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """What address books and we say differently of people whom the colleague may know: one at a time, from `after` on."""
    found = open_card_conflicts(request.user)
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    conflict = next((one for one in found if one.pk > after), found[0] if found else None)
    words = {"name": _("Name"), "birth_date": _("Date of birth"), "organisation": _("Organisation")}
    context = {"conflicts": found, "conflict": conflict, "field": words.get(conflict.field, conflict.field) if conflict else ""}
    return render(request, "bridges/card_conflicts.html", context)


@login_required
@writers_only
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Take theirs, or keep ours."""
    audiences = readable_audience_ids(request.user)
    conflict = get_object_or_404(CardConflict.objects.select_related("card__identity"), pk=number, card__book__audience__in=audiences)
    settle_conflict(conflict, verdict=request.POST.get("verdict", ""), by=request.user)
    tell(request, _("Settled. Both sides will say the same."))
    return HttpResponseRedirect(f"{reverse('bridges:card_conflicts')}?after={number}")


def _book(number: int) -> AddressBook:
    return get_object_or_404(AddressBook.objects.select_related("segment"), pk=number, ended_at=None)


def _look(request: HttpRequest, book: AddressBook) -> bool:
    """Ask the server; what stops us is told on the page. Whether it answered."""
    try:
        found = look_for_books(book)
    except Trouble as trouble:
        AddressBook.objects.filter(pk=book.pk).update(problem=trouble.problem)
        return False
    AddressBook.objects.filter(pk=book.pk).update(problem="")
    if len(found) == 1:
        tell(request, _("The address book is connected."), _("The first reading may take a few minutes."))
    return True


def _context(book: AddressBook, form: AddressBookForm) -> dict[str, Any]:
    cards = BookCard.objects.filter(book=book)
    troubled = cards.exclude(problem__in=["", "group"]).order_by("-pk")[:SHOWN]
    return {
        "form": form,
        "book": book,
        "trouble": trouble_in_words(book.problem) if book.problem else "",
        "people": cards.filter(gone_at=None, identity__isnull=False).count(),
        "doubts": CardConflict.objects.filter(card__book=book, verdict=CardVerdict.OPEN).count(),
        "troubled": [(row, card_trouble_in_words(row.problem)) for row in troubled],
        "known": Identity.objects.filter(source=book.source).count(),
    }
