"""What is said can be found, by those who may read it, and by nobody once it is gone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from heard.accounts.services.audiences import audience_of
from heard.conversations.indexing.erasing import erase_from_index
from heard.conversations.indexing.following import follow, prepare
from heard.conversations.indexing.rebuilding import count_unfindable, rebuild, rebuild_search
from heard.conversations.models import Conversation, Message
from heard.conversations.services.assignment import move_to_team
from heard.conversations.services.messages import add_note
from heard.events.models import Event
from heard.lib.time import frozen_at, now
from heard.people.models import Identity
from heard.privacy.registry import ErasureScope
from heard.promises.services.policies import ensure_defaults
from heard.search.models import Document
from heard.search.selectors import find
from heard.search.services import empty_index
from heard.timeline.models import Interaction
from tests.factories import arrive, make_mail, make_mailbox, make_team, make_user, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def support():
    return make_team("Support")


@pytest.fixture
def sales():
    return make_team("Sales")


@pytest.fixture
def alice(support):
    return make_user("Alice", teams=(support,))


@pytest.fixture
def mailbox(support):
    ensure_defaults()
    return make_mailbox(support)


def found(query: str, team) -> set[tuple[str, int]]:
    return {(hit.kind, hit.object_id) for hit in find(query, audience_ids=[audience_of([team]).pk]).hits}


def test_a_mail_that_came_in_is_found_by_words_subject_number_name_address_and_file(mailbox, support, sales):
    raw = make_mail("It arrived with scratches.", to=mailbox.address, subject="A dented kettle", files={"photograph.bin": b"x"})
    arrive(raw, mailbox=mailbox)
    message, conversation, ada = (
        Message.objects.get(),
        Conversation.objects.get(),
        Identity.objects.get(identifiers__value="ada@example.org"),
    )
    said, thread, person = ("message", message.interaction_id), ("conversation", conversation.pk), ("person", ada.pk)
    assert found("scratch", support) == {said}
    assert found("dented kettles", support) == {said, thread}
    assert found("photograph", support) == {said}
    assert thread in found(f"#{conversation.pk}", support)
    assert person in found("lovelace", support) & found("ada@example.org", support) & found("example.org", support)
    assert found("kettle", sales) == found("lovelace", sales) == set()


def test_a_conversation_that_was_moved_is_found_by_its_new_team_alone(mailbox, support, sales, alice):
    arrive(mailbox=mailbox, subject="A dented kettle", text="scratches")
    move_to_team(Conversation.objects.get(), team=sales, by=alice)
    assert found("kettle", support) == set()  # at once; people follow with the event
    work_off()
    assert found("kettle", support) == found("lovelace", support) == set()
    assert {kind for kind, _ in found("kettle", sales)} == {"message", "conversation"}
    assert {kind for kind, _ in found("lovelace", sales)} == {"person"}


def test_a_note_is_found_as_a_note(mailbox, support, alice):
    arrive(mailbox=mailbox)
    add_note(Conversation.objects.get(), author=alice, body="Offer a voucher")
    work_off()
    assert {kind for kind, _ in found("voucher", support)} == {"note"}


def test_history_is_found_too(mailbox, support):
    arrive(mailbox=mailbox, text="an old scratch", is_history=True)
    assert {kind for kind, _ in found("scratch", support)} == {"message"}


def test_what_was_erased_while_its_words_were_worked_out_is_not_written(mailbox, support):
    arrive(mailbox=mailbox, text="scratches")
    empty_index()
    events = list(Event.objects.filter(kind="message.received"))
    ready = prepare(events)
    Interaction.objects.update(text="", erased_at=timezone.now())
    follow(events, ready)
    assert found("scratches", support) == set()


def test_an_erased_person_is_in_no_document_and_a_preview_changes_nothing(mailbox, support):
    arrive(mailbox=mailbox, subject="kettle", text="scratches")
    interaction, ada = Interaction.objects.get(), Identity.objects.get(identifiers__value="ada@example.org")

    def scope(*, is_preview: bool) -> ErasureScope:
        return ErasureScope([ada.pk], [], [interaction.pk], [], is_preview)

    assert erase_from_index(scope(is_preview=True)).rows == 2
    assert found("scratches", support) != set()
    Conversation.objects.update(subject="")
    assert erase_from_index(scope(is_preview=False)).rows == 2
    assert found("scratches", support) == found("kettle", support) == found("lovelace", support) == set()
    assert set(Document.objects.values_list("kind", flat=True)) <= {"conversation", "person"}  # the mailbox's own address may be known


def test_a_rebuilding_finds_everything_again_drops_what_is_gone_and_writes_nothing_twice(mailbox, support):
    for number in range(3):
        arrive(mailbox=mailbox, subject=f"kettle {number}", text=f"scratch {number}", sender=f"Ada {number} <ada{number}@example.org>")
    columns = ("kind", "object_id", "audience_id", "fingerprint")  # ids may differ: two of one place take turns
    before = set(Document.objects.values_list(*columns))
    empty_index()
    with frozen_at(now() + timedelta(hours=1)):
        assert count_unfindable() == 3
    done = list(rebuild())
    assert done[-1][0] == done[-1][1]
    assert set(Document.objects.values_list(*columns)) == before
    Interaction.objects.filter(text__startswith="scratch 0").update(text="", erased_at=timezone.now())
    list(rebuild())
    assert found("scratch", support) == found("scratch 1", support) | found("scratch 2", support) != set()
    assert found('"scratch 0"', support) == set()


def test_the_rebuilding_task_goes_on_by_itself_until_all_is_done(mailbox, support):
    arrive(mailbox=mailbox, text="scratches")
    empty_index()
    with transaction.atomic():
        rebuild_search.enqueue()
    work_off()
    assert {kind for kind, _ in found("scratches", support)} == {"message"}
