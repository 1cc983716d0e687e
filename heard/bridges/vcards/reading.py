"""Cards out of a text: several versions, several habits. What cannot be read is told with its line; the cards after it are read all the same."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from heard.bridges.vcards.cards import Card, Property
from heard.lib.tables import Problem

MOST_LINES = 2_000
LONGEST_CARD = 3_000_000  # characters; a photograph is inside
_HEAD = re.compile(r"(?:(?P<group>[A-Za-z0-9-]+)\.)?(?P<name>[A-Za-z0-9-]+)$")
_BARE_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_CARET = re.compile(r"\^([n^'])")


def cards_in(text: str) -> Iterator[tuple[int, Card] | Problem]:
    """Each card with the line on which it begins, counted from 1."""
    reading = _Reading()
    for number, line in _unfolded(text):
        yield from reading.take(number, line)
    if reading.depth > 0:
        yield Problem(reading.begun, _("This card has no end: the file is cut off."))


class _Reading:
    """Where we are in a file: in no card, in one, or in a card inside a card."""

    def __init__(self) -> None:
        self.begun = self.depth = self.size = 0
        self.lines: list[Property] = []
        self.problem = ""
        self.is_outside_told = False

    def take(self, number: int, line: str) -> Iterator[tuple[int, Card] | Problem]:
        word = line.strip().upper()
        if word.startswith("BEGIN:"):
            if self.depth == 1 and not (self.lines and self.lines[-1].name == "AGENT"):
                yield Problem(self.begun, _("This card has no end; the next one begins inside it."))
                self.depth = 0
            self.depth += 1
            if self.depth == 1:
                self.begun, self.lines, self.size, self.is_outside_told = number, [], 0, False
                self.problem = "" if word == "BEGIN:VCARD" else _("This is no card but something else.")
        elif self.depth == 0:
            if word and not self.is_outside_told:
                yield Problem(number, _("This line stands outside of any card."))
                self.is_outside_told = True
        elif word.startswith("END:"):
            self.depth -= 1
            if self.depth == 0:
                yield _card(self.begun, self.lines, self.problem)
        elif self.depth == 1:  # a card inside a card (AGENT of old) is nobody we were told of
            self._keep(line)

    def _keep(self, line: str) -> None:
        self.size += len(line)
        if len(self.lines) >= MOST_LINES or self.size > LONGEST_CARD:
            self.problem = self.problem or _("This card is too large.")
        elif (found := property_of(line)) is not None:
            self.lines.append(found)


def card_in(text: str) -> Card | None:
    """The one card of a text; None when there is none that can be read."""
    return next((found[1] for found in cards_in(text) if not isinstance(found, Problem)), None)


def property_of(line: str) -> Property | None:
    """One unfolded line; None for what is no property, which is passed over as other programs do."""
    head, colon, value = _at_colon(line)
    pieces = _pieces(head)
    found = _HEAD.match(pieces[0].strip())
    if not colon or found is None:
        return None
    params = tuple(_param(piece) for piece in pieces[1:] if piece.strip())
    made = Property(found["name"].upper(), value, params, found["group"] or "")
    return _decoded(made)


def _card(begun: int, lines: list[Property], is_bad: str) -> tuple[int, Card] | Problem:
    if is_bad:
        return Problem(begun, is_bad)
    version = next((one.text.strip() for one in lines if one.name == "VERSION"), "3.0")
    rest = tuple(one for one in lines if one.name != "VERSION")
    if not rest:
        return Problem(begun, _("This card is empty."))
    return begun, Card(rest, version if version in {"2.1", "3.0", "4.0"} else "3.0")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of the first line of each. A line that begins with a blank goes on from the one before."""
    present, begun, is_soft = "", 0, False
    parts: list[str] = []
    for number, line in enumerate(_lines(text), start=1):
        if begun and (line[:1] in {" ", "\t"} or is_soft):
            parts.append(line if is_soft else line[1:])
        else:
            if begun:
                yield begun, "".join(parts)
            parts, begun = [line], number
        # 2.1 breaks a quoted-printable value with = at the end of the line, and the next one begins without a blank
        is_soft = line.endswith("=") and "QUOTED-PRINTABLE" in parts[0].partition(":")[0].upper()
        if is_soft:
            parts[-1] = parts[-1] + "\n"
    present = "".join(parts)
    if begun:
        yield begun, present


def _lines(text: str) -> Iterable[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _at_colon(line: str) -> tuple[str, str, str]:
    """Before and after the colon that ends the parameters: the first one that does not stand in quotation marks."""
    is_quoted = False
    for at, each in enumerate(line):
        if each == '"':
            is_quoted = not is_quoted
        elif each == ":" and not is_quoted:
            return line[:at], ":", line[at + 1 :]
    return line.partition(":") if is_quoted else (line, "", "")


def _pieces(head: str) -> list[str]:
    pieces, is_quoted = [""], False
    for each in head:
        if each == '"':
            is_quoted = not is_quoted
        if each == ";" and not is_quoted:
            pieces.append("")
        else:
            pieces[-1] += each
    return pieces


def _param(piece: str) -> tuple[str, tuple[str, ...]]:
    name, equals, value = piece.partition("=")
    if not equals:  # 2.1 leaves the name out: TEL;HOME
        bare = name.strip()
        return ("ENCODING" if bare.upper() in _BARE_ENCODINGS else "TYPE", (bare,))
    values, is_quoted = [""], False
    for each in value:
        if each == '"':
            is_quoted = not is_quoted
        elif each == "," and not is_quoted:
            values.append("")
        else:
            values[-1] += each
    return name.strip().upper(), tuple(_CARET.sub(lambda found: {"n": "\n", "^": "^", "'": '"'}[found[1]], one) for one in values)


def _decoded(one: Property) -> Property:
    """A quoted-printable value of 2.1 as text, in the letters it names."""
    encodings = {value.upper() for value in one.param("ENCODING")}
    if "QUOTED-PRINTABLE" not in encodings:
        return one
    raw = quopri.decodestring(one.value.encode("utf-8", "surrogateescape"))
    letters = next(iter(one.param("CHARSET")), "utf-8")
    try:
        text = raw.decode(letters)
    except (LookupError, UnicodeDecodeError):
        text = raw.decode("cp1252", "replace")
    kept = tuple((name, values) for name, values in one.params if name not in {"ENCODING", "CHARSET"})
    return Property(one.name, text.replace("\r\n", "\n").replace("\n", "\\n"), kept, one.group)
