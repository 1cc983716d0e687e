"""Pairs are answered by one key each, taken back by one, at any width and without scripts; the pages have no barriers."""

import pytest
from playwright.sync_api import expect

from heard.matching.models import Review
from heard.matching.services.live import match_identities
from heard.people.models import Identity
from heard.people.services.records import NewRecord, put_record
from tests.factories.people import MONDAY_MORNING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_answering_by_key(visitor, alice, mailbox):
    made = [
        put_record(source, name, NewRecord(names=(name,), phones=phones), audience_id=mailbox.audience_id, at=MONDAY_MORNING)
        for name in ("Wilhelmina Ostrander", "Thaddeus Quimby")
        for source, phones in (("crm", ("+34600111222",)), ("shop", ()))
    ]
    match_identities([one.pk for one in made])
    page = visitor.log_in(alice).open("/people/review/")

    def press(key: str) -> None:
        page.wait_for_load_state()  # keys are heard once the page's scripts are there
        page.keyboard.press(key)

    expect(page.get_by_text("2 pairs may be one person each.")).to_be_visible()
    assert visitor.accessibility_violations() == []
    press("s")
    expect(page.get_by_text("One pair may be one person.")).to_be_visible()
    assert Identity.objects.values("person_number").distinct().count() == 3
    press("u")
    expect(page.get_by_text("2 pairs may be one person each.")).to_be_visible()
    press("d")
    expect(page.get_by_text("One pair may be one person.")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    press("n")
    expect(page.get_by_text("Nothing is in doubt.")).to_be_visible()
    assert sorted(Review.objects.filter(taken_back_at=None).values_list("verdict", flat=True)) == ["different", "not_sure"]
    for address in ("/people/quality/", "/people/review/answered/", f"/people/{made[0].pk}/why/?with={made[1].pk}"):
        visitor.open(address)
        assert visitor.accessibility_violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    assert visitor.problems == []
