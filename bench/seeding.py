"""A company with years of mail, made in minutes: `python -m bench.seeding CONVERSATIONS` inside a new installation.

Four messages a conversation, 12 teams, 20 audiences, 40 colleagues; what the screens read is all there, with texts as long as real ones.
Not made, because no measured screen reads them: originals, events, tasks. The search index is written past the service that keeps it,
and a sample is indexed again through that service in the end: it must come out the same.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.visitors import session_of

MESSAGES = 4
YEARS = 3
TEAMS = 12
CUSTOMERS = {10_000: 2_000, 500_000: 200_000}
RARE_WORDS, EACH_IN = 300, 6
PARAGRAPHS = 20_000
DAY = 86_400
STANDINGS = ("us", "customer", "snoozed")
OPEN = 0.11  # of all conversations, the newest: these still go on
DIRECTIONS = {"us": "ioii", "customer": "ioio", "snoozed": "ioio", "closed": "ioio"}


@dataclass(slots=True)
class Staff:
    """Who works here. `actors` are the colleagues who look at the screens: one in a single team, one in four, one in all."""

    audiences: list[Any] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    teams: list[Any] = field(default_factory=list)
    mailboxes: list[Any] = field(default_factory=list)
    users: list[Any] = field(default_factory=list)
    actors: list[Any] = field(default_factory=list)


def hire() -> Staff:
    """Teams, mailboxes, colleagues and audiences, through the services."""
    from django.contrib.auth.hashers import make_password

    from heard.accounts.models import Membership, User
    from heard.accounts.services.audiences import audience_of
    from heard.accounts.services.users import add_team
    from heard.channels.email.services.mailboxes import add_mailbox
    from heard.events.consumers import ensure_consumers
    from heard.promises.services.policies import ensure_defaults

    ensure_defaults()
    ensure_consumers()
    staff, chance, password = Staff(), random.Random(1), make_password("not for logging in")
    for number in range(TEAMS):
        team = add_team(f"Team {number + 1}", by=None)
        staff.teams.append(team)
        staff.mailboxes.append(add_mailbox({"name": team.name, "address": f"team{number + 1}@company.example", "team": team}, by=None))
    for number in range(40):
        role = "lead" if number == 2 else "agent"
        user = User.objects.create(email=f"agent{number}@company.example", name=f"Agent {number}", role=role, password=password)
        size = {0: 1, 1: 4, 2: TEAMS}.get(number, chance.randint(1, 4))
        teams = staff.teams[:size] if number < 3 else chance.sample(staff.teams, size)
        Membership.objects.bulk_create([Membership(team=team, user=user) for team in teams])
        staff.users.append(user)
    staff.actors = staff.users[:3]
    for team in staff.teams:
        staff.audiences.append((audience_of([team]), team))
        staff.weights.append(0.92 / TEAMS)
    for number in range(6):
        pair = staff.teams[2 * number : 2 * number + 2]
        staff.audiences.append((audience_of(pair), pair[0]))
        staff.weights.append(0.01)
    for user in staff.users[:2]:
        staff.audiences.append((audience_of([staff.teams[5]], [user]), staff.teams[5]))
        staff.weights.append(0.01)
    return staff


class Paragraphs:
    """A store of paragraphs whose index words are worked out once; a letter is some of them."""

    def __init__(self, chance: random.Random) -> None:
        from bench.words import Writer

        self.chance, writer = chance, Writer(99)
        self.texts = [writer.text(max(8, min(90, writer.length(22)))) for _ in range(PARAGRAPHS)]
        self.words = [split(text, "en") for text in self.texts]
        self.subjects = [" ".join(text.split()[: chance.randint(3, 8)]).rstrip(".") for text in self.texts]
        self.titles = [join([split(subject, "en")]) for subject in self.subjects]
        self.re_titles = [join([split(f"Re: {subject}", "en")]) for subject in self.subjects]
        self.names = [split(subject, "") for subject in self.subjects]

    def letter(self, extra: str) -> tuple[str, str]:
        """A text of one to six paragraphs that ends with `extra`, and its words for the index."""
        places = [int(self.chance.random() * PARAGRAPHS) for _ in range(self.chance.choice((1, 2, 2, 3, 3, 4, 6)))]
        text = "\n\n".join([*(self.texts[place] for place in places), extra])
        return text, join([*(self.words[place] for place in places), split(extra, "en")])


def split(text: str, language: str) -> tuple[str, frozenset[str]]:
    """The words of a text for the index, and its stems: so that the index words of texts give those of all of them together."""
    from heard.search.words import STEM, index_text

    words, sign, stems = index_text(text, language).partition(STEM)
    return words.strip(), frozenset(f"{STEM}{stem}" for stem in stems.split(f" {STEM}")) if sign else frozenset()


def join(parts: list[tuple[str, frozenset[str]]]) -> str:
    """The index words of several texts that stand one after the other."""
    stems: frozenset[str] = frozenset().union(*(stems for _, stems in parts))
    return " ".join([*(words for words, _ in parts), *sorted(stems)])


def rare_word(number: int) -> str:
    """A word that stands in six conversations and nowhere else."""
    letters = ""
    for _ in range(4):
        number, place = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[place] + "aeiou"[place % 5]
    return f"q{letters}"


class Plan:
    """Which conversation is whose, when its messages were, and how it stands: numbers only, so that half a million fit."""

    def __init__(self, count: int, staff: Staff, now: int) -> None:
        chance = random.Random(2)
        customers = CUSTOMERS.get(count, max(50, count // 5))
        begin, span = now - YEARS * 365 * DAY, YEARS * 365 * DAY - 4 * DAY
        self.count, self.customers = count, customers
        self.audience = array("i", chance.choices(range(len(staff.audiences)), staff.weights, k=count))
        self.customer = array("i", (int(chance.random() ** 1.6 * customers) for _ in range(count)))
        self.opened = array("q", sorted(begin + int(chance.random() * span) for _ in range(count)))
        self.standing = ["closed"] * count
        for number in range(int(count * (1 - OPEN)), count):
            self.standing[number] = chance.choices(STANDINGS, (6, 4, 1))[0]
        self.rare: dict[int, str] = {}
        for word in range(RARE_WORDS):
            for place in chance.sample(range(count), EACH_IN):
                self.rare[place] = rare_word(word)
        self.moments = self._moments(chance)
        self.first_seen = array("q", [0]) * customers
        self.last_seen = array("q", [0]) * customers
        self.known_to: dict[int, set[int]] = {}
        for number in range(count):
            customer = self.customer[number]
            self.first_seen[customer] = self.first_seen[customer] or self.opened[number]
            self.known_to.setdefault(customer, set()).add(self.audience[number])

    def _moments(self, chance: random.Random) -> array[int]:
        """Every message as one number: when, in which conversation, the how-manieth."""
        moments = array("q")
        for number, at in enumerate(self.opened):
            for turn in range(MESSAGES):
                moments.append((at << 22) | (number << 2) | turn)
                at += int(min(chance.expovariate(1 / 20_000), DAY))
        return array("q", sorted(moments))

    def messages(self) -> Iterator[tuple[int, int, int]]:
        """(seconds, conversation from 0, turn from 0) in order of time."""
        for moment in self.moments:
            yield moment >> 22, (moment >> 2) & 0xFFFFF, moment & 3


def address(customer: int) -> tuple[str, str]:
    """Name and address of a customer."""
    from bench.letters import FREE_MAIL
    from bench.words import name

    given, family = name(customer * 7 % 15_625), name(customer * 31 % 15_625)
    domain = FREE_MAIL[customer % 4] if customer % 3 else f"{name(customer % 1_500).lower()}.example"
    return f"{given} {family}", f"{given}.{family}.{customer}@{domain}".lower()


class Seeder:
    """Writes the plan into the tables."""

    def __init__(self, plan: Plan, staff: Staff, now: int) -> None:
        from bench.bulk import Rows, stamp
        from heard.conversations.models import Assignment, Closure, Conversation, Delivery, Message, SeenMessageId
        from heard.files.models import Blob
        from heard.people.models import Identifier, Identity, IdentityAudience, Organisation
        from heard.promises.models import Policy, Promise
        from heard.timeline.models import Attachment, Interaction, InteractionParty

        self.plan, self.staff, self.now, self.stamp = plan, staff, now, stamp
        self.chance = random.Random(3)
        self.paragraphs = Paragraphs(self.chance)
        self.policy = Policy.objects.get(is_current=True)
        self.organisations = Rows(Organisation, "id", "domain", "name", "created_at")
        self.identities = Rows(
            Identity, "id", "source", "display_name", "person_number", "organisation_id", "language", "first_seen_at", "last_seen_at"
        )
        self.identifiers = Rows(Identifier, "identity_id", "kind", "value", "source", "created_at")
        self.audiences = Rows(IdentityAudience, "identity_id", "audience_id")
        self.conversations = Rows(
            Conversation, "id", "subject", "state", "standing", "audience_id", "team_id", "mailbox_id", "assignee_id", "customer_id",
            "last_interaction_id", "opened_at", "closed_at", "last_message_at", "last_direction", "waiting_since", "due_at", "due_kind",
            "snoozed_until", "order_at",
        )  # fmt: skip
        self.interactions = Rows(
            Interaction, "id", "happened_at", "learned_at", "channel", "direction", "kind", "stage", "text", "quoted", "language",
            "author_id", "audience_id", "authentication", "authentication_method", "authentication_domain",
        )  # fmt: skip
        self.parties = Rows(InteractionParty, "interaction_id", "identity_id", "role", "happened_at")
        self.messages = Rows(
            Message, "id", "conversation_id", "interaction_id", "subject", "html", "mailbox_id", "message_id", "body_digest",
            "in_reply_to", "thread_decision", "thread_reason",
        )  # fmt: skip
        self.seen = Rows(SeenMessageId, "message_id", "conversation_id")
        self.deliveries = Rows(
            Delivery, "message_id", "state", "recipients", "accepted", "attempts", "last_reply", "queued_at", "finished_at"
        )
        self.closures = Rows(Closure, "conversation_id", "reason", "by_id", "at")
        self.assignments = Rows(Assignment, "conversation_id", "assignee_id", "by_id", "at")
        self.promises = Rows(
            Promise, "conversation_id", "kind", "owed_by_team_id", "made_at", "first_due_at", "due_at", "state", "kept_at", "kept_in_id",
            "policy_id", "calendar_id",
        )  # fmt: skip
        self.blobs = Rows(Blob, "id", "digest", "size", "place", "created_at")
        self.attachments = Rows(Attachment, "interaction_id", "blob_id", "name", "content_type", "size")
        self.documents = Documents()
        self.files = 0
        self.assignee = array("i", [0]) * plan.count
        self.subjects = array("i", [0]) * plan.count
        self.last_text: dict[int, str] = {}
        self.interactions_of = array("i", [0]) * (plan.count * MESSAGES)
        self.times_of = array("q", [0]) * (plan.count * MESSAGES)

    @property
    def tables(self) -> list[Any]:
        from bench.bulk import Rows

        return [value for value in vars(self).values() if isinstance(value, Rows)]

    def seed(self) -> None:
        self._organisations()
        begun, total = time.monotonic(), self.plan.count * MESSAGES
        met: set[int] = set()
        for number, (at, conversation, turn) in enumerate(self.plan.messages(), start=1):
            customer = self.plan.customer[conversation]
            if customer not in met:
                met.add(customer)
                self._person(customer)
            if turn == 0:
                self._open(conversation, at)
            self._message(number, at, conversation, turn)
            if number % 100_000 == 0:
                print(f"  {number:,} of {total:,} messages, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        for conversation in range(self.plan.count):
            self._conversation(conversation)
        for rows in self.tables:
            rows.write()
        self.documents.write()

    def _organisations(self) -> None:
        from bench.words import name

        for number in range(1_500):
            domain = f"{name(number).lower()}.example"
            self.organisations.add(number + 1, domain, domain, self.stamp(self.now - YEARS * 365 * DAY))

    def _person(self, customer: int) -> None:
        from heard.search.services import NewDocument

        name, value = address(customer)
        identity, seen = customer + 1, self.plan.first_seen[customer]
        organisation = None if customer % 3 else customer % 1_500 + 1
        self.identities.add(identity, "mail", name, identity, organisation, "en", self.stamp(seen), self.stamp(self.now - DAY))
        self.identifiers.add(identity, "email", value, "mail", self.stamp(seen))
        company = "" if organisation is None else value.partition("@")[2]
        for place in sorted(self.plan.known_to[customer]):
            audience = self.staff.audiences[place][0].pk
            self.audiences.add(identity, audience)
            self.documents.add(
                NewDocument(
                    kind="person", object_id=identity, group_kind="person", group_id=identity, audience_id=audience,
                    happened_at=moment(seen), title=f"{name}\n{value}", text=company, short=f"{name}\n{value}", language="-",
                )
            )  # fmt: skip

    def _open(self, conversation: int, at: int) -> None:
        from heard.search.services import NewDocument

        chosen = self.subjects[conversation] = int(self.chance.random() * PARAGRAPHS)
        subject = self.paragraphs.subjects[chosen]
        if self.chance.random() < 0.7:
            self.assignee[conversation] = self.chance.choice(self.staff.users).pk
        number = conversation + 1
        self.documents.add(
            NewDocument(
                kind="conversation", object_id=number, group_kind="conversation", group_id=number, audience_id=self._audience(conversation),
                happened_at=moment(at), title=f"{subject} {number}", short=f"{subject}\n#{number}",
            ),
            title=join([self.paragraphs.names[chosen], (str(number), frozenset())]),
        )  # fmt: skip

    def _audience(self, conversation: int) -> int:
        return self.staff.audiences[self.plan.audience[conversation]][0].pk

    def _team(self, conversation: int) -> Any:
        return self.staff.audiences[self.plan.audience[conversation]][1]

    def _message(self, number: int, at: int, conversation: int, turn: int) -> None:
        plan, stamp, customer = self.plan, self.stamp, self.plan.customer[conversation] + 1
        is_ours = DIRECTIONS[plan.standing[conversation]][turn] == "o"
        text, words = self.paragraphs.letter(self._extra(conversation, turn))
        quoted = self.last_text.pop(conversation, "")[:1_500] if turn and self.chance.random() < 0.6 else ""
        if turn < MESSAGES - 1:
            self.last_text[conversation] = text
        else:
            self.last_text.pop(conversation, None)
        audience, team = self._audience(conversation), self._team(conversation)
        mailbox = self.staff.mailboxes[self.staff.teams.index(team)]
        moment_text = stamp(at)
        author = (self.assignee[conversation] or self.staff.actors[2].pk) if is_ours else None
        _, value = address(customer - 1)
        proof = ("none", "", "") if is_ours else ("pass", "dmarc", value.partition("@")[2])
        self.interactions.add(
            number, moment_text, moment_text, "email", "out" if is_ours else "in", "message", "get_help", text, quoted, "en", author,
            audience, *proof,
        )  # fmt: skip
        self.parties.add(number, customer, "to" if is_ours else "from", moment_text)
        subject, message_id = self.paragraphs.subjects[self.subjects[conversation]], f"{number}.{conversation}@mail.example"
        has_html = not is_ours and self.chance.random() < 0.5
        html = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n")) if has_html else ""
        before = f"{self.interactions_of[conversation * MESSAGES + turn - 1]}.{conversation}@mail.example" if turn else ""
        self.messages.add(
            number, conversation + 1, number, f"Re: {subject}" if turn else subject, html, mailbox.pk, message_id, f"{number:064x}", before,
            "" if is_ours else "thread" if turn else "new", "" if is_ours else "header" if turn else "new",
        )  # fmt: skip
        self.seen.add(message_id, conversation + 1)
        if is_ours:
            recipients = json.dumps([value])
            self.deliveries.add(number, "sent", recipients, recipients, 1, "250", moment_text, moment_text)
        file = self._file(number, at) if not is_ours and self.chance.random() < 0.08 else ""
        self._said(number, at, conversation, turn, text, words, file)
        place = conversation * MESSAGES + turn
        self.interactions_of[place], self.times_of[place] = number, at

    def _extra(self, conversation: int, turn: int) -> str:
        """What only this conversation says: its order, and at times a word that hardly anybody uses."""
        word = self.plan.rare.get(conversation) if turn == 2 else None
        return f"Order {7_000_000 + conversation}" + (f" {word}" if word else "")

    def _file(self, number: int, at: int) -> str:
        self.files += 1
        self.blobs.add(self.files, f"{self.files:064x}", 40_000, f"ab/{self.files:062x}", self.stamp(at))
        self.attachments.add(number, self.files, "Picture.jpg", "image/jpeg", 40_000)
        return "Picture.jpg"

    def _said(self, number: int, at: int, conversation: int, turn: int, text: str, words: str, file: str) -> None:
        from heard.search.services import NewDocument

        chosen = self.subjects[conversation]
        subject, titles = self.paragraphs.subjects[chosen], self.paragraphs.re_titles if turn else self.paragraphs.titles
        document = NewDocument(
            kind="message", object_id=number, group_kind="conversation", group_id=conversation + 1,
            audience_id=self._audience(conversation), happened_at=moment(at), title=f"Re: {subject}" if turn else subject,
            text=f"{text}\n{file}".strip(), language="en", channel="email",
        )  # fmt: skip
        self.documents.add(document, title=titles[chosen], body=None if file else words)

    def _conversation(self, conversation: int) -> None:
        plan, stamp = self.plan, self.stamp
        number, standing, team = conversation + 1, plan.standing[conversation], self._team(conversation)
        first, last = conversation * MESSAGES, conversation * MESSAGES + MESSAGES - 1
        opened, at, asked, answered = plan.opened[conversation], self.times_of[last], self.times_of[first + 2], self.times_of[first + 1]
        assignee = self.assignee[conversation] or None
        due = asked + 2 * DAY if standing == "us" else None
        order = due or (asked if standing == "us" else at)
        self.conversations.add(
            number, self.paragraphs.subjects[self.subjects[conversation]], "closed" if standing == "closed" else "open", standing, self._audience(conversation),
            team.pk, self.staff.mailboxes[self.staff.teams.index(team)].pk, assignee, plan.customer[conversation] + 1,
            self.interactions_of[last], stamp(opened), stamp(at) if standing == "closed" else None, stamp(at),
            "in" if standing == "us" else "out", stamp(asked) if standing == "us" else None, stamp(due) if due else None,
            "next_reply" if due else "", stamp(self.now + 3 * DAY) if standing == "snoozed" else None, stamp(order),
        )  # fmt: skip
        if standing == "closed":
            self.closures.add(number, "solved", assignee, stamp(at))
        if assignee:
            self.assignments.add(number, assignee, assignee, stamp(opened + 600))
        policy = (self.policy.pk, self.policy.calendar_id)
        kept = (stamp(answered), self.interactions_of[first + 1])
        self.promises.add(number, "first_reply", team.pk, *[stamp(opened)], *[stamp(opened + DAY)] * 2, "kept", *kept, *policy)
        if due:
            self.promises.add(number, "next_reply", team.pk, stamp(asked), *[stamp(due)] * 2, "open", None, None, *policy)


def moment(seconds: int) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


class Documents:
    """Documents of the search index in order of their places, written past the service."""

    AT_ONCE = 20_000

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Any, str, str]] = []
        self._taken: set[int] = set()
        self._titles: dict[str, str] = {}

    def add(self, new: Any, *, title: str | None = None, body: str | None = None) -> None:
        """Take a document; `title` and `body` are its words for the index where they are known already."""
        from heard.search.places import place
        from heard.search.services import _document
        from heard.search.words import index_text

        document, attempt = _document(new), 0
        key = f"{new.kind} {new.object_id} {new.audience_id}"
        while (pk := place(new.happened_at, key, attempt)) in self._taken:
            attempt += 1
        self._taken.add(pk)
        document.pk = pk
        title = index_text(new.title, new.language) if title is None else title
        self._waiting.append((pk, document, title, index_text(new.text, new.language) if body is None else body))
        if len(self._waiting) >= self.AT_ONCE:
            self.write()

    def write(self) -> None:
        from bench.bulk import IS_POSTGRES

        self._waiting.sort(key=lambda one: one[0])
        if self._waiting:
            (self._write_postgres if IS_POSTGRES else self._write_sqlite)()
        self._waiting = []

    def _row(self, one: Any) -> tuple[Any, ...]:
        from bench.bulk import stamp

        at = stamp(int(one.happened_at.timestamp()))
        plain = (one.pk, one.kind, one.object_id, one.group_kind, one.group_id, one.audience_id, one.channel, at)
        return (*plain, one.short, one.fingerprint)

    COLUMNS = ("id", "kind", "object_id", "group_kind", "group_id", "audience_id", "channel", "happened_at", "short", "fingerprint")

    def _write_sqlite(self) -> None:
        from bench.bulk import insert
        from heard.search.index import marks_of
        from heard.search.index.sqlite import _short_mark

        documents = [one for _, one, _, _ in self._waiting]
        insert("search_documents", self.COLUMNS, [self._row(one) for one in documents])
        words = [(pk, " ".join(marks_of(one)), title, body) for pk, one, title, body in self._waiting]
        insert("search_words", ("rowid", "marks", "title", "body"), words)
        short = [(one.pk, _short_mark(one.audience_id), one.short) for one in documents if one.short]
        insert("search_short", ("rowid", "mark", "short"), short)

    def _write_postgres(self) -> None:
        from django.db import connection

        from bench.bulk import insert
        from heard.search.index.postgres import BETWEEN_TITLE_AND_BODY, _marks

        names = ", ".join(self.COLUMNS)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE IF NOT EXISTS fresh AS "
                f"SELECT {names}, ''::text AS title, ''::text AS body, '{{}}'::text[] AS marks FROM search_documents WHERE false"
            )
            rows = [
                (*self._row(one), f"{title} {BETWEEN_TITLE_AND_BODY}", body, _marks(one)) for _, one, title, body in self._waiting
            ]  # fmt: skip
            insert("fresh", (*self.COLUMNS, "title", "body", "marks"), rows)
            cursor.execute(
                f"INSERT INTO search_documents ({names}, words) SELECT {names}, setweight(to_tsvector('simple', title), 'A') || "
                "to_tsvector('simple', body) || array_to_tsvector(marks) FROM fresh"
            )
            cursor.execute("TRUNCATE fresh")


def check_index(count: int) -> None:
    """Index some messages and people again through the service: the index must say the same as before. Raises AssertionError."""
    from django.db.models import Q

    from heard.conversations.indexing.documents import conversation_documents, document_of_message, identity_documents, messages_with_words
    from heard.search.services import index_documents, remove_documents

    chance = random.Random(4)
    ids = chance.sample(range(1, count), 40)
    said = [document_of_message(message) for message in messages_with_words(Q(pk__in=ids))]
    others = [*identity_documents(chance.sample(range(1, 40), 10)), *conversation_documents(ids[:10])]
    documents = [document for document in [*said, *others] if document is not None]
    before = _indexed(documents)
    assert index_documents(documents) == 0, "the seeded fingerprints differ from those of the service"
    for document in documents:
        remove_documents(document.kind, [document.object_id])
    index_documents(documents)
    assert _indexed(documents) == before, "the seeded index differs from that of the service"


def _indexed(documents: list[Any]) -> dict[Any, Any]:
    from django.db import connection

    from bench.bulk import IS_POSTGRES

    table = (
        "SELECT kind, object_id, audience_id, words::text FROM search_documents"
        if IS_POSTGRES
        else "SELECT kind, object_id, audience_id, marks || title || body FROM search_documents d JOIN search_words w ON w.rowid = d.id"
    )
    found = {}
    with connection.cursor() as cursor:
        for one in documents:
            cursor.execute(f"{table} WHERE kind = %s AND object_id = %s AND audience_id = %s", [one.kind, one.object_id, one.audience_id])
            found |= {row[:3]: sorted(row[3].split()) for row in cursor.fetchall()}
    return found


def ask_for(staff: Staff, count: int) -> dict[str, Any]:
    """Who looks at what: for each actor a session, and conversations and rare words they may see."""

    from heard.accounts.selectors import readable_audience_ids
    from heard.conversations.models import Conversation

    chance, actors = random.Random(5), []
    for user in staff.actors:
        some = Conversation.objects.filter(
            pk__in=chance.sample(range(1, count + 1), min(count, 20_000)), audience__in=readable_audience_ids(user)
        )
        seen = list(some.order_by("?").values_list("pk", "customer_id")[:400])
        actors.append(
            {"session": session_of(user), "conversations": [number for number, _ in seen], "people": [person for _, person in seen]}
        )
    return {"conversations": count, "words": [rare_word(number) for number in range(RARE_WORDS)], "actors": actors}


def main(count: int) -> None:
    """Seed the installation of this process, and write what to ask it for into HOME/seeded.json."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from bench.bulk import loading

    now, begun = int(time.time()), time.monotonic()
    staff = hire()
    seeder = Seeder(Plan(count, staff, now), staff, now)
    with loading([*(rows.table for rows in seeder.tables), "search_documents"]):
        seeder.seed()
    check_index(count)
    asked = ask_for(staff, count) | {"seconds": round(time.monotonic() - begun)}
    connection.close()
    Path(settings.HOME, "seeded.json").write_text(json.dumps(asked))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main(int(sys.argv[1]))
