"""Alice asks the warehouse within Ada's conversation; the answer comes by mail or by the link, and stays between colleagues."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.test import Client

from heard.accounts.services.users import add_team
from heard.channels.email.sending import Outcome, using_mailer
from heard.conversations.asked import asks_of, waiting_inside
from heard.conversations.models import Ask, Conversation, SeenMessageId
from heard.conversations.services.answering import take_as_answer
from heard.conversations.services.asking import ask_inside, remind_due, withdraw_ask
from heard.conversations.services.deliveries import deliver
from heard.conversations.services.messages import reply_to_conversation
from heard.inbound.models import Inbound
from heard.lib.time import now
from heard.people.models import Identifier
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mail, work_off

pytestmark = pytest.mark.django_db
QUESTION = "Is the lot with screw locks still held?"


class Post:
    """The post office: it takes every mail, and remembers it."""

    def __init__(self):
        self.mails: list[tuple[EmailMessage, list[str]]] = []

    def send(self, raw, *, mailbox, sender, recipients):
        self.mails.append((message_from_bytes(raw, policy=policy.default), list(recipients)))
        return Outcome(accepted=tuple(recipients), reply_code=250)


@pytest.fixture
def post():
    with using_mailer(Post()) as office:
        yield office


@pytest.fixture
def warehouse(db):
    return add_team("Warehouse", is_department=True, email="warehouse@heard.example", by=None)


@pytest.fixture
def talk(arrive, mailbox) -> Conversation:
    ensure_defaults()
    arrive(make_mail("Where are my poles?", message_id="<one@example.org>"))
    return Conversation.objects.get()


@pytest.fixture
def ask(talk, alice, warehouse, post) -> Ask:
    asked = ask_inside(talk, by=alice, question=QUESTION, due_at=now() + timedelta(hours=4), team=warehouse, show_customer=True)
    work_off()
    return asked


def answering(post: Post, text: str, *, sender: str = "Karim <karim@heard.example>", **headers: str) -> bytes:
    question = post.mails[0][0]
    return make_mail(text, sender=sender, subject=f"Re: {question['Subject']}", in_reply_to=question["Message-ID"], **headers)


def words_of(conversation: Conversation) -> list[tuple[str, str]]:
    rows = conversation.messages.order_by("pk").values_list("interaction__direction", "interaction__text")
    return [(direction, text.strip()) for direction, text in rows]


def test_the_warehouse_is_asked_by_mail_and_its_answer_stays_inside(talk, ask, post, arrive, alice):
    mail, recipients = post.mails[0]
    assert recipients == ["warehouse@heard.example"]
    text = mail.get_body(("plain",)).get_content()
    assert QUESTION in text
    assert "Where are my poles?" not in text  # nothing of the conversation but what was asked
    assert mail["References"] is None
    assert [one.who for one in waiting_inside(talk)] == ["Warehouse"]

    inbound = arrive(answering(post, "Yes, until Monday.\n"))

    talk.refresh_from_db()
    assert words_of(talk) == [("in", "Where are my poles?"), ("internal", QUESTION), ("internal", "Yes, until Monday.")]
    assert (inbound.state, Conversation.objects.count()) == ("filed", 1)
    [asked] = asks_of(talk)
    assert asked.answered_at is not None
    assert [(answer.who, answer.via) for answer in asked.answers.all()] == [("Karim", "mail")]
    assert waiting_inside(talk) == []
    assert (talk.standing, talk.last_direction) == ("us", "in")  # the customer waits as before
    assert not Identifier.objects.filter(value="karim@heard.example").exists()  # a colleague is nobody's customer


def test_no_mail_to_the_customer_knows_of_it(talk, ask, post, arrive, alice):
    arrive(answering(post, "Yes, until Monday.", message_id="<inside@heard.example>"))
    reply = reply_to_conversation(talk, author=alice, body="They come on Monday.", to=["ada@example.org"])
    deliver(reply.pk)

    raw = post.mails[-1][0].as_string()
    assert "until Monday" not in raw
    assert "inside@heard.example" not in raw
    assert post.mails[0][0]["Message-ID"].strip("<>") not in raw
    assert QUESTION not in raw
    assert not SeenMessageId.objects.filter(message_id__startswith="a.").exists()


def test_a_colleague_s_own_answer_is_never_sent_on_as_our_word(talk, post, arrive, alice, bob, mailbox):
    """Bob's mail proves to be his: in a conversation it would count as our reply, but it answers a question."""
    mailbox.trusted_authserv_id = "mx.heard.example"
    mailbox.save()
    ask_inside(talk, by=alice, question="Do you know?", due_at=now() + timedelta(hours=4), user=bob)
    work_off()

    arrive(
        answering(post, "Only after Monday.", sender="Bob <bob@heard.example>",
                  authentication_results="mx.heard.example; dkim=pass header.d=heard.example")
    )  # fmt: skip

    talk.refresh_from_db()
    assert words_of(talk)[-1] == ("internal", "Only after Monday.")
    assert (talk.standing, talk.waiting_since is None) == ("us", False)
    [asked] = asks_of(talk)
    answer = asked.answers.get()
    assert (answer.user, answer.message.interaction.author) == (bob, bob)


def test_the_same_mail_by_two_mailboxes_is_one_answer(talk, ask, post, arrive, sales):
    from tests.factories import make_mailbox
    from tests.factories.arriving import arrive as arrive_anywhere

    raw = answering(post, "Yes.", message_id="<same@heard.example>")
    arrive(raw)
    again = arrive_anywhere(raw, mailbox=make_mailbox(sales))

    assert ask.answers.count() == 1
    assert (again.state, again.interaction_id) == ("filed", ask.answers.get().message.interaction_id)


def test_an_out_of_office_reply_is_kept_and_answers_nothing(talk, ask, post, arrive):
    for number in range(5):
        inbound = arrive(answering(post, f"I am away until {number}.", auto_submitted="auto-replied"))

    ask.refresh_from_db()
    assert ask.answered_at is None
    assert ask.answers.filter(is_automatic=True).count() == 3
    assert (inbound.state, inbound.cause) == ("discarded", "suppressed_automatic")
    assert [one.who for one in waiting_inside(talk)] == ["Warehouse"]


def test_what_a_mail_program_marked_as_automatic_can_be_the_answer_all_the_same(talk, ask, post, arrive, alice):
    arrive(answering(post, "Yes, until Monday.", x_auto_response_suppress="OOF"))
    answer = ask.answers.get()
    assert answer.is_automatic

    for _ in range(2):
        take_as_answer(answer, by=alice)

    ask.refresh_from_db()
    assert ask.answered_at == answer.at


def test_files_come_along_and_stay_inside(talk, ask, post, arrive):
    arrive(answering(post, "See the list.", files={"lot.csv": b"a,b"}))

    said = ask.answers.get().message.interaction
    assert [file.name for file in said.attachments.all()] == ["lot.csv"]


def test_a_colleague_who_was_once_in_copy_is_no_customer(talk, ask, post, arrive):
    arrive(make_mail("With Karim in copy.", in_reply_to="<one@example.org>", cc="karim@heard.example"))
    arrive(answering(post, "Until Monday."))

    assert words_of(talk)[-1] == ("internal", "Until Monday.")


def test_what_comes_after_a_withdrawal_is_kept_with_a_note(talk, ask, post, arrive, alice):
    withdraw_ask(ask, by=alice)
    work_off()
    assert [recipients for _, recipients in post.mails] == [["warehouse@heard.example"]] * 2  # the question, and that it is not needed

    arrive(answering(post, "Yes, until Monday."))

    ask.refresh_from_db()
    assert ask.answered_at is None
    assert ask.answers.get().came_after == "withdrawn"
    assert words_of(talk)[-1] == ("internal", "Yes, until Monday.")


def test_an_expired_question_still_takes_a_mail(talk, ask, post, arrive):
    Ask.objects.update(expires_at=now() - timedelta(days=1))

    arrive(answering(post, "Yes, until Monday."))

    assert ask.answers.get().came_after == "expired"
    ask.refresh_from_db()
    assert ask.answered_at is not None


def test_a_forged_token_opens_a_conversation_of_its_own(talk, ask, post, arrive):
    real = post.mails[0][0]["Message-ID"]
    forged = real.replace(real[10], "a" if real[10] != "a" else "b", 1)

    arrive(make_mail("Let me in.", sender="Mallory <m@evil.example>", in_reply_to=forged))

    assert ask.answers.count() == 0
    assert Conversation.objects.count() == 2
    assert len(words_of(talk)) == 2


def test_a_question_s_token_does_not_open_the_conversation_of_the_same_number(talk, ask, post):
    from heard.channels.email.tokens import read_ask_token, read_token
    from heard.lib.keys import key

    token = post.mails[0][0]["Message-ID"].split(".")[1]
    assert read_ask_token(token, key("mail")) == ask.pk
    assert read_token(token, key("mail")) is None


def test_a_customer_to_whom_it_was_forwarded_writes_as_a_customer(talk, ask, post, arrive):
    arrive(answering(post, "I was sent this.", sender="Ada Lovelace <ada@example.org>"))

    assert ask.answers.count() == 0
    assert words_of(talk)[-1] == ("in", "I was sent this.")


def test_a_question_that_cannot_arrive_is_marked(talk, ask, post, arrive):
    report = (
        "From: MAILER-DAEMON@heard.example\r\nTo: support@heard.example\r\nSubject: Undelivered\r\nMessage-ID: <b@heard.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; warehouse@heard.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {post.mails[0][0]['Message-ID']}\r\n\r\n--x--\r\n"
    )
    inbound = arrive(report.encode())

    assert (inbound.state, inbound.cause) == ("discarded", "bounce")
    assert ask.mails.get().state == "bounced"


def test_whoever_is_late_is_reminded_once(talk, ask, post):
    assert remind_due(now()) == 0
    later = now() + timedelta(hours=5)
    assert (remind_due(later), remind_due(later)) == (1, 0)
    work_off()

    question, reminder = (mail for mail, _ in post.mails)
    assert reminder["In-Reply-To"] == question["Message-ID"]
    assert reminder["Auto-Submitted"] == "auto-replied"


def test_an_answer_brings_back_what_was_set_aside(talk, ask, post, arrive, alice):
    from heard.conversations.services.snoozing import snooze_conversation

    snooze_conversation(talk, until=now() + timedelta(days=2), by=alice)
    arrive(answering(post, "Yes."))

    talk.refresh_from_db()
    assert talk.snoozed_until is None


def test_somebody_without_an_account_answers_by_the_link(talk, ask, post):
    link = next(line for line in post.mails[0][0].get_body(("plain",)).get_content().split() if "/asks/" in line)
    path = link[link.index("/asks/") :]
    client = Client(enforce_csrf_checks=True)
    page = client.get(path)
    assert QUESTION in page.text
    assert "Where are my poles?" not in page.text
    assert page["Referrer-Policy"] == "no-referrer"
    mark = page.context["csrf_token"]

    values = {
        "once": "0b4b4e5e-0000-4000-8000-000000000001",
        "text": "Yes, until Monday.",
        "name": "Karim",
        "csrfmiddlewaretoken": str(mark),
    }
    assert client.post(path, values).status_code == 303
    assert client.post(path, values).status_code == 303  # twice does no harm

    [answer] = ask.answers.all()
    assert (answer.who, answer.via, answer.message.interaction.direction) == ("Karim", "link", "internal")
    assert "until Monday" not in client.get(path).text  # whoever else has the link reads no answers


def test_whoever_answers_below_the_mail_does_not_pass_the_link_on(talk, ask, post, arrive):
    quoted = "\n".join(f"> {line}" for line in post.mails[0][0].get_body(("plain",)).get_content().splitlines())
    arrive(
        answering(post, f"Yes, until Monday.\n\nOn Mon, 2 Mar 2026 at 09:00, Alice at Support <support@heard.example> wrote:\n{quoted}\n")
    )

    said = ask.answers.get().message.interaction
    assert said.text.strip() == "Yes, until Monday."
    from heard.conversations.services.ask_links import link_token

    assert link_token(ask) not in said.text + said.quoted
    assert Inbound.objects.filter(interaction=said).exists()  # the original is kept as it came
