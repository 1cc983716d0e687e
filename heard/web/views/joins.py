"""Who is who: pairs that a colleague is asked about, why two records are one person or not, and how often we are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.matching.models import JoinAlarm, Review
from heard.matching.quality import join_quality
from heard.matching.queue import answers_of, count_doubts, get_pair, list_answers, readable_answer, review_queue
from heard.matching.services.checking import draw_checks, look_at_alarm
from heard.matching.services.reviewing import answer, newest_answer, take_back_act
from heard.matching.shapes import Pair, Week
from heard.matching.whys import joins_of, why
from heard.people.models import Identity
from heard.people.selectors import get_person, list_people
from heard.ui.notices import tell
from heard.web.access import leads_only, note_access, writers_only
from heard.web.joins import (
    alarm_sentence,
    chances,
    confirmed_sentence,
    facts_of,
    obstacle_sentence,
    reason_lines,
    split_sentence,
    step_lines,
    verdict_sentence,
    wrong_sentence,
)
from heard.web.sides import sides

LISTED = 50
LAST = 3
MOST_NAMESAKES = 10


@login_required
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The pair that most likely is one person and nobody has answered yet; `one` and `other` in the query ask for a pair by name."""
    pair = _asked_pair(request) or next(iter(review_queue(request.user, limit=1)), None)
    context = {"waiting": count_doubts(request.user), "last": answers_of(request.user, limit=LAST), "pair": pair, "once": uuid4()}
    return render(request, "web/review.html", {**context, **(_compared(request, pair) if pair else {})})


@login_required
@writers_only
@require_POST
def answers(request: HttpRequest) -> HttpResponse:
    """Same, different, or not sure: said of the pair in the form. The next pair follows."""
    one, other = _identity(request, "one"), _identity(request, "other")
    pair = get_pair(request.user, one.pk, other.pk)
    said = answer(
        one, other, verdict=request.POST.get("verdict", ""), by=request.user, reason=request.POST.get("reason", ""),
        once=_once(request), probability=pair.probability, model_version=pair.model_version, newest=_newest(request),
    )  # fmt: skip
    tell(request, _said(said, pair), undo=reverse("web:review_answer_end", args=[said.pk]))
    came_from = _number(request.POST.get("next", ""))
    return HttpResponseRedirect(reverse("web:person_why", args=[came_from]) if came_from else reverse("web:review"))


@login_required
@writers_only
@require_POST
def answer_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take an answer back; the pair is shown again."""
    found = readable_answer(request.user, number)
    take_back_act(found, by=request.user)
    tell(request, _("Taken back; everything is as it was before that answer."))
    came_from = _number(request.GET.get("from", ""))
    if came_from:
        return HttpResponseRedirect(reverse("web:person", args=[came_from]))
    return HttpResponseRedirect(f"{reverse('web:review')}?{urlencode({'one': found.one_id, 'other': found.other_id})}")


@login_required
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    """Who decided what, the newest first."""
    before = _number(request.GET.get("before", ""))
    rows = list_answers(request.user, limit=LISTED + 1, before=before)
    context = {
        "answers": rows[:LISTED],
        "next": str(rows[LISTED - 1].pk) if len(rows) > LISTED else "",
        "waiting": count_doubts(request.user),
    }
    return render(request, "web/reviews.html", context)


@login_required
@require_safe
def person_why(request: HttpRequest, number: int) -> HttpResponse:
    """Each join of a person in words; and with somebody else (`with`, a number, name or address) why they are joined or are not."""
    person = get_person(request.user, number)
    if person.number != number:
        return HttpResponseRedirect(f"{reverse('web:person_why', args=[person.number])}?{request.GET.urlencode()}".rstrip("?"))
    note_access(request.user, person.number, page="why")
    wanted = request.GET.get("with", "").strip()[:320]
    joins = joins_of(request.user, person.identity_ids)
    context: dict[str, Any] = {
        "person": person,
        "wanted": wanted,
        "joins": len(joins),
        "more_steps": len(joins[LISTED:]),
        "steps": step_lines(joins[:LISTED]),
    }
    if wanted:
        context |= _what_if(request, person.number, wanted)
    return render(request, "web/person_why.html", context)


@login_required
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """How often we are wrong, how many stories are still split, and whether joining works as it did."""
    return render(request, "web/join_quality.html", _quality(request))


@login_required
@leads_only
@require_POST
def checks(request: HttpRequest) -> HttpResponse:
    """Draw joins by lot, to be looked at in the queue."""
    drawn = draw_checks(by=request.user)
    if drawn:
        tell(request, _("Drawn by lot: they stand among the doubts now, and look like them."))
    else:
        tell(request, _("There is no join that was not looked at."), tone="")
    return HttpResponseRedirect(reverse("web:join_quality"))


@login_required
@leads_only
@require_POST
def alarm_end(request: HttpRequest, number: int) -> HttpResponse:
    """Say that somebody looked at a week in which joining fell, and what it was."""
    look_at_alarm(get_object_or_404(JoinAlarm, pk=number), by=request.user, reason=request.POST.get("reason", ""))
    tell(request, _("Noted. The alarm is over; it comes back when another week falls."))
    return HttpResponseRedirect(reverse("web:join_quality"))


# --- what the pages need -----------------------------------------------------------------------------------------------------------------


def _compared(request: HttpRequest, pair: Pair) -> dict[str, Any]:
    for one in (pair.one, pair.other):
        note_access(request.user, one.person_number, page="review")
    return {
        "said": newest_answer(pair.one.pk, pair.other.pk),
        "lines": sides(pair.one, pair.other),
        "reasons": reason_lines(pair.reasons),
        "chances": chances(pair.probability),
        "obstacle": obstacle_sentence(pair.obstacle),
        "about": facts_of(request.user, [pair.one, pair.other]),
    }


def _asked_pair(request: HttpRequest) -> Pair | None:
    one, other = _number(request.GET.get("one", "")), _number(request.GET.get("other", ""))
    return get_pair(request.user, one, other) if one and other else None


def _what_if(request: HttpRequest, number: int, wanted: str) -> dict[str, Any]:
    """The comparison with the one that is meant, or those among whom to choose."""
    other = _number(wanted.removeprefix("#"))
    found = list_people(request.user, limit=MOST_NAMESAKES, named=wanted) if not other else []
    others = [one for one in found if one.person_number != number]
    if not other and len(others) == 1:
        other = others[0].pk
    if not other:
        return {"choices": others, "found_nobody": not others}
    try:
        found_why = why(request.user, number, other)
    except Http404:
        return {"choices": [], "found_nobody": True}
    return {
        "why": found_why,
        "why_sentence": verdict_sentence(found_why),
        "obstacle": found_why.veto or obstacle_sentence(found_why.obstacle),
        "why_reasons": reason_lines(found_why.reasons),
        "why_steps": step_lines(found_why.path),
        "why_lines": sides(found_why.one, found_why.other),
        "chances": chances(found_why.probability),
        "about": facts_of(request.user, [found_why.one, found_why.other]),
    }


def _quality(request: HttpRequest) -> dict[str, Any]:
    measured = join_quality(request.user, now=now())
    return {
        "quality": measured,
        "waiting": count_doubts(request.user),
        "weeks": _from_the_first(measured.weeks),
        "wrong_sentence": wrong_sentence(measured),
        "split_sentence": split_sentence(measured),
        "confirmed_sentence": confirmed_sentence(measured),
        "alarm_sentence": alarm_sentence(measured.alarm),
    }


def _from_the_first(weeks: Sequence[Week]) -> list[Week]:
    """The newest first; without those before anybody came."""
    return list(reversed(list(dropwhile(lambda week: not week.newcomers, weeks))))


def _said(said: Review, pair: Pair) -> str:
    names = {"one": pair.one, "other": pair.other}
    if said.verdict == Review.SAME:
        if pair.is_check:
            return _("You checked a join: %(one)s and %(other)s are one person, as we thought.") % names
        return _("%(one)s and %(other)s are one person now.") % names
    if said.verdict == Review.DIFFERENT:
        if pair.is_check:
            return _("You checked a join and it was wrong: %(one)s and %(other)s are two people again.") % names
        return _("%(one)s and %(other)s are two people, and stay so.") % names
    return _("Nothing is decided about %(one)s and %(other)s; a colleague is asked.") % names


def _identity(request: HttpRequest, name: str) -> Identity:
    return get_object_or_404(Identity.objects.visible_to(request.user), pk=_number(request.POST.get(name, "")))


def _once(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        raise Refusal(_("The form came back incomplete. Load the page again.")) from None


def _newest(request: HttpRequest) -> int | None:
    text = request.POST.get("newest", "")
    return _number(text) if text else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
