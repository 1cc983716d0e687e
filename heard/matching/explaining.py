"""What speaks for and against two records being one person, in sentences. Values in, values out; nothing of Django but its words.

Each part of the evidence becomes one sentence that names the values, so that whoever reads it can say that a value is wrong. The words
do not depend on the weight: how much it counts stands beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.matching.scoring import Evidence, Part
from heard.people.phones import shown_phone

_NAMES = frozenset({"given", "family", "middle", "name_order", "address", "twin"})
RARE = 11.5
"""From this weight on a shared name is a rare one: one person in some two thousand has it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence with its weight: log2 of the odds, above 0 for one person. `kind` and `level` are those of the part."""

    text: str
    weight: float
    kind: str
    level: str
    one_value: str = ""
    other_value: str = ""
    is_verified: bool = False

    @property
    def speaks(self) -> str:
        """ "for", "against" or, where it counts next to nothing, "neither"."""
        return "neither" if abs(self.weight) < 0.5 else "for" if self.weight > 0 else "against"


SENTENCES: dict[tuple[str, str], Promise | str] = {
    ("prior", ""): gettext_lazy("Before anything is compared: any two records taken at random are hardly ever one person"),
    ("only_name", ""): gettext_lazy("Only names agree, and namesakes exist"),
    ("twin", "twin"): gettext_lazy("Different first names (%(one)s, %(other)s) with the same birthday: twins share the rest"),
    ("given", "same"): gettext_lazy("The same first name: %(one)s"),
    ("given", "nickname"): gettext_lazy("%(one)s and %(other)s are used for the same first name"),
    ("given", "close"): gettext_lazy("First names written nearly alike: %(one)s, %(other)s"),
    ("given", "initial"): gettext_lazy("The first letter of a first name agrees: %(one)s, %(other)s"),
    ("given", "similar"): gettext_lazy("First names a little alike: %(one)s, %(other)s"),
    ("given", "different"): gettext_lazy("Different first names: %(one)s, %(other)s"),
    ("family", "same"): gettext_lazy("The same family name: %(one)s"),
    ("family", "close"): gettext_lazy("Family names written nearly alike: %(one)s, %(other)s"),
    ("family", "part"): gettext_lazy("A part of the family name agrees: %(one)s, %(other)s"),
    ("family", "similar"): gettext_lazy("Family names a little alike: %(one)s, %(other)s"),
    ("family", "different"): gettext_lazy("Different family names: %(one)s, %(other)s"),
    ("name_order", "straight"): gettext_lazy("First and family name stand in the same order"),
    ("name_order", "swapped"): gettext_lazy("First and family name have changed places: %(one)s, %(other)s"),
    ("middle", "same"): gettext_lazy("The same further name: %(one)s"),
    ("middle", "initial"): gettext_lazy("The first letter of a further name agrees: %(one)s, %(other)s"),
    ("middle", "different"): gettext_lazy("Different further names: %(one)s, %(other)s"),
    ("generation", "same"): gettext_lazy("Both are the same generation of a family: %(one)s"),
    ("generation", "different"): gettext_lazy("Different generations of a family: %(one)s, %(other)s"),
    ("birth_date", "same"): gettext_lazy("Born on the same day: %(one)s"),
    ("birth_date", "swapped"): gettext_lazy("Days of birth with day and month exchanged: %(one)s, %(other)s"),
    ("birth_date", "typo"): gettext_lazy("Days of birth that differ in one figure: %(one)s, %(other)s"),
    ("birth_date", "near"): gettext_lazy("Days of birth not far apart: %(one)s, %(other)s"),
    ("birth_date", "part"): gettext_lazy("As much of the day of birth as both say agrees: %(one)s, %(other)s"),
    ("birth_date", "different"): gettext_lazy("Born on different days: %(one)s, %(other)s"),
    ("email", "same"): gettext_lazy("The same e-mail address: %(one)s"),
    ("email", "role"): gettext_lazy("The same e-mail address, which looks like one that several people read: %(one)s"),
    ("email", "provider"): gettext_lazy("Two spellings that the provider delivers to one mailbox: %(one)s, %(other)s"),
    ("email", "close"): gettext_lazy("E-mail addresses written nearly alike: %(one)s, %(other)s"),
    ("email", "local"): gettext_lazy("The same name before the @ at different providers: %(one)s, %(other)s"),
    ("email", "spelled"): gettext_lazy("Before the @ both spell the name that they share: %(one)s, %(other)s"),
    ("email", "different"): gettext_lazy("Different e-mail addresses: %(one)s, %(other)s"),
    ("phone", "same"): gettext_lazy("The same telephone: %(one)s"),
    ("phone", "ending"): gettext_lazy("Telephones that end alike, one without its country: %(one)s, %(other)s"),
    ("phone", "typo"): gettext_lazy("Telephones that differ in one figure: %(one)s, %(other)s"),
    ("phone", "different"): gettext_lazy("Different telephones: %(one)s, %(other)s"),
    ("address", "same"): gettext_lazy("The same postal address: %(one)s"),
    ("address", "same_street"): gettext_lazy("The same street and house: %(one)s, %(other)s"),
    ("address", "close"): gettext_lazy("Postal addresses written nearly alike: %(one)s, %(other)s"),
    ("address", "street"): gettext_lazy("The same street, another house: %(one)s, %(other)s"),
    ("address", "postcode"): gettext_lazy("The same postcode, another street: %(one)s, %(other)s"),
    ("address", "city"): gettext_lazy("The same town, another address: %(one)s, %(other)s"),
    ("address", "different"): gettext_lazy("Different postal addresses: %(one)s, %(other)s"),
    ("id", "same"): gettext_lazy("The same number: %(one)s"),
    ("id", "close"): gettext_lazy("Numbers written nearly alike: %(one)s, %(other)s"),
    ("id", "different"): gettext_lazy("Different numbers of a kind of which people have one: %(one)s, %(other)s"),
    ("handle", "same"): gettext_lazy("The same nickname in the same place: %(one)s"),
    ("handle", "elsewhere"): gettext_lazy("The same nickname in different places: %(one)s, %(other)s"),
    ("organisation", "same"): gettext_lazy("The same organisation: %(one)s"),
    ("organisation", "different"): gettext_lazy("Different organisations: %(one)s, %(other)s"),
    ("organisation_name", "same"): gettext_lazy("The same name of an organisation: %(one)s"),
    ("organisation_name", "close"): gettext_lazy("Names of organisations written nearly alike: %(one)s, %(other)s"),
    ("organisation_name", "part"): gettext_lazy("A part of the organisations’ names agrees: %(one)s, %(other)s"),
    ("organisation_name", "different"): gettext_lazy("Different names of organisations: %(one)s, %(other)s"),
}
RARE_NAMES: dict[str, Promise | str] = {
    "given": gettext_lazy("The same rare first name: %(one)s"),
    "family": gettext_lazy("The same rare family name: %(one)s"),
}
SHARED = gettext_lazy("The same as very many have, which says nothing: %(one)s")
AGREES = gettext_lazy("This agrees: %(one)s, %(other)s")
DIFFERS = gettext_lazy("This differs: %(one)s, %(other)s")
VETOES: dict[str, Promise | str] = {
    "kind": gettext_lazy("One is a person, the other an organisation."),
    "birth_date": gettext_lazy("Both proved their day of birth, and it differs."),
}
PROVED_NUMBERS = gettext_lazy("Both proved a number of which people have one (%(kind)s), and it differs.")


def in_words(evidence: Evidence) -> list[Reason]:
    """A sentence for each part, in the order of the evidence. Their weights sum up to that of the evidence."""
    return [_reason(part) for part in evidence.parts]


def veto_in_words(veto: str) -> str:
    """Why two must not be one person, by the word of `Evidence.veto`; "" without one."""
    if not veto:
        return ""
    return str(VETOES[veto]) if veto in VETOES else str(PROVED_NUMBERS) % {"kind": veto}


def _reason(part: Part) -> Reason:
    values = {"one": _shown(part, part.one_value), "other": _shown(part, part.other_value)}
    text = str(_sentence(part)) % values
    if part.is_verified and part.kind not in ("given", "family", "middle"):
        text = _("%(reason)s (both proved)") % {"reason": text}
    return Reason(text, part.weight, part.kind, part.level, part.one_value, part.other_value, part.is_verified)


def _sentence(part: Part) -> Promise | str:
    if part.level == "shared":
        return SHARED
    if part.level == "same" and part.weight >= RARE and part.kind in RARE_NAMES:
        return RARE_NAMES[part.kind]
    return SENTENCES.get((part.kind, part.level)) or (AGREES if part.weight >= 0 else DIFFERS)


def _shown(part: Part, value: str) -> str:
    """Names and addresses are compared in small letters and read in large ones; telephone numbers are read in groups."""
    if part.kind == "phone":
        value = shown_phone(value)
    return (value.title() if part.kind in _NAMES else value) or "–"
