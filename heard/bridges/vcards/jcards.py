"""jCard: the same cards as JSON. Source: RFC 7095."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from heard.bridges.vcards.cards import Card, Property, escaped, split, unescaped
from heard.lib.tables import Problem, WrongFile

TYPES = {
    "BDAY": "date-and-or-time", "ANNIVERSARY": "date-and-or-time", "DEATHDATE": "date-and-or-time", "REV": "timestamp", "UID": "uri",
    "PHOTO": "uri", "LOGO": "uri", "SOUND": "uri", "URL": "uri", "SOURCE": "uri", "IMPP": "uri", "MEMBER": "uri", "RELATED": "uri",
    "KEY": "uri", "GEO": "uri", "FBURL": "uri", "CALURI": "uri", "CALADRURI": "uri", "LANG": "language-tag",
}  # fmt: skip
"""What a value is when VALUE does not say; everything else is text."""
STRUCTURED = {"N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP"}
LISTS = {"NICKNAME", "CATEGORIES"}
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CLOCK = re.compile(r"(\d\d)(\d\d)(\d\d)?")


def jcard_of(card: Card) -> list[Any]:
    """The card as a jCard: a list that JSON can hold. jCard is vCard 4.0, whatever the card was."""
    rows: list[list[Any]] = [["version", {}, "text", "4.0"]]
    for one in card.properties:
        if one.name == "PRODID" or (one.name == "UID" and not one.value.strip()):
            continue
        rows.append(_row(one))
    return ["vcard", rows]


def jcards_text(cards: list[Card]) -> str:
    """One card as a jCard; several as a list of jCards."""
    found = [jcard_of(card) for card in cards]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1)


def jcards_in(text: str) -> Iterator[tuple[int, Card] | Problem]:
    """Each card with its number, counted from 1. Raises WrongFile for what is no jCard at all."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise WrongFile(_("This is not JSON. Bring a jCard file.")) from None
    if isinstance(read, list) and read and read[0] == "vcard":
        read = [read]
    if not isinstance(read, list) or not read:
        raise WrongFile(_("This JSON holds no jCards: a card is a list that begins with “vcard”."))
    for number, row in enumerate(read, start=1):
        try:
            yield number, _card(row)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            yield Problem(number, _("This is no jCard."))


def _row(one: Property) -> list[Any]:
    params: dict[str, Any] = {}
    kind = ""
    for name, values in one.params:
        if name == "VALUE":
            kind = values[0].lower() if values else ""
        elif name not in {"ENCODING", "CHARSET"}:
            words = [part for value in values for part in value.split(",")] if name == "TYPE" else list(values)
            words = [word.lower() for word in words] if name == "TYPE" else words
            params[name.lower()] = words[0] if len(words) == 1 else words
    if one.group:
        params["group"] = one.group
    kind = kind or TYPES.get(one.name, "text")
    if one.name == "UID" and ":" not in one.value:
        kind = "text"
    return [one.name.lower(), params, kind, *_values(one, kind)]


def _values(one: Property, kind: str) -> list[Any]:
    if one.name in STRUCTURED:
        fields = [[unescaped(part) for part in split(piece, ",")] for piece in split(one.value, ";")]
        plain = [field[0] if len(field) == 1 else field for field in fields]
        return [plain if len(plain) > 1 else plain[0]]
    if one.name in LISTS:
        return [*one.words]
    if kind in {"date", "date-time", "date-and-or-time", "timestamp"}:
        return [_extended(one.text)]
    return [one.text]


def _extended(text: str) -> str:
    """19850412T101500Z as 1985-04-12T10:15:00Z; what is written so already, or only partly, stays."""
    day, mark, clock = text.strip().partition("T")
    day = _DAY.sub(r"\1-\2-\3", day) if _DAY.fullmatch(day) else day
    found = _CLOCK.match(clock)
    if found and ":" not in clock:
        clock = ":".join(part for part in found.groups() if part) + clock[found.end() :]
    return day + mark + clock


def _card(row: list[Any]) -> Card:
    if row[0] != "vcard":
        raise ValueError
    properties = []
    for name, params, kind, *values in row[1]:
        if str(name).lower() == "version":
            continue
        properties.append(_property(str(name).upper(), dict(params), str(kind), values))
    if not properties:
        raise ValueError
    return Card(tuple(properties), "4.0")


def _property(name: str, params: dict[str, Any], kind: str, values: list[Any]) -> Property:
    if not re.fullmatch(r"[A-Z0-9-]+", name):
        raise ValueError
    group = str(params.pop("group", ""))
    found = [(key.upper(), tuple(str(part) for part in (value if isinstance(value, list) else [value]))) for key, value in params.items()]
    if kind not in {"unknown", TYPES.get(name, "text")}:
        found.append(("VALUE", (kind,)))
    if name in STRUCTURED:
        fields = values[0] if isinstance(values[0], list) else [values[0]]
        value = ";".join(
            ",".join(escaped(str(part), is_field=True) for part in (field if isinstance(field, list) else [field])) for field in fields
        )
    elif name in LISTS:
        value = ",".join(escaped(str(part)) for part in values)
    else:
        value = escaped(str(values[0])) if kind == "text" else str(values[0])
    return Property(name, value, tuple(found), group if re.fullmatch(r"[A-Za-z0-9-]*", group) else "")
