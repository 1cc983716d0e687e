"""The people of the first tour and their stories, as the design's pages tell them; all times count back from now."""
# ruff: noqa: E501 (letters are not wrapped)

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from . import attachments, background
from .company import DOMAIN, Act, Assign, Close, Company, Customer, Enclosure, Mail, MailArrives, Note, Reopen, Reply, Snooze, Tell
from .facts import WEEKDAYS, day_in_words
from .year import BERLIN, LONDON, MADRID, after_work, before_work, workday_after

PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "given": "Ada",
        "family": "Whitfield",
        "addresses": ("ada@whitfield.example", "a.whitfield@harewood-surveys.example"),
        "city": "Skipton",
        "since": 2019,
        "mailer": "webmail",
    },
    {
        "given": "Tomás",
        "family": "Herrera",
        "addresses": ("tomas.herrera@correo-libre.example",),
        "language": "es",
        "country": "España",
        "city": "Huesca",
        "mailer": "phone",
    },
    {"given": "Mina", "family": "Okafor", "addresses": ("mina.okafor@fellmail.example",), "city": "Sheffield", "mailer": "phone"},
    {
        "given": "Henrik",
        "family": "Dahl",
        "addresses": ("henrik@st-olave-scouts.example", "hdahl@postbox.example"),
        "city": "York",
        "organisation": "St Olave Scout Group",
        "organisation_kind": "school",
        "mailer": "desktop",
    },
    {"given": "Priya", "family": "Raman", "addresses": ("priya.raman@inkmail.example",), "city": "Manchester", "mailer": "webmail"},
    {
        "given": "Jonas",
        "family": "Weber",
        "addresses": ("jonas.weber@briefkasten.example",),
        "language": "de",
        "country": "Deutschland",
        "city": "Kempten",
        "mailer": "desktop",
    },
    {
        "given": "Eleanor",
        "family": "Voss",
        "addresses": ("eleanor.voss@oldpost.example",),
        "city": "Whitby",
        "voice": "formal",
        "mailer": "office",
    },
    {
        "given": "Sofia",
        "family": "Kallio",
        "addresses": ("sofia.kallio@mailhaven.example",),
        "country": "Finland",
        "city": "Tampere",
        "mailer": "webmail",
    },
    {
        "given": "Rafael",
        "family": "Brandão",
        "addresses": ("rafael@brandao.example",),
        "country": "Portugal",
        "city": "Braga",
        "mailer": "phone",
    },
    {
        "given": "Keith",
        "family": "Barlow",
        "addresses": ("keith.barlow@hillpost.test",),
        "city": "Leeds",
        "mailer": "phone",
        "phone": "0113 496 0117",
    },
    {"given": "Owen", "family": "Price", "addresses": ("owen.price@postbox.example",), "city": "Bangor", "mailer": "phone"},
    {
        "given": "Lucía",
        "family": "Prieto",
        "addresses": ("lucia.prieto@buzonazo.example",),
        "language": "es",
        "country": "España",
        "city": "Jaca",
        "mailer": "webmail",
    },
    {"given": "Margaret", "family": "Oyelaran", "addresses": ("m.oyelaran@quickletter.example",), "city": "Hexham", "mailer": "office"},
    {
        "given": "Iñaki",
        "family": "Goñi",
        "addresses": ("inaki.goni@cartero.test",),
        "language": "es",
        "country": "España",
        "city": "Pamplona",
        "mailer": "phone",
    },
)


def first_customers() -> list[Customer]:
    """The named people, numbered from 0 in a fixed order."""
    return [Customer(number=number, **facts) for number, facts in enumerate(PEOPLE)]  # type: ignore[arg-type]


class Thread:
    """Collects the acts of one hand-written thread; each letter continues from the one before."""

    def __init__(self, company: Company, key: str, who: str, box: str, subject: str) -> None:
        self.company, self.key, self.box, self.subject = company, key, box, subject
        self.customer = next(each for each in company.customers if each.name == who)
        self.zone = {"es": MADRID, "de": BERLIN}.get(self.customer.language, LONDON)
        self.acts: list[Act] = []
        self.ids: list[str] = []
        self.said = ("", "", "")

    def writes(self, at: datetime, text: str, files: tuple[Enclosure, ...] = (), address: int = 0) -> "Thread":
        """The customer writes."""
        sender = self.customer.addresses[address]
        mark = f"{self.key}.{len(self.acts)}@{sender.rpartition('@')[2]}"
        subject = f"Re: {self.subject}" if self.ids else self.subject
        mail = Mail(
            self.customer.name,
            sender,
            (("", f"{self.box}@{DOMAIN}"),),
            subject,
            text,
            at.astimezone(self.zone),
            mark,
            tuple(self.ids),
            quoted=self.said[1],
            quoted_head=self.said[0],
            mailer=self.customer.mailer,
            enclosures=files,
            delivered_to=f"{self.box}@{DOMAIN}",
        )
        self.acts.append(MailArrives(at, self.key, self.box, mail))
        self.ids.append(mark)
        return self

    def answers(self, at: datetime, author: str, text: str) -> "Thread":
        """A colleague answers."""
        mark = f"{self.key}.{len(self.acts)}.reply@{DOMAIN}"
        who = self.company.colleague(author)
        self.acts.append(
            Reply(
                at,
                self.key,
                author,
                self.box,
                text,
                f"Re: {self.subject}",
                mark,
                (self.customer.name, self.customer.addresses[0]),
                tuple(self.ids),
            )
        )
        self.ids.append(mark)
        local = at.astimezone(self.zone)
        language = self.customer.language
        head = {
            "en": f"On {local:%a, %d %b %Y} at {local:%H:%M}, {who.name} <{self.box}@{DOMAIN}> wrote:",
            "es": f"El {WEEKDAYS['es'][local.weekday()][:3]}, {day_in_words(local.date(), 'es')} a las {local:%H:%M}, {who.name} <{self.box}@{DOMAIN}> escribió:",
            "de": f"Am {local:%d.%m.%Y} um {local:%H:%M} schrieb {who.name} <{self.box}@{DOMAIN}>:",
        }[language]
        self.said = (head, text, "")
        return self

    @property
    def last_reply(self) -> Reply:
        """The newest answer."""
        return next(act for act in reversed(self.acts) if isinstance(act, Reply))

    def add(self, *acts: Act) -> "Thread":
        """Acts of colleagues."""
        self.acts.extend(acts)
        return self


class Stage:
    """Moments counted back from now, on working days where somebody of ours acts."""

    def __init__(self, company: Company) -> None:
        self.company, self.now = company, company.now
        self.today = company.now.astimezone(LONDON).date()

    def ago(self, **parts: float) -> datetime:
        """That long before now."""
        return self.now - timedelta(**parts)

    def worked(self, minutes: float, zone: ZoneInfo = LONDON) -> datetime:
        """`minutes` of working time before now."""
        return before_work(self.now, minutes, zone)

    def day(self, days: int, hour: int, minute: int, zone: ZoneInfo = LONDON) -> datetime:
        """`days` days ago at a local time; never later than an hour ago."""
        day = self.today - timedelta(days=days)
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        return min(moment.astimezone(self.now.tzinfo), self.now - timedelta(hours=1))

    def workday(self, days: int, hour: int, minute: int, zone: ZoneInfo = LONDON) -> datetime:
        """At a local time of the working day that lies about `days` working days ago."""
        day = self.today
        left = days
        while left:
            day -= timedelta(days=1)
            left -= workday_after(day - timedelta(days=1), 1) == day
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(self.now.tzinfo)

    def due(self, day: datetime, days: int, hour: int = 16) -> datetime:
        """The moment a promise made on `day` falls due, `days` working days later."""
        later = workday_after(day.astimezone(LONDON).date(), days)
        return datetime(later.year, later.month, later.day, hour, tzinfo=LONDON).astimezone(self.now.tzinfo)


def weekday(moment: datetime, language: str = "en") -> str:
    """The day's name."""
    return WEEKDAYS[language][moment.astimezone(LONDON).weekday()]


def _lock_picture() -> bytes:
    return attachments.photograph(20931)


def ada(company: Company) -> Iterator[Thread]:
    """Twice the pole lock gave way; the replacement was promised and did not come."""
    stage = Stage(company)
    first = stage.day(113, 20, 14)
    answer = after_work(first, 64, LONDON)
    yield (
        Thread(company, "ada-first-pair", "Ada Whitfield", "help", "Pole lock lets go in the rain")
        .writes(
            first,
            "Good evening,\n\nthe lever lock of my Carbon Z let go twice on Pen-y-ghent today, in light rain. Nothing happened, but I would like to know what you make of it.\n\n"
            "I asked on your forum too, and it seems I am not alone.\n\nAda Whitfield",
        )
        .add(Assign(answer - timedelta(minutes=20), "ada-first-pair", "alice", to="alice"))
        .answers(
            answer,
            "alice",
            "Dear Ada,\n\nthank you for telling us, and for asking the others. A lock that holds only in the dry is not a lock.\n\n"
            f"I am sending you another pair, posted by {weekday(stage.due(answer, 3))}. Keep the old one until it is there.\n\nBest wishes,\nAlice",
        )
        .add(
            Tell(
                answer,
                "ada-first-pair",
                "alice",
                "First replacement pair posted",
                stage.due(answer, 3),
                "warehouse",
                stage.due(answer, 2, 11),
            )
        )
        .writes(
            answer + timedelta(days=4, hours=2), "They came a day early. Thank you, Alice, I will tell you how they do in the wet.\n\nAda"
        )
        .add(Reopen(answer + timedelta(days=4, hours=2), "ada-first-pair"))
        .add(Close(after_work(answer + timedelta(days=4, hours=2), 30, LONDON), "ada-first-pair", "alice", "no_answer_needed"))
    )
    tip = stage.day(252, 9, 40)
    yield (
        Thread(company, "ada-boots", "Ada Whitfield", "help", "Drying boots")
        .writes(
            tip,
            "Hello,\n\nyou asked in your last letter how people dry their boots. Newspaper, changed every two hours, and never the stove; "
            "then the insoles out on a plate rack over night. My Ridge are nine years old.\n\nAda Whitfield",
        )
        .answers(
            after_work(tip, 95, LONDON),
            "alice",
            "Dear Ada,\n\nthat is better than anything on our page. May we put it there, with your first name under it?\n\nBest wishes,\nAlice",
        )
        .writes(after_work(tip, 95, LONDON) + timedelta(hours=3), "Of course. Ada is enough.\n\nAda")
        .add(Close(after_work(tip, 95, LONDON) + timedelta(hours=4), "ada-boots", "alice", "no_answer_needed"))
    )
    work = stage.day(61, 11, 5)
    yield (
        Thread(company, "ada-work", "Ada Whitfield", "orders", "Invoice for survey boots")
        .writes(
            work,
            "Hello,\n\ncould the invoice for the two pairs of Ridge boots go to Harewood Surveys, please? The delivery address is the usual one in Skipton.\n\nA. Whitfield\nHarewood Surveys",
            address=1,
        )
        .answers(
            after_work(work, 40, LONDON),
            "bob",
            "Hello Ms Whitfield,\n\nthe invoice to Harewood Surveys is on its way by post, and a copy of it is in your account.\n\nRegards,\nBob",
        )
        .add(Close(after_work(work, 41, LONDON), "ada-work", "bob", "solved"))
    )
    said = stage.workday(5, 8, 14)
    told = stage.workday(5, 10, 6)
    due = stage.due(told, 3)
    again = stage.ago(hours=1, minutes=44)
    yield (
        Thread(company, "ada-poles", "Ada Whitfield", "help", "Replacement poles have not arrived")
        .writes(
            said,
            "Good morning,\n\nthis is the second pair. The lower lock slips on every wet descent, and last weekend on Tryfan it gave way while my full weight was on it. "
            "I have stopped trusting them.\n\nI do not need the money back. I need poles that hold.\n\nAda Whitfield",
            (Enclosure("lock-slipping.png", "image/png", _lock_picture),),
        )
        .add(Assign(told - timedelta(minutes=34), "ada-poles", "alice", to="alice"))
        .answers(
            told,
            "alice",
            "Dear Ada,\n\nthat must have been a fright, and twice is twice too often. I am sending you a new pair of the Carbon Z with the screw lock instead of the lever. "
            f"It will be posted by {weekday(due)}.\n\nKeep the old pair; you need not send anything back.\n\nBest wishes,\nAlice",
        )
        .add(Tell(told, "ada-poles", "alice", "New pair of poles posted", due, "warehouse"))
        .writes(
            again,
            f"Nothing came on {weekday(due)}, and I leave for Snowdonia on {weekday(stage.ago(days=-2))} morning. Should I buy a pair elsewhere?\n\nAda",
        )
        .add(
            Note(
                again + timedelta(minutes=34),
                "ada-poles",
                "bob",
                f"The whole lot with screw locks is held for inspection since {weekday(stage.workday(3, 9, 0))}, nobody told us. "
                "Six more people are waiting for the same pair. Shop stock in Leeds has four.",
            )
        )
    )


def waiting(company: Company) -> Iterator[Thread]:
    """Those who wait for us now, as the inbox of the design shows them."""
    stage = Stage(company)
    said, told = stage.workday(7, 10, 20, MADRID), stage.workday(6, 11, 5, MADRID)
    due = stage.due(told, 3)
    yield (
        Thread(company, "tomas-refund", "Tomás Herrera", "hola", "Reembolso de la tienda Fells 2")
        .writes(
            said,
            "Hola:\n\nla tienda Fells 2 llegó con una varilla rota y la devolví el mismo día. ¿Cuándo me devolvéis los 385,00 €?\n\nUn saludo,\nTomás",
        )
        .answers(
            told,
            "lucia",
            f"Hola, Tomás:\n\nla tienda está aquí y tienes razón con la varilla. Tendrás el dinero en tu cuenta el {weekday(due, 'es')}.\n\nUn abrazo,\nLucía",
        )
        .add(Tell(told, "tomas-refund", "lucia", "Reembolso de la tienda Fells 2", due, "accounts"))
        .writes(
            stage.worked(420, MADRID),
            f"Me dijeron que el dinero estaría en mi cuenta el {weekday(due, 'es')} y aún no lo veo.\n\nTomás\n\nEnviado desde mi móvil",
        )
        .add(
            Assign(stage.worked(360, MADRID), "tomas-refund", "lucia", team="orders"),
            Assign(stage.worked(359, MADRID), "tomas-refund", "lucia", to="bob"),
        )
    )
    yield Thread(company, "mina-insole", "Mina Okafor", "help", "Which insole fits the Ridge boot?").writes(
        stage.worked(95),
        "Hello,\n\nI bought the Ridge in 39 and the one you sell is too thick at the heel. Is there a thinner one that fits, or do I cut it?\n\nMina\n\nSent from my phone",
    )
    at = stage.worked(200)
    yield (
        Thread(company, "henrik-invoice", "Henrik Dahl", "orders", "Invoice for the scout group")
        .writes(
            stage.workday(3, 12, 2),
            "Hello,\n\nwe bought twelve Wren rucksacks (order 21207) and would need an invoice to the St Olave Scout Group.\n\nHenrik Dahl\nSt Olave Scout Group",
        )
        .answers(
            stage.workday(3, 13, 20),
            "alice",
            "Dear Henrik,\n\nhere it is, made out to the scout group. May the rucksacks come home muddy.\n\nBest wishes,\nAlice",
        )
        .writes(
            at,
            "Thank you, that was quick. Could you send it to the parish instead, with the VAT number below? They pay, we only carry.\n\nParish of St Olave, York\nGB999999973\n\nHenrik",
        )
    )
    told = stage.workday(2, 15, 10)
    yield (
        Thread(company, "priya-kettle", "Priya Raman", "leeds", "Kettle lid rattles")
        .writes(
            stage.workday(2, 11, 30), "Hi,\n\nthe lid of my Ghyll kettle rattles as soon as it gets warm. Is there a trick to it?\n\nPriya"
        )
        .answers(
            told,
            "alice",
            "Dear Priya,\n\nthere is a newer lid with a spring, and it ends the rattling. Sam in Leeds puts one in the post for you.\n\nBest wishes,\nAlice",
        )
        .add(Tell(told, "priya-kettle", "alice", "New lid posted", after_work(stage.now, 440, LONDON), "leeds"))
        .writes(stage.worked(150), "Thank you, no hurry at all. It is a small thing, but on a quiet morning it is all I hear.\n\nPriya")
        .add(Assign(stage.worked(140), "priya-kettle", "alice", to="alice"))
    )
    yield Thread(company, "jonas-karton", "Jonas Weber", "help", "Rückgabe ohne Karton").writes(
        stage.worked(25),
        "Guten Tag,\n\nich möchte die Harrier-Jacke zurückgeben, sie ist mir zu lang. Den Karton habe ich leider schon entsorgt. Geht es trotzdem?\n\nMit freundlichen Grüßen\nJonas Weber",
    )
    told = stage.workday(8, 14, 0)
    yield (
        Thread(company, "eleanor-wax", "Eleanor Voss", "help", "Waxing the Harrier jacket again")
        .writes(
            stage.workday(8, 9, 10),
            "Dear Sir or Madam,\n\nmy Harrier jacket is in its seventh winter and wants waxing. Must the old wax come off first? The leaflet and the young man in the shop disagree.\n\n"
            "Yours sincerely,\nEleanor Voss",
        )
        .answers(
            told,
            "alice",
            "Dear Ms Voss,\n\nin the seventh winter I would rather ask the maker of the wax than guess. I have written to them and tell you what they say.\n\nBest wishes,\nAlice",
        )
        .add(Tell(told, "eleanor-wax", "alice", "What the maker says about old wax", after_work(stage.now, 1100, LONDON), "alice"))
        .writes(
            stage.worked(60),
            "Dear Ms Moreno,\n\nyou said you would ask the maker whether the old wax needs to come off first. I only wish to know whether it is still in hand. The jacket hangs by the door.\n\n"
            "Yours sincerely,\nEleanor Voss",
        )
        .add(Assign(stage.worked(50), "eleanor-wax", "alice", to="alice"))
    )


def dropped(company: Company) -> Iterator[Thread]:
    """Five people who spoke last and for whom nothing is in hand, each by a different slip."""
    stage = Stage(company)
    refund = stage.workday(4, 10, 30)
    wrote = stage.ago(days=3)
    yield (
        Thread(company, "sofia-pegs", "Sofia Kallio", "orders", "Tent peg bag missing")
        .writes(stage.workday(5, 16, 2), "Hello,\n\nthere was no peg bag in my Fells 2 tent. Could you post it to Tampere?\n\nSofia Kallio")
        .answers(
            refund,
            "bob",
            "Hello Sofia,\n\nI am sorry about the pegs. We have none left this week, so I have paid 14,00 € back to you.\n\nRegards,\nBob",
        )
        .add(Close(refund + timedelta(seconds=2), "sofia-pegs", "bob", "solved"))
        .writes(max(wrote, refund + timedelta(hours=2)), "Thanks for the refund, but where do I get the pegs?\n\nSofia")
        .add(Reopen(max(wrote, refund + timedelta(hours=2)), "sofia-pegs"))
        .add(Close(max(wrote, refund + timedelta(hours=2)) + timedelta(minutes=26), "sofia-pegs", "bob", "solved"))
    )
    wrote = stage.ago(days=2)
    yield (
        Thread(company, "rafael-hours", "Rafael Brandão", "leeds", "Opening hours in December")
        .writes(
            wrote, "Hello,\n\nwe are in England over the holidays. Will the Leeds shop be open on the 27th?\n\nRafael\n\nSent from my phone"
        )
        .add(Assign(wrote + timedelta(minutes=3), "rafael-hours", "dora", to="sam"))
    )
    yield Thread(company, "keith-call", "Keith Barlow", "leeds", "Asked for a call back").writes(
        stage.ago(hours=16), "Call me about the boots, any time after five. 0113 496 0117.\n\nKeith Barlow\n\nSent from my phone"
    )
    wrote, answered = stage.workday(5, 9, 50), stage.workday(4, 11, 20)
    lost = (
        Thread(company, "margaret-repair", "Margaret Oyelaran", "help", "Offer for the repair of my jacket")
        .writes(
            wrote,
            "Dear all,\n\nthank you for the offer. Please do mend the Harrier; the price is fair and I can wait. Where do I send it?\n\nWith thanks,\nMargaret Oyelaran",
        )
        .answers(
            answered,
            "bob",
            "Hello Margaret,\n\nsend it to the workshop at Holbeck Yard, the label is on its way to you by post.\n\nRegards,\nBob",
        )
    )
    yield lost.add(background.bounce(lost.last_reply, answered + timedelta(minutes=4), "5.2.2", "552 5.2.2 mailbox is full"))
    told = stage.workday(9, 12, 15, MADRID)
    wrote = stage.ago(days=5, hours=2)
    yield (
        Thread(company, "inaki-bastones", "Iñaki Goñi", "hola", "Bastones para un grupo de doce")
        .writes(
            stage.workday(10, 18, 40, MADRID),
            "Buenas:\n\nllevo un grupo de doce y querría cambiar todos los cierres de palanca antes del puente. ¿Se puede?\n\nIñaki Goñi",
        )
        .answers(
            told,
            "mateo",
            "Buenas, Iñaki:\n\nse puede. ¿Me dices cuántos son del modelo de este año? Lo llevan escrito debajo de la palanca.\n\nSaludos,\nMateo",
        )
        .add(Snooze(told + timedelta(minutes=1), "inaki-bastones", "mateo", after_work(stage.now, 4200, MADRID)))
        .writes(wrote, "Nueve son de este año y tres del anterior. El puente es ya, ¿llegamos?\n\nIñaki")
        .add(Snooze(wrote + timedelta(hours=1), "inaki-bastones", "mateo", after_work(stage.now, 4200, MADRID)))
    )


def earlier(company: Company) -> Iterator[Thread]:
    """Owen had his locks swapped; Lucía Prieto has not answered yet."""
    stage = Stage(company)
    at = stage.workday(9, 9, 25)
    yield (
        Thread(company, "owen-locks", "Owen Price", "leeds", "Exchange at the Leeds shop")
        .writes(
            at,
            "Hello,\n\ncould the old locks on my Carbon Z be swapped while I wait? I am in Leeds on Saturday.\n\nOwen Price\n\nSent from my phone",
        )
        .answers(
            after_work(at, 50, LONDON),
            "sam",
            "Hi Owen,\n\nthey can, it takes ten minutes and a cup of tea. Ask for Sam.\n\nSee you in the shop,\nSam",
        )
        .writes(at + timedelta(days=1, hours=9), "Done, and the tea was good. Thanks Sam.\n\nOwen")
        .add(Close(after_work(at + timedelta(days=1, hours=9), 60, LONDON), "owen-locks", "sam", "no_answer_needed"))
    )
    at = stage.workday(6, 19, 10, MADRID)
    yield (
        Thread(company, "lucia-bloqueo", "Lucía Prieto", "hola", "Bloqueo del bastón")
        .writes(at, "Hola:\n\nel cierre del bastón se afloja cuando llueve. Lo he apretado hasta el final.\n\nLucía Prieto")
        .answers(
            after_work(at, 45, MADRID),
            "lucia",
            "Hola, Lucía:\n\ngracias por contarlo. ¿Puedes mirar qué número pone debajo de la palanca? Con eso sé si te mando el cierre de rosca hoy mismo.\n\nUn abrazo,\nLucía",
        )
    )


STORIES: tuple[Callable[[Company], Iterator[Thread]], ...] = (ada, waiting, dropped, earlier)


def told(company: Company) -> Iterator[Thread]:
    """Every hand-written thread; each one's acts are in order of time."""
    for story in STORIES:
        for thread in story(company):
            # What would lie ahead of now on a quiet morning is left out, so that the clock never runs backwards.
            thread.acts = sorted((act for act in thread.acts if act.at <= company.now), key=lambda act: act.at)
            yield thread
