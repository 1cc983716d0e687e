"""People as files: one as a card; many as CSV, vCard or jCard."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from heard.accounts.guards import leads_only
from heard.accounts.models import Access, User
from heard.accounts.selectors import readable_audience_ids
from heard.accounts.services.accesses import note_access
from heard.bridges.csvs.writing import csv_of
from heard.bridges.forms import ExportForm
from heard.bridges.persons import AT_ONCE, Known, everybody, known_people, these
from heard.bridges.vcards.jcards import jcard_of, jcards_text
from heard.bridges.vcards.making import card_of
from heard.bridges.vcards.writing import card_text
from heard.events import record_event
from heard.lib.db import insert_rows
from heard.lib.time import now
from heard.people.models import Segment, SegmentMember
from heard.people.selectors import get_person

TYPES = {"csv": "text/csv; charset=utf-8", "vcf": "text/vcard; charset=utf-8", "json": "application/vcard+json"}


@login_required
@require_safe
def card(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """One person as a vCard or jCard, as far as the colleague may know of them."""
    person = get_person(request.user, number)
    known = known_people([person.number], audiences=readable_audience_ids(request.user)).get(person.number)
    if known is None:
        raise Http404
    note_access(request.user, person.number, page="card")
    made = card_of(known, at=known.last_seen_at or now(), version="3.0" if request.GET.get("version") == "3.0" and form == "vcf" else "4.0")
    text = card_text(made) if form == "vcf" else jcards_text([made])
    return _as_file(HttpResponse(text, content_type=TYPES[form]), f"{slugify(known.name) or person.number}.{form}")


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponseBase:
    """The form, and the file that a POST makes. It is written while it is sent, so that any number of people may be in it."""
    chosen = Segment.objects.filter(retired_at=None, pk=_number(request.GET.get("segment", ""))).first()
    form = ExportForm(request.POST or None, initial={"segment": chosen})
    if request.method == "POST" and form.is_valid():
        return _file(request.user, form.cleaned_data["form"], form.cleaned_data["segment"])
    return render(request, "bridges/export.html", {"form": form}, status=422 if form.is_bound else 200)


def _file(user: Any, form: str, segment: Segment | None) -> HttpResponseBase:
    audiences = readable_audience_ids(user)
    found = everybody(audiences) if segment is None else these(_members(segment), audiences)
    with transaction.atomic():
        record_event("people.exported", user, actor=user, form=form, **({"segment_id": segment.pk} if segment else {}))
    told = _noted(found, user)
    pieces = csv_of(told) if form == "csv" else _cards(told) if form == "vcf" else _jcards(told)
    name = f"{slugify(segment.name) if segment else 'people'}-{now():%Y-%m-%d}.{form}"
    return _as_file(StreamingHttpResponse((piece.encode() for piece in pieces), content_type=TYPES[form]), name)


def _members(segment: Segment) -> Iterator[int]:
    rows = SegmentMember.objects.filter(segment=segment).order_by("identity").values_list("identity__person_number", flat=True)
    return iter(dict.fromkeys(rows.iterator(chunk_size=2_000)))


def _noted(people: Iterable[Known], user: User) -> Iterator[Known]:
    """The same people, each with a note for them that this colleague took their data out."""
    source = iter(people)
    while some := list(islice(source, AT_ONCE)):
        insert_rows([Access(user_id=user.pk, identity_id=one.number, page="export", at=now()) for one in some])
        yield from some


def _cards(people: Iterable[Known]) -> Iterator[str]:
    for known in people:
        yield card_text(card_of(known, at=known.last_seen_at or now()))


def _jcards(people: Iterable[Known]) -> Iterator[str]:
    """A list of jCards, written one by one."""
    mark = "["
    for known in people:
        yield mark + json.dumps(jcard_of(card_of(known, at=known.last_seen_at or now())), ensure_ascii=False)
        mark = ",\n"
    yield "]" if mark != "[" else "[]"


def _as_file(response: HttpResponseBase, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
