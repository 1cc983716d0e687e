"""Operators' pages: bring a file of people, say what its columns mean, look at what it would do, take it in or drop it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heard.accounts.guards import admins_only
from heard.accounts.models import AudienceTeam
from heard.bridges.csvs.columns import FIELDS
from heard.bridges.forms import CsvForm, PeopleFileForm, ReadersForm, column_choices
from heard.bridges.models import FileState, PeopleFile, PeopleSource
from heard.bridges.services.files import beginning, drop_file, first_of, look_at_file, map_file, start_file
from heard.bridges.services.sources import ensure_people_source, set_source_readers
from heard.lib.errors import Refusal
from heard.lib.tables import WrongFile
from heard.ui.notices import tell

SHOWN = 20
SAMPLES = 5


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Files of late, sources, and the form; a POST looks at a file without taking anybody in."""
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            source = ensure_people_source(form.cleaned_data["source"], by=request.user)
            file = look_at_file(upload.read(), name=upload.name or "people.csv", source=source, by=request.user)
            return HttpResponseRedirect(reverse("bridges:file", args=[file.pk]))
        except WrongFile as problem:
            form.add_error("file", str(problem))
        except Refusal as problem:
            form.add_error("source", problem.message)
    files = PeopleFile.objects.select_related("source", "by").order_by("-pk")[:SHOWN]
    context = {"form": form, "files": files, "sources": PeopleSource.objects.all()}
    return render(request, "bridges/files.html", context, status=422 if form.is_bound else 200)


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, number: int) -> HttpResponse:
    """What a file would do, with its columns and its first people as they were understood; a POST reads its columns otherwise."""
    file = get_object_or_404(PeopleFile.objects.select_related("source", "blob", "by"), pk=number)
    form = CsvForm(request.POST or None, initial=file.form)
    if request.method == "POST" and form.is_valid():
        try:
            map_file(file, form=form.cleaned_data, mapping=form.mapping(request.POST, len(file.mapping)))
            return HttpResponseRedirect(reverse("bridges:file", args=[number]))
        except WrongFile as problem:
            form.add_error(None, str(problem))
    return render(request, "bridges/file.html", _context(file, form), status=422 if form.is_bound else 200)


@login_required
@admins_only
@require_POST
def start(request: HttpRequest, number: int) -> HttpResponse:
    """Take in what was looked at."""
    file = start_file(get_object_or_404(PeopleFile, pk=number), by=request.user)
    tell(request, _("It is being taken in. You may close this page."))
    return HttpResponseRedirect(reverse("bridges:file", args=[file.pk]))


@login_required
@admins_only
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Drop a file without taking anybody in."""
    drop_file(get_object_or_404(PeopleFile, pk=number))
    tell(request, _("Dropped. Nobody was taken in."))
    return HttpResponseRedirect(reverse("bridges:files"))


@login_required
@admins_only
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, number: int) -> HttpResponse:
    """Which teams know whoever came from a source."""
    found = get_object_or_404(PeopleSource, pk=number)
    present = list(AudienceTeam.objects.filter(audience=found.audience_id).values_list("team_id", flat=True))
    form = ReadersForm(request.POST or None, initial={"teams": present})
    if request.method == "POST" and form.is_valid():
        set_source_readers(found, teams=form.cleaned_data["teams"], by=request.user)
        tell(request, _("From now on these teams know them."))
        return HttpResponseRedirect(reverse("bridges:files"))
    return render(request, "bridges/source.html", {"form": form, "source": found}, status=422 if form.is_bound else 200)


def _context(file: PeopleFile, form: CsvForm) -> dict[str, Any]:
    is_open = file.state in {FileState.LOOKED_AT, FileState.LOOKING}
    start_of_file = beginning(file) if is_open else None
    return {
        "file": file,
        "form": form,
        "states": FileState,
        "columns": column_choices(start_of_file, file.mapping) if start_of_file else [],
        "fields": FIELDS,
        "people": first_of(file, SAMPLES) if file.state == FileState.LOOKED_AT else [],
        "taken": file.made + file.changed + file.unchanged + file.left_alone,
    }
