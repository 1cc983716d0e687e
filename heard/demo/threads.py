"""One thread told from its first letter to its end: who writes what, when, and what colleagues do in between."""

import random
from datetime import UTC, datetime, timedelta
from zlib import crc32

from . import attachments
from .company import (
    BOXES,
    DOMAIN,
    NAME,
    Act,
    Assign,
    Close,
    Company,
    Customer,
    Enclosure,
    Mail,
    MailArrives,
    Note,
    Plan,
    Reopen,
    Reply,
    Snooze,
    Tell,
    Wake,
)
from .facts import MONTHS, WEEKDAYS, Facts, day_in_words
from .grammar import Decks, Slots, render
from .plots import BY_KEY, SCRIPTS, SHARED, Plot
from .year import LONDON, MADRID, ZONES, Year, after_work, before_work

AGENTS = {
    "help": (("alice", 5), ("bob", 3), ("sam", 1)),
    "orders": (("bob", 5), ("alice", 4), ("jon", 1)),
    "sales": (("priti", 9), ("dora", 1)),
    "leeds": (("sam", 8), ("alice", 1)),
    "hola": (("lucia", 6), ("mateo", 4)),
}
COLLEAGUES = {
    "help": ("alice", "bob", "sam", "dora"),
    "orders": ("alice", "bob", "jon", "dora"),
    "sales": ("priti", "dora"),
    "leeds": ("sam", "alice", "dora"),
    "hola": ("lucia", "mateo"),
}
PHONES = {
    "en": ("Sent from my phone", "Sent from my phone, please excuse brevity", "Sent from a train"),
    "es": ("Enviado desde mi móvil",),
    "de": ("Von meinem Telefon gesendet",),
}
BOX_NAMES = {box.key: box.name for box in BOXES}


# Nobody needs to ask inside before answering these.
AT_ONCE = {
    "compliment",
    "thank_you_photo",
    "opening_hours",
    "unsubscribe",
    "cold_pitch",
    "lent_kit",
    "reassure",
    "invoice_copy",
    "shop_event",
    "change_address",
    "cancel_order",
}
PROMISED = {
    "pole_lock_wet": "New pair of poles posted",
    "sole_loose": "Boots mended or replaced",
    "repair_service": "{noun} mended and sent back",
    "missing_part": "{part} posted",
    "back_in_stock": "A line when the {product} is back",
    "stove_trouble": "New {part} posted",
}


class TooLate(Exception):
    """The thread would go on after now; it has to be told more briefly, or not at all."""


class Teller:
    """Tells threads in the order in which they begin, and remembers what it just said so as not to say it again."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.year = Year(company.now)
        self.decks = Decks(random.Random(f"decks {company.seed}"))

    def tell(self, plan: Plan) -> list[Act]:
        """The acts of a plan, in order; empty when it is too young to have an end before now."""
        for is_brief in (False, True):
            tale = Tale(self, plan, is_brief=is_brief)
            try:
                tale.run()
            except TooLate:
                continue
            return tale.acts
        return []


class Tale:
    """One thread while it is told. `at` is the clock; what customer and agent said last is kept for quoting."""

    def __init__(self, teller: Teller, plan: Plan, *, is_brief: bool = False) -> None:
        company = teller.company
        self.teller, self.plan, self.company, self.is_brief = teller, plan, company, is_brief
        self.rng = random.Random(f"{company.seed} {plan.key}")
        self.plot: Plot = BY_KEY[plan.plot]
        self.customer: Customer = company.customers[plan.customer]
        self.language = self.customer.language if plan.plot in SCRIPTS[self.customer.language] else "en"
        self.zone = ZONES[self.customer.language]
        self.at = plan.start
        kind = self.rng.choice(self.plot.kinds) if self.plot.kinds else None
        self.facts = Facts(self.rng, self.customer, plan.start.astimezone(self.zone), teller.year, kind)
        self.box = self._box()
        self.desk = MADRID if self.box == "hola" else LONDON
        self.agent = self._agent()
        self.acts: list[Act] = []
        self.ids: list[str] = []
        self.tags: frozenset[str] | None = None
        self.subject = ""
        self.last_said = ("", "", self.at)  # name and address, text, moment: what the next letter quotes
        self.letters = 0
        self.is_closed = False
        self.address = self.rng.choice(self.customer.addresses) if self.rng.random() < 0.3 else self.customer.addresses[0]
        self.facts["agent"] = self.colleague(self.agent).given
        self.facts["agent_full"] = "Frau Brandt" if self.agent == "hanna" else self.colleague(self.agent).name
        self.facts["other_agent"] = self.colleague(self._other_agent()).given
        self.facts["matter"] = self.say(self.script.get("matter", SHARED["en"]["note"])) or "my letter"

    # --- the story -------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Tell the thread to its end, or to where the plan says that it stands by now."""
        if self.plan.ends:
            self._unfinished()
        elif self.rng.random() < self.plot.unanswered:
            self.ask()
            self._work(20, 400)
            self.close("unwanted" if self.plot.key == "cold_pitch" else "no_answer_needed")
        else:
            self._answered()

    def _answered(self) -> None:
        """The usual ways of a thread, from one letter and one answer to a complaint that a lead has to settle."""
        rng, chance = self.rng, self.rng.random()
        self.ask()
        if rng.random() < 0.34:
            self.note()
        if chance < 0.055 and not self.is_brief:
            self._forgotten()
        elif "probe" in self.script and chance < (0.45 if not self.is_brief else 0.1):
            self.answer(section="probe")
            self.write("detail", pause=(0.6, 30), encloses=0.5)
            self._maybe_note(0.15)
        elif 0.45 <= chance < 0.51 and not self.is_brief and self.plot.key not in AT_ONCE:
            self.hold()
        self.answer()
        if chance > 0.955 and not self.is_brief:
            self._complains()
        elif rng.random() < (0.44 if not self.is_brief else 0.1):
            self._thanks()
        elif not self.is_closed:
            if not self.is_brief and rng.random() < 0.5:
                self.at += timedelta(days=7)
                self._work(10, 200)
            self.close("solved" if rng.random() < 0.8 else "no_reply")

    def _unfinished(self) -> None:
        """Threads that are open now: waiting on us, waiting on the customer, or snoozed."""
        end = self.plan.last_at
        assert end is not None
        ends, rng = self.plan.ends, self.rng
        if ends == "asked":
            self.at = end
            self.ask()
            if not self.plan.is_unassigned:
                self.assign(min(end + timedelta(minutes=9), self.company.now))
        elif ends == "asked_again":
            self.ask()
            self.answer(section="probe" if "probe" in self.script else "", closes=False)
            self.write("detail" if "detail" in self.script else "complain", moment=end)
        elif ends == "probed":
            self.ask()
            if rng.random() < 0.4:
                self.note()
            self.answer(section="probe" if "probe" in self.script else "", closes=False, moment=end)
        elif ends == "snoozed":
            self.ask()
            self._maybe_note(0.7)
            self.tags = frozenset({"lot" if self.plot.key == "back_in_stock" else "part"})
            self.answer(shared="snoozed_reply", closes=False, moment=end)
            until = after_work(self.company.now, rng.randrange(300, 2600), self.desk)
            self.put(Snooze(end + timedelta(seconds=40), self.plan.key, self.agent, until))
            self.put(Tell(end, self.plan.key, self.agent, f"An answer for {self.customer.given}", until, self.agent))
        else:
            raise ValueError(ends)

    def _forgotten(self) -> None:
        """Nobody answers for too long; most customers write again."""
        if self.rng.random() < 0.7:
            self.at += timedelta(hours=self.rng.uniform(52, 120))
            self.write("nudge", shared=True, pause=(0, 1))
            if self.rng.random() < 0.6:
                self._maybe_note(1, "handover")
                self._hand_over()
            self._work(15, 160)
        else:
            self._work(1100, 2600)
        self.is_late = True

    def _complains(self) -> None:
        self.write("complain", shared=True, pause=(2, 60))
        self._maybe_note(0.9, "handover")
        lead = "lucia" if self.box == "hola" else "dora"
        if self.agent != lead and lead != "lucia":
            self.assign_to(lead)
        section = "recover" if self.plot.kinds or self.plot.key in ("late_parcel", "wrong_item", "return_lost") else "recover_matter"
        self.answer(shared=section, closes=False)
        if self.rng.random() < 0.7:
            self.write("reconciled", shared=True, pause=(1, 50))
            self._work(5, 200)
            self.close("no_answer_needed")
        else:
            self.close("solved")

    def _thanks(self) -> None:
        rng = self.rng
        asks_more = self.language == "en" and rng.random() < 0.12
        if asks_more:
            self.tags = None
        self.write("thanks", shared=True, pause=(0.2, 40), more="fresh" if asks_more else "")
        if asks_more:
            self.answer(shared="fresh_answer")
        elif rng.random() < 0.25:
            self.answer(shared="answer_thanks")
        if not self.is_closed:
            self._work(3, 180)
            self.close("no_answer_needed")

    def hold(self) -> None:
        """We say that we do not know yet and ask inside."""
        self.answer(shared="hold", closes=False)
        until = after_work(self.at, self.rng.randrange(500, 1300), self.desk)
        if until > self.company.now - timedelta(minutes=20):
            raise TooLate
        self.put(Snooze(self.at + timedelta(seconds=30), self.plan.key, self.agent, until))
        self._maybe_note(1)
        self.at = max(until, self.at)
        self.put(Wake(self.at, self.plan.key))

    # --- acts ------------------------------------------------------------------------------------------------------------

    def put(self, act: Act) -> None:
        """Keep an act; TooLate when it would be in the future."""
        if act.at > self.company.now:
            raise TooLate
        self.acts.append(act)

    def ask(self) -> None:
        """The first letter."""
        self.subject = self.say(self.script["subject"])
        if self.language != "de" and self.subject[1:2].islower() and self.rng.random() < 0.12:
            self.subject = self.subject[0].lower() + self.subject[1:]
        self.write("ask", encloses=0.45)

    def write(
        self,
        section: str,
        *,
        shared: bool = False,
        pause: tuple[float, float] | None = None,
        moment: datetime | None = None,
        encloses: float = 0.0,
        more: str = "",
    ) -> None:
        """The customer writes. `pause` is least and most hours since the last act, `moment` the exact time instead.

        `more` is a section to add.
        """
        slots = SHARED[self.language][section] if shared or section not in self.script else self.script[section]
        if more:
            slots = slots[:1] + SHARED[self.language][more]
        if pause:
            self._customer_waits(*pause)
        if moment:
            self.at = moment
        local = self.at.astimezone(self.zone)
        self.facts.at(local)
        text = self._letter(slots, is_first=not self.ids)
        files = self._customer_files() if self.plot.encloses and self.rng.random() < encloses else ()
        mail = self._mail(text, local, files)
        self.ids.append(mail.message_id)
        self.put(MailArrives(self.at, self.plan.key, self.box, mail))
        if self.is_closed:
            self.put(Reopen(self.at, self.plan.key))
            self.is_closed = False
        self.letters += 1

    is_late = False

    def answer(self, *, section: str = "", shared: str = "", closes: bool = True, moment: datetime | None = None) -> None:
        """We answer in working hours, sooner or later, and often close with it."""
        asked = self.at
        if moment:
            self.at = moment
        else:
            self._work(8, 70)
            self.at = self._patience(asked)
        if not any(isinstance(act, Assign) for act in self.acts) and self.rng.random() < 0.8:
            self.put(Assign(max(asked, self.at - timedelta(minutes=self.rng.randrange(3, 25))), self.plan.key, self.agent, to=self.agent))
        self.facts.at(self.at.astimezone(self.zone))
        kind = section or "answer"
        slots = SHARED[self.language][shared] if shared else self.script.get(kind) or SHARED[self.language]["snoozed_reply"]
        is_chat = shared in ("answer_thanks", "fresh_answer")
        body = self._our_letter(slots, is_chat=is_chat, closes=closes and not section and not is_chat)
        number = len(self.acts)
        message_id = f"{self.plan.key}.{number}.reply@{DOMAIN}"
        files = self._our_files() if kind == "answer" and not shared else ()
        self.put(
            Reply(
                self.at,
                self.plan.key,
                self.agent,
                self.box,
                body,
                _re(self.subject),
                message_id,
                (self.customer.name, self.address),
                tuple(self.ids),
                files,
            )
        )
        self.ids.append(message_id)
        box = f"{self.colleague(self.agent).name} <{self.box}@{DOMAIN}>"
        self.last_said = (box, body, self.at)
        if kind == "answer" and not shared and self.plot.is_promise and self.rng.random() < 0.5:
            self._promise()
        if self.rng.random() < 0.018 and not is_chat:
            self._away()
        if closes and not section and not shared and self.rng.random() < 0.5:
            self.close("solved", with_reply=True)

    def note(self, section: str = "note") -> None:
        """A colleague leaves a note between letter and answer."""
        own = self.script.get("note")
        slots = own if own and section == "note" and self.rng.random() < 0.55 else SHARED[self.language][section]
        at = after_work(self.at, self.rng.uniform(4, 50), self.desk)
        text = self.say(slots)
        if text:
            self.put(Note(at, self.plan.key, self._other_agent() if self.rng.random() < 0.5 else self.agent, text))
            self.at = at

    def _maybe_note(self, share: float, section: str = "note") -> None:
        if self.rng.random() < share:
            self.note(section)

    def assign(self, at: datetime) -> None:
        """The thread gets an owner."""
        self.put(Assign(at, self.plan.key, "dora" if self.rng.random() < 0.3 else self.agent, to=self.agent))

    def assign_to(self, key: str) -> None:
        """Somebody else takes over."""
        self.put(Assign(self.at + timedelta(minutes=1), self.plan.key, self.agent, to=key))
        self.agent = key
        self.facts["agent"] = self.colleague(key).given

    def _hand_over(self) -> None:
        other = self._other_agent()
        if self.language != "de":
            self.assign_to(other)

    def close(self, reason: str, *, with_reply: bool = False) -> None:
        """It is done, or nobody will write again."""
        at = self.at + timedelta(seconds=2 if with_reply else 45)
        self.put(Close(at, self.plan.key, self.agent, reason))
        self.is_closed = True

    def _promise(self) -> None:
        rng, due = self.rng, self.facts.due_on
        due_at = datetime(due.year, due.month, due.day, 16, 0, tzinfo=LONDON)
        if due_at > self.company.now:
            return
        kept = due_at - timedelta(hours=rng.uniform(1, 30)) if rng.random() < 0.9 else due_at + timedelta(hours=rng.uniform(4, 70))
        thing = render(PROMISED[self.plot.key], self.facts, rng)
        thing = thing[0].upper() + thing[1:]
        kept_at = max(kept, self.at + timedelta(hours=1)).astimezone(UTC).replace(microsecond=0)
        self.put(
            Tell(
                self.at,
                self.plan.key,
                self.agent,
                thing,
                due_at.astimezone(UTC),
                rng.choice(("warehouse", self.agent)),
                min(kept_at, self.company.now),
            )
        )

    def _away(self) -> None:
        """An out-of-office note answers us: a robot's letter, which keeps nothing and reopens nothing."""
        local = (self.at + timedelta(seconds=self.rng.randrange(4, 90))).astimezone(self.zone)
        text = self.say(SHARED[self.language]["out_of_office"])
        subject = {"en": "Out of office: ", "es": "Fuera de la oficina: ", "de": "Abwesenheitsnotiz: "}[self.language] + self.subject
        mail = Mail(
            self.customer.name,
            self.address,
            self._to(),
            subject,
            text,
            local,
            self._new_id(),
            tuple(self.ids),
            mailer="plain",
            headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "auto_reply")),
            delivered_to=self._to()[0][1],
        )
        self.put(MailArrives(local.astimezone(self.plan.start.tzinfo), self.plan.key, self.box, mail, "automatic"))

    # --- words -----------------------------------------------------------------------------------------------------------

    @property
    def script(self) -> dict[str, Slots]:
        """What can be said about this plot in this language."""
        return SCRIPTS[self.language][self.plan.plot]

    def say(self, slots: Slots) -> str:
        """One variant of the first slot."""
        return self._slot(slots[0])

    def _slot(self, slot: tuple) -> str:
        text, self.tags = self.teller.decks.deal(slot, self.tags)
        words = render(text, self.facts, self.rng)
        return words.replace(" de el ", " del ").replace(" a el ", " al ") if self.language == "es" else words

    def _letter(self, slots: Slots, *, is_first: bool) -> str:
        rng, voice, shared = self.rng, self.customer.voice, SHARED[self.language]
        said = [self._slot(slots[0])]
        for slot in slots[1:]:
            if voice == "terse" and rng.random() < 0.5 and is_first:
                continue
            said.append(self._slot(slot))
        if is_first and voice == "chatty":
            said.insert(rng.randrange(2), self.say(shared["colour"]))
        elif is_first and voice == "warm" and rng.random() < 0.35:
            said.insert(1, self.say(shared["colour"]))
        said = [sentence for sentence in said if sentence] or [self.say(shared["thanks"])]
        greeting = (
            "" if voice == "terse" and rng.random() < 0.6 else self.say(shared["greeting_agent" if self.last_said[1] else "greeting"])
        )
        if not greeting or not greeting.endswith(",") or self.language != "de":
            said[0] = said[0][:1].upper() + said[0][1:]
        said[1:] = [sentence[:1].upper() + sentence[1:] for sentence in said[1:]]
        body = _paragraphs(said, rng)
        if voice == "chatty" and is_first and rng.random() < 0.3:
            return "\n\n".join((greeting, body, self._farewell(), self.say(shared["ps"]))) + self._phone_line()
        farewell = self._farewell(is_short=voice == "terse" or (not is_first and rng.random() < 0.4))
        return "\n\n".join(part for part in (greeting, body, farewell) if part) + self._phone_line()

    def _farewell(self, *, is_short: bool = False) -> str:
        customer, rng = self.customer, self.rng
        if is_short:
            return rng.choice((customer.given, customer.given, customer.given[0] + ".", "", customer.name))
        words = self.say(SHARED[self.language]["sign_off"])
        name = customer.name if customer.voice == "formal" or (customer.voice != "warm" and rng.random() < 0.5) else customer.given
        lines = [words + ("" if self.language == "de" else ","), name]
        if customer.organisation and rng.random() < 0.8:
            lines.append(customer.organisation)
        if customer.voice == "formal" and rng.random() < 0.4:
            lines.append(customer.phone)
        return "\n".join(lines)

    def _phone_line(self) -> str:
        if self.customer.mailer == "phone" and self.customer.number % 3:
            lines = PHONES[self.language]
            return "\n\n" + lines[self.customer.number % len(lines)]
        return ""

    def _our_letter(self, slots: Slots, *, is_chat: bool, closes: bool) -> str:
        rng, who = self.rng, self.colleague(self.agent)
        said = []
        if self.is_late and not is_chat:
            said.append(self.say(SHARED[self.language]["late_apology"]))
            self.is_late = False
        said += [self._slot(slot) for slot in slots]
        if closes:
            said.append(self.say(SHARED[self.language]["closing"]))
        said = [sentence for sentence in said if sentence] or [self.say(SHARED[self.language]["answer_thanks"])]
        if self.language == "de":
            hello = f"Guten Tag {self.customer.name},"
            said[1:] = [sentence[:1].upper() + sentence[1:] for sentence in said[1:]]
        else:
            hello = rng.choice(who.hello).format(given=self.customer.given, family=self.customer.family)
            if who.language == "es" and self.language == "en":
                hello = f"Hello {self.customer.given},"
            elif self.language == "es" and who.language != "es":
                hello = f"Hola, {self.customer.given}:"
            said = [sentence[:1].upper() + sentence[1:] for sentence in said]
        bye = (
            rng.choice(who.bye)
            if (who.language == "es") == (self.language == "es")
            else {"es": "Un saludo,", "en": "Best wishes,"}.get(self.language, "Viele Grüße,")
        )
        if who.key == "hanna" and self.language == "en":
            hello, bye = f"Dear {self.customer.given},", "Kind regards,"
        if self.language == "de":
            bye = bye if who.key == "hanna" else "Viele Grüße,"
            bye = bye.rstrip(",")
        name = "" if who.given in bye else who.given
        return f"{hello}\n\n{_paragraphs(said, rng)}\n\n{bye}" + (f"\n{name}" if name else "")

    # --- letters ---------------------------------------------------------------------------------------------------------

    def _mail(self, text: str, local: datetime, files: tuple[Enclosure, ...]) -> Mail:
        who, said, when = self.last_said
        quoted, head = "", ""
        is_reply = bool(self.ids)
        if is_reply and said and self.rng.random() < 0.85:
            quoted, head = said, self._quote_head(who, when)
        subject = _re(self.subject, self.customer) if is_reply else self.subject
        fate = "pass" if self.rng.random() < 0.97 else self.rng.choice(("none", "fail"))
        cc: tuple[tuple[str, str], ...] = ()
        if not is_reply and self.rng.random() < 0.025:
            other = self.company.customers[self.rng.randrange(len(self.company.customers))]
            cc = ((other.name, other.addresses[0]),)
        return Mail(
            self.customer.name,
            self.address,
            self._to(),
            subject,
            text,
            local,
            self._new_id(),
            tuple(self.ids),
            cc,
            quoted,
            head,
            self.customer.mailer,
            files,
            authentication=fate,
            delivered_to=self._to()[0][1],
        )

    def _to(self) -> tuple[tuple[str, str], ...]:
        name = f"{NAME} {BOX_NAMES[self.box]}".strip() if self.ids else ""
        return ((name, f"{self.box}@{DOMAIN}"),)

    def _new_id(self) -> str:
        mark = crc32(f"{self.company.seed} {self.plan.key} {len(self.acts)}".encode())
        return f"{mark:08x}.{self.plan.key}.{len(self.acts)}@{self.address.rpartition('@')[2]}"

    def _quote_head(self, who: str, when: datetime) -> str:
        local = when.astimezone(self.zone)
        clock, day = f"{local:%H:%M}", day_in_words(local.date(), self.language)
        weekday = WEEKDAYS[self.language][local.weekday()]
        if self.customer.mailer == "office":
            labels = {
                "en": ("From", "Sent", "To", "Subject"),
                "es": ("De", "Enviado", "Para", "Asunto"),
                "de": ("Von", "Gesendet", "An", "Betreff"),
            }[self.language]
            values = (who, f"{weekday}, {day} {local.year} {clock}", self.customer.name, _re(self.subject))
            return "\n".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))
        if self.language == "es":
            return f"El {weekday[:3]}, {local.day} {MONTHS['es'][local.month - 1][:3]} {local.year} a las {clock}, {who} escribió:"
        if self.language == "de":
            return f"Am {weekday[:2]}., {local.day}. {MONTHS['de'][local.month - 1]} {local.year} um {clock} Uhr schrieb {who}:"
        return f"On {weekday[:3]}, {local.day} {MONTHS['en'][local.month - 1][:3]} {local.year} at {clock}, {who} wrote:"

    def _customer_files(self) -> tuple[Enclosure, ...]:
        rng, kind = self.rng, self.plot.encloses
        seed = crc32(f"{self.company.seed} {self.plan.key} {len(self.acts)}".encode())
        if kind == "photo":
            names = rng.sample(("IMG_{}.png", "photo-{}.png", "{}-side.png", "P{}.png"), rng.choice((1, 1, 1, 2)))
            return tuple(_photo(name.format(rng.randrange(1000, 9999)), seed + number) for number, name in enumerate(names))
        if kind == "list":
            rows = (
                ("what", "size", "count"),
                *((self.facts["noun"], size, str(rng.randrange(1, 9))) for size in self.facts.product.sizes[:6]),
            )
            return (_csv(rng.choice(("list.csv", "sizes.csv", "heights.csv")), rows),)
        lines = {
            "receipt": ("Post office counter receipt", f"Tracking {self.facts['tracking']}", f"Weight {self.facts['kg']}00 g", "Thank you"),
            "statement": ("Card statement", f"TARN & TRAIL LEEDS  {self.facts['price']}", f"TARN & TRAIL LEEDS  {self.facts['price']}"),
            "letter": (
                self.customer.name,
                self.customer.street,
                self.customer.city,
                "",
                "Dear Tarn & Trail,",
                "I would like to work with you on Saturdays.",
                self.customer.name,
            ),
        }[kind]
        return (_pdf(f"{kind}.pdf", lines),)

    def _our_files(self) -> tuple[Enclosure, ...]:
        kind, facts = self.plot.returns, self.facts
        if not kind or self.rng.random() > 0.6:
            return ()
        if kind == "pricelist":
            return (
                _csv(
                    "dealers.csv",
                    (("product", "price"), (facts["product"], facts["price"]), (facts["other_product"], facts["small_price"])),
                ),
            )
        lines = {
            "label": (
                "Return label",
                "Tarn & Trail, 14 Holbeck Yard, Leeds",
                f"Order {facts['order']}",
                f"From: {self.customer.name}, {self.customer.city}",
            ),
            "invoice": (
                f"Invoice {facts['order']}",
                f"To: {facts['org']}",
                f"VAT number: {facts['vat']}",
                f"{facts['product']}  {facts['price']}",
                "Paid with thanks",
            ),
            "leaflet": ("How to look after it", "Brush off the dirt.", "Warm the cloth with your hand.", "Less is more."),
            "quotation": (
                "Quotation",
                f"For {facts['org']}",
                f"{facts['quantity']} x {facts['product']}",
                f"Together {facts['amount']}, valid 30 days",
            ),
            "card": ("A present from Tarn & Trail", f"Number {facts['code2']}", "It never runs out."),
            "data": (
                "Everything we hold about you",
                self.customer.name,
                *self.customer.addresses,
                f"Order {facts['order']}",
                f"Customer since {self.customer.since}",
            ),
            "packlist": ("What I would take", "Hat, gloves, dry socks", facts["product"], "Map, compass, whistle", "Something sweet"),
        }[kind]
        return (_pdf(f"{kind}-{facts['order']}.pdf" if kind in ("label", "invoice") else f"{kind}.pdf", lines),)

    # --- who and when ----------------------------------------------------------------------------------------------------

    def colleague(self, key: str):
        """The colleague with this key."""
        return self.company.colleague(key)

    def _box(self) -> str:
        if self.customer.language == "es" and self.language == "es" and self.rng.random() < 0.94:
            return "hola"
        return self.plot.box

    def _agent(self) -> str:
        if self.language == "de":
            return "hanna"
        keys, weights = zip(*AGENTS[self.box], strict=True)
        return self.rng.choices(keys, weights)[0]

    def _other_agent(self) -> str:
        """Somebody else who may read this mailbox."""
        return self.rng.choice([key for key in COLLEAGUES[self.box] if key != self.agent])

    def _work(self, least: float, most: float) -> None:
        """Working time passes, more of it when there is much to do."""
        busy = max(0.8, self.teller.year.bustle(self.at.date())) ** 1.4
        minutes = least + (most - least) * self.rng.random() ** 2.2 * busy
        self.at = after_work(self.at, minutes if not self.is_brief else min(minutes, 25), self.desk)

    def _patience(self, asked: datetime) -> datetime:
        """Now and then an answer takes much longer than it should."""
        if self.is_brief or self.rng.random() > 0.035:
            return self.at
        self.is_late = True
        return after_work(asked, self.rng.uniform(500, 1500), self.desk)

    def _customer_waits(self, least: float, most: float) -> None:
        """Hours go by, and nobody answers letters at three in the morning."""
        hours = least + (most - least) * self.rng.random() ** 2.5
        if self.is_brief:
            hours = min(hours, 1.5)
        at = self.at + timedelta(hours=hours)
        local = at.astimezone(self.zone)
        if local.hour < 7:
            at += timedelta(hours=7 - local.hour, minutes=self.rng.randrange(60))
        self.at = at.replace(microsecond=0)


def _re(subject: str, customer: Customer | None = None) -> str:
    prefix = "AW: " if customer and customer.language == "de" and customer.mailer == "office" else "Re: "
    return subject if subject.startswith(("Re: ", "AW: ")) else prefix + subject


def _paragraphs(said: list[str], rng: random.Random) -> str:
    if len(said) < 3 or rng.random() < 0.4:
        return " ".join(said)
    cut = rng.randrange(1, len(said))
    return " ".join(said[:cut]) + "\n\n" + " ".join(said[cut:])


def _photo(name: str, seed: int) -> Enclosure:
    return Enclosure(name, "image/png", lambda: attachments.photograph(seed))


def _pdf(name: str, lines: tuple[str, ...]) -> Enclosure:
    return Enclosure(name, "application/pdf", lambda: attachments.pdf(lines))


def _csv(name: str, rows: tuple[tuple[str, ...], ...]) -> Enclosure:
    return Enclosure(name, "text/csv", lambda: attachments.table(rows))


def working_moment_before(company: Company, minutes: float, box: str) -> datetime:
    """The moment at which somebody must have written to have waited `minutes` of our working time by now."""
    return before_work(company.now, minutes, MADRID if box == "hola" else LONDON)
