"""The pages on which people are brought and taken out."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from heard.accounts.models import Access
from heard.bridges.models import PeopleFile
from heard.bridges.services.sources import ensure_people_source
from heard.bridges.vcards.reading import card_in, cards_in
from heard.bridges.vcards.understanding import record_of
from heard.lib.time import now
from heard.people.models import Identity
from heard.people.services.records import NewName, NewRecord, put_many
from tests.factories import make_team, make_user, work_off

pytestmark = pytest.mark.django_db
CSV = b"Customer no;Name;Mail;Born\n7;Ada Whitfield;ada@example.org;03/04/1985\n8;Ben;ben at example;\n"


@pytest.fixture
def support():
    return make_team("Support")


@pytest.fixture
def root(support, client):
    root = make_user("Root", role="admin")
    client.force_login(root)
    return root


def bring(client, raw=CSV, name="people.csv", source="Shop"):
    return client.post(reverse("bridges:files"), {"source": source, "file": SimpleUploadedFile(name, raw)}, follow=True)


def test_a_file_is_looked_at_mapped_and_taken_in(client, root):
    page = bring(client).content.decode()
    assert "2 people would be new" in page
    file = PeopleFile.objects.get()
    assert file.mapping == ["number", "name", "email", "birth_date"]
    data = {"encoding": "utf-8", "separator": ";", "has_heading": "on", "days": "day"}
    data |= {f"column-{at}": field for at, field in enumerate(["number", "name", "email", "birth_date"])}
    page = client.post(reverse("bridges:file", args=[file.pk]), data, follow=True).content.decode()
    assert "1985-04-03" in page
    assert "taken without it" in page  # Ben's address is none, his number is enough
    client.post(reverse("bridges:file_start", args=[file.pk]))
    work_off()
    assert "2 people new" in client.get(reverse("bridges:file", args=[file.pk])).content.decode()
    assert Identity.objects.filter(source="file:shop").count() == 2


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"PK\x03\x04", "spreadsheet"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "not a text file"), (b"\n\n", "empty")],
)
def test_what_is_no_file_of_people_says_why(client, root, raw, words):
    response = client.post(reverse("bridges:files"), {"source": "shop", "file": SimpleUploadedFile("x.csv", raw)})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not PeopleFile.objects.exists()


def test_a_file_of_which_nobody_could_be_told_apart_says_what_is_missing(client, root):
    page = bring(client, b"Vorname,Farbe\nAda,rot\n").content.decode()
    assert "No column tells one person from another" in page
    assert "Take them in" not in page


def put(support, root, *records):
    source = ensure_people_source("crm", teams=[support], by=root)
    put_many(source.source, [(str(number), record, now()) for number, record in enumerate(records)], audience_id=source.audience_id)


def test_one_person_as_a_card(client, root, support):
    put(support, root, NewRecord(names=(NewName(given="Ada", family="Whitfield"),), emails=("ada@example.org",), phones=("+442079460018",)))
    alice = make_user("Alice", teams=[support])
    client.force_login(alice)
    number = Identity.objects.get().person_number
    response = client.get(reverse("bridges:card", args=[number]))
    assert response["Content-Type"].startswith("text/vcard")
    assert record_of(card_in(response.content.decode())).emails == ("ada@example.org",)
    assert json.loads(client.get(reverse("bridges:jcard", args=[number])).content)[0] == "vcard"
    assert Access.objects.filter(user=alice, page="card").count() == 1
    client.force_login(make_user("Charlie", teams=[make_team("Sales")]))
    assert client.get(reverse("bridges:card", args=[number])).status_code == 404


@pytest.mark.parametrize("form", ["csv", "vcf", "json"])
def test_many_people_as_a_file(client, root, support, form, django_assert_max_num_queries):
    put(support, root, *[NewRecord(names=(f"=Person {number}",), emails=(f"p{number}@example.org",)) for number in range(60)])
    dora = make_user("Dora", role="lead", teams=[support])
    client.force_login(dora)
    with django_assert_max_num_queries(25):
        response = client.post(reverse("bridges:export"), {"form": form, "segment": ""})
        text = b"".join(response.streaming_content).decode()
    assert "attachment" in response["Content-Disposition"]
    if form == "csv":
        assert text.count("\n") == 61
        assert ",=Person" not in text and "'=Person 7" in text
    elif form == "vcf":
        assert len(list(cards_in(text))) == 60
    else:
        assert len(json.loads(text)) == 60
    assert Access.objects.filter(user=dora, page="export").count() == 60


def test_what_was_taken_out_can_be_brought_back(client, root, support):
    put(support, root, NewRecord(names=("Ada Whitfield",), emails=("ada@example.org",), phones=("+442079460018",), birth_date="1985-04-12"))
    client.force_login(make_user("Dora", role="lead", teams=[support]))
    for form in ("csv", "vcf", "json"):
        raw = b"".join(client.post(reverse("bridges:export"), {"form": form}).streaming_content)
        client.force_login(root)
        bring(client, raw, name=f"people.{form}", source=f"again {form}")
        file = PeopleFile.objects.latest("pk")
        assert (file.made, file.refused, file.left_out) == (1, 0, 0), (form, file.problems)
        client.force_login(make_user(f"Dora {form}", role="lead", teams=[support]))
