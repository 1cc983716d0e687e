"""A canary is erased: somebody whose every word, name and file can be searched for, in every table and every file of the installation."""

import base64
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from heard.accounts.models import Access
from heard.backup.restoring import restore_backup
from heard.conversations.models import Conversation, Delivery, Message
from heard.conversations.selectors import thread_of
from heard.conversations.services.drafts import keep_draft
from heard.conversations.services.messages import add_note, reply_to_conversation
from heard.events.models import Event
from heard.events.seals import seal_now, verify_seals
from heard.files import store
from heard.inbound.models import Inbound, LedgerDay
from heard.inbound.selectors import ledger_totals
from heard.inbound.services.importing import import_mail
from heard.inbound.services.receiving import receive
from heard.lib.db import is_postgres
from heard.matching.services.reviewing import answer
from heard.people.models import Identifier, Identity, Organisation
from heard.people.services.facts import correct_name
from heard.privacy import registry
from heard.privacy.compaction import compact
from heard.privacy.models import Erasure
from heard.privacy.services import NothingToErase, erase_person, preview_erasure, replay_tombstones
from heard.privacy.tombstones import log_file
from heard.promises.models import Promise
from heard.promises.services.policies import ensure_defaults
from heard.timeline.models import Attachment, Interaction
from heard.timeline.services.recording import NewFile
from tests.factories import arrive, make_mail, make_mailbox, work_off
from tests.factories.people import MONDAY_MORNING
from tests.servers.installation import Installation

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "xqzwvk"
NAME = "Xqzwvkanna Xqzwvkorlov"
ADDRESS = "xqzwvkanna@xqzwvkdomain.example"
WORK = "xqzwvkwork@xqzwvkdomain.example"
GRACE = "Grace Hopper <grace@example.com>"
SAID = "My xqzwvkbody kettle leaks on the left side of the spout since Tuesday."
PICTURE = b"\x89PNG a drawing of Grace's own"


# --- what is looked for, and where -----------------------------------------------------------------------------------------------------


def forms() -> list[bytes]:
    """The canary as it may stand in a file: plain, in UTF-16, and inside BASE64 at each of the three places it may begin."""
    found = [CANARY.encode(), CANARY.encode("utf-16-le")]
    for spelling in (CANARY, CANARY.capitalize(), CANARY.upper()):
        for before in range(3):
            encoded = base64.b64encode(b"\0" * before + spelling.encode())
            found.append(encoded[(0, 2, 3)[before] : len(encoded) - 4 if encoded.endswith(b"=") else None].lower())
    return [one for one in found if len(one) >= 4]


def files_of_installation() -> Iterator[Path]:
    """Every file below HOME; on PostgreSQL the files of the database too, as far as they can be read."""
    yield from (path for path in Path(settings.HOME).rglob("*") if path.is_file())
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()")
            folder, oid = cursor.fetchone()
        yield from (path for path in Path(folder, "base", str(oid)).glob("*") if path.is_file())


def places_of_canary() -> set[str]:
    """Where the canary still is: files, and tables read row by row as a dump would."""
    wanted, found = forms(), set()
    for path in files_of_installation():
        raw = path.read_bytes().lower()
        if CANARY in path.name.lower() or any(form in raw for form in wanted):
            found.add(str(path))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                raw = "\n".join(bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value) for value in row)
                if any(form.decode("latin-1") in raw.lower() for form in wanted):
                    found.add(f"table {table}")
    return found


# --- the canary's life -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def empty_home(transactional_db):
    """Files of the tests before this one are not this one's."""
    for name in ("files", "outbox"):
        shutil.rmtree(Path(settings.HOME) / name, ignore_errors=True)
    log_file().unlink(missing_ok=True)


@pytest.fixture
def life(mailbox, alice, tmp_path, settings, empty_home):
    """The canary wrote, was answered, copied others, was quoted, noted, looked at, came back and was imported."""
    settings.MAIL_OUTBOX = True
    ensure_defaults()
    first = make_mail(
        SAID, sender=f"{NAME} <{ADDRESS}>", subject="xqzwvksubject of mine", message_id="<one@xqzwvkdomain.example>", cc=GRACE,
        html=f"<p>{SAID} <b>xqzwvkhtml</b></p>", files={"xqzwvkfile.txt": b"xqzwvkcontent " * 40},
    )  # fmt: skip
    arrive(first, mailbox=mailbox)
    shared = Conversation.objects.get()
    reply_to_conversation(shared, author=alice, body="Dear Xqzwvkanna, about xqzwvkours.", to=[ADDRESS], once=uuid.uuid4())
    reply_to_conversation(
        shared, author=alice, body=f"Dear both, {NAME} is right about the spout.", to=[ADDRESS, "grace@example.com"], once=uuid.uuid4()
    )
    add_note(
        shared,
        author=alice,
        body="xqzwvknote: she called twice",
        files=[NewFile(store.put(b"xqzwvkupload"), "xqzwvkupload.txt", "text/plain", 12)],
    )
    work_off()
    arrive(
        make_mail(
            f"I agree with Xqzwvkanna Xqzwvkorlov ({ADDRESS}).\nMine leaks too.\n\nOn Monday {NAME} wrote:\n> {SAID}\n",
            sender=GRACE, subject="Re: xqzwvksubject of mine", in_reply_to="<one@xqzwvkdomain.example>", cc=ADDRESS,
            html=f"<p>Mine leaks too.</p><blockquote>{SAID}</blockquote>", files={"drawing.png": PICTURE, "xqzwvkforward.txt": SAID.encode()},
        ),
        mailbox=mailbox,
    )  # fmt: skip
    keep_draft(shared, author=alice, text="xqzwvkdraft", is_note=False)
    own = arrive(
        make_mail("xqzwvksecond matter", sender=f"X. Xqzwvkother <{ADDRESS}>", subject="xqzwvkagain"), mailbox=mailbox
    ).interaction.message.conversation
    Promise.objects.create(
        conversation=own,
        kind="by_hand",
        text="xqzwvkpromise",
        made_at=MONDAY_MORNING,
        first_due_at=MONDAY_MORNING,
        due_at=MONDAY_MORNING,
        made_by=alice,
    )
    arrive(make_mail("xqzwvkwork words", sender=f"{NAME} <{WORK}>"), mailbox=mailbox)
    stray = store.put(make_mail("xqzwvkstray", sender=f"{NAME} <{ADDRESS}>"))
    Inbound.objects.create(
        mailbox=mailbox, blob=stray, digest=stray.digest, transport="test", transport_id="1", received_at=MONDAY_MORNING, day=MONDAY_MORNING.date(),
        state="discarded", cause="suppressed_automatic",
    )  # fmt: skip
    LedgerDay.objects.create(mailbox=mailbox, day=MONDAY_MORNING.date(), received=1)
    archive = tmp_path / "xqzwvkarchive.eml"
    archive.write_bytes(make_mail("xqzwvkyears ago", sender=f"{NAME} <{ADDRESS}>"))
    import_mail([archive], mailbox=mailbox)
    arrive(make_mail("Nothing to do with it.", sender="Ada Lovelace <ada@example.org>", subject="My poles"), mailbox=mailbox)
    canary, work = (Identifier.objects.get(value=value).identity for value in (ADDRESS, WORK))
    answer(canary, work, verdict="same", by=alice, reason="xqzwvkreason")
    correct_name(work, name="Xqzwvkanna O.", by=alice)
    Access.objects.create(user=alice, identity_id=canary.pk, page="person", at=MONDAY_MORNING)
    work_off()
    return first


def ids() -> list[int]:
    person = Identifier.objects.get(value=ADDRESS).identity.person_number
    return list(Identity.objects.filter(person_number=person).values_list("pk", flat=True))


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Conversation, Interaction, Message, Inbound, Identity, Delivery, Promise)}


def line(erasure: Erasure, store_name: str) -> int:
    return next(one["rows"] for one in erasure.outcomes if one["store"] == store_name)


# --- the stories -----------------------------------------------------------------------------------------------------------------------


def test_nothing_of_an_erased_person_is_left_in_any_table_or_file(life, mailbox, dora, alice):
    assert places_of_canary(), "the search finds nothing, so it would prove nothing"
    before, totals = counts(), ledger_totals()
    seal_now()

    erasure = erase_person(ids(), by=dora)

    work_off()
    assert places_of_canary() == set()
    assert erasure.finished_at is not None
    assert counts() == before
    assert ledger_totals()["difference"] == 0
    assert ledger_totals()["erased"] > totals["erased"]
    seal_now()
    assert verify_seals().is_sound
    assert Event.objects.get(kind="erasure.done").actor_id == dora.pk
    assert Access.objects.get().identity_id is None
    assert not Organisation.objects.filter(domain__contains="domain").exists()


def test_what_others_said_stays_theirs_without_the_person_in_it(life, mailbox, dora, alice):
    erase_person(ids(), by=dora)

    said = Interaction.objects.filter(text__contains="Mine leaks too").get()
    assert said.erased_at is None
    assert (said.quoted, said.message.html, said.message.subject) == ("", "", "")
    assert "[erased]" in said.text
    drawing = Attachment.objects.get(interaction=said)
    assert (drawing.name, drawing.part, store.read(drawing.blob)) == ("drawing.png", None, PICTURE)
    ours = Interaction.objects.filter(text__startswith="Dear both").get()
    assert ours.text == "Dear both, [erased] is right about the spout."
    assert Delivery.objects.get(message__interaction=ours).recipients == ["grace@example.com"]
    grace = Identifier.objects.get(value="grace@example.com").identity
    assert grace.display_name == "Grace Hopper"
    ada = Interaction.objects.get(text__startswith="Nothing to do")
    assert ada.originals.get().blob is not None


def test_the_thread_stays_whole_and_is_closed_where_nobody_else_is(life, mailbox, dora, alice):
    erase_person(ids(), by=dora)
    work_off()

    shared = Message.objects.get(interaction__text__startswith="Dear both").conversation
    assert (shared.subject, shared.state) == ("", "open")
    assert len(thread_of(shared)[0]) == 5
    for conversation in Conversation.objects.exclude(pk=shared.pk).exclude(subject="My poles"):
        assert (conversation.subject, conversation.state, conversation.waiting_since, conversation.due_at) == ("", "closed", None, None)
    assert set(Promise.objects.filter(conversation__subject="").values_list("state", flat=True)) <= {"released", "kept", "open"}
    assert not Promise.objects.filter(kind="by_hand", state="open").exists()


def test_an_answer_to_an_erased_mail_still_finds_its_thread(life, mailbox, dora):
    erase_person(ids(), by=dora)
    shared = Message.objects.get(interaction__text__startswith="Dear both").conversation

    late = arrive(make_mail("Any news?", sender=GRACE, in_reply_to="<one@xqzwvkdomain.example>"), mailbox=mailbox)

    assert late.interaction.message.conversation == shared


def test_the_same_mail_is_refused_whatever_road_it_comes_by(life, mailbox, dora, sales, tmp_path):
    erase_person(ids(), by=dora)
    before = counts()

    again = receive(life, mailbox=mailbox, transport="imap", transport_id="INBOX/8/1")
    elsewhere = arrive(life, mailbox=make_mailbox(sales))
    relayed = arrive(b"Received: from elsewhere\r\n" + life, mailbox=mailbox)
    archive = tmp_path / "all.mbox"
    archive.write_bytes(b"From x\n" + life + b"\n\nFrom x\n" + make_mail("xqzwvknever seen", sender=f"{NAME} <{ADDRESS}>") + b"\n")
    import_mail([archive], mailbox=mailbox)
    work_off()

    assert again.state == "erased"
    assert {(one.state, one.cause, one.blob_id) for one in (elsewhere, relayed)} == {("erased", "erased_before", None)}
    assert counts() == before | {"Inbound": before["Inbound"] + 4}
    assert ledger_totals()["difference"] == 0
    archive.unlink()
    compact(["inbounds", "blobs"])
    assert places_of_canary() == set()


def test_an_old_archive_makes_nobody_known_again(life, mailbox, dora, tmp_path):
    erase_person(ids(), by=dora)
    archive = tmp_path / "grace.eml"
    archive.write_bytes(make_mail("To both of you.", sender=GRACE, cc=f"{NAME} <{ADDRESS}>"))

    import_mail([archive], mailbox=mailbox)
    work_off()

    said = Interaction.objects.get(text__startswith="To both of you")
    assert [party.identity.display_name for party in said.parties.all()] == ["Grace Hopper"]
    assert not Identifier.objects.filter(value=ADDRESS).exists()


def test_what_comes_in_while_files_are_read_goes_too(life, mailbox, dora, monkeypatch):
    prepare = registry._stores["inbound"].prepare
    came = []

    def slowly(scope):
        prepare(scope)
        if not came:
            came.append(arrive(make_mail("xqzwvkmeanwhile", sender=f"{NAME} <{ADDRESS}>"), mailbox=mailbox))

    monkeypatch.setitem(registry._stores, "inbound", replace(registry._stores["inbound"], prepare=slowly))

    erase_person(ids(), by=dora)

    work_off()
    came[0].refresh_from_db()
    assert came[0].state == "erased"
    assert places_of_canary() == set()


def test_a_mail_in_hand_and_one_in_quarantine_go_too(life, mailbox, dora):
    in_hand = receive(make_mail("xqzwvkinhand", sender=f"{NAME} <{ADDRESS}>"), mailbox=mailbox, transport="test", transport_id="2")
    quarantined = receive(make_mail("xqzwvkquarantine", sender=f"{NAME} <{ADDRESS}>"), mailbox=mailbox, transport="test", transport_id="3")
    of_another = receive(make_mail("of another", sender=GRACE, cc=ADDRESS), mailbox=mailbox, transport="test", transport_id="4")
    Inbound.objects.filter(pk__in=[quarantined.pk, of_another.pk]).update(state="quarantined", cause="failed")

    erasure = erase_person(ids(), by=dora)

    work_off()
    assert set(Inbound.objects.filter(pk__in=[in_hand.pk, quarantined.pk]).values_list("state", "blob")) == {("erased", None)}
    assert Inbound.objects.get(pk=of_another.pk).blob is not None
    assert next(one["stays"] for one in erasure.outcomes if one["store"] == "quarantine") == 1


def test_somebody_who_was_erased_may_write_again(life, mailbox, dora):
    erase_person(ids(), by=dora)

    back = arrive(make_mail("Hello, it is me again.", sender=f"{NAME} <{ADDRESS}>"), mailbox=mailbox)

    assert back.state == "filed"
    assert Identifier.objects.get(value=ADDRESS).identity.erased_at is None
    assert replay_tombstones() == 0


def test_a_restored_backup_brings_nothing_back(life, mailbox, dora, tmp_path):
    Installation.of_this_test().command("backup", str(tmp_path / "before.tar"))
    erase_person(ids(), by=dora)
    after = counts()
    assert log_file().stat().st_size > 0
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(Path(settings.HOME) / "files")

    restored = restore_backup(tmp_path / "before.tar")

    assert restored.erased_again > 0
    work_off()
    assert places_of_canary() == set()
    assert counts() == after
    assert ledger_totals()["difference"] == 0
    assert Erasure.objects.get().is_replay
    assert replay_tombstones() == 0


def test_a_preview_counts_and_changes_nothing(life, mailbox, dora):
    before = {model: list(model.objects.order_by("pk").values()) for model in (Interaction, Message, Identity, Inbound)}

    outcomes = {one.store: one.rows for one in preview_erasure(ids())}

    assert outcomes["interactions"] == 6
    assert outcomes["shared"] == 2
    assert (outcomes["identities"], outcomes["identifiers"], outcomes["drafts"]) == (2, 2, 1)
    assert {model: list(model.objects.order_by("pk").values()) for model in before} == before


def test_erasing_twice_is_refused_and_one_address_may_be_erased_alone(life, mailbox, dora):
    work = Identifier.objects.get(value=WORK).identity

    erase_person([work.pk], by=dora)

    assert Identifier.objects.filter(value=ADDRESS).exists()
    with pytest.raises(NothingToErase):
        erase_person([work.pk], by=dora)


def test_what_a_crash_left_undone_is_done_by_the_next_task(life, mailbox, dora, monkeypatch):
    from heard.privacy import services

    monkeypatch.setattr(services, "finish_erasure", lambda *args, **kwargs: False)
    erasure = erase_person(ids(), by=dora)
    monkeypatch.undo()
    assert erasure.finished_at is None
    assert places_of_canary()
    Erasure.objects.update(started_at=erasure.started_at - timedelta(hours=1))

    assert services.finish_erasures() == 1

    work_off()
    assert places_of_canary() == set()
