"""From the bytes of mail to text: charsets, transfer encodings, encoded words, parameters. Nothing here raises.

Mail names charsets that do not exist, that are not the one used, or none at all. Every function decodes as well as it can and says
(`is_sure`) when it had to guess. All of them take time proportional to their input.
"""

import binascii
import codecs
import quopri
import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

# Supersets by which browsers read these labels too (WHATWG Encoding, 2024), and labels seen only in mail.
_ALIASES = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1-windows-1252": "cp1252", "ansi": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "korean": "cp949", "x-windows-949": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "x-euc-jp": "euc_jp", "x-euc-tw": "big5", "big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8", "iso-8859-6-i": "iso8859_6", "iso-8859-6-e": "iso8859_6",
    "unicode-1-1-utf-7": "utf_7", "x-unicode-2-0-utf-7": "utf_7", "unicode-1-1-utf-8": "utf_8", "utf8mb4": "utf_8", "unicode": "utf_8",
    "utf-8": "utf_8", "utf8": "utf_8", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
_NOT_TEXT = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem"}
_CHARSET_NAME = re.compile(r"[A-Za-z0-9._:\-]{2,40}")


@lru_cache(maxsize=256)
def codec_for(charset: str) -> str | None:
    """The name of a Python text codec for a mail charset, None when nobody knows it."""
    found = _CHARSET_NAME.search(charset)
    if found is None:
        return None
    label = found.group().lower()
    label = _ALIASES.get(label, label)
    label = re.sub(r"^(?:x-)?(?:windows|win|cp|ibm|dos)[-_]?(?=\d{3,4}$)", "cp", label)
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    if codec.name in _NOT_TEXT or not getattr(codec, "_is_text_encoding", True):
        return None
    return codec.name


def decode(data: bytes, charset: str = "") -> tuple[str, bool]:
    """`data` as text, and whether the charset was stated, known and right."""
    is_ascii = data.isascii()
    codec = codec_for(charset) if charset else None
    if codec is None or (codec == "cp1252" and "ascii" in charset.lower()):
        if is_ascii and b"\x1b$" not in data:
            return data.decode("ascii"), codec is not None or not charset
        return _guess(data), False
    if is_ascii and codec in ("utf-8", "cp1252"):
        return data.decode("ascii"), True
    try:
        return data.decode(codec), True
    except (UnicodeError, ValueError):
        pass
    if codec == "cp1252":  # five of its bytes are undefined; Latin-1 has them as control characters
        return data.decode("latin-1"), True
    if codec == "utf-8":
        return _nearly_utf8(data), False
    try:
        return data.decode("utf-8"), False
    except UnicodeError:
        return data.decode(codec, "replace"), False


def _guess(data: bytes) -> str:
    for codec in ("iso2022_jp_ext", "utf-8", "cp1252") if b"\x1b$" in data else ("utf-8", "cp1252"):
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    return data.decode("latin-1")


def _nearly_utf8(data: bytes) -> str:
    """Text that claims UTF-8: with a torn character it still is; where most of its foreign bytes are wrong it was Latin."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if character > "\x7f") - wrong
    return text if right >= wrong else _guess(data)


def decode_header_bytes(value: str) -> str:
    """A header as the standard library keeps it (foreign bytes as surrogates) to text, unfolded but not yet of its encoded words."""
    if not value.isascii():
        value = _guess(value.encode("utf-8", "surrogateescape"))
    if "\n" in value or "\r" in value:
        value = value.replace("\r", "").replace("\n", "")
    return value


# The text of an encoded word may not hold a question mark, but some mailers put up to a few there.
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,2}?)\?=")


def decode_words(value: str) -> str:
    """`value` with its encoded words (RFC 2047) decoded, wherever they stand.

    Neighbours of one charset are joined before decoding, because mailers cut in the middle of a character.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending, pending_charset, position = bytearray(), "", 0
    for word in ENCODED_WORD.finditer(value):
        charset = word[1].partition("*")[0].lower()  # RFC 2231 adds a language: utf-8*en
        between = value[position : word.start()]
        are_neighbours = position > 0 and not between.strip(" \t\r\n")
        if pending and not (are_neighbours and charset == pending_charset):
            pieces.append(decode(bytes(pending), pending_charset)[0])
            pending.clear()
        if not are_neighbours:
            pieces.append(between)
        pending += _word_bytes(word[2], word[3], charset)
        pending_charset, position = charset, word.end()
    if pending:
        pieces.append(decode(bytes(pending), pending_charset)[0])
    pieces.append(value[position:])
    return "".join(pieces)


def _word_bytes(encoding: str, text: str, charset: str) -> bytes:
    # Foreign characters stand there against the rules; they were bytes of the same charset before the header was guessed.
    data = text.encode("ascii") if text.isascii() else text.encode(codec_for(charset) or "utf-8", "replace")
    if encoding in "bB":
        return decode_base64(data)[0]
    return quopri.decodestring(data, header=True)


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Base64 as found: with foreign characters, missing or early padding. The second value is False when it had to be mended."""
    try:
        return binascii.a2b_base64(data), True
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", data)
        if len(clean) % 4 == 1:
            clean = clean[:-1]
        try:
            return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4)), False
        except binascii.Error:
            return data, False


_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ?([^\r\n]*)\r?$", re.MULTILINE)


def decode_uu(lines: list[bytes]) -> bytes:
    """The bytes of uuencoded lines; a line that cannot be read is left out."""
    decoded = bytearray()
    for line in lines:
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders pad lines wrongly; the first character says how many bytes are meant.
            if not line:
                continue
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded += binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue
    return bytes(decoded)


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """`data` without its Content-Transfer-Encoding; False when the encoding was unknown or broken."""
    encoding = encoding.strip().lower().partition(";")[0].partition(" ")[0].strip("'\"")
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"):
        return data, True
    if encoding == "quoted-printable" or encoding == "quotedprintable":
        return binascii.a2b_qp(data), True
    if encoding == "base64":
        return decode_base64(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        begin = _UU_BEGIN.search(data)
        if begin is None:
            return data, False
        lines = data[begin.end() :].splitlines()
        ends = [place for place, line in enumerate(lines) if line.strip() == b"end"]
        return decode_uu(lines[: ends[0]] if ends else lines), bool(ends)
    return data, False


_PARAMETER = re.compile(r'\s*([^\s=;"()<>]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NUMBERED = re.compile(r"^(.+?)\*(\d{1,3})(\*?)$")
MAX_PARAMETERS = 100


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=utf-8; name*=utf-8''%C3%A4` as its first word in lower case and a dictionary.

    Understands RFC 2231 (charset, continuations) and, against the letter of RFC 2047, encoded words. The first of two equal names wins.
    """
    head, _, rest = value[:8192].partition(";")
    plain: dict[str, str] = {}
    position = 0
    for _count in range(MAX_PARAMETERS):
        found = _PARAMETER.match(rest, position)
        if found is not None:
            name, quoted, bare = found.groups()
            text = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip()
            plain.setdefault(name.lower(), text)
            position = found.end()
        position = rest.find(";", position) + 1
        if position == 0:
            break
    return head.strip().lower(), _join_parameters(plain)


def _join_parameters(plain: dict[str, str]) -> dict[str, str]:
    if not any("*" in name for name in plain):
        return {name: decode_words(text) if "=?" in text else text for name, text in plain.items()}
    joined: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, text in plain.items():
        numbered = _NUMBERED.match(name)
        if numbered:
            pieces.setdefault(numbered[1], {})[int(numbered[2])] = (text, bool(numbered[3]))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {})[0] = (text, True)
        else:
            joined[name] = decode_words(text)
    for name, parts in pieces.items():
        joined[name] = _join_pieces([parts[number] for number in sorted(parts)])
    return joined


def _join_pieces(parts: list[tuple[str, bool]]) -> str:
    charset = ""
    data = bytearray()
    for place, (text, is_encoded) in enumerate(parts):
        if is_encoded and place == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        data += unquote_to_bytes(text) if is_encoded else text.encode("utf-8", "replace")
    return decode(bytes(data), charset)[0]
