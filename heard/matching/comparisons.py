"""How alike two values of a kind are: the level on which they fall, from the same to different. Values in, values out.

A level is a word of LEVELS; "" means that nothing can be said, because one side is silent. What a level weighs is for the model to say.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio

from heard.matching.names import are_nicknames, are_two_names, sound, words
from heard.matching.records import Address, BirthDate, Email, ExternalId, Handle, Phone

LEVELS: dict[str, tuple[str, ...]] = {
    "given": ("same", "nickname", "close", "initial", "similar", "different"),
    "family": ("same", "close", "part", "similar", "different"),
    "name_order": ("straight", "swapped"),
    "middle": ("same", "initial", "different"),
    "generation": ("same", "different"),
    "birth_date": ("same", "swapped", "typo", "near", "part", "different"),
    "email": ("same", "role", "provider", "close", "local", "spelled", "different"),
    "phone": ("same", "ending", "typo", "different"),
    "address": ("same", "same_street", "close", "street", "postcode", "city", "different"),
    "id": ("same", "close", "different"),
    "handle": ("same", "elsewhere"),
    "organisation": ("same", "different"),
    "organisation_name": ("same", "close", "part", "different"),
    "twin": ("twin",),
}
"""Every comparison and its levels, the most alike first."""

EXCLUSIVE = frozenset({"passport", "ssn", "national id", "tax id", "drivers licence", "lei"})
"""Kinds of number of which a person has one from each issuer at a time: two that differ speak against one person."""

ROLES = words(
    "info mail contact contacto kontakt office hello hola hallo admin administration sales ventas vertrieb support help service kundenservice "
    "webmaster postmaster noreply no-reply billing accounts accounting invoices facturas rechnung orders pedidos jobs hr press team reception "
    "enquiries inquiries customerservice feedback marketing newsletter abuse security root"
)
"""Local parts behind which many people read."""

_damerau = DamerauLevenshtein.distance
_alike = JaroWinkler.similarity


@lru_cache(maxsize=262144)
def given_level(one: str, one_middle: str, other: str, other_middle: str) -> str:
    """Two given names, each with the middle names beside it: Xiu Ying is Xiuying, and some go by their second name."""
    if not one or not other:
        return ""
    if one == other:
        return "same" if len(one) > 1 else "initial"
    if len(one) == 1 or len(other) == 1:
        return "initial" if one[0] == other[0] else "different"
    if (one_middle or other_middle) and (
        _joined(one, one_middle) in (other, _joined(other, other_middle)) or _joined(other, other_middle) == one
    ):
        return "same"
    if are_nicknames(one, other):
        return "nickname"
    if one in other_middle.split() or other in one_middle.split():
        return "similar"
    alike = _alike(one, other)
    if are_two_names(one, other):
        return "similar" if alike >= 0.85 and sound(one) == sound(other) else "different"
    if alike >= 0.92 or (min(len(one), len(other)) >= 4 and _damerau(one, other, score_cutoff=1) <= 1):
        return "close"
    if sound(one) == sound(other) and (alike >= 0.75 or _is_skeleton(one) or _is_skeleton(other)) and len(sound(one)) > 1:
        return "close"
    return "similar" if alike >= 0.82 else "different"


@lru_cache(maxsize=262144)
def family_level(one: str, one_middle: str, other: str, other_middle: str) -> str:
    """Two family names. "part": one of several is shared, as after a marriage, or with a second family name that one side left out."""
    if not one or not other:
        return ""
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return "same"
    if len(one) == 1 or len(other) == 1:
        return "similar" if one[0] == other[0] else "different"
    alike = _alike(one, other)
    if alike >= 0.93 or (min(len(one), len(other)) >= 4 and _damerau(one, other, score_cutoff=1) <= 1):
        return "close"
    if sound(one) == sound(other) and (alike >= 0.75 or _is_skeleton(one) or _is_skeleton(other)) and len(sound(one)) > 1:
        return "close"
    mine, theirs = set(one.split()), set(other.split())
    if mine & theirs or mine & set(other_middle.split()) or theirs & set(one_middle.split()):
        return "part"
    if len(mine) != len(theirs) and any(_alike(each, word) >= 0.93 for each in mine for word in theirs):
        return "part"
    return "similar" if alike >= 0.85 else "different"


def middle_level(one: str, other: str) -> str:
    """Further given names, each with each; an initial stands for any that begins with it."""
    if not one or not other:
        return ""
    pairs = [(mine, theirs) for mine in one.split() for theirs in other.split()]
    if any(len(mine) > 1 and len(theirs) > 1 and _is_alike(mine, theirs) for mine, theirs in pairs):
        return "same"
    return "initial" if any(1 in (len(mine), len(theirs)) and mine[0] == theirs[0] for mine, theirs in pairs) else "different"


def _is_alike(one: str, other: str) -> bool:
    return one == other or _alike(one, other) >= 0.85 or sound(one) == sound(other) or are_nicknames(one, other)


def generation_level(one: str, other: str) -> str:
    if not one or not other:
        return ""
    return "same" if one == other else "different"


@lru_cache(maxsize=262144)
def day_level(one: str, other: str) -> str:
    """Two days of birth, YYYY-MM-DD or less."""
    if one == other:
        return "same" if len(one) == 10 else "part"
    if len(one) != 10 or len(other) != 10:
        return "part" if one.startswith(other) or other.startswith(one) else "different"
    if one[:5] == other[:5] and one[5:7] == other[8:] and one[8:] == other[5:7]:
        return "swapped"
    mine, theirs = one.replace("-", ""), other.replace("-", "")
    steps = _damerau(mine, theirs, score_cutoff=2)
    if steps == 1:
        return "typo"
    agreeing = (one[:4] == other[:4]) + (one[5:7] == other[5:7]) + (one[8:] == other[8:])
    return "near" if agreeing == 2 or steps == 2 else "different"


def birth_date_level(one: BirthDate, other: BirthDate) -> str:
    return day_level(one.value, other.value)


@lru_cache(maxsize=65536)
def address_at_level(one: str, one_form: str, other: str, other_form: str, names: frozenset[str]) -> str:
    """Two mail addresses with their providers' forms; `names` are the words of the names of both sides.

    "spelled": the same local part elsewhere, but it only spells the name, which was compared already.
    """
    my_local, _, my_domain = one.rpartition("@")
    their_local, _, their_domain = other.rpartition("@")
    if one == other:
        return "role" if my_local in ROLES else "same"
    if one_form and one_form == other_form:
        return "provider"
    if my_local in ROLES or their_local in ROLES:
        return ""
    if my_local == their_local and len(my_local) > 3:
        if _damerau(my_domain, their_domain, score_cutoff=1) <= 1:
            return "close"
        return "spelled" if _spells(my_local, names) else "local"
    if my_domain == their_domain and min(len(my_local), len(their_local)) >= 5:
        steps = _damerau(my_local, their_local, score_cutoff=2)
        if steps == 1 and not _differ_by_figure(my_local, their_local):
            return "close"
    if min(len(one), len(other)) >= 12 and _alike(one, other) >= 0.94 and _damerau(one, other, score_cutoff=2) <= 2:
        return "close"
    return "different"


def email_level(one: Email, other: Email, names: frozenset[str]) -> str:
    return address_at_level(one.address, one.provider_form, other.address, other.provider_form, names)


def phone_level(one: Phone, other: Phone) -> str:
    """ "ending": one of them was written without its country or area."""
    mine, theirs = one.number, other.number
    if mine == theirs:
        return "same"
    mine, theirs = mine.removeprefix("+"), theirs.removeprefix("+")
    short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    if short == long:
        return "same"
    is_whole = one.number[0] == "+" and other.number[0] == "+"
    if not is_whole and len(short) >= 9 and long.endswith(short):
        return "same"
    if len(short) < len(long) - 1 and len(short) <= 9 and long.endswith(short.removeprefix("1") if len(short) == 8 else short):
        return "ending"
    if len(short) >= 10 and mine[-9:] == theirs[-9:]:
        return "ending"  # one country was guessed
    if len(short) >= 9 and _damerau(mine, theirs, score_cutoff=1) == 1:
        return "typo"
    return "different"


def address_level(one: Address, other: Address) -> str:
    """Street and place together, because who shares the one mostly shares the other."""
    return postal_level(
        one.number, one.street, one.unit, one.city, one.postcode, other.number, other.street, other.unit, other.city, other.postcode
    )


@lru_cache(maxsize=65536)
def postal_level(
    number: str, street: str, unit: str, city: str, postcode: str, other_number: str, other_street: str, other_unit: str, other_city: str, other_postcode: str
) -> str:  # fmt: skip
    """See `address_level`; "" when neither street nor place can be compared."""
    place = _place(city, postcode, other_city, other_postcode)
    house = _house(number, street, unit, other_number, other_street, other_unit)
    match (house, place):
        case ("same", "postcode" | "city"):
            return "same"
        case ("same", _):
            return "same_street"
        case ("close", "postcode" | "city" | "near"):
            return "close"
        case ("close", _) | ("street", "postcode" | "city" | "near"):
            return "street"
        case (_, "postcode"):
            return "postcode"
        case (_, "city"):
            return "city"
        case ("", "" | "near"):
            return ""
    return "different"


def _place(city: str, postcode: str, other_city: str, other_postcode: str) -> str:
    if postcode and postcode == other_postcode:
        return "postcode"
    if city and other_city and (city == other_city or _alike(city, other_city) >= 0.9):
        return "city"
    if postcode and other_postcode:
        return "near" if _damerau(postcode, other_postcode, score_cutoff=1) <= 1 else "different"
    return "different" if city and other_city else ""


def _house(number: str, street: str, unit: str, other_number: str, other_street: str, other_unit: str) -> str:
    if not street or not other_street:
        return ""
    alike = 1.0 if street == other_street else _alike(street.replace(" ", ""), other_street.replace(" ", ""))
    if alike < 0.92 and (" " in street or " " in other_street) and token_set_ratio(street, other_street) >= 92:
        alike = 0.92
    if not number or not other_number:
        return "close" if alike >= 0.92 else "different"
    if number == other_number:
        if alike >= 0.92:
            return "close" if unit and other_unit and unit != other_unit else "same"
        return "close" if alike >= 0.8 else "different"
    if alike >= 0.92:
        is_slip = len(number) > 1 and len(other_number) > 1 and _damerau(number, other_number, score_cutoff=1) <= 1
        return "close" if is_slip else "street"
    return "different"


def id_level(one: ExternalId, other: ExternalId) -> str:
    """Numbers of one kind; issuers that differ keep them apart only when the number differs too."""
    kind, _, issuer = one.kind.partition(":")
    other_kind, _, other_issuer = other.kind.partition(":")
    if kind != other_kind:
        return ""
    if one.value == other.value:
        return "same" if issuer == other_issuer or not issuer or not other_issuer or kind in EXCLUSIVE else ""
    if kind not in EXCLUSIVE or issuer != other_issuer:
        return ""
    if min(len(one.value), len(other.value)) >= 6 and _damerau(one.value, other.value, score_cutoff=1) <= 1:
        return "close"
    return "different"


def handle_level(one: Handle, other: Handle) -> str:
    if one.name != other.name:
        return ""
    return "same" if one.network == other.network else "elsewhere" if len(one.name) > 4 else ""


def company_level(one: str, other: str) -> str:
    """The names of two companies."""
    if not one or not other:
        return ""
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return "same"
    if _alike(one, other) >= 0.92 or (token_set_ratio(one, other) >= 93 and len(one.split()) == len(other.split())):
        return "close"
    few, many = sorted((one.split(), other.split()), key=len)
    if sum(len(word) for word in few) >= 6 and all(any(_alike(word, each) >= 0.9 for each in many) for word in few):
        return "part"
    return "different"


def _is_skeleton(word: str) -> bool:
    """Without vowels, as scripts that write none come out (mhmd), and as people shorten (Mhd)."""
    return not set(word) & set("aeiou")


def _joined(given: str, middle: str) -> str:
    return given + middle.replace(" ", "")


def _spells(local: str, names: frozenset[str]) -> bool:
    """ana.lopez spells Ana López, and so does alopez; ana1987 says more."""
    rest = local
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 1:
            rest = rest.replace(name, "", 1)
    rest = rest.strip("._-")
    return rest != local and len(rest) <= 1 and not rest.isdigit()


def _differ_by_figure(one: str, other: str) -> bool:
    """maria1 and maria2 are two people who wanted one address."""
    return "".join(c for c in one if not c.isdigit()) == "".join(c for c in other if not c.isdigit())
