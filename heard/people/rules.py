"""Who is who: addresses and names in one form, and which identities are one person. Values in, values out."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Generic, Literal, TypeVar

V = TypeVar("V")

_FREE_MAIL_FILE = Path(__file__).parent / "data" / "free_mail_domains.txt"
_NAME_LIMIT = 200
_ADDRESS_LIMIT = 320

_SECOND_LEVEL = frozenset(
    # endings like .co.uk, under which registries let companies register; only believed under a country's two letters
    "ac asso blogspot co com edu gen go gob gouv gov gv id info ltd me mil ne net nic nom or org plc press sch school web".split()  # noqa: SIM905
)
_NOT_ORGANISATIONS = frozenset({"local", "localhost", "localdomain", "internal", "invalid", "lan", "home", "arpa"})
_AFTER_NAME = re.compile(
    r"(?i)(jr|sr|i{2,3}|iv|ph\.?d|m\.?d|mba|esq|dds|rn|inc|incorporated|ltd|limited|llc|llp|plc|corp|co|gmbh|ag|kg|ohg|ug|e\.?v|s\.?l|"
    r"s\.?a|s\.?l\.?u|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|a\.?b|a\.?s|oy|lda|s\.?a\.?s|sarl|pty|kft|d\.?o\.?o)\.?"
)
_VIA = re.compile(r"(?i)^(?P<name>.+?)\s+(?:via|por medio de|über|par le biais de)\s+\S.*$")
_ADDRESS_INSIDE = re.compile(r"[<(\[]?\s*[^\s<>()\[\]@]+@[^\s<>()\[\]@]+\s*[>)\]]?")
_OPEN_SOURCES = frozenset({"form", "chat", "social", "survey", "widget"})
_AROUND = "<>" + "".join(chr(number) for number in range(0x3001) if chr(number).isspace())
_EMAIL = re.compile(r"""[^\s<>()\[\],;:"\\@]{1,64}@[^\s<>()\[\],;:"\\@.]+(\.[^\s<>()\[\],;:"\\@.]+)*""")
_QUOTES = "\"'`´‘’“”„«»"


# --- addresses -------------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def normalise_email(address: str) -> str:
    """An address in the form in which two are compared: small letters, the domain as on the wire (xn--…), no brackets around it.

    The local part could by law tell capitals apart (RFC 5321, 2.4); no provider known to us does, and people do not write them alike.
    Nothing else is guessed here: what one provider treats as the same is `provider_form`. Never raises; what is no address stays a word.
    """
    text = unicodedata.normalize("NFKC", address).lower().strip(_AROUND)
    while text.startswith("mailto:"):
        text = text.removeprefix("mailto:").strip(_AROUND)
    local, at, domain = text.rpartition("@")
    return (local + at + _wire_domain(domain) if at else text)[:_ADDRESS_LIMIT]


def is_email(address: str) -> bool:
    """Whether a normalised address could be one: something, one @, a domain; no spaces, brackets or commas, at most 254 characters (RFC 5321)."""
    return len(address) <= 254 and _EMAIL.fullmatch(address) is not None


def record_mark(source: str, external_id: str) -> str:
    """What is hashed of a record of another system, to know it again when it was erased."""
    return f"{source} {external_id}"


def is_open_source(source: str) -> bool:
    """Whether anybody may say anything through it, about anybody: a form, a chat, a public network. "form:contact" is one too."""
    return source.partition(":")[0] in _OPEN_SOURCES


def provider_form(address: str) -> str:
    """The mailbox that a provider would deliver to: dots in Gmail's names, +tags. "" where no such rule is known.

    Recorded as a hint for people who decide whether two identities are one, never applied by itself: elsewhere dots and tags tell
    people apart.
    """
    local, _, domain = normalise_email(address).rpartition("@")
    domain = {"googlemail.com": "gmail.com", "pm.me": "proton.me", "protonmail.com": "proton.me"}.get(domain, domain)
    local = local.partition("+")[0]
    if domain == "gmail.com":
        return f"{local.replace('.', '')}@{domain}"
    tagged = ("outlook.com", "hotmail.com", "live.com", "proton.me", "fastmail.com", "icloud.com", "me.com", "mac.com")
    return f"{local}@{domain}" if domain in tagged else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody may have an address there, so that it names no organisation. The list is data/free_mail_domains.txt."""
    domain = _wire_domain(domain.strip().lower())
    names, brands = _free_mail()
    return domain in names or any(domain.startswith(brand) and _is_ending(domain.removeprefix(brand)) for brand in brands)


def organisation_domain(address: str) -> str:
    """The domain an organisation registered ("mail.shop.co.uk" → "shop.co.uk") for an address or a domain.

    "" when there is none: a free-mail provider, an IP address, a name of a local network. Country endings follow a short list of
    second levels, not the whole Public Suffix List: at worst two companies under a rare ending share an organisation.
    """
    domain = normalise_email(address).rpartition("@")[2]
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels) or labels[-1] in _NOT_ORGANISATIONS or _is_ip(domain) or is_free_mail(domain):
        return ""
    wanted = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    if len(labels) < wanted:
        return ""
    registered = ".".join(labels[-wanted:])
    return "" if is_free_mail(registered) else registered


def _wire_domain(domain: str) -> str:
    domain = domain.strip().rstrip(".")
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:  # too long, empty labels: no such domain, but still somebody's words
        return domain


def _is_ip(domain: str) -> bool:
    try:
        ip_address(domain.strip("[]").removeprefix("ipv6:"))
    except ValueError:
        return False
    return True


def _is_ending(text: str) -> bool:
    """com, de, co.uk: one label, or a second level and a country."""
    labels = text.split(".")
    return len(labels) == 1 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVEL)


@cache
def _free_mail() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = (line.partition("#")[0].strip() for line in _FREE_MAIL_FILE.read_text(encoding="utf-8").splitlines())
    entries = [line for line in lines if line]
    return frozenset(entries), tuple(entry.removesuffix("*") for entry in entries if entry.endswith(".*"))


# --- names -----------------------------------------------------------------------------------------------------------------------------


def clean_display_name(name: str, address: str = "") -> str:
    """A name as people would say it: "Whitfield, Ada" → "Ada Whitfield", without quotes, "via …" and addresses. "" when none is left.

    An address is never a name, and nor is the local part of `address` alone: it says nothing that the address does not.
    """
    name = " ".join("".join(each if each.isprintable() else " " for each in unicodedata.normalize("NFC", name[: 4 * _NAME_LIMIT])).split())
    name = _ADDRESS_INSIDE.sub("", name).strip(_QUOTES + " ,;<>")
    if (via := _VIA.match(name)) is not None:
        name = via["name"].strip(_QUOTES + " ")
    name = _first_name_first(name)
    if not any(each.isalpha() for each in name) or name.lower() == address.partition("@")[0].lower():
        return ""
    return name[:_NAME_LIMIT].strip()


def _first_name_first(name: str) -> str:
    """Only "Surname, Given": two parts of at most three words, the second no title or form of company. A final (…) stays behind."""
    base, bracket, rest = name.partition(" (")
    surname, comma, given = (part.strip() for part in base.partition(","))
    are_names = surname and given and "," not in given and len(surname.split()) <= 3 and len(given.split()) <= 3
    if not comma or not are_names or _AFTER_NAME.fullmatch(given) or any(each.isdecimal() for each in base):
        return name
    return f"{given} {surname}{bracket}{rest}"


# --- one person, or several ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody, or a model, said that two identities are the same person or are not. It counts until it is retracted."""

    id: int
    one: int
    other: int
    verdict: Literal["same", "different"]
    at: datetime
    retracted_at: datetime | None = None
    is_by_person: bool = True

    @property
    def pair(self) -> tuple[int, int]:
        return (min(self.one, self.other), max(self.one, self.other))


def component(identities: Iterable[int], decisions: Iterable[Decision]) -> list[set[int]]:
    """Which of these identities are one person: disjoint sets, each identity in one, ordered by their smallest id.

    The order in which identities and decisions are given plays no part, and a retracted decision is as if it had never been. So undoing
    restores exactly. The rule:

    1. On a pair, the newest standing decision of a person counts; without one, the newest of a model.
    2. People's "same" join pair after pair in order of (at, id), except where that would put two identities together of whom a person
       said that they differ: the older join stands, and the newer waits until the difference is taken back.
    3. Then the models' "same" likewise, and these also keep apart what a model called different.

    Decisions that name an identity outside `identities` are left out: pass whole components.
    """
    people = _People(identities)
    verdicts = standing_verdicts(people.known, decisions)
    for is_by_person in (True, False):
        stage = [decision for decision in verdicts if decision.is_by_person == is_by_person]
        for decision in stage:
            if decision.verdict == "different":
                people.keep_apart(*decision.pair)
        for decision in stage:
            if decision.verdict == "same":
                people.join(*decision.pair)
    return people.sets()


def canonical(identities: Collection[int]) -> int:
    """The number of a person: the smallest id of their identities, so that it does not depend on who came first."""
    return min(identities)


def standing_verdicts(known: Collection[int], decisions: Iterable[Decision]) -> list[Decision]:
    """The decision that counts on each pair of these identities, in order of time: the newest of a person, else the newest of a model."""
    counting: dict[tuple[int, int], Decision] = {}
    for decision in sorted(decisions, key=lambda each: (each.is_by_person, each.at, each.id)):
        if decision.retracted_at is None and decision.one != decision.other and decision.one in known and decision.other in known:
            counting[decision.pair] = decision
    return sorted(counting.values(), key=lambda each: (each.at, each.id))


class _People:
    """Disjoint sets of identities that remember who must stay apart."""

    def __init__(self, identities: Iterable[int]) -> None:
        self.known = set(identities)
        self._set_of = {identity: {identity} for identity in self.known}
        self._apart: dict[int, set[int]] = {}

    def keep_apart(self, one: int, other: int) -> None:
        """From now on; what is together already stays together."""
        self._apart.setdefault(one, set()).add(other)
        self._apart.setdefault(other, set()).add(one)

    def join(self, one: int, other: int) -> None:
        small, large = sorted((self._set_of[one], self._set_of[other]), key=len)
        if small is large or any(not large.isdisjoint(self._apart.get(identity, ())) for identity in small):
            return
        large |= small
        for identity in small:
            self._set_of[identity] = large

    def sets(self) -> list[set[int]]:
        distinct = {id(members): members for members in self._set_of.values()}
        return sorted(distinct.values(), key=min)


# --- what is true of a person ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held(Generic[V]):
    """A value given on one identity, and when."""

    identity: int
    value: V
    at: datetime


def fold_newest(held: Iterable[Held[V]]) -> V | None:
    """An attribute of a person: the newest value on any of their identities (on a tie the one of the highest id); None without any."""
    newest = max(held, key=lambda each: (each.at, each.identity), default=None)
    return None if newest is None else newest.value


def fold_narrowest(held: Iterable[Held[V]], *, narrow_to_wide: Sequence[V]) -> V | None:
    """A consent of a person: the narrowest that is given on any of their identities, so that joining never widens what we may do.

    Within one identity the newest counts, because people may change their mind. Raises ValueError for a value that the scale lacks.
    """
    newest: dict[int, Held[V]] = {}
    for each in sorted(held, key=lambda one: one.at):
        newest[each.identity] = each
    places: Mapping[V, int] = {value: place for place, value in enumerate(narrow_to_wide)}
    try:
        return min((each.value for each in newest.values()), key=lambda value: places[value], default=None)
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is not on the scale") from None
