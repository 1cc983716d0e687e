"""Giving something to make good what went wrong: within one's authority at once, above it by asking somebody who may."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.conversations.models import Conversation, Message
from heard.events import NewEvent, record_event, record_events
from heard.gestures.models import Gesture, GestureKind
from heard.gestures.selectors import budget_of, left_of, whom_to_ask
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.money import NotMoney, checked, in_words, known_currency
from heard.lib.time import now
from heard.purchases.models import Order, OrderLine


class AboveAuthority(Refusal):
    """More than the rest of this week's budget; the message names whom to ask. Nothing was given."""

    def __init__(self, left: int, amount: int, currency: str, others: list[User]) -> None:
        values = {"left": in_words(left, currency), "amount": in_words(amount, currency), "names": _names(others)}
        if left:
            said = _("That is above what you may still give this week: %(left)s.") % values
        else:
            said = _("You may give nothing more this week without asking.")
        said += " " + (
            _("Ask %(names)s, who may give %(amount)s.") % values
            if others
            else _("Nobody who reads this conversation may give %(amount)s. Ask an administrator to allow it.") % values
        )
        super().__init__(said)


class CannotBeGiven(Refusal):
    """It contradicts the order, or is no amount; the message says what."""


@transaction.atomic
def make_gesture(
    conversation: Conversation,
    *,
    by: User,
    kind: str,
    amount: int,
    currency: str,
    order: Order | None = None,
    line: OrderLine | None = None,
    once: UUID | None = None,
) -> Gesture:
    """Give a replacement, refund or credit of `amount` minor units. The next reply tells it. `line` is of `order`.

    A second call with the same `once` returns the first gesture. Raises AboveAuthority and CannotBeGiven.
    """
    conversation = lock(conversation)
    by = lock(User.objects.filter(pk=by.pk))[0]  # two gestures at the same moment do not both fit into the same rest
    known = Gesture.objects.filter(by=by, once=once).select_related("order", "line").first() if once is not None else None
    if known is not None:
        return known
    _refuse_nonsense(kind, amount, currency, order, line)
    budget = budget_of(by, currency)
    if amount > budget.left:
        others = whom_to_ask(conversation, amount=amount, currency=currency, besides=by)
        raise AboveAuthority(budget.left, amount, currency, others)
    gesture = Gesture.objects.create(
        conversation=conversation, kind=kind, amount=amount, currency=currency, order=order, line=line, by=by, at=now(), once=once
    )
    record_event(
        "gesture.made", gesture, actor=by, audience_id=conversation.audience_id, conversation_id=conversation.pk,
        order_id=order.pk if order else None, gesture_kind=kind, amount=amount, currency=currency.lower(),
    )  # fmt: skip
    return gesture


def _refuse_nonsense(kind: str, amount: int, currency: str, order: Order | None, line: OrderLine | None) -> None:
    try:
        known_currency(currency)
        checked(amount, currency)
    except NotMoney as problem:
        raise CannotBeGiven(str(problem)) from None
    if kind not in GestureKind.values:
        raise CannotBeGiven(_("Choose a replacement, a refund or a credit."))
    if amount <= 0:
        raise CannotBeGiven(_("Say how much it is worth."))
    if line is not None and (order is None or line.order_id != order.pk):
        raise CannotBeGiven(_("That item is not of this order."))
    if kind == GestureKind.REFUND:
        _refuse_refund(amount, currency, order)


def _refuse_refund(amount: int, currency: str, order: Order | None) -> None:
    if order is None:
        raise CannotBeGiven(_("A refund is of an order. Choose what it is for, or give a credit."))
    if order.currency != currency:
        raise CannotBeGiven(_("This order was paid in %(currency)s; refund it in that.") % {"currency": order.currency})
    order = lock(order)
    left = left_of(order)
    if amount > left:
        values = {"left": in_words(left, currency), "number": order.number}
        raise CannotBeGiven(_("Of order %(number)s there is %(left)s left to give back.") % values)


@transaction.atomic
def tell_gestures(conversation: Conversation, *, message: Message, only: Collection[int] | None = None) -> list[Gesture]:
    """Let a reply tell what was given: all that is untold, or those of `only`. The mail ends with a line for each.

    In the transaction of the reply, before its mail is composed. What another reply told meanwhile stays with that one.
    """
    rows = Gesture.objects.untold().filter(conversation=conversation)
    gestures = lock(rows if only is None else rows.filter(pk__in=only))
    for gesture in gestures:
        gesture.told_in, gesture.told_at = message, message.interaction.happened_at
        gesture.save(update_fields=["told_in", "told_at"])
    record_events(
        [
            NewEvent(
                "gesture.told", gesture, message.interaction.author, conversation.audience_id,
                fields={"conversation_id": conversation.pk, "message_id": message.pk},
            )
            for gesture in gestures
        ]
    )  # fmt: skip
    return gestures


@transaction.atomic
def withdraw_gesture(gesture: Gesture, *, by: User) -> Gesture:
    """Take back what nobody was told yet; the budget has it again. Twice changes nothing. Raises CannotBeGiven when it was told or done."""
    gesture = lock(gesture)
    if gesture.withdrawn_at is not None:
        return gesture
    if gesture.told_in_id is not None:
        raise CannotBeGiven(_("The customer was told already. What was given stays given."))
    if gesture.carried_out_at is not None:
        raise CannotBeGiven(_("It is done already. What was given stays given."))
    gesture.withdrawn_at, gesture.withdrawn_by = now(), by
    gesture.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record_event(
        "gesture.withdrawn", gesture, actor=by, audience_id=gesture.conversation.audience_id, conversation_id=gesture.conversation_id
    )
    return gesture


@transaction.atomic
def carry_out_gesture(gesture: Gesture, *, by: User) -> Gesture:
    """Say that it was done: the money is on its way, the replacement posted. Twice changes nothing. Raises CannotBeGiven when taken back."""
    gesture = lock(gesture)
    if gesture.carried_out_at is not None:
        return gesture
    if gesture.withdrawn_at is not None:
        raise CannotBeGiven(_("This was taken back before."))
    gesture.carried_out_at, gesture.carried_out_by = now(), by
    gesture.save(update_fields=["carried_out_at", "carried_out_by"])
    record_event(
        "gesture.carried_out", gesture, actor=by, audience_id=gesture.conversation.audience_id, conversation_id=gesture.conversation_id
    )
    return gesture


def _names(users: list[User]) -> str:
    names = [user.name for user in users[:4]]
    # Translators: between the last two names of a list: "Dora or Charlie".
    return _("%(some)s or %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]} if len(names) > 1 else "".join(names)
