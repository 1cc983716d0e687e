"""Values as people write them, in the one form in which two are compared. Values in, values out; nothing here raises.

Each function takes text and gives the value of records.py, or None when nothing is left of it. `make_record` takes them together.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from email.utils import parseaddr

from heard.matching.addresses import address
from heard.matching.dates import birth_date
from heard.matching.names import fold, name, words
from heard.matching.places import issuer_code
from heard.matching.records import Address, BirthDate, Email, ExternalId, Handle, Name, Phone, Record
from heard.people.phones import normalise_phone
from heard.people.rules import normalise_email, provider_form

__all__ = ["address", "birth_date", "email", "external_id", "fold", "handle", "make_record", "name", "organisation", "phone"]

_LEGAL_FORMS = words(
    "inc incorporated ltd limited llc llp lp plc corp corporation co company gmbh ag kg ohg ug ev sl sa slu srl spa bv nv ab "
    "as oy oyj lda sas sarl pty kft doo kgaa mbh se pte bhd sdn the and und y et e"
)
_PROFILE = re.compile(r"^(?:https?://)?(?:www\.)?([a-z0-9-]+)\.[a-z.]+/(?:in/|u/|user/|@)?@?([^/?#\s]+)/?$", re.IGNORECASE)
_ID_KINDS = {
    "passport number": "passport", "drivers license": "drivers licence", "driving licence": "drivers licence", "driver license": "drivers licence",
    "social security": "ssn", "social security number": "ssn", "dni": "national id", "nie": "national id", "nif": "tax id", "vat": "tax id",
    "tax": "tax id", "soc sec id": "ssn",
}  # fmt: skip


def email(text: str, *, is_verified: bool = False) -> Email | None:
    """ "Jay Jones" <JJones@Example.org> → jjones@example.org, with the provider's form apart. None without an @."""
    found = parseaddr(text)[1] if "<" in text or '"' in text else text
    whole = normalise_email(found)
    local, _, domain = whole.rpartition("@")
    if not local or not domain or " " in whole:
        return None
    return Email(whole, provider_form(whole), is_verified)


def phone(text: str, *, region: str | None = None, is_verified: bool = False) -> Phone | None:
    """+34 600 111 222 → +34600111222. `region` (two letters) reads numbers without a country, HEARD_PHONE_REGION when None.

    Where nobody can tell the country, the digits. None for fewer than six, and for one digit repeated.
    """
    number = normalise_phone(re.split(r"(?i)\s*(?:ext|x)\.?\s*\d+$", text.strip())[0], region=region).lstrip("0")
    if len(number) < 6 or len(set(number.removeprefix("+"))) == 1:
        return None
    return Phone(number, is_verified)


def handle(text: str, *, network: str = "", is_verified: bool = False) -> Handle | None:
    """@Ana_L, or https://example.social/@ana_l, which names its network as well."""
    found = _PROFILE.match(text.strip())
    if found:
        network, text = network or found.group(1), found.group(2)
    plain = text.strip().lstrip("@").casefold()[:100]
    return Handle(plain, fold(network), is_verified) if plain else None


def external_id(kind: str, value: str, *, issuer: str = "", is_verified: bool = False) -> ExternalId | None:
    """A number of a document or of another system. `issuer` is a country, a state or the name of the system."""
    whole = fold(kind)
    whole = _ID_KINDS.get(whole, whole)
    plain = re.sub(r"[^A-Z0-9]", "", fold(value).upper())
    if not plain or (len(set(plain)) == 1 and len(plain) > 3):
        return None
    place = issuer_code(issuer)
    return ExternalId(f"{whole}:{place}" if place else whole, plain, is_verified)


def organisation(text: str) -> str:
    """A company's name without its legal form, in small Latin letters."""
    words = fold(re.sub(r"\([^)]*\)", " ", text)).split()
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def make_record(
    identity_id: int,
    source: str,
    *,
    names: Iterable[str | tuple[str, str] | Name] = (),
    birth_dates: Iterable[str | BirthDate] = (),
    emails: Iterable[str | Email] = (),
    phones: Iterable[str | Phone] = (),
    addresses: Iterable[str | Mapping[str, str] | Address] = (),
    handles: Iterable[str | tuple[str, str] | Handle] = (),
    ids: Iterable[tuple[str, str] | ExternalId] = (),
    organisation_name: str = "",
    is_organisation: bool = False,
    region: str | None = None,
    verified: Collection[str] = (),
) -> Record:
    """A record from values as they were given; what cannot be read is left out.

    `names` are lines or (given, family); `addresses` lines or the fields of `address`; `handles` names or (network, name); `ids`
    (kind, value). Values that are normalised already are taken as they are. `verified` holds those values, as given, whose owner proved
    them. `region` is the country (two letters) of numbers and days that name none.
    """
    return Record(
        identity_id,
        source,
        names=_made(names, lambda each: _name(each, verified)),
        birth_dates=_made(birth_dates, lambda each: birth_date(each, region=region or "", is_verified=each in verified)),
        emails=_made(emails, lambda each: email(each, is_verified=each in verified)),
        phones=_made(phones, lambda each: phone(each, region=region, is_verified=each in verified)),
        addresses=_made(addresses, lambda each: address(each) if isinstance(each, str) else address(**each)),
        handles=_made(handles, lambda each: _handle(each, verified)),
        ids=_made(ids, lambda each: external_id(*each, is_verified=each[1] in verified)),
        organisation=organisation(organisation_name),
        is_organisation=is_organisation,
    )


_VALUES = (Name, BirthDate, Email, Phone, Address, Handle, ExternalId)


def _made(values, make) -> tuple:  # type: ignore[no-untyped-def]  # each kind of value has its own type
    """Each once, in the order given."""
    made = (value if isinstance(value, _VALUES) else make(value) for value in values if value)
    return tuple(dict.fromkeys(value for value in made if value is not None))


def _name(said: str | tuple[str, str], verified: Collection[str]) -> Name | None:
    if isinstance(said, str):
        return name(said, is_verified=said in verified)
    return name(given=said[0], family=said[1], is_verified=" ".join(said) in verified)


def _handle(said: str | tuple[str, str], verified: Collection[str]) -> Handle | None:
    if isinstance(said, str):
        return handle(said, is_verified=said in verified)
    return handle(said[1], network=said[0], is_verified=said[1] in verified)
