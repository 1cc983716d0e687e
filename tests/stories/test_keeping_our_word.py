"""The why from a draft to the reply box, and a standing promise whose figure follows what was really kept."""

from datetime import timedelta

import pytest

from heard.conversations.models import Conversation
from heard.lib.time import frozen_at, now
from heard.programmes.models import StandingPromise
from heard.promises.services.byhand import keep_promise, promise_by_hand
from heard.promises.services.policies import ensure_defaults
from heard.promises.services.replies import break_due

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {
    "based_on": "0",
    "whom_we_serve": "Those who walk in the rain.",
    "what_we_promise": "Our word, by the day we named.",
    "because": "A start.",
}


@pytest.fixture(autouse=True)
def policy(transactional_db):
    ensure_defaults()


def test_what_we_promise_everybody_is_measured_on_what_we_did(client, arrive, alice, dora):
    the_why_is_written_and_signed(client, alice, dora)
    conversation = ada_reads_nothing_of_it_but_alice_does(client, arrive, alice)
    dora_promises_to_everybody(client, dora)
    one_is_kept_and_one_is_broken(conversation, alice)
    the_figure_says_so(client, dora, conversation)


def the_why_is_written_and_signed(client, alice, dora):
    client.force_login(alice)
    assert client.post("/why/draft/", WORDS).status_code == 303
    assert client.post("/why/sign-off/", {"number": "1"}).status_code == 403
    client.force_login(dora)
    assert client.post("/why/sign-off/", {"number": "1"}).status_code == 303


def ada_reads_nothing_of_it_but_alice_does(client, arrive, alice):
    arrive(text="Where are my poles?")
    conversation = Conversation.objects.get()
    client.force_login(alice)
    assert "Our word, by the day we named." in client.get(f"/conversations/{conversation.pk}/").content.decode()
    return conversation


def dora_promises_to_everybody(client, dora):
    client.force_login(dora)
    once = client.get("/why/promises/new/").content.decode().split('name="once" value="')[1].split('"')[0]
    data = {"once": once, "text": "What we tell you by a day, happens by that day.", "measure": "by_hand"}
    assert client.post("/why/promises/new/", data).status_code == 303
    assert "Nothing of this kind came due" in client.get("/why/").content.decode()


def one_is_kept_and_one_is_broken(conversation, alice):
    start = now()
    reply = conversation.messages.first()
    kept = promise_by_hand(conversation, by=alice, text="Poles posted", due_at=start + timedelta(hours=4), message=reply)
    promise_by_hand(conversation, by=alice, text="A letter from the maker", due_at=start + timedelta(hours=5), message=reply)
    with frozen_at(start + timedelta(hours=1)):
        keep_promise(kept, by=alice)
    with frozen_at(start + timedelta(hours=6)):
        break_due(now())


def the_figure_says_so(client, dora, conversation):
    with frozen_at(now() + timedelta(hours=7)):
        assert "We kept 1 of 2 in the last 90 days" in client.get("/why/").content.decode()
        page = client.get(f"/why/promises/{StandingPromise.objects.get().pk}/").content.decode()
    assert f"/conversations/{conversation.pk}/" in page and "A letter from the maker" in page and "Poles posted" not in page
