"""Which parts of a message are read and which are attached, and how a part becomes text.

The choice follows the algorithm of RFC 8621 (JMAP for Mail), section 4.1.4.
"""

import html as html_entities
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message

from heard.channels.email.decoding import decode, decode_header_bytes, decode_transfer, decode_uu, parse_parameters

MAX_PARTS = 1_000
MAX_DEPTH = 50
MAX_UU_FILES = 100
UU_NUMBERS = 100_000  # files found inside text are numbered from here on

_INLINE_MEDIA = ("image/", "audio/", "video/")


class MimePart(Message):
    """The standard library's message, with headers read by our own bounded parsers."""

    def raw_headers(self) -> Iterator[tuple[str, str]]:
        return iter(self._headers)  # type: ignore[attr-defined]

    def _values(self) -> dict[str, list[str]]:
        """Values by name in lower case; made once, when the parser has set the headers."""
        index = self.__dict__.get("_index")
        if index is None:
            index = {}
            for key, value in self._headers:  # type: ignore[attr-defined]
                index.setdefault(key.lower(), []).append(value)
            if self._payload is not None:  # type: ignore[attr-defined]
                self.__dict__["_index"] = index
        return index

    def header(self, name: str) -> str:
        """The first header of that name (lower case), unfolded, encoded words kept; "" if absent."""
        values = self._values().get(name)
        return decode_header_bytes(str(values[0])[:MAX_HEADER_LENGTH]).strip() if values else ""

    def headers(self, name: str) -> list[str]:
        """All headers of that name (lower case), as `header` gives the first."""
        return [decode_header_bytes(str(value)[:MAX_HEADER_LENGTH]).strip() for value in self._values().get(name, ())]

    def content(self) -> tuple[str, dict[str, str]]:
        """Media type in lower case and its parameters. Kept after the first question."""
        found = self.__dict__.get("_content")
        if found is None:
            found = parse_parameters(self.header("content-type"))
            self.__dict__["_content"] = found
        return found

    # The parser of the standard library asks these three; its own answers take quadratic time for long headers.
    def get_content_type(self) -> str:
        media_type = self.content()[0]
        if media_type.count("/") == 1 and media_type[0] != "/" and media_type[-1] != "/":
            return media_type
        return "text/plain" if media_type else self.get_default_type()

    def get_boundary(self, failobj=None):
        boundary = self.content()[1].get("boundary", "").rstrip()
        return boundary.encode("utf-8", "replace").decode("ascii", "surrogateescape") or failobj

    def get_content_maintype(self) -> str:
        return self.get_content_type().partition("/")[0]

    def parts(self) -> list["MimePart"]:
        """The parts directly within: those of a multipart, the message within a message, the blocks of a delivery report; [] for a leaf."""
        payload = self._payload  # type: ignore[attr-defined]
        return payload if isinstance(payload, list) else []

    def payload_bytes(self) -> bytes:
        """The body as it stands in the mail, transfer encoding kept; b"" for a part made of parts."""
        payload = self._payload  # type: ignore[attr-defined]
        return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


MAX_HEADER_LENGTH = 262_144  # characters of one header that are read


@dataclass(slots=True)
class Leaf:
    """A part without parts (a message inside a message counts as one)."""

    part: MimePart
    number: int  # its place in Message.walk()
    media_type: str
    disposition: str
    name: str  # as the mail gives it, "" if it gives none
    content_id: str
    uu_content: bytes | None = None
    _content: tuple[bytes, bool] | None = None

    def content(self) -> tuple[bytes, bool]:
        """The decoded bytes, and whether the transfer encoding was sound. Decoded once."""
        if self._content is None:
            self._content = self._decoded()
        return self._content

    def _decoded(self) -> tuple[bytes, bool]:
        if self.uu_content is not None:
            return self.uu_content, True
        encoding = self.part.header("content-transfer-encoding")
        if self.part.is_multipart():
            data = b"\n".join(_as_bytes(inner) for inner in self.part.parts())
            return decode_transfer(data, encoding) if encoding.lower() == "base64" else (data, True)
        return decode_transfer(self.part.payload_bytes(), encoding)

    @property
    def is_media(self) -> bool:
        return self.media_type.startswith(_INLINE_MEDIA)

    def text(self) -> tuple[str, bool]:
        """The decoded text with `\\n` line ends, and whether neither charset nor transfer encoding had to be guessed."""
        data, is_sound = self.content()
        charset = self.part.content()[1].get("charset", "")
        if not charset and self.media_type == "text/html":
            charset = _charset_in_html(data)
        text, is_sure = decode(data, charset)
        text = text.removeprefix("\ufeff")
        return text, is_sound and is_sure


def _as_bytes(message: Message) -> bytes:
    """A contained message as it was, as far as the parser kept it."""
    try:
        return message.as_bytes(policy=message.policy.clone(max_line_length=0))
    except Exception:  # the generator raises many kinds for broken structures; what is left is its text
        return b"".join(part.payload_bytes() for part in message.walk() if isinstance(part, MimePart))


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)


def _charset_in_html(data: bytes) -> str:
    found = _META_CHARSET.search(data[:2048])
    return found[1].decode("ascii") if found else ""


@dataclass(slots=True)
class Structure:
    """The parts of one message by use. An inline image is in the bodies and among the attachments."""

    text_body: list[Leaf]
    html_body: list[Leaf]
    attachments: list[Leaf]
    problems: set[str]


def read_structure(root: MimePart) -> Structure:
    """Sorts the parts into bodies and attachments. Looks at most at `MAX_PARTS` parts and `MAX_DEPTH` levels."""
    sorter = _Sorter()
    text: list[Leaf] = []
    html: list[Leaf] = []
    sorter.sort([root], "mixed", False, text, html, 0)
    if sorter.problems and not text and not html:  # what can be read lies deeper than anybody puts it
        deep = (part for part in _parts_within(root) if not part.is_multipart())
        text = [Leaf(part, 0, "text/plain", "", "", "") for part in deep if part.get_content_type() == "text/plain"][:1]
    return Structure(text, html, sorter.attachments, sorter.problems)


class _Sorter:
    """One walk over the parts. Numbers them as Message.walk() does: depth first, the parts of contained messages too."""

    def __init__(self) -> None:
        self.count = 0
        self.attachments: list[Leaf] = []
        self.problems: set[str] = set()

    def sort(
        self, parts: list[MimePart], kind: str, in_alternative: bool, text: list[Leaf] | None, html: list[Leaf] | None, depth: int
    ) -> None:
        """`kind` is the subtype of the multipart that holds `parts`; a body that is None is not wanted here."""
        text_before, html_before = len(text or ()), len(html or ())
        for place, part in enumerate(parts):
            if self.count >= MAX_PARTS or depth > MAX_DEPTH:
                self.problems.add("too_many_parts")
                break
            if part.is_multipart() and part.get_content_maintype() == "multipart":
                self.count += 1
                inner = part.get_content_type().partition("/")[2]
                self.sort(part.parts(), inner, in_alternative or inner == "alternative", text, html, depth + 1)
                continue
            leaf = self._leaf(part)
            if not _is_inline(leaf, place, kind):
                self.attachments.append(leaf)
                continue
            if leaf.is_media:
                self.attachments.append(leaf)
            if kind == "alternative":
                if leaf.media_type == "text/plain" and text is not None:
                    text.append(leaf)
                elif leaf.media_type == "text/html" and html is not None:
                    html.append(leaf)
                continue
            if in_alternative:
                html = None if leaf.media_type == "text/plain" else html
                text = None if leaf.media_type == "text/html" else text
            for body in (text, html):
                if body is not None:
                    body.append(leaf)
        if kind == "alternative" and text is not None and html is not None:
            if len(text) == text_before:
                text.extend(html[html_before:])
            elif len(html) == html_before:
                html.extend(text[text_before:])

    def _leaf(self, part: MimePart) -> Leaf:
        number = self.count
        self.count += 1
        if part.is_multipart():
            self.count += sum(1 for _ in _parts_within(part))
        disposition, parameters = parse_parameters(part.header("content-disposition"))
        name = parameters.get("filename") or part.content()[1].get("name") or ""
        media_type = part.get_content_type()
        if media_type.startswith("multipart/"):  # claims to have parts, has none
            media_type = "text/plain"
            self.problems.add("broken_mime")
        elif number == 0 and media_type.startswith("text/") and media_type != "text/html" and not name:
            media_type = "text/plain"  # text/enriched and the like, when there is nothing else to read
        return Leaf(part, number, media_type, disposition, name, part.header("content-id").strip("<> "))


def _parts_within(part: MimePart) -> Iterator[MimePart]:
    waiting = [part]
    while waiting:
        inner = waiting.pop().parts()
        yield from inner
        waiting.extend(inner)


def _is_inline(leaf: Leaf, place: int, kind: str) -> bool:
    if leaf.disposition == "attachment" or not (leaf.media_type in ("text/plain", "text/html") or leaf.is_media):
        return False
    return place == 0 or (kind != "related" and (leaf.is_media or not leaf.name))


def readable_text(leaf: Leaf) -> tuple[str, bool]:
    """The text of a text/plain part for people: line ends are `\\n`, flowed paragraphs are joined."""
    text, is_sure = leaf.text()
    text = with_plain_line_ends(text)
    parameters = leaf.part.content()[1]
    if parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delete_space=parameters.get("delsp", "").lower() == "yes")
    return text, is_sure


def with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


_QUOTE_MARKS = re.compile(r">*")


def unflowed(text: str, *, delete_space: bool) -> str:
    """Joins the lines of `format=flowed` (RFC 3676): a line that ends in a space goes on in the next of the same quote depth."""
    lines: list[str] = []
    depth_before, flows = -1, False
    for line in text.split("\n"):
        marks = _QUOTE_MARKS.match(line)
        depth = marks.end() if marks else 0
        line = line[depth:]
        line = line.removeprefix(" ")  # space-stuffing
        is_signature = line == "-- "
        if flows and depth == depth_before and not is_signature:
            lines.append(line)
        else:
            lines.append(("\n" if depth_before >= 0 else "") + ">" * depth + (" " if depth and line else "") + line)
        flows = line.endswith(" ") and not is_signature
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
        depth_before = depth
    return "".join(lines)


_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,200})$", re.MULTILINE)


def take_uuencoded(text: str, part: MimePart, first: int) -> tuple[str, list[Leaf]]:
    """`text` without the uuencoded files in it, and those files as attachments numbered from `UU_NUMBERS + first`."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[Leaf] = []
    position = 0
    while first + len(files) < MAX_UU_FILES:
        begin = _UU_BEGIN.search(text, position)
        end = text.find("\nend", begin.end()) if begin else -1
        if begin is None or end < 0:
            break
        lines = text[begin.end() + 1 : end].split("\n")
        if _looks_uuencoded(lines):
            content = decode_uu([line.encode("ascii", "replace") for line in lines])
            name = begin[1].strip()
            files.append(Leaf(part, UU_NUMBERS + first + len(files), "application/octet-stream", "attachment", name, "", content))
            kept.append(text[position : begin.start()])
            position = end + len("\nend")
        else:
            kept.append(text[position : begin.end()])
            position = begin.end()
    return "".join(kept) + text[position:], files


def _looks_uuencoded(lines: list[str]) -> bool:
    """Every line states its length truly; spaces at its end may have been lost on the way."""
    for line in lines:
        if not line:
            continue
        stated = (ord(line[0]) - 32) & 63
        if not " " <= line[0] <= "`" or not stated * 2 // 3 <= len(line) - 1 <= (stated + 2) // 3 * 4 + 2:
            return False
    return bool(lines and lines[0])


# HTML to text. The source is the output of the sanitiser: well-formed, lower case, `<` and `>` only as marks of tags.
_HTML_TOKEN = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dl", "dt", "div", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table", "dl"}
_WHITE = re.compile(r"[ \t\n\r\f]+")
_VOID = {"br", "col", "hr", "img", "wbr"}
_RULE = "_" * 32
MAX_QUOTE_DEPTH = 10


def html_to_text(clean: str) -> str:
    """Sanitised HTML as plain text: blocks on their own lines, `> ` before quotations, `- ` before list items, cells apart by a tab."""
    writer = _TextWriter()
    position = 0
    for tag in _HTML_TOKEN.finditer(clean):
        if tag.start() > position:
            writer.text(clean[position : tag.start()])
        position = tag.end()
        writer.tag(tag[2], bool(tag[1]), is_hidden="display:none" in tag[0])
    writer.text(clean[position:])
    return writer.result()


class _TextWriter:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.preformatted = 0
        self.hidden: list[str] = []  # the open elements from the first hidden one on

    def text(self, escaped: str) -> None:
        if self.hidden:
            return
        text = html_entities.unescape(escaped) if "&" in escaped else escaped
        if self.preformatted:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self.end_line(always=True)
                self.line.append(other)
            return
        text = _WHITE.sub(" ", text)
        if text == " " and (not self.line or self.line[-1][-1:] in (" ", "\t")):
            return
        if text:
            self.line.append(text.lstrip(" ") if not self.line else text)

    def tag(self, name: str, is_end: bool, *, is_hidden: bool) -> None:
        if self.hidden or is_hidden:
            self._hide(name, is_end)
            return
        if name == "br":
            self.end_line(always=True)
        elif name in ("td", "th"):
            if is_end and self.line:
                self.line.append("\t")
        elif name in _BLOCKS:
            self._block(name, is_end)

    def _hide(self, name: str, is_end: bool) -> None:
        if name in _VOID:
            return
        if not is_end:
            self.hidden.append(name)
        elif self.hidden and self.hidden[-1] == name:  # the sanitiser closes what it opens, in order
            self.hidden.pop()

    def _block(self, name: str, is_end: bool) -> None:
        self.end_line()
        if name == "blockquote" and is_end:
            self.depth = max(0, self.depth - 1)
        if name in _SPACED and self.lines:
            if self.lines[-1].strip("> "):
                self.lines.append(self._prefix())
            elif len(self._prefix()) < len(self.lines[-1]):  # two quotations end here
                self.lines[-1] = self._prefix()
        if name == "blockquote" and not is_end:
            self.depth += 1
        elif name == "pre":
            self.preformatted = max(0, self.preformatted + (-1 if is_end else 1))
        elif name == "li" and not is_end:
            self.line.append("- ")
        elif name == "hr":
            self.lines.append(self._prefix() + _RULE)

    def _prefix(self) -> str:
        return "> " * min(self.depth, MAX_QUOTE_DEPTH)

    def end_line(self, *, always: bool = False) -> None:
        text = "".join(self.line)
        text = text.rstrip() if not self.preformatted else text
        self.line.clear()
        if text or always:
            self.lines.append(self._prefix() + text.replace("\xa0", " ").rstrip())

    def result(self) -> str:
        self.end_line()
        text = "\n".join(line.rstrip() for line in self.lines)
        return _MANY_BLANK_LINES.sub("\n\n", text).strip("\n")


_MANY_BLANK_LINES = re.compile(r"\n{3,}")


def text_as_html(text: str) -> str:
    """Plain text as a harmless fragment that keeps its lines."""
    return '<div style="white-space:pre-wrap">' + html_entities.escape(text, quote=False) + "</div>"


def body_html(leaves: Iterable[Leaf]) -> tuple[str, bool]:
    """The source of the HTML body, parts in order, plain parts between them escaped; "" when no part is HTML. Not yet sanitised."""
    leaves = list(leaves)
    if not any(leaf.media_type == "text/html" for leaf in leaves):
        return "", True
    pieces: list[str] = []
    is_sure = True
    for leaf in leaves:
        if leaf.media_type == "text/html":
            text, was_sure = leaf.text()
            pieces.append(with_plain_line_ends(text))
        elif leaf.media_type == "text/plain":
            text, was_sure = readable_text(leaf)
            pieces.append(text_as_html(text))
        else:
            was_sure = True
            if leaf.content_id and leaf.media_type.startswith("image/"):
                pieces.append(f'<img src="cid:{html_entities.escape(leaf.content_id)}" alt="">')
        is_sure = is_sure and was_sure
    return "\n".join(pieces), is_sure
