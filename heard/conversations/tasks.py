"""Work of conversations, as tasks that may run twice."""

from heard.tasks import task


@task(priority=5)
def deliver_message(message_id: int) -> None:
    from heard.conversations.services.deliveries import deliver

    deliver(message_id)


def deliver_soon(message_id: int) -> None:
    """Enqueue the delivery of a message, once however often it is asked for, as a row of the open transaction."""
    deliver_message.using(dedupe=f"delivery of message {message_id}").enqueue(message_id)


@task()
def wake_snoozed() -> None:
    """Bring back what was set aside until now, in short transactions."""
    from heard.conversations.services.snoozing import wake_due
    from heard.lib.time import now

    while wake_due(now()):
        pass
