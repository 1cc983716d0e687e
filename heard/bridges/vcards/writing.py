"""Cards as text: lines of at most 75 octets, as RFC 6350 and 2426 ask."""

from __future__ import annotations

import re

from heard.bridges.vcards.cards import Card, Property

LONGEST_LINE = 75
_NEEDS_QUOTES = re.compile(r"[:;,]")
_CARETS = {"^": "^^", "\n": "^n", '"': "^'"}


def card_text(card: Card) -> str:
    """The card, with its own version, each line ended by CRLF."""
    lines = ["BEGIN:VCARD", f"VERSION:{card.version}", *(line_of(one) for one in card.properties), "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def line_of(one: Property) -> str:
    """A property as one long line."""
    params = "".join(f";{name}={','.join(_param(value) for value in values)}" for name, values in one.params)
    group = f"{one.group}." if one.group else ""
    value = one.value.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
    return f"{group}{one.name}{params}:{value}"


def folded(line: str) -> str:
    """A line broken where it exceeds 75 octets, never inside a letter."""
    if len(line) <= LONGEST_LINE and line.isascii():
        return line
    parts, present, size = [], "", 0
    for each in line:
        width = len(each.encode("utf-8", "replace"))
        if size + width > LONGEST_LINE:
            parts.append(present)
            present, size = " ", 1
        present += each
        size += width
    parts.append(present)
    return "\r\n".join(parts)


def _param(value: str) -> str:
    text = "".join(_CARETS.get(each, each) for each in value if (each >= " " and each != "\x7f") or each == "\n")
    return f'"{text}"' if _NEEDS_QUOTES.search(text) else text
