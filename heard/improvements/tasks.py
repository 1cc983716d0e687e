"""Work of improvements, as tasks that may run twice."""

from __future__ import annotations

from datetime import datetime

from heard.tasks import BULK, task


@task(priority=BULK)
def queue_telling(telling_id: int) -> None:
    from heard.improvements.services.telling import queue_telling as work

    work(telling_id)


def queue_soon(telling_id: int, *, at: datetime | None = None) -> None:
    """Let a worker tell whoever is not told yet, once however often it is asked for; not before `at`."""
    queue_telling.using(dedupe=f"telling {telling_id}", run_at=at).enqueue(telling_id)


@task(priority=BULK)
def refresh_loop(improvement_id: int, after: int = 0) -> None:
    from heard.improvements.services.loop import refresh_improvement

    refresh_improvement(improvement_id, after=after)
