"""What threading has to know for a batch of messages: loaded once, then kept up in memory as the batch is decided."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from heard.accounts.models import User
from heard.conversations.models import Conversation, Message, SeenMessageId
from heard.conversations.threading import Envelope, Filed, Index, Target
from heard.lib.db import is_postgres, require_atomic
from heard.lib.objects import new_row
from heard.lib.prepared import prepared_look_up
from heard.privacy.tombstones import keyed
from heard.timeline.models import Interaction, InteractionParty

LONGEST_ID = 255
MANY_NAMES = 200


def seen_key(message_id: str) -> str:
    """A Message-ID as it is stored: itself, or its beginning and a hash when it is absurdly long."""
    if len(message_id) <= LONGEST_ID:
        return message_id
    return message_id[:180] + "#" + hashlib.sha256(message_id.encode()).hexdigest()


def erased_key(stored: str) -> str:
    """What stands for an id (as `seen_key` gives it) whose mail was erased: a mail that refers to it finds its thread, nobody reads it."""
    return "#" + keyed("seen", stored)


class ThreadIndex:
    """The conversations, ids and participants that a batch may touch. New conversations have negative numbers until they are written."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._filed: dict[str, Filed] = {}
        self._filed_interactions: dict[str, int] = {}
        self._targets: dict[int, Target] = {}
        self._participants: dict[int, set[str]] = {}
        self._conversations: dict[int, Conversation] = {}
        self._fresh: dict[int, Conversation] = {}
        self._touched: dict[int, Conversation] = {}
        self._added_names: dict[str, int] = {}
        self._automatic: dict[int, list[datetime]] = {}
        self._colleagues: frozenset[str] = frozenset()
        self._numbers: dict[int, int] = {}

    @classmethod
    def load(cls, envelopes: Sequence[Envelope], colleagues: dict[str, User]) -> ThreadIndex:
        """Lock the ids these messages name and read what is known of them: six queries for any number."""
        require_atomic("A decision about threads")
        index = cls()
        index._colleagues = frozenset(colleagues)
        keys = {seen_key(name): name for envelope in envelopes for name in envelope.ids}
        lock_names(keys)
        names = keys | {erased_key(key): name for key, name in keys.items()}
        seen = {names[key]: number for key, number in _seen(list(names))}
        index._seen = {name: number for name, number in seen.items() if number is not None}
        # The id of every message that is here has been seen, so there is no need to look for the others.
        index._load_filed({key: name for key, name in keys.items() if name in seen}, {envelope.message_id for envelope in envelopes})
        index._seen |= {name: one.conversation for name, one in index._filed.items()}  # whoever named it first, it is where it was filed
        numbers = {*index._seen.values(), *(one.conversation for one in index._filed.values())}
        numbers.update(number for envelope in envelopes for number in envelope.tokens)
        index._load_targets(numbers)
        return index

    def as_index(self) -> Index:
        return Index(seen=self._seen, targets=self._targets, filed=self._filed, colleagues=self._colleagues)

    def conversation(self, number: int | None) -> Conversation | None:
        return self._conversations.get(number) if number is not None else None

    def number_of(self, number: int) -> int:
        """The id of a conversation that may have been new when it was named."""
        return self._conversations[number].pk

    def add(self, conversation: Conversation) -> Conversation:
        number = -1 - len(self._fresh)
        self._fresh[number] = self._conversations[number] = conversation
        self._numbers[id(conversation)] = number
        self._participants[number] = set()
        self._targets[number] = Target(participants=self._participants[number])
        return conversation

    def remember(self, envelope: Envelope, conversation: Conversation, *, is_participant: bool) -> None:
        """The ids and people of a message now belong to `conversation`."""
        number = self._number(conversation)
        for name in envelope.ids:
            if name not in self._seen:
                self._seen[name] = number
                self._added_names[name] = number
        if envelope.message_id and envelope.message_id not in self._filed:
            self._filed[envelope.message_id] = Filed(number, envelope.sender, envelope.body_digest)
            self._seen[envelope.message_id] = number
        if is_participant and envelope.sender:
            self._participants[number].add(envelope.sender)
        self._participants[number].update(envelope.recipients - self._colleagues)
        if envelope.automatic:
            self._automatic.setdefault(number, [])

    def touch(self, conversation: Conversation) -> None:
        self._touched[self._number(conversation)] = conversation

    def fresh(self) -> Iterable[Conversation]:
        return self._fresh.values()

    def changed(self) -> list[Conversation]:
        """Conversations that were there before and got a message."""
        return [conversation for number, conversation in self._touched.items() if number not in self._fresh]

    def new_seen(self) -> list[SeenMessageId]:
        return [
            new_row(SeenMessageId, message_id=seen_key(name), conversation=self._conversations[number])
            for name, number in sorted(self._added_names.items())
        ]

    def filed_interaction(self, envelope: Envelope) -> Interaction | None:
        number = self._filed_interactions.get(envelope.message_id)
        return Interaction.objects.filter(pk=number).first() if number else None

    def automatic_of(self, conversation: Conversation, *, since: datetime) -> int:
        """How many automatic messages came into a conversation within the hour before `since`. One query."""
        if conversation.pk is None:
            return 0
        return Message.objects.filter(
            conversation=conversation, interaction__direction="in", interaction__is_automatic=True,
            interaction__learned_at__gt=since - timedelta(hours=1),
        ).count()  # fmt: skip

    def _number(self, conversation: Conversation) -> int:
        return self._numbers.get(id(conversation)) or conversation.pk

    def _load_filed(self, ids: dict[str, str], own: Collection[str]) -> None:
        """The messages of these ids. Who sent them is asked only of those whose id a new message claims for itself (`own`)."""
        found = _with_ids(list(ids))
        parties = _senders_of([interaction for name, *_, interaction in found if ids[name] in own])
        senders = {interaction: address.lower() for interaction, kind, address in parties if kind == "email"}
        for name, number, digest, interaction in found:
            self._filed[ids[name]] = Filed(number, senders.get(interaction, ""), digest)
            self._filed_interactions[ids[name]] = interaction

    def _load_targets(self, numbers: set[int]) -> None:
        wanted = set(numbers)
        while wanted:
            rows = _locked(wanted)
            for row in rows:
                self._conversations[row.pk] = row
                self._participants[row.pk] = set()
                self._targets[row.pk] = Target(participants=self._participants[row.pk], joined_into=row.joined_into_id)
            wanted = {row.joined_into_id for row in rows if row.joined_into_id} - set(self._conversations)
        for number, kind, address in _taking_part(list(self._conversations)):
            if kind == "email":
                self._participants[number].add(address.lower())


@prepared_look_up
def _seen(names: list[str]) -> QuerySet[SeenMessageId, tuple[str, int | None]]:
    return SeenMessageId.objects.filter(message_id__in=names).values_list("message_id", "conversation_id")


@prepared_look_up
def _with_ids(names: list[str]) -> QuerySet[Message, tuple[str, int, str, int]]:
    """Newest first, so that of two under one id the first to come counts. Without the exclusion, SQLite would not use the partial index."""
    rows = Message.objects.filter(message_id__in=names).exclude(message_id="").order_by("-pk")
    return rows.values_list("message_id", "conversation_id", "body_digest", "interaction_id")


@prepared_look_up
def _senders_of(interactions: list[int]) -> QuerySet[InteractionParty, tuple[int, str, str]]:
    """With the kind of each identifier: a condition on it would have SQLite begin with all addresses there are."""
    rows = InteractionParty.objects.filter(interaction__in=interactions, role="from")
    return rows.values_list("interaction", "identity__identifiers__kind", "identity__identifiers__value")


@prepared_look_up
def _locked(numbers: Collection[int]) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(pk__in=numbers).select_related("audience", "last_interaction")
    rows = rows.defer("last_interaction__text", "last_interaction__quoted")
    return rows.select_for_update(of=("self",)).order_by("pk")


@prepared_look_up
def _taking_part(numbers: list[int]) -> QuerySet[Message, tuple[int, str, str]]:
    """Conversations with the identifiers of all who take part in them, and the kind of each; as `_senders_of`, without a condition on it."""
    rows = Message.objects.filter(conversation__in=numbers)
    identifiers = "interaction__parties__identity__identifiers__"
    return rows.values_list("conversation", f"{identifiers}kind", f"{identifiers}value").distinct()


def lock_names(names: Iterable[str]) -> None:
    """On PostgreSQL, let nobody else decide about these ids until the transaction ends; SQLite has one writer anyway.

    A mail and its answer filed at the same moment would not see each other otherwise. Many names at once take one lock for all.
    """
    if not is_postgres():
        return
    keys = sorted({int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True) for name in names})
    with connection.cursor() as cursor:
        if len(keys) > MANY_NAMES:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('heard thread'))")
            return
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('heard thread'))")
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
