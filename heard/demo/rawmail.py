"""A letter of the demo as the bytes that would arrive: written by hand, for the library's writer is ten times slower and too tidy."""

import base64
import binascii
import zlib
from collections.abc import Iterable
from datetime import datetime
from html import escape

from .company import DOMAIN, Mail

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PROGRAMS = {"phone": "X-Mailer: Post for phones (8.2)", "desktop": "User-Agent: Swallow/115.6", "office": "X-Mailer: Bureau 16.0"}


def compose(mail: Mail) -> bytes:
    """The letter with headers as a receiving server leaves them: Received, Return-Path, Authentication-Results."""
    head, body = _body(mail)
    lines = [
        f"Return-Path: <{mail.sender}>",
        *_trace(mail),
        f"From: {mailbox(mail.sender_name, mail.sender)}",
        f"To: {', '.join(mailbox(name, address) for name, address in mail.to)}",
    ]
    if mail.cc:
        lines.append(f"Cc: {', '.join(mailbox(name, address) for name, address in mail.cc)}")
    lines += [f"Subject: {encoded(mail.subject)}", f"Date: {date(mail.sent_at)}", f"Message-ID: <{mail.message_id}>"]
    if mail.references:
        lines.append(f"In-Reply-To: <{mail.references[-1]}>")
        lines.append("References: " + "\r\n ".join(f"<{each}>" for each in mail.references[-12:]))
    lines += [f"{name}: {value}" for name, value in mail.headers]
    if mail.mailer in PROGRAMS:
        lines.append(PROGRAMS[mail.mailer])
    lines += ["MIME-Version: 1.0", *head]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def date(moment: datetime) -> str:
    """RFC 5322's form: "Thu, 19 Nov 2026 07:31:00 +0000"."""
    return f"{DAYS[moment.weekday()]}, {moment.day:02d} {MONTHS[moment.month - 1]} {moment.year} {moment:%H:%M:%S %z}"


def mailbox(name: str, address: str) -> str:
    """`"Whitfield, Ada" <ada@…>`, with the name encoded when it must be."""
    if not name:
        return address
    if not name.isascii():
        return f"{encoded(name)} <{address}>"
    if any(char in '(),.:;<>@[]"&' for char in name):
        name = '"' + name.replace('"', "'") + '"'
    return f"{name} <{address}>"


def encoded(text: str) -> str:
    """The text, or encoded words (RFC 2047) of at most 45 bytes each when it is not plain ASCII."""
    if text.isascii():
        return text
    words, chunk = [], b""
    for char in text:
        more = char.encode()
        if len(chunk) + len(more) > 42:
            words.append(chunk)
            chunk = b""
        chunk += more
    words.append(chunk)
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(word).decode()}?=" for word in words)


def _trace(mail: Mail) -> Iterable[str]:
    domain = mail.sender.rpartition("@")[2] or "unknown.invalid"
    host = zlib.crc32(domain.encode()) % 250 + 1
    yield f"Delivered-To: {mail.delivered_to or mail.to[0][1]}"
    yield f"Received: from mail.{domain} (mail.{domain} [192.0.2.{host}])\r\n by mx.{DOMAIN} with ESMTPS; {date(mail.sent_at)}"
    if mail.authentication == "pass":
        proof = f"dmarc=pass header.from={domain}"
        yield f"Authentication-Results: mx.{DOMAIN};\r\n dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain};\r\n {proof}"
    elif mail.authentication == "fail":
        yield f"Authentication-Results: mx.{DOMAIN};\r\n dkim=none; spf=fail smtp.mailfrom={domain}; dmarc=fail header.from={domain}"


def _body(mail: Mail) -> tuple[list[str], bytes]:
    head, body = _words(mail)
    if not mail.enclosures:
        return head, body
    edge = _edge(mail, "mixed")
    parts = [b"--" + edge, "\r\n".join(head).encode(), b"", body]
    for enclosure in mail.enclosures:
        content = base64.encodebytes(enclosure.make()).replace(b"\n", b"\r\n")
        name = encoded(enclosure.name).replace("\r\n ", "")
        parts += [
            b"--" + edge,
            f'Content-Type: {enclosure.content_type}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; filename="{name}"'.encode(),
            b"",
            content,
        ]
    parts.append(b"--" + edge + b"--\r\n")
    return [f'Content-Type: multipart/mixed; boundary="{edge.decode()}"'], b"\r\n".join(parts)


def _words(mail: Mail) -> tuple[list[str], bytes]:
    text = _plain(mail)
    if mail.mailer == "desktop":
        if _latin(text):
            charset = "us-ascii" if text.isascii() else "iso-8859-1"
            return [f"Content-Type: text/plain; charset={charset}; format=flowed", "Content-Transfer-Encoding: 8bit"], _crlf(
                text.encode(charset)
            )
        return ["Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit"], _crlf(text.encode())
    if mail.mailer in ("phone", "plain"):
        return ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"], _quoted_printable(text)
    html = _html(mail)
    if mail.mailer == "office" and zlib.crc32(mail.message_id.encode()) % 4 == 0:
        return ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64"], base64.encodebytes(html.encode()).replace(
            b"\n", b"\r\n"
        )
    edge = _edge(mail, "alt")
    parts = (
        b"--"
        + edge
        + b"\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + _quoted_printable(text),
        b"--"
        + edge
        + b"\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + _quoted_printable(html),
        b"--" + edge + b"--\r\n",
    )
    return [f'Content-Type: multipart/alternative; boundary="{edge.decode()}"'], b"\r\n".join(parts)


def _plain(mail: Mail) -> str:
    if not mail.quoted:
        return mail.text + "\n"
    if mail.mailer == "office":
        return f"{mail.text}\n\n{mail.quoted_head}\n\n{mail.quoted}\n"
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.quoted.split("\n"))
    return f"{mail.text}\n\n{mail.quoted_head}\n{quoted}\n"


def _html(mail: Mail) -> str:
    said = _paragraphs(mail.text)
    if not mail.quoted:
        return f"<html><body>{said}</body></html>\n"
    head, quoted = escape(mail.quoted_head, quote=False).replace("\n", "<br>\n"), _paragraphs(mail.quoted)
    if mail.mailer == "office":
        return f'<html><body>{said}<div style="border-top:solid #e1e1e1 1.0pt;padding-top:3pt"><p>{head}</p></div>{quoted}</body></html>\n'
    return (
        f'<html><body><div dir="ltr">{said}</div><br><div class="gmail_quote"><div class="gmail_attr">{head}</div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;padding-left:1ex">{quoted}</blockquote></div></body></html>\n'
    )


def _paragraphs(text: str) -> str:
    escaped = escape(text, quote=False)
    return "".join("<p>" + block.replace("\n", "<br>\n") + "</p>\n" for block in escaped.split("\n\n"))


def _latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _crlf(body: bytes) -> bytes:
    return body.replace(b"\n", b"\r\n")


def _quoted_printable(text: str) -> bytes:
    return _crlf(binascii.b2a_qp(text.encode(), istext=True))


def _edge(mail: Mail, kind: str) -> bytes:
    return f"=_{kind}_{zlib.crc32(mail.message_id.encode()):08x}".encode()
