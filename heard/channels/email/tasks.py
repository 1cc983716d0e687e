"""Work of mailboxes, as tasks."""

from heard.tasks import task


@task(priority=8, max_attempts=2)
def send_mailbox_test(test_id: int) -> None:
    from heard.channels.email.models import MailboxTest
    from heard.channels.email.services.mailbox_tests import send_test

    send_test(MailboxTest.objects.select_related("mailbox", "by").get(pk=test_id))
