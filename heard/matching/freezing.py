"""A model for one set of records: how common its names and places are, which values too many hold, how many records there are.

A model frozen for a set keeps these until the next is made, so that what is one person does not depend on who came since. Values in,
values out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from heard.matching.model import Level, Model
from heard.matching.records import Record

KNOWN_FROM = 5
"""A value counts as frequent when so many hold it. What fewer hold is not written into a model: it could name somebody."""
SHARED_BY_MANY = 60
"""Addresses, telephones and numbers held by more records than this say nothing about a person."""
MOST_VALUES = 20_000
_RAREST = {"given": 1 / 5_000, "family": 1 / 20_000, "postcode": 1 / 50_000, "city": 1 / 5_000}


def freeze(model: Model, records: Iterable[Record], *, version: str, shared_by_many: int = SHARED_BY_MANY) -> Model:
    """`model` with the frequencies and generic values of `records`; what it knows of the world holds where they say too little."""
    counts = {kind: Counter[str]() for kind in ("given", "family", "postcode", "city")}
    holders = {kind: Counter[str]() for kind in ("email", "phone", "id", "handle")}
    number = 0
    for record in records:
        number += 1
        counts["given"].update({name.given for name in record.names})
        counts["family"].update({name.family for name in record.names})
        counts["postcode"].update({address.postcode for address in record.addresses})
        counts["city"].update({address.city for address in record.addresses})
        holders["email"].update({email.address for email in record.emails})
        holders["phone"].update({phone.number for phone in record.phones})
        holders["id"].update({f"{each.kind} {each.value}" for each in record.ids})
        holders["handle"].update({f"{each.network} {each.name}" for each in record.handles})
    return replace(
        model,
        version=version,
        records=max(number, 2),
        frequencies={kind: _frequencies(counts[kind], model.frequencies.get(kind, {}), _RAREST[kind]) for kind in counts},
        generics={
            kind: frozenset(value for value, count in held.items() if count > shared_by_many) | model.generics.get(kind, frozenset())
            for kind, held in holders.items()
        },
        comparisons={kind: tuple(_rare(level, counts) for level in levels) for kind, levels in model.comparisons.items()},
    )


def _frequencies(counts: Counter[str], known: object, rarest: float) -> dict[str, float]:
    counts.pop("", None)
    total = sum(counts.values())
    own = {value: max(count / total, rarest) for value, count in counts.most_common(MOST_VALUES) if count >= KNOWN_FROM}
    if total >= 1_000 or not isinstance(known, dict):
        return own
    return {**known, **{value: max(frequency, known.get(value, 0.0)) for value, frequency in own.items()}}


def _rare(level: Level, counts: dict[str, Counter[str]]) -> Level:
    """A value that is not on the list of the frequent ones is held by fewer than KNOWN_FROM."""
    kind = level.by_frequency
    total = sum(counts[kind].values()) if kind in counts else 0
    if total < 1_000:
        return level
    return replace(level, u=max(_RAREST[kind], min(level.u, KNOWN_FROM / total)))
