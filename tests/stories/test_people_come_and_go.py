"""A shop's file, a letter and a telephone's address book bring the same person; she is one, goes out as one card, and is forgotten everywhere."""

import pytest

from heard.bridges.services.books import add_book, look_for_books
from heard.bridges.services.files import look_at_file, start_file
from heard.bridges.services.sources import ensure_people_source
from heard.bridges.services.syncing import sync_book
from heard.bridges.vcards.reading import card_in
from heard.bridges.vcards.understanding import record_of
from heard.events.consumers import run_consumers_once
from heard.people.models import Identifier, Identity
from heard.privacy.services import erase_person
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mail, make_user, work_off
from tests.fixtures import running
from tests.servers.radicale import PASSWORD, USER, radicale

pytestmark = pytest.mark.django_db(transaction=True)
FILE = b"number,name,email,phone,birth_date\n17,Ada Lovelace,ada@example.org,+44 20 7946 0018,1985-04-12\n"
CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:a-1\nFN:Ada Lovelace\nN:Lovelace;Ada;;;\nTEL:+44 20 7946 0018\nEMAIL:ada@example.org\nEND:VCARD\n"


@pytest.fixture(scope="module")
def server():
    yield from running(radicale())


def settle() -> None:
    """Let everything that follows from what happened happen."""
    for _round in range(6):
        work_off()
        run_consumers_once()
    work_off()


def bring(root, source):
    file = look_at_file(FILE, name="shop.csv", source=source, by=root)
    start_file(file, by=root)
    settle()


def test_one_person_from_three_places(arrive, mailbox, alice, server, settings, client):
    ensure_defaults()
    settings.BRIDGE_HOSTS = ["127.0.0.1"]
    root = make_user("Root", role="admin")
    source = ensure_people_source("shop", teams=[mailbox.team], by=root)
    bring(root, source)
    arrive(make_mail("Where is my kettle?"))
    server.make_book("phone", "Phone")
    server.put("phone", "ada.vcf", CARD)
    values = {"name": "Phone", "url": server.book("phone"), "username": USER, "password": PASSWORD, "sends": "changes", "is_active": True}
    book = add_book(values, teams=[mailbox.team], by=root)
    look_for_books(book)
    sync_book(book.pk)
    settle()

    identities = list(Identity.objects.filter(erased_at=None).exclude(identifiers__value=mailbox.address))
    assert {one.source for one in identities} == {"file:shop", "mail", book.source}
    assert len({one.person_number for one in identities}) == 1  # joined by evidence, by nobody's hand

    client.force_login(alice)
    card = record_of(card_in(client.get(f"/people/{identities[0].person_number}/card.vcf").content.decode()))
    assert (card.emails, card.phones, card.birth_date) == (("ada@example.org",), ("+442079460018",), "1985-04-12")

    erase_person([one.pk for one in identities], by=root)
    settle()
    sync_book(book.pk)
    assert server.names("phone") == []
    bring(root, source)
    server.put("phone", "ada.vcf", CARD)
    sync_book(book.pk)
    assert not Identifier.objects.filter(value__in=["ada@example.org", "+442079460018"]).exists()
