"""What a file or another store says of somebody, made fit to be put among people: by what they are known again, and what is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from heard.people.phones import normalise_phone
from heard.people.rules import is_email, normalise_email
from heard.people.services.records import EARLIEST_BIRTH, NewAddress, NewName, NewRecord


@dataclass(frozen=True, slots=True)
class Sifted:
    """A record without what cannot be taken, and a sentence for each value that was left out."""

    record: NewRecord
    left_out: tuple[str, ...] = ()


def sifted(record: NewRecord, *, today: date) -> Sifted:
    """Leave out what is no address, no number, no day of birth: one bad value must not cost the rest of somebody."""
    left_out: list[str] = []

    def those(values: Iterable[str] | None, is_good: Callable[[str], bool], sentence: str) -> tuple[str, ...] | None:
        if values is None:
            return None
        good = []
        for value in values:
            if is_good(value):
                good.append(value)
            elif value.strip():
                left_out.append(sentence % {"value": value.strip()[:60]})
        return tuple(good)

    emails = those(record.emails, lambda value: is_email(normalise_email(value)), _("“%(value)s” is no e-mail address; it was left out."))
    phones = those(record.phones, lambda value: bool(normalise_phone(value)), _("“%(value)s” is no telephone number; it was left out."))
    born = record.birth_date
    if born and (problem := _wrong_birth(born, today)):
        left_out.append(problem)
        born = None
    return Sifted(replace(record, emails=emails, phones=phones, birth_date=born), tuple(left_out))


def known_by(record: NewRecord) -> str:
    """By what somebody without a number of their own is known again, when the same comes once more: "" when nothing would do.

    An e-mail address, else a telephone number, else name and postal address or day of birth together (as a digest). A name alone is not
    enough: many people share it.
    """
    if record.emails:
        return f"email:{normalise_email(record.emails[0])}"
    if record.phones:
        return f"phone:{normalise_phone(record.phones[0])}"
    name = _word(record.names[0]) if record.names else ""
    place = _word(record.addresses[0]) if record.addresses else ""
    if name and (place or record.birth_date):
        words = "\n".join((name.casefold(), place.casefold(), str(record.birth_date or "")))
        return f"words:{hashlib.sha256(words.encode(errors='replace')).hexdigest()[:32]}"
    if record.handles:
        network, handle = record.handles[0]
        return f"handle:{network}:{handle.lower()}"
    return ""


def has_anything(record: NewRecord) -> bool:
    """Whether the record says anything at all of somebody."""
    return any((record.names, record.emails, record.phones, record.addresses, record.handles, record.ids, record.organisation))


def _word(value: NewName | NewAddress | str) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    return " ".join(" ".join(str(getattr(value, name)) for name in value.__slots__).split())


def _wrong_birth(born: date | str, today: date) -> str:
    try:
        day = born if isinstance(born, date) else date.fromisoformat(born)
    except ValueError:
        return _("“%(value)s” is no date of birth; it was left out.") % {"value": str(born)[:40]}
    if not EARLIEST_BIRTH <= day <= today:
        return _("Nobody alive was born on %(value)s; it was left out.") % {"value": day.isoformat()}
    return ""
