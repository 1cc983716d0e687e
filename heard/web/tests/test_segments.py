"""Segments as pages: written without scripts, tried, saved, explained."""

from uuid import uuid4

import pytest
from django.urls import reverse

from heard.accounts.services.audiences import audience_of
from heard.lib.time import now
from heard.people.models import Attribute, Segment
from heard.people.segment_rules import Condition, Rule
from heard.people.services.segments import make_segment
from heard.tasks.execution import run_due_tasks
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
NEW = "/segments/new/"


@pytest.fixture
def ada(support):
    ada = make_customer(name="Ada Lovelace", audience=audience_of([support]))
    Attribute.objects.create(identity=ada, name="orders", number=4, source="test", computed_at=now())
    return ada


def written(**fields):
    return {"once": uuid4(), "name": "Regulars", "match": "all", "position": 100, "question-0": "orders:at_least", "value-0": "3"} | fields


@pytest.fixture
def lead(client, dora):
    client.force_login(dora)
    return client


def test_a_rule_is_tried_before_it_is_saved_and_then_gathers_its_people(lead, ada):
    tried = lead.post(NEW, written(name="", act="try"))
    assert tried.status_code == 200
    page = tried.content.decode()
    assert "One person whom you may know of fits." in page
    assert "Ada Lovelace" in page
    assert 'value="3"' in page
    assert not Segment.objects.exists()
    saved = lead.post(NEW, written(act="save"))
    run_due_tasks(raise_errors=True)
    page = lead.get(saved["Location"]).content.decode()
    assert "Orders: at least 3" in page
    assert "Ada Lovelace" in page
    assert "Regulars" in lead.get("/segments/").content.decode()


def test_more_lines_keep_what_was_written(lead, ada):
    answer = lead.post(NEW, written(act="more", **{"question-1": "language:is", "value-1": "es"}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'value="es"' in page
    assert 'name="question-3"' in page
    assert "field__error" not in page
    assert "notice--late" not in page


@pytest.mark.parametrize(
    "fields",
    [{"value-0": "many"}, {"question-0": ""}, {"question-0": "shoe:is"}, {"question-0": "", "value-0": ""}, {"name": ""}, {"position": "0"},
     {"match": "none"}, {"face": "user:999999"}, {"once": "x"}],
)  # fmt: skip
def test_what_cannot_be_meant_comes_back_with_its_words(lead, ada, fields):
    answer = lead.post(NEW, written(**fields))
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode() or "notice--late" in answer.content.decode()
    assert not Segment.objects.exists()


def test_a_name_that_is_taken_is_said_where_it_was_written(lead, dora):
    make_segment("Regulars", Rule("all", (Condition("orders", "at_least", 3),)), by=dora)
    answer = lead.post(NEW, written(**{"value-0": "7"}))
    assert answer.status_code == 409
    assert 'value="7"' in answer.content.decode()


def test_a_change_shows_what_it_was_and_another_segment_is_asked_for_by_name(lead, dora, ada):
    rich = make_segment("Rich", Rule("all", (Condition("spent", "at_least", "EUR:50000"),)), by=dora, owner=dora)
    page = lead.get(reverse("web:segment_edit", args=[rich.pk])).content.decode()
    assert 'value="500.00 EUR"' in page
    assert f'value="user:{dora.pk}" selected' in page
    answer = lead.post(NEW, written(**{"question-1": f"segment:is_not:{rich.pk}", "value-1": ""}))
    assert answer.status_code == 302
    assert Segment.objects.get(name="Regulars").rule["conditions"][1] == {"what": "segment", "how": "is_not", "value": rich.pk}
    again = lead.get(reverse("web:segment_edit", args=[Segment.objects.get(name="Regulars").pk])).content.decode()
    assert f'value="segment:is_not:{rich.pk}" selected' in again


def test_why_somebody_is_in_it_or_not_is_said_in_words(lead, dora, ada, support):
    bert = make_customer("b@example.org", name="Bert Brecht", audience=audience_of([support]))
    segment = make_segment("Regulars", Rule("all", (Condition("orders", "at_least", 3),)), by=dora)
    run_due_tasks(raise_errors=True)
    address = reverse("web:segment", args=[segment.pk])
    assert "Why Ada Lovelace is in “Regulars”" in lead.get(f"{address}?person={ada.pk}").content.decode()
    page = lead.get(f"{address}?person={bert.pk}").content.decode()
    assert "Why Bert Brecht is not in “Regulars”" in page
    assert "now: 0" in page
    assert lead.get(f"{address}?person=nobody").status_code == 200


def test_nobody_is_told_of_people_they_may_not_know(client, charlie, dora, ada):
    segment = make_segment("Regulars", Rule("all", (Condition("orders", "at_least", 3),)), by=dora)
    run_due_tasks(raise_errors=True)
    client.force_login(charlie)
    address = reverse("web:segment", args=[segment.pk])
    assert "Lovelace" not in client.get(address).content.decode()
    assert client.get(f"{address}?person={ada.pk}").status_code == 404
