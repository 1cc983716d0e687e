"""The demo company from a seed: `generate` makes who there is and what will happen, `acts` tells the year in order of time."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from . import background, named
from .company import BOXES, STAFF, TEAMS, Act, Close, Company, Customer, MailArrives, Note, Plan, Reopen, Reply
from .names import make_customers
from .plots import BY_KEY, PLOTS, SCRIPTS, Plot
from .threads import Teller
from .year import LONDON, MADRID, Year, after_work, before_work

# Acts in an average thread that carry words: letters, replies and notes. Measured; `generate` adds a margin.
WORDS_PER_THREAD = 3.6


def generate(
    seed: int = 1, today: date | None = None, people: int = 2200, interactions: int = 20_600, *, now: datetime | None = None
) -> Company:
    """Tarn & Trail as it stands at `now` (aware; by default a quarter past nine in Leeds on `today`), with a year behind it.

    `interactions` is the least number of letters, replies and notes that `acts` will tell; the named people's
    stories are always among them.
    The same arguments give the same company, byte for byte.
    """
    if now is None:
        now = datetime.combine(today or datetime.now(LONDON).date(), time(9, 15), tzinfo=LONDON)
    now = now.astimezone(UTC).replace(microsecond=0)
    rng = random.Random(f"company {seed}")
    customers = named.first_customers()
    for customer in make_customers(rng, max(0, people - len(customers))):
        customers.append(_numbered(customer, len(customers)))
    company = Company(seed, now, TEAMS, STAFF, BOXES, customers, [])
    company.away["sam"] = (now - timedelta(days=6), now + timedelta(days=8))
    company.plans = _plans(company, rng, interactions)
    return company


def acts(company: Company) -> Iterator[Act]:
    """Everything that happened, in order of time. Threads are written as their time comes, so memory holds only the unfinished ones."""
    teller = Teller(company)
    waiting: list[tuple[datetime, int, Act]] = []
    number = 0
    entries: list[tuple[datetime, Plan | list[Act]]] = [(plan.start, plan) for plan in company.plans]
    entries += [(thread.acts[0].at, thread.acts) for thread in named.told(company) if thread.acts]
    entries.sort(key=lambda entry: entry[0])
    for start, what in entries:
        while waiting and waiting[0][0] < start:
            yield heapq.heappop(waiting)[2]
        for act in _told(company, teller, what):
            heapq.heappush(waiting, (act.at, number, act))
            number += 1
    while waiting:
        yield heapq.heappop(waiting)[2]


def count_interactions(told: Iterator[Act]) -> int:
    """How many of the acts carry words: letters that can be read, replies and notes."""
    return sum(isinstance(act, Reply | Note) or (isinstance(act, MailArrives) and act.sort != "unreadable") for act in told)


def _told(company: Company, teller: Teller, what: Plan | list[Act]) -> list[Act]:
    if isinstance(what, list):
        return what
    if what.plot.startswith("_"):
        return background.tell(company, what)
    told = teller.tell(what)
    return told if what.ends else _with_bounce(company, told)


def _with_bounce(company: Company, told: list[Act]) -> list[Act]:
    """Now and then the last answer of a thread comes back; then a colleague rings instead, and closes."""
    place = max((place for place, act in enumerate(told) if isinstance(act, Reply | MailArrives)), default=0)
    reply = told[place] if told else None
    bounce = background.bounce_of(company, reply) if isinstance(reply, Reply) else None
    if not isinstance(reply, Reply) or bounce is None:
        return told
    kept = told[: place + 1] + [act for act in told[place + 1 :] if act.at <= bounce.at]
    rung = after_work(bounce.at, 95, LONDON)
    text = f"Our answer came back. Rang {_first_name(reply.to[0])} and said it on the phone."
    reopened = [Reopen(bounce.at, reply.thread)] if isinstance(kept[-1], Close) else []
    return [
        *kept,
        bounce,
        *reopened,
        Note(rung, reply.thread, reply.author, text),
        Close(rung, reply.thread, reply.author, "no_answer_needed"),
    ]


def _first_name(name: str) -> str:
    return name.split()[0]


def _plans(company: Company, rng: random.Random, interactions: int) -> list[Plan]:
    year = Year(company.now)
    machines = interactions // 14
    threads = int((interactions - machines) / WORDS_PER_THREAD * 1.03) + 1
    chooser = _Chooser(company, rng)
    made = [_plan(chooser, year, moment, f"t{number:05d}") for number, moment in enumerate(year.moments(rng, threads))]
    made += background.plans(company, rng, machines)
    made += background.unreadable_plans(company)
    made += _open(company, rng, chooser, year)
    made.sort(key=lambda plan: (plan.start, plan.key))
    return made


def _plan(chooser: "_Chooser", year: Year, moment: datetime, key: str) -> Plan:
    customer = chooser.customer()
    return Plan(moment, key, chooser.plot(customer, moment.date(), year), customer)


class _Chooser:
    """Who writes, and about what. Everybody writes once before anybody is asked at random; some like to write more than others."""

    def __init__(self, company: Company, rng: random.Random) -> None:
        self.rng, self.customers = rng, company.customers
        self.first = [customer.number for customer in company.customers[len(named.PEOPLE) :]]
        self.first_left = len(self.first)
        rng.shuffle(self.first)
        self.weights = [rng.paretovariate(2.2) for _ in self.first]
        self.crowd = rng.choices(self.first, self.weights, k=4 * len(self.first) + 1) if self.first else [0]
        self.last: list[str] = []

    def customer(self) -> int:
        """The number of somebody."""
        if self.first_left and self.rng.random() < 0.75:
            self.first_left -= 1
            return self.first[self.first_left]
        return self.rng.choice(self.crowd)

    def plot(self, number: int, day: date, year: Year, among: tuple[Plot, ...] = PLOTS) -> str:
        """A plot that suits this customer on this day, and is not that of the two threads before."""
        customer = self.customers[number]
        weights = []
        for plot in among:
            weight = plot.weight * (plot.season(day, year) if plot.season else 1.0)
            if plot.organisation:
                weight *= 6.0 if customer.organisation_kind and customer.organisation_kind in plot.organisation else 0.0
            if plot.is_abroad and customer.country == "United Kingdom":
                weight = 0.0
            if customer.language != "en" and plot.key not in SCRIPTS[customer.language]:
                weight = 0.0
            if plot.key in self.last:
                weight *= 0.25
            weights.append(weight)
        if not any(weights):
            return "late_parcel"
        key = self.rng.choices(among, weights)[0].key
        self.last = [key, *self.last[:1]]
        return key


def _open(company: Company, rng: random.Random, chooser: _Chooser, year: Year) -> Iterator[Plan]:
    """Threads that are not finished: with the named people's, about twenty-five wait on us, forty on the customer, eight are snoozed."""
    zone, now = LONDON, company.now
    # Minutes of our working time since they wrote: some late already, the rest due today or just in.
    for number, waited in enumerate((470, 400, 330, 262, 232, 214, 190, 171, 142, 118, 84, 51, 33, 16)):
        customer = chooser.rng.choice(chooser.crowd)
        language = company.customers[customer].language
        end = before_work(now, waited, MADRID if language == "es" else zone) + timedelta(seconds=rng.randrange(50))
        ends = "asked" if number % 3 else "asked_again"
        start = end if ends == "asked" else _by_day(end - timedelta(days=rng.uniform(1.5, 5)))
        among = PLOTS if ends == "asked" else _probing(language)
        yield Plan(
            start,
            f"w{number:02d}",
            _usual(chooser, customer, start, year, among),
            customer,
            ends,
            end,
            is_unassigned=number in (4, 9, 12, 13),
        )
    for number in range(39):
        customer = chooser.rng.choice(chooser.crowd)
        language = company.customers[customer].language
        end = before_work(now, rng.uniform(20, 2600), MADRID if language == "es" else zone)
        start = before_work(end, rng.uniform(20, 215), MADRID if language == "es" else zone)
        yield Plan(start, f"c{number:02d}", _usual(chooser, customer, start, year, _probing(language)), customer, "probed", end)
    for number in range(8):
        customer = chooser.rng.choice(chooser.crowd)
        language = company.customers[customer].language
        end = before_work(now, rng.uniform(60, 2000), MADRID if language == "es" else zone)
        among = tuple(BY_KEY[key] for key in ("back_in_stock", "missing_part", "repair_service", "stove_trouble", "zip_broken"))
        yield Plan(
            before_work(end, rng.uniform(20, 215), MADRID if language == "es" else zone),
            f"s{number:02d}",
            _usual(chooser, customer, end, year, among),
            customer,
            "snoozed",
            end,
        )


def _by_day(moment: datetime) -> datetime:
    """The same, or the evening before: hardly anybody begins a letter at four in the morning."""
    return moment - timedelta(hours=8) if moment.hour < 7 else moment


def _probing(language: str) -> tuple[Plot, ...]:
    return tuple(plot for plot in PLOTS if "probe" in SCRIPTS[language].get(plot.key, {}))


def _usual(chooser: _Chooser, customer: int, moment: datetime, year: Year, among: tuple[Plot, ...]) -> str:
    suitable = tuple(
        plot for plot in among if plot.key not in ("cold_pitch", "supplier", "compliment", "thank_you_photo", "parcel_storm", "job")
    )
    return chooser.plot(customer, moment.date(), year, suitable)


def _numbered(customer: Customer, number: int) -> Customer:
    return replace(customer, number=number)
