"""What goes wrong around us while mail comes in: disk, database, connection, clock, and our own mistakes. Nothing is lost or half-written."""

import os
import resource
import smtplib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from heard.channels.email import parsing
from heard.channels.email.lmtp import listen
from heard.channels.email.services.intake import CannotKeep, take_in
from heard.conversations.models import Conversation, Message, Snooze
from heard.conversations.services import arrivals
from heard.conversations.services.snoozing import snooze_conversation
from heard.events.models import Event
from heard.files.models import Blob
from heard.inbound.models import Inbound
from heard.inbound.selectors import ledger_totals
from heard.inbound.services import filing
from heard.inbound.services.importing import import_mail
from heard.inbound.services.receiving import Original, receive, receive_many
from heard.inbound.services.retrying import retry_everything, retry_quarantined
from heard.lib.time import frozen_at, now
from heard.promises.models import Promise
from heard.promises.services.policies import ensure_defaults
from heard.tasks.execution import run_due_tasks
from heard.tasks.models import Recurrence, Task
from heard.tasks.recurrence import enqueue_due, listed
from tests.factories import arriving, make_mail, work_off
from tests.factories.people import MONDAY_MORNING
from tests.servers.common import answers, free_port, is_root
from tests.servers.installation import HEARD, Installation
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's own disk and locks are its server's")
on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no connection that could be lost")
LARGE = "word " * 60_000
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def policy(db) -> None:
    ensure_defaults()


def nothing_is_kept() -> bool:
    return not (Inbound.objects.exists() or Blob.objects.exists() or Task.objects.exists() or ledger_totals()["difference"])


def is_filed_once() -> bool:
    """The one mail of a test, after everything is well again."""
    work_off()
    assert (Inbound.objects.get().state, Message.objects.count(), Conversation.objects.count()) == ("filed", 1, 1)
    assert ledger_totals()["difference"] == 0
    return True


# Disk


@contextmanager
def full_disk(folder: Path, *, kilobytes: int) -> Iterator[None]:
    """A file system of its own at `folder` that holds no more than so much; where none may be mounted, no file may grow beyond it."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if is_root() and subprocess.run(command, capture_output=True, check=False).returncode == 0:
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        return
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_full_disk_keeps_nothing_of_a_message(mailbox):
    mail = make_mail(LARGE, to=mailbox.address)
    files = settings.HOME / "files"
    with full_disk(files, kilobytes=64):
        before = files_in(files)
        with pytest.raises(OSError, match=r"No space left|File too large"):
            receive(mail, mailbox=mailbox, transport="test", transport_id="1")
        assert nothing_is_kept()
        assert files_in(files) == before

    receive(mail, mailbox=mailbox, transport="test", transport_id="1")
    assert is_filed_once()


def test_a_disk_that_fills_up_within_a_batch_keeps_nothing_of_the_batch(mailbox):
    originals = [Original(make_mail(f"{number} " * 10_000, to=mailbox.address), str(number)) for number in range(20)]
    files = settings.HOME / "files"
    with full_disk(files, kilobytes=64):
        before = files_in(files)
        with pytest.raises(OSError, match=r"No space left|File too large"):
            receive_many(originals, mailbox=mailbox, transport="import", is_history=True)
        assert nothing_is_kept()
        assert files_in(files) == before

    _, new = receive_many(originals, mailbox=mailbox, transport="import", is_history=True)
    work_off()
    assert (new, Inbound.objects.filter(state="filed").count()) == (20, 20)


@on_sqlite
def test_a_database_without_room_keeps_nothing_of_a_message(mailbox):
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
        try:
            with pytest.raises(DatabaseError, match="full"):
                receive_many_by_one(mailbox)
        finally:
            cursor.execute("PRAGMA max_page_count = 4294967294")
    kept = Inbound.objects.count()
    assert (Task.objects.count(), Blob.objects.count(), ledger_totals()["difference"]) == (kept, kept, 0)

    receive_many_by_one(mailbox)
    work_off()
    assert (Inbound.objects.filter(state="filed").count(), ledger_totals()["difference"]) == (100, 0)


def receive_many_by_one(mailbox) -> None:
    for number in range(100):
        mail = make_mail("Hello", to=mailbox.address, message_id=f"<{number}@example.org>")
        receive(mail, mailbox=mailbox, transport="test", transport_id="")


def test_a_pipe_on_a_full_disk_asks_for_another_try(mailbox):
    installation, mail = Installation.of_this_test(), make_mail(LARGE, to=mailbox.address)

    def pipe(blocks: str) -> subprocess.CompletedProcess[bytes]:
        command = ["sh", "-c", f'ulimit -f {blocks} && exec "$@"', "sh", HEARD, "mail", "receive", "--mailbox", mailbox.address]
        return subprocess.run(command, input=mail, capture_output=True, env=installation.environment, timeout=60, check=False)

    done = pipe("200")  # in half kilobytes: less than the message
    assert done.returncode == 75, done.stderr
    assert b"try again later" in done.stderr and b"Traceback" not in done.stderr
    assert nothing_is_kept()

    assert pipe("unlimited").returncode == 0
    assert is_filed_once()


# Database


@contextmanager
def locked_by_another() -> Iterator[None]:
    """Another process holds SQLite's write lock, without asking at the door where ours wait."""
    words = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", words, str(connection.settings_dict["NAME"])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        yield
        process.communicate(b"")


@pytest.fixture
def lmtp_port() -> Iterator[int]:
    port, stop = free_port(), threading.Event()
    thread = threading.Thread(target=listen, args=["127.0.0.1", port, stop])
    thread.start()
    eventually(lambda: answers(port))
    yield port
    stop.set()
    thread.join(30)


def hand_over(port: int, mail: bytes, recipient: str) -> int:
    """The listener's answer to a message."""
    with smtplib.LMTP("127.0.0.1", port) as client:
        try:
            return 250 if client.sendmail("ada@example.org", [recipient], mail) == {} else 0
        except smtplib.SMTPDataError as error:
            return error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients[recipient][0]


@on_sqlite
def test_a_database_locked_for_too_long_puts_off_and_loses_nothing(mailbox, lmtp_port, monkeypatch):
    mail = make_mail(to=mailbox.address)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.5)
    command = [HEARD, "mail", "receive", "--mailbox", mailbox.address]
    with locked_by_another():
        pipe = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=Installation.of_this_test().environment
        )
        assert hand_over(lmtp_port, mail, mailbox.address) == 452
        complaint = pipe.communicate(mail, timeout=90)[1]  # it waits as long as it does at its owner's: twenty seconds
        assert (pipe.returncode, b"try again later" in complaint) == (75, True), complaint
        assert nothing_is_kept()

    assert hand_over(lmtp_port, mail, mailbox.address) == 250
    assert is_filed_once()


def end_connections(*, of: int | None = None) -> None:
    """What an administrator, a restart or a firewall does to the connections of this test, or to the one of process `of`."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(f"{os.environ['HEARD_TESTS_POSTGRES']}/postgres", autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND (%s::int IS NULL OR pid = %s)", [name, of, of]
        )


@on_postgres
def test_a_connection_that_drops_while_a_message_is_filed_costs_another_try(mailbox, monkeypatch):
    receive(make_mail(to=mailbox.address), mailbox=mailbox, transport="test", transport_id="")
    original, drops = arrivals._write, iter([True])

    def drop(*args: object) -> None:
        original(*args)
        if next(drops, False):
            end_connections(of=connection.connection.info.backend_pid)

    monkeypatch.setattr(arrivals, "_write", drop)
    assert run_due_tasks() == 1

    task = Task.objects.get()
    assert (task.state, task.failures, Inbound.objects.get().state, Message.objects.count()) == ("queued", 1, "received", 0)
    with frozen_at(now() + timedelta(minutes=1)):
        assert is_filed_once()


@on_postgres
def test_a_connection_that_dropped_before_a_message_came_puts_it_off_once(mailbox):
    mail = make_mail(to=mailbox.address)
    assert nothing_is_kept()
    end_connections()
    with pytest.raises(CannotKeep):
        take_in(mail, mailbox=mailbox, transport="lmtp", transport_id="1")
    assert nothing_is_kept()

    take_in(mail, mailbox=mailbox, transport="lmtp", transport_id="1")
    assert is_filed_once()


# Clock


def look(moment: datetime) -> Counter[str]:
    """What the schedule and the worker do at `moment`: which recurring tasks came due, and all that follows."""
    with frozen_at(moment):
        enqueue_due(listed())
        due = Counter(Task.objects.filter(dedupe__startswith="recurring").values_list("name", flat=True))
        work_off()
    return due


def counts() -> Counter[str]:
    return Counter(Event.objects.filter(kind__in=["conversation.woken", "promise.broken"]).values_list("kind", flat=True))


def test_a_clock_that_jumps_a_day_loses_nothing_and_does_nothing_twice(mailbox, alice):
    tuesday_morning = MONDAY_MORNING + A_DAY
    with frozen_at(MONDAY_MORNING):
        for sender in ("ada@example.org", "ben@example.org"):
            arriving.arrive(make_mail(sender=sender, to=mailbox.address), mailbox=mailbox)
        waiting, set_aside = Conversation.objects.order_by("pk")
        snooze_conversation(set_aside, until=tuesday_morning, by=alice)
    assert look(MONDAY_MORNING) == {}
    assert set(look(MONDAY_MORNING + timedelta(seconds=30)).values()) == {1}
    assert counts() == {}

    due = look(tuesday_morning + timedelta(hours=1))  # forward: each task once, not once for every turn it missed
    assert set(due.values()) == {1} and len(due) == len({*due, *(one.name for one in listed())})
    assert counts() == {"conversation.woken": 1, "promise.broken": 2}
    assert list(Promise.objects.filter(broken_at=None)) == []
    assert look(tuesday_morning + timedelta(hours=1, seconds=1)) == {}

    back = MONDAY_MORNING + timedelta(hours=1)  # and back: what was done stays done
    assert look(back) == {}
    assert all(row.next_run_at <= back + A_DAY for row in Recurrence.objects.all()), "nobody waits for Tuesday to come round again"
    assert {"wake_snoozed", "break_promises"} <= {name.rpartition(".")[2] for name in look(back + timedelta(seconds=21))}
    assert counts() == {"conversation.woken": 1, "promise.broken": 2}
    waiting.refresh_from_db()
    assert waiting.due_at == Promise.objects.get(conversation=waiting).due_at

    with frozen_at(back):  # what begins now comes due as well
        arriving.arrive(make_mail(sender="cat@example.org", to=mailbox.address), mailbox=mailbox)
        snooze_conversation(waiting, until=back + timedelta(minutes=30), by=alice)
    look(back + timedelta(minutes=31))
    look(back + timedelta(hours=7))
    assert counts() == {"conversation.woken": 2, "promise.broken": 3}
    assert not Snooze.objects.filter(ended_at=None).exists()


# Our own mistakes


@pytest.fixture
def mistake(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[], None]]:
    """`mend = mistake(module, name, text_of)`: that function trips over an argument whose text says "poison", until it is mended."""

    def make(module: ModuleType, name: str, text_of: Callable[[Any], str]) -> Callable[[], None]:
        original = getattr(module, name)

        def trips(first: Any, *more: Any) -> Any:
            if "poison" in text_of(first):
                raise ZeroDivisionError("a bug of ours")
            return original(first, *more)

        monkeypatch.setattr(module, name, trips)
        return lambda: monkeypatch.setattr(module, name, original)

    return make


def three_letters(mailbox) -> list[Original]:
    words = ("Where is my kettle?", "This is poison.", "Where is my lamp?")
    return [Original(make_mail(text, sender=f"c{n}@example.org", to=mailbox.address), str(n)) for n, text in enumerate(words)]


def only_the_poison_is_in_quarantine() -> Inbound:
    poison = Inbound.objects.get(state="quarantined")
    assert (poison.cause, poison.detail, poison.interaction) == ("failed", "ZeroDivisionError", None)
    assert Counter(Inbound.objects.values_list("state", flat=True)) == {"filed": 2, "quarantined": 1}
    assert (Conversation.objects.count(), ledger_totals()["difference"]) == (2, 0)
    assert Event.objects.filter(kind="inbound.quarantined", subject_id=poison.pk).count() == 1
    return poison


def everything_is_filed(mailbox) -> bool:
    work_off()
    assert set(Inbound.objects.values_list("state", "cause", "detail")) == {("filed", "", "")}
    assert (Conversation.objects.count(), ledger_totals(mailbox)["difference"]) == (3, 0)
    return True


def test_a_message_our_parser_trips_over_waits_in_quarantine_for_the_mended_one(mailbox, root, mistake):
    mend = mistake(parsing, "_body_digest", str)
    receive_many(three_letters(mailbox), mailbox=mailbox, transport="test")
    work_off()
    poison = only_the_poison_is_in_quarantine()

    assert retry_quarantined([poison.pk], by=root) == 1
    work_off()
    tries = Event.objects.filter(kind="inbound.quarantined", subject_id=poison.pk)
    assert (tries.count(), Inbound.objects.get(pk=poison.pk).state) == (2, "quarantined")

    mend()
    assert retry_everything(by=root, cause="failed") == 1
    assert everything_is_filed(mailbox)
    assert Promise.objects.filter(state="open").count() == 3


@pytest.mark.parametrize(
    ("module", "name", "text_of"),
    [
        (arrivals, "_interaction", lambda filed: filed.arrival.mail.text),
        (filing, "_owe", lambda filed: " ".join(one.arrival.mail.text for one in filed)),
    ],
    ids=["before a conversation has it", "when a conversation has it already"],
)
def test_a_message_we_trip_over_while_filing_holds_back_no_other(mailbox, root, mistake, module, name, text_of):
    mend = mistake(module, name, text_of)
    receive_many(three_letters(mailbox), mailbox=mailbox, transport="test")
    work_off()
    only_the_poison_is_in_quarantine()

    mend()
    assert retry_everything(by=root) == 1
    assert everything_is_filed(mailbox)


def test_an_import_goes_on_past_a_message_we_trip_over(mailbox, root, mistake, tmp_path):
    mend = mistake(arrivals, "_interaction", lambda filed: filed.arrival.mail.text)
    file = tmp_path / "old.mbox"
    file.write_bytes(b"".join(b"From ada Mon Jan  5 09:00:00 2026\n" + one.raw + b"\n" for one in three_letters(mailbox)))

    assert import_mail([file], mailbox=mailbox).taken == 3
    only_the_poison_is_in_quarantine()

    mend()
    assert retry_everything(by=root) == 1
    assert everything_is_filed(mailbox)
