"""Work of promises, as tasks that may run twice."""

from heard.tasks import task


@task()
def break_promises() -> None:
    """Mark what came due unkept, in short transactions."""
    from heard.lib.time import now
    from heard.promises.services.replies import break_due

    while break_due(now()):
        pass


@task()
def remind_of_promises() -> None:
    """Remind those who owe what is due soon, in short transactions."""
    from heard.lib.time import now
    from heard.promises.services.reminders import remind_due

    while remind_due(now()):
        pass


@task()
def send_reminder(promise_id: int, asked_at: str) -> None:
    from datetime import datetime

    from heard.promises.services.reminders import send_reminder_now

    send_reminder_now(promise_id, datetime.fromisoformat(asked_at))
