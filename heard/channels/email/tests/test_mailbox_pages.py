"""Administrators set mailboxes up; passwords go in and never come out; a test says how far it came."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from heard.accounts.models import Team, User
from heard.channels.email.models import Mailbox, MailboxTest
from heard.channels.email.secrets import seal, unseal
from heard.channels.email.sending import Outcome, using_mailer
from heard.channels.email.services.mailbox_tests import note_return
from heard.channels.email.tasks import send_mailbox_test
from heard.events.models import Event
from heard.lib.time import now

pytestmark = pytest.mark.django_db


class Outbox:
    """Keeps what is sent; answers as told."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        self.outcome = outcome
        self.sent: list[tuple[bytes, tuple[str, ...]]] = []

    def send(self, raw, *, mailbox, sender, recipients):
        self.sent.append((raw, tuple(recipients)))
        return self.outcome or Outcome(accepted=tuple(recipients), reply_code=250)


@pytest.fixture
def admin(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


def values(team: Team, **changes: object) -> dict[str, object]:
    return {
        "name": "Fells", "address": "Hello@Fells.example", "aliases": "sales@fells.example\ninfo@fells.example", "team": team.pk,
        "language": "en", "is_active": "on", "signature": "", "acknowledgement": "", "trusted_authserv_id": "",
        "imap_host": "imap.fells.example", "imap_port": 993, "imap_encryption": "tls", "imap_username": "hello",
        "imap_password": "correct horse", "imap_folder": "INBOX", "after_fetch": "leave", "move_to_folder": "", "live_since": "",
        "smtp_host": "smtp.fells.example", "smtp_port": 587, "smtp_encryption": "starttls", "smtp_username": "hello",
        "smtp_password": "battery staple",
    } | changes  # fmt: skip


def test_an_admin_adds_a_mailbox_and_its_passwords_are_kept_sealed(admin, support):
    response = admin.post(reverse("email:new_mailbox"), values(support))
    mailbox = Mailbox.objects.get()
    assert (response.status_code, response.url) == (303, reverse("email:mailbox", args=[mailbox.pk]))
    assert mailbox.addresses == {"hello@fells.example", "sales@fells.example", "info@fells.example"}
    assert unseal(mailbox.imap_password_sealed) == "correct horse"
    assert b"correct" not in bytes(mailbox.imap_password_sealed)
    assert [one.team for one in mailbox.audience.audience_teams.all()] == [support]
    assert now() - mailbox.live_since < timedelta(minutes=1), "what lies there already is history"
    assert Event.objects.filter(kind="mailbox.added", subject_id=mailbox.pk).exists()


def test_a_password_never_comes_out_and_an_empty_one_keeps_it(admin, support):
    admin.post(reverse("email:new_mailbox"), values(support))
    mailbox = Mailbox.objects.get()
    url = reverse("email:mailbox", args=[mailbox.pk])
    page = admin.get(url).content.decode()
    assert "correct horse" not in page and "battery staple" not in page
    assert admin.post(url, values(support, imap_password="", smtp_password="", name="Fells & Co")).status_code == 303
    mailbox.refresh_from_db()
    assert (mailbox.name, unseal(mailbox.imap_password_sealed), unseal(mailbox.smtp_password_sealed)) == (
        "Fells & Co", "correct horse", "battery staple",
    )  # fmt: skip


def test_saving_makes_known_troubles_be_looked_at_afresh(admin, mailbox, support):
    Mailbox.objects.update(in_problem="bad_login", out_problem="tls_failed")
    assert "refuses the log-in" in admin.get(reverse("email:mailbox", args=[mailbox.pk])).content.decode()
    admin.post(reverse("email:mailbox", args=[mailbox.pk]), values(support))
    mailbox.refresh_from_db()
    assert (mailbox.in_problem, mailbox.out_problem) == ("", "")


def test_a_log_in_that_is_removed_takes_its_password_along(admin, support):
    admin.post(reverse("email:new_mailbox"), values(support))
    mailbox = Mailbox.objects.get()
    without = values(support, imap_host="", smtp_username="", imap_password="", smtp_password="")
    admin.post(reverse("email:mailbox", args=[mailbox.pk]), without)
    mailbox.refresh_from_db()
    assert (mailbox.imap_password_sealed, mailbox.smtp_password_sealed) == (None, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": "nobody"}, "Enter a valid email address"),
        ({"aliases": "hello"}, "hello is not an address"),
        ({"imap_host": "https://imap.fells.example/"}, "name of the server alone"),
        ({"imap_encryption": "none"}, "only with encryption"),
        ({"imap_password": ""}, "needs a password"),
        ({"imap_username": ""}, "needs a user name"),
        ({"after_fetch": "move"}, "Say to which folder"),
        ({"after_fetch": "move", "move_to_folder": "INBOX"}, "Choose another"),
        ({"aliases": "support@heard.example"}, "belongs to the mailbox Support"),
    ],
)
def test_what_cannot_work_is_said_before_it_is_saved(admin, support, mailbox, changes, sentence):
    response = admin.post(reverse("email:new_mailbox"), values(support, **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Mailbox.objects.count() == 1


def test_the_list_says_in_words_what_is_wrong(admin, mailbox):
    assert "nothing yet" in admin.get(reverse("email:mailboxes")).content.decode()
    Mailbox.objects.update(in_problem="no_folder", smtp_host="smtp.heard.example", last_out_at=now())
    page = admin.get(reverse("email:mailboxes")).content.decode()
    assert "The server does not know this folder." in page
    assert "today" in page


def begin(admin: Client, mailbox: Mailbox, to: str = "mailbox") -> MailboxTest:
    response = admin.post(reverse("email:tests", args=[mailbox.pk]), {"to": to})
    assert response.status_code == 303
    return MailboxTest.objects.get()


def progress(admin: Client, test: MailboxTest) -> str:
    return admin.get(reverse("email:test", args=[test.mailbox_id, test.pk]), headers={"HX-Request": "true"}).content.decode()


def test_a_test_goes_out_and_comes_back(admin, mailbox):
    test = begin(admin, mailbox)
    assert "On its way" in progress(admin, test)
    with using_mailer(Outbox()) as outbox:
        send_mailbox_test(test.pk)
        send_mailbox_test(test.pk)
    [(raw, recipients)] = outbox.sent
    assert recipients == (mailbox.address,)
    page = progress(admin, test)
    assert "Waiting for it to come back" in page and "hx-trigger" in page
    note_return(b"Received: from elsewhere\r\n" + raw, mailbox=mailbox, transport="imap")
    page = progress(admin, test)
    assert "It works" in page and "hx-trigger" not in page


def test_a_test_that_does_not_come_back_says_so(admin, mailbox):
    test = begin(admin, mailbox)
    MailboxTest.objects.update(sent_at=now() - timedelta(seconds=21))
    assert "has not come back" in progress(admin, test)
    Mailbox.objects.update(in_problem="bad_login")
    assert "refuses the log-in" in progress(admin, test)


def test_a_test_that_cannot_be_sent_says_why_and_marks_the_mailbox(admin, mailbox):
    test = begin(admin, mailbox, to="me")
    with using_mailer(Outbox(Outcome(is_temporary=True, problem="bad_login", reply_code=535))) as outbox:
        send_mailbox_test(test.pk)
    assert outbox.sent[0][1] == ("root@heard.example",)
    page = progress(admin, test)
    assert "The server refuses the log-in" in page and "535" in page
    mailbox.refresh_from_db()
    assert mailbox.out_problem == "bad_login"


def test_a_forged_mark_proves_nothing(admin, mailbox):
    test = begin(admin, mailbox)
    MailboxTest.objects.update(sent_at=now())
    for code in (test.code[:16] + "0" * 16, "0" * 32, test.code + "00"):
        note_return(f"X-Heard-Test: {code}\r\n\r\n".encode(), mailbox=mailbox, transport="lmtp")
    test.refresh_from_db()
    assert test.returned_at is None


def test_a_test_of_another_mailbox_is_not_found(admin, mailbox, support):
    from tests.factories import make_mailbox

    test = begin(admin, mailbox)
    other = make_mailbox(support, address="other@heard.example")
    assert admin.get(reverse("email:test", args=[other.pk, test.pk])).status_code == 404


def test_sealed_secrets_differ_each_time_and_open_again():
    assert seal("ä secret") != seal("ä secret")
    assert unseal(memoryview(seal("ä secret"))) == "ä secret"
    assert unseal(None) == ""
