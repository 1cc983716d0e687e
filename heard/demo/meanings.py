"""What the company learned from its letters: themes by what people write about, and what was decided. Days count back from today."""
# ruff: noqa: E501 (letters are not wrapped)

from dataclasses import dataclass

WHY_FIRST = {
    "whom_we_serve": "People who walk in bad weather, and those who stand in a shop and do not know yet what they need.",
    "what_they_value": "Things that last. A straight answer.",
    "what_we_promise": "Gear that holds, and an answer from somebody who has used it.",
    "experience_we_want": "They leave knowing more than when they came.",
}
WHY_NOW = {
    "whom_we_serve": "People who walk in bad weather, far from a shop, and trust their weight to what we sell. Those who lead others there. Those who buy for a child who grows.",
    "what_they_value": "Things that hold when it is wet. A repair rather than a refund. Being believed the first time. Knowing when.",
    "what_we_promise": "Gear that holds, and our word kept by the day we named.\nWhen we cannot keep it, you hear it from us before the day is over, with what we do instead.\nNobody is sent down a mountain with a pole that slips because a rule says so.",
    "experience_we_want": "Looked after by somebody who knows the hill, and told the truth about the gear.",
}
WHY_DRAFT = WHY_NOW | {
    "what_they_value": WHY_NOW["what_they_value"] + " Finding it on our page without having to ask.",
}
WHY_BECAUSE = {
    "now": "After the second winter of pole locks: what people asked for was not the money.",
    "draft": "Seventy people asked us what our own page should have told them.",
}
STANDING = (
    ("What we tell you by a day, happens by that day.", "by_hand"),
    ("Whoever writes hears from a person within half a working day.", "first_reply"),
    ("Who asks again is not put at the end of the queue.", "next_reply"),
    ("What breaks on the hill is mended for as long as you own it.", "nothing"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A theme: which plots and named threads speak of it, and by which words one sees it in their letters."""

    key: str
    name: str
    definition: str
    owner: str
    kind: str
    plots: tuple[str, ...]
    words: str
    threads: tuple[str, ...] = ()


SUBJECTS = (
    Subject(
        "lock", "Pole lock slips in the wet", "The lever lock of a pole lets go when it rains. Not tips, not straps.", "dora", "problem",
        ("pole_lock_wet",), r"\block|lever|slip|shorten|folded|creep|cierre|palanca|bast[oó]n|Verschluss|Hebel|Stock|Stöcke|rutsch",
        ("ada-first-pair", "ada-poles", "lucia-bloqueo", "inaki-bastones", "owen-locks"),
    ),
    Subject(
        "fits", "What fits with what", "Which part, size or replacement belongs to what somebody owns.", "wen", "question",
        ("compatibility",), r"\bfit|\bpass|belong|\bencaj|\bvale|\bsirve|\bpasst|\bpassen|\?", ("mina-insole",),
    ),
    Subject(
        "hours", "Opening hours not found", "When the shop is open, above all on holidays.", "sam", "question",
        ("opening_hours",), r"open|close|abr|cierr|horario|geöffnet|offen|\?", ("rafael-hours",),
    ),
    Subject(
        "sending_back", "How to send something back", "Which label, which box, who pays.", "wen", "question",
        ("return_how",), r"return|send|label|box|devol|etiqueta|caja|zurück|Karton|Etikett", ("jonas-karton",),
    ),
    Subject(
        "soles", "Soles come loose", "The sole of a boot comes off before its leather is worn.", "priti", "problem",
        ("sole_loose",), r"\bsole|\bsuela|\bSohle",
    ),
    Subject(
        "refund", "Waiting for the money", "A refund was promised or is due, and does not arrive.", "bob", "problem",
        ("refund_late",), r"refund|money|account|bank|reembolso|dinero|cuenta|Geld|Erstattung|Konto", ("tomas-refund",),
    ),
    Subject(
        "codes", "Discount codes that do not work", "A code is refused, has ended, or excludes what somebody wants.", "priti", "unfair_rule",
        ("discount_code",), r"code|discount|descuento|c[oó]digo|Rabatt|Gutschein",
    ),
    Subject(
        "sizes", "Between two sizes", "Neither size fits, or one does not know which to take.", "alice", "question",
        ("boot_sizing",), r"size|half|\bfit|narrow|wide|talla|n[uú]mero|Größe|\?",
    ),
    Subject("parcel", "The parcel is late", "It was to be there by now.", "bob", "problem", ("late_parcel",), r"parcel|arriv|deliver|tracking|paquete|llegad|pedido|Paket|Lieferung|angekommen"),
    Subject("ideas", "Ideas for what we make", "Something that does not exist yet, and should.", "dora", "idea", ("idea",), r"could|would|idea|wish|podr|idea|könnte|Idee"),
    Subject("thanks", "Thanked by name", "A colleague did something that somebody remembers.", "dora", "praise", ("compliment",), r"thank|kind|help|gracias|amable|Danke|freundlich"),
    Subject("counter", "How we were at the counter", "Somebody felt small in the shop.", "sam", "problem", ("rude_counter",), r"rude|counter|said|laugh|told|mostrador|Theke|unfreundlich"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A decision taken so many days ago, with what customers read of it; shown in the open window where there is a reason."""

    days: int
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What those who asked were told, so many days ago, and how many of a hundred answered that it helped, or that it did not."""

    days: int
    en: str
    es: str = ""
    solved: int = 40
    not_for_me: int = 4
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """An improvement from its proposal on."""

    key: str
    title: str
    what: str
    whom: str
    effect: str
    owner: str
    subject: str
    days: int
    steps: tuple[Step, ...] = ()
    letter: Letter | None = None


CHANGES = (
    Change(
        "label", "A return label in every box, and how to send back on one page",
        "The label lies in the box, the page says in four lines what to do, and a lost box is no reason to refuse.",
        "Whoever sends something back", "half as many letters that ask how; returns arrive three days sooner", "wen", "sending_back", 250,
        (
            Step(240, "planned"),
            Step(214, "doing", "The labels are printed with the next run of boxes."),
            Step(180, "done", "Every box has a label now, and you may use any other box when yours is gone."),
        ),
        Letter(
            179,
            "you asked us how to send something back, and should not have had to. Every box now has a label in it, our page says in four lines what to do, "
            "and when the box is gone any other will do.\n\nThank you for asking.\n\nWen Li, Tarn & Trail",
            "nos preguntaste cómo devolver algo, y no debería haber hecho falta. Ahora cada caja lleva una etiqueta, la página lo explica en cuatro líneas, "
            "y si ya no tienes la caja vale cualquier otra.\n\nGracias por preguntar.\n\nWen Li, Tarn & Trail",
            solved=31, not_for_me=3, bounced=2,
        ),
    ),
    Change(
        "hours", "Holiday hours a month ahead, on the page and on the door",
        "Sam writes them down when the rota is made; page, door and map follow by themselves.", "Whoever means to come to Leeds",
        "nobody stands before a closed door", "sam", "hours", 150,
        (Step(139, "doing", "The page comes first, then the door."), Step(121, "done", "Our hours on holidays stand on the page a month before.")),
        Letter(
            120,
            "you asked when we are open. From now on the hours of every holiday stand on our page a month before, and on the door.\n\nSam Okoro, Leeds shop",
            "nos preguntaste cuándo abrimos. Desde ahora el horario de cada festivo está en la página con un mes de antelación, y también en la puerta.\n\nSam Okoro, tienda de Leeds",
            solved=36, not_for_me=2, bounced=1,
        ),
    ),
    Change(
        "codes", "One discount code for everything, always",
        "Codes would have no end and exclude nothing.", "Whoever waits for a code", "fewer letters about codes", "priti", "codes", 96,
        (
            Step(
                70, "declined",
                "We said no: a code that always works makes the price on the label a lie. Instead we lower a price for everyone when we can, and say until when. "
                "If you think that is wrong, tell us.",
            ),
        ),
        Letter(
            69,
            "you wrote to us about a discount code that did not work. You were right that it is a nuisance, and we thought about letting codes always work.\n\n"
            "We said no: then the price on the label would be a lie for whoever has no code. When we can, we lower a price for everyone, and say until when. "
            "If you think that is wrong, tell us; somebody reads it.\n\nPriti Nair, Tarn & Trail",
            "nos escribiste por un código de descuento que no funcionaba. Tenías razón en que es un fastidio, y pensamos en códigos que valieran siempre.\n\n"
            "Dijimos que no: el precio de la etiqueta sería mentira para quien no tiene código. Cuando podemos, bajamos el precio para todos y decimos hasta cuándo. "
            "Si crees que nos equivocamos, dínoslo; alguien lo lee.\n\nPriti Nair, Tarn & Trail",
            solved=12, not_for_me=14,
        ),
    ),
    Change(
        "lock", "A screw lock instead of the lever lock on every Carbon Z",
        "New poles leave the works with a screw lock. Whoever has the lever gets the screw lock fitted in the shop, or another pair by post, without sending anything back.",
        "Everybody who puts weight on a Carbon Z in the wet", "nobody writes to us any more about a lock that slips; no fall that we hear of", "dora", "lock", 58,
        (
            Step(52, "planned", "We believe you: the lever slips when water gets behind the collar. We look for a lock that does not."),
            Step(33, "doing", "A screw lock holds in every test we could think of. The first two thousand are being made."),
            Step(11, "done", "Every Carbon Z has a screw lock now. If yours has a lever, we exchange it, as long as you own it."),
        ),
        Letter(
            10,
            "you told us that the lever lock of your Carbon Z lets go in the wet. You were one of many, and you were right.\n\n"
            "Every Carbon Z now has a screw lock. If yours still has the lever: come by and we change it while you wait, or answer this letter and we post you another pair. "
            "You need not send anything back.\n\nThank you for telling us. It changed what we make.\n\nDora Lindahl, Tarn & Trail",
            "nos contaste que el cierre de palanca de tus Carbon Z se suelta con la lluvia. Fuisteis muchos, y teníais razón.\n\n"
            "Ahora todos los Carbon Z llevan cierre de rosca. Si los tuyos aún tienen la palanca, responde a esta carta y te mandamos otro par. No tienes que devolver nada.\n\n"
            "Gracias por decírnoslo. Ha cambiado lo que hacemos.\n\nDora Lindahl, Tarn & Trail",
            solved=38, not_for_me=4, bounced=3,
        ),

    ),
    Change(
        "fits", "One page that says what fits with what",
        "Insoles, tips, locks, pegs and buckles, each with what it belongs to, from the same list that stands behind our orders. A search for the old name finds the new part.",
        "Whoever owns something of ours that needs a part", "whoever looks for a part finds it without asking us", "wen", "fits", 41,
        (Step(30, "planned"), Step(9, "doing", "We are writing the page: first insoles and pole parts, because you asked for them most.")),
    ),
    Change(
        "soles", "Soles sewn and glued, not only glued", "The Ridge boots get a seam round the toe and heel from the next lot on.",
        "Whoever walks more than a thousand miles in a pair", "half as many loose soles within two years", "priti", "soles", 44,
        (Step(20, "planned", "From the next lot on the soles are sewn as well. What comes loose before is mended at our cost."),),
    ),
    Change(
        "refund", "Money back the day the parcel is back", "Whoever unpacks the return starts the refund; nobody signs for less than 200 €.",
        "Whoever sent something back", "three days instead of nine", "bob", "refund", 16,
    ),
    Change(
        "sizes", "Half sizes in the Ridge boot", "Lasts for 38.5 to 42.5.", "Feet between two sizes", "fewer pairs sent back for their size",
        "alice", "sizes", 12,
    ),
)  # fmt: skip
