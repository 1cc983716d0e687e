"""A conversation's page, and what a colleague does on it. Every act is a plain POST; htmx gets the thread back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heard.accounts.models import User
from heard.accounts.selectors import all_teams, colleagues_who_read
from heard.conversations.ask_forms import AskForm
from heard.conversations.asked import asks_of, whom_to_ask
from heard.conversations.forms import AssignmentForm, CloseForm, MoveForm, NoteForm, ReplyForm, SnoozeForm
from heard.conversations.models import Conversation, ConversationJoin
from heard.conversations.selectors import drafts_of, get_conversation, links_of, reply_addresses, thread_of
from heard.conversations.services.assignment import assign_conversation, move_to_team
from heard.conversations.services.closing import close_conversation, reopen_conversation
from heard.conversations.services.drafts import keep_draft
from heard.conversations.services.joins import join_conversations, part_conversations
from heard.conversations.services.messages import add_note
from heard.conversations.services.snoozing import end_snooze, snooze_conversation
from heard.conversations.thread import Spoken, lines_of
from heard.files import store
from heard.gestures.services.answers import answer_and_tell
from heard.insights.selectors import with_marks
from heard.lib.time import now
from heard.promises.selectors import promises_beside
from heard.timeline.services.recording import NewFile
from heard.ui.notices import tell
from heard.web.access import note_access, writers_only
from heard.web.around import PAGE, found_around
from heard.web.asked import with_asks
from heard.web.owed import broken_moments, due_chips, promise_view, promises_by_message
from heard.web.people import beside, customer_of
from heard.web.promising import BESIDE, offers_in, promising_form
from heard.web.purchases import given_by


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The whole page: thread, person, what we owe, story. A joined one leads to where its words are now."""
    conversation = get_conversation(request.user, number)
    if conversation.joined_into_id is not None:
        return HttpResponseRedirect(reverse("web:conversation", args=[conversation.joined_into_id]))
    around = found_around(conversation, request.user)
    if "noted" not in around:
        note_access(request.user, conversation.customer_id, page=PAGE, is_new=True)
    return show_page(request, conversation, around=around)


@login_required
@writers_only
@require_POST
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Send an answer."""
    conversation = get_conversation(request.user, number)
    if "look" in request.POST:
        return _look(request, conversation)
    form = ReplyForm(request.POST, request.FILES)
    promising = promising_form(request.user, conversation, data=request.POST)
    if not (form.is_valid() & promising.is_valid()):
        return show_page(request, conversation, status=422, reply_form=form, promising_form=promising, ticked=request.POST.getlist("tell"))
    values = form.cleaned_data
    answer_and_tell(
        conversation, author=request.user, body=values["body"], to=values["to"], cc=values["cc"], files=_kept(values["files"]),
        once=values["once"], then_close=values["then_close"], word=promising.word(),
        gestures=[int(pk) for pk in request.POST.getlist("tell") if pk.isdigit() and len(pk) < 19],
    )  # fmt: skip
    tell(request, _("Your reply is on its way."), tone="kept")
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Leave a note."""
    conversation = get_conversation(request.user, number)
    form = NoteForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_page(request, conversation, status=422, note_form=form)
    values = form.cleaned_data
    add_note(conversation, author=request.user, body=values["body"], files=_kept(values["files"]), once=values["once"])
    tell(request, _("Your note is here. Only colleagues see it."), tone="kept")
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is written so far; answers 204."""
    conversation = get_conversation(request.user, number)
    keep_draft(conversation, author=request.user, text=request.POST.get("body", "")[:200_000], is_note=request.POST.get("kind") == "note")
    return HttpResponse(status=204)


@login_required
@writers_only
@require_POST
def assignment(request: HttpRequest, number: int) -> HttpResponse:
    """Give it to a colleague, or to nobody."""
    conversation = get_conversation(request.user, number)
    form = AssignmentForm(
        request.POST if "assignee" in request.POST else request.GET, colleagues=colleagues_who_read(conversation.audience_id)
    )
    if not form.is_valid():
        return _refused(request, conversation, form)
    chosen: User | None = form.cleaned_data["assignee"]
    was = conversation.assignee_id
    assign_conversation(conversation, to=chosen, by=request.user)
    said = _("%(name)s has it now.") % {"name": chosen.first_name} if chosen else _("Nobody has it now.")
    tell(request, said, undo=f"{reverse('web:assignment', args=[number])}?assignee={was or ''}")
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Hand it to another team. Whoever can no longer read it goes back to the inbox."""
    conversation = get_conversation(request.user, number)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _refused(request, conversation, form)
    move_to_team(conversation, team=form.cleaned_data["team"], by=request.user)
    tell(request, _("%(team)s has it now.") % {"team": form.cleaned_data["team"].name}, tone="kept")
    return HttpResponseRedirect(reverse("web:inbox"))


@login_required
@writers_only
@require_POST
def snooze(request: HttpRequest, number: int) -> HttpResponse:
    """Set it aside until a moment."""
    conversation = get_conversation(request.user, number)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return _refused(request, conversation, form)
    snooze_conversation(conversation, until=form.cleaned_data["moment"], by=request.user)
    tell(request, _("Set aside. It comes back by itself, or when the customer writes."), undo=reverse("web:snooze_end", args=[number]))
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def snooze_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take it back before its time."""
    conversation = get_conversation(request.user, number)
    end_snooze(conversation, by=request.user, because="hand")
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def closure(request: HttpRequest, number: int) -> HttpResponse:
    """Close it for a reason."""
    conversation = get_conversation(request.user, number)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _refused(request, conversation, form)
    close_conversation(conversation, by=request.user, reason=form.cleaned_data["reason"])
    tell(request, _("Closed. It opens again when the customer writes."), undo=reverse("web:closure_end", args=[number]))
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def closure_end(request: HttpRequest, number: int) -> HttpResponse:
    """Open it again."""
    conversation = get_conversation(request.user, number)
    reopen_conversation(conversation, by=request.user)
    return after_act(request, conversation)


@login_required
@writers_only
@require_POST
def joins(request: HttpRequest, number: int) -> HttpResponse:
    """Join it into another conversation that the colleague may read as well."""
    conversation = get_conversation(request.user, number)
    into = get_conversation(request.user, int(request.POST["into"]) if request.POST.get("into", "").isdigit() else 0)
    join = join_conversations(conversation, into=into, by=request.user)
    tell(request, _("The two conversations are one now."), undo=reverse("web:join_end", args=[into.pk, join.pk]))
    return HttpResponseRedirect(reverse("web:conversation", args=[into.pk]))


@login_required
@writers_only
@require_POST
def join_end(request: HttpRequest, number: int, join: int) -> HttpResponse:
    """Part what was joined."""
    conversation = get_conversation(request.user, number)
    found = ConversationJoin.objects.filter(pk=join, into=conversation).first()
    if found is not None:
        part_conversations(found, by=request.user)
        tell(request, _("They are two conversations again."))
    return HttpResponseRedirect(reverse("web:conversation", args=[number]))


def _look(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Without scripts: what sounds like a promise in the words, filled in for the writer to look at. Nothing is sent."""
    offers = offers_in(request.POST.get("body", ""), conversation)
    initial = {"text": offers[0].what or offers[0].clause, "by": offers[0].when} if offers else {}
    if not offers:
        tell(request, _("No day and no hour was found in your words."), tone="")
    written = ReplyForm(initial={name: request.POST.get(name, "") for name in ("to", "cc", "body")})
    return show_page(request, conversation, reply_form=written, promising_form=promising_form(request.user, conversation, initial=initial))


def after_act(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """After an act: the page again for htmx, a 303 for a plain form."""
    if request.headers.get("HX-Request") == "true":
        return show_page(request, get_conversation(request.user, conversation.pk), status=201)
    return HttpResponseRedirect(reverse("web:conversation", args=[conversation.pk]), status=303)


def _refused(request: HttpRequest, conversation: Conversation, form: Any) -> HttpResponse:
    errors = [error for errors in form.errors.values() for error in errors]
    tell(request, " ".join(errors), tone="late")
    return show_page(request, conversation, status=422)


def show_page(
    request: HttpRequest, conversation: Conversation, *, status: int = 200, around: set[str] | None = None, **forms: Any
) -> HttpResponse:
    """The page, or for htmx its changing part. About twenty queries, whatever the length of the thread; more for what few have."""
    messages, earlier = thread_of(conversation, is_whole="all" in request.GET)
    with_marks([message.interaction for message in messages])
    if around is None:
        around = found_around(conversation, request.user)
    person = customer_of(conversation, messages, request.user)
    promises, promised_to_them = promises_beside(conversation, person.identity_ids if person else [], request.user)
    moment = now()
    spoken = [
        (Spoken(one.interaction.happened_at, one.interaction.direction, one.kind == "message" and not one.interaction.is_automatic), one)
        for one in messages
    ]
    colleagues = colleagues_who_read(conversation.audience_id)
    promised = promises_by_message(promises, now=moment)
    given = given_by([one.pk for one in messages]) if "told" in around else {}
    for one in messages:
        one.promised, one.given = promised.get(one.interaction_id, []), given.get(one.pk, [])  # type: ignore[attr-defined]
    teams = all_teams()
    known = {"promises": promises, "colleagues": colleagues, "teams": teams}
    lines = lines_of(
        spoken, due=[promise.due_at for promise in promises], waiting_since=conversation.waiting_since, now=moment,
        broken=broken_moments(promises, now=moment),
    )  # fmt: skip
    context = {
        "conversation": conversation,
        "lines": with_asks(lines, asks_of(conversation) if earlier or _asks(messages) else [], now=moment),
        "earlier": earlier,
        "chips": due_chips(conversation, promises, now=moment),
        "owed": [promise_view(promise, now=moment) for promise in promises if promise.state == "open"],
        "links": links_of(conversation, request.user) if "links" in around else [],
        "colleagues": colleagues,
        "other_teams": [team for team in teams if not team.is_department and team.pk != conversation.team_id],
        "close_reasons": CloseForm.REASONS,
        "snooze_times": SnoozeForm.NAMED,
        "writing": _writing(request, conversation, messages, forms, has_drafts="drafts" in around)
        | {"promising": forms.get("promising_form") or promising_form(request.user, conversation, **known)},
        "owing": forms.get("owing_form") or promising_form(request.user, conversation, prefix=BESIDE, **known),
    }
    if person is not None:
        context |= beside(
            person, conversation, request.user, promises=promised_to_them, has_gestures="gestures" in around,
            gesture_form=forms.get("gesture_form"), ticked=forms.get("ticked"),
        )  # fmt: skip
    template = "web/conversation.html#work" if request.headers.get("HX-Request") == "true" else "web/conversation.html"
    return render(request, template, context, status=status)


def _asks(messages: list[Any]) -> bool:
    return any(one.interaction.kind == "ask" for one in messages)


def _writing(
    request: HttpRequest, conversation: Conversation, messages: list[Any], forms: dict[str, Any], *, has_drafts: bool
) -> dict[str, Any]:
    """The two forms, with drafts and addresses filled in unless the form comes back with errors."""
    drafts = drafts_of(conversation, request.user) if has_drafts else {}
    addresses = reply_addresses(conversation, messages)
    initial = {"to": ", ".join(addresses.to), "cc": ", ".join(addresses.cc), "body": drafts.get(False, "")}
    return {
        "reply": forms.get("reply_form") or ReplyForm(initial=initial),
        "note": forms.get("note_form") or NoteForm(initial={"body": drafts.get(True, "")}),
        "is_note": "note_form" in forms or request.GET.get("write") == "note",
        # Who asked for this field goes on in it. A live refresh of the same address (its target is the whole region) moves no caret.
        "takes_caret": "write" in request.GET and request.headers.get("HX-Target", "work") == "work",
        **_asking(request, messages, forms.get("ask_form")),
        "addresses": addresses,
    }


def _asking(request: HttpRequest, messages: list[Any], form: AskForm | None) -> dict[str, Any]:
    """The form for a question to colleagues, when it is open, and the customer's last words, which it may show."""
    if form is None and request.GET.get("write") != "ask":
        return {"is_ask": False}
    if form is None:
        colleagues, teams = whom_to_ask(request.user)
        form = AskForm(initial={"whom": request.GET.get("whom", "")}, colleagues=colleagues, teams=teams)
    said = [one.interaction for one in messages if one.interaction.direction == "in" and not one.interaction.is_automatic]
    return {"is_ask": True, "ask": form, "last_words": next((one for one in reversed(said) if one.erased_at is None), None)}


def _kept(files: list[Any]) -> list[NewFile]:
    """Uploaded files, synced to disk before the transaction that names them."""
    kept = []
    for file in files:
        raw = file.read()
        kept.append(NewFile(store.put(raw), file.name or "file", file.content_type or "application/octet-stream", len(raw)))
    return kept
