"""A promise is broken and made good on the customer's own page: mail, page, “not yet”, help from inside, an answer, solved."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from heard.conversations.models import Conversation, Message
from heard.conversations.services.asking import ask_inside
from heard.conversations.services.messages import reply_to_conversation
from heard.conversations.services.outgoing import mail_of
from heard.lib.time import frozen_at, now
from heard.promises.models import Promise
from heard.promises.services.byhand import keep_promise, promise_by_hand
from heard.promises.services.policies import ensure_defaults
from heard.promises.services.replies import break_due
from tests.factories import make_team, make_user, work_off

pytestmark = pytest.mark.django_db(transaction=True)


def page_in(message: Message) -> str:
    """The path of the link under a mail of ours."""
    found = re.search(r"http://[^/]+(/c/[\w-]{48}/)", mail_of(message).text)
    assert found
    return found[1]


def shown(client: Client, path: str) -> str:
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", client.get(path).content.decode(), flags=re.DOTALL)
    return " ".join(text.split())


def test_a_promise_is_broken_made_good_and_solved(arrive, mailbox, alice):
    ensure_defaults()
    arrive(text="The lower lock slips.")
    conversation, ada = Conversation.objects.get(), Client()
    reply = reply_to_conversation(conversation, author=alice, body="A new pair is posted tomorrow.", to=["ada@example.org"])
    promise = promise_by_hand(
        conversation, by=alice, text="A new pair of poles", due_at=now() + timedelta(days=1), owed_by=alice, message=reply
    )
    work_off()
    path = page_in(reply)
    assert "A new pair of poles" in shown(ada, path) and "This is in hand." in shown(ada, path)

    with frozen_at(now() + timedelta(days=2)) as later:
        break_due(now())
        assert "We are late with what we promised." in shown(ada, path)
        assert ada.post(f"{path}not-yet/", {"once": uuid4()}).status_code == 303
        work_off()
        conversation.refresh_from_db()
        assert conversation.waiting_since is not None and conversation.standing == "us"
        warehouse = make_team("Warehouse")
        make_user("Wanda", teams=(warehouse,))
        ask_inside(conversation, by=alice, question="Where is it?", due_at=later + timedelta(hours=4), team=warehouse, show_customer=True)
        assert "With Warehouse since" in shown(ada, path)
        assert "Where is it?" not in shown(ada, path)

        sorry = reply_to_conversation(conversation, author=alice, body="It is with the courier. I am sorry.", to=["ada@example.org"])
        keep_promise(promise, by=alice, message=sorry)
        work_off()
        assert "later than we said" in shown(ada, page_in(sorry))
        assert ada.post(f"{page_in(sorry)}solved/", {"once": uuid4()}).status_code == 303
        work_off()

    conversation.refresh_from_db()
    assert not conversation.is_open
    assert not Promise.objects.filter(state="open").exists()


def test_a_link_that_comes_back_under_an_answer_is_not_shown_to_colleagues(arrive, mailbox, alice):
    ensure_defaults()
    arrive(text="Where is it?", message_id="<one@example.org>")
    reply = reply_to_conversation(Conversation.objects.get(), author=alice, body="Tomorrow.", to=["ada@example.org"])
    link = page_in(reply)
    arrive(text=f"Thanks! I looked at http://heard.example{link}\n\nOn Monday Alice wrote:\n> Tomorrow.\n> http://heard.example{link}\n")
    for message in Message.objects.select_related("interaction"):
        assert link not in message.interaction.text + message.interaction.quoted + message.html
    assert "/c/" not in mail_of(reply_to_conversation(reply.conversation, author=alice, body="Yes.", to=["ada@example.org"])).quoted.text
