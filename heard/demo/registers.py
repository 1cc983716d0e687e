"""What other systems of the company keep about the named people: club cards, the old list of customers, call-backs, the forum.

None of it is joined by hand: evidence does that. Some of it is meant to leave a doubt, and one record to be joined wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from heard.people.services.records import NewAddress, NewName, NewRecord

YORK = NewAddress(street="Bishopthorpe Road", number="27", postcode="YO23 1NA", town="York", country="GB")
LEEDS = NewAddress(street="Burley Wood Lane", number="8", postcode="LS4 2SU", town="Leeds", country="GB")
JACA = NewAddress(street="Calle Mayor", number="14", postcode="22700", town="Jaca", country="ES")
BANGOR = NewAddress(street="Garth Road", number="3", postcode="LL57 2RT", town="Bangor", country="GB")
SHEFFIELD = NewAddress(street="Ranmoor Crescent", number="41", postcode="S10 3GW", town="Sheffield", country="GB")
PROVED = frozenset({"email", "phone", "handle"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of another system, with how many days ago it was written. `box` is the mailbox whose team may know of it."""

    source: str
    number: str
    days: int
    record: NewRecord
    box: str = "help"


ENTRIES: tuple[Entry, ...] = (
    # Henrik Dahl: two addresses, a card, a line of the old list and a name in the forum are one man
    Entry(
        "cards",
        "L-4471",
        690,
        NewRecord((NewName(given="Henrik", family="Dahl"),), ("hdahl@postbox.example",), ("+44 1632 960152",), (YORK,), date(1971, 2, 14)),
    ),
    Entry(
        "customers",
        "C-2093",
        1400,
        NewRecord(
            (NewName(given="Henrik", family="Dahl"),),
            ("henrik@st-olave-scouts.example",),
            ("0044 1632 960 152",),
            (YORK,),
            date(1971, 2, 14),
            organisation="St Olave Scout Group",
        ),
    ),
    Entry(
        "forum", "dahlfell", 240, NewRecord(("Henrik D.",), ("hdahl@postbox.example",), handles=(("forum", "dahlfell"),), verified=PROVED)
    ),
    # Keith Barlow rang without a mail address, and bought with his telephone number
    Entry("calls", "T-1187", 40, NewRecord(("Keith Barlow",), None, ("+44 113 496 0117",), verified=PROVED)),
    Entry(
        "cards",
        "L-3052",
        400,
        NewRecord((NewName(given="Keith", family="Barlow"),), ("keith.barlow@hillpost.test",), ("+44 (0)113 4960117",), (LEEDS,)),
    ),
    # Lucía Prieto: her full name stands on the card, with another address
    Entry(
        "cards",
        "L-5120",
        300,
        NewRecord(
            (NewName(given="Lucía", family="Prieto"),), ("lucia.prieto@buzonazo.example",), ("+34 974 555 018",), (JACA,), date(1988, 6, 3)
        ),
        "hola",
    ),
    Entry(
        "customers",
        "C-3310",
        900,
        NewRecord(
            (NewName(given="Lucia", family="Prieto Lanau"),),
            ("lpl@correo-libre.example",),
            ("0034 974 55 50 18",),
            (JACA,),
            date(1988, 6, 3),
        ),
        "hola",
    ),
    # Owen Price and his father of the same name share a house, a telephone and a mail address
    Entry(
        "cards",
        "L-1010",
        800,
        NewRecord((NewName(given="Owen", family="Price"),), ("owen.price@postbox.example",), ("+44 1632 960133",), (BANGOR,)),
    ),
    Entry("cards", "L-0007", 3000, NewRecord((NewName(given="Owen", family="Price"),), None, ("+44 1632 960133",), (BANGOR,))),
    # Mina Okafor, or her sister: doubt
    Entry("cards", "L-6204", 120, NewRecord((NewName(given="Mina", family="Okafor"),), None, ("+44 114 496 0188",), (SHEFFIELD,))),
    Entry(
        "customers", "C-1188", 1100, NewRecord((NewName(given="Nina", family="Okafor"),), ("n.okafor@postbox.example",), None, (SHEFFIELD,))
    ),
)

FATHERS_CARD = "L-0007"
"""The record that evidence joins to the wrong man."""


@dataclass(frozen=True, slots=True)
class Group:
    """A segment: its conditions, and who looks after whoever is in it ("" for nobody)."""

    name: str
    conditions: tuple[dict[str, object], ...]
    owner: str = ""
    position: int = 100


SEGMENTS: tuple[Group, ...] = (
    Group("Write to us in Spanish", ({"what": "writes_in", "how": "is", "value": "es"},), "lucia", 10),
    Group("Bought for more than 400 euros", ({"what": "spent", "how": "at_least", "value": "EUR:40000"},), "alice", 20),
    Group("We broke a promise to them", ({"what": "promises_broken", "how": "at_least", "value": 1},), "", 30),
)
