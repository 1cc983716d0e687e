"""Who knows: colleagues who answered alike, from what the reader may read and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from heard.conversations.indexing.rebuilding import rebuild
from heard.conversations.services.answering import answer_by_link, answer_here
from heard.conversations.services.asking import ask_inside
from heard.lib.time import now
from heard.web.knowing import telling_words, who_knows
from tests.factories import make_conversation, make_customer, make_mailbox
from tests.factories.conversations import say
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db
LATER = MONDAY_MORNING + timedelta(hours=2)


def index() -> None:
    """Let everything be found."""
    for _ in rebuild():
        pass


@pytest.fixture
def slipping(mailbox, ada):
    """Ada's question that nobody has answered yet."""
    return make_conversation(mailbox, customer=ada, subject="Slipping pole", text="The lower lock of the pole slips on every wet descent.")


def earlier(mailbox, who: str, text: str, answer: str, author):
    """A conversation of before, with a colleague's answer."""
    customer = make_customer(f"{who}@example.org", name=who.title(), audience=mailbox.audience)
    talk = make_conversation(mailbox, customer=customer, subject="Help", text=text)
    say(talk, "out", answer, at=LATER, author=author)
    return talk


@pytest.fixture(autouse=True)
def _indexed(slipping, mailbox, sales, bob, charlie, alice):
    earlier(mailbox, "grace", "My pole slips, the lock does not hold in rain.", "Turn the ring of the lower lock by a quarter.", bob)
    earlier(mailbox, "joan", "Where is my kettle?", "It left today.", bob)
    earlier(make_mailbox(sales), "anita", "The pole slips, the lock is wet.", "A secret of Sales about the lock.", charlie)
    earlier(mailbox, "mary", "The lock of my pole slips too.", "What Alice herself knows of the lock.", alice)
    index()


def test_what_it_is_about_leaves_out_what_everybody_writes(slipping):
    words = telling_words(slipping).split()
    assert {"slipping", "pole"} <= set(words)
    assert not {"every", "where"} & set(words)
    assert len(words) <= 6


def test_bob_answered_alike_and_his_words_show_it(slipping, alice, bob):
    [knower] = who_knows(alice, slipping, "lock pole slips")
    assert (knower.user, knower.times) == (bob, 1)
    assert "Turn the ring" in "".join(piece.text for piece in knower.pieces)


def test_an_answer_given_to_a_colleague_counts_also_without_a_log_in(mailbox, slipping, alice, dora):
    talk = earlier(mailbox, "ruth", "The lock of this pole slips.", "We look into it.", alice)
    ask = ask_inside(talk, by=alice, question="Well?", due_at=now() + timedelta(hours=1), user=dora)
    answer_by_link(ask, text="The lock needs new grease.")
    index()
    found = {knower.user: knower for knower in who_knows(alice, slipping, "lock pole slips")}
    assert "new grease" in "".join(piece.text for piece in found[dora].pieces)


def test_nobody_is_found_by_what_the_reader_may_not_read(slipping, alice, charlie):
    assert charlie not in {knower.user for knower in who_knows(alice, slipping, "lock pole slips secret")}


def test_whoever_left_is_not_asked(slipping, alice, bob):
    bob.is_active = False
    bob.save()
    assert who_knows(alice, slipping, "lock pole slips") == []


def test_the_page_leads_to_asking_them(client, slipping, alice, bob):
    client.force_login(alice)
    page = client.get(reverse("web:who_knows", args=[slipping.pk]))
    assert "Turn the ring" in page.text
    assert f"whom=user:{bob.pk}" in page.text
    box = client.get(f"{reverse('web:conversation', args=[slipping.pk])}?write=ask&whom=user:{bob.pk}")
    assert f'value="user:{bob.pk}" selected' in box.text
    assert client.get(reverse("web:who_knows", args=[slipping.pk]) + "?q=%00\"'(-*").status_code == 200


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries, mailbox, slipping, alice, bob):
    for number in range(12):
        earlier(mailbox, f"c{number}", "The lock of my pole slips.", f"Turn the ring {number} times.", bob)
    index()
    with django_assert_max_num_queries(16):
        [knower] = who_knows(alice, slipping, "lock pole slips")
    assert knower.times == 13


def test_answers_are_found_like_notes(slipping, alice, dora):
    from heard.accounts.selectors import readable_audience_ids
    from heard.search.selectors import find

    ask = ask_inside(slipping, by=alice, question="Which grease?", due_at=now() + timedelta(hours=1), user=dora)
    answer_here(ask, user=dora, text="The blue marmalade grease.")
    index()
    assert find("marmalade", audience_ids=readable_audience_ids(alice)).documents == {"note": 1}
