"""Whom a record is worth being compared with: those who share keys with it, found in the database by one query.

All of it is symmetric and depends on who is there now, not on who came first. A key that more than MOST_HOLDERS records hold finds nobody,
and an address or number behind such a key says nothing (the telephone of a school). One strong key is enough, such as a telephone, a
whole name, or a street with a name; of weak ones, such as a year or a town with a name's sound, two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from django.db import connection

from heard.lib.db import is_postgres, planning_cursor
from heard.matching.keys import blocking_keys
from heard.matching.records import Record

MOST_HOLDERS = 60
AT_ONCE = 200
_STRONG = frozenset("epihsngdlzro")


@lru_cache(maxsize=65536)
def key_number(key: str) -> int:
    """A key as a number of 64 bits with a sign, which is how it is stored."""
    return int.from_bytes(blake2b(key.encode(errors="replace"), digest_size=8).digest(), "big", signed=True)


def is_strong(key: str) -> bool:
    """Whether sharing this key alone is reason enough to compare."""
    return key[0] in _STRONG and "." not in key[2:4]  # "n:j.:smith" is an initial


def keys_of(record: Record) -> dict[int, str]:
    """The keys of a record as they are stored, with the text behind each."""
    return {key_number(key): key for key in blocking_keys(record)}


def holders(keys: Collection[int]) -> dict[int, list[int]]:
    """The identities that hold each key; of a key with more than MOST_HOLDERS so many and one, so that it shows. A query for each 200 keys."""
    found: dict[int, list[int]] = {key: [] for key in keys}
    wanted = list(found)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        for key, identity in _limited(some):
            found[key].append(identity)
    return found


def crowded_of(held: Mapping[int, Sequence[int]]) -> set[int]:
    """The keys that too many hold, of those that `holders` looked at."""
    return {key for key, ids in held.items() if len(ids) > MOST_HOLDERS}


def candidates(identity_id: int, keys: Mapping[int, str], held: Mapping[int, Sequence[int]]) -> list[int]:
    """Those to compare with, in order of their ids. `keys` are this record's, `held` who holds them."""
    shared: Counter[int] = Counter()
    for number, key in keys.items():
        if 1 < len(held[number]) <= MOST_HOLDERS:
            weight = 2 if is_strong(key) else 1
            for identity in held[number]:
                shared[identity] += weight
    return sorted(identity for identity, weight in shared.items() if weight > 1 and identity != identity_id)


def generics(records: Iterable[Record], crowded: Collection[int]) -> dict[str, set[str]]:
    """The values of these records that say nothing now, because the key behind each is among the `crowded`; as `scoring.compare` asks for them."""
    found: dict[str, set[str]] = {}
    if crowded:
        for record in records:
            for kind, value, key in values_with_keys(record):
                if key_number(key) in crowded:
                    found.setdefault(kind, set()).add(value)
    return found


def values_with_keys(record: Record) -> list[tuple[str, str, str]]:
    """(kind, value, key) of each value that may turn out to be many people's. The keys are among `blocking_keys`."""
    found = [("email", email.address, f"e:{email.address}") for email in record.emails]
    found += [("phone", phone.number, f"p:{phone.number.removeprefix('+')[-9:]}") for phone in record.phones]
    found += [("id", f"{each.kind} {each.value}", f"i:{each.kind.partition(':')[0]}:{each.value}") for each in record.ids]
    return found + [("handle", f"{each.network} {each.name}", f"h:{each.name}") for each in record.handles]


def is_of_value(key: str) -> bool:
    """Whether a key stands for an address or a number, which may turn generic."""
    return key[0] in "epih"


def _limited(keys: Sequence[int]) -> list[tuple[int, int]]:
    most = MOST_HOLDERS + 1
    if is_postgres():
        statement = (
            "SELECT wanted.key, held.identity_id FROM unnest(%s::bigint[]) AS wanted(key), "
            "LATERAL (SELECT identity_id FROM match_keys WHERE key = wanted.key LIMIT %s) AS held"
        )
        values: list[object] = [list(keys), most]
    else:
        one = f"SELECT key, identity_id FROM (SELECT key, identity_id FROM match_keys WHERE key = %s LIMIT {most})"  # noqa: S608 (a number)
        statement, values = " UNION ALL ".join([one] * len(keys)), list(keys)
    with planning_cursor(connection) as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
