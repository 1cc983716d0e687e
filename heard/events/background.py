"""The log at work, held by one worker: positions, consumers, seals."""

import threading
import time

from heard.events.consumers import Follower, Look
from heard.events.reactions import REGISTERED
from heard.events.seals import seal_due
from heard.events.stream import head
from heard.lib.wake import pulse
from heard.tasks.services import background_service

IDLE_SECONDS = 5.0
SEAL_SECONDS = 5.0


@background_service
class EventLog:
    """Gives every consumer a batch in turn, so that a slow one holds back nobody for long, and closes blocks."""

    def names(self) -> list[str]:
        return ["events"]

    def run(self, name: str, stop: threading.Event) -> None:
        followers = [Follower.of(reaction) for reaction in REGISTERED.values()]
        looked_at = 0.0
        while not stop.is_set():
            seen = pulse().count
            look = Look(head())
            moved = [follower.step(look) for follower in followers]
            if time.monotonic() - looked_at >= SEAL_SECONDS:
                seal_due()
                looked_at = time.monotonic()
            if not any(moved) and not stop.is_set():
                pulse().wait(seen, IDLE_SECONDS)
        for follower in followers:
            follower.save()
