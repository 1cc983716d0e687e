"""What selectors say about joins: why two records are one person or not, what stands in the queue of doubts, and how often we are wrong.

`reasons` are what `explaining.in_words` makes of the evidence, the heaviest first. Whatever the reader may not know of is withheld: a step
through a record of another team keeps its place and its weight, and loses its name and its values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from heard.matching.models import JoinAlarm
from heard.people.models import Identity

# one person · a colleague (or the customer) keeps them apart · a colleague should look · nothing speaks for it
Verdict = Literal["same", "different", "doubtful", "unlikely"]


@dataclass(frozen=True, slots=True)
class Step:
    """One join on the way from one record to another: by evidence (`decision_id` 0), or by a colleague who said so (`weight` None).

    `one` and `other` are None where the reader may not know of the record. `is_whole`: the two records alone left a doubt, and comparing all
    that is known of both persons settled it; `probability` is then that of the persons.
    """

    one: Identity | None
    other: Identity | None
    reasons: tuple[Any, ...] = ()
    probability: float | None = None
    weight: float | None = None
    decision_id: int = 0
    by: str = ""
    at: datetime | None = None
    said: str = ""
    model_version: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why two records are, or are not, one person.

    `path` leads from one to the other where they are joined; `reasons` compare the two as they are now, joined or not; `obstacle` says in
    a word what keeps them apart in spite of a high probability: veto, cohesion, claim, decided. `one` and `other` are the two records of
    these people that are most alike; `veto` is the sentence behind that word.
    """

    one: Identity
    other: Identity
    verdict: Verdict
    probability: float
    weight: float
    reasons: tuple[Any, ...]
    obstacle: str = ""
    path: tuple[Step, ...] = ()
    decided: Step | None = None
    model_version: str = ""
    veto: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records about which a colleague is asked. `is_check`: they are joined, and we ask only to learn how often we are wrong."""

    one: Identity
    other: Identity
    probability: float
    weight: float
    reasons: tuple[Any, ...]
    is_check: bool = False
    obstacle: str = ""
    asked_at: datetime | None = None
    mark: int = 0
    model_version: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, with the 95 % interval in whole points; no sentence may name a share where `of` is less than ten."""

    hits: int
    of: int
    interval: tuple[int, int] = (0, 100)

    @property
    def points(self) -> int:
        """The share in whole points from 0 to 100; 0 of nothing."""
        return round(100 * self.hits / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Week:
    """Newcomers of one week (its Monday), and how many of them were joined with somebody whom we knew."""

    monday: date
    newcomers: int
    joined: int

    @property
    def points(self) -> int:
        """The share in whole points from 0 to 100; 0 of nobody."""
        return round(100 * self.joined / self.newcomers) if self.newcomers else 0


@dataclass(frozen=True, slots=True)
class Big:
    """A person of many records; `identity` is None, and `number` 0, where the reader may know of none of them."""

    identity: Identity | None
    number: int
    records: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that many people have; `value` is "" where the reader may know of none of them."""

    kind: str
    value: str
    holders: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How good our joins are. People are counted over the whole installation; names and values are shown to those who may know them.

    `wrong`: of joins that were checked in a year, those that turned out to be two people. `doubts`: pairs of people that wait for a
    colleague; `likely_split`: how many of them we expect to be one person. `confirmed`: of doubts that were answered, those that were one.
    `joined_records`: by how much the records outnumber the people. `cut`: how often a colleague said "different", and it stands.
    """

    model_version: str
    matched: int
    records: int
    people: int
    joined_records: int
    wrong: Share
    checks_waiting: int
    doubts: int
    likely_split: float
    confirmed: Share
    cut: int
    biggest: tuple[Big, ...]
    shared: tuple[Shared, ...]
    weeks: tuple[Week, ...]
    alarm: JoinAlarm | None
