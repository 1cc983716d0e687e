"""Addresses and Message-IDs as mail really writes them. Nothing here raises; what is no address is left out."""

import re
from collections.abc import Iterable

from heard.channels.email.decoding import ENCODED_WORD, decode_words
from heard.channels.email.envelope import Address
from heard.lib.text import storable

MAX_ADDRESSES = 1000  # in one header
MAX_ADDRESS_LENGTH = 320  # RFC 3696, erratum 1690: 64 + 1 + 255
MAX_NAME_LENGTH = 200
MAX_ID_LENGTH = 500
MAX_REFERENCES = 200

_TOKEN = re.compile(
    rf"(?P<word>{ENCODED_WORD.pattern})"
    r'|"(?P<quoted>(?:[^"\\]|\\.)*)"?'
    r'|<(?P<angle>(?:"(?:[^"\\]|\\.){0,320}"|[^<>])*)>?'
    r"|(?P<mark>[,;:(])"
    r"|(?P<space>\s+)"
    r'|(?P<atom>[^\s",;:<(]+)',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMMENT_MARK = re.compile(r"[()\\]")
_COMMENT = re.compile(r"\([^()]*\)")
_ROUTE = re.compile(r"^@[^:]*:")
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def parse_addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded address header, encoded words not yet decoded; at most `MAX_ADDRESSES`.

    Members of groups count, groups themselves do not. Semicolons separate too, as Outlook has it. An entry without `@` is no address.
    """
    found = _mailboxes(value)
    if not found and "=?" in value:  # some mailers encode the whole header, brackets and all
        found = _mailboxes(decode_words(value).replace("=?", ""))
    return tuple(found)


class _Mailbox:
    """The tokens of one mailbox while they are collected."""

    __slots__ = ("angle", "comment", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comment = ""
        self.angle: str | None = None

    def as_address(self) -> Address | None:
        if self.angle is not None:
            return make_address("".join(self.words), self.angle) or self._from_words()
        return self._from_words()

    def _from_words(self) -> Address | None:
        text = _SPACES.sub(" ", "".join(self.words)).strip()
        text = text.replace(" @", "@").replace("@ ", "@")
        quoted, at, _domain = text.rpartition('"@')
        if at and quoted.startswith('"'):
            return make_address(self.comment, text)
        for word in text.split(" "):
            if "@" in word:
                name = text.replace(word, " ").strip()
                word = word.strip("<>")
                return make_address(name or self.comment, word[1:-1] if word[0] == word[-1] == "'" else word)
        return None


def _mailboxes(value: str) -> list[Address]:
    found: list[Address] = []
    mailbox = _Mailbox()
    position, length = 0, len(value)

    def end_mailbox() -> None:
        nonlocal mailbox
        address = mailbox.as_address() if mailbox.words or mailbox.angle else None
        if address is not None:
            found.append(address)
        mailbox = _Mailbox()

    while position < length and len(found) < MAX_ADDRESSES:
        token = _TOKEN.match(value, position)
        if token is None:
            position += 1
            continue
        position = token.end()
        kind = token.lastgroup
        if kind == "space":
            mailbox.words.append(" ")
        elif kind == "atom":
            mailbox.words.append(token["atom"])
        elif kind == "quoted":
            mailbox.words.append(_quoted(token["quoted"], value, position))
        elif kind == "angle":
            if mailbox.angle and "@" in mailbox.angle:  # a comma was forgotten
                end_mailbox()
            mailbox.angle = token["angle"]
        elif kind == "mark":
            mark = token["mark"]
            if mark == "(":
                comment, position = _comment(value, position)
                mailbox.comment = mailbox.comment or decode_words(comment)
            elif mark == ":":
                if mailbox.angle is None and "@" not in "".join(mailbox.words):
                    mailbox = _Mailbox()  # the name of a group
            else:
                end_mailbox()
        else:
            mailbox.words.append(token["word"])  # still encoded: neighbours are decoded together in make_address
    if len(found) < MAX_ADDRESSES:
        end_mailbox()
    return found


def _quoted(text: str, value: str, position: int) -> str:
    if value[position : position + 1] == "@":  # the local part of an address without brackets
        return f'"{text}"'
    text = _ESCAPED.sub(r"\1", text)
    return decode_words(text) if "=?" in text else text


def _comment(value: str, position: int) -> tuple[str, int]:
    """The comment that begins at `position` (after its bracket) and where it ends; comments nest."""
    depth, start = 1, position
    while depth:
        mark = _COMMENT_MARK.search(value, position)
        if mark is None:
            return value[start:], len(value)
        position = mark.end()
        if mark[0] == "\\":
            position += 1
        else:
            depth += 1 if mark[0] == "(" else -1
    return value[start : position - 1], position


def make_address(name: str, address: str) -> Address | None:
    """An `Address`, tidied; None when `address` is none."""
    address = normalise_address(address)
    if not address:
        return None
    if "=?" in name:
        name = decode_words(name)
    name = _SPACES.sub(" ", _CONTROL.sub("", storable(name))).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    if name.lower() == address.lower():
        name = ""
    return Address(name[:MAX_NAME_LENGTH], address)


def normalise_address(address: str) -> str:
    """`address` with the domain in lower case and ASCII, the local part kept as written; "" when it is no address."""
    if len(address) > 4 * MAX_ADDRESS_LENGTH:
        return ""
    if "=?" in address:
        address = decode_words(address)
    address = _CONTROL.sub("", address).strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    address = _ROUTE.sub("", address).strip("<>")
    if "(" in address and not address.startswith('"'):
        address = _COMMENT.sub("", address)
    local, at, domain = address.rpartition("@")
    local = local.strip()
    if not local.startswith('"'):
        local = "".join(local.split())
        if "@" in local:
            return ""
    domain = normalise_domain(domain)
    address = storable(f"{local}@{domain}")
    if not at or not local or not domain or len(address) > MAX_ADDRESS_LENGTH or "\ufffd" in address:
        return ""
    return address


def normalise_domain(domain: str) -> str:
    """The domain in lower case, without a final dot, international names in their ASCII form (xn--…); "" when it cannot be one."""
    domain = "".join(domain.split()).rstrip(".").lower()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    return domain if _DOMAIN.fullmatch(domain) else ""


_DOMAIN = re.compile(r"[a-z0-9_](?:[a-z0-9_.\-]{0,253}[a-z0-9_])?|\[[0-9a-z:.\-]{2,60}\]")


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


_BRACKETED_ID = re.compile(r"<([^<>]{1,2000})>")


def parse_message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs of an unfolded header, oldest first, without brackets and without repeats."""
    found: Iterable[str] = ("".join(text.split()) for text in _BRACKETED_ID.findall(value))
    ids = list(dict.fromkeys(storable(text, MAX_ID_LENGTH) for text in found if text))
    if not ids:  # some mailers forget the brackets
        words = (word.strip("<>,;\"'()") for word in value.split())
        ids = list(dict.fromkeys(storable(word, MAX_ID_LENGTH) for word in words if "@" in word))
    if len(ids) > MAX_REFERENCES:  # the first tell the thread, the last what is answered
        ids = ids[:20] + ids[-(MAX_REFERENCES - 20) :]
    return tuple(ids)
