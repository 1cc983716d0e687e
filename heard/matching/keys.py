"""By what two records find each other: words that they must share at least one of to be compared at all. Values in, values out.

A key is short text, "kind:value". Two records of one person nearly always share one, also after slips of the pen; two of different people
rarely do. Keys that very many records hold find nobody in particular, and whoever looks candidates up passes over them.
"""

from __future__ import annotations

import re

from heard.matching.comparisons import ROLES
from heard.matching.names import roots, sound
from heard.matching.records import Address, BirthDate, Name, Record


def blocking_keys(record: Record) -> tuple[str, ...]:
    """The keys of a record, sorted, each once. Empty for a record that says nothing."""
    keys: set[str] = set()
    for email in record.emails:
        keys.add(f"e:{email.address}")
        if email.provider_form:
            keys.add(f"e:{email.provider_form}")
        local = email.address.partition("@")[0]
        if local not in ROLES and len(local) > 4:
            keys.add(f"l:{local}")
    for phone in record.phones:
        digits = phone.number.removeprefix("+")
        keys.add(f"p:{digits[-9:]}")
        if len(digits) <= 9 or record.names:
            keys.add(f"p:{digits[-7:]}")
    for each in record.ids:
        keys.add(f"i:{each.kind.partition(':')[0]}:{each.value}")
    for handle in record.handles:
        keys.add(f"h:{handle.name}")
    if record.is_organisation:
        keys |= _company_keys(record)
    givens = {word for name in record.names for word in _sounds(name.given)}
    families = {word for name in record.names for word in _sounds(name.family)}
    if not givens or not families:
        spelled = {sound(word) for email in record.emails for word in _spelled(email.address)}
        givens, families = givens or spelled, families or spelled
    days = {key for date in record.birth_dates for key in _day_keys(date)}
    for name in record.names:
        keys |= _name_keys(name)
    for date in record.birth_dates:
        keys |= {f"w:{word}:{date.value[:4]}" for word in families}
        keys |= {f"w:{word}:{date.value[5:]}" for word in givens | families if len(date.value) == 10}
    keys |= {f"{day}:{word[0]}" for day in days for word in givens | families} or days
    for address in record.addresses:
        keys |= _place_keys(address, givens, families, days)
    return tuple(sorted(keys))


def _spelled(address: str) -> list[str]:
    """The words of a mail address, which often are its owner's name: ana.lopez7@… says ana and lopez."""
    local = address.partition("@")[0]
    return [word for word in re.split(r"[^a-z]+", local) if len(word) > 1] if local not in ROLES else []


def _sounds(words: str) -> set[str]:
    return {sound(word) for word in words.split() if len(word) > 1}


def _name_keys(name: Name) -> set[str]:
    """Both parts, in the order of the alphabet, so that a swapped name finds itself."""
    families = [sound(part) for part in name.family.split() if len(part) > 1]
    if len(families) > 1:
        families.append(sound(name.family))
    givens = [sound(name.given)] if len(name.given) > 1 else []
    if len(name.given) > 1 and name.middle:
        givens.append(sound(name.given + name.middle.replace(" ", "")))
    keys = {f"n:{':'.join(sorted((given, family)))}" for given in givens for family in families}
    keys |= {f"n:~{number}:{family}" for number in roots(name.given) for family in families}
    keys |= {f"n:{name.given[0]}.:{family}" for family in families if name.given}
    if not name.given or not families:
        keys |= {f"o:{word}" for word in (*givens, *families)}
    if givens and name.middle and not families:
        keys |= {f"n:{':'.join(sorted((given, sound(part))))}" for given in givens for part in name.middle.split() if len(part) > 1}
    return keys


def _day_keys(date: BirthDate) -> set[str]:
    """The day, and the day with its month and day of month in the order of the numbers, so that a swapped one finds itself."""
    year, month, day = date.value[:4], date.value[5:7], date.value[8:10]
    return {f"d:{year}{min(month, day)}{max(month, day)}"} if day else set()


def _place_keys(address: Address, givens: set[str], families: set[str], days: set[str]) -> set[str]:
    """Street with house, enough by itself; street, postcode and town only with a name or a day."""
    street = sound(address.street)
    keys = {f"s:{address.number}:{street}"} if street and address.number else set()
    if street:
        keys |= {f"r:{street}:{word}" for word in givens | families}
    if address.postcode:
        keys |= {f"z:{address.postcode}:{word}" for word in givens | families | days}
    if address.city:
        keys |= {f"c:{sound(address.city)}:{word}" for word in families | days}
    return keys


def _company_keys(record: Record) -> set[str]:
    words = [word for word in record.organisation.split() if len(word) > 2]
    return {f"g:{sound(word)}" for word in words} | ({f"g:{record.organisation.replace(' ', '')}"} if record.organisation else set())
