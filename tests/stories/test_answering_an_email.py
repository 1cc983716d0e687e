"""A customer writes, an agent answers, the customer is answered in one thread, and what was owed is kept."""

import uuid

import pytest

from heard.conversations.models import Conversation, Delivery
from heard.conversations.services.messages import reply_to_conversation
from heard.events.consumers import run_consumers_once
from heard.inbound.models import Inbound
from heard.promises.models import Promise
from heard.promises.services.policies import ensure_defaults
from tests.factories.mail import make_mail

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mail_becomes_a_conversation_that_waits_with_a_target(arrive, mailbox):
    ensure_defaults()

    arrive(make_mail("The lower lock slips on every wet descent.", subject="Re: My poles"))

    inbound = Inbound.objects.get()
    conversation = Conversation.objects.get()
    assert (inbound.state, inbound.interaction_id) == ("filed", conversation.last_interaction_id)
    assert (conversation.subject, conversation.standing) == ("My poles", "us")
    assert conversation.customer.display_name == "Ada Lovelace"
    promise = Promise.objects.get()
    assert (promise.kind, promise.state, promise.told_at) == ("first_reply", "open", None)
    assert conversation.due_at == promise.due_at > conversation.waiting_since


def test_a_reply_ends_the_wait_and_keeps_what_was_owed(arrive, mailbox, alice):
    ensure_defaults()
    arrive(make_mail("Where is it?"))
    conversation = Conversation.objects.get()

    once = uuid.uuid4()
    first = reply_to_conversation(conversation, author=alice, body="On its way.", to=["ada@example.org"], once=once)
    again = reply_to_conversation(conversation, author=alice, body="On its way.", to=["ada@example.org"], once=once)
    run_consumers_once()

    conversation.refresh_from_db()
    assert first == again
    assert Delivery.objects.get().recipients == ["ada@example.org"]
    assert (conversation.standing, conversation.waiting_since, conversation.due_at) == ("customer", None, None)
    assert conversation.assignee == alice
    promise = Promise.objects.get()
    assert (promise.state, promise.kept_in_id, promise.broken_at) == ("kept", first.interaction_id, None)


def test_an_answer_threads_for_a_participant_and_a_forged_reference_does_not(arrive, mailbox):
    ensure_defaults()
    arrive(make_mail("Where is it?", message_id="<one@example.org>"))
    arrive(make_mail("Still waiting.", in_reply_to="<one@example.org>"))
    arrive(make_mail("Send me the parcel instead.", sender="Mallory <m@evil.example>", in_reply_to="<one@example.org>"))

    first, forged = Conversation.objects.order_by("pk")
    assert first.messages.count() == 2
    assert forged.messages.get().thread_reason == "header_stranger"
    assert forged.links.get().other == first
    assert Promise.objects.filter(conversation=first).count() == 1
