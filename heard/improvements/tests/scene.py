"""People who asked for a change, and the change: with the services the product uses."""

from __future__ import annotations

from heard.improvements.models import Improvement
from heard.improvements.services.deciding import decide
from heard.improvements.services.proposing import propose_improvement
from heard.insights.models import Signal
from heard.insights.services.marking import mark_words
from tests.factories import make_conversation, make_customer

WORDS = "The lower lock slips"


def ask_for_it(mailbox, by, number: int = 1, *, first: int = 0, text: str = f"{WORDS} on every descent.") -> list[Signal]:
    """`number` people said so, each in a conversation of their own, and a colleague marked it."""
    signals = []
    for each in range(first, first + number):
        customer = make_customer(f"walker{each}@example.org", name="Walker Fell", audience=mailbox.audience)
        conversation = make_conversation(mailbox, customer=customer, subject=f"Poles {each}", text=text)
        signals.append(mark_words(conversation.last_interaction, words=WORDS, kind="problem", by=by))
    return signals


def change(by, signals, *, title: str = "A lock that holds when it is wet") -> Improvement:
    """The change they ask for, which somebody considers."""
    return propose_improvement(title, by=by, signals=signals)


def finish(improvement: Improvement, by, *, state: str = "done", reason: str = "Every pair has a screw lock now."):
    """It is decided, with a reason for customers."""
    return decide(improvement, state=state, by=by, public_reason=reason, is_public=True)
