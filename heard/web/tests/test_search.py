"""The search page: what a colleague may see, in the customer's own words."""

import pytest
from django.test import Client
from django.urls import reverse

from heard.conversations.models import Conversation, Message
from heard.conversations.services.messages import add_note
from heard.people.models import Identity
from heard.promises.services.policies import ensure_defaults
from tests.factories import arrive, make_mailbox, make_team, make_user, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(db):
    ensure_defaults()
    return make_team("Support")


@pytest.fixture
def mailbox(support):
    return make_mailbox(support)


@pytest.fixture
def alice(support):
    return make_user("Alice", teams=(support,))


def page(user, query: str = "", **given: str):
    client = Client()
    client.force_login(user)
    response = client.get(reverse("web:search"), {"q": query, **given} if query else given)
    assert response.status_code == 200
    return response


def text(user, query: str, **given: str) -> str:
    return page(user, query, **given).content.decode()


def test_words_are_found_and_marked_in_the_customers_voice(mailbox, alice):
    arrive(mailbox=mailbox, subject="Pole lock <slips>", text="This is the second pair. The lower <b>lock</b> slips on every descent.")
    shown = text(alice, "locks")
    message = Message.objects.get()
    assert f'href="{reverse("web:conversation", args=[message.conversation_id])}#message-{message.pk}"' in shown
    assert 'Pole <mark class="found">lock</mark> &lt;slips&gt;' in shown
    assert '<p class="row__words">This is the second pair. The lower &lt;b&gt;<mark class="found">lock</mark>&lt;/b&gt; slips' in shown
    assert "<strong>1 message and 1 conversation.</strong> You may see all of them." in shown


def test_a_note_is_set_in_our_voice(mailbox, alice):
    arrive(mailbox=mailbox)
    add_note(Conversation.objects.get(), author=alice, body="Offer a voucher")
    work_off()
    assert '<p class="row__words row__words--ours">Offer a <mark class="found">voucher</mark>' in text(alice, "voucher")
    assert "Nothing about" in text(alice, "voucher", channel="email")
    assert "Perhaps elsewhere" in text(alice, "voucher", channel="email")


def test_an_outsider_finds_nothing_and_no_count(mailbox):
    arrive(mailbox=mailbox, subject="kettle", text="scratches")
    charlie = make_user("Charlie", teams=(make_team("Sales"),))
    number = Conversation.objects.get().pk
    for query in ("scratches", "kettle", "lovelace", "ada@example.org", f"#{number}", str(number)):
        shown = text(charlie, query)
        assert "Nothing about" in shown
        assert "You may see" not in shown and "row__link" not in shown


def test_a_number_a_name_and_an_address_lead_there_first(mailbox, alice):
    arrive(mailbox=mailbox, subject="kettle", text="scratches")
    conversation, ada = Conversation.objects.get(), Identity.objects.get(identifiers__value="ada@example.org")
    for query, url in (
        (f"#{conversation.pk}", reverse("web:conversation", args=[conversation.pk])),
        ("Ada Lovelace", reverse("web:person", args=[ada.person_number])),
        ("ada@example.org", reverse("web:person", args=[ada.person_number])),
    ):
        shown = text(alice, query)
        assert shown.index("Start here") < shown.index(f'href="{url}')


def test_a_number_leads_to_its_conversation_before_the_index_has_heard_of_it(mailbox, alice):
    from tests.factories import make_conversation

    conversation = make_conversation(mailbox)
    assert reverse("web:conversation", args=[conversation.pk]) in text(alice, f"#{conversation.pk}")


def test_views_show_conversations_or_people_alone_and_order_is_kept_in_the_address(mailbox, alice):
    arrive(mailbox=mailbox, subject="Lovelace kettle", text="scratches")
    assert "row__link" in text(alice, "lovelace", **{"in": "people"})
    assert reverse("web:conversation", args=[Conversation.objects.get().pk]) not in text(alice, "lovelace", **{"in": "people"})
    shown = text(alice, "lovelace", **{"in": "conversations"}, order="newest", since="nonsense")
    assert "newest first" in shown and "/people/" not in shown.split('id="found"')[1]


def test_while_typing_only_the_list_comes_and_the_address_is_that_of_the_full_search(mailbox, alice):
    arrive(mailbox=mailbox, text="scratches")
    client = Client()
    client.force_login(alice)
    response = client.get(reverse("web:search"), {"q": "scrat", "typing": "1"}, headers={"HX-Request": "true"})
    shown = response.content.decode()
    assert '<mark class="found">scratches</mark>' in shown and "<html" not in shown
    assert response["HX-Replace-Url"] == "/search/?q=scrat"
    assert "Nothing about" in text(alice, "scrat")


def test_an_empty_question_says_what_can_be_asked(alice):
    assert "What are you looking for?" in text(alice, "")


@pytest.mark.parametrize("query", ['"', "*", "-x", "' OR 1=1 --", "<script>alert(1)</script>", "\x00", "a" * 5000, f"#{9**25}"])
def test_no_question_breaks_the_page(alice, query):
    assert "<script>alert" not in text(alice, query)


def test_the_number_of_queries_does_not_depend_on_what_is_found(mailbox, alice, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            page(alice, "scratches")
        return len(context)

    arrive(mailbox=mailbox, subject="one", text="scratches 0")
    before = queries()
    for number in range(1, 6):
        arrive(mailbox=mailbox, subject=f"subject {number}", text=f"scratches {number}", sender=f"A{number} <a{number}@example.org>")
    assert queries() == before
