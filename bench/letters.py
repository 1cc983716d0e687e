"""Letters to a company as a mail server hands them over, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.words import Writer, name
from heard.demo.company import DOMAIN, Enclosure, Mail

ADDRESS = f"help@{DOMAIN}"
CHECKED_BY = f"mx.{DOMAIN}"  # the server whose Authentication-Results these letters carry
REPLIES = 0.40
FORGERIES = 0.02
SAME_SUBJECT = 0.05
KNOWN_PEOPLE = 0.35
WITH_FILE = 0.15
FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.co.uk", "web.de")
MAILERS = ("webmail", "webmail", "webmail", "office", "phone", "phone", "desktop")  # four of seven write HTML


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. Letters with the same `thread` belong into one conversation, and no others."""

    raw: bytes
    message_id: str
    thread: int


@dataclass(slots=True)
class _Thread:
    number: int
    people: list[tuple[str, str]]
    subject: str
    mailer: str
    last: str
    ids: list[str] = field(default_factory=list)


def letters(count: int, *, seed: int, begin: datetime, span: timedelta) -> Iterator[Letter]:
    """`count` letters in order of time: 40 % answer earlier ones, 15 % bring files, more than half are written in HTML.

    Some have the subject of another letter and nothing else of it, and some name a stranger's letter: neither belongs there.
    """
    writer = Writer(seed)
    chance = writer.random
    threads: list[_Thread] = []
    for number in range(count):
        at = begin + span * number / count
        kind = chance.random()
        if threads and kind < REPLIES:
            yield _reply(writer, threads[-int(chance.random() ** 2 * min(len(threads), 400)) - 1], number, at)
        else:
            known = chance.choice(threads[-200:]) if threads else None
            is_forged = known is not None and REPLIES < kind < REPLIES + FORGERIES
            comes_back = known is not None and not is_forged and chance.random() < KNOWN_PEOPLE
            thread = _new_thread(writer, len(threads), known.people if known and comes_back else None)
            if known and kind > 1 - SAME_SUBJECT:
                thread.subject = known.subject
            forged = tuple(known.ids[-1:]) if known and is_forged else ()
            threads.append(thread)
            yield _write(writer, thread, number, at, thread.people[0], references=forged)


def _new_thread(writer: Writer, number: int, people: list[tuple[str, str]] | None) -> _Thread:
    people = people or [_person(writer) for _ in range(2 if writer.random.random() < 0.1 else 1)]
    return _Thread(number, people, writer.sentence(writer.random.randint(3, 7))[:-1], writer.random.choice(MAILERS), "")


def _person(writer: Writer) -> tuple[str, str]:
    number = writer.random.randrange(10**9)
    given, family = name(number % 977), name(number // 977 % 15_000)
    domain = writer.random.choice(FREE_MAIL) if number % 3 else f"{name(number % 1_500).lower()}.example"
    return f"{given} {family}", f"{given}.{family}{number % 1000}@{domain}".lower()


def _reply(writer: Writer, thread: _Thread, number: int, at: datetime) -> Letter:
    return _write(writer, thread, number, at, writer.random.choice(thread.people), references=tuple(thread.ids))


def _write(writer: Writer, thread: _Thread, number: int, at: datetime, sender: tuple[str, str], *, references: tuple[str, ...]) -> Letter:
    is_reply = bool(thread.ids)
    text = f"Hello,\n\n{writer.text(writer.length())}\n\nBest wishes,\n{sender[0]}"
    mail = Mail(
        sender_name=sender[0],
        sender=sender[1],
        to=((DOMAIN, ADDRESS),),
        cc=tuple(person for person in thread.people if person != sender),
        subject=f"Re: {thread.subject}" if is_reply else thread.subject,
        text=text,
        sent_at=at,
        message_id=f"{number}.{writer.random.randrange(16**8):08x}@{sender[1].partition('@')[2]}",
        references=references,
        quoted=thread.last,
        quoted_head=f"On {at:%d %B %Y} {thread.people[0][0]} wrote:" if is_reply else "",
        mailer=thread.mailer,
        enclosures=_files(writer) if writer.random.random() < WITH_FILE else (),
    )
    thread.ids.append(mail.message_id)
    thread.last = text
    return Letter(mail.raw, mail.message_id, thread.number)


def _files(writer: Writer) -> tuple[Enclosure, ...]:
    """One to three pictures or documents of 5 to 200 kB, half of them below 25."""
    size = min(200_000, max(5_000, int(writer.random.lognormvariate(10.1, 0.9))))
    content = writer.random.randbytes(size)
    kind, ending = writer.random.choice((("image/jpeg", "jpg"), ("application/pdf", "pdf")))
    return tuple(
        Enclosure(f"{name(writer.random.randrange(9999))}.{ending}", kind, lambda content=content, each=each: content[each:])
        for each in range(writer.random.choice((1, 1, 1, 2, 3)))
    )
