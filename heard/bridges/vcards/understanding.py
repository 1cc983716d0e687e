"""A card as a record of somebody: what of it we understand. What we do not stays in the card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import unquote, urlsplit

from heard.bridges.vcards.cards import Card, Property
from heard.people.services.records import NewAddress, NewName, NewRecord

_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?$")
_REV = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?$")
_APPLE_LABEL = re.compile(r"^_\$!<(.*)>!\$_$")
_NETWORK = re.compile(r"[^a-z0-9_.-]+")
_PROFILE_PLACES = {
    "twitter.com": "x", "x.com": "x", "facebook.com": "facebook", "instagram.com": "instagram", "linkedin.com": "linkedin",
    "github.com": "github", "t.me": "telegram", "tiktok.com": "tiktok", "bsky.app": "bluesky",
}  # fmt: skip
NETWORKS = {"twitter": "x", "aim": "aim", "xmpp": "xmpp", "jabber": "xmpp", "sip": "sip", "skype": "skype", "telegram": "telegram"}


def is_of_a_group(card: Card) -> bool:
    """Whether the card is a list of other cards and nobody."""
    kinds = {card.first("KIND").lower(), card.first("X-ADDRESSBOOKSERVER-KIND").lower()}
    return "group" in kinds


def record_of(card: Card) -> NewRecord:
    """What the card says of somebody. It speaks of everything we know to ask for: a card without telephones says that there is none."""
    return NewRecord(
        names=tuple(_names(card)),
        emails=_each(_address_of(one) for one in card.all("EMAIL")),
        phones=_each(_number_of(one) for one in card.all("TEL")),
        addresses=tuple(found for one in card.all("ADR") if (found := _postal(one)) is not None),
        birth_date=born.isoformat() if (born := birth_date(card)) else "",
        organisation=next((one.field(0) for one in card.all("ORG") if one.field(0)), ""),
        language=next((one.text.strip().lower().partition("-")[0][:3] for one in card.all("LANG") if one.text.strip()), ""),
        handles=tuple(dict.fromkeys(_handles(card))),
    )


def changed_at(card: Card) -> datetime | None:
    """REV: when its owner says the card was last changed; None when it does not, or says nothing we can read."""
    found = _REV.match(card.first("REV"))
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    offset = "+00:00" if zone in {None, "Z"} else zone if len(zone) > 3 else f"{zone}:00"
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def birth_date(card: Card) -> date | None:
    """BDAY where it names year, month and day. A day without its year says too little; 1604 is how Apple's programs write that."""
    for one in card.all("BDAY"):
        found = _DAY.match(one.text.strip())
        if found is None or found[1] in one.param("X-APPLE-OMIT-YEAR"):
            continue
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    return None


def _names(card: Card) -> Iterator[NewName]:
    """FN with the parts of N; other FNs, in other letters for instance; nicknames."""
    full, structured = card.all("FN"), card.all("N")
    for place in range(max(len(full), len(structured[:1]))):
        said = full[place].text.strip() if place < len(full) else ""
        parts = structured[0] if place == 0 and structured else None
        name = NewName(
            full=said,
            family=parts.field(0) if parts else "", given=parts.field(1) if parts else "", middle=parts.field(2) if parts else "",
            prefix=parts.field(3) if parts else "", suffix=parts.field(4) if parts else "",
        )  # fmt: skip
        if any((name.full, name.family, name.given, name.middle)):
            yield name
    for one in card.all("NICKNAME"):
        yield from (NewName(full=nick.strip()) for nick in one.words if nick.strip())


def _address_of(one: Property) -> str:
    return one.text.strip().removeprefix("mailto:").strip()


def _number_of(one: Property) -> str:
    """A telephone number; a `tel:` address gives up its parameters, of which only an extension would matter to us."""
    text = one.text.strip()
    if text.lower().startswith("tel:"):
        text = unquote(text[4:]).partition(";")[0]
    return text


def _postal(one: Property) -> NewAddress | None:
    box, extra, street, town, region, postcode, country = (one.field(number) for number in range(7))
    street = ", ".join(line.strip() for line in street.splitlines() if line.strip())
    found = NewAddress(
        street=street, extra=" ".join(filter(None, (extra, box))), postcode=postcode, town=town, region=region, country=country
    )
    if found != NewAddress():
        return found
    label = next(iter(one.param("LABEL")), "")
    return NewAddress(full=label) if label.strip() else None


def _handles(card: Card) -> Iterator[tuple[str, str]]:
    """Names on networks: IMPP, SOCIALPROFILE (RFC 9554) and what programs wrote before it."""
    for one in card.all("IMPP"):
        network, colon, name = one.text.strip().partition(":")
        service = next(iter(one.param("SERVICE-TYPE") + one.param("X-SERVICE-TYPE")), "") or network
        if colon and (name := unquote(name).strip().lstrip("/")):
            yield from _handle(service, name)
    for one in card.all("SOCIALPROFILE", "X-SOCIALPROFILE"):
        types = [kind for kind in one.types if kind not in {"pref", "home", "work", "other"}]
        service = next(iter(one.param("SERVICE-TYPE") + tuple(types)), "")
        name = next(iter(one.param("X-USER") + one.param("USERNAME")), "")
        place, last = _of_profile(one.text.strip())
        yield from _handle(service or place, name or last)
    for one in card.properties:
        if one.name in {"X-TWITTER", "X-SKYPE", "X-JABBER", "X-TELEGRAM", "X-AIM", "X-INSTAGRAM"}:
            yield from _handle(one.name[2:], one.text.strip())


def _handle(service: str, name: str) -> Iterator[tuple[str, str]]:
    label = _APPLE_LABEL.sub(r"\1", service.strip()).lower()
    word = _NETWORK.sub("-", NETWORKS.get(label, label)).strip("-.")[:40]
    if word and name.strip():
        yield word, name.strip().removeprefix("@")[:200]


def _of_profile(text: str) -> tuple[str, str]:
    """Network and name of a profile's address: ("x", "ada") of https://twitter.com/ada."""
    if "//" not in text:
        return "", text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "", ""
    return _PROFILE_PLACES.get(host, host), unquote(parts.path.rstrip("/").rpartition("/")[2])


def _each(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
