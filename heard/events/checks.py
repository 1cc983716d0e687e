"""What `heard doctor` asks the log."""

from heard.events.models import Consumer, ParkedEvent
from heard.events.reactions import REGISTERED
from heard.events.seals import verify_seals
from heard.events.stream import head
from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.tasks.discovery import discover

FAR_BEHIND = 10_000
SENTENCES = {
    "seal_changed": "block {} was changed",
    "seal_not_ours": "block {} was not sealed with this installation's key",
    "seal_missing": "block {} is missing",
    "anchor_differs": "block {} differs from its anchor",
    "event_changed": "the event at position {} was changed after it was recorded",
    "event_added": "the event at position {} was added after its block was closed",
    "events_missing": "{} events are gone that no retention removed",
}
SHOWN = 10


@doctor_check("seals")
def seals() -> list[Finding]:
    """The log is as it was recorded."""
    problems = verify_seals().problems
    found = [problem(SENTENCES[what].format(place)) for what, place in problems[:SHOWN]]
    return [*found, problem(f"and {len(problems) - SHOWN} more")] if len(problems) > SHOWN else found


@doctor_check("reactions")
def reactions() -> list[Finding]:
    """Every consumer keeps up, and no event was parked."""
    discover()
    found, newest = [], head()
    for consumer in Consumer.objects.filter(name__in=REGISTERED):
        if newest - consumer.position > FAR_BEHIND:
            found.append(warning(f"{consumer.name} is {newest - consumer.position} events behind"))
        if consumer.failures:
            found.append(warning(f"{consumer.name} fails at the event after position {consumer.position} ({consumer.error})"))
    if parked := ParkedEvent.objects.count():
        found.append(problem(f"{parked} events could not be taken. See them under Operators, and try them again"))
    return found
