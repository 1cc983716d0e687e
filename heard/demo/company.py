"""Who works at Tarn & Trail, which mailboxes it has, and the plain records that the generator hands out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

NAME = "Tarn & Trail"
DOMAIN = "tarnandtrail.example"
PASSWORD = "heard"  # noqa: S105 - the demo's, printed on its first page


@dataclass(frozen=True, slots=True)
class Team:
    """A team of colleagues; a department is asked from inside and answers no customers by itself."""

    slug: str
    name: str
    is_department: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of us. `hello` and `bye` are this person's own way to begin and end a letter; `{given}` and `{family}` are filled in."""

    key: str
    name: str
    role: str
    teams: tuple[str, ...]
    language: str = "en"
    hello: tuple[str, ...] = ("Dear {given},",)
    bye: tuple[str, ...] = ("Best wishes,",)
    title: str = ""

    @property
    def email(self) -> str:
        """The log-in."""
        return f"{self.key}@{DOMAIN}"

    @property
    def given(self) -> str:
        """The name customers see."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox that customers write to, and the team that answers. `name` follows the company's."""

    key: str
    name: str
    team: str

    @property
    def address(self) -> str:
        """Its address."""
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes to us: the first address is the usual one. `voice` is how, `mailer` with what."""

    number: int
    given: str
    family: str
    addresses: tuple[str, ...]
    language: str = "en"
    country: str = "United Kingdom"
    city: str = "Leeds"
    street: str = "1 Mill Bank"
    phone: str = "0113 496 0100"
    voice: str = "plain"
    mailer: str = "webmail"
    organisation: str = ""
    organisation_kind: str = ""
    vat: str = ""
    since: int = 2019

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a letter. `make` gives its bytes when they are needed, the same every time."""

    name: str
    content_type: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter as its sender's program would have sent it; `raw` is its RFC 5322 form."""

    sender_name: str
    sender: str
    to: tuple[tuple[str, str], ...]
    subject: str
    text: str
    sent_at: datetime
    message_id: str
    references: tuple[str, ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    quoted: str = ""
    quoted_head: str = ""
    mailer: str = "webmail"
    enclosures: tuple[Enclosure, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    authentication: str = "pass"
    delivered_to: str = ""
    bytes_as_they_came: bytes | None = None

    @property
    def raw(self) -> bytes:
        """The bytes that arrive. Made on demand: twenty thousand letters need not be in memory at once."""
        if self.bytes_as_they_came is not None:
            return self.bytes_as_they_came
        from .rawmail import compose

        return compose(self)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened at the moment `at` (aware, UTC). `thread` is the key of the conversation it belongs to."""

    at: datetime
    thread: str


@dataclass(frozen=True, slots=True)
class MailArrives(Act):
    """A letter reaches the mailbox with the key `box`. `sort` says what it is: letter, notice, list, automatic, bounce, unreadable."""

    box: str
    mail: Mail
    sort: str = "letter"


@dataclass(frozen=True, slots=True)
class Reply(Act):
    """The colleague `author` answers the customer."""

    author: str
    box: str
    text: str
    subject: str
    message_id: str
    to: tuple[str, str]
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Note(Act):
    """A colleague writes a note that no customer sees."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Assign(Act):
    """The conversation goes to a colleague (None: to nobody) or to another team."""

    by: str | None
    to: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Snooze(Act):
    """Out of sight until the moment `until`."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Wake(Act):
    """A snooze ended."""


@dataclass(frozen=True, slots=True)
class Close(Act):
    """Closed; `reason` is one of solved, no_answer_needed, no_reply, unwanted."""

    by: str
    reason: str = "solved"


@dataclass(frozen=True, slots=True)
class Reopen(Act):
    """Open again: by a colleague, or (None) because the customer wrote."""

    by: str | None = None


@dataclass(frozen=True, slots=True)
class Tell(Act):
    """A promise was made in a reply: what, owed by which team or colleague, by when; `kept_at` when it was kept."""

    by: str
    sentence: str
    due_at: datetime
    owner: str
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A thread to come: who begins it, when, what it is about, and how far it has got by now ("" means to its end)."""

    start: datetime
    key: str
    plot: str
    customer: int
    ends: str = ""
    last_at: datetime | None = None
    is_unassigned: bool = False


@dataclass(slots=True)
class Company:
    """The whole: what stands still as lists, and the plans from which `acts` tells the year."""

    seed: int
    now: datetime
    teams: tuple[Team, ...]
    staff: tuple[Colleague, ...]
    boxes: tuple[Box, ...]
    customers: list[Customer]
    plans: list[Plan]
    away: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def colleague(self, key: str) -> Colleague:
        """The colleague with this key; KeyError when there is none."""
        for each in self.staff:
            if each.key == key:
                return each
        raise KeyError(key)


TEAMS = (
    Team("support", "Support"),
    Team("orders", "Orders and returns"),
    Team("sales", "Sales"),
    Team("leeds", "Leeds shop"),
    Team("espana", "Equipo España"),
    Team("warehouse", "Warehouse", is_department=True),
    Team("accounts", "Accounts", is_department=True),
)

STAFF = (
    Colleague(
        "alice",
        "Alice Moreno",
        "agent",
        ("support", "orders", "leeds"),
        "en",
        ("Dear {given},",),
        ("Best wishes,", "With best wishes,", "Kind regards,"),
    ),
    Colleague(
        "bob",
        "Bob Lindqvist",
        "agent",
        ("orders", "support", "warehouse"),
        "en",
        ("Hello {given},", "Hi {given},"),
        ("Regards,", "All the best,"),
    ),
    Colleague(
        "dora",
        "Dora Lindahl",
        "lead",
        ("support", "orders", "sales", "leeds", "espana"),
        "en",
        ("Dear {given},",),
        ("Yours sincerely,", "With thanks,"),
        "Experience lead",
    ),
    Colleague("omar", "Omar Said", "admin", ("support",), "en", ("Hello {given},",), ("Best,",), "Operator"),
    Colleague(
        "sam",
        "Sam Okoro",
        "agent",
        ("leeds", "support"),
        "en",
        ("Hi {given},", "Hello {given},"),
        ("See you in the shop,", "Cheers,", "Best from Leeds,"),
        "Leeds shop",
    ),
    Colleague(
        "priti",
        "Priti Nair",
        "agent",
        ("sales", "support"),
        "en",
        ("Dear {given},", "Good morning {given},"),
        ("Kind regards,", "Best regards,"),
        "Trade and schools",
    ),
    Colleague(
        "lucia", "Lucía Ferrer", "agent", ("espana",), "es", ("Hola, {given}:", "Buenos días, {given}:"), ("Un abrazo,", "Un saludo,")
    ),
    Colleague(
        "mateo", "Mateo Ríos", "agent", ("espana", "orders"), "es", ("Hola, {given}:", "Buenas, {given}:"), ("Saludos,", "Un saludo,")
    ),
    Colleague(
        "hanna",
        "Hanna Brandt",
        "agent",
        ("support", "orders"),
        "en",
        ("Guten Tag {given} {family},",),
        ("Herzliche Grüße,", "Viele Grüße,"),
    ),
    Colleague("jon", "Jon Ashby", "agent", ("warehouse", "orders"), "en", ("Hello {given},",), ("Jon, from the warehouse",)),
    Colleague("charlie", "Charlie Webb", "reader", ("accounts",), "en", title="Accounts"),
    Colleague("wen", "Wen Li", "agent", ("support", "sales"), "en", title="Web coordinator"),
)

BOXES = (
    Box("help", "", "support"),
    Box("orders", "orders", "orders"),
    Box("sales", "trade", "sales"),
    Box("leeds", "Leeds", "leeds"),
    Box("hola", "España", "espana"),
)
