"""A gesture as a sentence: to colleagues, and to the customer in the mail that tells it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heard.gestures.models import Gesture, GestureKind
from heard.lib.money import in_words


def thing(gesture: Gesture) -> str:
    """What it was for, in the source's own words; "" when it was for nothing bought."""
    if gesture.line is not None:
        return gesture.line.name
    # Translators: what a refund or credit was for: "order 20931".
    return _("order %(number)s") % {"number": gesture.order.number} if gesture.order is not None else ""


def to_colleagues(gesture: Gesture) -> str:
    """ "Refund of €10.00, Carbon Z poles" in the reader's language."""
    amount, what = in_words(gesture.amount, gesture.currency), thing(gesture)
    said = {
        GestureKind.REPLACEMENT: _("Replacement worth %(amount)s"),
        GestureKind.REFUND: _("Refund of %(amount)s"),
        GestureKind.CREDIT: _("Credit of %(amount)s"),
    }[GestureKind(gesture.kind)] % {"amount": amount}
    return f"{said}, {what}" if what else said


def to_the_customer(gesture: Gesture) -> str:
    """The line under the mail, in the language that is active: what they get, not what it costs us for a replacement."""
    values = {"amount": in_words(gesture.amount, gesture.currency), "what": thing(gesture)}
    if gesture.kind == GestureKind.REPLACEMENT:
        return _("You get a replacement from us: %(what)s.") % values if values["what"] else _("You get a replacement from us.")
    if gesture.kind == GestureKind.REFUND:
        return _("We give you back %(amount)s: %(what)s.") % values if values["what"] else _("We give you back %(amount)s.") % values
    return _("You have a credit of %(amount)s with us.") % values
