"""An `Outgoing` to the bytes of a message: the same value always gives the same bytes, and no value can add a header.

Written by hand rather than by the standard library's generator, which turns long Message-IDs in References into encoded words that no
other mail program reads, and so that nothing depends on a clock, a random boundary or a host name.
"""

import base64
import binascii
import hashlib
import html as html_entities
import re
from collections.abc import Iterable
from email.utils import format_datetime

from heard.channels.email.addresses import MAX_NAME_LENGTH, normalise_domain
from heard.channels.email.automatic import INSTALLATION_HEADER
from heard.channels.email.bodies import with_plain_line_ends
from heard.channels.email.envelope import Address, Outgoing, OutgoingFile, Quoted
from heard.lib.text import storable

LINE_LENGTH = 76
MAX_FIRST_REFERENCES = 1
MAX_LAST_REFERENCES = 20
MAX_SUBJECT_LENGTH = 500
MAX_QUOTED_LENGTH = 100_000  # characters of the message that is answered

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_REPLY_MARK = re.compile(r"^\s*(?:(?:re|aw|sv|antw|odp|vs|ref|rif|res)(?:\[\d{1,3}\])?\s*[:：]\s*)+", re.IGNORECASE)
_LINK = re.compile(r"https?://[!-;=?-~]{1,400}")
_ID = re.compile(r"[^\s<>\x00-\x20\x7f]{1,900}")


def compose(outgoing: Outgoing) -> bytes:
    """The message, with CRLF line ends. Text and HTML as alternatives, the answered message quoted below, files attached.

    Raises ValueError when there is nobody to send to, or no sender, Message-ID or zone of the date.
    """
    _refuse_incomplete(outgoing)
    headers = [
        _address_header("From", (outgoing.sender,)),
        _address_header("To", outgoing.to),
        _address_header("Cc", outgoing.cc),
        _address_header("Reply-To", outgoing.reply_to),
        _text_header("Subject", subject_of(outgoing)),
        f"Date: {format_datetime(outgoing.date)}",
        _id_header("Message-ID", (outgoing.message_id,)),
        _id_header("In-Reply-To", (outgoing.in_reply_to,)),
        _id_header("References", references_of(outgoing)),
        _text_header(INSTALLATION_HEADER, outgoing.installation),
        *_automatic_headers(outgoing),
        "MIME-Version: 1.0",
    ]
    lines = [header for header in headers if header]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n" + _body(outgoing)


def _refuse_incomplete(outgoing: Outgoing) -> None:
    if not outgoing.to and not outgoing.cc:
        raise ValueError("a message needs a recipient")
    if not _ID.fullmatch(outgoing.message_id):
        raise ValueError("a message needs a Message-ID")
    if outgoing.date.tzinfo is None:
        raise ValueError("the date needs a time zone")


def _automatic_headers(outgoing: Outgoing) -> tuple[str, ...]:
    if outgoing.is_unasked:
        return _headers_of_unasked(outgoing)
    if not outgoing.is_automatic:
        return ()
    return ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "Precedence: auto_reply")


def _headers_of_unasked(outgoing: Outgoing) -> tuple[str, ...]:
    """Mail to many: no holiday robot should answer it, and its reader may end it with one click (RFC 2369, RFC 8058)."""
    headers = ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All")
    if not _LINK.fullmatch(outgoing.unsubscribe):
        return headers
    one_click = ("List-Unsubscribe-Post: List-Unsubscribe=One-Click",) if outgoing.unsubscribe.startswith("https:") else ()
    return (*headers, f"List-Unsubscribe: <{outgoing.unsubscribe}>", *one_click)


def recipients(outgoing: Outgoing) -> tuple[str, ...]:
    """The addresses for the envelope, each once."""
    return tuple(dict.fromkeys(address.address for address in (*outgoing.to, *outgoing.cc)))


# Headers


def subject_of(outgoing: Outgoing) -> str:
    """The subject on one line; for an answer with exactly one "Re: " before it, whatever marks it had."""
    subject = _one_line(outgoing.subject)[:MAX_SUBJECT_LENGTH]
    return "Re: " + _REPLY_MARK.sub("", subject) if outgoing.is_reply else subject


def references_of(outgoing: Outgoing) -> tuple[str, ...]:
    """The chain of this answer: the first and the last twenty, and what is answered as the last (RFC 5322, 3.6.4)."""
    chain = list(dict.fromkeys(outgoing.references))
    if outgoing.in_reply_to:
        chain = [known for known in chain if known != outgoing.in_reply_to] + [outgoing.in_reply_to]
    if len(chain) > MAX_FIRST_REFERENCES + MAX_LAST_REFERENCES:
        chain = chain[:MAX_FIRST_REFERENCES] + chain[-MAX_LAST_REFERENCES:]
    return tuple(chain)


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", storable(text)).strip()


def _id_header(name: str, ids: Iterable[str]) -> str:
    """Message-IDs are never broken or encoded; each goes on a line of its own when they do not fit."""
    kept = [f"<{text}>" for text in ids if _ID.fullmatch(text)]
    return _folded(name, [text.encode("ascii", "replace").decode("ascii") for text in kept])


def _text_header(name: str, text: str) -> str:
    text = _one_line(text)
    return _folded(name, _encoded(text)) if text else ""


def _address_header(name: str, addresses: Iterable[Address]) -> str:
    entries = [_mailbox(address) for address in addresses]
    tokens: list[str] = []
    for place, entry in enumerate(entries):
        tokens += entry if place == len(entries) - 1 else [*entry[:-1], entry[-1] + ","]
    return _folded(name, tokens)


_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]*")


def _mailbox(address: Address) -> list[str]:
    local, _, domain = address.address.rpartition("@")
    local = _BREAKS.sub("", local)
    if not local or not normalise_domain(domain) or (re.search(r"[\s<>,;:]", local) and not local.startswith('"')):
        raise ValueError("not an address")
    brackets = f"{local}@{normalise_domain(domain)}"
    name = _one_line(address.name)[:MAX_NAME_LENGTH]
    if not name:
        return [brackets]
    if not name.isascii() or "=?" in name:
        return [*_encoded(name, always=True), f"<{brackets}>"]
    if not _PLAIN_NAME.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return [*name.split(" "), f"<{brackets}>"]


def _encoded(text: str, *, always: bool = False) -> list[str]:
    """`text` as words that may be folded between: plain ones if it is ASCII, else encoded words (RFC 2047) of at most 75 characters."""
    if text.isascii() and "=?" not in text and not always and max(map(len, text.split(" "))) < LINE_LENGTH and "  " not in text:
        return text.split(" ")
    words: list[str] = []
    chunk = b""
    for character in text:
        data = character.encode("utf-8")
        if len(chunk) + len(data) > 42:  # 56 characters of Base64, and 12 around them
            words.append(_encoded_word(chunk))
            chunk = b""
        chunk += data
    return [*words, _encoded_word(chunk)]


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?="


def _folded(name: str, tokens: list[str]) -> str:
    if not tokens:
        return ""
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > LINE_LENGTH and lines[-1].strip() != f"{name}:":
            lines.append("")
        lines[-1] += " " + token
    return "\r\n".join(lines)


# The body


def _body(outgoing: Outgoing) -> bytes:
    """From `Content-Type:` on."""
    plain = _text_part("plain", text_of(outgoing))
    rich = _text_part("html", html_of(outgoing))
    inline = [file for file in outgoing.files if file.content_id]
    if inline:
        rich = _multipart("related", outgoing, [rich, *(_file_part(file) for file in inline)], 'type="text/html"')
    body = _multipart("alternative", outgoing, [plain, rich])
    attached = [file for file in outgoing.files if not file.content_id]
    if attached:
        body = _multipart("mixed", outgoing, [body, *(_file_part(file) for file in attached)])
    return body


def _multipart(kind: str, outgoing: Outgoing, parts: list[bytes], more: str = "") -> bytes:
    digest = hashlib.sha256(outgoing.message_id.encode("utf-8", "replace"))
    for part in parts:
        digest.update(part)
    # "=_" stands neither in quoted-printable nor in Base64, and nobody can write a text that holds its own digest.
    boundary = f"=_{kind[:3]}_{digest.hexdigest()[:32]}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"' + (f";\r\n {more}" if more else "") + "\r\n\r\n"
    edge = b"--" + boundary.encode("ascii")
    return head.encode("ascii") + b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"


def _text_part(kind: str, text: str) -> bytes:
    data = with_plain_line_ends(storable(text)).rstrip("\n") + "\n"
    raw = data.encode("utf-8")
    charset = "us-ascii" if raw.isascii() else "utf-8"
    if raw.isascii() and all(len(line) <= 900 and not line.startswith("From ") for line in data.split("\n")):
        encoding, body = "7bit", raw.replace(b"\n", b"\r\n")
    elif raw.isascii() or len(raw) < 1.5 * len(data):
        encoding, body = "quoted-printable", _quoted_printable(raw)
    else:
        encoding, body = "base64", _base64(raw.replace(b"\n", b"\r\n"))
    return f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii") + body


def _quoted_printable(raw: bytes) -> bytes:
    body = binascii.b2a_qp(raw, istext=True).replace(b"\n", b"\r\n")
    return re.sub(rb"^From ", b"=46rom ", body, flags=re.MULTILINE)  # some servers would write >From


def _base64(raw: bytes) -> bytes:
    return binascii.b2a_base64(raw, newline=False) if len(raw) <= 57 else b"\r\n".join(_base64_lines(raw)) + b"\r\n"


def _base64_lines(raw: bytes) -> Iterable[bytes]:
    for start in range(0, len(raw), 57):
        yield binascii.b2a_base64(raw[start : start + 57], newline=False)


_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+\-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+\-]{0,60}")
_PLAIN_FILE_NAME = re.compile(r"[A-Za-z0-9 ._+()\-]{1,60}")


def _file_part(file: OutgoingFile) -> bytes:
    media_type = file.content_type.lower().strip()
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("multipart/", "message/")):
        media_type = "application/octet-stream"  # a message/… may not be Base64 (RFC 2046, 5.2.1)
    disposition = "inline" if file.content_id else "attachment"
    lines = [
        f"Content-Type: {media_type}",
        f"Content-Disposition: {disposition};\r\n {_file_name(file.name)}",
        "Content-Transfer-Encoding: base64",
    ]
    if file.content_id:
        lines.append(_id_header("Content-ID", (file.content_id,)))
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + _base64(file.content)


def _file_name(name: str) -> str:
    """The parameter `filename`, by RFC 2231 where it needs more than ASCII or more than a line."""
    name = _one_line(name)[:200] or "file"
    if _PLAIN_FILE_NAME.fullmatch(name):
        return f'filename="{name}"'
    encoded = [f"%{byte:02X}" if not chr(byte).isalnum() or byte > 127 else chr(byte) for byte in name.encode("utf-8")]
    pieces: list[str] = []
    line = ""
    for unit in encoded:
        if len(line) + len(unit) > 50:
            pieces.append(line)
            line = ""
        line += unit
    pieces.append(line)
    if len(pieces) == 1:
        return f"filename*=utf-8''{pieces[0]}"
    return ";\r\n ".join(f"filename*{place}*={'utf-8' + chr(39) * 2 if place == 0 else ''}{piece}" for place, piece in enumerate(pieces))


# What people read


def text_of(outgoing: Outgoing) -> str:
    """The plain text: the answer, the signature after "-- ", and the quoted message with "> " before its lines."""
    blocks = [with_plain_line_ends(outgoing.text).strip("\n")]
    if outgoing.signature.strip():
        blocks.append("-- \n" + with_plain_line_ends(outgoing.signature).strip("\n"))
    if outgoing.quoted:
        quoted = with_plain_line_ends(outgoing.quoted.text[:MAX_QUOTED_LENGTH]).strip("\n")
        marked = "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
        blocks.append(f"{introduction_of(outgoing.quoted)}\n\n{marked}")
    return "\n\n".join(blocks)


def html_of(outgoing: Outgoing) -> str:
    """The HTML: what was given, or the text with its links; then signature and quotation."""
    blocks = [outgoing.html or text_as_paragraphs(outgoing.text)]
    if outgoing.signature.strip():
        blocks.append(f"<div>-- <br>{text_as_lines(outgoing.signature)}</div>")
    if outgoing.quoted:
        quoted = outgoing.quoted
        is_short = 0 < len(quoted.html) <= MAX_QUOTED_LENGTH
        inner = quoted.html if is_short else text_as_lines(quoted.text[:MAX_QUOTED_LENGTH])
        style = "margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex"
        blocks.append(
            f"<div>{html_entities.escape(introduction_of(quoted))}</div>\n"
            f'<blockquote type="cite" style="{style}">{_without_local_images(inner)}</blockquote>'
        )
    return "<!doctype html>\n<html><body>\n" + "\n<br>\n".join(blocks) + "\n</body></html>"


def introduction_of(quoted: Quoted) -> str:
    if quoted.introduction:
        return _one_line(quoted.introduction)
    author = _one_line(quoted.author)
    return f"On {quoted.sent_at:%d %b %Y at %H:%M %Z}, {author} wrote:" if quoted.sent_at else f"{author} wrote:"


_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]]")


def text_as_paragraphs(text: str) -> str:
    paragraphs = re.split(r"\n{2,}", with_plain_line_ends(text).strip("\n"))
    return "\n".join(f"<p>{text_as_lines(paragraph)}</p>" for paragraph in paragraphs)


def text_as_lines(text: str) -> str:
    """Plain text as HTML, its lines kept and its web addresses made links."""
    pieces: list[str] = []
    position = 0
    for link in _LINK.finditer(text):
        address = html_entities.escape(link[0])
        pieces += [html_entities.escape(text[position : link.start()], quote=False), f'<a href="{address}">{address}</a>']
        position = link.end()
    pieces.append(html_entities.escape(text[position:], quote=False))
    return with_plain_line_ends("".join(pieces)).replace("\n", "<br>\n")


_LOCAL_IMAGE = re.compile(r"<img [^>]*>")


def _without_local_images(clean: str) -> str:
    """Quoted images are not sent back: ours have no address outside, and those from elsewhere would load unasked."""
    return _LOCAL_IMAGE.sub("", clean)
