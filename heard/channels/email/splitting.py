"""A well-formed message to its tree of parts, by looking for its boundaries. Whatever is not well-formed is left to the library.

`email.feedparser` looks at every line against every open boundary, which is most of the time that reading a mail takes. Where each
multipart is opened and closed as RFC 2046 says, the same tree is found by searching; the tests compare both on every mail they have.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.errors import MultipartInvariantViolationDefect
from email.parser import HeaderParser
from email.policy import compat32
from typing import Any

from heard.channels.email.bodies import MimePart

MAX_DEPTH, MAX_PARTS = 8, 200
"""Beyond these a message is not usual any more."""
_HEADERS = HeaderParser(MimePart, policy=compat32)
_PLAIN_ENCODINGS = {"7bit", "8bit", "binary"}


class _Unusual(Exception):
    """The library must look at it."""


def split(raw: bytes) -> MimePart | None:
    """The message as `email.parser.BytesParser` gives it; None for one that is unusual in any way. Linear in the length; never raises."""
    if raw.count(b"\r") != raw.count(b"\r\n"):
        return None  # a bare carriage return ends a line for the library
    try:
        return _part(raw.decode("ascii", "surrogateescape"), 0, [])
    except _Unusual:
        return None


def _part(text: str, depth: int, seen: list[MimePart]) -> MimePart:
    start = _body(text)
    part: MimePart = _HEADERS.parsestr(text[:start])  # type: ignore[assignment]
    seen.append(part)
    kind = part.get_content_maintype()
    part.defects = [one for one in part.defects if not isinstance(one, MultipartInvariantViolationDefect)]  # its parts come next
    if part.defects or part.get_payload() or kind == "message" or depth > MAX_DEPTH or len(seen) > MAX_PARTS:
        raise _Unusual
    if kind == "multipart":
        _take_apart(part, text[start:], depth, seen)
    else:
        part.set_payload(text[start:])
    return part


def _body(text: str) -> int:
    """Where the body begins: after the first empty line; len(text) when there is none."""
    if text.startswith(("\n", "\r\n")):
        return text.index("\n") + 1
    ends = [place + len(mark) for mark in ("\n\n", "\n\r\n") if (place := text.find(mark)) >= 0]
    return min(ends, default=len(text))


def _take_apart(part: MimePart, body: str, depth: int, seen: list[MimePart]) -> None:
    boundary, encoding = part.get_boundary(), str(part.get("content-transfer-encoding", "8bit")).lower()
    if not boundary or encoding not in _PLAIN_ENCODINGS or part.get_content_type() == "multipart/digest":
        raise _Unusual
    parts: list[Any] = []
    before, start = None, 0
    for place, after, is_last in _marks(body, f"--{boundary}"):
        inner = body[start : _without_line_end(body, place)] if place else ""
        if before is None:
            before = place
            part.preamble = inner if place else None
        else:
            if place <= start:
                raise _Unusual  # two boundaries with nothing between them
            parts.append(_part(inner, depth + 1, seen))
        start = after
        if is_last and parts:
            part.set_payload(parts)
            part.epilogue = body[after:] if depth == 0 or body[after - 1] == "\n" else None
            return
        if is_last:
            break
    raise _Unusual  # never begun, never ended, or ended before it began


def _marks(body: str, mark: str) -> Iterator[tuple[int, int, bool]]:
    """(where its line begins, where the next one begins, whether it closes) of each boundary line."""
    place = 0 if body.startswith(mark) else body.find(f"\n{mark}") + 1
    while place or body.startswith(mark):
        end = body.find("\n", place)
        end = len(body) if end < 0 else end
        rest = body[place + len(mark) : end]
        is_last = rest.startswith("--")
        if not (rest[2:] if is_last else rest).strip(" \t\r"):
            yield place, min(end + 1, len(body)), is_last
        found = body.find(f"\n{mark}", end)
        if found < 0:
            return
        place = found + 1


def _without_line_end(body: str, place: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    return place - 2 if body[place - 2 : place] == "\r\n" else place - 1
