"""What happened, in order: the log that screens, reactions, webhooks and auditors read.

    from heard.events import record_event, record_events

    record_event("conversation.closed", conversation, actor=user, audience_id=conversation.audience_id, reason="solved")

Kinds and their fields are declared in `heard/events/kinds.py`. Readers follow `position`, never `id`; see `heard.events.stream`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heard.events.reactions import one_by_one, reaction
    from heard.events.recording import NewEvent, TooManyConsequences, UndeclaredEvent, record_event, record_events, recorded_together

__all__ = [
    "NewEvent",
    "TooManyConsequences",
    "UndeclaredEvent",
    "one_by_one",
    "reaction",
    "record_event",
    "record_events",
    "recorded_together",
]
_HOMES = dict.fromkeys(__all__, "recording") | {"one_by_one": "reactions", "reaction": "reactions"}


def __getattr__(name: str) -> Any:
    # Django imports this package before models may be defined, so what needs them is imported when first asked for.
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"heard.events.{_HOMES[name]}"), name)
