"""Records as columns in Parquet files: one row a record, and one row for each key by which it is found, as in the database.

Of names, days and addresses the first counts here; of e-mail addresses, telephones and numbers all do. What a record says beyond that
(`has_more`) is compared in full later, for the few pairs that are left.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from heard.matching.candidates import is_strong, keys_of
from heard.matching.comparisons import EXCLUSIVE, ROLES, address_at_level
from heard.matching.names import roots, sound
from heard.matching.records import Address, Name, Record, unpack

PHONE_DIGITS = 9
"""The last digits of a telephone number are the same with and without its country."""

TEXTS = (
    "given", "given_sound", "given_whole", "family", "family_sound", "generation", "birth_date",
    "email", "mailbox", "mailbox_letters", "telling_mailbox", "mail_domain", "phone", "number", "street", "unit", "city", "postcode",
    "one_id", "one_id_kind", "organisation", "company",
)  # fmt: skip
LISTS = (
    "roots", "middles", "middle_words", "middle_firsts", "middle_singles", "family_words", "street_words",
    "emails", "role_emails", "provider_forms", "phones", "handles", "handle_names", "ids", "exclusive_kinds", "company_words",
)  # fmt: skip
_NO_NAME, _NO_ADDRESS = Name(), Address()


def write_part(packed: list[bytes], folder: str, number: int) -> int:
    """One part of `records` and `keys` in `folder`, from packed records; how many they were. Made for a process of its own."""
    import pyarrow as pa
    from pyarrow import parquet

    records = [unpack(each) for each in packed]
    rows = [(*columns_of(record), raw) for record, raw in zip(records, packed, strict=True)]
    keys = [(key, record.identity_id, 2 if is_strong(text) else 1) for record in records for key, text in keys_of(record).items()]
    text, texts = pa.string(), pa.list_(pa.string())
    columns = {"unique_id": pa.int64(), "has_more": pa.bool_()} | dict.fromkeys(TEXTS, text) | dict.fromkeys(LISTS, texts)
    schema = pa.schema([*columns.items(), ("packed", pa.binary())])
    key_schema = pa.schema([("key", pa.int64()), ("id", pa.int64()), ("strength", pa.int32())])
    for name, made in (("records", _table(pa, rows, schema)), ("keys", _table(pa, keys, key_schema))):
        parquet.write_table(made, Path(folder) / name / f"{number:06d}.parquet", compression="lz4")
    return len(records)


def columns_of(record: Record) -> tuple[Any, ...]:
    """(id, has_more, TEXTS…, LISTS…); what is unknown is None. Values of two or more are lists without order."""
    name = record.names[0] if record.names else _NO_NAME
    address = record.addresses[0] if record.addresses else _NO_ADDRESS
    day = record.birth_dates[0].value if record.birth_dates else ""
    email = record.emails[0].address if record.emails else ""
    mailbox, _, domain = email.rpartition("@")
    middles = name.middle.split()
    words = frozenset((name.given, *name.family.split()))
    exclusive = [each for each in record.ids if each.kind.partition(":")[0] in EXCLUSIVE]
    is_role = mailbox in ROLES
    texts = (
        name.given,
        sound(name.given) if name.given else "",
        name.given + name.middle.replace(" ", "") if name.given else "",
        name.family,
        sound(name.family) if name.family else "",
        name.generation,
        day if len(day) == len("2000-01-01") else "",
        email,
        "" if is_role else mailbox,
        "" if is_role else "".join(sign for sign in mailbox if not sign.isdigit()),
        "" if is_role or _says_no_more(mailbox, words) else mailbox,
        domain,
        record.phones[0].number[-PHONE_DIGITS:] if record.phones else "",
        address.number,
        address.street,
        address.unit,
        address.city,
        address.postcode,
        exclusive[0].value if exclusive else "",
        exclusive[0].kind if exclusive else "",
        "" if record.is_organisation else record.organisation,
        record.organisation if record.is_organisation else "",
    )
    lists: tuple[list[str], ...] = (
        [str(number) for number in sorted(roots(name.given))],
        middles,
        [word for word in middles if len(word) > 1],
        [word[0] for word in middles],
        [word for word in middles if len(word) == 1],
        name.family.split(),
        address.street.split(),
        [each.address for each in record.emails if each.address.partition("@")[0] not in ROLES],
        [each.address for each in record.emails if each.address.partition("@")[0] in ROLES],
        [each.provider_form for each in record.emails if each.provider_form],
        [each.number[-PHONE_DIGITS:] for each in record.phones],
        [f"{each.network} {each.name}" for each in record.handles],
        [each.name for each in record.handles if len(each.name) > 4],
        [f"{each.kind} {each.value}" for each in record.ids],
        [each.kind for each in exclusive],
        record.organisation.split() if record.is_organisation else [],
    )
    has_more = any(len(values) > 1 for values in (record.names, record.birth_dates, record.addresses))
    return (record.identity_id, has_more, *(text or None for text in texts), *(values or None for values in lists))


def _says_no_more(mailbox: str, words: frozenset[str]) -> bool:
    """Whether the part before the @ is too short to tell, or only spells the name."""
    return address_at_level(f"{mailbox}@one.example", "", f"{mailbox}@another.test", "", words) != "local"


def _table(pa: Any, rows: list[tuple[Any, ...]], schema: Any) -> Any:
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema]
    return pa.Table.from_arrays([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
