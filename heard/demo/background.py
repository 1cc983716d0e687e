"""What else lies in a company's mailboxes: parcel notices, trade newsletters, bounces, and a few things nobody can read."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from .company import DOMAIN, Act, Company, Mail, MailArrives, Plan, Reply
from .facts import CARRIERS, DEPOTS, order_number
from .year import LONDON, Year

NEWSLETTERS = (
    (
        "Outdoor Trade Weekly",
        "news@outdoor-trade-weekly.example",
        "sales",
        (
            "Five looks for spring",
            "Fair in Friedrichshafen: who comes",
            "Prices of nylon fall again",
            "What mountain shops earned last month",
            "Down, traced",
        ),
        (
            "Good morning, here is the week in outdoor trade.",
            "Three shops opened and two closed.",
            "Nylon costs four in a hundred less than in spring.",
            "The fair has let all its stands.",
            "Makers argue about what may be called recycled.",
            "Our reader survey is open until Friday.",
        ),
    ),
    (
        "Leeds Business Letter",
        "letter@leeds-business.example",
        "leeds",
        ("Roadworks in Holbeck", "Late opening on Thursday", "Bins: new days", "Grants for shop fronts"),
        (
            "Dear members, please read what concerns your street.",
            "The lower end of Holbeck Lane is closed for two weeks.",
            "Grants for shop fronts may be applied for again.",
            "The next breakfast is on Tuesday at eight.",
            "Parking is free after six in December.",
        ),
    ),
    (
        "Noticias de Montaña",
        "boletin@noticias-montana.example",
        "hola",
        ("Refugios: reservas abiertas", "Nieve en cotas altas", "Feria de Jaca", "Carreras de otoño"),
        (
            "Buenos días, estas son las noticias de la semana.",
            "Los refugios del Pirineo abren sus reservas.",
            "La feria de Jaca busca expositores.",
            "Ha nevado por encima de dos mil metros.",
        ),
    ),
)
NOTICES = (
    "Your consignment {tracking} for order {order} has left our depot in {depot}.",
    "Consignment {tracking} (order {order}) was handed over at {clock}.",
    "We could not deliver {tracking}, order {order}. The next attempt is tomorrow.",
    "Collection confirmed: {n} parcels at Holbeck Yard, first number {tracking}.",
    "Consignment {tracking} for order {order} is being returned to you from {depot}.",
)


def plans(company: Company, rng: random.Random, count: int) -> Iterator[Plan]:
    """`count` letters from machines, spread over the year."""
    for number, moment in enumerate(Year(company.now).moments(rng, count)):
        yield Plan(moment, f"m{number:05d}", "_notice" if number % 5 < 3 else "_list", 0)


def unreadable_plans(company: Company) -> Iterator[Plan]:
    """Six that end in quarantine, three of them in the last days."""
    for number, hours in enumerate((3.05 * 24, 29, 5, 40 * 24, 120 * 24 + 7, 251 * 24 + 2)):
        yield Plan(company.now - timedelta(hours=hours), f"q{number}", "_unreadable", number)


def tell(company: Company, plan: Plan) -> list[Act]:
    """The one act of a machine's letter."""
    rng = random.Random(f"{company.seed} {plan.key}")
    if plan.plot == "_notice":
        return [_notice(company, plan, rng)]
    if plan.plot == "_list":
        return [_newsletter(plan, rng)]
    return [_unreadable(plan, rng)]


def bounce_of(company: Company, reply: Reply) -> MailArrives | None:
    """The report that `reply` could not be delivered; for about one answer in 150, else None."""
    rng = random.Random(f"{company.seed} bounce {reply.message_id}")
    if rng.random() > 0.0065 or reply.at > company.now - timedelta(days=1):
        return None
    status, words = rng.choice((
        ("5.1.1", "550 5.1.1 no such mailbox"), ("5.2.2", "552 5.2.2 mailbox is full"), ("5.2.1", "550 5.2.1 mailbox is closed"),
    ))  # fmt: skip
    return bounce(reply, reply.at + timedelta(seconds=rng.randrange(2, 900)), status, words)


def bounce(reply: Reply, at: datetime, status: str, words: str) -> MailArrives:
    """The report (RFC 3464) that `reply` came back at the moment `at`."""
    rng = random.Random(f"bounce {reply.message_id}")
    address = reply.to[1]
    host = f"mail.{address.rpartition('@')[2]}"
    edge = f"=_report_{rng.randrange(1 << 32):08x}"
    text = "\r\n".join(
        (
            "Return-Path: <>",
            f"Delivered-To: {reply.box}@{DOMAIN}",
            f"From: Mail Delivery System <mailer-daemon@{host}>",
            f"To: {reply.box}@{DOMAIN}",
            "Subject: Undelivered mail returned to sender",
            f"Date: {at.astimezone(LONDON):%a, %d %b %Y %H:%M:%S %z}",
            f"Message-ID: <{rng.randrange(1 << 40):010x}.bounce@{host}>",
            f"In-Reply-To: <{reply.message_id}>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{edge}"',
            "",
            f"--{edge}",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            f"Your message to {address} could not be delivered.",
            f"The server said: {words}",
            "",
            f"--{edge}",
            "Content-Type: message/delivery-status",
            "",
            f"Reporting-MTA: dns; {host}",
            "",
            f"Final-Recipient: rfc822; {address}",
            "Action: failed",
            f"Status: {status}",
            f"Diagnostic-Code: smtp; {words}",
            "",
            f"--{edge}",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: <{reply.message_id}>",
            f"From: {reply.box}@{DOMAIN}",
            f"To: {address}",
            "",
            f"--{edge}--",
            "",
        )
    )
    mail = Mail(
        "Mail Delivery System",
        f"mailer-daemon@{host}",
        (("", f"{reply.box}@{DOMAIN}"),),
        "Undelivered mail returned to sender",
        words,
        at.astimezone(LONDON),
        f"{rng.randrange(1 << 40):010x}.bounce@{host}",
        (reply.message_id,),
        bytes_as_they_came=text.encode(),
    )
    return MailArrives(at, reply.thread, reply.box, mail, "bounce")


def _notice(company: Company, plan: Plan, rng: random.Random) -> MailArrives:
    carrier = rng.choice(CARRIERS)
    domain = carrier.lower().replace(" ", "-") + ".example"
    local = plan.start.astimezone(LONDON)
    tracking = f"{rng.choice('NPHG')}{rng.choice('LWTV')} {rng.randrange(1000, 9999)} {rng.randrange(1000, 9999)}"
    text = rng.choice(NOTICES).format(
        tracking=tracking,
        order=order_number(local.date() - timedelta(days=3), company.now.date(), rng),
        depot=rng.choice(DEPOTS["en"]),
        clock=f"{rng.randrange(8, 18)}:{rng.randrange(60):02d}",
        n=rng.randrange(12, 90),
    )
    mail = Mail(
        f"{carrier} notices",
        f"no-reply@{domain}",
        (("", f"orders@{DOMAIN}"),),
        f"{carrier} {tracking}",
        text + f"\n\n{carrier}, this message was made by a machine.",
        local,
        f"{rng.randrange(1 << 40):010x}@{domain}",
        mailer="plain",
        headers=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
    )
    return MailArrives(plan.start, plan.key, "orders", mail, "notice")


def _newsletter(plan: Plan, rng: random.Random) -> MailArrives:
    name, address, box, subjects, sentences = rng.choice(NEWSLETTERS)
    local = plan.start.astimezone(LONDON)
    domain = address.partition("@")[2]
    said = [sentences[0], *rng.sample(sentences[1:], 3)]
    subject = f"{name} {local.isocalendar().week}: {rng.choice(subjects)}"
    mail = Mail(
        name,
        address,
        (("", f"{box}@{DOMAIN}"),),
        subject,
        "\n\n".join(said),
        local,
        f"{rng.randrange(1 << 40):010x}@{domain}",
        mailer="webmail",
        headers=(("List-Id", f"<weekly.{domain}>"), ("List-Unsubscribe", f"<mailto:leave@{domain}>"), ("Precedence", "bulk")),
    )
    return MailArrives(plan.start, plan.key, box, mail, "list")


def _unreadable(plan: Plan, rng: random.Random) -> MailArrives:
    noise = bytes(rng.randrange(256) for _ in range(1400))
    raw = (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + noise,
        b"\r\n\r\n",
        b"\x78\x9f\x3e\x22" + noise,
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + noise,
        b"   \r\n",
        b"\x00" * 700 + noise[:300],
    )[plan.customer % 6]
    senders = ("scanner@holbeck-yard.example", "tracking@northline.example", "m.lefevre@inkmail.example")
    sender = senders[plan.customer % 3]
    box = ("help", "orders", "help")[plan.customer % 3]
    mail = Mail(
        "",
        sender,
        (("", f"{box}@{DOMAIN}"),),
        "",
        "",
        _local(plan.start),
        f"unreadable-{plan.key}@{sender.partition('@')[2]}",
        bytes_as_they_came=raw,
    )
    return MailArrives(plan.start, plan.key, box, mail, "unreadable")


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LONDON)
