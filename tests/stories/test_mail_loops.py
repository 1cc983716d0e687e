"""Robots that answer everything: neither they nor we write to each other for ever."""

import email
import email.policy
from collections.abc import Iterator

import pytest

from heard.channels.email.models import Mailbox
from heard.channels.email.sending import Outcome, using_mailer
from heard.conversations.models import Message
from heard.promises.services.policies import ensure_defaults
from tests.factories import arrive, make_mail, make_mailbox

pytestmark = pytest.mark.django_db
CHECKED = "mx.heard.example; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"


class Post:
    """Takes what we send and lets somebody answer it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, raw, *, mailbox, sender, recipients):
        self.sent.append(raw)
        return Outcome(accepted=tuple(recipients), reply_code=250)


@pytest.fixture
def post() -> Iterator[Post]:
    with using_mailer(Post()) as post:
        yield post


@pytest.fixture
def polite(support) -> Mailbox:
    """A mailbox that acknowledges, behind a server whose checks it trusts."""
    ensure_defaults()
    return make_mailbox(support, address="support@heard.example", acknowledges=True, trusted_authserv_id="mx.heard.example")


def robot_answer(raw: bytes, *, threads: bool, **headers: str) -> bytes:
    """What a robot at ada@example.org writes back to `raw`."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if threads:
        headers["in_reply_to"] = mail["Message-ID"]
    return make_mail("I am a robot.", subject=f"Re: {mail['Subject']}", authentication_results=CHECKED, **headers)


@pytest.mark.parametrize("threads", [True, False], ids=["it threads", "it begins anew each time"])
@pytest.mark.parametrize("marked", [True, False], ids=["it says what it is", "it says nothing"])
def test_two_robots_never_exceed_the_cap(post, polite, threads, marked):
    headers = {"auto_submitted": "auto-replied"} if marked else {}
    arrive(make_mail("Hello", authentication_results=CHECKED), mailbox=polite)
    assert len(post.sent) == 1, "a person who proved who they are is told that it arrived"
    answered = 0
    for _ in range(30):
        if answered == len(post.sent):
            break
        answered += 1
        arrive(robot_answer(post.sent[-1], threads=threads, **headers), mailbox=polite)
    assert len(post.sent) <= (3 if not threads and not marked else 1)
    assert answered == len(post.sent), "the talk has ended by itself"


def test_our_acknowledgement_is_known_as_automatic_by_another_installation(post, polite, monkeypatch):
    from heard.channels.email.parsing import parse

    arrive(make_mail("Hello", authentication_results=CHECKED), mailbox=polite)
    assert parse(post.sent[0]).automatic == "auto_reply"


def test_our_own_mail_that_comes_back_is_put_aside(post, polite):
    arrive(make_mail("Hello", authentication_results=CHECKED), mailbox=polite)
    messages = Message.objects.count()
    inbound = arrive(b"Received: by a forwarder\r\n" + post.sent[0], mailbox=polite)
    assert (inbound.state, inbound.cause) == ("discarded", "own_loop")
    assert (Message.objects.count(), len(post.sent)) == (messages, 1)


def test_a_mail_bomb_through_our_address_hits_nobody(post, polite):
    """Somebody writes in the name of others, whose servers did not vouch for it."""
    for n in range(20):
        arrive(make_mail("Buy!", sender=f"victim{n}@example.net", authentication_results=CHECKED), mailbox=polite)
    assert post.sent == []


def test_mail_that_passed_through_nobody_we_trust_is_not_acknowledged(post, polite):
    forged = CHECKED.replace("mx.heard.example", "mx.elsewhere.example")
    arrive(make_mail("Hello", authentication_results=forged), mailbox=polite)
    assert post.sent == []
    assert Message.objects.count() == 1
