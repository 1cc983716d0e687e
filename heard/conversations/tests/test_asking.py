"""Asking inside: who may be asked, what a link shows, and what is refused."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from heard.accounts.services.users import add_team
from heard.conversations.asked import asked_of, waiting_inside
from heard.conversations.models import Ask, AskMail
from heard.conversations.services.answering import MOST_BY_LINK, TooManyAnswers, answer_by_link, answer_here
from heard.conversations.services.ask_links import ask_of_link, link_token, new_link_seed
from heard.conversations.services.ask_mails import mail_of
from heard.conversations.services.asking import ask_inside, withdraw_ask
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.privacy.services import erase_person
from heard.timeline.models import Interaction
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=4)


@pytest.fixture
def ask(conversation, alice, charlie) -> Ask:
    """Alice has asked Charlie, who may not read the conversation."""
    return ask_inside(conversation, by=alice, question="Is it in stock?", due_at=now() + SOON, user=charlie)


def link(ask: Ask) -> str:
    return reverse("conversations:ask_link", args=[link_token(ask)])


@pytest.mark.parametrize(
    "changes",
    [
        {"user": None},
        {"address": "karim@heard.example"},
        {"question": "   "},
        {"due_at": now() - SOON},
        {"due_at": now() + timedelta(days=800)},
        {"user": None, "address": "ada@example.org"},
        {"user": None, "address": "support@heard.example"},
        {"user": None, "address": "support+x@heard.example"},
        {"user": None, "address": "nobody at all"},
    ],
    ids=["nobody", "two at once", "no words", "past", "far", "the customer", "our own mailbox", "our own plus address", "no address"],
)
def test_what_makes_no_sense_is_refused_in_words(conversation, alice, charlie, changes):
    wanted = {"by": alice, "question": "Is it in stock?", "due_at": now() + SOON, "user": charlie} | changes
    with pytest.raises(Refusal):
        ask_inside(conversation, **wanted)
    assert not Ask.objects.exists()
    assert conversation.messages.count() == 1


def test_nobody_asks_themselves_nor_whoever_has_left(conversation, alice, bob):
    bob.is_active = False
    bob.save()
    for colleague in (alice, bob):
        with pytest.raises(Refusal):
            ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, user=colleague)


def test_a_team_without_an_address_is_asked_by_its_members(conversation, alice, sales, charlie):
    ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, team=sales)
    assert AskMail.objects.get().recipients == [charlie.email]


def test_a_team_whose_address_is_our_own_mailbox_is_asked_by_its_members(conversation, alice, support, bob):
    support.email = "support@heard.example"
    support.save()
    ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, team=support)
    assert AskMail.objects.get().recipients == [bob.email]


def test_an_empty_team_cannot_be_asked(conversation, alice):
    with pytest.raises(Refusal):
        ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, team=add_team("Nobody", by=None))


def test_the_address_of_a_colleague_means_the_colleague(conversation, alice, bob):
    asked = ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, address="Bob@Heard.example")
    assert (asked.user, asked.address) == (bob, "")


def test_asking_twice_with_the_same_mark_asks_once(conversation, alice, bob):
    once = uuid.uuid4()
    first, second = (ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, user=bob, once=once) for _ in range(2))
    assert first == second
    assert AskMail.objects.count() == 1


def test_only_what_the_customer_said_here_can_be_shown(conversation, mailbox, alice, bob, ask):
    said = conversation.messages.earliest("pk").interaction
    shown = ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, user=bob, include=said)
    assert said.text in mail_of(shown.mails.get(), mailbox).text
    assert said.text in Client().get(link(shown)).text
    assert said.text not in Client().get(link(ask)).text
    with pytest.raises(Refusal):
        ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, user=bob, include=ask.question.interaction)


def test_what_a_question_shows_is_no_more_than_its_words(conversation, mailbox, ask):
    customer = conversation.customer.display_name
    for shown in (mail_of(ask.mails.get(), mailbox).text, Client().get(link(ask)).text):
        assert "Is it in stock?" in shown
        assert customer not in shown
        assert conversation.subject not in shown


def test_a_link_is_of_one_question_and_nobody_can_make_it_from_the_database(conversation, alice, bob, ask):
    other = ask_inside(conversation, by=alice, question="Another?", due_at=now() + SOON, user=bob)
    assert ask_of_link(link_token(ask)) == ask
    assert ask_of_link(link_token(other)) == other
    assert ask_of_link(link_token(ask)[:-1] + ("a" if link_token(ask)[-1] != "a" else "b")) is None
    assert ask_of_link(link_token(ask)[:8] + link_token(other)[8:]) is None
    assert ask.link_seed not in link_token(ask)
    old = link(ask)
    Ask.objects.filter(pk=ask.pk).update(link_seed=new_link_seed())
    assert Client().get(old).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 40, "A" * 40, "é" * 40])
def test_what_is_no_link_is_not_there(ask, token):
    assert Client().get(reverse("conversations:ask_link", args=[token])).status_code == 404


def test_a_withdrawn_or_expired_link_shows_no_question_and_still_takes_words(ask, alice):
    Ask.objects.update(expires_at=now() - timedelta(days=1))
    assert "Is it in stock?" not in Client().get(link(ask)).text
    assert Client().post(link(ask), {"once": uuid.uuid4(), "text": "Four."}).status_code == 303
    assert ask.answers.get().came_after == "expired"
    Ask.objects.update(answered_at=None)
    withdraw_ask(ask, by=alice)
    page = Client().get(link(ask))
    assert "Is it in stock?" not in page.text
    assert Client().post(link(ask), {"once": uuid.uuid4(), "text": "Five."}).status_code == 303
    assert sorted(answer.came_after for answer in ask.answers.all()) == ["expired", "withdrawn"]


def test_a_link_takes_no_empty_answer_and_not_any_number(ask):
    page = Client().post(link(ask), {"once": uuid.uuid4(), "text": "  "})
    assert (page.status_code, ask.answers.count()) == (422, 0)
    for number in range(MOST_BY_LINK):
        answer_by_link(ask, text=f"Answer {number}", once=uuid.uuid4())
    with pytest.raises(TooManyAnswers):
        answer_by_link(ask, text="One more")
    page = Client().post(link(ask), {"once": uuid.uuid4(), "text": "One more, with care."})
    assert page.status_code == 409
    assert "One more, with care." in page.text  # the words are not lost


def test_who_is_asked_sees_the_question_and_not_the_conversation(client, conversation, ask, charlie):
    client.force_login(charlie)
    assert asked_of(charlie) == [ask]
    assert "Is it in stock?" in client.get(reverse("conversations:asks")).text
    page = client.get(reverse("conversations:ask", args=[ask.pk]))
    assert "Is it in stock?" in page.text
    assert conversation.messages.earliest("pk").interaction.text not in page.text
    assert client.get(reverse("web:conversation", args=[conversation.pk])).status_code == 404
    assert client.post(reverse("conversations:ask", args=[ask.pk]), {"once": uuid.uuid4(), "text": "Four."}).status_code == 303
    assert asked_of(charlie) == []
    assert ask.answers.get().message.interaction.author == charlie


def test_what_came_back_is_on_the_list_of_who_asked(client, conversation, ask, alice, charlie):
    answer_here(ask, user=charlie, text="Four, in Leeds.")
    client.force_login(alice)
    assert "Four, in Leeds." in client.get(reverse("conversations:asks")).text


def test_the_thread_shows_question_wait_and_answer(client, conversation, ask, alice, charlie):
    client.force_login(alice)
    page = client.get(reverse("web:conversation", args=[conversation.pk])).text
    assert "Charlie has been asked for" in page
    Ask.objects.update(asked_at=now() - timedelta(hours=2))
    answer_here(ask, user=charlie, text="Four, in Leeds.")
    page = client.get(reverse("web:conversation", args=[conversation.pk])).text
    assert "Charlie took 2 h to answer" in page
    assert "Four, in Leeds." in page


def test_asking_from_the_reply_box(client, conversation, alice, bob):
    client.force_login(alice)
    box = client.get(reverse("web:conversation", args=[conversation.pk]) + "?write=ask")
    assert "Whom do you ask?" in box.text
    said = conversation.messages.get().interaction
    values = {
        "once": uuid.uuid4(),
        "whom": f"user:{bob.pk}",
        "question": "Well?",
        "due": "tomorrow",
        "include": said.pk,
        "show_customer": "on",
    }
    assert client.post(reverse("web:conversation_asks", args=[conversation.pk]), values).status_code == 303
    asked = Ask.objects.get()
    assert (asked.user, asked.included, asked.is_shown_to_customer) == (bob, said, True)
    assert [one.who for one in waiting_inside(conversation)] == ["Bob"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"whom": ""}, "Say whom you ask"),
        ({"whom": "user:999"}, "not one of the available choices"),
        ({"address": "x@heard.example"}, "Choose one"),
        ({"whom": "", "address": "karim@gmial.example"}, "Is it meant?"),
        ({"question": " "}, "There is no question yet"),
        ({"due": "at"}, "Say a day and an hour"),
        ({"due": "at", "at": "2001-01-01T10:00"}, "has passed"),
        ({"whom": "", "address": "ada@example.org", "is_outside_meant": "on"}, "address of the customer"),
    ],
)
def test_a_wrong_form_comes_back_with_its_words(client, conversation, alice, bob, changes, says):
    client.force_login(alice)
    values = {"once": uuid.uuid4(), "whom": f"user:{bob.pk}", "question": "Is it the lock?", "due": "tomorrow"} | changes
    page = client.post(reverse("web:conversation_asks", args=[conversation.pk]), values)
    assert page.status_code in (409, 422)
    assert says in page.text
    assert values["question"].strip() in page.text
    assert not Ask.objects.exists()


def test_an_address_outside_the_company_is_asked_when_it_is_meant(client, conversation, alice):
    client.force_login(alice)
    values = {"once": uuid.uuid4(), "address": "karim@supplier.example", "is_outside_meant": "on", "question": "Well?", "due": "tomorrow"}
    assert client.post(reverse("web:conversation_asks", args=[conversation.pk]), values).status_code == 303
    assert Ask.objects.get().address == "karim@supplier.example"
    assert [one.who for one in waiting_inside(conversation)] == []


def test_withdrawing_is_for_those_who_read_the_conversation(client, ask, charlie, bob):
    client.force_login(charlie)
    assert client.post(reverse("conversations:ask_end", args=[ask.pk])).status_code == 404
    client.force_login(bob)
    for _ in range(2):
        assert client.post(reverse("conversations:ask_end", args=[ask.pk])).status_code == 303
    ask.refresh_from_db()
    assert ask.withdrawn_by == bob
    assert AskMail.objects.filter(kind="withdrawal").count() == 0  # the question had not gone out yet


def test_what_is_answered_cannot_be_withdrawn(ask, alice, charlie):
    answer_here(ask, user=charlie, text="Four.")
    with pytest.raises(Refusal):
        withdraw_ask(ask, by=alice)


def test_joined_conversations_keep_their_questions(conversation, mailbox, ada, ask, alice, charlie):
    from heard.conversations.services.joins import join_conversations
    from tests.factories import make_conversation

    into = make_conversation(mailbox, customer=ada, subject="The same")
    join_conversations(conversation, into=into, by=alice)
    answer = answer_here(ask, user=charlie, text="Four.")
    assert answer.message.conversation == into


def test_erasing_the_customer_empties_question_answer_and_link(conversation, ask, ada, alice, charlie, dora):
    answer_here(ask, user=charlie, text="Ada Lovelace gets the last one.")
    url = link(ask)
    erase_person([ada.pk], by=dora)
    words = Interaction.objects.filter(message__conversation=conversation).values_list("text", flat=True)
    assert set(words) == {""}
    assert Client().get(url).status_code == 404
    assert ask.mails.get().state == "failed"
    assert Ask.objects.count() == 1


def test_erasing_whoever_was_asked_by_address_leaves_no_address(conversation, mailbox, alice, dora):
    karim = make_customer("karim@supplier.example", name="Karim Haddad", audience=mailbox.audience)
    asked = ask_inside(conversation, by=alice, question="Well?", due_at=now() + SOON, address="karim@supplier.example")
    answer_by_link(asked, text="Yes.", name="Karim Haddad")
    erase_person([karim.pk], by=dora)
    asked.refresh_from_db()
    assert asked.address == ""
    assert asked.mails.get().recipients == []
