"""What we give: read by the system that carries it out, given within the program's authority, and said to be done."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from heard.api.access import actor, may, once
from heard.api.conversations import colleague_out
from heard.api.pages import Limit, number_of
from heard.api.problems import Problem
from heard.api.schemas import BudgetOut, GestureIn, GestureOut, Page
from heard.conversations.selectors import get_conversation
from heard.gestures.models import Gesture
from heard.gestures.selectors import budgets_of, list_gestures
from heard.gestures.services.giving import carry_out_gesture, make_gesture
from heard.purchases.selectors import get_order

router = Router(tags=["gestures"])


@router.get("/gestures", auth=may("gestures:read"), response=Page[GestureOut])
def index(request: HttpRequest, only: str = "", limit: Limit = 50, after: str = ""):
    """What was given, newest first; `only=to_carry_out` is what nobody has done yet."""
    if only not in {"", "to_carry_out"}:
        raise Problem(422, _("“only” is empty or “to_carry_out”."))
    rows = list_gestures(actor(request), only=only, limit=limit + 1, before=number_of(after) or None)
    return {"items": [gesture_out(row) for row in rows[:limit]], "next": str(rows[limit - 1].pk) if len(rows) > limit else None}


@router.get("/gestures/budgets", auth=may("gestures:read"), response=list[BudgetOut])
def budgets(request: HttpRequest):
    """What this program may still give this week."""
    return [
        {
            "worth": {"amount": one.amount, "currency": one.currency}, "left": {"amount": one.left, "currency": one.currency},
            "ends_at": one.ends_at,
        }
        for one in budgets_of(actor(request))
    ]  # fmt: skip


@router.post("/conversations/{number}/gestures", auth=may("gestures:write"), response={201: GestureOut})
def create(request: HttpRequest, number: str, given: GestureIn):
    """Give something; the next reply tells the customer. 409 above the program's authority, with whom to ask."""
    conversation = get_conversation(actor(request), number_of(number))
    order = line = None
    if given.order is not None:
        source, _slash, order_number = given.order.partition("/")
        order = get_order(actor(request), source, order_number)
        line = next((one for one in order.lines.all() if one.position == given.line), None)
        if given.line and line is None:
            raise Problem(422, _("There is no line %(line)s in this order.") % {"line": given.line})
    gesture = make_gesture(
        conversation, by=actor(request), kind=given.kind, amount=given.amount, currency=given.currency, order=order, line=line,
        once=once(request),
    )  # fmt: skip
    return Status(201, gesture_out(_gesture(request, gesture.pk)))


@router.post("/gestures/{number}/carried-out", auth=may("gestures:write"), response=GestureOut)
def carried_out(request: HttpRequest, number: str):
    """Say that it was done. Twice changes nothing."""
    carry_out_gesture(_gesture(request, number_of(number)), by=actor(request))
    return gesture_out(_gesture(request, number_of(number)))


def _gesture(request: HttpRequest, number: int) -> Gesture:
    rows = Gesture.objects.visible_to(actor(request)).filter(pk=number)
    found = rows.select_related("by", "order__source", "conversation").first()
    if found is None:
        raise Http404
    return found


def gesture_out(one: Gesture) -> dict[str, object]:
    return {
        "id": str(one.pk), "reference": one.reference, "conversation": str(one.conversation_id), "kind": one.kind,
        "worth": {"amount": one.amount, "currency": one.currency},
        "order": f"{one.order.source.name}/{one.order.number}" if one.order else None, "by": colleague_out(one.by), "at": one.at,
        "told_at": one.told_at, "carried_out_at": one.carried_out_at,
    }  # fmt: skip
