"""Files of mail, read one message at a time with the place to go on from: mbox, Maildir, single messages, folders of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOOKS_LIKE_MAIL = re.compile(rb"\A(?:>?From [^\r\n]*\r?\n)?(?:[!-9;-~]+:[^\r\n]*\r?\n|[ \t]*\r?\n)", re.DOTALL)
MAIL_ENDINGS = {".eml", ".mbox", ".mbx", ".msg"}
LONGEST_MESSAGE = 51 * 1024 * 1024
LONGEST_SEPARATOR = len(b"\n\r\nFrom ")
LF = ord("\n")
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """One message of a file: its bytes, where it began, and where the next one begins."""

    raw: bytes
    start: int
    end: int


def mail_files(path: Path) -> tuple[list[Path], list[Path]]:
    """The files under `path` that hold mail, in order of name, and those that do not. A file named itself is always taken."""
    if path.is_file():
        return [path], []
    mail: list[Path] = []
    other: list[Path] = []
    for file in sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith(".")):
        (mail if _holds_mail(file) else other).append(file)
    return mail, other


def messages_of(file: Path, *, start: int = 0) -> Iterator[Found]:
    """The messages of one file from byte `start` on: of an mbox one by one, of any other file the whole as one message."""
    with file.open("rb") as opened:
        first = opened.read(5)
    if first == b"From ":
        yield from _messages_of_mbox(file, start)
    elif start == 0:
        size = file.stat().st_size
        with file.open("rb") as opened:
            yield Found(opened.read(LONGEST_MESSAGE), 0, max(size, 1))


def _holds_mail(file: Path) -> bool:
    if file.suffix.lower() in MAIL_ENDINGS or file.parent.name in ("cur", "new"):
        return True
    with file.open("rb") as opened:
        head = opened.read(4096)
    match = LOOKS_LIKE_MAIL.match(head)
    return match is not None and b":" in match.group(0)


def _messages_of_mbox(file: Path, start: int) -> Iterator[Found]:
    """Split at "From " lines that follow an empty line or begin the file; ">From " in bodies is put back (mboxrd)."""
    with file.open("rb") as opened:
        opened.seek(start)
        held, begun, dropped = bytearray(), start, 0
        while block := opened.read(BLOCK):
            looked_at = max(0, len(held) - LONGEST_SEPARATOR)
            held += block
            while place := _next_message(held, looked_at):
                end = begun + place + dropped
                yield Found(_without_first_line(held[:place]), begun, end)
                del held[:place]
                begun, dropped, looked_at = end, 0, 0
            if len(held) > LONGEST_MESSAGE + BLOCK:  # of a monster only the beginning is kept; the parser calls it too large
                dropped += len(held) - LONGEST_MESSAGE - LONGEST_SEPARATOR
                del held[LONGEST_MESSAGE:-LONGEST_SEPARATOR]
        if held:
            yield Found(_without_first_line(held), begun, begun + len(held) + dropped)


def _next_message(held: bytearray, start: int) -> int:
    """Where the next message begins at or after `start`: behind an empty line; 0 when there is none."""
    place = held.find(b"\nFrom ", start)
    while place > 0 and not (held[place - 1] == LF or held[place - 2 : place] == b"\n\r"):
        place = held.find(b"\nFrom ", place + 1)
    return max(place, 0) and place + 1


def _without_first_line(message: bytearray) -> bytes:
    """What stands below the "From " line, as it was before it was put into an mbox."""
    first = message.find(b"\n") + 1 if message.startswith(b"From ") else 0
    raw = bytes(memoryview(message)[first : first + LONGEST_MESSAGE])
    return ESCAPED.sub(rb"\1", raw) if b">From " in raw else raw
