"""No link shows more than it proves: whatever was said among whom, a page has exactly what its identity wrote or got."""

import json
import random
from datetime import timedelta

import pytest
from django.test import Client

from heard.lib.time import now
from heard.people.services.decisions import decide_same
from heard.portal.exporting import of_conversation, of_everything
from heard.portal.selectors import PAGE, thread_for
from heard.portal.tests.scene import path_to, put
from heard.timeline.services.divisions import divide_identity
from tests.factories import make_conversation, make_customer

pytestmark = pytest.mark.django_db


def scene(seed: int, mailbox, bob):
    """Two conversations among three people, words of each marked, two of them joined by a colleague, one perhaps divided."""
    chance = random.Random(seed)
    people = [make_customer(f"p{n}@example.org", name=f"Person {n}", audience=mailbox.audience) for n in range(3)]
    places = [
        make_conversation(mailbox, customer=people[0], text="w-first-0"),
        make_conversation(mailbox, customer=people[1], text="w-first-1"),
    ]
    said = [(places[0].pk, "in", [(people[0], "from")], "w-first-0"), (places[1].pk, "in", [(people[1], "from")], "w-first-1")]
    for number in range(chance.randint(5, 30)):
        place, direction = chance.choice(places), chance.choice(["in", "out", "internal"])
        roles = {"in": ["from", "cc", "to"], "out": ["to", "cc", "bcc"], "internal": ["about"]}[direction]
        some = chance.sample(people, chance.randint(1, len(roles)))
        parties = list(zip(some, roles, strict=False))
        text = f"w-{number}-end"
        put(place, direction, text, parties, at=now() - timedelta(hours=chance.randint(1, 500)), author=bob if direction != "in" else None)
        said.append((place.pk, direction, parties, text))
    decide_same(people[0], people[1], by=bob)
    return chance, people, places, said


def theirs(said, identity, place=None) -> list[str]:
    """The obvious twin."""
    return sorted(
        text
        for number, direction, parties, text in said
        if (place is None or number == place)
        and any(
            one.pk == identity.pk and ((direction == "in" and role == "from") or (direction == "out" and role in ("to", "cc", "bcc")))
            for one, role in parties
        )
    )


@pytest.mark.parametrize("seed", range(8))
def test_page_and_file_have_exactly_what_is_theirs(seed, mailbox, bob):
    _chance, people, places, said = scene(seed, mailbox, bob)
    for identity in people:
        for place in places:
            wanted = theirs(said, identity, place.pk)
            shown, number, more = [], 1, True
            while more:
                page = thread_for(place.pk, identity.pk, page=number)
                assert len(page.messages) <= PAGE
                shown += [message.interaction.text for message in page.messages]
                number, more = number + 1, page.has_earlier
            assert sorted(shown) == wanted
            taken = json.loads("".join(of_conversation(place.pk, identity.pk, subject="")))
            assert sorted(row["text"] for row in taken["messages"]) == wanted
        taken = json.loads("".join(of_everything(identity.pk)))
        assert sorted(row["text"] for row in taken["messages"]) == theirs(said, identity)
        assert [row["value"] for row in taken["addresses"]] == [f"p{people.index(identity)}@example.org"]


def test_what_a_division_takes_away_is_gone_from_page_and_file(mailbox, bob):
    _chance, people, places, _said = scene(99, mailbox, bob)
    mine = put(places[0], "in", "w-divided", [(people[0], "from")])
    divide_identity(people[0], interaction_ids=[mine.interaction_id], name="Somebody else", by=bob)
    page = Client().get(path_to(places[0], people[0])).content.decode()
    assert "w-divided" not in page
    assert "w-divided" not in "".join(of_everything(people[0].pk))
