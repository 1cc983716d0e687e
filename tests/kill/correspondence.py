"""Letters that are known before they are sent, so that what was kept can be balanced against what was written.

Each letter holds a word that no other has, and names every earlier letter of its thread, so it belongs there in whatever order they come.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

LETTERS = "bcdfghjklmnpqrtv"
TRUSTED_SERVER = "mx.heard.example"
ACKNOWLEDGED_THREADS = 40  # one mailbox says "it arrived" sixty times an hour at most


def word_of(number: int) -> str:
    """A word for each number, without vowels, so that no language's stemmer shortens it."""
    return "zq" + "".join(LETTERS[int(digit, 16)] for digit in f"{number:05x}") + "zq"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of a customer. `answers` are the ids it names, oldest first; `is_proved`: the receiving server vouches for the sender."""

    thread: int
    message_id: str
    word: str
    sent_at: datetime
    answers: tuple[str, ...]
    is_proved: bool
    to: str

    @property
    def sender(self) -> str:
        return f"customer-{self.thread}@example.org"

    @property
    def raw(self) -> bytes:
        mail = EmailMessage()
        if self.is_proved:
            mail["Authentication-Results"] = f"{TRUSTED_SERVER}; dkim=pass header.d=example.org"
        mail["From"], mail["To"], mail["Subject"] = f"Customer {self.thread} <{self.sender}>", self.to, f"Matter {self.thread}"
        mail["Date"], mail["Message-ID"] = format_datetime(self.sent_at), f"<{self.message_id}>"
        if self.answers:
            mail["In-Reply-To"] = f"<{self.answers[-1]}>"
            mail["References"] = " ".join(f"<{name}>" for name in self.answers)
        mail.set_content(f"The kettle that we bought from you leaks again, and nobody has told us why.\n\nOur sign is {self.word}.\n")
        return mail.as_bytes()


@dataclass(slots=True)
class Correspondence:
    """Everything customers write to `address`, in threads. `letters` is the truth, by Message-ID."""

    address: str
    seed: int = 0
    letters: dict[str, Letter] = field(default_factory=dict)
    threads: list[list[Letter]] = field(default_factory=list)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def new_thread(self, length: int, *, since: datetime, every: timedelta = timedelta(seconds=1)) -> list[Letter]:
        """A customer's letters about one matter, in the order in which they were written."""
        self.threads.append([])
        return [self.write(len(self.threads) - 1, at=since + every * number) for number in range(length)]

    def write(self, thread: int, *, at: datetime, answers: tuple[str, ...] = ()) -> Letter:
        """One more letter of a thread, naming all before it and `answers`, which we wrote."""
        number, earlier = len(self.letters), self.threads[thread]
        letter = Letter(
            thread=thread, message_id=f"letter-{number}@example.org", word=word_of(number), sent_at=at, to=self.address,
            answers=(*(one.message_id for one in earlier), *answers), is_proved=thread % 5 == 0 and thread < 5 * ACKNOWLEDGED_THREADS,
        )  # fmt: skip
        earlier.append(letter)
        self.letters[letter.message_id] = letter
        return letter


def as_mbox(letters: list[Letter]) -> Iterator[bytes]:
    """The pieces of a file that holds these letters in this order."""
    for letter in letters:
        yield b"From customer Mon Jan  5 09:00:00 2026\n" + letter.raw + b"\n"


def moment() -> datetime:
    """Now, as precise as a Date field."""
    return datetime.now(UTC).replace(microsecond=0)
