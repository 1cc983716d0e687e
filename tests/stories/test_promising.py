"""A promise by hand from the sentence to the end: told in the mail, owed by a department, broken, moved and told again, kept."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from heard.accounts.models import Team
from heard.channels.email.sending import Outcome
from heard.conversations.models import Conversation, Message
from heard.conversations.services.deliveries import deliver
from heard.events.models import Event
from heard.lib.time import frozen_at
from heard.promises.models import Promise
from heard.promises.selectors import promises_of_person, shown_to_customer
from heard.promises.services.policies import ensure_defaults
from heard.promises.tasks import break_promises, remind_of_promises
from tests.factories import make_mail, make_user
from tests.factories.arriving import work_off

pytestmark = pytest.mark.django_db(transaction=True)
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)


class Post:
    """Takes every letter and keeps its words."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    def send(self, raw, *, mailbox, sender, recipients):
        import email.policy

        letter = email.message_from_bytes(raw, policy=email.policy.default)
        self.letters.append(letter.get_body(("plain",)).get_content())
        return Outcome(accepted=tuple(recipients))


def test_a_promise_is_told_broken_moved_told_again_and_kept(arrive, mailbox, client, alice):
    ensure_defaults()
    warehouse = Team.objects.create(name="Warehouse", is_department=True)
    walter = make_user("Walter", teams=(warehouse,))
    client.force_login(alice)
    post = Post()

    def answer(body: str, **fields: object) -> None:
        data = {"once": uuid.uuid4(), "to": "ada@example.org", "body": body} | fields
        assert client.post(f"/conversations/{conversation.pk}/replies/", data).status_code == 303
        deliver(Message.objects.latest("pk").pk, mailer=post)
        work_off()

    with frozen_at(TUESDAY):
        arrive(make_mail("The lock slips. I need poles that hold."))
        conversation = Conversation.objects.get()
        answer("I am sorry.", **{"promise-text": "New pair posted", "promise-owner": f"t{warehouse.pk}", "promise-by": "Friday"})
        promise = Promise.objects.get(kind="by_hand")
        assert "New pair posted, by Friday 6 March 2026, 17:30" in post.letters[0]
        assert [one.pk for one in shown_to_customer(conversation) if one.is_by_hand] == [promise.pk]

    with frozen_at(FRIDAY + timedelta(minutes=1)):
        remind_of_promises.function()
        break_promises.function()
        work_off()
        assert Event.objects.filter(kind="promise.reminded", subject_id=promise.pk).count() == 1
        assert Event.objects.filter(kind="promise.broken", subject_id=promise.pk).count() == 1
        assert "Promise" in client.get("/inbox/").content.decode()
        answer("The lot was held back.", **{"promise-moves": promise.pk, "promise-by": "Tuesday 10:00"})
        assert "We had promised you: New pair posted, by Friday 6 March 2026, 17:30" in post.letters[1]
        assert "10 March 2026, 10:00" in post.letters[1]

    client.force_login(walter)  # who owes it says that it is done, and reads nothing else
    with frozen_at(FRIDAY + timedelta(days=3)):
        assert client.get(f"/conversations/{conversation.pk}/").status_code == 404
        assert client.post(f"/promises/{promise.pk}/kept/").status_code == 303
        work_off()

    (promise,) = [one for one in promises_of_person(conversation.customer.person_number, alice) if one.is_by_hand]
    conversation.refresh_from_db()
    assert (promise.state, promise.kept_by, promise.first_due_at, promise.broken_at) == ("kept", walter, FRIDAY, FRIDAY)
    assert (conversation.due_at, conversation.standing) == (None, "customer")
