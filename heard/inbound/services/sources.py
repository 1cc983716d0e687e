"""Files of mail, read one message at a time with the place to go on from: mbox, Maildir, single messages, folders of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOOKS_LIKE_MAIL = re.compile(rb"\A(?:>?From [^\r\n]*\r?\n)?(?:[!-9;-~]+:[^\r\n]*\r?\n|[ \t]*\r?\n)", re.DOTALL)
MAIL_ENDINGS = {".eml", ".mbox", ".mbx", ".msg"}
LONGEST_MESSAGE = 51 * 1024 * 1024


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
        begun, position, was_empty, size = start, start, True, 0
        lines: list[bytes] = []
        for line in opened:
            if was_empty and line.startswith(b"From ") and position > begun:
                yield Found(b"".join(lines), begun, position)
                begun, lines, size = position, [], 0
            elif (position > begun or not line.startswith(b"From ")) and size < LONGEST_MESSAGE:
                lines.append(_unescaped(line))  # the rest of a monster is not read into memory; the parser calls it too large
                size += len(line)
            was_empty = line in (b"\n", b"\r\n")
            position += len(line)
        if position > begun:
            yield Found(b"".join(lines), begun, position)


def _unescaped(line: bytes) -> bytes:
    return line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line
