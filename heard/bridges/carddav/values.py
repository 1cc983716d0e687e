"""What a card says and what we say, in one form, so that both can be compared: plain dictionaries that a row can keep."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from heard.accounts.models import AudienceTeam, AudienceUser
from heard.bridges.models import AddressBook
from heard.bridges.persons import Place
from heard.bridges.vcards.cards import Card, Property, escaped
from heard.bridges.vcards.making import birthday_text, email, name_fields_of, phone, place, revision
from heard.bridges.vcards.understanding import record_of
from heard.people.models import Fact, Identifier, Identity, IdentityAudience
from heard.people.phones import normalise_phone
from heard.people.rules import clean_display_name, is_email, normalise_email
from heard.people.services.records import NewAddress, NewName, NewRecord

LISTS = ("emails", "phones", "places")
SINGLE = ("name", "birth_date", "organisation")
SPOKEN_HERE = ("colleague", "customer")
"""Whose word about a name goes out: what a colleague corrected, what somebody said of themselves. What a mail's sender line happens to say does not."""


@dataclass(slots=True)
class Values:
    """One side of a comparison. Lists are sets in order; a single value that is not known is empty."""

    name: str = ""
    birth_date: str = ""
    organisation: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Values:
        """From what a row keeps."""
        return cls(**{name: data[name] for name in (*SINGLE, *LISTS) if name in data})

    def kept(self) -> dict[str, Any]:
        """As a row keeps it: what is empty is left out."""
        return {name: value for name in (*SINGLE, *LISTS) if (value := getattr(self, name))}


@dataclass(slots=True)
class Ours:
    """What we say of the person of an identity: what a colleague or they themselves said of their name, what is known from elsewhere."""

    values: Values
    places: dict[str, Place] = field(default_factory=dict)


def values_of(card: Card) -> Values:
    """What a card says, in the form in which people keep it."""
    record = record_of(card)
    names = record.names or ()
    return Values(
        name=_name(names[0]) if names else "",
        birth_date=str(record.birth_date or ""),
        organisation=(record.organisation or "")[:200],
        emails=[one for one in dict.fromkeys(map(normalise_email, record.emails or ())) if is_email(one)],
        phones=[one for one in dict.fromkeys(map(normalise_phone, record.phones or ())) if one],
        places=list(dict.fromkeys(filter(None, map(whole, record.addresses or ())))),
    )


def whole(address: NewAddress | str) -> str:
    """An address in one line, put together as `people.services.records` does."""
    if isinstance(address, str):
        return " ".join(address.split())
    street = " ".join(filter(None, (address.street, address.number)))
    town = " ".join(filter(None, (address.postcode, address.town)))
    parts = address.full.splitlines() or [street, address.extra, town, address.region, address.country]
    return ", ".join(filter(None, (" ".join(part.split()) for part in parts)))[:500]


def without(record: NewRecord, given: Values) -> NewRecord:
    """A record less what came from us: our own words must not come back as somebody else's."""
    return replace(
        record,
        emails=tuple(one for one in record.emails or () if normalise_email(one) not in given.emails),
        phones=tuple(one for one in record.phones or () if normalise_phone(one) not in given.phones),
        addresses=tuple(one for one in record.addresses or () if whole(one) not in given.places),
        names=tuple(one for one in record.names or () if _name(one) != given.name) if given.name else record.names,
        birth_date="" if record.birth_date == given.birth_date else record.birth_date,
        organisation="" if record.organisation == given.organisation else record.organisation,
    )


def audiences_of(book: AddressBook) -> list[int]:
    """Whoever is known to one of the book's readers, may go there. Two queries."""
    teams = AudienceTeam.objects.filter(audience=book.audience_id).values("team")
    users = AudienceUser.objects.filter(audience=book.audience_id).values("user")
    by_team = AudienceTeam.objects.filter(team__in=teams).values_list("audience", flat=True)
    by_user = AudienceUser.objects.filter(user__in=users).values_list("audience", flat=True)
    return sorted({*by_team, *by_user})


def ours_of(book: AddressBook, identity_ids: Collection[int], audiences: Sequence[int]) -> dict[int, Ours]:
    """What we say of the person of each identity, by identity. Four queries for some hundred; none of them for nobody."""
    numbers = dict(Identity.objects.filter(pk__in=identity_ids, erased_at=None).values_list("pk", "person_number")) if identity_ids else {}
    if not numbers:
        return {}
    known = IdentityAudience.objects.filter(audience__in=audiences).values("identity")
    rows = Identity.objects.filter(person_number__in=set(numbers.values()), erased_at=None, pk__in=known).values_list("pk", "person_number")
    members = dict(rows)
    members |= numbers
    found: dict[int, Ours] = {number: Ours(Values()) for number in set(numbers.values())}
    for pk, kind, value in (
        Identifier.objects.filter(identity__in=members, kind__in=["email", "phone"])
        .order_by("pk")
        .values_list("identity_id", "kind", "value")
    ):
        mine = getattr(found[members[pk]].values, f"{kind}s")
        if value not in mine:
            mine.append(value)
    facts = Fact.objects.filter(identity__in=members, retracted_at=None, kind__in=["name", "birth_date", "organisation", "address"])
    for fact in facts.order_by("at", "pk"):
        ours = found[members[fact.identity_id]]
        if fact.kind == "address":
            if fact.value not in ours.values.places:
                ours.values.places.append(fact.value)
            ours.places[fact.value] = Place(fact.value, fact.parts)
        elif (fact.kind == "name" and fact.source in SPOKEN_HERE) or (fact.kind != "name" and fact.source != book.source):
            setattr(ours.values, fact.kind, fact.value)
    return {pk: found[number] for pk, number in numbers.items()}


def _name(name: NewName | str) -> str:
    if isinstance(name, str):
        return clean_display_name(name)
    parts = " ".join(filter(None, (name.prefix, name.given, name.middle, name.family, name.suffix)))
    return clean_display_name(" ".join(name.full.split())) or " ".join(parts.split())


# --- writing into somebody's card ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Wish:
    """What we want changed in a card: values to add and to take out, and single ones to set."""

    add: dict[str, list[str]] = field(default_factory=dict)
    drop: dict[str, list[str]] = field(default_factory=dict)
    put: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((*self.add.values(), *self.drop.values(), *self.put.values()))


def wish_of(*, theirs: Values, ours_then: Values, ours: Values, given: Values, in_doubt: Collection[str]) -> Wish:
    """What changed here since both sides were compared, and does not stand there yet. What is in doubt waits.

    Only what came from us is ever taken out of their card.
    """
    wish = Wish()
    for name in LISTS:
        now, then, there = (getattr(one, name) for one in (ours, ours_then, theirs))
        wish.add[name] = [value for value in now if value not in then and value not in there]
        wish.drop[name] = [value for value in getattr(given, name) if value not in now and value in there]
    for name in SINGLE:
        value = getattr(ours, name)
        if value and value not in (getattr(ours_then, name), getattr(theirs, name)) and name not in in_doubt:
            wish.put[name] = value
    return wish


def changed_card(card: Card, wish: Wish, places: Mapping[str, Place], at: Any) -> Card:
    """The card with our wishes in it; everything else of it stays as it is."""
    properties = [one for one in card.properties if not _is_dropped(one, wish)]
    properties += [email(value) for value in wish.add.get("emails", ())]
    properties += [phone(value) for value in wish.add.get("phones", ())]
    properties += [place(places.get(value) or Place(value)) for value in wish.add.get("places", ())]
    if name := wish.put.get("name"):
        properties = _set(properties, Property("FN", escaped(name)))
        properties = _set(properties, Property("N", name_fields_of(name)))
    if born := wish.put.get("birth_date"):
        properties = _set(properties, Property("BDAY", birthday_text(born, card.version)))
    if organisation := wish.put.get("organisation"):
        properties = _set(properties, Property("ORG", escaped(organisation, is_field=True)))
    if any(one.name == "REV" for one in properties):
        properties = _set(properties, revision(at))
    return replace(card, properties=tuple(properties))


def _is_dropped(one: Property, wish: Wish) -> bool:
    if one.name == "EMAIL":
        return normalise_email(one.text.removeprefix("mailto:")) in wish.drop.get("emails", ())
    if one.name == "TEL":
        return normalise_phone(one.text.removeprefix("tel:")) in wish.drop.get("phones", ())
    if one.name == "ADR" and wish.drop.get("places"):
        alone = values_of(Card((one,))).places
        return bool(alone) and alone[0] in wish.drop["places"]
    return False


def _set(properties: list[Property], new: Property) -> list[Property]:
    """The first property of that name replaced where it stands, with its parameters; or the new one at the end."""
    for at, one in enumerate(properties):
        if one.name == new.name:
            params = tuple(pair for pair in one.params if pair[0] not in {"ENCODING", "CHARSET", "VALUE", "X-APPLE-OMIT-YEAR"})
            return [*properties[:at], replace(new, params=params, group=one.group), *properties[at + 1 :]]
    return [*properties, new]
