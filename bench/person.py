"""A person's page over HTTP: of somebody with ten interactions, and of somebody with ten thousand, each known by twelve identities."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bench.figures import Figure, percentile
from bench.grounds import Grounds
from bench.visitors import session_of, visit

ACT = "person"
FEW, MANY, SMALL_MANY = 10, 10_000, 500
IDENTITIES, CROWD = 12, 3_000
TARGET, P99 = 20.0, 100.0
ROUND = (
    *(("email", "in", "message", "get_help"), ("email", "out", "message", "get_help")) * 3,
    ("email", "in", "message", "get_help"), ("note", "internal", "note", ""), ("order", "in", "order", "buy"),
    ("portal", "in", "solved", "get_help"),
)  # fmt: skip
"""Way, direction, kind and stage of ten interactions in a row."""
PAGES = {
    "the page": "",
    "a day in the middle": "?on={middle}",
    "what they bought": "?what=bought",
    "what we promised": "?what=promised",
    "a way they never used": "?channel=phone",
}


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Time, CPU and queries of the page at both lengths, and of its narrowings."""
    many = SMALL_MANY if small else MANY
    figures = []
    with place.fresh() as ground:
        asked = json.loads(ground.python("bench.person", str(FEW), str(many)).splitlines()[-1])
        with ground.installation.serve("--no-worker") as app:
            for name in PAGES:
                for count in (FEW, many):
                    seen, cpu = visit(app, ground, asked["paths"][f"{name}, {count}"], session=asked["session"])
                    target = TARGET if count == many and name == "the page" else None
                    figures.append(Figure(ACT, place.database, f"{name}, {count:,} interactions, p50", percentile(seen, 0.5), "ms", target))
                    if target:
                        figures.append(
                            Figure(ACT, place.database, f"{name}, {count:,} interactions, p99", percentile(seen, 0.99), "ms", P99)
                        )
                        figures.append(Figure(ACT, place.database, f"{name}, CPU at {count:,}", 1000 * cpu / len(seen), "ms"))
    queries = asked["queries"]
    return [*figures, Figure(ACT, place.database, f"the page, queries at {many:,} interactions", queries[str(many)], "", queries[str(FEW)])]


def main(lengths: list[int]) -> None:
    """Inside the installation: make the people, and say where their pages are and what these ask of the database."""
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from heard.lib.time import now

    with transaction.atomic():
        mailbox, alice = _company()
        people = {count: _live(mailbox, alice, count) for count in lengths}
        _crowd(mailbox)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    session = session_of(alice)
    middle = f"{now() - timedelta(days=500):%Y-%m-%d}"
    paths, queries = {}, {}
    for count, number in people.items():
        paths |= {f"{name}, {count}": f"/people/{number}/{query.format(middle=middle)}" for name, query in PAGES.items()}
        client = Client(HTTP_HOST="127.0.0.1")
        client.cookies["heard_session"] = session
        client.get(f"/people/{number}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/people/{number}/")
        queries[count] = len(captured)
    print(json.dumps({"paths": paths, "queries": queries, "session": session}))


def _company() -> tuple[Any, Any]:
    from heard.accounts.models import Membership, User
    from heard.accounts.services.users import add_team
    from heard.channels.email.services.mailboxes import add_mailbox
    from heard.promises.services.policies import ensure_defaults

    ensure_defaults()
    team = add_team("Support", by=None)
    mailbox = add_mailbox({"name": "Support", "address": "support@company.example", "team": team}, by=None)
    alice = User.objects.create(email="alice@company.example", name="Alice Moreno")
    Membership.objects.create(team=team, user=alice)
    return mailbox, alice


def _live(mailbox: Any, alice: Any, count: int) -> int:
    """Somebody known by twelve addresses, joined by decisions, with `count` interactions over three years; the person's number.

    Of ten interactions seven are letters (four theirs), one is a note, one an order and one a word on their page; each seventh letter begins
    a conversation with a reply that was owed. Promises, marked words, a household and what staff should know are there at any length.
    """
    from bench.words import Writer
    from heard.accounts.services.audiences import audience_of
    from heard.lib.time import now
    from heard.people.models import Identity
    from heard.people.services.decisions import decide_same
    from heard.people.services.heads_ups import write_heads_up
    from heard.people.services.households import live_together
    from heard.people.services.identities import identify
    from heard.timeline.services.recording import record_interactions

    writer, begun, audience = Writer(count), now() - timedelta(days=1_000), audience_of([mailbox.team])
    names = [
        identify(f"ada{number}@of{count}.example", name=f"Ada Whitfield{count}", at=begun, audience_id=audience.pk)
        for number in range(IDENTITIES)
    ]
    for one, other in pairwise(names):
        decide_same(one, other, by=alice)
    grace = identify(f"grace@of{count}.example", name=f"Grace Whitfield{count}", at=begun, audience_id=audience.pk)
    live_together(names[0], grace, by=alice, reason="One address.")
    write_heads_up(names[3], text="Call before noon.", reason="Works at night.", by=alice)
    news = []
    for number in range(count):
        at = begun + timedelta(seconds=number * 999 * 86_400 // count)
        news.append(_said(number, names[number * 7 % IDENTITIES], at, audience=audience, author=alice, text=writer.text(60)))
    said = record_interactions(news)
    Identity.objects.filter(pk__in=[one.pk for one in names]).update(last_seen_at=now())
    _converse(mailbox, alice, said, news)
    return names[0].pk


def _said(number: int, who: Any, at: datetime, *, audience: Any, author: Any, text: str) -> Any:
    """The interaction of this number: its kind goes round by ten."""
    from heard.timeline.services.recording import NewInteraction

    channel, direction, kind, stage = ROUND[number % 10]
    return NewInteraction(
        audience=audience, channel=channel, direction=direction, kind=kind, stage=stage, happened_at=at, text=text,
        author=author if direction != "in" else None, parties=[(who, {"in": "from", "out": "to", "internal": "about"}[direction])],
    )  # fmt: skip


def _converse(mailbox: Any, alice: Any, said: list[Any], news: list[Any]) -> None:
    """Conversations of seven interactions each, with the reply that was owed, a promise in every tenth, orders and marked words."""
    from heard.conversations.models import Conversation, Message
    from heard.conversations.services.standing import settle
    from heard.promises.models import Promise

    talks: list[Any] = []
    messages: list[Any] = []
    for number, (one, new) in enumerate(zip(said, news, strict=True)):
        if number % 7 == 0:
            talk = Conversation(
                subject=f"About {number}", audience=mailbox.audience, team=mailbox.team, mailbox=mailbox, customer=new.parties[0][0],
                opened_at=one.happened_at, last_message_at=one.happened_at, last_direction="out", order_at=one.happened_at,
            )  # fmt: skip
            settle(talk)
            talks.append(talk)
        if one.kind != "order":
            messages.append((talks[-1], one))
    Conversation.objects.bulk_create(talks)
    Message.objects.bulk_create([Message(conversation=talk, interaction=one, mailbox=mailbox) for talk, one in messages])
    Promise.objects.bulk_create([_promise(talk, alice, number) for number, talk in enumerate(talks)])
    _buy(mailbox, [one for one in said if one.kind == "order"])
    letters = [(one, new) for one, new in zip(said, news, strict=True) if one.direction == "in" and one.kind == "message"]
    _mark(letters[:: max(1, len(letters) // 20)])


def _buy(mailbox: Any, bought: list[Any]) -> None:
    """An order of two things for each of these interactions."""
    from heard.purchases.models import Order, OrderLine
    from heard.purchases.services.sources import ensure_source

    source = ensure_source("shop", teams=[mailbox.team])
    orders = Order.objects.bulk_create(
        [
            Order(
                source=source, number=f"{one.pk}", interaction=one, placed_at=one.happened_at, currency="EUR", total=8_900,
                state="delivered", changed_at=one.happened_at,
            )
            for one in bought
        ]
    )  # fmt: skip
    lines = [("Carbon Z poles", 1), ("Fells 45 rucksack", 2)]
    OrderLine.objects.bulk_create(
        [OrderLine(order=order, position=place, name=name, amount=4_450) for order in orders for name, place in lines]
    )


def _mark(letters: list[tuple[Any, Any]]) -> None:
    """The beginning of each of these letters, marked as a problem."""
    from heard.insights.models import Signal

    Signal.objects.bulk_create(
        [
            Signal(
                interaction=one, identity=new.parties[0][0], start=0, end=20, kind="problem", at=one.happened_at, said_at=one.happened_at
            )
            for one, new in letters
        ]
    )


def _promise(talk: Any, alice: Any, number: int) -> Any:
    """A reply that was owed and came; in every tenth conversation a promise by hand, the first of them still open."""
    from heard.lib.time import now
    from heard.promises.models import Promise

    at: datetime = talk.opened_at
    if number % 10:
        due = {
            "due_at": at + timedelta(days=1),
            "first_due_at": at + timedelta(days=1),
            "state": "kept",
            "kept_at": at + timedelta(hours=2),
        }
        return Promise(conversation=talk, kind="first_reply", made_at=at, **due)
    due_at = at + timedelta(days=3) if number else now() + timedelta(days=2)
    ended = {"state": "kept", "kept_at": at + timedelta(days=2)} if number else {}
    given = {"text": "A new pair of poles", "owed_by": alice, "made_by": alice, "told_at": at}
    return Promise(conversation=talk, kind="by_hand", made_at=at, due_at=due_at, first_due_at=due_at, **given, **ended)


def _crowd(mailbox: Any) -> None:
    """Others, so that no index holds one person alone."""
    from heard.lib.time import now
    from heard.people.services.identities import Sighting, identify_many
    from heard.timeline.services.recording import NewInteraction, record_interactions

    begun = now() - timedelta(days=1_000)
    sightings = [Sighting(f"c{number}@crowd.example", f"Customer {number}", begun, mailbox.audience_id) for number in range(CROWD)]
    found = list(identify_many(sightings).values())
    record_interactions(
        [
            NewInteraction(
                audience=mailbox.audience, channel="email", direction="in", kind="message", text="Hello", parties=[(one, "from")],
                happened_at=begun + timedelta(hours=number),
            )
            for number, one in enumerate(found)
        ]
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main([int(one) for one in sys.argv[1:]])
