"""In the end: what is in the database against what happened outside."""

import itertools
from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet

from heard.accounts.selectors import readable_audience_ids
from heard.commands.doctor import import_module_checks
from heard.conversations.models import Conversation, ConversationLink, Delivery, Message, MessageKind
from heard.events.models import Consumer, Event, ParkedEvent
from heard.events.reactions import REGISTERED
from heard.events.seals import seal_now, verify_seals
from heard.inbound.models import Inbound
from heard.inbound.selectors import ledger, ledger_totals
from heard.lib.checks import REGISTERED as CHECKS
from heard.people.models import Identifier
from heard.promises.models import Promise
from heard.search.selectors import find
from heard.tasks.models import Task, WorkerBoot
from heard.timeline.models import Interaction, InteractionParty
from tests.kill.correspondence import word_of
from tests.kill.post_office import HandOver
from tests.kill.world import FIRST_REPLY_WORD, World


def in_hand() -> dict[str, object]:
    """What is not done yet, by name: originals, tasks, deliveries, events without a position, events not taken. Empty in the end."""
    found = {
        "originals": Inbound.objects.filter(state="received").count(),
        "tasks": dict(Counter(_work().values_list("name", "state", "failures", "error"))),
        "deliveries": Delivery.objects.filter(finished_at=None).count(),
        "without position": Event.objects.filter(position=None).count(),
        "not taken": {name: unread for name in REGISTERED if (unread := unread_by(name))},
    }
    return {name: what for name, what in found.items() if what}


def _work() -> "QuerySet[Task]":
    return Task.objects.exclude(dedupe__startswith="recurring ")


def unread_by(name: str) -> int:
    """How many events a consumer wants and has not taken."""
    reaction, consumer = REGISTERED[name], Consumer.objects.get(name=name)
    events = Event.objects.filter(position__gt=consumer.position)
    if reaction.kinds is not None:
        events = events.filter(kind__in=reaction.kinds)
    return events.count() if reaction.history else events.filter(is_history=False).count()


def every_original_is_filed_once(world: World) -> None:
    """One row for each letter and road, one interaction for each letter, and a ledger without a difference."""
    came = len(world.imported) + len(world.arrived)
    letters = world.letters.letters
    assert Counter(Inbound.objects.values_list("state", flat=True)) == {"filed": came}
    assert Inbound.objects.filter(is_copy=True).count() == came - len(letters)
    assert ledger_totals(world.mailbox)["difference"] == 0
    assert sum(line.received for line in ledger()) == came
    interactions = Interaction.objects.filter(direction="in")
    assert interactions.count() == len(letters)
    assert set(Inbound.objects.values_list("interaction", flat=True)) == set(interactions.values_list("pk", flat=True))
    rows = Message.objects.filter(interaction__direction="in").select_related("interaction")
    assert Counter(row.message_id for row in rows) == dict.fromkeys(letters, 1)
    assert all(letters[row.message_id].word in row.interaction.text for row in rows)


def every_sender_is_one_identity(world: World) -> None:
    """One identity for each address, and one sender for each interaction, the right one."""
    senders = {letter.sender for letter in world.letters.letters.values()}
    known = Identifier.objects.filter(value__startswith="customer-")
    assert Counter(known.values_list("value", flat=True)) == dict.fromkeys(senders, 1)
    parties = InteractionParty.objects.filter(role="from").values_list("interaction__message__message_id", "identity__identifiers__value")
    assert Counter(parties) == {(letter.message_id, letter.sender): 1 for letter in world.letters.letters.values()}


def threads_are_as_written(world: World) -> None:
    """One conversation for each thread, our answers in them, and nothing linked that should have been joined."""
    found: dict[int, set[int]] = {}
    for message_id, number in Message.objects.filter(interaction__direction="in").values_list("message_id", "conversation"):
        found.setdefault(world.letters.letters[message_id].thread, set()).add(number)
    assert {thread: len(numbers) for thread, numbers in found.items()} == dict.fromkeys(range(len(world.letters.threads)), 1)
    assert Conversation.objects.count() == len(world.letters.threads)
    assert not ConversationLink.objects.exists()
    placed = dict(Message.objects.values_list("pk", "conversation"))
    assert all(placed[reply.pk] == reply.conversation_id for reply in world.replies)


def every_reply_is_said_once(world: World) -> None:
    """However often the button was pressed. The mailbox says "it arrived" once in a conversation, for a proved new matter only."""
    out = Message.objects.filter(interaction__direction="out")
    assert set(out.filter(kind=MessageKind.MESSAGE).values_list("pk", flat=True)) == {reply.pk for reply in world.replies}
    first = Event.objects.filter(kind="message.received", is_history=False, data__is_new_conversation=True, data__authentication="pass")
    acknowledged = out.filter(kind=MessageKind.ACKNOWLEDGEMENT).values_list("conversation", flat=True)
    assert Counter(acknowledged) == Counter(event.data["conversation_id"] for event in first)


def every_act_has_its_event(world: World) -> None:
    """One event for each message that came, was said or was delivered; none was parked, and every consumer took all it wants."""
    for kind, rows in (
        ("message.received", Message.objects.filter(interaction__direction="in")),
        ("message.sent", Message.objects.filter(interaction__direction="out")),
        ("message.delivered", Message.objects.filter(interaction__direction="out")),
    ):
        assert Counter(Event.objects.filter(kind=kind).values_list("subject_id", flat=True)) == dict.fromkeys(
            rows.values_list("pk", flat=True), 1
        )
    assert not ParkedEvent.objects.exists()
    assert {name: unread_by(name) for name in REGISTERED} == dict.fromkeys(REGISTERED, 0)
    assert not Consumer.objects.exclude(failures=0).exists()


def every_promise_has_one_state(world: World) -> None:
    """Each reply kept one promise; whoever still waits is owed exactly one; each promise was made once and kept at most once."""
    promises = list(Promise.objects.all())
    for one in promises:
        assert (one.state == "kept") == (one.kept_at is not None) == (one.kept_in_id is not None), vars(one)
        assert one.state in ("open", "kept") and one.released_at is None, vars(one)
    assert Counter(one.kept_in_id for one in promises if one.state == "kept") == {reply.interaction_id: 1 for reply in world.replies}
    waiting = Conversation.objects.filter(waiting_since__isnull=False, is_history=False, state="open")
    owed = {one.conversation_id: one.due_at for one in promises if one.state == "open"}
    assert owed == dict(waiting.values_list("pk", "due_at"))
    assert not Conversation.objects.exclude(due_at=None).exclude(pk__in=owed).exists()
    events = Event.objects.filter(subject_kind="promise")
    made = Counter(events.filter(kind="promise.made").values_list("subject_id", flat=True))
    assert made == {one.pk: 1 for one in promises}
    kept = Counter(events.filter(kind="promise.kept").values_list("subject_id", flat=True))
    assert kept == {one.pk: 1 for one in promises if one.state == "kept"}


def the_log_is_sealed() -> None:
    """From the first event to the last, without a gap."""
    seal_now()
    verification = verify_seals()
    assert verification.is_sound, verification.problems
    assert verification.events == Event.objects.count()
    assert verification.absent == 0


def everything_is_found(world: World) -> None:
    """Each letter and reply by the one word that only it holds."""
    audiences = readable_audience_ids(world.alice)
    expected = {world.letters.letters[name].word: said for name, said in _said_by_letters()}
    expected |= {word_of(FIRST_REPLY_WORD + number): reply.interaction_id for number, reply in enumerate(world.replies)}
    found = {word: [hit.object_id for hit in find(word, audience_ids=audiences).hits if hit.kind == "message"] for word in expected}
    assert found == {word: [said] for word, said in expected.items()}


def _said_by_letters() -> Iterable[tuple[str, int]]:
    return Message.objects.filter(interaction__direction="in").values_list("message_id", "interaction")


def no_work_is_stuck() -> None:
    """No task waits, runs for the dead, or is dead; no dead worker is thought alive."""
    assert list(_work().values_list("name", "state", "error")) == []
    assert not Task.objects.exclude(state="queued").exists()
    assert not WorkerBoot.objects.exists()


def the_doctor_finds_nothing() -> None:
    """The checks of `heard doctor` on what mail touches."""
    import_module_checks()
    checked = ("filed originals", "inbound", "ledger", "promises", "reactions", "seals", "search", "search index", "tasks")
    assert [finding for name in checked for finding in CHECKS[name]() if finding.level == "problem"] == []


def sent_again(world: World, killed: set[int]) -> int:
    """Every message was handed over; answers how many a second time. The one cause: the worker that had done it was killed before it
    wrote that down. Fails for any other.
    """
    taken = world.office.by_message_id()
    deliveries = {one.message.message_id: one for one in Delivery.objects.select_related("message")}
    assert set(taken) == set(deliveries)
    again = 0
    for message_id, times in taken.items():
        delivery = deliveries[message_id]
        assert (delivery.state, delivery.attempts, delivery.refused) == ("sent", 1, []), vars(delivery)
        assert all(one.recipients == tuple(delivery.recipients) for one in times)
        assert delivery.finished_at > times[-1].at, "nothing leaves after it was written down"
        again += len(times) - 1
        _only_because_it_was_killed(times, killed)
    words = [word_of(FIRST_REPLY_WORD + number) for number in range(len(world.replies))]
    ids = {word: {one.message_id for one in world.office.handed_over if word in one.text} for word in words}
    assert {word: len(names) for word, names in ids.items() if len(names) != 1} == {}
    return again


def _only_because_it_was_killed(times: list[HandOver], killed: set[int]) -> None:
    for one, next_one in itertools.pairwise(times):
        assert one.worker in killed, f"{one} was not handed over by a worker that was killed"
        assert next_one.worker != one.worker, f"{next_one} came twice from one worker"
