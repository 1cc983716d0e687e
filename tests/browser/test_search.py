"""Searching in a real browser: while typing, with filters, and with scripts off."""

import pytest

from heard.promises.services.policies import ensure_defaults
from heard.search.models import Document
from tests.browser.pages import Visitor
from tests.factories import arrive, make_mailbox, make_team, make_user
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(live_app):
    ensure_defaults()
    support = make_team("Support")
    alice = make_user("Alice", teams=(support,))
    mailbox = make_mailbox(support)
    arrive(
        mailbox=mailbox,
        subject="Replacement poles have not arrived",
        sender="Ada Whitfield <ada@example.org>",
        text="This is the second pair. The lower lock slips on every wet descent, and I am afraid to lean on it.",
    )
    lucia = "Lucía Prieto <lucia@example.org>"
    arrive(mailbox=mailbox, subject="Bloqueo del bastón", sender=lucia, text="El cierre se afloja cuando llueve.")
    arrive(mailbox=mailbox, subject="Where is my lock?", sender="Owen Lock <owen@lock.example>", text="Nothing came.")
    eventually(lambda: Document.objects.filter(kind="message").count() == 3)  # the worker of `live_app` may be at it
    return alice


def test_what_alice_types_is_found_letter_by_letter_and_leads_to_the_message(visitor: Visitor, alice):
    page = visitor.log_in(alice).open("/search/")
    page.get_by_label("Search everything you may see").press_sequentially("slip", delay=30)
    page.locator("mark.found", has_text="slips").wait_for()
    assert page.url.endswith("/search/?q=slip")
    assert page.locator("#lead").inner_text() == "1 message and 1 conversation. You may see all of them."
    page.get_by_label("Where it was said").select_option("note")
    page.get_by_text("Nothing about").wait_for()
    page.get_by_label("Where it was said").select_option("")
    page.get_by_role("link", name="Replacement poles have not arrived").click()
    page.wait_for_url(lambda url: "/conversations/" in url and "#message-" in url)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_barrier(visitor: Visitor, alice, scheme: str, width: int):
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.page.set_viewport_size({"width": width, "height": 800})
    for query in ("", "lock", "nowhere"):
        page = visitor.log_in(alice).open(f"/search/?q={query}")
        assert visitor.accessibility_violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visitor.take_shot(f"search-{query or 'empty'}-{width}-{scheme}")


def test_without_scripts_the_form_searches_and_the_links_lead_on(browser, live_app, alice):
    visitor = Visitor(browser, live_app.url, options={"java_script_enabled": False})
    page = visitor.log_in(alice).open("/search/")
    page.get_by_label("Search everything you may see").fill("lock")
    page.get_by_label("Order").select_option("newest")
    page.get_by_role("button", name="Search").click()
    assert page.locator("mark.found").count() >= 3
    page.get_by_role("link", name="People").last.click()
    assert "in=people" in page.url and "order=newest" in page.url
    visitor.leave()
