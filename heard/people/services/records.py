"""What another system keeps about somebody becomes an identity of its own, and follows that system from then on.

Every importer (files, address books, CRM bridges, forms) comes through here. One record of one source is one identity, known again by
(source, external id); nothing is joined here, that is for matching and for people. Each value is a row with source and time, so that what
a source takes back is retracted and what others said stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows, is_postgres, update_rows
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Fact, Identifier, Identity, IdentityAudience
from heard.people.phones import normalise_phone
from heard.people.rules import clean_display_name, is_email, normalise_email, record_mark
from heard.people.services.erased import erased_records
from heard.people.services.identities import MAIL, organisations_of

EXTERNAL = "external"
AT_ONCE = 500
MOST_VALUES = 50
EARLIEST_BIRTH = date(1850, 1, 1)
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_.:/-]{0,39}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_OWN_SOURCES = frozenset({MAIL, "colleague", "customer"})
_NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")
_ADDRESS_PARTS = ("street", "number", "extra", "postcode", "town", "region", "country")

Verdict: TypeAlias = Literal["made", "changed", "unchanged", "older", "erased", "refused"]


class BadRecord(Refusal):
    """A record that cannot be taken; the message says which value, and why."""


class ErasedBefore(Refusal):
    """The record, or an address in it, was erased at its owner's wish. It is not taken again."""


@dataclass(frozen=True, slots=True)
class NewName:
    """A name, whole or in its parts; at least one of them."""

    full: str = ""
    given: str = ""
    family: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A postal address, whole (lines) or in its parts; at least one of them."""

    full: str = ""
    street: str = ""
    number: str = ""
    extra: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """What a source says about somebody. None: it does not speak of that at all, and what it said before stays. (): it says there is none.

    `handles` are (network, name), `ids` (kind, number) of documents and other systems. `verified` names the kinds whose values the source
    proved itself (email, phone, handle, id, name, address, birth_date).
    """

    names: tuple[NewName | str, ...] | None = None
    emails: tuple[str, ...] | None = None
    phones: tuple[str, ...] | None = None
    addresses: tuple[NewAddress | str, ...] | None = None
    birth_date: date | str | None = None
    organisation: str | None = None
    language: str | None = None
    handles: tuple[tuple[str, str], ...] | None = None
    ids: tuple[tuple[str, str], ...] | None = None
    verified: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Put:
    """What became of one record. `problem` is a sentence for people when it was refused; then there is no identity."""

    verdict: Verdict
    identity: Identity | None = None
    problem: str = ""


def put_record(source: str, external_id: str, record: NewRecord, *, audience_id: int, at: datetime) -> Identity:
    """The identity of a source's record, made or brought up to date; putting the same twice changes nothing.

    `at` is when the source says so: what it said later stays. Raises BadRecord and ErasedBefore.
    """
    put = put_many(source, [(external_id, record, at)], audience_id=audience_id)[0]
    if put.identity is None:
        raise (ErasedBefore if put.verdict == "erased" else BadRecord)(put.problem)
    return put.identity


def put_many(source: str, records: Sequence[tuple[str, NewRecord, datetime]], *, audience_id: int) -> list[Put]:
    """`put_record` for many (external id, record, at), in their order: about fifteen queries for each 500, a transaction each.

    A bad record is refused by itself and the others are taken. Raises BadRecord for a source that cannot be one.
    """
    check_source(source)
    puts: list[Put | None] = [None] * len(records)
    waiting: list[tuple[int, _Given]] = []
    for place, (external_id, record, at) in enumerate(records):
        try:
            waiting.append((place, _given(source, external_id, record, at)))
        except BadRecord as bad:
            puts[place] = Put("refused", problem=bad.message)
    for batch in _batches(waiting):
        for (place, _one), put in zip(batch, _put(source, [one[1] for one in batch], audience_id), strict=True):
            puts[place] = put
    return [put for put in puts if put is not None]


def record_of(source: str, external_id: str) -> Identity | None:
    """The identity of a source's record, None when it was never put, or erased. One query."""
    row = Identifier.objects.filter(source=source, kind=EXTERNAL, value=_external(external_id)).select_related("identity").first()
    return row.identity if row else None


def check_source(source: str) -> None:
    """Raise BadRecord unless records may come from a source of that name."""
    if not _SOURCE.fullmatch(source) or source in _OWN_SOURCES:
        raise BadRecord(_("“%(name)s” cannot name a source: small letters, digits and . : / _ - only.") % {"name": source})


# --- reading what was given ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Given:
    """A record in the form in which it is kept: values by kind, each with its parts. A kind that is missing was not spoken of."""

    external_id: str
    at: datetime
    facts: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    identifiers: dict[str, list[str]] = field(default_factory=dict)
    verified: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return next(iter(self.facts.get("name", {})), "")[:200]

    @property
    def language(self) -> str:
        return next(iter(self.facts.get("language", {})), "")


def _given(source: str, external_id: str, record: NewRecord, at: datetime) -> _Given:
    external = _external(external_id)
    if not external:
        raise BadRecord(_("A record needs a number or name of its own in its source."))
    if at.tzinfo is None:
        raise BadRecord(_("The time of a record needs a time zone."))
    given = _Given(external, at, verified=record.verified)
    if record.names is not None:
        given.facts["name"] = dict(filter(None, map(_name, _few(record.names))))
    if record.addresses is not None:
        given.facts["address"] = dict(filter(None, map(_address, _few(record.addresses))))
    if record.birth_date is not None:
        given.facts["birth_date"] = {_birth_date(record.birth_date): {}} if record.birth_date != "" else {}
    for kind, text, limit in (("organisation", record.organisation, 200), ("language", record.language, 10)):
        if text is not None:
            given.facts[kind] = {value: {}} if (value := _clean(text, limit)) else {}
    for kind, values in (
        ("email", None if record.emails is None else [_email(value) for value in _few(record.emails) if value.strip()]),
        ("phone", None if record.phones is None else [_phone(value) for value in _few(record.phones) if value.strip()]),
        ("handle", None if record.handles is None else [_named(name, value, _("a network")) for name, value in _few(record.handles)]),
        ("id", None if record.ids is None else [_named(name, value, _("a kind of number")) for name, value in _few(record.ids)]),
    ):
        if values is not None:
            given.identifiers[kind] = list(dict.fromkeys(values))
    return given


def _few(values: Sequence[Any]) -> Sequence[Any]:
    if len(values) > MOST_VALUES:
        raise BadRecord(_("More than %(number)d values of one kind: this is not one person's record.") % {"number": MOST_VALUES})
    return values


def _clean(text: str, limit: int) -> str:
    """On one line, without what nobody sees; cut to `limit` characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in storable(str(text), 4 * limit)).split())[:limit].strip()


def _external(text: str) -> str:
    return _clean(text, 320)


def _name(name: NewName | str) -> tuple[str, dict[str, str]] | None:
    if isinstance(name, str):
        name = NewName(full=name)
    parts = {part: value for part in _NAME_PARTS if (value := _clean(getattr(name, part), 200))}
    full = clean_display_name(_clean(name.full, 500)) or " ".join(parts.values())
    return (full[:500], parts) if full else None


def _address(address: NewAddress | str) -> tuple[str, dict[str, str]] | None:
    if isinstance(address, str):
        address = NewAddress(full=address)
    parts = {part: value for part in _ADDRESS_PARTS if (value := _clean(getattr(address, part), 200))}
    lines = [_clean(line, 200) for line in address.full.splitlines()]
    street = " ".join(filter(None, (parts.get("street"), parts.get("number"))))
    town = " ".join(filter(None, (parts.get("postcode"), parts.get("town"))))
    full = ", ".join(filter(None, lines)) or ", ".join(
        filter(None, (street, parts.get("extra"), town, parts.get("region"), parts.get("country")))
    )
    return (full[:500], parts) if full else None


def _birth_date(value: date | str) -> str:
    try:
        born = value if isinstance(value, date) else date.fromisoformat(value.strip())
    except ValueError:
        raise BadRecord(_("“%(value)s” is no date of birth: write it as 1990-12-31.") % {"value": str(value)[:40]}) from None
    if isinstance(born, datetime):
        born = born.date()
    if born < EARLIEST_BIRTH or born > now().date() + timedelta(days=1):
        raise BadRecord(_("Nobody alive was born on %(value)s.") % {"value": born.isoformat()})
    return born.isoformat()


def _email(text: str) -> str:
    address = storable(normalise_email(text))
    if not is_email(address):
        raise BadRecord(_("“%(value)s” is no e-mail address.") % {"value": _clean(text, 80)})
    return address


def _phone(text: str) -> str:
    number = normalise_phone(text)
    if not number:
        raise BadRecord(_("“%(value)s” is no telephone number.") % {"value": _clean(text, 40)})
    return number


def _named(name: str, value: str, what: str) -> str:
    word, value = name.strip().lower(), _clean(value, 250)
    if not _WORD.fullmatch(word) or not value:
        raise BadRecord(_("“%(value)s” needs %(what)s and a value.") % {"value": _clean(f"{name}: {value}", 80), "what": what})
    return f"{word}:{value.lower().removeprefix('@')}"


# --- writing it ------------------------------------------------------------------------------------------------------------------------


def _batches(waiting: Sequence[tuple[int, _Given]]) -> list[list[tuple[int, _Given]]]:
    """At most AT_ONCE together, and no record twice in one batch: of two, the second comes after the first."""
    batches: list[list[tuple[int, _Given]]] = []
    seen: set[str] = set()
    for one in waiting:
        if not batches or len(batches[-1]) >= AT_ONCE or one[1].external_id in seen:
            batches.append([])
            seen = set()
        batches[-1].append(one)
        seen.add(one[1].external_id)
    return batches


@transaction.atomic
def _put(source: str, batch: Sequence[_Given], audience_id: int) -> list[Put]:
    erased = erased_records(
        (record_mark(source, one.external_id), [(kind, value) for kind, values in one.identifiers.items() for value in values])
        for one in batch
    )
    living = [one for one, is_erased in zip(batch, erased, strict=True) if not is_erased]
    known = _known(source, living)
    fresh: set[str] = set()
    while missing := [one for one in living if one.external_id not in known]:
        try:
            with transaction.atomic(savepoint=is_postgres()):  # SQLite has one writer: nobody is faster
                made = _make(source, missing)
            known |= made
            fresh |= set(made)
        except IntegrityError:  # on PostgreSQL somebody put one of them at the same moment: it is there to be found now
            known |= _known(source, missing)
    verdicts = _bring_up_to_date(source, living, known, fresh)
    rows = [IdentityAudience(identity=known[one.external_id], audience_id=audience_id) for one in living]
    insert_rows(sorted(rows, key=lambda row: row.identity.pk), ignore_conflicts=True)
    _tell(source, {one.external_id: known[one.external_id] for one in living}, verdicts)
    gone = Put("erased", problem=_("This record was erased at its owner's wish, and does not come back by an import."))
    return [
        gone if is_erased else Put(verdicts[one.external_id], known[one.external_id]) for one, is_erased in zip(batch, erased, strict=True)
    ]


def _known(source: str, records: Sequence[_Given]) -> dict[str, Identity]:
    """The identities these records have, held until the transaction ends."""
    rows = Identifier.objects.filter(source=source, kind=EXTERNAL, value__in=[one.external_id for one in records])
    holders = dict(rows.values_list("value", "identity_id"))
    identities = {one.pk: one for one in Identity.objects.select_for_update().filter(pk__in=holders.values()).order_by("pk")}
    return {value: identities[pk] for value, pk in holders.items() if pk in identities}


def _make(source: str, records: Sequence[_Given]) -> dict[str, Identity]:
    made = {one.external_id: Identity(source=source, first_seen_at=one.at, last_seen_at=one.at) for one in records}
    insert_rows(list(made.values()))
    for identity in made.values():
        identity.person_number = identity.pk
    update_rows(list(made.values()), ["person_number"])
    insert_rows(
        [
            Identifier(identity=made[one.external_id], kind=EXTERNAL, value=one.external_id, source=source, created_at=one.at)
            for one in records
        ]
    )
    return made


def _bring_up_to_date(source: str, records: Sequence[_Given], known: Mapping[str, Identity], fresh: set[str]) -> dict[str, Verdict]:
    ids = [known[one.external_id].pk for one in records if one.external_id not in fresh]
    facts: dict[int, dict[tuple[str, str, str], Fact]] = {}
    for fact in Fact.objects.filter(identity__in=ids):
        facts.setdefault(fact.identity_id, {})[fact.kind, fact.value, fact.source] = fact
    identifiers: dict[int, dict[tuple[str, str], Identifier]] = {}
    for identifier in Identifier.objects.filter(identity__in=ids).exclude(kind=EXTERNAL):
        identifiers.setdefault(identifier.identity_id, {})[identifier.kind, identifier.value] = identifier
    writing = _Writing(source)
    verdicts: dict[str, Verdict] = {}
    for one in records:
        identity = known[one.external_id]
        mine, signs = facts.get(identity.pk, {}), identifiers.get(identity.pk, {})
        if any(fact.at > one.at for fact in mine.values() if fact.source == source):
            verdicts[one.external_id] = "older"
            continue
        is_changed = writing.take(identity, one, mine, signs)
        verdicts[one.external_id] = "made" if one.external_id in fresh else "changed" if is_changed else "unchanged"
    writing.write(organisations_of([value for one in records for value in one.identifiers.get("email", [])]))
    return verdicts


class _Writing:
    """The rows that differ between what a source says now and what we hold of it, gathered over a batch."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.new_facts: list[Fact] = []
        self.changed_facts: list[Fact] = []
        self.new_identifiers: list[Identifier] = []
        self.proved: list[Identifier] = []
        self.dropped: list[int] = []
        self.identities: dict[int, Identity] = {}
        self.addresses: dict[int, list[str]] = {}

    def take(
        self, identity: Identity, one: _Given, facts: dict[tuple[str, str, str], Fact], signs: dict[tuple[str, str], Identifier]
    ) -> bool:
        """Note what changes for one identity; whether anything does."""
        said_before = {(kind, value) for kind, value, source in facts if source == self.source}
        corrected = {kind for kind, _, source in facts if source in ("colleague", "customer")}
        changes = [self._facts(identity, one, kind, values, facts) for kind, values in one.facts.items()]
        changes += [self._identifiers(identity, one, kind, values, facts, signs) for kind, values in one.identifiers.items()]
        changes.append(self._identity(identity, one, said_before, corrected))
        return any(changes)

    def _facts(
        self,
        identity: Identity,
        one: _Given,
        kind: str,
        values: Mapping[str, dict[str, str]],
        facts: dict[tuple[str, str, str], Fact],
    ) -> bool:
        verified_at, how = (one.at, self.source) if kind in one.verified else (None, "")
        changed = False
        for value, parts in values.items():
            fact = facts.get((kind, value, self.source))
            if fact is None:
                self.new_facts.append(
                    Fact(
                        identity=identity, kind=kind, value=value, parts=parts, source=self.source, at=one.at,
                        verified_at=verified_at, verified_how=how,
                    )
                )  # fmt: skip
                changed = True
            elif fact.retracted_at is not None or fact.parts != parts or bool(fact.verified_at) != bool(verified_at):
                fact.retracted_at, fact.parts, fact.at = None, parts, one.at
                fact.verified_at, fact.verified_how = verified_at, how
                self.changed_facts.append(fact)
                changed = True
        for (its_kind, value, source), fact in facts.items():
            if its_kind == kind and source == self.source and value not in values and fact.retracted_at is None:
                fact.retracted_at = fact.at = one.at
                self.changed_facts.append(fact)
                changed = True
        return changed

    def _identifiers(
        self,
        identity: Identity,
        one: _Given,
        kind: str,
        values: Sequence[str],
        facts: dict[tuple[str, str, str], Fact],
        signs: dict[tuple[str, str], Identifier],
    ) -> bool:
        """What is no identifier any more stays as a retracted fact, so that nobody wonders where it went."""
        verified_at, how = (one.at, self.source) if kind in one.verified else (None, "")
        changed = False
        for value in values:
            sign = signs.get((kind, value))
            if sign is None:
                self.new_identifiers.append(
                    Identifier(
                        identity=identity, kind=kind, value=value, source=self.source, created_at=one.at,
                        verified_at=verified_at, verified_how=how,
                    )
                )  # fmt: skip
                changed = True
            elif verified_at is not None and sign.verified_at is None:
                sign.verified_at, sign.verified_how = verified_at, how
                self.proved.append(sign)
                changed = True
        for (its_kind, value), sign in signs.items():
            if its_kind == kind and sign.source == self.source and value not in values:
                self.dropped.append(sign.pk)
                fact = facts.get((kind, value, self.source))
                if fact is None:
                    self.new_facts.append(
                        Fact(identity=identity, kind=kind, value=value, source=self.source, at=one.at, retracted_at=one.at)
                    )
                else:
                    fact.at = fact.retracted_at = one.at
                    self.changed_facts.append(fact)
                changed = True
        if kind == "email" and values:
            self.addresses[identity.pk] = list(values)
            self.identities.setdefault(identity.pk, identity)
        return changed

    def _identity(self, identity: Identity, one: _Given, said_before: set[tuple[str, str]], corrected: set[str]) -> bool:
        """The name and language shown: the source's, unless somebody corrected them here."""
        was = (identity.display_name, identity.language)
        if one.name and "name" not in corrected and (not identity.display_name or ("name", identity.display_name) in said_before):
            identity.display_name = one.name
        if one.language and (not identity.language or ("language", identity.language) in said_before):
            identity.language = one.language
        identity.first_seen_at = min(identity.first_seen_at, one.at)
        changed = was != (identity.display_name, identity.language)
        if changed or one.at > identity.last_seen_at:
            identity.last_seen_at = max(identity.last_seen_at, one.at)
            self.identities[identity.pk] = identity
        return changed

    def write(self, organisations: Mapping[str, Any]) -> None:
        for pk, addresses in self.addresses.items():
            identity = self.identities[pk]
            if identity.organisation_id is None:
                identity.organisation = next((found for one in addresses if (found := organisations.get(one))), None)
        if self.dropped:
            Identifier.objects.filter(pk__in=self.dropped).delete()
        insert_rows(self.new_identifiers)
        update_rows(self.proved, ["verified_at", "verified_how"])
        insert_rows(self.new_facts)
        update_rows(self.changed_facts, ["parts", "at", "verified_at", "verified_how", "retracted_at"])
        update_rows(list(self.identities.values()), ["display_name", "language", "organisation", "first_seen_at", "last_seen_at"])


def _tell(source: str, known: Mapping[str, Identity], verdicts: Mapping[str, Verdict]) -> None:
    events = [NewEvent("identity.added", known[one], fields={"source": source}) for one, verdict in verdicts.items() if verdict == "made"]
    events += [NewEvent("identity.changed", known[one]) for one, verdict in verdicts.items() if verdict == "changed"]
    if events:
        record_events(events)
