"""The customer's page: what stands on it, and what its buttons do."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from heard.conversations.models import Closure, Message
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.messages import add_note, reply_to_conversation
from heard.conversations.services.outgoing import mail_of
from heard.events.consumers import run_consumers_once
from heard.lib.time import now
from heard.portal.models import Answer, FrontDoor
from heard.portal.tests.scene import once, path_to, put
from heard.promises.models import Promise
from heard.promises.services.byhand import promise_by_hand
from heard.promises.services.policies import ensure_defaults
from heard.timeline.models import Interaction

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies(db):
    ensure_defaults()


def words_of(response) -> str:
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL).split())


def test_the_link_in_a_reply_opens_the_page_of_whoever_gets_it(client, conversation, ada, alice):
    message = reply_to_conversation(conversation, author=alice, body="It leaves today.", to=["ada@example.org"])

    mail = mail_of(message)
    address = re.search(r"http://\S+(/c/[\w-]{48}/)", mail.text)
    page = client.get(address[1])

    assert page.status_code == 200
    assert "Hello Ada." in words_of(page)
    assert "It leaves today." in words_of(page) and "Where is it?" in words_of(page)
    assert mail_of(message).text == mail.text  # a second sending is the same mail
    assert address[1] not in message.interaction.text


def test_no_link_stands_in_mails_when_they_are_switched_off(settings, conversation, alice):
    settings.CUSTOMER_LINK_DAYS = 0
    message = reply_to_conversation(conversation, author=alice, body="It leaves today.", to=["ada@example.org"])
    assert "/c/" not in mail_of(message).text


def test_the_page_says_nothing_that_is_not_for_them(client, conversation, ada, alice, mailbox):
    from tests.factories import make_customer

    grace = make_customer("grace@example.com", name="Grace Hopper", audience=mailbox.audience)
    add_note(conversation, author=alice, body="She always complains.")
    put(conversation, "in", "I am her flatmate.", [(grace, "from"), (ada, "cc")])
    put(conversation, "out", "Dear Grace alone.", [(grace, "to")])
    put(conversation, "out", "Dear both of you.", [(grace, "to"), (ada, "cc")])

    shown = words_of(client.get(path_to(conversation, ada)))

    assert "Dear both of you." in shown
    for secret in ("complains", "flatmate", "Dear Grace alone", "grace@example.com", "Hopper"):
        assert secret not in shown


def test_a_promise_stands_first_with_its_date_and_the_one_it_had_before(client, conversation, ada, alice):
    reply = reply_to_conversation(conversation, author=alice, body="New pair by Friday.", to=["ada@example.org"])
    promise = promise_by_hand(
        conversation, by=alice, text="A new pair of poles", due_at=now() + timedelta(days=2), owed_by=alice, message=reply
    )  # fmt: skip
    assert "A new pair of poles" in words_of(client.get(path_to(conversation, ada)))

    Promise.objects.filter(pk=promise.pk).update(due_at=promise.due_at + timedelta(days=3))
    page = client.get(path_to(conversation, ada))
    assert "It takes longer than we said." in words_of(page)
    assert "<s>" in page.content.decode()

    Promise.objects.filter(pk=promise.pk).update(due_at=now() - timedelta(hours=1))
    assert "We are late with what we promised." in words_of(client.get(path_to(conversation, ada)))


def test_a_promise_told_to_somebody_else_is_not_theirs(client, conversation, ada, alice, mailbox):
    from tests.factories import make_customer

    grace = make_customer("grace@example.com", name="Grace", audience=mailbox.audience)
    put(conversation, "in", "Me too.", [(grace, "from")])
    reply = reply_to_conversation(conversation, author=alice, body="Poles.", to=["ada@example.org"])
    promise_by_hand(conversation, by=alice, text="Poles for Ada", due_at=now() + timedelta(days=2), owed_by=alice, message=reply)
    promise_by_hand(conversation, by=alice, text="An untold target", due_at=now() + timedelta(days=1), owed_by=alice)

    assert "Poles for Ada" not in words_of(client.get(path_to(conversation, grace)))
    assert "An untold target" not in words_of(client.get(path_to(conversation, ada)))


def test_not_yet_opens_again_and_promises_an_answer(client, conversation, ada, alice):
    reply_to_conversation(conversation, author=alice, body="Done.", to=["ada@example.org"], then_close=True)
    run_consumers_once()
    path = path_to(conversation, ada)

    answer = client.post(f"{path}not-yet/", once())

    assert answer.status_code == 303
    conversation.refresh_from_db()
    assert (conversation.state, conversation.last_direction) == ("open", "in")
    assert Closure.objects.get().reopened_at is not None
    promise = Promise.objects.get(state="open")
    assert promise.told_at is not None and conversation.due_at == promise.due_at
    shown = words_of(client.get(answer.headers["Location"]))
    assert "An answer to you" in shown and "You said “not yet”" in shown


def test_not_yet_twice_is_said_once(client, conversation, ada):
    path, form = path_to(conversation, ada), once()
    for given in (form, form, once()):
        assert client.post(f"{path}not-yet/", given).status_code == 303
    assert Answer.objects.count() == 1
    assert Message.objects.filter(interaction__kind="not_yet").count() == 1


def test_solved_closes_and_nobody_counts_as_dropped(client, conversation, ada, alice):
    from heard.conversations.dropped import dropped_balls

    path = path_to(conversation, ada)
    for _ in range(2):
        assert client.post(f"{path}solved/", once()).status_code == 303
    run_consumers_once()

    conversation.refresh_from_db()
    assert (conversation.state, conversation.standing) == ("closed", "closed")
    assert Closure.objects.get().reason == "confirmed"
    assert Answer.objects.get().kind == "solved"
    assert not Promise.objects.filter(state="open").exists()
    assert dropped_balls(alice, now=now() + timedelta(days=3)) == []
    assert "Good to hear that it is solved." in words_of(client.get(path))


def test_after_solved_not_yet_is_still_there(client, conversation, ada):
    path = path_to(conversation, ada)
    client.post(f"{path}solved/", once())
    client.post(f"{path}not-yet/", once())
    conversation.refresh_from_db()
    assert conversation.is_open
    assert [answer.kind for answer in Answer.objects.order_by("at")] == ["solved", "not_yet"]


def test_words_and_files_become_a_message_that_waits(client, conversation, ada, alice):
    path = path_to(conversation, ada)
    photo = SimpleUploadedFile("lock.png", b"\x89PNG", content_type="image/png")
    form = once() | {"text": "It is this lock.", "files": [photo]}
    assert client.post(f"{path}messages/", form).status_code == 303
    form["files"] = [SimpleUploadedFile("lock.png", b"\x89PNG", content_type="image/png")]
    assert client.post(f"{path}messages/", form).status_code == 303  # the same form again

    said = Interaction.objects.get(channel="portal")
    assert (said.direction, said.authentication, said.authentication_method) == ("in", "none", "link")
    assert said.text == "It is this lock."
    file = said.attachments.get()
    download = client.get(f"{path}files/{file.pk}/")
    assert download.content == b"\x89PNG" and download.headers["Content-Disposition"].startswith("attachment")
    client.force_login(alice)
    assert "on their own page" in words_of(client.get(f"/conversations/{conversation.pk}/"))


def test_words_that_cannot_be_sent_stay_in_the_field(client, conversation, ada):
    path = path_to(conversation, ada)
    empty = client.post(f"{path}messages/", once() | {"text": "  "})
    assert empty.status_code == 422 and "There is nothing to send yet." in words_of(empty)
    long = client.post(f"{path}messages/", once() | {"text": "x" * 20_001})
    assert long.status_code == 422 and "x" * 20_001 in long.content.decode()
    without_mark = client.post(f"{path}messages/", {"text": "Hello", "once": "no uuid"})
    assert without_mark.status_code == 422
    assert not Interaction.objects.filter(channel="portal").exists()


def test_the_page_speaks_spanish_to_who_wants_it_and_so_do_our_mails(client, conversation, ada):
    path = path_to(conversation, ada)
    client.post(f"{path}language/", {"language": "es"})
    ada.refresh_from_db()
    assert ada.language == "es"
    assert '<html lang="es"' in client.get(path).content.decode()
    client.cookies.clear()
    assert '<html lang="es"' in client.get(path).content.decode()
    client.post(f"{path}language/", {"language": "klingon"})
    ada.refresh_from_db()
    assert ada.language == "es"


def test_a_person_is_one_step_away(client, conversation, ada, root):
    client.force_login(root)
    assert client.post("/operate/customer-pages/", {"company": "Tarn & Trail", "phone": "+44 113 496 0000"}).status_code == 303
    assert client.post("/operate/customer-pages/", {"company": "", "phone": "call us"}).status_code == 422
    client.logout()
    page = client.get(path_to(conversation, ada)).content.decode()
    assert "tel:+441134960000" in page and "Tarn &amp; Trail" in page
    assert "Open again" in page or "Now open" in page
    assert FrontDoor.objects.count() == 1


def test_long_threads_are_paged_with_constantly_many_queries(client, conversation, ada, alice, django_assert_max_num_queries):
    path = path_to(conversation, ada)
    for number in range(25):
        put(conversation, "out", f"Letter {number}.", [(ada, "to")], at=now() - timedelta(hours=26 - number), author=alice)
    with django_assert_max_num_queries(16) as few:
        first = client.get(path)
    assert "Letter 24." in words_of(first) and "Letter 14." not in words_of(first)
    with django_assert_max_num_queries(18):
        last = client.get(f"{path}?page=3")
    assert "Letter 0." in words_of(last)
    assert client.get(f"{path}?page=٣").status_code == client.get(f"{path}?page=-1").status_code == 200
    assert len(few) <= 16


def test_a_joined_conversation_is_found_where_its_words_are(client, conversation, ada, alice, mailbox):
    from heard.conversations.services.joins import join_conversations
    from tests.factories import make_conversation

    other = make_conversation(mailbox, customer=ada, subject="Kettle", text="The kettle too.")
    path = path_to(conversation, ada)
    join_conversations(conversation, into=other, by=alice)
    assert "The kettle too." in words_of(client.get(path))
    client.post(f"{path}messages/", once() | {"text": "And the lid."})
    assert other.messages.filter(interaction__text="And the lid.").exists()


def test_whoever_only_read_along_does_not_close_it(client, conversation, ada, mailbox):
    from tests.factories import make_customer

    grace = make_customer("grace@example.com", name="Grace", audience=mailbox.audience)
    put(conversation, "out", "For your information.", [(ada, "to"), (grace, "cc")])
    path = path_to(conversation, grace)
    assert "Is it solved?" not in words_of(client.get(path))
    assert client.post(f"{path}solved/", once()).status_code == 409
    conversation.refresh_from_db()
    assert conversation.is_open


def test_what_they_do_is_an_event_without_words(client, conversation, ada):
    from heard.events.models import Event

    path = path_to(conversation, ada)
    client.post(f"{path}not-yet/", once())
    client.post(f"{path}solved/", once())
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds.count("customer.answered") == 2 and "message.received" in kinds and "conversation.closed" in kinds


def test_a_closed_one_says_when_and_by_whom_it_is_opened_again(client, conversation, ada, alice):
    close_conversation(conversation, by=alice, reason="no_reply_needed")
    assert "We took this as settled." in words_of(client.get(path_to(conversation, ada)))
    conversation.refresh_from_db()
    assert not conversation.is_open
