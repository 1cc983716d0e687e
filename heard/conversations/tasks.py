"""Work of conversations, as tasks that may run twice."""

from datetime import datetime

from heard.tasks import BULK, task


@task(priority=5)
def deliver_message(message_id: int) -> None:
    from heard.conversations.services.deliveries import deliver

    deliver(message_id)


def deliver_soon(message_id: int) -> None:
    """Enqueue the delivery of a message, once however often it is asked for, as a row of the open transaction."""
    deliver_message.using(dedupe=_key(message_id)).enqueue(message_id)


def deliver_when_quiet(message_ids: list[int], *, not_before: datetime | None = None) -> None:
    """Enqueue the deliveries of messages to many, behind everything else: whoever waits for an answer comes first."""
    keys = [_key(number) for number in message_ids]
    deliver_message.using(priority=BULK, run_at=not_before).enqueue_many([(number,) for number in message_ids], keys=keys)


def _key(message_id: int) -> str:
    return f"delivery of message {message_id}"


@task()
def wake_snoozed() -> None:
    """Bring back what was set aside until now, in short transactions."""
    from heard.conversations.services.snoozing import wake_due
    from heard.lib.time import now

    while wake_due(now()):
        pass


@task(priority=5)
def send_ask_mail(mail_id: int) -> None:
    from heard.conversations.services.ask_mails import send_ask_mail as send

    send(mail_id)


def send_ask_mail_soon(mail_id: int) -> None:
    """Enqueue a mail of a question, once however often it is asked for, as a row of the open transaction."""
    send_ask_mail.using(dedupe=f"mail {mail_id} of a question").enqueue(mail_id)


@task()
def remind_of_asks() -> None:
    """Remind those who were asked and have not answered in time, in short transactions."""
    from heard.conversations.services.asking import remind_due
    from heard.lib.time import now

    while remind_due(now()):
        pass
