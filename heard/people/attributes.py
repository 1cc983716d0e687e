"""What segments may ask about people: each subject with its name, how a person's value is folded, and who counts it.

People's own subjects (language, organisation, …) stand at the end. Apps to the left declare theirs in their `attributes.py` and tell
`services.attributes.count_again` when something happened: segments read rows, and never another app's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Fold(StrEnum):
    """What a person's value is, of those of their identities; and with it, what can be asked."""

    SUM = "sum"
    """Whole numbers, added."""
    MONEY = "money"
    """Minor units by currency, added."""
    LATEST = "latest"
    """The latest moment."""
    EARLIEST = "earliest"
    """The first moment."""
    WORDS = "words"
    """Every word of any of them."""
    PASSED = "passed"
    """Yes when the latest moment has passed."""
    FLAG = "flag"
    """Yes when it is so for one of them."""
    SEGMENT = "segment"
    """Membership of another segment."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of one identity: `number` for sums, `number` and `text` (a currency) for money, `at` for moments, `text` for words."""

    identity_id: int
    number: int | None = None
    at: datetime | None = None
    text: str = ""


Count = Callable[[Sequence[int]], Iterable[Counted]]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be asked. `count` answers the values of some identities in a constant number of queries; None for people's own.

    Whoever changes what `count` means raises `version`. `example` is shown beside the field.
    """

    name: str
    label: str | Promise
    fold: Fold
    count: Count | None = None
    version: int = 1
    example: str | Promise = ""
    opposite: str | Promise = ""
    """What is said of somebody for whom it is not so, where yes or no is asked."""
    is_language: bool = False
    """Whether its words are codes of languages, to be read as their names."""


SUBJECTS: dict[str, Subject] = {}
MARK = "mark"
"""Marks that colleagues, programs and imports gave: `tier=gold`."""


def declare(
    name: str, label: str | Promise, fold: Fold, count: Count | None = None, *, version: int = 1, example: str | Promise = "",
    opposite: str | Promise = "", is_language: bool = False,
) -> None:  # fmt: skip
    """Let segments ask about `name`. In an app's `ready()`; declaring again replaces."""
    SUBJECTS[name] = Subject(name, label, fold, count, version, example, opposite, is_language)


def counted_by(names: Iterable[str]) -> list[Subject]:
    """The subjects of these names, each of which an app counts. Raises KeyError for a name that nobody declared."""
    return [SUBJECTS[name] for name in names]


declare("language", _("Language"), Fold.WORDS, example="es", is_language=True)
declare("organisation", _("Organisation"), Fold.WORDS, example="example.com")
declare("source", _("Came to us by"), Fold.WORDS, example="mail")
declare("first_seen", _("First heard of"), Fold.EARLIEST)
declare("last_seen", _("Last heard of"), Fold.LATEST)
declare("refuses_unasked", _("Does not wish to hear from us unasked"), Fold.FLAG, opposite=_("May be written to unasked"))
declare("mail_comes_back", _("Mail to them comes back"), Fold.FLAG, opposite=_("Mail to them arrives"))
declare(MARK, _("Mark"), Fold.WORDS, example="tier=gold")
declare("segment", _("Segment"), Fold.SEGMENT)
