"""What a match weighs: a versioned file of probabilities, read once and never changed while it holds.

A model is a Fellegi–Sunter model. Each comparison has levels, from the same to different. `m` is how often two records of one person
fall on a level, `u` how often records of two people do; the weight of a level is log2(m / u). `frequencies` say how common a value is
among people, so that sharing a rare name weighs more. `generics` are values held by so many that sharing them says nothing.
`records` and `copies` are the set it was frozen for: how many records, and how many others a record has of the same person on average;
the chance that any two records match, before looking at them, is copies / records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import log2
from pathlib import Path

import msgspec

WEIGHTS = Path(__file__).parent / "weights"


class UnreadableModel(Exception):
    """A file of weights that is not one, or that lacks what the scorer needs. The message says what."""


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    `u` is given, or follows from `others`: with how many other people somebody shares such a value (a mailbox 0.1, a home 1.5), whatever
    the size of the set: u = others / records. `u_home` is how often people of one household share it; it takes the place of `u` once
    something stronger that households share has counted, so that a family at one address is not one person for sharing a telephone
    as well. `by_frequency` names the table of frequencies that takes the place of `u` where it knows the value.
    """

    name: str
    m: float
    u: float = 0.0
    others: float = 0.0
    u_home: float = 0.0
    by_frequency: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    version: str
    comparisons: Mapping[str, tuple[Level, ...]]
    records: int = 10_000
    copies: float = 1.0
    frequencies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    generics: Mapping[str, frozenset[str]] = field(default_factory=dict)
    made_from: str = ""

    @property
    def prior(self) -> float:
        """The chance that two records taken at random are of one person."""
        return min(0.5, self.copies / max(self.records, 2))

    def u(self, level: Level) -> float:
        """How often records of two people fall on this level, whatever the value."""
        return min(1.0, level.others / max(self.records, 2)) if level.others else level.u

    def weight(self, level: Level) -> float:
        """log2(m / u): positive speaks for one person, negative against."""
        return log2(level.m / self.u(level))

    @classmethod
    def load(cls, name: str | Path = "default") -> Model:
        """The model of this name in `weights/`, or of this file. Raises UnreadableModel."""
        path = Path(name) if Path(name).suffix else WEIGHTS / f"{name}.json"
        try:
            return read(path.read_bytes())
        except OSError as error:
            raise UnreadableModel(f"There is no model at {path.name}.") from error

    def dump(self) -> bytes:
        """As the bytes of a file which `read` takes."""
        return msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=1)


def read(raw: bytes) -> Model:
    """The model in these bytes. Raises UnreadableModel for what is none, and for probabilities outside of 0 … 1."""
    try:
        model = msgspec.json.decode(raw, type=Model)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise UnreadableModel(f"This is not a file of weights: {error}.") from error
    for kind, levels in model.comparisons.items():
        for level in levels:
            if not (0 < level.m <= 1 and 0 < model.u(level) <= 1):
                raise UnreadableModel(f"{kind} {level.name}: m and u must lie above 0 and at most at 1.")
    return model


@cache
def default_model() -> Model:
    """The weights that Heard ships, read once for each process."""
    return Model.load("default")
