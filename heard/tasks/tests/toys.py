"""Small tasks for the tests of the queue. They write into `DONE`, or into the log, or fail as told."""

from datetime import UTC, datetime

from heard.tasks import BULK, URGENT, RetryAt, task

DONE: list[object] = []
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@task()
def note(value: object) -> None:
    """Remember a value."""
    DONE.append(value)


@task(priority=URGENT)
def note_urgently(value: object) -> None:
    DONE.append(value)


@task(priority=BULK)
def note_in_bulk(value: object) -> None:
    DONE.append(value)


@task(max_attempts=3)
def fail(word: str) -> None:
    """Fail with words that must not be kept."""
    DONE.append("tried")
    raise ValueError(f"{word} wrote from ada@example.org")


@task()
def wait_for_the_future() -> None:
    DONE.append("too early")
    raise RetryAt(LATER)


@task()
def note_and_enqueue(value: int) -> None:
    DONE.append(value)
    if value > 0:
        note_and_enqueue.enqueue(value - 1)
