"""What the shop sells and sold: offerings from the catalogue, and orders that agree with what the letters say."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from heard.demo.catalogue import PRODUCTS, Product, price
from heard.demo.company import Company, Customer
from heard.demo.year import LONDON
from heard.purchases.said import Buyer, CameBack, Line, OrderSaid, PaidBack
from heard.purchases.services.offerings import OfferingSaid

FIRST_NUMBER, A_DAY, ADAS_DAYS = 20931, 24, 17
NAMED_IN_LETTERS = re.compile(r"(?:order|pedido|Bestellung)\s+(?:number\s+|número\s+|Nr\.?\s*)?(\d{5})\b", re.IGNORECASE)
SHARE_WITHOUT_LETTERS = 0.75


def offerings() -> list[OfferingSaid]:
    """Every product with its sizes and colours, its parts with what they fit, two services and the shop."""
    said = [
        OfferingSaid(
            sku_of(one.name),
            one.name,
            attributes={"price": price(one.cents), "sizes": ", ".join(one.sizes), "colours": ", ".join(one.colours)},
        )
        for one in PRODUCTS
    ]
    said += [
        OfferingSaid(sku_of(f"{one.name} {part}"), f"{part.capitalize()} for {one.name}", fits_with=(sku_of(one.name),))
        for one in PRODUCTS
        for part in one.parts
    ]
    carbon, ridge = sku_of("Carbon Z poles"), sku_of("Ridge boots")
    said += [
        OfferingSaid("SCREW-LOCK", "Screw lock", attributes={"holds when wet": "yes"}, fits_with=(carbon, sku_of("Alu Z poles"))),
        OfferingSaid(
            "INSOLE-THIN", "Thin insole", attributes={"sizes": "36–46", "thickness": "3 mm"}, fits_with=(ridge, sku_of("Ridge Low shoes"))
        ),
        OfferingSaid("LOCK-EXCHANGE", "Lock exchange while you wait", "service", {"takes": "ten minutes", "price": "nothing"}, (carbon,)),
        OfferingSaid("REPAIR", "Repair in our workshop", "service", {"takes": "two weeks"}),
        OfferingSaid("LEEDS", "Leeds shop", "place", {"street": "12 Holbeck Yard", "opens": "9:00–18:00, Saturdays 10:00–16:00"}),
    ]
    return said


def sku_of(name: str) -> str:
    """ "Carbon Z poles" → "CARBON-Z-POLES"."""
    return re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")


def orders(company: Company, letters: Iterable[tuple[str, str]]) -> list[OrderSaid]:
    """A year of orders, oldest first: those that `letters` (address of the writer, words) name, and others of the same people.

    The same company and letters give the same orders. Numbers are counted by day, as the letters count them.
    """
    rng = random.Random(f"orders {company.seed}")
    made = {one.number: one for one in _adas(company)}
    by_address = {address: customer for customer in company.customers for address in customer.addresses}
    for address, words in letters:
        named = NAMED_IN_LETTERS.search(words)
        customer = by_address.get(address)
        if named and customer and named[1] not in made and (day := day_of(named[1], company.now)):
            made[named[1]] = _order(rng, company, customer, named[1], day, _product_in(words))
    for customer in company.customers:
        for _ in range(_how_many(rng)):
            day = company.now.date() - timedelta(days=rng.randrange(2, 360))
            number = str(_first_of(day, company.now) + rng.randrange(A_DAY))
            if number not in made:
                made[number] = _order(rng, company, customer, number, day, rng.choice(PRODUCTS))
    return sorted(made.values(), key=lambda one: (one.placed_at, one.number))


def day_of(number: str, now: datetime) -> date | None:
    """The day of an order by its number; None when that is not within the year."""
    day = now.date() + timedelta(days=(int(number) - FIRST_NUMBER) // A_DAY - ADAS_DAYS)
    return day if now.date() - timedelta(days=380) < day <= now.date() else None


def _first_of(day: date, now: datetime) -> int:
    return FIRST_NUMBER + ((day - now.date()).days + ADAS_DAYS) * A_DAY


def _how_many(rng: random.Random) -> int:
    return rng.choices((0, 1, 2, 3), (1, 4, 2, 0.6))[0] if rng.random() < SHARE_WITHOUT_LETTERS else 0


def _product_in(words: str) -> Product | None:
    """The first product that the letter names, in any of our languages."""
    lower = words.lower()
    named = [one for one in PRODUCTS if any(name.lower() in lower for name in (one.name, one.es[1], one.de[2]))]
    return max(named, key=lambda one: len(one.name), default=None)


def _order(rng: random.Random, company: Company, customer: Customer, number: str, day: date, product: Product | None) -> OrderSaid:
    placed = _moment(rng, company.now, day)
    chosen = [product or rng.choice(PRODUCTS)]
    chosen += rng.sample(PRODUCTS, rng.choices((0, 1, 2), (6, 3, 1))[0])
    age = (company.now - placed).days
    state = "delivered" if age > 5 else "sent" if age > 1 else "placed"
    arrived = min(placed + timedelta(days=rng.uniform(2, 5)), company.now)
    lines = tuple(_line(rng, one, state, arrived) for one in dict.fromkeys(chosen))
    came, paid = _back(rng, lines, arrived, company.now) if age > 20 else ((), ())
    buyer = Buyer(customer.addresses[0], f"K{10_000 + customer.number}", customer.name)
    return OrderSaid(number, placed, "EUR", buyer, lines, state, returns=came, refunds=paid)


def _moment(rng: random.Random, now: datetime, day: date) -> datetime:
    local = datetime.combine(day, time(rng.randrange(7, 22), rng.randrange(60)), tzinfo=LONDON)
    return min(local.astimezone(now.tzinfo), now - timedelta(hours=2))


def _line(rng: random.Random, product: Product, state: str, at: datetime) -> Line:
    quantity = 2 if product.kind == "small" and rng.random() < 0.15 else 1
    name = f"{product.name}, {rng.choice(product.sizes)}, {rng.choice(product.colours)}"
    return Line(name, product.cents * quantity, quantity, sku_of(product.name), state, None if state == "placed" else at)


def _back(
    rng: random.Random, lines: tuple[Line, ...], arrived: datetime, now: datetime
) -> tuple[tuple[CameBack, ...], tuple[PaidBack, ...]]:
    """Of one order in eight the first thing comes back, mostly for its whole price, sometimes for a part of it."""
    if rng.random() > 0.12:
        return (), ()
    back = min(arrived + timedelta(days=rng.uniform(4, 11)), now - timedelta(hours=2))
    paid = min(back + timedelta(days=rng.uniform(2, 9)), now - timedelta(hours=1))
    amount = lines[0].amount if rng.random() < 0.8 else lines[0].amount // 4
    return (CameBack("R1", 1, back, 1),), (PaidBack("R1", amount, paid, 1),)


def _adas(company: Company) -> Iterator[OrderSaid]:
    """The orders of the named stories: Ada's poles, Tomás's tent that came back unpaid, Sofia's tent without pegs, Henrik's rucksacks."""
    by_name: Mapping[str, Customer] = {one.name: one for one in company.customers[:20]}

    def order(
        number: str, who: str, days: int, *lines: Line, came: tuple[CameBack, ...] = (), paid: tuple[PaidBack, ...] = ()
    ) -> OrderSaid:
        placed = company.now - timedelta(days=days, hours=3)
        buyer = Buyer(by_name[who].addresses[0], f"K{10_000 + by_name[who].number}", who)
        return OrderSaid(number, placed, "EUR", buyer, lines, "delivered", returns=came, refunds=paid)

    def line(name: str, cents: int, sku: str, days: int, quantity: int = 1) -> Line:
        return Line(name, cents * quantity, quantity, sku_of(sku), "delivered", company.now - timedelta(days=days))

    def ago(**parts: float) -> datetime:
        return company.now - timedelta(**parts)

    poles, sack = "Carbon Z poles", "Fells 45 rucksack"
    yield order("17612", "Ada Whitfield", 155, line(f"{poles}, 120–140, slate", 8900, poles, 151))
    yield order(
        "20931",
        "Ada Whitfield",
        17,
        line("Bracken gaiters, M, moss", 4500, "Bracken gaiters", 13),
        line(f"{sack}, S/M, slate", 14500, sack, 13),
    )
    yield order(
        "20744", "Tomás Herrera", 24, line("Fells 2 tent, moss", 38500, "Fells 2 tent", 20), came=(CameBack("R1", 1, ago(days=9), 1),)
    )
    yield order(
        "20852", "Sofia Kallio", 20, line("Fells 2 tent, ochre", 38500, "Fells 2 tent", 15),
        paid=(PaidBack("R1", 1400, ago(days=4), 1),),
    )  # fmt: skip
    yield order("21207", "Henrik Dahl", 6, line("Wren rucksack, 12 l, red", 4900, "Wren rucksack", 4, quantity=12))
    yield order("20560", "Mina Okafor", 32, line("Ridge boots, 39, brown", 18500, "Ridge boots", 28))
    yield order("20377", "Priya Raman", 40, line("Ghyll kettle, steel", 3400, "Ghyll kettle", 36))
