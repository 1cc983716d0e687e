"""The customer's page over HTTP: of a conversation with ten messages, and of one with a thousand."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

from bench.figures import Figure, percentile
from bench.grounds import Grounds
from bench.visitors import visit

ACT = "portal"
FEW, MANY, SMALL_MANY = 10, 1_000, 100
TARGET, P99 = 15.0, 100.0
PAGES = ("the page", "its last page", "a link that opens nothing")


def run(place: Grounds, *, small: bool) -> list[Figure]:
    """Time, CPU and queries of the page at both lengths."""
    many = SMALL_MANY if small else MANY
    figures = []
    with place.fresh() as ground:
        asked = json.loads(ground.python("bench.portal", str(FEW), str(many)).splitlines()[-1])
        with ground.installation.serve("--no-worker") as app:
            for name in PAGES:
                for count in (FEW, many):
                    seen, cpu = visit(app, ground, asked["paths"][f"{name}, {count}"], status=404 if "nothing" in name else 200)
                    target = TARGET if count == many and name == "the page" else None
                    figures.append(Figure(ACT, place.database, f"{name}, {count:,} messages, p50", percentile(seen, 0.5), "ms", target))
                    if target:
                        figures.append(Figure(ACT, place.database, f"{name}, {count:,} messages, p99", percentile(seen, 0.99), "ms", P99))
                        figures.append(Figure(ACT, place.database, f"{name}, CPU at {count:,} messages", 1000 * cpu / len(seen), "ms"))
    queries = asked["queries"]
    few, most = queries[str(FEW)], queries[str(many)]
    return [*figures, Figure(ACT, place.database, f"the page, queries at {many:,} messages", most, "", few)]


def main(lengths: list[int]) -> None:
    """Inside the installation: a company with a history, and conversations of these lengths; prints paths and numbers of queries."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from heard.conversations.customer_links import PATH, make_token
    from heard.lib.time import now

    mailbox, alice = _company()
    paths, queries = {}, {}
    for count in lengths:
        conversation, ada = _correspond(mailbox, alice, count)
        token = make_token(conversation.pk, ada.pk, now())
        last = (count - 1) // 10 + 1
        paths |= {
            f"the page, {count}": f"{PATH}{token}/",
            f"its last page, {count}": f"{PATH}{token}/?page={last}",
            f"a link that opens nothing, {count}": f"{PATH}{make_token(conversation.pk, ada.pk, now() - timedelta(days=99))}/",
        }
        client = Client(HTTP_HOST="127.0.0.1")
        client.get(f"{PATH}{token}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{PATH}{token}/")
        queries[count] = len(captured)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")  # as autovacuum does in time
    print(json.dumps({"paths": paths, "queries": queries}))


def _company() -> tuple[Any, Any]:
    from heard.accounts.models import Membership, User
    from heard.accounts.services.users import add_team
    from heard.channels.email.services.mailboxes import add_mailbox
    from heard.portal.services.front_doors import change_front_door
    from heard.promises.services.policies import ensure_defaults

    ensure_defaults()
    team = add_team("Support", by=None)
    mailbox = add_mailbox({"name": "Support", "address": "support@company.example", "team": team}, by=None)
    alice = User.objects.create(email="alice@company.example", name="Alice Moreno")
    Membership.objects.create(team=team, user=alice)
    change_front_door(company="Tarn & Trail", phone="+44 113 496 0000", by=alice)
    return mailbox, alice


def _correspond(mailbox: Any, alice: Any, count: int) -> tuple[Any, Any]:
    """A conversation of `count` messages that its customer may read, every fifth with a file, among notes and words of others; and promises."""
    from bench.words import Writer
    from heard.conversations.models import Conversation, Message
    from heard.conversations.services.standing import settle
    from heard.files import store
    from heard.lib.time import now
    from heard.people.services.identities import identify
    from heard.promises.services.byhand import promise_by_hand
    from heard.timeline.services.recording import NewFile, NewInteraction, record_interactions

    writer, begun, blob = Writer(7), now() - timedelta(days=300), store.put(b"a photo")
    ada, grace = (identify(f"{name}{count}@example.org", name=name, at=begun, audience_id=mailbox.audience_id) for name in ("ada", "grace"))
    conversation = Conversation(
        subject="My poles", audience=mailbox.audience, team=mailbox.team, mailbox=mailbox, customer=ada, assignee=alice, opened_at=begun,
        last_message_at=now(), last_direction="out", order_at=begun,
    )  # fmt: skip
    settle(conversation).save()
    file = NewFile(blob, "lock.jpg", "image/jpeg", 7)
    news = []
    for number in range(count + count // 2):
        # of three: Ada's word, ours to her, and one she may not read (a note, or Grace's word)
        turn, at = number % 3, begun + timedelta(seconds=number * 300 * 86_400 // (2 * count))
        direction = ("in", "out", "internal" if number % 2 else "in")[turn]
        parties = [[(ada, "from")], [(ada, "to"), (grace, "cc")], [(ada, "about")] if number % 2 else [(grace, "from"), (ada, "cc")]][turn]
        news.append(
            NewInteraction(
                audience=mailbox.audience, channel="email", direction=direction, kind="message", happened_at=at, text=writer.text(60),
                author=None if direction == "in" else alice, parties=parties, files=[file] if number % 5 == 0 else [],
            )
        )  # fmt: skip
    said = record_interactions(news)
    messages = Message.objects.bulk_create(
        [
            Message(conversation=conversation, interaction=one, mailbox=mailbox, kind="note" if one.direction == "internal" else "message")
            for one in said
        ]
    )
    told = next(message for message in reversed(messages) if message.interaction.direction == "out")
    for days in (1, 3):
        promise_by_hand(
            conversation, by=alice, text="A new pair of poles", due_at=now() + timedelta(days=days), owed_by=alice, message=told
        )  # fmt: skip
    return conversation, ada


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main([int(one) for one in sys.argv[1:]])
