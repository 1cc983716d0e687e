"""Telling everybody who raised something what came of it: written, previewed, queued in small batches, each person once.

Killed at any moment, the task goes on where it stopped: a batch writes the messages, their deliveries and who was told in one transaction,
and begins by looking who was told already. A message that was handed over twice carries the same Message-ID.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.conversations.models import Message
from heard.conversations.services.telling import ToSay, say_to_many
from heard.events import record_event
from heard.improvements import tasks
from heard.improvements.models import COUNTING, Cause, Decision, Improvement, Telling, Told, ToldState
from heard.improvements.recipients import Recipient, plan_telling
from heard.improvements.services.proposing import refuse_unless_theirs
from heard.improvements.wording import greeting
from heard.lib.db import insert_rows, is_postgres, lock, read_by_keys, written_ahead
from heard.lib.errors import Refusal
from heard.lib.objects import new_row
from heard.lib.prepared import prepared_look_up
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identity, Purpose
from heard.people.selectors import identities_of
from heard.people.services.contact import leave_to_write, note_contacts

BATCH = {"sqlite": 120, "postgresql": 240}
"""People told in one transaction: on SQLite everybody else who writes waits for it, on PostgreSQL whoever writes to one of them."""
MANY = 1_000
MOST_TO_QUEUE_ONE = timedelta(milliseconds=3)
PAUSE_SECONDS = 0.006
"""Between two batches on SQLite, so that whoever waits to write comes in: a lock on a file keeps no queue, and they look every 3 ms."""
LONGEST = 4000
STALE = timedelta(days=1)


class NothingToTell(Refusal):
    """There are no words."""

    def __init__(self) -> None:
        super().__init__(_("Write what they will read, in one language at least."))


class DecidedSince(Refusal):
    """Something else was decided after the telling was written."""

    def __init__(self) -> None:
        super().__init__(_("Something else was decided since this was written. Write anew what you tell them."))


class PreviewIsOld(Refusal):
    """What was previewed is not what would go out."""

    def __init__(self) -> None:
        super().__init__(_("This preview is more than a day old. Look at it again before it goes out."))


class NobodyToTell(Refusal):
    """Everybody who can be reached was told."""

    def __init__(self) -> None:
        super().__init__(_("Nobody is left to tell whom we can reach."))


@transaction.atomic
def write_telling(
    improvement: Improvement, *, by: User, text_en: str = "", text_es: str = "", telling: Telling | None = None, once: UUID | None = None
) -> Telling:
    """Write, or write anew (`telling`, a draft), what those who raised `improvement` will read of its last decision. Nothing goes out yet.

    A second call with the same `once` answers the first draft. Raises NotYourImprovement and NothingToTell.
    """
    improvement = lock(improvement)
    refuse_unless_theirs(improvement, by)
    words = {"text_en": storable(text_en.strip(), LONGEST), "text_es": storable(text_es.strip(), LONGEST)}
    if not any(words.values()):
        raise NothingToTell
    if once is not None and (first := Telling.objects.filter(by=by, once=once).first()) is not None and telling is None:
        return first
    decision = Decision.objects.filter(improvement=improvement).latest("pk")
    if telling is None or telling.queued_at is not None:
        return Telling.objects.create(improvement=improvement, decision=decision, by=by, previewed_at=now(), once=once, **words)
    telling.text_en, telling.text_es, telling.decision, telling.previewed_at = words["text_en"], words["text_es"], decision, now()
    telling.save(update_fields=["text_en", "text_es", "decision", "previewed_at"])
    return telling


@transaction.atomic
def tell_everyone(telling: Telling, *, by: User) -> Telling:
    """Let it go out to everybody who raised it until it was previewed. Queueing is a task's work; asking twice changes nothing.

    Raises NotYourImprovement, DecidedSince, PreviewIsOld.
    """
    telling = lock(telling)
    refuse_unless_theirs(telling.improvement, by)
    if telling.queued_at is not None:
        return telling
    if Decision.objects.filter(improvement=telling.improvement_id).latest("pk").pk != telling.decision_id:
        raise DecidedSince
    moment = now()
    if moment - telling.previewed_at > STALE:
        raise PreviewIsOld
    telling.queued_at = moment
    telling.save(update_fields=["queued_at"])
    record_event("telling.queued", telling, actor=by, improvement_id=telling.improvement_id, decision_id=telling.decision_id)
    tasks.queue_soon(telling.pk)
    return telling


@transaction.atomic
def withdraw_telling(telling: Telling, *, by: User) -> int:
    """Stop a telling: whoever has no message yet gets none. Answers how many were waiting for their rest to be over."""
    telling = lock(telling)
    refuse_unless_theirs(telling.improvement, by)
    if telling.withdrawn_at is not None:
        return 0
    telling.withdrawn_at, telling.withdrawn_by = now(), by
    telling.save(update_fields=["withdrawn_at", "withdrawn_by"])
    waiting = Told.objects.filter(telling=telling, state=ToldState.HELD)
    number = waiting.update(state=ToldState.WITHDRAWN, cause=Cause.WITHDRAWN, held_until=None)
    record_event("telling.withdrawn", telling, actor=by, improvement_id=telling.improvement_id, people=number)
    return number


def queue_telling(telling_id: int) -> None:
    """The task's work: tell everybody who is not told yet, batch by batch; note who cannot be reached and who rests. Harmless when run twice.

    Comes back by itself when the first rest is over.
    """
    telling = Telling.objects.select_related("decision", "improvement", "by").filter(pk=telling_id).first()
    if telling is None or telling.queued_at is None or telling.withdrawn_at is not None:
        return
    people = plan_telling(telling.decision, until=telling.previewed_at).recipients
    # Many are queued first and sent then: both at once would take the time of answers, and three times as long.
    not_before = now() + len(people) * MOST_TO_QUEUE_ONE if len(people) > MANY else None
    batch = BATCH[connection.vendor]
    for start in range(0, len(people), batch):
        if not _tell_batch(telling, people[start : start + batch], not_before):
            return
        if not is_postgres():
            time.sleep(PAUSE_SECONDS)
    _finish(telling)


@transaction.atomic
def _tell_batch(telling: Telling, people: Sequence[Recipient], not_before: datetime | None) -> bool:
    """Tell these people, in one transaction. False when the telling was withdrawn meanwhile.

    Identities are held first and conversations after them (`say_to_many`), as an erasure does.
    """
    read_by_keys()
    if lock(telling).withdrawn_at is not None:
        return False
    lock(Decision(pk=telling.decision_id))  # two tellings of one decision take turns
    identities = _held({one.place.identity_id for one in people})
    noted = Noted.about(telling.decision_id, {identity.person_number for identity in identities.values()})
    fresh = _still_to_tell(people, identities, noted.told)
    moment = now()
    leaves = leave_to_write(list(fresh), purpose=Purpose.OUTCOMES, at=moment)
    for number, one in fresh.items():
        if one.state != ToldState.NO_WAY and not leaves[number].is_given:
            refused = leaves[number].is_refused
            one.state, one.cause = (ToldState.NO_WAY, Cause.REFUSED) if refused else (ToldState.HELD, "")
            one.held_until = leaves[number].until
        elif one.state == ToldState.HELD:
            one.state, one.held_until = ToldState.QUEUED, None
    _forget(pk for number in fresh for pk in noted.without_message.get(number, ()))
    # a mail of this decision that came back is noted already
    people = [one for one in fresh.values() if one.place.identity_id not in noted.with_message]
    _write(telling, people, identities, moment, not_before)
    return True


def _held(identity_ids: set[int]) -> dict[int, Identity]:
    """The identities, kept from being joined, parted or erased until the transaction ends. Whoever notes a mail of theirs is not kept waiting.

    Django knows no KEY SHARE; joining and erasing take FOR UPDATE, which waits for it, and a new time of theirs does not.
    """
    if is_postgres() and identity_ids:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM identities WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [sorted(identity_ids)])
    return {identity.pk: identity for identity in _identities(identity_ids)}


@prepared_look_up
def _identities(ids: Collection[int]) -> QuerySet[Identity]:
    return Identity.objects.filter(pk__in=ids)


def _still_to_tell(people: Sequence[Recipient], identities: dict[int, Identity], told: set[int]) -> dict[int, Recipient]:
    """By the person number of this moment, those whom nobody told since they were planned; of two who are one person now, the first."""
    fresh: dict[int, Recipient] = {}
    for one in people:
        identity = identities[one.place.identity_id]
        if identity.erased_at is not None and one.state != ToldState.NO_WAY:
            one.state, one.cause = ToldState.NO_WAY, Cause.ERASED
        if identity.person_number not in told:
            fresh.setdefault(identity.person_number, one)
    return fresh


@dataclass(slots=True)
class Noted:
    """What is noted of some people about one decision: who is told, rows without a message by person, and whose mail came back."""

    told: set[int] = field(default_factory=set)
    without_message: dict[int, list[int]] = field(default_factory=dict)
    with_message: set[int] = field(default_factory=set)

    @classmethod
    def about(cls, decision_id: int, person_numbers: Collection[int]) -> Noted:
        """What is noted through any identity of these persons. Two queries."""
        persons, noted = dict(identities_of(list(person_numbers))), cls()
        for pk, decision, identity_id, message_id, state in _rows_of(list(persons)):
            person = persons[identity_id]
            if decision != decision_id:
                continue
            if state in COUNTING:
                noted.told.add(person)
            if message_id is None:
                noted.without_message.setdefault(person, []).append(pk)
            else:
                noted.with_message.add(identity_id)
        return noted


@prepared_look_up
def _rows_of(identity_ids: list[int]) -> QuerySet[Told, tuple[int, int, int, int | None, str]]:
    """Of all decisions: asked for one, PostgreSQL goes through everybody who was told of it, while its statistics know of nobody."""
    return Told.objects.filter(identity__in=identity_ids).values_list("pk", "decision_id", "identity_id", "message_id", "state")


def _write(
    telling: Telling, people: list[Recipient], identities: dict[int, Identity], moment: datetime, not_before: datetime | None
) -> None:
    """Messages, who was told, and that they rest now."""
    ready = [one for one in people if one.state == ToldState.QUEUED]
    words = [_to_say(telling, one, identities[one.place.identity_id]) for one in ready]
    with written_ahead():
        messages = say_to_many(words, author=telling.by, not_before=not_before)
        insert_rows(_told_rows(telling, people, dict(zip((one.person_number for one in ready), messages, strict=True)), moment))
        note_contacts([one.place.identity_id for one in ready], purpose=Purpose.OUTCOMES, at=moment)


def _told_rows(telling: Telling, people: Iterable[Recipient], messages: dict[int, Message], moment: datetime) -> list[Told]:
    return [
        new_row(
            Told,
            telling=telling, decision_id=telling.decision_id, improvement_id=telling.improvement_id, identity_id=one.place.identity_id,
            signal_id=one.place.signal_id, conversation_id=one.conversation_id, message=messages.get(one.person_number), state=one.state,
            cause=one.cause, held_until=one.held_until, queued_at=moment if one.state == ToldState.QUEUED else None,
        )
        for one in people
    ]  # fmt: skip


def _forget(told_ids: Iterable[int]) -> None:
    """Take away what was noted of people before, without a message: it is noted anew."""
    if ids := list(told_ids):
        Told.objects.filter(pk__in=ids).delete()


def _to_say(telling: Telling, one: Recipient, identity: Identity) -> ToSay:
    text, language = telling.text_in(one.language)
    return ToSay(one.conversation_id or 0, identity, one.address, f"{greeting(identity.display_name, language)}\n\n{text}", language)


@transaction.atomic
def _finish(telling: Telling) -> None:
    """Everybody is queued, noted or resting. Those who rest are told when it is over."""
    telling = lock(telling)
    first = Told.objects.filter(telling=telling, state=ToldState.HELD).order_by("held_until").values_list("held_until", flat=True).first()
    if first is not None:
        tasks.queue_soon(telling.pk, at=first)
    if telling.finished_at is not None:
        return
    telling.finished_at = now()
    telling.save(update_fields=["finished_at"])
    rows = dict.fromkeys(ToldState.values, 0)
    rows |= dict(Told.objects.filter(telling=telling).values_list("state").annotate(Count("pk")))
    record_event(
        "telling.finished", telling, improvement_id=telling.improvement_id, told=rows["queued"] + rows["told"], held=rows["held"],
        unreachable=rows["no_way"],
    )  # fmt: skip
