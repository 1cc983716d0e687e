"""An agent sees what was bought, makes it good with the keyboard, and the reply tells it; the page has no barriers."""

import pytest
from playwright.sync_api import expect

from heard.gestures.models import Gesture
from heard.gestures.services.authority import set_authority
from heard.promises.services.policies import ensure_defaults
from heard.purchases.said import Buyer, Line, OrderSaid
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from tests.factories.people import MONDAY_MORNING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_making_it_good_beside_the_thread(visitor, alice, root, support, conversation):
    ensure_defaults()
    set_authority("agent", amount=10_000, currency="EUR", by=root)
    said = OrderSaid("20931", MONDAY_MORNING, "EUR", Buyer("ada@example.org"), (Line("Carbon Z poles", 8900, state="delivered"),))
    record_orders(ensure_source("shop", teams=[support]), [said], by=None)
    page = visitor.log_in(alice).open(f"/conversations/{conversation.pk}/")

    expect(page.get_by_role("heading", name="Order 20931")).to_be_visible()
    page.get_by_text("Replacement, refund or credit").press("Enter")
    page.get_by_label("What you give").select_option("refund")
    page.get_by_label("Worth").fill("500")
    page.get_by_label("Worth").press("Enter")
    expect(page.get_by_text("left to give back")).to_be_visible()
    page.get_by_label("Worth").fill("12.50")
    page.get_by_role("button", name="Give it").press("Enter")
    expect(page.get_by_label("Refund of €12.50, Carbon Z poles")).to_be_checked()
    expect(page.get_by_text("€87.50")).to_be_visible()
    assert visitor.accessibility_violations() == []
    page.get_by_label("Your reply").fill("I am sorry.")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    expect(page.locator(".message--ours").get_by_text("Refund of €12.50, Carbon Z poles")).to_be_visible()
    assert Gesture.objects.get().told_at is not None
