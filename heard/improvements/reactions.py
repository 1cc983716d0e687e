"""What improvements do when something happened to the right of them: who was really told, and how far each got."""

from __future__ import annotations

from heard.events import reaction
from heard.events.models import Event
from heard.improvements import tasks
from heard.improvements.services.deliveries import note_deliveries
from heard.improvements.services.loop import refresh_identities
from heard.insights.models import Signal

MANY = 50
"""So many people at once are refreshed by a task, so that the batch of events stays short."""


@reaction("tellings", kinds={"message.delivered", "message.bounced", "message.failed"})
def follow_mail(events: list[Event]) -> None:
    """Told is who got the mail; who did not is listed. One query where no event concerns a telling."""
    note_deliveries(events)


@reaction(
    "loop",
    kinds={"signal.marked", "signal.retracted", "signal.changed", "evidence.added", "evidence.withdrawn", "improvement.decided", "loop.changed",
           "telling.answered", "telling.finished", "person.joined", "person.parted", "identity.divided"},
    history=True,
)  # fmt: skip
def follow_people(events: list[Event]) -> None:
    """Work out anew how far those got whom these events concern. Harmless when run twice, and in any order."""
    identities: set[int] = set()
    improvements: set[int] = set()
    signals: set[int] = set()
    for event in events:
        if event.kind in ("improvement.decided", "telling.finished"):
            improvements.add(event.data.get("improvement_id") or event.subject_id)
        elif event.kind.startswith("evidence."):
            few = event.data["signal_ids"]
            if len(few) > MANY:
                improvements.add(event.data["improvement_id"])
            else:
                signals |= set(few)
        elif event.subject_kind == "signal":
            signals.add(event.subject_id)
        else:
            identities |= {event.subject_id} if event.subject_kind == "identity" else set()
            identities |= set(event.data.get("identity_ids", ())) | set(event.data.get("person_ids", ()))
            identities |= {number for name in ("identity_id", "from_identity_id") if (number := event.data.get(name))}
    identities |= set(Signal.objects.filter(pk__in=signals, identity__isnull=False).values_list("identity_id", flat=True))
    refresh_identities(identities)
    for improvement in sorted(improvements):
        tasks.refresh_loop.using(dedupe=f"loop of improvement {improvement}").enqueue(improvement)
