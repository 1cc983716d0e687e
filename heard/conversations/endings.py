"""What stands under a mail of ours, beside what its writer wrote: an app on the left adds its lines when the mail is composed.

They are no words of the interaction, so a link that only the customer may use is never shown to colleagues, indexed or quoted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from heard.conversations.models import Message


@dataclass(frozen=True, slots=True)
class Ending:
    """Lines under a mail, plain text. `unsubscribe` is an https address that takes a POST and asks nothing (RFC 8058), or empty."""

    text: str
    unsubscribe: str = ""


Offer = Callable[[Message], Ending | None]
_offers: dict[str, tuple[int, Offer]] = {}


def ending(name: str, *, order: int) -> Callable[[Offer], Offer]:
    """Declare a function that says what stands under a mail; None for nothing. Called in the language of the mail, low `order` first.

    It may be called twice for one message, at any time after it was written, and changes nothing.
    """

    def declare(offer: Offer) -> Offer:
        _offers[name] = (order, offer)
        return offer

    return declare


def endings_of(message: Message) -> list[Ending]:
    """What all apps have to say under this mail, in order."""
    found = (offer(message) for _, offer in sorted(_offers.values(), key=lambda one: one[0]))
    return [one for one in found if one is not None]
