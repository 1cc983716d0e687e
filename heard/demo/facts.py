"""What is true inside one thread: names, things, numbers and dates, in the customer's language, the same from first letter to last."""

import random
from datetime import date, datetime, timedelta

from . import names
from .catalogue import BY_KIND, COLOURS_DE, COLOURS_ES, PARTS_ES, PRODUCTS, Product, price
from .company import Customer
from .year import Year, workday_after

WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
}
NUMBERS = {
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "es": ("dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"),
    "de": ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
}
ORDINALS = {
    "en": ("second", "third", "fourth", "fifth"),
    "es": ("segundo", "tercer", "cuarto"),
    "de": ("zweite", "dritte", "vierte", "fünfte"),
}
CARRIERS = ("Northline", "Parcelway", "Hermit Post", "Green Van")
DEPOTS = {
    "en": ("Wakefield", "Carlisle", "Preston", "Coventry", "Penrith", "Daventry"),
    "es": ("Zaragoza", "Coslada", "Vitoria"),
    "de": ("Neuwied", "Kassel", "Aschheim"),
}
CODES = ("TRAIL-10", "AUTUMN-15", "HELLO-10", "WELLCOME-5", "BOBBLE-20", "OWL-12")
WISHES = (
    "a loop for wet gloves",
    "pockets that are not under the hip belt",
    "a zip one can work with mittens on",
    "a longer back",
    "a hood that takes a helmet",
    "colours one sees in fog",
    "a spare buckle in the lid",
)
LOST = ("scarf", "umbrella", "pair of reading glasses", "glove", "notebook", "water bottle", "bus pass", "hat")
FAULTS = ("a seam has opened", "the {part} has come off", "it creaks with every step", "the coating flakes", "it leaks in the rain")
DEPARTMENTS = {"en": ("warehouse", "workshop"), "es": ("almacén", "taller"), "de": ("Lager",)}


def day_in_words(day: date, language: str, *, with_weekday: bool = False) -> str:
    """ "3 November", "3 de noviembre", "3. November"; with the weekday before it when asked for."""
    month = MONTHS[language][day.month - 1]
    words = {"en": f"{day.day} {month}", "es": f"{day.day} de {month}", "de": f"{day.day}. {month}"}[language]
    return f"{WEEKDAYS[language][day.weekday()]} {words}" if with_weekday else words


def order_number(day: date, today: date, rng: random.Random) -> str:
    """Orders are counted: about two dozen a day, 20931 seventeen days before today (Ada's)."""
    return str(20931 + ((day - today).days + 17) * 24 + rng.randrange(24))


class Facts(dict[str, str]):
    """A thread's facts by name. `at(moment)` sets those that depend on the day a letter is written."""

    def __init__(self, rng: random.Random, customer: Customer, start: datetime, year: Year, kind: str | None) -> None:
        super().__init__()
        self.rng, self.language, self.year = rng, customer.language, year
        self.product = self._choose(kind)
        self._about_customer(customer)
        self._about_product()
        self._about_order(start.date())
        self._numbers()
        self._words()
        self.asked_on = start.date()
        self.at(start)

    def at(self, moment: datetime) -> None:
        """The writer's today is `moment`: weekdays, deadlines and what is long ago follow from it."""
        today, rng, language = moment.date(), self.rng, self.language
        weekdays = WEEKDAYS[language]
        due = workday_after(today, rng.randrange(2, 4))
        self.due_on = due
        self["due_day"] = weekdays[due.weekday()] if (due - today).days < 7 else day_in_words(due, language)
        self["due_date"] = day_in_words(today + timedelta(days=rng.randrange(10, 32)), language)
        self["back_date"] = day_in_words(today + timedelta(days=rng.randrange(4, 15)), language, with_weekday=True)
        self["ship_day"] = weekdays[workday_after(today - timedelta(days=6), 1).weekday()]
        self["asked_day"] = weekdays[self.asked_on.weekday()] if (today - self.asked_on).days < 6 else day_in_words(self.asked_on, language)

    def _choose(self, kind: str | None) -> Product:
        products = BY_KIND[kind] if kind else PRODUCTS
        if self.language != "en" and kind not in ("poles", "boots"):
            products = tuple(each for each in products if not each.is_pair) or products
        return self.rng.choice(products)

    def _about_customer(self, customer: Customer) -> None:
        rng, language = self.rng, self.language
        organisation = customer.organisation or names.ORGANISATIONS["firm"][language][0][0]
        self.update(
            given=customer.given,
            family=customer.family,
            name=customer.name,
            city=customer.city,
            street=customer.street,
            phone=customer.phone,
            country=customer.country,
            org=organisation,
            vat=customer.vat or f"GB{rng.randrange(100_000_000, 999_999_999)}",
            year=str(customer.since),
            relative=rng.choice(names.RELATIVES[language]),
            stranger=f"{rng.choice('ABCDEHJKLMPRST')}. {rng.choice(names.FAMILY['en'])}",
        )

    def _about_product(self) -> None:
        rng, product, language = self.rng, self.product, self.language
        sizes = product.sizes if len(product.sizes) > 2 else ("S", "M", "L", "XL")
        middle = rng.randrange(1, len(sizes) - 1)
        colours = rng.sample(product.colours, 2) if len(product.colours) > 1 else [product.colours[0], "black"]
        tongue = {"es": COLOURS_ES, "de": COLOURS_DE}.get(language, {})
        parts = product.parts or ("strap",)
        part = rng.choice(parts)
        other = rng.choice([each for each in PRODUCTS if each.kind != product.kind])
        pair = product.is_pair
        an = "an" if product.name[0] in "AEIOU" else "a"
        a_product = f"a pair of {product.name}" if pair else f"{an} {product.name}"
        other_an = "an" if other.name[0] in "AEIOU" else "a"
        self.update(
            product=product.name,
            noun=product.noun,
            a_product=a_product,
            A_product=a_product[0].upper() + a_product[1:],
            noun_one="pair" if pair else product.noun,
            it="them" if pair else "it",
            it_s="they" if pair else "it",
            It="They" if pair else "It",
            s="" if pair else "s",
            es="" if pair else "es",
            does="do" if pair else "does",
            has="have" if pair else "has",
            was="were" if pair else "was",
            a_new_one="a new pair" if pair else "a new one",
            a_new_one_cap="A new pair" if pair else "A new one",
            A_new_one_cap="A new pair" if pair else "A new one",
            size=sizes[middle],
            size_up=sizes[middle + 1],
            size_down=sizes[middle - 1],
            colour=tongue.get(colours[0], colours[0]),
            colour2=tongue.get(colours[1], colours[1]),
            part=PARTS_ES.get(part, part) if language == "es" else part,
            part_was="were" if part.endswith("s") else "was",
            other_product=other.name,
            a_other=f"a pair of {other.name}" if other.is_pair else f"{other_an} {other.name}",
            price=price(product.cents, language),
            fault=rng.choice(product.faults or ("does not do what it should",)),
            wish=rng.choice(WISHES),
            lost=rng.choice(LOST),
        )
        self["is"] = "are" if pair else "is"
        self["fault_clause"] = rng.choice(FAULTS[:2] + FAULTS[3:4]).replace("{part}", part)
        self._in_spanish() if language == "es" else self._in_german()

    def _in_spanish(self) -> None:
        article, name = self.product.es
        ending = {"el": "o", "la": "a", "los": "os", "las": "as"}[article]
        one = {"el": "un", "la": "una", "los": "unos", "las": "unas"}[article]
        pronoun = {"el": "lo"}.get(article, article)
        self.update(
            producto=name,
            el_producto=f"{article} {name}",
            El_producto=f"{article.capitalize()} {name}",
            un_producto=f"{one} {name}",
            o=ending,
            lo=pronoun,
            Lo=pronoun.capitalize(),
            el_otro=f"{article} otr{ending}",
            uno="uno" if ending == "o" else one,
        )

    def _in_german(self) -> None:
        nominative, accusative, name = self.product.de
        self.update(artikel=name, der_artikel=f"{nominative} {name}", den_artikel=f"{accusative} {name}")

    def _about_order(self, today: date) -> None:
        rng, language = self.rng, self.language
        ordered = today - timedelta(days=rng.randrange(5, 14))
        past = today - timedelta(days=rng.randrange(1, 6))
        long_past = today - timedelta(days=rng.randrange(9, 25))
        trip = today + timedelta(days=rng.randrange(4, 10))
        months = MONTHS[language]
        self.update(
            order=order_number(ordered, self.year.today, rng),
            order2=order_number(ordered, self.year.today, rng),
            order_date=day_in_words(ordered, language),
            past_day=WEEKDAYS[language][past.weekday()],
            past_date=day_in_words(long_past, language),
            trip_day=WEEKDAYS[language][trip.weekday()],
            month=months[(today.month - rng.randrange(2, 9)) % 12],
            month_next=months[(today.month + rng.randrange(1, 4)) % 12],
            week=str((today + timedelta(days=14)).isocalendar().week),
            carrier=rng.choice(CARRIERS),
            depot=rng.choice(DEPOTS[language]),
            tracking=f"{rng.choice('NPHG')}{rng.choice('LWTV')} {rng.randrange(1000, 9999)} {rng.randrange(1000, 9999)}",
            since_wave={
                "en": "since " + months[self.year.wave.month - 1] if today > self.year.wave + timedelta(days=9) else "this year",
                "es": "desde " + months[self.year.wave.month - 1] if today > self.year.wave + timedelta(days=9) else "este año",
                "de": "seit " + months[self.year.wave.month - 1] if today > self.year.wave + timedelta(days=9) else "dieses Jahr",
            }[language],
        )

    def _numbers(self) -> None:
        rng, language = self.rng, self.language
        child = rng.randrange(4, 13)
        foot = rng.randrange(232, 292)
        self.update(
            days=rng.choice(NUMBERS[language][:7]),
            n=str(rng.randrange(4, 30)),
            n2=str(rng.randrange(30, 60)),
            ordinal=rng.choice(ORDINALS[language]),
            quantity=str(rng.choice((6, 8, 10, 12, 14, 15, 18, 20, 24, 25, 30))),
            kg=str(rng.randrange(8, 19)),
            cm=str(rng.randrange(88, 116)),
            cm_tall=str(rng.randrange(152, 196)),
            cm_child=str(80 + child * 6),
            age=str(child),
            mm=str(foot),
            amount=price(rng.randrange(6, 30) * 5000, language),
            amount_small=price(rng.randrange(640, 3890), language),
            small_price=price(rng.randrange(6, 29) * 100, language),
            code=rng.choice(CODES),
            code2=f"SORRY-{rng.randrange(0x1000, 0xFFFF):04X}",
            digits=f"{rng.randrange(1000, 9999)}",
            digits2=f"{rng.randrange(1000, 9999)}",
            lot=f"R{rng.randrange(1, 5)}-0{rng.randrange(310, 480)}",
            ref=f"PO-{rng.randrange(3000, 4900)}",
        )

    def _words(self) -> None:
        rng, language = self.rng, self.language
        places = rng.sample(names.HILLS[language], 2)
        self.update(
            place=places[0],
            place2=places[1],
            hour=rng.choice(("three", "half past four", "noon", "eleven")),
            department=rng.choice(DEPARTMENTS[language]),
            colleague=rng.choice(("Sam", "Sam", "Stella", "Bob", "Alice", "Jon", "Priti") if language != "es" else ("Lucía", "Mateo")),
        )
