"""The LMTP listener with a real client: each recipient has an answer, 250 means kept for good."""

import resource
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import OperationalError

from heard.channels.email import lmtp
from heard.channels.email.lmtp import listen
from heard.channels.email.models import Mailbox
from heard.channels.email.protocols import the_inbox, use_inbox
from heard.files import store
from heard.files.models import Blob
from heard.inbound.models import Inbound
from tests.factories import make_mail, make_mailbox
from tests.servers import free_port
from tests.servers.common import answers
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)
RAW = make_mail(subject="By LMTP")


@pytest.fixture
def port() -> Iterator[int]:
    number, stop = free_port(), threading.Event()
    thread = threading.Thread(target=listen, args=["127.0.0.1", number, stop])
    thread.start()
    eventually(lambda: answers(number))
    yield number
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


@contextmanager
def inbox_that_raises(error: Exception) -> Iterator[None]:
    class Broken:
        def receive(self, raw, **more):
            raise error

    before = the_inbox()
    use_inbox(Broken())
    try:
        yield
    finally:
        use_inbox(before)


def hand_over(port: int, raw: bytes, *recipients: str, sender: str = "ada@example.org") -> list[int]:
    """The server's codes for each recipient: of RCPT when it was refused there, else of the message."""
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo_or_helo_if_needed()
        assert client.mail(sender)[0] == 250
        codes = [client.rcpt(recipient)[0] for recipient in recipients]
        if 250 not in codes:
            return codes
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(raw.replace(b"\n", b"\r\n") + b"\r\n.\r\n")
        return [client.getreply()[0] if code == 250 else code for code in codes]


def test_a_message_is_kept_before_it_is_answered(port, mailbox):
    assert hand_over(port, RAW, mailbox.address) == [250]
    inbound = Inbound.objects.get()
    assert (inbound.mailbox, inbound.transport, inbound.is_history) == (mailbox, "lmtp", False)
    kept = store.read(inbound.blob)
    assert kept.startswith(b"Return-Path: <ada@example.org>\r\nDelivered-To: support@heard.example\r\n")
    assert b"Subject: By LMTP" in kept
    mailbox.refresh_from_db()
    assert mailbox.last_in_at is not None


def test_the_same_message_handed_over_again_is_kept_once(port, mailbox):
    assert hand_over(port, RAW, mailbox.address) == hand_over(port, RAW, mailbox.address) == [250]
    assert Inbound.objects.count() == 1


def test_addresses_lead_to_their_mailboxes(port, mailbox, support):
    mailbox.aliases = ["help@heard.example"]
    mailbox.save()
    other = make_mailbox(support, address="sales@heard.example")
    make_mailbox(support, address="closed@heard.example", is_active=False)
    wanted = ["SUPPORT@Heard.example", "help+abc@heard.example", "sales@heard.example", "nobody@heard.example", "closed@heard.example"]
    assert hand_over(port, RAW, *wanted) == [250, 250, 250, 550, 550]
    assert sorted(Inbound.objects.values_list("mailbox", flat=True)) == [mailbox.pk, other.pk], "two addresses of a mailbox are one message"


def test_an_address_with_a_token_is_written_into_what_is_kept(port, mailbox):
    hand_over(port, RAW, "support+abcdef@heard.example", sender="")
    kept = store.read(Blob.objects.get())
    assert kept.startswith(b"Return-Path: <>\r\nDelivered-To: support+abcdef@heard.example\r\n")


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), OperationalError("database is locked"), OperationalError("server closed the connection")],
)
def test_what_cannot_be_kept_now_is_put_off(port, mailbox, error):
    with inbox_that_raises(error):
        assert hand_over(port, RAW, mailbox.address, "support+x@heard.example") == [452, 452]
    assert hand_over(port, RAW, mailbox.address) == [250]


def test_our_own_mistake_is_temporary_too(port, mailbox):
    with inbox_that_raises(RuntimeError("a bug")):
        assert hand_over(port, RAW, mailbox.address) == [451]


def test_a_database_that_is_away_at_the_recipient_is_no_unknown_address(port, mailbox, monkeypatch):
    def away(address: str) -> Mailbox | None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(lmtp, "mailbox_for_address", away)
    assert hand_over(port, RAW, mailbox.address) == [452]


def test_a_full_disk_puts_off_and_leaves_nothing_half_written(port, mailbox):
    """No file may grow beyond 4 KB: writing the original fails as on a full disk (EFBIG is an OSError like ENOSPC)."""
    large = make_mail("word " * 20_000)
    before = {path for path in settings.HOME.rglob("*") if path.is_file()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    was = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        assert hand_over(port, large, mailbox.address) == [452]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, was)
    after = {path for path in settings.HOME.rglob("*") if path.is_file()}
    assert not {path for path in after - before if "files" in path.parts}
    assert (Blob.objects.count(), Inbound.objects.count()) == (0, 0)
    assert hand_over(port, large, mailbox.address) == [250]


def test_a_message_beyond_the_limit_is_refused_for_every_recipient(mailbox, monkeypatch):
    monkeypatch.setattr(lmtp, "MAX_MESSAGE_BYTES", 10_000)
    number, stop = free_port(), threading.Event()
    thread = threading.Thread(target=listen, args=["127.0.0.1", number, stop])
    thread.start()
    try:
        eventually(lambda: answers(number))
        assert hand_over(number, make_mail("word " * 5_000), mailbox.address, "support+x@heard.example") == [552, 552]
    finally:
        stop.set()
        thread.join(20)
    assert not Inbound.objects.exists()


def test_lines_longer_than_the_standard_allows_are_taken(port, mailbox):
    raw = b"From: ada@example.org\nSubject: long\n\n" + b"x" * 200_000 + b"\n"
    assert hand_over(port, raw, mailbox.address) == [250]
    assert b"x" * 200_000 in store.read(Blob.objects.get())


def test_a_sender_that_hangs_up_leaves_nothing_and_blocks_nobody(port, mailbox):
    client = smtplib.LMTP("127.0.0.1", port)
    client.ehlo_or_helo_if_needed()
    client.mail("ada@example.org")
    client.rcpt(mailbox.address)
    client.putcmd("data")
    client.getreply()
    client.send(b"From: ada@example.org\r\nSubject: half")
    client.close()
    assert hand_over(port, RAW, mailbox.address) == [250]
    assert Inbound.objects.count() == 1


def test_many_at_once_are_all_kept(port, mailbox):
    codes: list[int] = []
    raws = [make_mail(f"number {n}") for n in range(15)]
    threads = [threading.Thread(target=lambda raw=raw: codes.extend(hand_over(port, raw, mailbox.address))) for raw in raws]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [250] * 15
    assert Inbound.objects.count() == 15
