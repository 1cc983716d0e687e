"""Segments: which there are, who is in them and why, and their rules."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.lib.errors import Refusal
from heard.people.models import Segment
from heard.people.segment_rules import all_said
from heard.people.segment_selectors import count_in, explain, get_segment, list_segments, people_in, rule_of, segment_names, try_rule
from heard.people.selectors import get_person
from heard.people.services.segments import change_segment, make_segment, restore_segment, retire_segment
from heard.ui.notices import tell
from heard.web.access import leads_only
from heard.web.segment_forms import SegmentForm, face_value

LISTED = 50


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every segment with its rule in words, and how many of its people the colleague may know of."""
    retired = Segment.objects.filter(retired_at__isnull=False).order_by("-retired_at")[:20] if request.user.is_lead else []
    return render(request, "web/segments.html", {"segments": list_segments(request.user), "retired": retired})


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Who is in a segment; with `person`, why somebody is, or is not."""
    segment = get_segment(number)
    before, asked = request.GET.get("before", ""), request.GET.get("person", "")
    people = people_in(request.user, segment, limit=LISTED + 1, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    names, rule = segment_names(), rule_of(segment.rule)
    person = get_person(request.user, int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    context = {
        "segment": segment,
        "words": all_said(rule, names),
        "people": people[:LISTED],
        "next": people[LISTED - 1].number if len(people) > LISTED else None,
        "count": count_in(request.user, segment),
        "versions": [(one, all_said(rule_of(one.rule), names)) for one in segment.versions.select_related("by")[:20]],
        "person": person,
        "why": explain(person, [segment])[0] if person else None,
        "asked": asked[:40],
    }
    return render(request, "web/segment.html", context)


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a rule, try whom it means, save it under a name."""
    form = SegmentForm(request.POST or None, segments=_others(None))
    return _edit(request, form, None)


@login_required
@leads_only
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Change a segment."""
    segment = get_segment(number)
    if segment.retired_at is not None:
        raise Http404
    rule = rule_of(segment.rule)
    initial = {
        "name": segment.name, "match": rule.match, "position": segment.position, "face": face_value(segment.owner_id, segment.owner_team_id),
    }  # fmt: skip
    return _edit(request, SegmentForm(request.POST or None, segments=_others(segment), rule=rule, initial=initial), segment)


def _edit(request: HttpRequest, form: SegmentForm, segment: Segment | None) -> HttpResponse:
    """Show the form, with whom the rule would mean when that was asked for; or save it."""
    tried, status = None, 200
    if request.method == "POST":
        wants_to_see = request.POST.get("act") == "try"
        if request.POST.get("act") == "more":
            return _show(request, _unjudged(form), segment)
        if form.is_valid() and not wants_to_see:
            try:
                saved = _save(request, form.cleaned_data, segment)
            except Refusal as refusal:  # said where it was written, which stays
                form.add_error(None, refusal.message)
                return _show(request, form, segment, status=409)
            tell(request, _("Saved. Its people are gathered now."), tone="kept")
            return HttpResponseRedirect(reverse("web:segment", args=[saved.pk]))
        rule_is_clear = not form.non_field_errors() and form.cleaned_data.get("rule")
        if wants_to_see and rule_is_clear:
            tried = try_rule(request.user, form.cleaned_data["rule"])
            form = _unjudged(form)
        else:
            status = 422
    return _show(request, form, segment, tried=tried, status=status)


def _unjudged(form: SegmentForm) -> SegmentForm:
    """The same words without a judgement on fields that were not meant to be finished yet."""
    lines = form.lines
    fresh = SegmentForm(segments=form.segments, initial={name: form.data.get(name, "") for name in form.fields})
    fresh.lines = lines
    return fresh


def _save(request: HttpRequest, values: dict[str, Any], segment: Segment | None) -> Segment:
    given = {name: values[name] for name in ("name", "rule", "owner", "owner_team", "position")}
    if segment is None:
        return make_segment(**given, by=request.user, once=values["once"])
    return change_segment(segment, **given, by=request.user)


def _show(request: HttpRequest, form: SegmentForm, segment: Segment | None, *, tried: Any = None, status: int = 200) -> HttpResponse:
    return render(request, "web/segment_edit.html", {"form": form, "segment": segment, "tried": tried}, status=status)


def _others(segment: Segment | None) -> dict[int, str]:
    rows = Segment.objects.filter(retired_at=None)
    return {pk: name for pk, name in rows.values_list("pk", "name") if segment is None or pk != segment.pk}


@login_required
@leads_only
@require_POST
def retirement(request: HttpRequest, number: int) -> HttpResponse:
    """Put a segment away."""
    retire_segment(get_segment(number), by=request.user)
    tell(request, _("Put away: nobody is in it any more."), undo=reverse("web:segment_retirement_end", args=[number]))
    return HttpResponseRedirect(reverse("web:segments"))


@login_required
@leads_only
@require_POST
def retirement_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take it up again."""
    restore_segment(get_segment(number), by=request.user)
    tell(request, _("Taken up again. Its people are gathered now."))
    return HttpResponseRedirect(reverse("web:segment", args=[number]))
