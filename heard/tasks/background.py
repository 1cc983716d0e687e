"""The schedule, held by one worker."""

import threading

from heard.lib.time import now
from heard.tasks.recurrence import enqueue_due, listed
from heard.tasks.services import background_service

LONGEST_WAIT_SECONDS = 10.0


@background_service
class Schedule:
    """Enqueues recurring tasks when they are due."""

    def names(self) -> list[str]:
        return ["schedule"]

    def run(self, name: str, stop: threading.Event) -> None:
        recurring = listed()
        while not stop.is_set():
            following = enqueue_due(recurring)
            # Short waits, since a clock that is set forward does not shorten a long one.
            stop.wait(min(LONGEST_WAIT_SECONDS, max(0.1, (following - now()).total_seconds())))
