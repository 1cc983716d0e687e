"""Whether two records are one person: how probable, and what speaks for and against. Values in, values out.

A Fellegi–Sunter scorer for records with several values of a kind: of each kind the pair of values counts that speaks loudest for one
person, so a record can be compared with all that is known of somebody (`records.together`). Three things are not independent, and are
not counted as if they were: what a household shares counts once in full (`Level.u_home`), names alone never prove a person, and a value
that many hold says nothing.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import log2
from typing import NamedTuple

from heard.matching import comparisons
from heard.matching.comparisons import LEVELS
from heard.matching.model import Level, Model
from heard.matching.records import Name, Record

NAMES = frozenset({"given", "family", "middle", "name_order", "generation"})
NAMES_ALONE = log2(0.95 / 0.05)
"""The most that names may reach by themselves, and with nothing beside them but a town or a company: namesakes and fathers exist."""

_TWINS_SHARE = frozenset({"family", "birth_date", "email", "phone", "address"})
_SWAPPED = frozenset({"same", "close", "nickname"})
_NOTHING: Mapping[str, Container[str]] = {}
_WEAK = frozenset({("address", "postcode"), ("address", "city"), ("organisation", "same"), ("email", "role"), ("email", "spelled")})


class Part(NamedTuple):
    """One thing that speaks for (weight above 0) or against one person; `is_verified` when both values were proved by their owner."""

    kind: str
    level: str
    weight: float
    one_value: str = ""
    other_value: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """`weight` is the sum of the parts, log2 of the odds that the two are one person. `veto` names what forbids it, "" when nothing does.

    With a veto, `probability` stays what the values say: it is for whoever decides to heed it.
    """

    probability: float
    weight: float
    parts: tuple[Part, ...]
    veto: str = ""


def compare(one: Record, other: Record, model: Model, *, generics: Mapping[str, Container[str]] = _NOTHING) -> Evidence:
    """What speaks for and against one person behind both records; the same whichever comes first, apart from which value is whose.

    `generics` are values by kind (as in Model.generics) that so many hold now that sharing them says nothing.
    """
    weigh = Scale.of(model)
    parts = [Part("prior", "", weigh.prior)]
    veto = ""
    if one.is_organisation or other.is_organisation:
        if one.is_organisation != other.is_organisation:
            veto = "kind"
        level = comparisons.company_level(one.organisation, other.organisation)
        _add(parts, weigh, "organisation_name", level, one.organisation, other.organisation)
    else:
        if one.names and other.names:
            parts += _names(one.names, other.names, weigh)
            veto = "generation" if any(part.kind == "generation" and part.level == "different" for part in parts) else veto
        if one.organisation and other.organisation:
            same = "same" if comparisons.company_level(one.organisation, other.organisation) in ("same", "close") else "different"
            _add(parts, weigh, "organisation", same, one.organisation, other.organisation)
    if one.birth_dates and other.birth_dates:
        veto = _birth_dates(one, other, parts, weigh) or veto
    if one.emails and other.emails:
        _emails(one, other, parts, weigh, generics)
    if one.phones and other.phones:
        _phones(one, other, parts, weigh, generics)
    if one.addresses and other.addresses:
        _addresses(one, other, parts, weigh)
    if one.ids and other.ids:
        veto = _ids(one, other, parts, weigh, generics) or veto
    if one.handles and other.handles:
        _handles(one, other, parts, weigh, generics)
    parts = _count_homes_once(parts, weigh)
    _count_twins(parts, weigh)
    total = sum(part.weight for part in parts)
    if total > NAMES_ALONE and not one.is_organisation and _only_names(parts):
        parts.append(Part("only_name", "", NAMES_ALONE - total))
        total = NAMES_ALONE
    return Evidence(probability(total), total, tuple(parts), veto)


def probability(weight: float) -> float:
    """The chance behind log2 of the odds."""
    if weight > 60:
        return 1.0
    odds = 2.0 ** max(weight, -60.0)
    return odds / (1 + odds)


class Scale:
    """A model's weights, looked up by kind and level; made once for each model."""

    _made: dict[int, tuple[Model, Scale]] = {}

    def __init__(self, model: Model) -> None:
        self.model = model
        self.levels: dict[tuple[str, str], Level] = {
            (kind, each.name): each for kind, levels in model.comparisons.items() for each in levels
        }
        self.weights = {key: model.weight(level) for key, level in self.levels.items()}
        self.prior = log2(model.prior / (1 - model.prior))
        self.at_home = {key: log2(level.m / level.u_home) for key, level in self.levels.items() if level.u_home}

    @classmethod
    def of(cls, model: Model) -> Scale:
        known = cls._made.get(id(model))
        if known is None or known[0] is not model:
            if len(cls._made) > 8:
                cls._made.clear()
            known = cls._made[id(model)] = (model, cls(model))
        return known[1]

    def __call__(self, kind: str, level: str, value: str = "") -> float:
        """The weight of a level; for a value of known frequency, by that frequency."""
        weight = self.weights.get((kind, level), 0.0)
        if value:
            found = self.levels.get((kind, level))
            if found is not None and found.by_frequency:
                frequency = self.model.frequencies.get(found.by_frequency, {}).get(value)
                if frequency is not None:
                    return log2(found.m / max(frequency, 1e-9))
        return weight


def _add(
    parts: list[Part], weigh: Scale, kind: str, level: str, one: str, other: str, *, is_verified: bool = False, value: str = ""
) -> None:
    if level:
        parts.append(Part(kind, level, weigh(kind, level, value), one, other, is_verified))


def _names(mine: tuple[Name, ...], theirs: tuple[Name, ...], weigh: Scale) -> list[Part]:
    """The parts of that pair of names, in that order of given and family name, which speaks loudest for one person."""
    best: list[Part] = []
    most = float("-inf")
    for one in mine:
        for other in theirs:
            for is_swapped in (False, True):
                parts = _name_pair(one, other, weigh, is_swapped=is_swapped)
                total = sum(part.weight for part in parts)
                if parts and total > most:
                    best, most = parts, total
                if not is_swapped and len(parts) > 1 and parts[0].level == "same" and parts[1].level == "same":
                    break
    return best


def _name_pair(one: Name, other: Name, weigh: Scale, *, is_swapped: bool) -> list[Part]:
    """Given with given and family with family; or crosswise, which only counts when nothing in it differs."""
    given, family, middle = other.given, other.family, other.middle
    if is_swapped:
        given, family = family, given
    verified = one.is_verified and other.is_verified
    parts: list[Part] = []
    for kind, mine, theirs, level in (
        ("given", one.given, given, comparisons.given_level(one.given, one.middle, given, middle)),
        ("family", one.family, family, comparisons.family_level(one.family, one.middle, family, middle)),
    ):
        if level == "same" and is_swapped:  # which of the two it is, nobody knows: the more common one
            weight = min(weigh("given", "same", mine), weigh("family", "same", mine))
            parts.append(Part(kind, level, weight, mine, theirs, verified))
        else:
            _add(parts, weigh, kind, level, mine, theirs, is_verified=verified, value=mine if level == "same" else "")
    if not parts or (is_swapped and not all(part.level in _SWAPPED for part in parts)):
        return []
    if is_swapped:
        _add(parts, weigh, "name_order", "swapped", f"{one.given} {one.family}".strip(), f"{other.given} {other.family}".strip())
    _add(parts, weigh, "middle", comparisons.middle_level(one.middle, middle), one.middle, middle, is_verified=verified)
    level = comparisons.generation_level(one.generation, other.generation)
    _add(parts, weigh, "generation", level, one.generation, other.generation, is_verified=verified)
    return parts


def _birth_dates(one: Record, other: Record, parts: list[Part], weigh: Scale) -> str:
    found = [
        (weigh("birth_date", level), level, mine, theirs)
        for mine in one.birth_dates
        for theirs in other.birth_dates
        if (level := comparisons.birth_date_level(mine, theirs))
    ]
    # of two that weigh the same the proved one: the order in which values were given must decide nothing
    weight, level, mine, theirs = max(found, key=lambda each: (each[0], each[2].is_verified and each[3].is_verified, each[1]))
    verified = mine.is_verified and theirs.is_verified
    parts.append(Part("birth_date", level, weight, mine.value, theirs.value, verified))
    return "birth_date" if verified and level == "different" else ""


def _emails(one: Record, other: Record, parts: list[Part], weigh: Scale, generics: Mapping[str, Container[str]]) -> None:
    names: frozenset[str] | None = None
    best: Part | None = None
    for mine in one.emails:
        for theirs in other.emails:
            if mine.address == theirs.address:
                level = "same" if mine.address.partition("@")[0] not in comparisons.ROLES else "role"
                if _is_generic("email", mine.address, weigh, generics):
                    level = "shared"
            else:
                if names is None:
                    names = frozenset(word for name in (*one.names, *other.names) for word in (name.given, *name.family.split()))
                level = comparisons.email_level(mine, theirs, names)
            if level:
                weight = 0.0 if level == "shared" else weigh("email", level)
                if best is None or weight > best.weight:
                    best = Part("email", level, weight, mine.address, theirs.address, mine.is_verified and theirs.is_verified)
    if best:
        parts.append(best)


def _phones(one: Record, other: Record, parts: list[Part], weigh: Scale, generics: Mapping[str, Container[str]]) -> None:
    best: Part | None = None
    for mine in one.phones:
        for theirs in other.phones:
            level = comparisons.phone_level(mine, theirs)
            if level == "same" and _is_generic("phone", mine.number, weigh, generics):
                level = "shared"
            weight = 0.0 if level == "shared" else weigh("phone", level)
            if best is None or weight > best.weight:
                best = Part("phone", level, weight, mine.number, theirs.number, mine.is_verified and theirs.is_verified)
    if best:
        parts.append(best)


def _addresses(one: Record, other: Record, parts: list[Part], weigh: Scale) -> None:
    best: Part | None = None
    for mine in one.addresses:
        for theirs in other.addresses:
            level = comparisons.address_level(mine, theirs)
            if level:
                value = mine.postcode if level == "postcode" else mine.city if level == "city" else ""
                weight = weigh("address", level, value)
                if best is None or weight > best.weight:
                    best = Part("address", level, weight, _line(mine), _line(theirs), mine.is_verified and theirs.is_verified)
    if best:
        parts.append(best)


def _ids(one: Record, other: Record, parts: list[Part], weigh: Scale, generics: Mapping[str, Container[str]]) -> str:
    """Each kind of number is evidence of its own; two proved numbers of which one person has only one are a veto."""
    best: dict[str, Part] = {}
    for mine in one.ids:
        for theirs in other.ids:
            level = comparisons.id_level(mine, theirs)
            if not level:
                continue
            if level == "same" and _is_generic("id", f"{mine.kind} {mine.value}", weigh, generics):
                level = "shared"
            kind = mine.kind.partition(":")[0]
            weight = 0.0 if level == "shared" else weigh("id", level)
            verified = mine.is_verified and theirs.is_verified
            if kind not in best or (weight, verified) > (best[kind].weight, best[kind].is_verified):
                best[kind] = Part("id", level, weight, f"{mine.kind} {mine.value}", f"{theirs.kind} {theirs.value}", verified)
    parts += best.values()
    return next((kind for kind, part in best.items() if part.level == "different" and part.is_verified), "")


def _handles(one: Record, other: Record, parts: list[Part], weigh: Scale, generics: Mapping[str, Container[str]]) -> None:
    best: Part | None = None
    for mine in one.handles:
        for theirs in other.handles:
            level = comparisons.handle_level(mine, theirs)
            if level and not _is_generic("handle", f"{mine.network} {mine.name}", weigh, generics):
                weight = weigh("handle", level)
                if best is None or weight > best.weight:
                    verified = mine.is_verified and theirs.is_verified
                    best = Part("handle", level, weight, f"{mine.network} {mine.name}", f"{theirs.network} {theirs.name}", verified)
    if best:
        parts.append(best)


def _count_homes_once(parts: list[Part], weigh: Scale) -> list[Part]:
    """Of what households share the strongest counts in full; the rest, and the names, as people of one household share them."""
    at_home = [part for part in parts if part.weight > 0 and (part.kind, part.level) in weigh.at_home]
    strongest = max((part for part in at_home if part.kind not in NAMES), key=lambda part: part.weight, default=None)
    if strongest is None or len(at_home) < 2:
        return parts
    return [
        part._replace(weight=min(part.weight, max(weigh.at_home[part.kind, part.level], 0.0)))
        if part in at_home and part is not strongest
        else part
        for part in parts
    ]


def _count_twins(parts: list[Part], weigh: Scale) -> None:
    """Born on one day, of one family name, but with another given name: the rest may not outweigh how many have a twin."""
    found = {part.kind: part for part in parts}
    if ("twin", "twin") not in weigh.levels or not {"given", "family", "birth_date"} <= found.keys():
        return
    if found["given"].level != "different" or found["family"].level == "different" or found["birth_date"].level != "same":
        return
    total = sum(part.weight for part in parts if part.weight > 0 and part.kind in _TWINS_SHARE)
    most = weigh("twin", "twin")
    if total > most:
        parts.append(Part("twin", "twin", most - total, found["given"].one_value, found["given"].other_value))


def _only_names(parts: list[Part]) -> bool:
    return all(
        part.weight <= 0 or part.kind in NAMES or (part.kind, part.level) in _WEAK or (part.kind, part.level) == ("birth_date", "part")
        for part in parts
    )


def _is_generic(kind: str, value: str, weigh: Scale, generics: Mapping[str, Container[str]]) -> bool:
    return value in generics.get(kind, ()) or value in weigh.model.generics.get(kind, ())


def _line(address) -> str:  # type: ignore[no-untyped-def]
    """An address on one line, for people."""
    return ", ".join(
        part
        for part in (f"{address.street} {address.number}".strip(), f"{address.postcode} {address.city}".strip(), address.region)
        if part
    )


assert set(LEVELS) >= NAMES
