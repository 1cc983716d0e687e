"""Bytes of mail to an `InboundMessage`: bounded in time and size, and never raising anything but `UnreadableEmail`.

The standard library splits the message; what surrounds it here keeps hostile mail from costing more than `MAX_SECONDS`, keeps strange
headers from raising, and makes all text storable. The parts have modules of their own: `decoding`, `addresses`, `bodies`, `sanitising`,
`trimming`, `automatic`, `bounces`.
"""

import hashlib
import mimetypes
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import utils as email_utils
from email.feedparser import BufferedSubFile, BytesFeedParser  # type: ignore[attr-defined]
from email.policy import compat32

from heard.channels.email import automatic, bounces, tokens, trimming
from heard.channels.email.addresses import MAX_ADDRESSES, normalise_address, parse_addresses, parse_message_ids
from heard.channels.email.bodies import (
    MAX_DEPTH,
    Leaf,
    MimePart,
    Structure,
    body_html,
    html_to_text,
    read_structure,
    readable_text,
    take_uuencoded,
)
from heard.channels.email.decoding import decode_words
from heard.channels.email.envelope import TOO_LARGE_MARK, Address, InboundMessage, Part, UnreadableEmail
from heard.channels.email.sanitising import sanitise
from heard.channels.email.splitting import split
from heard.lib.text import storable

MAX_SECONDS = 10.0  # of processor time
MAX_RAW_BYTES = 50 * 1024 * 1024
MAX_TEXT_LENGTH = 2_000_000  # characters
MAX_SUBJECT_LENGTH = 998  # RFC 5322, 2.1.1
MAX_FILE_NAME_LENGTH = 200
MAX_HEADER_BYTES = 1024 * 1024  # all headers of the message together
MAX_HEADERS = 10_000
MAX_LINES = 1_500_000
MAX_PARSED_PARTS = 20_000
CHUNK_BYTES = 65_536

_ADDRESS_HEADER_LENGTH = 65_536
_MAIL_HEADERS = {
    "from", "to", "cc", "bcc", "date", "subject", "message-id", "received", "return-path", "mime-version", "content-type", "delivered-to",
    "sender", "reply-to", "in-reply-to", "references", "x-mailer", "resent-from", "dkim-signature", "errors-to", "apparently-to",
}  # fmt: skip


class Deadline:
    """A bound on the processor time of this thread that works by being asked. A busy machine makes no message unreadable."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def check(self) -> None:
        if self._clock() > self._end:
            raise UnreadableEmail("took_too_long")


@dataclass(frozen=True, slots=True)
class DecodedPart:
    """A part as decoded, before anything is made of it."""

    number: int
    media_type: str
    name: str
    content_id: str
    content: bytes
    text: str | None  # None for parts that are no text


@dataclass(frozen=True, slots=True)
class DecodedParts:
    """The bodies and attachments of a message by the rules of RFC 8621, before trimming and sanitising."""

    text_body: tuple[DecodedPart, ...]
    html_body: tuple[DecodedPart, ...]
    attachments: tuple[DecodedPart, ...]


def parse(raw: bytes, *, installation: str = "", seconds: float = MAX_SECONDS) -> InboundMessage:
    """The message in `raw`. Raises UnreadableEmail (too_large, empty, not_an_email, took_too_long) and nothing else.

    `installation` is the value of X-Heard-Installation in what we send ourselves; mail that carries it is marked `own`.
    """
    return parse_with_files(raw, installation=installation, seconds=seconds)[0]


def parse_with_files(raw: bytes, *, installation: str = "", seconds: float = MAX_SECONDS) -> tuple[InboundMessage, tuple[bytes, ...]]:
    """As `parse`, and the content of each of its attachments in the same order: decoded anyway, so no second pass is needed."""
    deadline = Deadline(seconds)
    root, problems = read_message(raw, deadline)
    try:
        return _Reading(root, problems, deadline, installation).result(lambda: _beginning(raw, root, deadline))
    except RecursionError:
        raise UnreadableEmail("took_too_long") from None


def attachment(raw: bytes, number: int) -> bytes:
    """The content of the attachment with this `Part.number`. Raises KeyError when the message has none such, else as `parse`."""
    deadline = Deadline(MAX_SECONDS)
    root, problems = read_message(raw, deadline)
    reading = _Reading(root, problems, deadline, "")
    reading.texts()
    for leaf in reading.files():
        if leaf.number == number:
            return leaf.content()[0]
    raise KeyError(number)


def decode_parts(raw: bytes) -> DecodedParts:
    """What the message holds before we make anything of it: for comparison with other parsers and for export."""
    root, _problems = read_message(raw, Deadline(MAX_SECONDS))
    structure = read_structure(root)
    return DecodedParts(*(tuple(map(_decoded, leaves)) for leaves in (structure.text_body, structure.html_body, structure.attachments)))


def _decoded(leaf: Leaf) -> DecodedPart:
    text = leaf.text()[0] if leaf.media_type.startswith("text/") else None
    return DecodedPart(leaf.number, leaf.media_type, leaf.name, leaf.content_id, leaf.content()[0], text)


# From bytes to parts


def read_message(raw: bytes, deadline: Deadline | None = None) -> tuple[MimePart, set[str]]:
    """The tree of parts, and the problems met. A structure too deep or too large is given as one text part instead."""
    if len(raw) > MAX_RAW_BYTES or raw.startswith(TOO_LARGE_MARK):
        raise UnreadableEmail("too_large")
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not raw.strip():
        raise UnreadableEmail("empty")
    deadline = deadline or Deadline(MAX_SECONDS)
    problems: set[str] = set()
    raw = _with_bounded_headers(raw, problems)
    root = None
    if raw.count(b"\n") <= MAX_LINES:
        try:
            root = _parsed(raw, deadline)
        except (_TooMany, RecursionError):
            problems.add("too_many_parts")
        except UnreadableEmail:
            raise
        except Exception:  # whatever the library still raises for hostile structures: the text can be shown all the same
            problems.add("broken_mime")
    else:
        problems.add("cut")
    if root is None:
        root = _as_one_text(raw, deadline)
    names = {name.lower() for name, _value in root.raw_headers()}
    if names.isdisjoint(_MAIL_HEADERS) and not (names and "cut" in problems):  # those that we know may have been cut off
        raise UnreadableEmail("not_an_email")
    if _has_defects(root):
        problems.add("broken_mime")
    return root, problems


def read_headers(raw: bytes) -> MimePart:
    """The headers alone, as `read_message` gives them: for those who do not need the parts. Raises as `parse`."""
    if len(raw) > MAX_RAW_BYTES:
        raise UnreadableEmail("too_large")
    raw = raw[: MAX_HEADER_BYTES * 2].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    raw = _with_bounded_headers(raw, set())
    return _parsed(_CONTENT_HEADER.sub(b"X-Unread-Content-", raw[: _end_of_headers(raw)[1]]), Deadline(MAX_SECONDS))


def _beginning(raw: bytes, root: MimePart, deadline: Deadline) -> MimePart:
    """The message as if it ended after the lines in which reports of failed delivery are searched."""
    end = 0
    for _ in range(bounces.MAX_SEARCHED_LINES):
        end = raw.find(b"\n", end) + 1
        if end == 0:
            break
    end = min(end or len(raw), MAX_HEADER_BYTES // 4)
    if end == len(raw):
        return root
    try:
        return read_message(raw[:end], deadline)[0]
    except UnreadableEmail as refusal:
        if refusal.cause == "took_too_long":
            raise
        return MimePart()  # two thousand lines without one header that we know


class _TooMany(Exception):
    """More parts, or deeper ones, than anybody writes."""


class _ShallowLines(BufferedSubFile):
    """The library tests every line against every open boundary; this bounds how many can be open."""

    def push_eof_matcher(self, matcher: Callable[[str], object]) -> None:
        if len(self._eofstack) > 2 * MAX_DEPTH:  # type: ignore[attr-defined]
            raise _TooMany
        super().push_eof_matcher(matcher)  # type: ignore[arg-type]


def _parsed(raw: bytes, deadline: Deadline) -> MimePart:
    root = split(raw)
    return _parsed_by_library(raw, deadline) if root is None else root


def _parsed_by_library(raw: bytes, deadline: Deadline) -> MimePart:
    count = 0

    def new_part() -> MimePart:
        nonlocal count
        count += 1
        if count > MAX_PARSED_PARTS:
            raise _TooMany
        return MimePart()

    parser = BytesFeedParser(new_part, policy=compat32)
    parser._input = _ShallowLines()  # type: ignore[attr-defined]
    for start in range(0, len(raw), CHUNK_BYTES):
        parser.feed(raw[start : start + CHUNK_BYTES])
        deadline.check()
    root = parser.close()
    assert isinstance(root, MimePart)
    return root


def _as_one_text(raw: bytes, deadline: Deadline) -> MimePart:
    headers = raw[: _end_of_headers(raw)[1]]
    root = _parsed(_CONTENT_HEADER.sub(b"X-Unread-Content-", headers[:MAX_HEADER_BYTES]), deadline)
    text = raw[len(headers) : len(headers) + MAX_TEXT_LENGTH]
    root.set_payload(text.decode("ascii", "surrogateescape"))
    return root


def _end_of_headers(raw: bytes) -> tuple[int, int]:
    """Where the empty line after the headers begins and ends; both are len(raw) when there is none."""
    found = [(place, place + len(mark)) for mark in (b"\n\n", b"\n\r\n") if (place := raw.find(mark)) >= 0]
    return min(found) if found else (len(raw), len(raw))


_CONTENT_HEADER = re.compile(rb"^Content-", re.IGNORECASE | re.MULTILINE)
_SPACE_BEFORE_COLON = re.compile(rb"^([A-Za-z0-9\-]{1,60})[ \t]{1,9}:", re.MULTILINE)  # RFC 5322, 4.5: obsolete, still to be read
_FIELD = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*\n)*")


def _with_bounded_headers(raw: bytes, problems: set[str]) -> bytes:
    """Cuts single headers of absurd length, and what stands after the first megabyte of headers."""
    start, end = _end_of_headers(raw)
    length = min(start + 1, len(raw))
    if length <= MAX_HEADER_BYTES // 4:
        return _SPACE_BEFORE_COLON.sub(rb"\1:", raw[:length]) + raw[length:] if _SPACE_BEFORE_COLON.search(raw, 0, length) else raw
    kept: list[bytes] = []
    size = position = 0
    while position < length and size < MAX_HEADER_BYTES and len(kept) < MAX_HEADERS:
        field = _FIELD.match(raw, position, length)
        if field is None:
            kept.append(raw[position : min(length, position + MAX_HEADER_BYTES // 4)])
            break
        kept.append(field[0][: MAX_HEADER_BYTES // 4].rstrip(b"\r\n") + b"\n")
        size += len(kept[-1])
        position = field.end()
    problems.add("cut")
    return b"".join(kept) + b"\n" + raw[end:]


# Defects that tell of a structure other than the sender meant. The library lists many more that change nothing.
_TELLING_DEFECTS = {
    "NoBoundaryInMultipartDefect",
    "StartBoundaryNotFoundDefect",
    "CloseBoundaryNotFoundDefect",
    "MultipartInvariantViolationDefect",
    "InvalidMultipartContentTransferEncodingDefect",
    "FirstHeaderLineIsContinuationDefect",
    "MissingHeaderBodySeparatorDefect",
}


def _has_defects(root: MimePart) -> bool:
    waiting = [root]
    for _ in range(MAX_PARSED_PARTS):
        if not waiting:
            return False
        part = waiting.pop()
        if any(type(defect).__name__ in _TELLING_DEFECTS for defect in part.defects):
            return True
        waiting.extend(part.parts())
    return False


# From parts to the message


class _Reading:
    """The making of one `InboundMessage`."""

    def __init__(self, root: MimePart, problems: set[str], deadline: Deadline, installation: str) -> None:
        self.root = root
        self.problems = problems
        self.deadline = deadline
        self.installation = installation
        self.structure: Structure = read_structure(root)
        self.problems |= self.structure.problems
        self.uu_files: list[Leaf] = []
        deadline.check()

    def result(self, beginning: Callable[[], MimePart]) -> tuple[InboundMessage, tuple[bytes, ...]]:
        message = self._with_headers()
        plain, html = self.texts()
        self.deadline.check()
        html = storable(sanitise(html)) if html else ""
        self.deadline.check()
        text = plain if plain.strip() or not html else html_to_text(html)
        text = self._bounded(storable(text))
        self.deadline.check()
        leaves = self.files()
        contents = tuple(leaf.content()[0] for leaf in leaves)
        attachments = tuple(self._part(leaf, html) for leaf in leaves)
        self.deadline.check()
        bounce = bounces.find_bounce(self.root, message, text, beginning)
        kind = automatic.classify(self.root, message, is_bounce=bounce is not None, installation=self.installation)
        new_text, quoted_text = ("", "") if not text else (text, "") if kind == "bounce" else trimming.trim(text)
        self.deadline.check()
        return (
            replace(
                message,
                text=text,
                new_text=new_text,
                quoted_text=quoted_text,
                html=html,
                attachments=attachments,
                automatic=kind,
                bounce=bounce,
                body_digest=_body_digest(text, attachments),
                problems=tuple(sorted(self.problems)),
            ),
            contents,
        )

    def _with_headers(self) -> InboundMessage:
        root = self.root
        sent_at = self._date()
        message_ids = parse_message_ids(root.header("message-id"))
        if not message_ids:
            self.problems.add("no_message_id")
        in_reply_to = parse_message_ids(root.header("in-reply-to"))
        references = parse_message_ids(root.header("references"))
        to, cc = self._addresses("to"), self._addresses("cc")
        delivered_to = self._delivered_to()
        return_path = _return_path(root)
        message = InboundMessage(
            message_id=message_ids[0] if message_ids else "",
            in_reply_to=in_reply_to,
            references=references,
            sender=self._sender(return_path),
            reply_to=self._addresses("reply-to"),
            to=to,
            cc=cc,
            bcc=self._addresses("bcc"),
            delivered_to=delivered_to,
            return_path=return_path,
            subject=_tidy(decode_words(root.header("subject")[:_ADDRESS_HEADER_LENGTH]), MAX_SUBJECT_LENGTH),
            sent_at=sent_at,
        )
        found = tokens.find_tokens(message)
        return replace(message, own_token=found[0]) if found else message

    def _addresses(self, name: str) -> tuple[Address, ...]:
        found: list[Address] = []
        for value in self.root.headers(name)[:10]:
            found.extend(parse_addresses(value))
        if len(found) > MAX_ADDRESSES:
            self.problems.add("cut")
        return tuple(found[:MAX_ADDRESSES])

    def _sender(self, return_path: str | None) -> Address | None:
        for name in ("from", "sender", "resent-from"):
            found = self._addresses(name)
            if found:
                return found[0]
            self.problems.add("no_sender")
        return Address("", return_path) if return_path else None

    def _delivered_to(self) -> tuple[str, ...]:
        found: list[str] = []
        for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to"):
            for value in self.root.headers(name)[:20]:
                found.extend(address.address for address in parse_addresses(value[:2000]))
        return tuple(dict.fromkeys(found))[:50]

    def _date(self) -> datetime | None:
        value = self.root.header("date")[:100]
        if not value:
            self.problems.add("no_date")
            return None
        moment = parse_date(value)
        if moment is None:
            self.problems.add("bad_date")
        return moment

    def texts(self) -> tuple[str, str]:
        """The plain text body ("" if the mail has only HTML), and the HTML source, neither of them storable yet."""
        pieces: list[str] = []
        for leaf in self.structure.text_body:
            if leaf.media_type != "text/plain":
                continue
            text, is_sure = readable_text(leaf)
            if not is_sure:
                self.problems.add("bad_charset")
            text, files = take_uuencoded(text, leaf.part, len(self.uu_files))
            self.uu_files.extend(files)
            pieces.append(text.strip("\n") if len(self.structure.text_body) > 1 else text)
            self.deadline.check()
        html, is_sure = body_html(self.structure.html_body)
        if not is_sure:
            self.problems.add("bad_charset")
        return "\n\n".join(piece for piece in pieces if piece), html

    def files(self) -> list[Leaf]:
        return self.structure.attachments + self.uu_files

    def _bounded(self, text: str) -> str:
        if len(text) > MAX_TEXT_LENGTH:
            self.problems.add("cut")
            text = text[:MAX_TEXT_LENGTH]
        return text.strip("\n")

    def _part(self, leaf: Leaf, html: str) -> Part:
        content, is_sound = leaf.content()
        if not is_sound:
            self.problems.add("broken_mime")
        content_id = _tidy(leaf.content_id, 255)
        return Part(
            number=leaf.number,
            name=_file_name(leaf),
            content_type=_tidy(leaf.media_type, 100),
            content_id=content_id,
            size=len(content),
            is_inline=bool(content_id) and f'data-cid="{content_id}"' in html,
        )


def parse_date(value: str) -> datetime | None:
    """The moment in a Date header, in UTC; without a zone it is read as UTC. None when it is no date."""
    try:
        moment = email_utils.parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _return_path(root: MimePart) -> str | None:
    values = root.headers("return-path")
    if not values:
        return None
    found = parse_addresses(values[0][:2000])
    return found[0].address if found else normalise_address(values[0][:2000])


_SPACES = re.compile(r"\s+")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _tidy(text: str, limit: int) -> str:
    """One line of text from a header."""
    return storable(_CONTROL.sub("", _SPACES.sub(" ", text)).strip(), limit)


_UNSAFE_IN_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]')


def _file_name(leaf: Leaf) -> str:
    """The attachment's own name without its folders, or one made from its type and number; never empty."""
    name = decode_words(leaf.name) if "=?" in leaf.name else leaf.name
    name = _tidy(name.replace("\\", "/").rpartition("/")[2], MAX_FILE_NAME_LENGTH * 20)
    name = _UNSAFE_IN_NAME.sub("_", name).strip(". ")
    if name:
        stem, dot, ending = name.rpartition(".")
        if len(name) > MAX_FILE_NAME_LENGTH and dot and len(ending) <= 10:
            name = stem[: MAX_FILE_NAME_LENGTH - len(ending) - 1] + "." + ending
        return name[:MAX_FILE_NAME_LENGTH]
    if leaf.media_type == "message/rfc822":
        inner = leaf.part.parts()
        subject = inner[0].header("subject") if inner else ""
        name = _UNSAFE_IN_NAME.sub("_", _tidy(decode_words(subject), 100)).strip(". ")
        return (name or f"message-{leaf.number}") + ".eml"
    return f"part-{leaf.number}{_ENDINGS.get(leaf.media_type) or mimetypes.guess_extension(leaf.media_type) or '.bin'}"


_ENDINGS = {
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/calendar": ".ics",
}


def _body_digest(text: str, attachments: Sequence[Part]) -> str:
    """The same for two copies of one mail that took different ways: words and attachments count, white space does not."""
    digest = hashlib.sha256("".join(text.split()).encode())
    for part in attachments:
        digest.update(f"\n{part.name}\n{part.size}".encode())
    return digest.hexdigest()
