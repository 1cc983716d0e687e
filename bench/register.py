"""A register of invented people as matching sees them: several records of one person, with the mistakes and changes of daily life.

The same count gives the same register. Names are made of syllables and are as uneven as real ones: the commonest family name is held by
one in a hundred, most by a handful. About three in five records are of somebody who has another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from heard.matching.records import Address, BirthDate, Email, ExternalId, Name, Phone, Record

RECORDS_OF_A_PERSON = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
SOURCES = ("mail", "shop", "desk", "chat")
_STARTS = "b br c ch d dr f fl g gr h j k kl l m n p pr r s sch st t tr v w z".split()
_MIDDLES = "a e i o u ai ei ou ia".split()
_ENDS = " n l r s t ck nd rt ss ller mann ski son ez ini".split(" ")


@dataclass(frozen=True, slots=True)
class Pool:
    """Words, the earlier ones drawn more often (Zipf)."""

    words: list[str]
    weights: list[float]

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self.words, cum_weights=self.weights)[0]


def pool(size: int, syllables: int, chance: random.Random, *, evenness: float = 8.0) -> Pool:
    """`size` different words of about `syllables` syllables."""
    words: dict[str, None] = {}
    while len(words) < size:
        middle = "".join(chance.choice(_STARTS) + chance.choice(_MIDDLES) for _ in range(syllables))
        words[middle + chance.choice(_ENDS)] = None
    return Pool(list(words), list(accumulate(1 / (place + evenness) for place in range(size))))


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    postcodes: tuple[str, ...]


class Register:
    """Makes records one after the other; `person` is who stands behind the record of an id."""

    def __init__(self, *, seed: int = 7) -> None:
        self._chance = chance = random.Random(seed)
        self._given, self._family = pool(2_000, 1, chance), pool(40_000, 2, chance, evenness=20.0)
        self._streets = pool(8_000, 2, chance).words
        self._towns = [
            Town(name, tuple(f"{number:05d}" for number in chance.sample(range(100_000), 12))) for name in pool(1_500, 2, chance).words
        ]
        self._domains = pool(3_000, 2, chance, evenness=2.0)

    def records(self, count: int) -> Iterator[tuple[int, Record]]:
        """(person, record) `count` times; ids run from 1."""
        made = person = 0
        while made < count:
            person += 1
            base = self._person(person)
            for _ in range(min(self._chance.choice(RECORDS_OF_A_PERSON), count - made)):
                made += 1
                yield person, self._seen(base, made)

    def _person(self, number: int) -> Record:
        chance = self._chance
        given, family = self._given.draw(chance), self._family.draw(chance)
        town = chance.choice(self._towns)
        day = f"{1930 + int(chance.triangular(0, 75, 50))}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        mailbox = f"{given}.{family}{chance.choice(('', '', number % 100, day[2:4]))}@{self._domains.draw(chance)}.example"
        return Record(
            number,
            "",
            names=(Name(given, family, chance.choice("abcdefghijklmnop") if chance.random() < 0.3 else ""),),
            birth_dates=(BirthDate(day),),
            emails=(Email(mailbox),),
            phones=(Phone(f"+346{number:08d}"),),
            addresses=(self._address(town),),
            ids=(ExternalId("customer:shop", f"{number:08d}"),),
        )

    def _address(self, town: Town) -> Address:
        chance = self._chance
        return Address(str(chance.randint(1, 180)), chance.choice(self._streets), "", town.name, "", chance.choice(town.postcodes), "es")

    def _seen(self, base: Record, number: int) -> Record:
        """The person as one source wrote them down: some things left out, some mistyped, some outdated."""
        chance = self._chance
        name = base.names[0]
        given = name.given[0] if chance.random() < 0.04 else self._typed(name.given)
        family = self._family.draw(chance) if chance.random() < 0.02 else self._typed(name.family)
        names = (Name(family, given) if chance.random() < 0.02 else replace(name, given=given, family=family),)
        address = self._address(chance.choice(self._towns)) if chance.random() < 0.12 else base.addresses[0]
        emails = base.emails if chance.random() < 0.75 else (Email(f"{given}{number}@{self._domains.draw(chance)}.example"),)
        return Record(
            number,
            chance.choice(SOURCES),
            names=names,
            birth_dates=self._maybe((replace(base.birth_dates[0], value=self._mistaken_day(base.birth_dates[0].value)),), 0.55),
            emails=self._maybe(emails, 0.7),
            phones=self._maybe(base.phones, 0.5),
            addresses=self._maybe((replace(address, street=self._typed(address.street)),), 0.6),
            ids=self._maybe(base.ids, 0.15),
        )

    def _maybe(self, values: tuple, share: float) -> tuple:  # type: ignore[type-arg]
        return values if self._chance.random() < share else ()

    def _typed(self, word: str) -> str:
        """The word, one in twelve times with one letter left out, doubled, changed or swapped."""
        chance = self._chance
        if len(word) < 3 or chance.random() > 0.08:
            return word
        at = chance.randrange(1, len(word) - 1)
        way = chance.randrange(4)
        if way == 0:
            return word[:at] + word[at + 1 :]
        if way == 1:
            return word[:at] + word[at] + word[at:]
        if way == 2:
            return word[:at] + chance.choice("aeinrst") + word[at + 1 :]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def _mistaken_day(self, day: str) -> str:
        chance = self._chance
        if chance.random() > 0.05:
            return day
        year, month, number = day.split("-")
        if int(number) <= 12 and chance.random() < 0.4:
            return f"{year}-{number}-{month}"
        return f"{year}-{month}-{chance.randint(1, 28):02d}"
