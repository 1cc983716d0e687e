"""Postal addresses in one form: good enough to compare two, never to send a letter. Values in, values out."""

import re
from functools import lru_cache

from heard.matching.names import fold, words
from heard.matching.places import country_code, region_code
from heard.matching.records import Address

_KINDS = words(
    "street st str strasse road rd avenue ave av lane ln drive dr court ct circuit cct place pl boulevard blvd way terrace "
    "tce ter close crescent cres cr square sq parkway pkwy highway hwy route rte circle cir trail trl parade pde grove gr "
    "gardens gdns rise row mews walk calle c cl carrer avenida avda avd paseo po plaza pza camino cno ronda travesia carretera "
    "ctra rue chemin allee quai impasse cours via viale vle piazza pza corso largo vicolo rua travessa largo estrada weg "
    "platz gasse ring damm ufer chaussee straat laan plein gracht kade dreef ulica ul aleja al prospekt pr"
)
_DIRECTIONS = words("n s e w ne nw se sw north south east west northeast northwest southeast southwest")
_SMALL = words("de del la las los el da do dos das di du des le les the of")
_GLUED = re.compile(r"(?<=[a-z]{3})(strasse|straße|str|gasse|weg|platz|allee|damm|ufer|straat|laan|gracht)$")
_UNIT = re.compile(
    r"\b(?:apt|apartment|unit|suite|ste|flat|room|rm|floor|piso|planta|puerta|pta|wohnung|whg|bajo|app|lot)\b\.?\s*#?\s*([a-z0-9-]+)"
    r"|#\s*([0-9][a-z0-9-]*)"
)
_BOX = re.compile(
    r"\b(?:p\.?\s*o\.?\s*box|post\s*office\s*box|postfach|apartado(?:\s+de\s+correos)?|apdo|boite\s+postale|bp|casella\s+postale)"
    r"\b\.?\s*(\d+)?"
)
_HOUSE = re.compile(r"^\d+[a-z]?(?:[-/]\d+[a-z]?)?$")
_ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th|er|e|o|a)$")
_POSTCODES = (
    re.compile(r"\b([a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2})\b"),  # United Kingdom
    re.compile(r"\b([a-z]\d[a-z]\s*\d[a-z]\d)\b"),  # Canada
    re.compile(r"\b(\d{4}\s?[a-z]{2})\b(?=\s|,|$)"),  # Netherlands
    re.compile(r"\b(\d{5}-\d{4}|\d{3}-\d{4}|\d{4}-\d{3})\b"),  # United States, Japan, Portugal
    re.compile(r"\b(\d{4,6})\b"),
)
_LIMIT = 300


def address(
    line: str = "",
    *,
    number: str = "",
    city: str = "",
    region: str = "",
    postcode: str = "",
    country: str = "",
    unit: str = "",
    is_verified: bool = False,
) -> Address | None:
    """An address from one line ("80 Delaware Ave SE, Washington DC 40040"), from its fields, or from a line and some fields.

    `line` is the street, or everything when no city is given. None when nothing is left.
    """
    found_unit, rest = _take_unit(line.strip()[:_LIMIT])
    if rest and not city:
        rest, city, region, postcode, country = _take_place(rest, region, postcode, country)
    elif rest and "," in rest:
        rest = _drop_known(rest, city, postcode)
    house, street = _street_of(rest)
    if number:
        house, street = _plain_number(number), (" ".join(_street_words(rest)) if rest else street)
    made = Address(
        number=house,
        street=street,
        unit=fold(unit).replace(" ", "") or found_unit,
        city=_city(city),
        region=region_code(region),
        postcode=plain_postcode(postcode),
        country=country_code(country),
        is_verified=is_verified,
    )
    return made if made.street or made.city or made.postcode or made.number else None


@lru_cache(maxsize=65536)
def plain_postcode(text: str) -> str:
    """Capitals and digits without blanks; of the American nine only the first five, which name the place."""
    text = re.sub(r"[^0-9A-Z]", "", fold(text).upper())
    return text[:5] if len(text) == 9 and text.isdigit() else text


def _city(text: str) -> str:
    return " ".join(word for word in fold(text).split() if not word.isdigit())


def _plain_number(text: str) -> str:
    return fold(text).replace(" ", "").lstrip("0")


def _street_words(text: str) -> list[str]:
    """What tells one street from the next: without its kind and direction, unless nothing else is left."""
    words = [_GLUED.sub("", word) or word for word in fold(text).split()]
    kept = [word for word in words if word not in _KINDS and word not in _DIRECTIONS and word not in _SMALL]
    if not kept:
        kept = [word for word in words if word not in _KINDS] or words
    return kept


def _street_of(text: str) -> tuple[str, str]:
    """(house number, street): the number stands first, or last, as the country has it."""
    box = _BOX.search(text.lower())
    if box:
        return box.group(1) or "", "po box"
    words = fold(text.replace("/", "-") if re.match(r"^\d+/\d+\b", text) else text).split()
    words = [word for word in words if word not in ("no", "nr", "num", "numero")] or words
    if len(words) > 1 and words[0].isdigit() and words[1].isdigit():  # 12-14 Main Street: the first of several houses
        words = [words[0], *words[2:]]
    houses = [place for place, word in enumerate(words) if _HOUSE.match(word) and not _ORDINAL.match(word)]
    if not houses:
        return "", " ".join(_street_words(" ".join(words)))
    place = houses[0] if houses[0] == 0 else houses[-1] if houses[-1] == len(words) - 1 else houses[0]
    if place and place < len(words) - 1 and not any(word in _KINDS for word in words[:place]):
        words = words[place:]  # the name of a house or company before the number
        place = 0
    return words[place].lstrip("0"), " ".join(_street_words(" ".join(words[:place] + words[place + 1 :])))


def _take_unit(text: str) -> tuple[str, str]:
    found = _UNIT.search(text.lower())
    if not found:
        return "", text
    return fold(found.group(1) or found.group(2)).replace(" ", ""), text[: found.start()] + " " + text[found.end() :]


def _drop_known(text: str, city: str, postcode: str) -> str:
    known = {fold(city), fold(postcode)}
    return ", ".join(part for part in text.split(",") if fold(part) not in known)


def _take_place(line: str, region: str, postcode: str, country: str) -> tuple[str, str, str, str, str]:
    """(street, city, region, postcode, country) of one line."""
    parts = [part.strip() for part in line.split(",") if part.strip()]
    if len(parts) > 1 and country_code(parts[-1], is_sure=True):
        country = country or parts.pop()
    place = _street_part(parts)
    street, after = parts[place] if parts else "", parts[place + 1 :]
    city, region, postcode = _read_place(after, region, postcode)
    if not city:
        street, tail = _cut_after_kind(street)
        city, region, postcode = _read_place([tail] if tail else [], region, postcode)
    return street, city, region, postcode, country


def _read_place(parts: list[str], region: str, postcode: str) -> tuple[str, str, str]:
    """(city, region, postcode): the city stands by the postcode, else it comes first."""
    city, beside = "", ""
    for each in parts:
        rest, found = _take_postcode(each)
        postcode = postcode or found
        rest, state = _take_region(rest, has_city=bool(city or beside))
        region = region or state
        if rest and not any(character.isdigit() for character in rest):
            beside = beside or (rest if found else "")
            city = city or rest
    return beside or city, region, postcode


def _street_part(parts: list[str]) -> int:
    """The place of the part that names the street: a number and a word, best with the kind of a street."""

    def worth(part: str) -> int:
        words = fold(part).split()
        has_number = any(character.isdigit() for character in part)
        has_word = any(word.isalpha() and len(word) > 1 for word in words)
        is_street = any(word in _KINDS or _GLUED.search(word) for word in words) or bool(_BOX.search(part.lower()))
        return (2 if is_street else 0) + (1 if has_number and has_word else 0) - (2 if _UNIT.match(part.lower()) else 0)

    return max(range(len(parts)), key=lambda place: (worth(parts[place]), -place), default=0)


def _cut_after_kind(text: str) -> tuple[str, str]:
    """ "445 Overpass Rd San Ramon" → its street, and what follows."""
    words = text.split()
    for place, word in enumerate(words[:-1]):
        if place > 0 and fold(word) in _KINDS and fold(word) not in ("c", "po", "al", "pr"):
            end = place + 1
            while end < len(words) and fold(words[end]) in _DIRECTIONS:
                end += 1
            if end < len(words) and not _HOUSE.match(fold(words[end])):
                return " ".join(words[:end]), " ".join(words[end:])
    return text, ""


def _take_postcode(text: str) -> tuple[str, str]:
    for pattern in _POSTCODES:
        found = None
        for found in pattern.finditer(text.lower()):  # noqa: B007  (the last one)
            pass
        if found:
            return (text[: found.start()] + " " + text[found.end() :]).strip(), found.group(1)
    return text, ""


def _take_region(text: str, *, has_city: bool) -> tuple[str, str]:
    """A state at the end; alone it is one when it is written short or a city was named, because New York is a city as well."""
    words = text.split()
    last = words[-1] if words else ""
    if region_code(text, is_sure=True) and (has_city or len(text) <= 3):
        return "", text
    if len(words) > 1 and region_code(last, is_sure=True):
        return " ".join(words[:-1]), last
    return text, ""
