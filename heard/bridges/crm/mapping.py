"""How one kind of CRM speaks, as data: where its records are, how they are listed, and which of its attributes are which of our fields.

A profile is a JSON file in profiles/, or one that an administrator pastes. Places inside an answer are JSON Pointers (RFC 6901); words in
braces are filled in. Nothing in it is run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from heard.bridges.models import Direction
from heard.lib.errors import Refusal

FOLDER = Path(__file__).parent / "profiles"
OWN = "own"
FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("full", "given", "middle", "family", "prefix", "suffix"),
    "email": (),
    "phone": (),
    "address": ("full", "street", "number", "extra", "postcode", "town", "region", "country"),
    "birth_date": (),
    "organisation": (),
    "language": (),
}
"""Our fields, and the parts that some have."""
ONLY_IN = frozenset({"organisation", "language"})
"""Fields of which we have nothing to send that was said or proved."""
AUTHS = frozenset({"none", "basic", "bearer", "header", "client_credentials", "password"})
LARGEST = 64 * 1024


class WrongProfile(Refusal):
    """A mapping that cannot be used; the message says what is missing where."""


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of question: `body` is a template; `item` is where the record is in the answer; `key` an attribute that gets our own id."""

    method: str
    path: str
    body: Any = None
    item: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """How records are listed. `cursor` is where the next page's cursor stands; without it pages are numbered from 1."""

    path: str
    query: Mapping[str, str]
    ids_query: Mapping[str, str]
    size: int
    since_format: str
    items: str
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One of our fields and their attributes: by our parts, or one for each value, the main one first."""

    field: str
    direction: str
    parts: Mapping[str, str] = made_by(default_factory=dict)
    attributes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.parts.values()) or self.attributes


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer with this status means, if the text at `at` contains `contains`: gone, exists."""

    status: int
    means: str
    at: str = ""
    contains: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of CRM."""

    title: str
    module: str
    media_type: str
    auth: Mapping[str, str]
    listing: Listing
    id_at: str
    modified_at: str
    deleted_at: str
    attributes_at: str
    read: Call
    create: Call | None
    update: Call | None
    delete: Call | None
    fields: tuple[FieldMap, ...]
    answers: tuple[Meaning, ...]
    blanks: Mapping[str, str]
    per_minute: int
    own_ids: bool
    hint: str = ""

    @property
    def attribute_names(self) -> list[str]:
        """Every attribute that is read."""
        return list(dict.fromkeys(name for one in self.fields for name in one.names))

    def directed(self, directions: Mapping[str, str]) -> list[FieldMap]:
        """The fields with the directions an administrator chose for them."""
        return [FieldMap(one.field, directions.get(one.field, one.direction), one.parts, one.attributes) for one in self.fields]


def shipped() -> dict[str, Profile]:
    """The profiles that come with Heard, by name."""
    return {path.stem: _shipped(path.stem) for path in sorted(FOLDER.glob("*.json"))}


@cache
def _shipped(name: str) -> Profile:
    return profile_from(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def profile_of(name: str, mapping: Any) -> Profile:
    """The profile a bridge uses. Raises WrongProfile."""
    if mapping:
        return profile_from(mapping)
    if not (FOLDER / f"{name}.json").exists():
        raise WrongProfile(_("There is no mapping “%(name)s”.") % {"name": name})
    return _shipped(name)


def read_profile(text: str) -> dict[str, Any]:
    """A pasted mapping, checked. Raises WrongProfile."""
    if len(text) > LARGEST:
        raise WrongProfile(_("This mapping is longer than 64 kB."))
    try:
        said = json.loads(text)
    except ValueError as problem:
        raise WrongProfile(_("The mapping is not JSON: %(problem)s") % {"problem": problem}) from None
    profile_from(said)
    return dict(said)


def profile_from(said: Any) -> Profile:
    """The profile that a JSON object describes. Raises WrongProfile."""
    if not isinstance(said, dict):
        raise WrongProfile(_("The mapping is not an object."))
    listing, record = _part(said, "list"), _part(said, "record")
    auth = _part(said, "auth")
    if auth.get("kind") not in AUTHS:
        raise WrongProfile(_("“%(name)s” is none of %(choices)s.") % {"name": "auth.kind", "choices": ", ".join(sorted(AUTHS))})
    fields = tuple(_field(one) for one in _list(said, "fields"))
    if not fields or len({one.field for one in fields}) < len(fields):
        raise WrongProfile(_("The mapping needs each of its fields once, and at least one."))
    return Profile(
        title=_text(said, "title"),
        module=_text(said, "module"),
        media_type=said.get("media_type") or "application/json",
        auth={str(name): str(value) for name, value in auth.items()},
        listing=Listing(
            _text(listing, "path"), _words(listing, "query"), _words(listing, "ids_query"), _number(listing, "size", 1, 1000),
            listing.get("since_format") or "%Y-%m-%dT%H:%M:%SZ", _pointer(listing, "items"), _pointer(listing, "cursor"),
        ),
        id_at=_pointer(record, "id") or "/id",
        modified_at=_pointer(record, "modified_at"),
        deleted_at=_pointer(record, "deleted"),
        attributes_at=_pointer(record, "attributes"),
        read=_call(_part(said, "read"), "GET"),
        create=_call(said["create"], "POST") if said.get("create") else None,
        update=_call(said["update"], "PATCH") if said.get("update") else None,
        delete=_call(said["delete"], "DELETE") if said.get("delete") else None,
        fields=fields,
        answers=tuple(
            Meaning(_number(one, "status", 100, 599), _text(one, "means"), _pointer(one, "at"), str(one.get("contains", "")))
            for one in said.get("answers", [])
        ),
        blanks={str(name): str(value) for name, value in said.get("blanks", {}).items()},
        per_minute=_number(said, "per_minute", 1, 100_000),
        own_ids=bool(said.get("own_ids")),
        hint=str(said.get("hint", "")),
    )  # fmt: skip


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON Pointer; None where nothing does. "" is the whole. In a list of one, its only item may be left out."""
    for word in pointer.split("/")[1:]:
        name = word.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            if name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
                continue
            value = value[0] if len(value) == 1 else None
        value = value.get(name) if isinstance(value, dict) else None
    return value


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """A template with its words in braces replaced. A text that is one such word alone becomes the value as it is."""
    if isinstance(template, dict):
        return {filled(name, values): filled(one, values) for name, one in template.items()}
    if isinstance(template, list):
        return [filled(one, values) for one in template]
    if not isinstance(template, str):
        return template
    if template.startswith("{") and template[1:-1] in values and template.endswith("}"):
        return values[template[1:-1]]
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template


def _field(said: Any) -> FieldMap:
    if not isinstance(said, dict) or said.get("field") not in FIELDS:
        raise WrongProfile(_("A field of the mapping is none of %(choices)s.") % {"choices": ", ".join(FIELDS)})
    name, direction = said["field"], said.get("direction", "in")
    if direction not in Direction.values or (name in ONLY_IN and direction in {"out", "both"}):
        raise WrongProfile(_("“%(name)s” cannot go in the direction “%(direction)s”.") % {"name": name, "direction": direction})
    parts, attributes = said.get("parts") or {}, said.get("attributes") or []
    if unknown := sorted(set(parts) - set(FIELDS[name])):
        raise WrongProfile(_("“%(name)s” has no part “%(part)s”.") % {"name": name, "part": unknown[0]})
    if bool(parts) == bool(attributes) or not all(isinstance(one, str) and one for one in [*parts.values(), *attributes]):
        raise WrongProfile(_("“%(name)s” needs either parts or attributes.") % {"name": name})
    return FieldMap(name, direction, dict(parts), tuple(attributes))


def _call(said: Any, method: str) -> Call:
    if not isinstance(said, dict):
        raise WrongProfile(_("A call of the mapping is not an object."))
    method, path = str(said.get("method", method)).upper(), _text(said, "path")
    if method not in {"GET", "POST", "PUT", "PATCH", "DELETE"} or "://" in path or path.startswith("//"):
        raise WrongProfile(_("“%(name)s” is no call within the system: a method and a path.") % {"name": f"{method} {path}"[:80]})
    return Call(method, path, said.get("body"), _pointer(said, "item"), str(said.get("key", "")))


def _part(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = said.get(name)
    if not isinstance(part, dict):
        raise WrongProfile(_("The mapping has no “%(name)s”.") % {"name": name})
    return part


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    part = said.get(name)
    if not isinstance(part, list):
        raise WrongProfile(_("The mapping has no “%(name)s”.") % {"name": name})
    return part


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise WrongProfile(_("The mapping has no “%(name)s”.") % {"name": name})
    return value


def _words(said: Mapping[str, Any], name: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in _part(said, name).items()}


def _number(said: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise WrongProfile(_("“%(name)s” is a whole number from %(least)d to %(most)d.") % {"name": name, "least": least, "most": most})
    return value


def _pointer(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "") or ""
    if not isinstance(value, str) or (value and not value.startswith("/")):
        raise WrongProfile(_("“%(name)s” is a place inside an answer, like /data/id.") % {"name": name})
    return value
