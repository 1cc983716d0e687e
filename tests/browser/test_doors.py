"""The demo's doors and its guide, by mouse and by keyboard, and with scripts off."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from heard.demo import place
from heard.demo.company import DOMAIN, PASSWORD
from heard.lib.time import now
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_conversation, make_customer, make_mailbox, make_team, make_user
from tests.servers.installation import Installation, RunningApp

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def demo_app(transactional_db: None) -> Iterator[RunningApp]:
    """A demo of four people, served from this test's own home."""
    ensure_defaults()
    team = make_team("Support")
    for name, role in (("alice", "agent"), ("dora", "lead"), ("wen", "agent")):
        user = make_user(name.title(), role=role, teams=(team,), email=f"{name}@{DOMAIN}")
        user.set_password(PASSWORD)
        user.save()
    mailbox = make_mailbox(team)
    ada = make_customer("ada@whitfield.example", name="Ada Whitfield", audience=mailbox.audience)
    poles = make_conversation(mailbox, customer=ada, subject="Replacement poles have not arrived", text="Nothing came on Tuesday.")
    place.finish({"interactions": 1, "customers": 1, "loaded_at": int(now().timestamp()) - 1, "ada_poles": poles.pk})
    try:
        with Installation.of_this_test().serve("--no-worker") as app:
            yield app
    finally:
        place.marker().unlink()


def test_alice_promises_and_ada_reads_it(browser: "Browser", demo_app: RunningApp):
    """Alice's door by keyboard: guided to Ada, she answers, the guide ticks by itself; then Ada's door and her page."""
    visitor = Visitor(browser, demo_app.url)
    page = visitor.open("/demo/")
    assert visitor.accessibility_violations() == []
    page.get_by_role("button", name="Be Alice").focus()
    page.keyboard.press("Enter")
    guide = page.get_by_role("region", name="Guide through the demo")
    guide.get_by_text("1 of 3 done").wait_for()
    assert visitor.accessibility_violations() == []
    page.get_by_role("textbox", name="Your reply").fill("They leave today, and I write again when they are with you.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("They leave today").first.wait_for()
    guide.get_by_text("2 of 3 done").wait_for()  # it asks for itself

    page.goto("/demo/")
    page.get_by_role("button", name="Be Ada").click()
    page.wait_for_url("**/c/**")
    page.get_by_text("They leave today").wait_for()
    guide.get_by_text("1 of").wait_for()
    assert visitor.accessibility_violations() == []
    visitor.leave()


def test_the_doors_open_without_scripts_on_a_small_screen(browser: "Browser", demo_app: RunningApp):
    options = {"java_script_enabled": False, "viewport": {"width": 320, "height": 640}}
    visitor = Visitor(browser, demo_app.url, options)
    page = visitor.open("/demo/")
    page.get_by_role("button", name="Be Dora").click()
    guide = page.get_by_role("region", name="Guide through the demo")
    guide.get_by_text("See who was dropped today").wait_for()
    guide.get_by_role("button", name="Look around without the guide").click()
    assert page.get_by_role("region", name="Guide through the demo").count() == 0
    visitor.leave()
