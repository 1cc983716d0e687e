"""What we owe: read, promised, kept."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from heard.accounts.models import Team
from heard.api.access import actor, may, once
from heard.api.pages import Limit, mark, number_of, place
from heard.api.problems import Problem
from heard.api.schemas import Page, PromiseIn, PromiseOut
from heard.conversations.selectors import get_conversation
from heard.lib.time import now
from heard.people.selectors import get_person
from heard.promises.models import Promise
from heard.promises.selectors import LISTS, get_promise, list_promises, promises_in, promises_to
from heard.promises.services.byhand import keep_promise, promise_by_hand

router = Router(tags=["promises"])


@router.get("/promises", auth=may("promises:read"), response=Page[PromiseOut])
def index(request: HttpRequest, view: str = "all", limit: Limit = 50, after: str = ""):
    """What was promised by hand, in a list of the page of promises: mine, teams, late, kept or all that is open."""
    if view not in LISTS:
        raise Problem(422, _("There is no such view. The views are: %(views)s.") % {"views": ", ".join(LISTS)})
    rows = list_promises(actor(request), view, now=now(), limit=limit + 1, after=place(after))
    last = rows[limit - 1] if len(rows) > limit else None
    at = last and (last.kept_at if view == "kept" and last.kept_at else last.due_at)
    return {"items": [promise_out(row) for row in rows[:limit]], "next": mark(at, last.pk) if last and at else None}


@router.get("/people/{number}/promises", auth=may("promises:read"), response=Page[PromiseOut])
def of_person(request: HttpRequest, number: str):
    """Everything owed to a person, targets too, soonest first; at most 200."""
    person = get_person(actor(request), number_of(number))
    return {"items": [promise_out(one) for one in promises_to(person.identity_ids, actor(request))]}


@router.get("/conversations/{number}/promises", auth=may("promises:read"), response=Page[PromiseOut])
def of_conversation(request: HttpRequest, number: str):
    """Everything owed or once owed in a conversation, targets too."""
    return {"items": [promise_out(one) for one in promises_in(get_conversation(actor(request), number_of(number)))]}


@router.post("/conversations/{number}/promises", auth=may("promises:write"), response={201: PromiseOut})
def create(request: HttpRequest, number: str, said: PromiseIn):
    """Owe something by a moment. It is a target until a reply tells the customer."""
    conversation = get_conversation(actor(request), number_of(number))
    team = Team.objects.filter(name__iexact=said.owed_by_team).first() if said.owed_by_team else None
    if said.owed_by_team and team is None:
        raise Problem(422, _("There is no team “%(name)s”.") % {"name": said.owed_by_team[:80]})
    promise = promise_by_hand(conversation, by=actor(request), text=said.what, due_at=said.due_at, owed_by_team=team, once=once(request))
    return Status(201, promise_out(promise))


@router.post("/promises/{number}/kept", auth=may("promises:write"), response=PromiseOut)
def keep(request: HttpRequest, number: str):
    """Say that it is done. Twice changes nothing."""
    return promise_out(keep_promise(get_promise(actor(request), number_of(number)), by=actor(request)))


def promise_out(one: Promise) -> dict[str, object]:
    owner = one.owed_by or one.owed_by_team
    return {
        "id": str(one.pk), "conversation": str(one.conversation_id), "kind": one.kind, "what": one.text, "owed_by": owner.name if owner else "",
        "made_at": one.made_at, "first_due_at": one.first_due_at, "due_at": one.due_at, "told_at": one.told_at, "state": one.state,
        "kept_at": one.kept_at, "broken_at": one.broken_at,
    }  # fmt: skip
