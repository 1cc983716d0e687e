"""Reading a real Dovecot: by UID, never by the \\Seen flag; every message once, whatever breaks in between."""

import imaplib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from heard.channels.email import imap
from heard.channels.email.background import ImapWatchers, watch
from heard.channels.email.envelope import TOO_LARGE_MARK
from heard.channels.email.imap import ImapReading, ImapTrouble
from heard.channels.email.models import ImapFolder, Mailbox
from heard.channels.email.protocols import the_inbox, use_inbox
from heard.channels.email.secrets import seal
from heard.channels.email.services.intake import CannotKeep
from heard.events.models import Event
from heard.lib.time import now
from tests.factories import make_mail, make_mailbox
from tests.servers import Dovecot
from tests.servers.proxy import proxy
from tests.waiting import eventually

pytestmark = pytest.mark.django_db


class Shelf:
    """An inbox that keeps what it gets in memory, each content once, and can be full."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str, bool]] = []
        self.offered = 0
        self.trouble: Exception | None = None
        self.meanwhile: Callable[[], None] | None = None

    def receive(self, raw, *, mailbox, transport, transport_id, is_history=False):
        self.offered += 1
        if self.trouble is not None:
            raise self.trouble
        if raw not in [known for known, *_ in self.kept]:
            self.kept.append((raw, transport_id, is_history))
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()

    @property
    def subjects(self) -> list[str]:
        return [next(line[9:].decode() for line in raw.splitlines() if line.startswith(b"Subject: ")) for raw, *_ in self.kept]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    before, shelf = the_inbox(), Shelf()
    use_inbox(shelf)
    yield shelf
    use_inbox(before)


@pytest.fixture
def user() -> str:
    return f"u{uuid.uuid4().hex[:10]}"


@pytest.fixture
def watched(support, dovecot: Dovecot, user: str) -> Mailbox:
    return make_mailbox(support, **imap_settings(dovecot, user))


def imap_settings(dovecot: Dovecot, user: str, **changes: object) -> dict[str, object]:
    return {
        "address": f"{user}@heard.example", "imap_host": dovecot.host, "imap_port": dovecot.imap_port, "imap_encryption": "none",
        "imap_username": user, "imap_password_sealed": seal(dovecot.password), "live_since": now() - timedelta(days=1),
    } | changes  # fmt: skip


def put(dovecot: Dovecot, user: str, *subjects: str, text: str = "Hello") -> None:
    for subject in subjects:
        dovecot.deliver(make_mail(text, subject=subject), to=f"{user}@x")


def read(mailbox: Mailbox) -> int:
    with ImapReading(mailbox) as reading:
        return reading.read_new()


def flags(dovecot: Dovecot, user: str, folder: str = "INBOX") -> list[bytes]:
    client = dovecot.connect(user)
    client.select(folder, readonly=True)
    found = client.fetch("1:*", "(FLAGS)")[1]
    client.logout()
    return [one for one in found if one]


def test_every_message_is_taken_once_in_order_and_nothing_is_marked(watched, dovecot, user, shelf):
    put(dovecot, user, "one", "two", "three")
    assert read(watched) == 3
    assert shelf.subjects == ["one", "two", "three"]
    assert not any(b"Seen" in line for line in flags(dovecot, user))
    assert read(watched) == 0
    put(dovecot, user, "four")
    assert read(watched) == 1
    folder = ImapFolder.objects.get()
    assert (folder.name, folder.last_uid, shelf.offered) == ("INBOX", 4, 4)
    assert shelf.kept[3][1] == f"INBOX/{folder.uidvalidity}/4"


def test_what_somebody_read_or_answered_elsewhere_comes_as_well(watched, dovecot, user, shelf):
    put(dovecot, user, "read", "deleted meanwhile", "new")
    client = dovecot.connect(user)
    client.select("INBOX")
    client.store("1", "+FLAGS", "(\\Seen \\Answered)")
    client.store("2", "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()
    assert read(watched) == 2
    assert shelf.subjects == ["read", "new"]


def test_mail_from_before_the_chosen_day_is_history(watched, dovecot, user, shelf):
    client = dovecot.connect(user)
    client.append("INBOX", "", imaplib.Time2Internaldate(now() - timedelta(days=400)), make_mail(subject="old"))
    client.logout()
    put(dovecot, user, "new")
    read(watched)
    assert [(subject, kept[2]) for subject, kept in zip(shelf.subjects, shelf.kept, strict=True)] == [("old", True), ("new", False)]


def test_without_a_chosen_day_everything_before_the_mailbox_is_history(support, dovecot, user, shelf):
    put(dovecot, user, "there before")
    mailbox = make_mailbox(support, **imap_settings(dovecot, user, live_since=None))
    Mailbox.objects.filter(pk=mailbox.pk).update(created_at=now() + timedelta(seconds=5))
    read(Mailbox.objects.get())
    assert [kept[2] for kept in shelf.kept] == [True]


def test_a_folder_that_counts_anew_is_read_again_and_nothing_is_doubled(support, dovecot, user, shelf):
    mailbox = make_mailbox(support, **imap_settings(dovecot, user, imap_folder="Letters"))
    raws = [make_mail(subject=subject) for subject in ("one", "two", "three")]
    fill(dovecot, user, "Letters", raws[:2])
    read(mailbox)
    before = ImapFolder.objects.get().uidvalidity
    client = dovecot.connect(user)
    client.delete("Letters")  # made again, a folder gets another UIDVALIDITY and counts from 1
    client.logout()
    fill(dovecot, user, "Letters", raws)
    assert read(mailbox) == 3
    assert shelf.subjects == ["one", "two", "three"]
    folder = ImapFolder.objects.get()
    assert folder.uidvalidity != before
    assert folder.last_uid == 3


def fill(dovecot: Dovecot, user: str, folder: str, raws: list[bytes]) -> None:
    client = dovecot.connect(user)
    client.create(folder)
    for raw in raws:
        client.append(folder, "", imaplib.Time2Internaldate(now()), raw)
    client.logout()


def test_a_connection_cut_in_the_middle_loses_and_doubles_nothing(support, dovecot, user, shelf):
    put(dovecot, user, *[f"number {n}" for n in range(20)], text="x" * 5000)
    with proxy(dovecot.imap_port) as between:
        mailbox = make_mailbox(support, **imap_settings(dovecot, user, imap_port=between.port))
        between.cut_after = [3_000, 20_000, 60_000, 110_000]
        troubles: list[str] = []
        while len(troubles) < 10:
            try:
                read(mailbox)
                break
            except ImapTrouble as trouble:
                troubles.append(trouble.problem)
    assert len(troubles) == 4
    assert set(troubles) <= {"disconnected", "unreachable"}
    assert shelf.subjects == [f"number {n}" for n in range(20)]


def test_small_batches_move_the_place_forward_as_they_go(watched, dovecot, user, shelf, monkeypatch):
    monkeypatch.setattr(imap, "BATCH_BYTES", 4500)
    put(dovecot, user, "a", "b", "c", "d", text="x" * 1000)
    inbox_receive, places = shelf.receive, []

    def receive(raw, **more):
        places.append(ImapFolder.objects.get().last_uid)
        inbox_receive(raw, **more)

    shelf.receive = receive
    read(watched)
    assert places == [0, 0, 2, 2]


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), OperationalError("database is locked")])
def test_what_cannot_be_kept_stays_and_comes_later(watched, dovecot, user, shelf, trouble):
    put(dovecot, user, "one", "two")
    shelf.trouble = trouble
    with pytest.raises(CannotKeep):
        read(watched)
    assert ImapFolder.objects.get().last_uid == 0
    shelf.trouble = None
    assert read(watched) == 2


def test_flagging_what_we_have(support, dovecot, user, shelf):
    mailbox = make_mailbox(support, **imap_settings(dovecot, user, after_fetch="flag"))
    put(dovecot, user, "one")
    read(mailbox)
    [line] = flags(dovecot, user)
    assert b"\\Flagged" in line and b"\\Seen" not in line


def test_moving_what_we_have_to_a_folder_that_is_made(support, dovecot, user, shelf):
    mailbox = make_mailbox(support, **imap_settings(dovecot, user, after_fetch="move", move_to_folder="Heard"))
    client = dovecot.connect(user)
    client.append("INBOX", "", imaplib.Time2Internaldate(now() - timedelta(days=400)), make_mail(subject="history stays"))
    client.logout()
    put(dovecot, user, "one", "two")
    assert read(mailbox) == 3
    assert len(dovecot.messages(user)) == 1
    assert len(dovecot.messages(user, "Heard")) == 2
    put(dovecot, user, "three")
    assert read(mailbox) == 1
    assert len(dovecot.messages(user, "Heard")) == 3


def test_a_server_that_moves_nothing_still_gives_its_mail(support, dovecot, user, shelf):
    mailbox = make_mailbox(support, **imap_settings(dovecot, user, after_fetch="move", move_to_folder="a//b"))
    put(dovecot, user, "one")
    with ImapReading(mailbox) as reading:
        assert reading.read_new() == 1
        assert reading.move_fails
    assert ImapFolder.objects.get().last_uid == 1


def test_of_what_is_too_large_the_beginning_is_kept_and_named(watched, dovecot, user, shelf, monkeypatch):
    monkeypatch.setattr(imap, "MAX_MESSAGE_BYTES", 10_000)
    monkeypatch.setattr(imap, "CUT_BYTES", 1_000)
    put(dovecot, user, "small")
    put(dovecot, user, "large", text="word " * 5000)
    put(dovecot, user, "small again")
    assert read(watched) == 3
    large = shelf.kept[1][0]
    assert large.startswith(TOO_LARGE_MARK)
    assert 1_000 <= len(large) < 1_100
    from heard.channels.email.envelope import UnreadableEmail
    from heard.channels.email.parsing import parse

    with pytest.raises(UnreadableEmail, match="too_large"):
        parse(large)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"imap_password_sealed": b"from another installation"}, "wrong_key"),
        ({"imap_folder": "No such folder"}, "no_folder"),
        ({"imap_encryption": "starttls"}, "tls_failed"),
        ({"imap_encryption": "tls"}, "tls_failed"),
        ({"imap_port": 1}, "unreachable"),
        ({"imap_host": "no-such-host.invalid"}, "unreachable"),
    ],
)
def test_troubles_have_short_names(support, dovecot, user, shelf, changes, problem):
    with pytest.raises(ImapTrouble) as trouble:
        ImapReading(make_mailbox(support, **imap_settings(dovecot, user, **changes)))
    assert trouble.value.problem == problem


def test_a_wrong_password_is_named(support, dovecot, user, shelf):
    with pytest.raises(ImapTrouble, match="bad_login"):
        ImapReading(make_mailbox(support, **imap_settings(dovecot, user, imap_password_sealed=seal("wrong"))))


def test_changed_settings_end_one_watcher_and_begin_another(watched):
    [before] = ImapWatchers().names()
    watched.imap_folder = "Other"
    watched.save()
    [after] = ImapWatchers().names()
    assert before != after and before.startswith(f"imap:{watched.pk}:")
    watched.is_active = False
    watched.save()
    assert ImapWatchers().names() == []


@contextmanager
def watching(mailbox: Mailbox) -> Iterator[None]:
    """A watcher of the mailbox in a thread of its own, which has ended when the block ends."""
    stop = threading.Event()

    def run() -> None:
        watch(mailbox.pk, stop)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_watcher_notices_news_at_once_and_survives_lost_connections(support, dovecot, user, shelf):
    with proxy(dovecot.imap_port) as between, watching(make_mailbox(support, **imap_settings(dovecot, user, imap_port=between.port))):
        put(dovecot, user, "first")
        eventually(lambda: shelf.subjects == ["first"])
        put(dovecot, user, "second")
        eventually(lambda: shelf.subjects == ["first", "second"])
        between.cut_all()
        put(dovecot, user, "third")
        eventually(lambda: shelf.subjects == ["first", "second", "third"])
        assert between.connections == 2
        assert not Event.objects.filter(kind="mailbox.failed").exists(), "one lost connection is nobody's business"
        shelf.trouble = OSError(28, "No space left on device")
        put(dovecot, user, "fourth")
        eventually(lambda: Mailbox.objects.get().in_problem == "cannot_keep")
        shelf.trouble = None
        eventually(lambda: shelf.subjects[3:] == ["fourth"])
        eventually(lambda: Mailbox.objects.get().in_problem == "")
        kinds = Event.objects.filter(subject_kind="mailbox").order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["mailbox.failed", "mailbox.recovered"]


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_a_watcher_takes_in_is_not_left_for_later(support, dovecot, user, shelf):
    """The server tells it at the end of some other command, so waiting for news would wait in vain."""
    shelf.meanwhile = lambda: put(dovecot, user, "meanwhile")
    with watching(make_mailbox(support, **imap_settings(dovecot, user))):
        put(dovecot, user, "first")
        eventually(lambda: shelf.subjects == ["first", "meanwhile"], seconds=15)
