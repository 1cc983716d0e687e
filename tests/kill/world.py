"""Customers who write and agents who answer while the processes between them die."""

import queue
import random
import smtplib
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from heard.accounts.models import User
from heard.channels.email.models import Mailbox
from heard.conversations.models import Conversation, Message
from heard.conversations.services.messages import reply_to_conversation
from heard.inbound.models import Inbound
from heard.inbound.services.receiving import receive
from heard.promises.models import Promise
from tests.kill.correspondence import Correspondence, Letter, as_mbox, moment, word_of
from tests.kill.post_office import PostOffice

FIRST_REPLY_WORD = 0x80000  # words of replies begin here, those of letters at 0
LONG_AGO = datetime(2025, 1, 6, 9, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """What happened outside, which is the truth. `imported` and `arrived` are the letters that came by each road."""

    mailbox: Mailbox
    alice: User
    office: PostOffice
    lmtp_port: int
    letters: Correspondence
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    replies: list[Message] = field(default_factory=list)
    imported: list[Letter] = field(default_factory=list)
    arrived: list[Letter] = field(default_factory=list)
    _to_be_posted: list[Letter] = field(default_factory=list)
    _at_the_listener: "queue.Queue[Letter | None]" = field(default_factory=queue.Queue)
    _taken_by_pipe: int = 0
    _taken_by_listener: int = 0
    _replied_at: dict[int, datetime] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    @property
    def is_all_handed_in(self) -> bool:
        """Whether every letter was taken by a door of ours."""
        return self.waiting == 0

    @property
    def waiting(self) -> int:
        """Letters that were sent and no door of ours has taken yet."""
        return len(self.arrived) - self._taken_by_pipe - self._taken_by_listener

    def write_history(self, folder: Path, *, threads: int, files: int = 4) -> list[Path]:
        """Years of mail as files, in no order; of some threads the last letter, or one that is in a file as well, still arrives by mail."""
        every = timedelta(hours=5)
        for number in range(threads):
            thread = self.letters.new_thread(self.chance.randint(1, 4), since=LONG_AGO + timedelta(hours=number), every=every)
            if number % 6 == 0:
                self._to_be_posted.append(self.letters.write(thread[0].thread, at=moment() - timedelta(minutes=5)))
            if number % 10 == 0:
                self._to_be_posted.append(thread[-1])
            self.imported += thread
        self.chance.shuffle(self.imported)
        paths = [folder / f"history-{number}.mbox" for number in range(files)]
        for number, path in enumerate(paths):
            path.write_bytes(b"".join(as_mbox(self.imported[number::files])))
        return paths

    def go_on(self) -> None:
        """What happens between two kills."""
        thread = self.letters.new_thread(self.chance.randint(1, 3), since=moment() - timedelta(minutes=5))
        self._to_be_posted += thread
        self._customers_answer()
        self._agents_reply(limit=2)
        self.post(4)

    def post(self, most: int = 1_000_000) -> None:
        """Some letters arrive, seldom in order: through the pipe, or at the worker's LMTP listener."""
        for _ in range(min(most, len(self._to_be_posted))):
            letter = self._to_be_posted.pop(self.chance.randrange(min(12, len(self._to_be_posted))))
            self.arrived.append(letter)
            if self.chance.random() < 0.5:
                self._at_the_listener.put(letter)
            else:
                self._receive(letter)

    def receive_one(self) -> Inbound:
        """One letter of a new thread comes through the pipe."""
        [letter] = self.letters.new_thread(1, since=moment())
        self.arrived.append(letter)
        return self._receive(letter)

    def _receive(self, letter: Letter) -> Inbound:
        inbound = receive(letter.raw, mailbox=self.mailbox, transport="pipe", transport_id="")
        self._taken_by_pipe += 1
        return inbound

    def _agents_reply(self, *, limit: int) -> None:
        """Answer where something is owed and nobody has answered since; every seventh time the button is pressed twice."""
        owed = Promise.objects.filter(state="open").select_related("conversation").order_by("made_at", "pk")
        waiting = [one for one in owed if one.made_at > self._replied_at.get(one.conversation_id, LONG_AGO)]
        for promise in waiting[:limit]:
            number, once = len(self.replies), uuid.uuid4()
            words = f"We send you a new one.\n\nOur sign is {word_of(FIRST_REPLY_WORD + number)}."
            for _ in range(2 if number % 7 == 0 else 1):
                to = [_address_of(promise.conversation)]
                reply = reply_to_conversation(promise.conversation, author=self.alice, body=words, to=to, once=once)
            self.replies.append(reply)
            self._replied_at[promise.conversation_id] = reply.interaction.happened_at

    def _customers_answer(self) -> None:
        """Every third reply is answered as soon as the mail server has it, whether its sender knows that already or not."""
        for taken in self.office.handed_over[:]:
            if taken.message_id in self._read:
                continue
            self._read.add(taken.message_id)
            if "We send you a new one" in taken.text and self.chance.random() < 0.34:
                thread = int(taken.recipients[0].partition("@")[0].rpartition("-")[2])
                self._to_be_posted.append(self.letters.write(thread, at=moment(), answers=(taken.message_id,)))

    @contextmanager
    def mail_server(self) -> Iterator[None]:
        """Somebody who offers each letter to our LMTP listener until it answers 250."""
        thread = threading.Thread(target=self._hand_in, name="mail server", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._at_the_listener.put(None)

    def _hand_in(self) -> None:
        while (letter := self._at_the_listener.get()) is not None:
            while not self._is_taken(letter):
                time.sleep(0.02)
            self._taken_by_listener += 1

    def _is_taken(self, letter: Letter) -> bool:
        with suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=30) as client:
            client.sendmail(letter.sender, [self.mailbox.address], letter.raw)
            return True
        return False


def _address_of(conversation: Conversation) -> str:
    return conversation.customer.identifiers.get(kind="email").value
