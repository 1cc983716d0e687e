"""Two hundred people write, their words are marked, something is changed, and all of them are told: each once, where they said it."""

import re
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.test import Client

from heard.channels.email.sending import Outcome, using_mailer
from heard.conversations.models import Conversation, Message
from heard.events.consumers import ensure_consumers
from heard.improvements.loop_selectors import loop_figures, told_figures
from heard.improvements.models import Decision, Telling, Told
from heard.improvements.services.deciding import decide
from heard.improvements.services.proposing import propose_improvement
from heard.improvements.services.telling import tell_everyone, write_telling
from heard.inbound.services.receiving import Original, receive_many
from heard.insights.services.marking import NewSignal, mark_signals
from heard.people.models import Identity
from heard.people.services.decisions import decide_same
from heard.promises.services.policies import ensure_defaults
from heard.timeline.models import Interaction
from tests.factories import make_mail, make_user, work_off

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, BOUNCES, NOT_FOR_ME, SOLVED = 200, 3, 5, 131
WORDS = "The lower lock slips"


class Post:
    """Takes every mail and keeps it."""

    def __init__(self):
        self.mails = []

    def send(self, raw, *, mailbox, sender, recipients):
        self.mails.append((message_from_bytes(raw, policy=policy.default), recipients))
        return Outcome(accepted=tuple(recipients), reply_code=250)


@pytest.fixture
def dora(support):
    return make_user("Dora", role="lead", teams=(support,))


def write(mailbox):
    """200 mails of 199 people: one of them wrote from two addresses, which we learn later."""
    mails = [
        make_mail(
            f"{WORDS} on descent {number}.", sender=f"Walker <walker{number}@example.org>", subject=f"Poles {number}", to=mailbox.address
        )
        for number in range(PEOPLE)
    ]
    receive_many([Original(raw, f"story/{number}") for number, raw in enumerate(mails)], mailbox=mailbox, transport="test")
    work_off()


def report_of(mail, to):
    """What the other server sends back when there is no such address."""
    return (
        f"From: MAILER-DAEMON@example.org\r\nTo: {to}\r\nSubject: Undelivered\r\nMessage-ID: <{uuid4()}@example.org>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {mail['To'].addresses[0].addr_spec}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n\r\n--x--\r\n"
    ).encode()


def link_in(mail):
    return re.search(r"(/told/[\w-]+/)\s", mail.get_body(("plain",)).get_content())[1]


def test_two_hundred_people_are_told_once_and_say_whether_it_helped(mailbox, dora):
    ensure_defaults()
    ensure_consumers()
    write(mailbox)
    said = Interaction.objects.filter(direction="in").order_by("pk")
    signals = mark_signals([NewSignal(one, 0, len(WORDS), "problem") for one in said], by=dora)
    improvement = propose_improvement("A lock that holds when it is wet", by=dora, signals=signals)
    one, other = Identity.objects.filter(identifiers__value__in=["walker0@example.org", "walker1@example.org"]).order_by("pk")
    decide_same(one, other, by=dora)
    decision = decide(improvement, state="done", by=dora, public_reason="Every pair has a screw lock now.", is_public=True)

    with using_mailer(Post()) as post:
        telling = write_telling(improvement, by=dora, text_en="Every pair has a screw lock now.")
        tell_everyone(telling, by=dora)
        work_off(rounds=60)
        again = write_telling(improvement, by=dora, text_en="Every pair has a screw lock now.")
        tell_everyone(again, by=dora)
        work_off()
    told = PEOPLE - 1
    assert len(post.mails) == len({recipients[0] for _, recipients in post.mails}) == told
    assert all(link_in(mail) and WORDS in mail.get_body(("plain",)).get_content() for mail, _ in post.mails)
    assert not Conversation.objects.filter(waiting_since=None).exists(), "telling answers nobody"

    receive_many([Original(report_of(mail, mailbox.address), "") for mail, _ in post.mails[:BOUNCES]], mailbox=mailbox, transport="test")
    customer = Client()
    for mail, _ in post.mails[BOUNCES : BOUNCES + NOT_FOR_ME]:
        customer.post(f"{link_in(mail)}answer/", {"answer": "not_for_me"})
    for mail, _ in post.mails[BOUNCES + NOT_FOR_ME :][:SOLVED]:
        customer.post(f"{link_in(mail)}answer/", {"answer": "solved"})
    work_off()

    figures = told_figures(decision)
    assert (figures.raised, figures.told, figures.bounced) == (told, told - BOUNCES, BOUNCES)
    assert (figures.solved, figures.not_for_me, figures.unanswered) == (SOLVED, NOT_FOR_ME, told - BOUNCES - SOLVED - NOT_FOR_ME)
    assert (figures.queued, figures.untold, figures.since) == (0, BOUNCES, 0)
    loop = loop_figures()
    assert (loop.spoke, loop.of("told").people, loop.of("confirmed").people, loop.owed) == (told, told - BOUNCES, SOLVED, BOUNCES)
    assert Message.objects.filter(kind="telling").count() == Told.objects.exclude(message=None).count() == told
    assert Decision.objects.filter(improvement=improvement).count() == Telling.objects.count() == 2

    staff = Client()
    staff.force_login(dora)
    back = staff.get(f"/improvements/{improvement.pk}/told/?view=came-back").context["rows"]
    assert len(back) == BOUNCES
    assert staff.get(f"/improvements/{improvement.pk}/told/?view=not-for-me").context["view"] == "not-for-me"
