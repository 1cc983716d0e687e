"""The workspace in a real browser: no barrier on any page, a reply by keyboard, the same without scripts."""

import pytest

from heard.conversations.models import Conversation, Message
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_mail
from tests.waiting import eventually

pytestmark = pytest.mark.browser

AGENTS_PAGES = ["/", "/inbox/", "/inbox/all/", "/people/", "/search/?q=parcel", "/policies/", "/asks/", "/profile/", "/profile/password/"]
OPERATORS_PAGES = [
    "/operate/quarantine/", "/operate/ledger/", "/operate/tasks/", "/operate/colleagues/", "/operate/colleagues/new/", "/operate/teams/new/",
]  # fmt: skip


@pytest.fixture
def filled(arrive, mailbox) -> Conversation:
    """A customer's question with a file and formatting, and something that could not be read."""
    ensure_defaults()
    arrive(make_mail("Where is my parcel?", html="<p>Where is my <b>parcel</b>?</p>", files={"label.pdf": b"%PDF-1.4"}))
    arrive(b"\0\1\2")
    return eventually(Conversation.objects.first, seconds=30)  # the running worker may have taken the filing


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_agents_pages_have_no_barrier(visitor: Visitor, alice, filled, width, scheme):
    visitor.log_in(alice)
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.page.emulate_media(color_scheme=scheme)
    found = {}
    message = filled.messages.get()
    for path in [*AGENTS_PAGES, f"/conversations/{filled.pk}/", f"/conversations/{filled.pk}/?write=note",
                 f"/conversations/{filled.pk}/who-knows/", f"/people/{filled.customer_id}/",
                 f"/people/{filled.customer_id}/messages/new/", f"/messages/{message.pk}/"]:  # fmt: skip
        visitor.open(path)
        if violations := visitor.accessibility_violations():
            found[path] = violations
        overflow = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} scrolls sideways by {overflow} px at {width} px"
    assert found == {}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (320, "light")])
def test_operators_pages_have_no_barrier(visitor: Visitor, root, filled, width, scheme):
    visitor.log_in(root)
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.page.emulate_media(color_scheme=scheme)
    found = {}
    for path in OPERATORS_PAGES:
        visitor.open(path)
        if violations := visitor.accessibility_violations():
            found[path] = violations
    assert found == {}


def test_alice_answers_by_keyboard(visitor: Visitor, alice, filled):
    visitor.log_in(alice)
    page = visitor.open("/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/*/")
    page.keyboard.press("r")
    page.get_by_label("Your reply").fill("It leaves today.")
    page.keyboard.press("Control+Enter")
    page.locator(".message--ours").get_by_text("It leaves today.").wait_for()
    assert Message.objects.filter(conversation=filled, interaction__direction="out").count() == 1


def test_everything_works_without_scripts(browser, live_app, alice, filled):
    plain = Visitor(browser, live_app.url, {"java_script_enabled": False}).log_in(alice)
    page = plain.open(f"/conversations/{filled.pk}/")
    page.get_by_label("Your reply").fill("It leaves today.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator(".message--ours").get_by_text("It leaves today.").wait_for()
    page.get_by_role("link", name="Note").click()
    page.get_by_label("Your note").fill("Ask the warehouse.")
    page.get_by_role("button", name="Leave the note").click()
    page.locator(".message--note").get_by_text("Ask the warehouse.").wait_for()
    plain.leave()


def test_spanish_is_one_click_away(visitor: Visitor, alice, filled):
    visitor.log_in(alice)
    page = visitor.open("/inbox/")
    page.locator(".me-menu summary").click()
    page.get_by_role("button", name="español").click()
    page.get_by_role("heading", name="Bandeja").wait_for()
    assert page.locator("html").get_attribute("lang") == "es"


def test_the_letter_is_shown_in_a_frame_that_runs_nothing(visitor: Visitor, alice, filled):
    visitor.log_in(alice)
    page = visitor.open(f"/messages/{filled.messages.get().pk}/")
    frame = page.frame_locator("iframe")
    frame.locator("b").get_by_text("parcel").wait_for()
