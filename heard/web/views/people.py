"""People: who this is, what we owe them, their story; and colleagues' decisions about who is one person."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heard.channels.email.selectors import mailboxes_of
from heard.conversations.services.messages import start_conversation
from heard.matching.services.reviewing import answer, part, take_back_decision
from heard.people.models import Identity, LinkDecision
from heard.people.selectors import Person, get_person, list_people
from heard.people.services.facts import correct_name
from heard.people.together import heads_ups_to_review
from heard.timeline.models import Division
from heard.timeline.selectors import story_of
from heard.timeline.services.divisions import divide_identity, undo_division
from heard.ui.notices import tell
from heard.web.access import note_access, writers_only
from heard.web.forms import WriteForm
from heard.web.person_page import person_context
from heard.web.story import story_lines

LISTED = 50


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """People whom the colleague may know of, those heard last first."""
    before = _moment(request.GET.get("before", ""))
    people = list_people(request.user, limit=LISTED + 1, before=before)
    to_review = len(heads_ups_to_review(request.user, on=timezone.localdate()))
    context = {
        "people": people[:LISTED],
        "to_review": to_review,
        "next": people[LISTED - 1].last_seen_at.isoformat() if len(people) > LISTED else "",
    }
    return render(request, "web/people.html", context)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One person's page; an id from before a join leads to the same page."""
    person = get_person(request.user, number)
    if person.number != number:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(reverse("web:person", args=[person.number]) + query)
    note_access(request.user, person.number, page="person")
    context = person_context(person, request.user, request.GET)
    return render(request, "web/person.html", context, status=422 if context["form"].errors else 200)


@login_required
@writers_only
@require_POST
def same(request: HttpRequest, number: int) -> HttpResponse:
    """Say that somebody else (`other`, a person's number) is the same person."""
    person = get_person(request.user, number)
    other = get_person(request.user, _number(request.POST.get("other", "")))
    if other.number == person.number:
        raise Http404
    said = answer(person.identities[0], other.identities[0], verdict="same", by=request.user, reason=request.POST.get("reason", ""))
    tell(request, _("They are one person now."), undo=f"{reverse('web:review_answer_end', args=[said.pk])}?from={person.number}")
    return HttpResponseRedirect(reverse("web:person", args=[person.number]))


@login_required
@writers_only
@require_POST
def different(request: HttpRequest, number: int) -> HttpResponse:
    """Say that one of a person's identities (`identity`) is somebody else."""
    person = get_person(request.user, number)
    identity = _identity(person, request.POST.get("identity", ""))
    others = [one for one in person.identities if one.pk != identity.pk]
    if not others:
        raise Http404
    said = part(identity, others, by=request.user)
    tell(
        request,
        _("They are two people now, and stay so."),
        undo=f"{reverse('web:review_answer_end', args=[said[0].pk])}?from={person.number}",
    )
    return HttpResponseRedirect(reverse("web:person", args=[person.number]))


@login_required
@writers_only
@require_POST
def decision_end(request: HttpRequest, number: int, decision: int) -> HttpResponse:
    """Take a decision back."""
    person = get_person(request.user, number)
    found = get_object_or_404(LinkDecision, pk=decision)
    if not {found.one_id, found.other_id} & set(person.identity_ids):
        raise Http404
    take_back_decision(found, by=request.user)
    tell(request, _("That decision is taken back; everything is as it was before it."))
    return HttpResponseRedirect(reverse("web:person", args=[number]))


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def divide(request: HttpRequest, number: int, identity: int) -> HttpResponse:
    """Choose which messages of an address somebody else wrote."""
    person = get_person(request.user, number)
    divided = _identity(person, str(identity))
    if request.method == "POST":
        chosen = [int(value) for value in request.POST.getlist("interaction") if value.isdigit()]
        readable = {line.pk for line in story_of([divided.pk], request.user, limit=200)}
        division = divide_identity(divided, interaction_ids=set(chosen) & readable, name=request.POST.get("name", ""), by=request.user)
        tell(request, _("Divided: their words stand apart now."), undo=reverse("web:division_end", args=[number, division.pk]))
        return HttpResponseRedirect(reverse("web:person", args=[division.new_identity_id]))
    story = story_of([divided.pk], request.user, limit=200)
    return render(
        request, "web/divide.html", {"person": person, "identity": divided, "pairs": list(zip(story, story_lines(story), strict=True))}
    )


@login_required
@writers_only
@require_POST
def division_end(request: HttpRequest, number: int, division: int) -> HttpResponse:
    """Put back what was divided."""
    found = get_object_or_404(Division, pk=division)
    get_person(request.user, found.identity_id)
    undo_division(found, by=request.user)
    tell(request, _("Their words stand together again."))
    return HttpResponseRedirect(reverse("web:person", args=[found.identity_id]))


@login_required
@writers_only
@require_POST
def name(request: HttpRequest, number: int) -> HttpResponse:
    """Correct how somebody is called."""
    person = get_person(request.user, number)
    wanted = request.POST.get("name", "").strip()
    if wanted:
        correct_name(max(person.identities, key=lambda one: one.last_seen_at), name=wanted, by=request.user)
        tell(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:person", args=[number]))


@login_required
@writers_only
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Write to somebody first: a new conversation that begins with our message."""
    person = get_person(request.user, number)
    mailboxes = mailboxes_of(request.user)
    form = WriteForm(request.POST or None, mailboxes=mailboxes, initial={"to": ", ".join(person.addresses[:1])})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        message = start_conversation(
            values["mailbox"], author=request.user, subject=values["subject"], body=values["body"], to=values["to"], once=values["once"]
        )
        tell(request, _("Your message is on its way."))
        return HttpResponseRedirect(reverse("web:conversation", args=[message.conversation_id]))
    return render(request, "web/write.html", {"person": person, "form": form, "mailboxes": mailboxes}, status=422 if form.is_bound else 200)


def _identity(person: Person, text: str) -> Identity:
    found = next((one for one in person.identities if str(one.pk) == text), None)
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 19 else 0


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
