"""Who is who: records of other systems, joined by their evidence; one cut, one household, one doubt; what to know, and whose customer it is."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from heard.demo.company import Company
from heard.demo.loading.setting import Setting
from heard.demo.registers import ENTRIES, FATHERS_CARD, SEGMENTS
from heard.lib.time import frozen_at
from heard.matching.services.live import match_identities
from heard.matching.services.reviewing import answer, part
from heard.people.models import Identifier, Identity
from heard.people.segment_rules import Rule
from heard.people.services.attributes import count_again
from heard.people.services.heads_ups import write_heads_up
from heard.people.services.households import live_together
from heard.people.services.membership import derive_all
from heard.people.services.owning import give_owner
from heard.people.services.records import put_record
from heard.people.services.segments import make_segment
from heard.promises.attributes import NAMES as PROMISED
from heard.purchases.attributes import NAMES as BOUGHT
from heard.tasks.models import Task
from heard.timeline.attributes import NAMES as SAID


def load_people(company: Company, setting: Setting) -> dict[str, int]:
    """Bring the registers in and let evidence work; then what colleagues did about it. Answers the landmarks of the stories."""
    by_number = {}
    for entry in sorted(ENTRIES, key=lambda one: -one.days):
        moment = company.now - timedelta(days=min(entry.days, 360))
        with frozen_at(moment):
            box = setting.boxes[entry.box]
            by_number[entry.number] = put_record(entry.source, entry.number, entry.record, audience_id=box.audience_id, at=moment)
    named = [_mail(address) for customer in company.customers[:14] for address in customer.addresses]
    found = [one for one in named if one is not None]
    with frozen_at(company.now - timedelta(days=30)):
        match_identities([one.pk for one in [*found, *by_number.values()]])
    _what_colleagues_did(company, setting, by_number[FATHERS_CARD])
    _whose_customers(company, setting)
    henrik, owen = by_number["L-4471"], by_number[FATHERS_CARD]
    return {"henrik": henrik.pk, "owen": owen.pk}


def _mail(address: str) -> Identity | None:
    """The correspondent of that address, if they ever wrote."""
    row = Identifier.objects.filter(source="mail", kind="email", value=address).select_related("identity").first()
    return row.identity if row else None


def _what_colleagues_did(company: Company, setting: Setting, father: Identity) -> None:
    """A card was the father's, so it was cut; the two share a house; a doubt was looked at and left; and what to know of two people."""
    sam, bob, alice = setting.users["sam"], setting.users["bob"], setting.users["alice"]
    owen, ada, ada_at_work = (
        _mail(address) for address in ("owen.price@postbox.example", "ada@whitfield.example", "a.whitfield@harewood-surveys.example")
    )
    if owen is not None:
        with frozen_at(company.now - timedelta(days=12)):
            owens = list(Identity.objects.filter(person_number=Identity.objects.get(pk=owen.pk).person_number).exclude(pk=father.pk))
            part(father, owens, by=sam, reason="The old card is his father’s, of the same name. Owen told me at the counter.")
            live_together(owen, father, by=sam, reason="Father and son, one house and one telephone.")
    if ada is not None and ada_at_work is not None:
        with frozen_at(company.now - timedelta(days=4)):
            answer(
                ada, ada_at_work, verdict="not_sure", by=bob, reason="Same name, but her office has another Whitfield. Ask when she writes."
            )
    if ada is not None:
        with frozen_at(company.now - timedelta(days=3)):
            write_heads_up(
                ada, text="Ring before noon: in the afternoon Ada is on the fells without a signal.", by=alice,
                reason="We missed her twice in August; she asked for it.",
            )  # fmt: skip
    henrik = _mail("henrik@st-olave-scouts.example")
    if henrik is not None:
        with frozen_at(company.now - timedelta(days=200)):
            found = write_heads_up(
                henrik, text="Orders for the scouts come in twenties: offer the group price before he asks.", by=setting.users["dora"],
                reason="He paid the full price in March and heard of it from another group.",
                review_on=(company.now - timedelta(days=5)).date(),
            )  # fmt: skip
            give_owner(found.identity, user=alice, by=setting.users["dora"], reason="One face for the scouts of York.")


def _whose_customers(company: Company, setting: Setting) -> None:
    """Segments, counted once for everybody as the worker goes on to count them."""
    everybody = list(Identity.objects.values_list("pk", flat=True))
    for names, source in ((BOUGHT, "purchases"), (PROMISED, "promises"), (SAID, "timeline")):
        with transaction.atomic():
            count_again(everybody, names, source=source)
    with frozen_at(company.now - timedelta(days=60)):
        for one in SEGMENTS:
            rule = Rule.from_json({"match": "all", "conditions": list(one.conditions)})
            make_segment(
                one.name, rule, by=setting.users["dora"], owner=setting.users[one.owner] if one.owner else None, position=one.position
            )
    derive_all()
    Task.objects.filter(name__endswith="derive_segments").delete()  # done already
