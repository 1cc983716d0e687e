"""An address book on a real CardDAV server and we, kept alike: both ways, with conflicts, deletions and a connection that breaks."""

import time

import pytest

from heard.accounts.services.audiences import audience_of
from heard.bridges.carddav.client import CardServer, Changed, is_kin
from heard.bridges.models import AddressBook, BookCard, CardConflict, CardVerdict
from heard.bridges.outgoing import Trouble
from heard.bridges.services.books import add_book, change_book, choose_book, end_book, look_for_books, opened
from heard.bridges.services.card_conflicts import open_card_conflicts, settle_conflict
from heard.bridges.services.syncing import enqueue_due, sync_book
from heard.bridges.vcards.reading import card_in
from heard.bridges.vcards.understanding import record_of
from heard.events.models import Event
from heard.people.models import Identifier, Identity
from heard.people.services.decisions import decide_same, retract_decision
from heard.people.services.facts import correct_name
from heard.privacy.services import erase_person
from tests.factories import make_customer, make_team, make_user
from tests.fixtures import running
from tests.servers.proxy import proxy
from tests.servers.radicale import PASSWORD, USER, radicale

pytestmark = pytest.mark.django_db(transaction=True)
ADA = """BEGIN:VCARD
VERSION:3.0
UID:ada-1
FN:Ada Whitfield
N:Whitfield;Ada;;;
EMAIL;TYPE=HOME:ada@example.org
TEL:+44 20 7946 0018
item1.URL:https://ada.example/
item1.X-ABLabel:her page
X-SECRET-SAUCE:mustard
END:VCARD
"""
BEN = ADA.replace("ada", "ben").replace("Ada", "Ben").replace("0018", "0019")


@pytest.fixture(scope="module")
def server():
    yield from running(radicale())


@pytest.fixture(autouse=True)
def open_here(settings):
    settings.BRIDGE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def support(transactional_db):
    return make_team("Support")


@pytest.fixture
def alice(support):
    return make_user("Alice", teams=[support])


@pytest.fixture
def path(server):
    """An address book of this test's own with Ada and Ben in it."""
    path = f"book-{time.monotonic_ns()}"
    server.make_book(path, "Customers")
    server.put(path, "ada.vcf", ADA)
    server.put(path, "ben.vcf", BEN)
    return path


def connected(server, path, support, *, sends="changes", url="", **more):
    values = {
        "name": "Phone",
        "url": url or server.book(path),
        "username": USER,
        "password": PASSWORD,
        "sends": sends,
        "minutes": 15,
        **more,
    }
    book = add_book({"is_active": True, **values}, teams=[support], by=None)
    look_for_books(book)
    return AddressBook.objects.get(pk=book.pk)


def synced(book):
    tally = sync_book(book.pk)
    book.refresh_from_db()
    assert book.problem == "", book.problem
    return tally


def identity_of(email):
    return Identity.objects.get(identifiers__value=email)


def test_the_server_tells_which_address_books_there_are(server, path, support):
    book = add_book({"name": "Phone", "url": server.url, "username": USER, "password": PASSWORD}, teams=[support], by=None)
    found = look_for_books(book)
    assert server.book(path) in [one.url for one in found]
    choose_book(book, server.book(path))
    assert synced(book).made == 2
    wrong = add_book({"name": "Wrong", "url": server.url, "username": USER, "password": "no"}, teams=[support], by=None)
    with pytest.raises(Trouble, match="bad_login"):
        look_for_books(wrong)


@pytest.mark.parametrize(
    ("url", "base", "may"),
    [
        ("https://p42-contacts.cloud.example/1/", "https://contacts.cloud.example/", True),
        ("https://contacts.cloud.example/1/", "https://contacts.cloud.example/", True),
        ("http://contacts.cloud.example/1/", "https://contacts.cloud.example/", False),
        ("http://p42-contacts.cloud.example/1/", "https://contacts.cloud.example/", False),
        ("https://evil.example/", "https://contacts.cloud.example/", False),
        ("https://evil.co.uk/", "https://shop.co.uk/", False),
        ("https://10.0.0.2/", "https://10.0.0.1/", False),
    ],
)
def test_our_password_goes_to_hosts_of_the_same_owner_alone(url, base, may):
    assert is_kin(url, base) is may


def test_cards_become_people_once(server, path, support, alice):
    book = connected(server, path, support)
    assert synced(book).made == 2
    ada = identity_of("ada@example.org")
    assert (ada.display_name, ada.source) == ("Ada Whitfield", book.source)
    assert Identifier.objects.filter(identity=ada, kind="phone").get().value == "+442079460018"
    assert Identity.objects.visible_to(alice).count() == 2
    assert not synced(book)
    server.put(path, "ada.vcf", ADA.replace("0018", "0055"))
    assert synced(book).changed == 1
    assert Identifier.objects.filter(identity=ada, kind="phone").get().value == "+442079460055"
    assert Identity.objects.count() == 2


def test_what_changes_here_goes_there_and_the_rest_of_the_card_stays(server, path, support, alice):
    book = connected(server, path, support)
    synced(book)
    other = make_customer("ada@work.example", name="A. Whitfield", audience=book.audience)
    decide_same(identity_of("ada@example.org"), other, by=alice)
    correct_name(identity_of("ada@example.org"), name="Ada Lovelace", by=alice)
    assert synced(book).sent == 1
    text = server.get(path, "ada.vcf")
    record = record_of(card_in(text))
    assert record.names[0].full == "Ada Lovelace" and record.names[0].family == "Lovelace"
    assert set(record.emails) == {"ada@example.org", "ada@work.example"}
    assert "X-SECRET-SAUCE:mustard" in text and "her page" in text
    assert not synced(book)
    # our own words did not come back as the address book's
    assert set(identity_of("ada@example.org").identifiers.filter(kind="email").values_list("value", flat=True)) == {"ada@example.org"}
    assert "Ben" in server.get(path, "ben.vcf")


def test_what_we_gave_is_taken_back_when_people_part_and_never_what_was_theirs(server, path, support, alice):
    book = connected(server, path, support)
    synced(book)
    other = make_customer("ada@work.example", name="A. Whitfield", audience=book.audience)
    decision = decide_same(identity_of("ada@example.org"), other, by=alice)
    synced(book)
    retract_decision(decision, by=alice)
    assert synced(book).sent == 1
    assert record_of(card_in(server.get(path, "ada.vcf"))).emails == ("ada@example.org",)


def test_both_changed_the_name_so_somebody_chooses(server, path, support, alice):
    book = connected(server, path, support)
    synced(book)
    for name, verdict in (("Ada One", CardVerdict.THEIRS), ("Ada Three", CardVerdict.OURS)):
        correct_name(identity_of("ada@example.org"), name=f"{name} here", by=alice)
        server.put(path, "ada.vcf", ADA.replace("FN:Ada Whitfield", f"FN:{name} there").replace("N:Whitfield;Ada", "N:;"))
        synced(book)
        doubt = CardConflict.objects.get(verdict="")
        assert (doubt.field, doubt.theirs, doubt.ours) == ("name", f"{name} there", f"{name} here")
        assert f"FN:{name} there" in server.get(path, "ada.vcf")
        assert identity_of("ada@example.org").display_name == f"{name} here"
        synced(book)
        assert [one.pk for one in open_card_conflicts(alice)] == [doubt.pk]
        settle_conflict(doubt, verdict=verdict, by=alice)
        settle_conflict(doubt, verdict="ours", by=alice)
        synced(book)
        side = "there" if verdict == CardVerdict.THEIRS else "here"
        assert identity_of("ada@example.org").display_name == f"{name} {side}"
        assert f"FN:{name} {side}" in server.get(path, "ada.vcf")
        assert not synced(book)
    assert not open_card_conflicts(make_user("Charlie", teams=[make_team("Sales")]))


def test_both_changed_it_to_the_same_so_nobody_needs_to_choose(server, path, support, alice):
    book = connected(server, path, support)
    synced(book)
    correct_name(identity_of("ada@example.org"), name="Ada Lovelace", by=alice)
    server.put(path, "ada.vcf", ADA.replace("Whitfield", "Lovelace"))
    synced(book)
    assert not CardConflict.objects.exists()


def test_a_card_that_changes_while_we_write_is_read_first(server, path, support, alice, monkeypatch):
    book = connected(server, path, support)
    synced(book)
    correct_name(identity_of("ada@example.org"), name="Ada Lovelace", by=alice)
    real = CardServer.put

    def late(self, href, text, *, etag=""):
        server.put(path, "ada.vcf", ADA.replace("0018", "0066"))
        return real(self, href, text, etag=etag)

    monkeypatch.setattr(CardServer, "put", late)
    assert not synced(book)
    monkeypatch.setattr(CardServer, "put", real)
    synced(book)
    text = server.get(path, "ada.vcf")
    assert "FN:Ada Lovelace" in text and "0066" in text


def test_a_deleted_card_deletes_nobody_and_is_not_made_again(server, path, support):
    book = connected(server, path, support, sends="everybody", forgets=True)
    synced(book)
    server.delete(path, "ben.vcf")
    assert synced(book).gone == 1
    ben = Identity.objects.get(display_name="Ben Whitfield")
    assert ben.erased_at is None
    assert not ben.identifiers.filter(kind__in=["email", "phone"]).exists()
    assert not synced(book)
    assert server.names(path) == ["ada.vcf"]
    server.put(path, "ben.vcf", BEN)
    assert synced(book).changed == 1
    assert identity_of("ben@example.org").pk == ben.pk


def test_everybody_gets_a_card_and_what_is_added_there_is_theirs(server, path, support, alice):
    book = connected(server, path, support, sends="everybody")
    grace = make_customer("grace@example.org", name="Grace Hopper", audience=book.audience)
    make_customer("hidden@example.org", name="Hidden", audience=audience_of([make_team("Sales")]))
    assert synced(book).sent == 1
    [name] = [one for one in server.names(path) if one not in {"ada.vcf", "ben.vcf"}]
    assert "grace@example.org" in server.get(path, name)
    assert not synced(book)
    server.put(path, name, server.get(path, name).replace("\r\n", "\n").replace("END:VCARD", "TEL:+34 600 123 456\nEND:VCARD"))
    synced(book)
    came = Identity.objects.get(identifiers__value="+34600123456")
    assert came.source == book.source
    grace.refresh_from_db()
    assert came.person_number == grace.person_number  # the card was made of her
    assert not came.identifiers.filter(kind="email").exists()  # our own words are not somebody else's
    server.delete(path, name)
    synced(book)
    assert not synced(book)
    assert name not in server.names(path)


def test_whoever_is_erased_is_deleted_there_and_does_not_come_back(server, path, support, alice):
    root = make_user("Root", role="admin")
    book = connected(server, path, support)
    synced(book)
    erase_person([identity_of("ada@example.org").pk], by=root)
    row = BookCard.objects.get(is_to_go=True)
    assert (row.theirs, row.ours, row.uid) == ({}, {}, "")
    synced(book)
    assert server.names(path) == ["ben.vcf"]
    assert not BookCard.objects.filter(href__endswith="ada.vcf").exists()
    server.put(path, "ada.vcf", ADA)
    synced(book)
    assert not Identifier.objects.filter(value="ada@example.org").exists()
    assert BookCard.objects.get(href__endswith="ada.vcf").theirs == {}


def test_an_address_book_that_is_only_read_is_never_written(server, path, support, alice):
    book = connected(server, path, support, sends="nothing")
    synced(book)
    correct_name(identity_of("ada@example.org"), name="Ada Lovelace", by=alice)
    make_customer("grace@example.org", name="Grace Hopper", audience=book.audience)
    assert not synced(book)
    assert "FN:Ada Whitfield" in server.get(path, "ada.vcf")
    assert server.names(path) == ["ada.vcf", "ben.vcf"]


@pytest.mark.parametrize("cut", [200, 700, 1500, 2500, 4000])
def test_a_connection_that_breaks_in_the_middle_loses_and_doubles_nothing(server, path, support, alice, cut):
    with proxy(server.port) as between:
        book = connected(server, path, support, sends="everybody", url=f"http://127.0.0.1:{between.port}/{USER}/{path}/")
        make_customer("grace@example.org", name="Grace Hopper", audience=book.audience)
        between.cut_all()
        between.cut_after += [cut] * 6
        for _attempt in range(8):
            sync_book(book.pk)
        book.refresh_from_db()
        assert book.problem == ""
        between.cut_after += [cut] * 4
        correct_name(identity_of("ada@example.org"), name="Ada Lovelace", by=alice)
        between.cut_all()
        for _attempt in range(6):
            sync_book(book.pk)
    assert Identity.objects.count() == 3
    assert len(server.names(path)) == 3
    assert server.get(path, "ada.vcf").count("EMAIL") == 1
    assert "FN:Ada Lovelace" in server.get(path, "ada.vcf")
    assert not CardConflict.objects.exists()
    assert set(Identifier.objects.filter(kind="email").values_list("value", flat=True)) == {
        "ada@example.org", "ben@example.org", "grace@example.org",
    }  # fmt: skip


def test_an_answer_that_is_lost_after_the_card_was_made_makes_no_second_one(server, path, support, monkeypatch):
    book = connected(server, path, support, sends="everybody")
    make_customer("grace@example.org", name="Grace Hopper", audience=book.audience)
    real = CardServer.put

    def lost(self, href, text, *, etag=""):
        real(self, href, text, etag=etag)
        raise Trouble("broken_off")

    monkeypatch.setattr(CardServer, "put", lost)
    sync_book(book.pk)
    book.refresh_from_db()
    assert book.problem == "broken_off"
    monkeypatch.setattr(CardServer, "put", real)
    synced(book)
    assert not synced(book)
    assert len(server.names(path)) == 3
    assert Identity.objects.count() == 3


def test_a_server_without_tokens_is_listed(server, path, support, monkeypatch):
    monkeypatch.setattr(CardServer, "changes", lambda self, token: self.everything())
    book = connected(server, path, support)
    synced(book)
    assert not synced(book)
    server.delete(path, "ben.vcf")
    server.put(path, "carl.vcf", ADA.replace("ada", "carl").replace("Ada", "Carl"))
    tally = synced(book)
    assert (tally.made, tally.gone) == (1, 1)


def test_a_token_that_the_server_forgot_loses_nothing(server, path, support):
    book = connected(server, path, support)
    synced(book)
    server.delete(path, "ben.vcf")
    AddressBook.objects.update(sync_token="http://radicale.org/ns/sync/" + "0" * 64)
    assert synced(book).gone == 1


def test_trouble_is_told_once_and_the_next_time_is_later(server, path, support):
    book = connected(server, path, support)
    change_book(book, {"username": USER, "password": "wrong"}, teams=[support], by=None)
    for _attempt in range(3):
        sync_book(book.pk)
    book.refresh_from_db()
    assert (book.problem, book.failures) == ("bad_login", 3)
    assert Event.objects.filter(kind="address_book.failed").count() == 1
    change_book(book, {"username": USER, "password": PASSWORD}, teams=[support], by=None)
    AddressBook.objects.update(next_at="2026-01-01T00:00Z")
    assert enqueue_due() == 1
    assert enqueue_due() == 0
    synced(book)


def test_an_address_book_that_was_ended_is_left_alone(server, path, support):
    book = connected(server, path, support)
    synced(book)
    end_book(book, by=None)
    assert sync_book(book.pk) is None
    assert not BookCard.objects.exists()
    assert Identity.objects.count() == 2
    assert server.names(path) == ["ada.vcf", "ben.vcf"]


def test_a_card_that_cannot_be_read_stops_nobody(server, path, support, monkeypatch):
    real = CardServer._cards

    def broken(self, hrefs):
        for one in real(self, hrefs):
            yield one if not one.href.endswith("ada.vcf") else type(one)(one.href, one.etag, "no card at all")

    monkeypatch.setattr(CardServer, "_cards", broken)
    book = connected(server, path, support)
    tally = synced(book)
    assert (tally.made, tally.refused) == (1, 1)
    assert not synced(book)


def test_a_card_is_written_over_the_one_we_know_and_no_other(server, path, support):
    book = connected(server, path, support)
    with opened(book) as there:
        href = f"/{USER}/{path}/ada.vcf"
        etag = there.card(href).etag
        server.put(path, "ada.vcf", ADA.replace("0018", "0077"))
        with pytest.raises(Changed):
            there.put(href, ADA, etag=etag)
        with pytest.raises(Changed):
            there.put(href, ADA)
        there.delete(href)
        there.delete(href)
