"""The customer's page, and the page of a link that opens nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from heard.conversations.asked import waiting_inside
from heard.conversations.customer_links import read_token
from heard.conversations.models import Message
from heard.conversations.thread import Line, Spoken, lines_of
from heard.lib.prepared import together
from heard.lib.time import now
from heard.portal.forms import AskForCodeForm, OnceForm, WordsForm
from heard.portal.hours import opening_hours
from heard.portal.links import OpenPage, open_page
from heard.portal.models import AnswerKind
from heard.portal.selectors import asked_for_page, front_door, last_answer, may_settle, promises_for, thread_for
from heard.portal.views.common import render_page, speaking_to
from heard.portal.wording import opening, promise_shown, who_has_it
from heard.ui.unguessable import unguessable_page

DONE = {"sent", "solved", "not-yet", "corrected"}


@unguessable_page
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Everything about one conversation that its holder may see. Changes nothing, whoever fetches it: mail scanners open every link."""
    page = open_page(token)
    if page is None:
        return closed_door(request, token)
    with speaking_to(request, page.identity):
        return page_response(request, page)


def page_response(
    request: HttpRequest, page: OpenPage, *, form: WordsForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    """The page as it is now; `form` is what came back with errors, `refused` why an act was not done. About twelve queries,
    whatever the length of the thread.
    """
    number = _page_number(request)
    with together(*asked_for_page(page.conversation, page.identity.pk, page=number)):
        context = _context(request, page, number, form=form, refused=refused)
    return render_page(request, page.token, "portal/page.html", context, door=context["door"], status=status)


def _context(request: HttpRequest, page: OpenPage, number: int, *, form: WordsForm | None, refused: str) -> dict[str, Any]:
    moment = now()
    conversation, identity = page.conversation, page.identity
    thread = thread_for(conversation.pk, identity.pk, page=number)
    newest = thread if number == 1 else thread_for(conversation.pk, identity.pk)
    spoke = _last_word(newest.messages)
    promises = promises_for(conversation, identity.pk, they_spoke_last=spoke is not None and spoke[0])
    answer = last_answer(conversation.pk, identity.pk)
    said_solved = answer is not None and answer.kind == AnswerKind.SOLVED
    told = [promise for promise in promises if promise.state == "open"]
    settles = may_settle(conversation, identity.pk)
    door = front_door()
    return {
        "conversation": conversation,
        "identity": identity,
        "door": door,
        "opening": opening(
            conversation, identity.display_name, told=told, they_said_solved=said_solved, may_settle=settles, spoke=spoke, now=moment
        ),
        "promises": [promise_shown(promise, now=moment) for promise in promises],
        "thread": thread,
        "lines": _lines(thread.messages, promises, spoke, moment, is_newest=number == 1),
        "answer": answer,
        "may_settle": settles,
        "is_not_yet": _is_not_yet(answer, newest.messages),
        "asks_if_solved": not (said_solved and not conversation.is_open),
        "who": who_has_it(conversation),
        "inside": waiting_inside(conversation) if conversation.is_open else [],
        "hours": opening_hours(conversation.team_id, now=moment) if door and door.phone else None,
        "refused": refused,
        "once": OnceForm(auto_id=False),
        "form": form or WordsForm(),
        "done": request.GET.get("done", "") if request.GET.get("done") in DONE else "",
        "expires_at": page.link.expires_at,
    }


def closed_door(request: HttpRequest, token: str, *, form: AskForCodeForm | None = None, status: int = 404) -> HttpResponse:
    """The same for every link that opens nothing, whatever the reason: the way to a new one by a code to the address.

    A link in a mail to several people never opened more than this: it asks which of them it is.
    """
    link = read_token(token)
    asks_who = link is not None and link.identity_id is None and link.expires_at > now()
    status = 200 if asks_who and status == 404 else status
    return render_page(
        request,
        token,
        "portal/closed_door.html",
        {"form": form or AskForCodeForm(), "asks_who": asks_who},
        door=front_door(),
        status=status,
    )


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return min(max(int(given), 1), 10_000) if given.isascii() and given.isdecimal() and len(given) < 6 else 1


def _last_word(messages: list[Message]) -> tuple[bool, Any] | None:
    """Who spoke last, the customer or we, and when; robots do not count."""
    for message in messages:
        if not message.interaction.is_automatic:
            return message.interaction.direction == "in", message.interaction.happened_at
    return None


def _lines(messages: list[Message], promises: list[Any], spoke: Any, moment: Any, *, is_newest: bool) -> list[Line]:
    """Newest first, with the waits between as the customer felt them."""
    spoken = [
        (Spoken(one.interaction.happened_at, one.interaction.direction, counts=not one.interaction.is_automatic), one)
        for one in reversed(messages)
    ]
    waiting = spoke[1] if spoke is not None and spoke[0] and is_newest else None
    lines = lines_of(
        spoken, due=[promise.due_at for promise in promises], waiting_since=None if waiting is None else _asked_since(messages), now=moment
    )
    return lines[::-1]


def _is_not_yet(answer: Any, messages: list[Message]) -> bool:
    """Whether “not yet” is the last that was said."""
    return (
        answer is not None and answer.kind == AnswerKind.NOT_YET and bool(messages) and messages[0].interaction_id == answer.interaction_id
    )


def _asked_since(messages: list[Message]) -> Any:
    """The first of the customer's words since ours, among these."""
    since = None
    for message in messages:
        if message.interaction.is_automatic:
            continue
        if message.interaction.direction != "in":
            break
        since = message.interaction.happened_at
    return since
