"""Connecting an address book on its page, and choosing between theirs and ours."""

import pytest
from django.urls import reverse

from heard.bridges.models import AddressBook, BookCard, CardConflict
from heard.bridges.services.books import PURPOSE
from heard.lib.sealing import unseal
from heard.lib.time import now
from heard.tasks.models import Task
from tests.factories import make_customer, make_team, make_user
from tests.fixtures import running
from tests.servers.radicale import PASSWORD, USER, radicale

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    yield from running(radicale())


@pytest.fixture
def support():
    return make_team("Support")


@pytest.fixture
def root(support, client, settings):
    settings.BRIDGE_HOSTS = ["127.0.0.1"]
    root = make_user("Root", role="admin")
    client.force_login(root)
    return root


def form(support, **values):
    return {
        "name": "Phone",
        "username": USER,
        "password": PASSWORD,
        "teams": support.pk,
        "sends": "changes",
        "minutes": 15,
        "is_active": "on",
        **values,
    }


def test_an_operator_connects_one_of_several_address_books(server, client, root, support):
    server.make_book("one", "Friends")
    server.make_book("two", "Customers")
    page = client.post(reverse("bridges:book_new"), form(support, url=server.url), follow=True).content.decode()
    assert "Friends" in page and "Customers" in page
    assert PASSWORD not in page
    book = AddressBook.objects.get()
    assert unseal(book.password_sealed, purpose=PURPOSE) == PASSWORD
    client.post(reverse("bridges:book_choice", args=[book.pk]), {"url": server.book("two")})
    book.refresh_from_db()
    assert (book.is_chosen, book.url) == (True, server.book("two"))
    assert Task.objects.filter(dedupe=f"book:{book.pk}").exists()
    client.post(reverse("bridges:book", args=[book.pk]), form(support, url=server.book("two"), password="", minutes=30))
    book.refresh_from_db()
    assert (book.minutes, book.is_chosen, unseal(book.password_sealed, purpose=PURPOSE)) == (30, True, PASSWORD)
    elsewhere = client.post(reverse("bridges:book_choice", args=[book.pk]), {"url": "http://evil.example/"})
    assert elsewhere.status_code == 409


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password": "wrong"}, "does not take this user name"),
        ({"url": "http://127.0.0.1:1/", "username": "", "password": ""}, "cannot be reached"),
        ({"url": "http://10.0.0.1/", "username": "", "password": ""}, "inside our own network"),
    ],
)
def test_what_stops_us_is_said_with_what_to_do(server, client, root, support, values, words):
    page = client.post(reverse("bridges:book_new"), form(support, **{"url": server.url, **values}), follow=True).content.decode()
    assert words in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": "ftp://a.example/"}, "https://"),
        ({"url": "http://cards.example.org/"}, "with https:// only"),
        ({"url": "https://cards.example.org/", "sends": "segment"}, "Choose whose cards"),
        ({"url": "https://cards.example.org/", "teams": []}, "At least one team"),
        ({"url": "https://cards.example.org/", "minutes": 0}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_form_keeps_the_words_and_says_why(client, root, support, values, words):
    response = client.post(reverse("bridges:book_new"), form(support, **values))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not AddressBook.objects.exists()


def test_the_same_form_sent_twice_connects_once(client, root, support):
    once = {"once": "7d2f3f6e-5b0f-4a55-9a2e-3a1f0c1d2e3f", "url": "http://127.0.0.1:1/", "username": "", "password": ""}
    for _time in range(2):
        client.post(reverse("bridges:book_new"), form(support, **once))
    assert AddressBook.objects.count() == 1


def test_whoever_may_know_the_person_chooses(client, root, support):
    book = AddressBook.objects.create(
        name="Phone", url="http://127.0.0.1:1/", audience=support_audience(support), created_at=now(), is_chosen=True
    )
    ada = make_customer(audience=book.audience)
    card = BookCard.objects.create(book=book, href="/a.vcf", uid="a", identity=ada, read_at=now(), theirs={"name": "Ada King"})
    doubt = CardConflict.objects.create(card=card, field="name", theirs="Ada King", ours="Ada Lovelace", found_at=now())
    url = reverse("bridges:card_settling", args=[doubt.pk])
    assert client.post(url, {"verdict": "theirs"}).status_code == 404  # an administrator of no team
    client.force_login(make_user("Alice", teams=[support]))
    page = client.get(reverse("bridges:card_conflicts")).content.decode()
    assert "Ada King" in page and 'data-key="t"' in page
    assert client.post(url, {"verdict": "nonsense"}).status_code == 409
    client.post(url, {"verdict": "theirs"})
    ada.refresh_from_db()
    assert ada.display_name == "Ada King"
    assert "Nothing is in doubt" in client.get(reverse("bridges:card_conflicts")).content.decode()


def support_audience(team):
    from heard.accounts.services.audiences import audience_of

    return audience_of([team])


def test_the_list_costs_the_same_for_many(client, root, support, django_assert_max_num_queries):
    for number in range(8):
        AddressBook.objects.create(
            name=f"Book {number}", url=f"http://a.example/{number}/", audience=support_audience(support), created_at=now()
        )
    with django_assert_max_num_queries(14):
        assert client.get(reverse("bridges:books")).status_code == 200
