"""The rules of segments: read, checked, said in plain words, and judged for one person. Values in, values out.

`segment_queries` asks the same of the database; a condition holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from heard.lib.money import NotMoney, decimal_of, in_words, known_currency, minor_units
from heard.people.attributes import SUBJECTS, Fold, Subject

MOST_CONDITIONS = 20
MOST_DAYS = 36_500
MOST_NUMBER = 10**12
LONGEST_WORD = 200
DEEPEST = 5
"""Segments within segments."""

HOWS: dict[Fold, tuple[str, ...]] = {
    Fold.SUM: ("at_least", "at_most"),
    Fold.MONEY: ("at_least", "less_than"),
    Fold.LATEST: ("within", "longer_ago"),
    Fold.EARLIEST: ("within", "longer_ago"),
    Fold.WORDS: ("is", "is_not"),
    Fold.PASSED: ("yes", "no"),
    Fold.FLAG: ("yes", "no"),
    Fold.SEGMENT: ("is", "is_not"),
}
_BLANKS: dict[str, Any] = {
    "at_least": gettext_lazy("at least …"),
    "at_most": gettext_lazy("at most …"),
    "less_than": gettext_lazy("less than …"),
    "within": gettext_lazy("within the last … days"),
    "longer_ago": gettext_lazy("more than … days ago, or never"),
    "is": gettext_lazy("is …"),
    "is_not": gettext_lazy("is not …"),
}
Value = int | str | None


class WrongRule(ValueError):
    """A rule that cannot be used; `line` counts its conditions from 0, None is the whole. The message is for whoever wrote it."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `value`: a number, days, a word, a segment's id; for money `EUR:10000` in minor units; None where nothing is asked."""

    what: str
    how: str
    value: Value = None

    @property
    def subject(self) -> Subject:
        return SUBJECTS[self.what]

    @property
    def money(self) -> tuple[str, int]:
        """Currency and minor units."""
        currency, _space, amount = str(self.value).partition(":")
        return currency, int(amount)


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions of which `all` or `any` must hold. Without a condition nobody is meant."""

    match: str = "all"
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def from_json(cls, data: Any) -> Rule:
        """The rule as it is kept and as programs write it. Raises WrongRule for anything else."""
        if not isinstance(data, Mapping) or not isinstance(data.get("conditions", []), list):
            raise WrongRule(_("A rule is an object with “match” and “conditions”."))
        match = data.get("match", "all")
        if match not in ("all", "any"):
            raise WrongRule(_("“match” is “all” or “any”."))
        if len(data.get("conditions", [])) > MOST_CONDITIONS:
            raise WrongRule(_("A rule has at most %(n)s conditions.") % {"n": MOST_CONDITIONS})
        return cls(match, tuple(_condition(one, line) for line, one in enumerate(data.get("conditions", []))))

    def as_json(self) -> dict[str, Any]:
        """What is kept."""
        return {"match": self.match, "conditions": [{"what": one.what, "how": one.how, "value": one.value} for one in self.conditions]}

    @property
    def segment_ids(self) -> set[int]:
        """Other segments that it names."""
        return {int(one.value) for one in self.conditions if one.subject.fold is Fold.SEGMENT and one.value}


def _condition(data: Any, line: int) -> Condition:
    if not isinstance(data, Mapping):
        raise WrongRule(_("A condition is an object with “what”, “how” and “value”."), line)
    what, how, value = data.get("what"), data.get("how"), data.get("value")
    subject = SUBJECTS.get(what) if isinstance(what, str) else None
    if subject is None or how not in HOWS[subject.fold]:
        raise WrongRule(_("This condition is not known here."), line)
    if isinstance(value, bool) or not isinstance(value, int | str | None):
        raise WrongRule(_("This condition needs a word or a number."), line)
    return parse_condition(subject.name, str(how), "" if value is None else str(value), line)


def parse_condition(what: str, how: str, text: str, line: int = 0) -> Condition:
    """A condition from what somebody wrote beside it. Raises WrongRule, which says what to write instead."""
    fold, text = SUBJECTS[what].fold, " ".join(text.split())
    if fold in (Fold.FLAG, Fold.PASSED):
        return Condition(what, how)
    if not text:
        raise WrongRule(_("Write a value for this condition."), line)
    if fold is Fold.MONEY:
        return Condition(what, how, _money(text, line))
    if fold is Fold.WORDS:
        return Condition(what, how, _word(what, text, line))
    most = MOST_NUMBER if fold is not Fold.LATEST and fold is not Fold.EARLIEST else MOST_DAYS
    if not (text.isascii() and text.isdecimal() and len(text) < 14 and int(text) <= most):
        raise WrongRule(_("“%(text)s” is not a whole number.") % {"text": text[:40]}, line)
    if how == "at_least" and int(text) == 0:
        raise WrongRule(_("“At least 0” holds for everybody. Write 1 or more."), line)
    return Condition(what, how, int(text))


def _money(text: str, line: int) -> str:
    """Currency and minor units as they are kept, `EUR:10000`, from that form or from what people write: `100 EUR`, `EUR 100.50`."""
    kept = re.fullmatch(r"([A-Z]{3}):(\d{1,15})", text)
    words = [one for one in text.split() if one.isalpha() and len(one) == 3]
    try:
        if kept:
            currency, amount = known_currency(kept[1]), int(kept[2])
        elif len(words) == 1:
            currency = known_currency(words[0])
            amount = minor_units(" ".join(one for one in text.split() if one != words[0]), currency)
        else:
            raise NotMoney(_("Write an amount with its currency, like 100 EUR."))
    except NotMoney as problem:
        raise WrongRule(str(problem), line) from None
    if amount <= 0:
        raise WrongRule(_("Write an amount above 0."), line)
    return f"{currency}:{amount}"


def _word(what: str, text: str, line: int) -> str:
    if len(text) > LONGEST_WORD:
        raise WrongRule(_("At most %(n)s letters.") % {"n": LONGEST_WORD}, line)
    if what == "mark" and ("=" not in text or text.startswith("=") or text.endswith("=")):
        raise WrongRule(_("Write a mark as name=value, like tier=gold."), line)
    return text.lower()


# --- in words --------------------------------------------------------------------------------------------------------------------------


def choices() -> list[tuple[str, Any]]:
    """Every condition that can be asked, as `what:how`, by its words: for a list to choose from."""
    return [(f"{subject.name}:{how}", _choice(subject, how)) for subject in SUBJECTS.values() for how in HOWS[subject.fold]]


def _choice(subject: Subject, how: str) -> Any:
    if how == "yes":
        return subject.label
    if how == "no":
        return subject.opposite
    blank = format_lazy("{blank} ({example})", blank=_BLANKS[how], example=subject.example) if subject.example else _BLANKS[how]
    return format_lazy("{what}: {how}", what=subject.label, how=blank)


def said(condition: Condition, segment_names: Mapping[int, str]) -> str:
    """One condition in plain words, in the reader's language."""
    what = {"what": str(condition.subject.label), "value": value_said(condition, segment_names)}
    fold, how = condition.subject.fold, condition.how
    if fold in (Fold.FLAG, Fold.PASSED):
        return str(condition.subject.label if how == "yes" else condition.subject.opposite)
    if fold is Fold.SEGMENT:
        return (_("in “%(value)s”") if how == "is" else _("not in “%(value)s”")) % what
    if fold in (Fold.LATEST, Fold.EARLIEST):
        return _days_said(what["what"], how, int(condition.value or 0), is_first=fold is Fold.EARLIEST)
    sentence = {
        "at_least": _("%(what)s: at least %(value)s"),
        "at_most": _("%(what)s: at most %(value)s"),
        "less_than": _("%(what)s: less than %(value)s"),
        "is": _("%(what)s: %(value)s"),
        "is_not": _("%(what)s: not %(value)s"),
    }[how]
    return sentence % what


def _days_said(what: str, how: str, days: int, *, is_first: bool) -> str:
    values = {"what": what, "days": days}
    if how == "within":
        return ngettext("%(what)s: within the last day", "%(what)s: within the last %(days)s days", days) % values
    if is_first:
        return ngettext("%(what)s: more than a day ago", "%(what)s: more than %(days)s days ago", days) % values
    return ngettext("%(what)s: more than a day ago, or never", "%(what)s: more than %(days)s days ago, or never", days) % values


def value_said(condition: Condition, segment_names: Mapping[int, str]) -> str:
    """The value alone, as people read it."""
    if condition.value is None:
        return ""
    if condition.subject.fold is Fold.MONEY:
        currency, amount = condition.money
        return in_words(amount, currency)
    if condition.subject.fold is Fold.SEGMENT:
        return segment_names.get(int(condition.value), f"#{condition.value}")
    return _read(condition.subject, str(condition.value))


def _read(subject: Subject, word: str) -> str:
    """A word as people read it: "es" is Spanish where languages are asked for."""
    try:
        return str(get_language_info(word)["name_translated"]) if subject.is_language else word
    except KeyError:
        return word


def value_typed(condition: Condition) -> str:
    """The value as it stands in the form again."""
    if condition.value is None:
        return ""
    if condition.subject.fold is Fold.MONEY:
        currency, amount = condition.money
        return f"{decimal_of(amount, currency)} {currency}"
    return str(condition.value)


def all_said(rule: Rule, segment_names: Mapping[int, str]) -> str:
    """The whole rule as one sentence; "" for one without conditions."""
    parts = [said(one, segment_names) for one in rule.conditions]
    if len(parts) < 2:
        return "".join(parts)
    together = _("%(before)s; and %(last)s") if rule.match == "all" else _("%(before)s; or %(last)s")
    return together % {"before": "; ".join(parts[:-1]), "last": parts[-1]}


# --- judged for one person -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Facts:
    """One person's folded values by the subject's name. `segments` answers whether they are in another segment."""

    numbers: dict[str, int] = field(default_factory=dict)
    money: dict[tuple[str, str], int] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    segments: Callable[[int], bool] = lambda _number: False


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a condition holds for somebody, and what is known of them in words ("" when nothing)."""

    condition: Condition
    holds: bool
    known: str | Promise


def judge(rule: Rule, facts: Facts, *, now: datetime) -> list[Judged]:
    """Each condition, for one person."""
    return [Judged(one, holds(one, facts, now=now), known_of(one, facts)) for one in rule.conditions]


def is_in(rule: Rule, judged: Sequence[Judged]) -> bool:
    """Whether the whole rule holds; without conditions it holds for nobody."""
    if not judged:
        return False
    return all(one.holds for one in judged) if rule.match == "all" else any(one.holds for one in judged)


def holds(condition: Condition, facts: Facts, *, now: datetime) -> bool:
    """Whether one condition holds."""
    positive = _positive(condition, facts, now)
    return not positive if is_negation(condition) else positive


def is_negation(condition: Condition) -> bool:
    """Whether it is the opposite of what `segment_queries` and `_positive` look for."""
    if condition.subject.fold is Fold.EARLIEST:
        return condition.how == "within"  # first seen within: nothing was seen before
    return condition.how in ("at_most", "less_than", "longer_ago", "is_not", "no")


def since(condition: Condition, now: datetime) -> datetime:
    """The moment `value` days before `now`."""
    return now - timedelta(days=int(condition.value or 0))


def least(condition: Condition) -> int:
    """The number from which the positive form holds: at most 3 is the opposite of at least 4."""
    return int(condition.value or 0) + (1 if condition.how == "at_most" else 0)


def _positive(condition: Condition, facts: Facts, now: datetime) -> bool:
    fold, what = condition.subject.fold, condition.what
    if fold is Fold.SUM:
        return facts.numbers.get(what, 0) >= least(condition)
    if fold is Fold.MONEY:
        currency, least_amount = condition.money
        return facts.money.get((what, currency), 0) >= least_amount
    if fold is Fold.WORDS:
        return str(condition.value) in facts.words.get(what, set())
    if fold is Fold.FLAG:
        return what in facts.flags
    if fold is Fold.SEGMENT:
        return facts.segments(int(condition.value or 0))
    at = facts.moments.get(what)
    if fold is Fold.PASSED:
        return at is not None and at <= now
    if fold is Fold.EARLIEST:
        return at is not None and at < since(condition, now)
    return at is not None and at >= since(condition, now)


def known_of(condition: Condition, facts: Facts) -> str:
    """What is known of somebody about the subject of a condition."""
    fold, what = condition.subject.fold, condition.what
    if fold is Fold.SUM:
        return str(facts.numbers.get(what, 0))
    if fold is Fold.MONEY:
        return ", ".join(in_words(amount, currency) for (name, currency), amount in sorted(facts.money.items()) if name == what)
    if fold is Fold.WORDS:
        return ", ".join(_read(condition.subject, word) for word in sorted(facts.words.get(what, set()))[:8])
    if fold in (Fold.FLAG, Fold.SEGMENT):
        return ""
    at = facts.moments.get(what)
    return date_format(at, "DATE_FORMAT") if at else ""
