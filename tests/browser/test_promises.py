"""A promise in the reply: offered from the words and made by keyboard; the same without scripts on a narrow phone."""

import pytest

from heard.conversations.models import Conversation
from heard.promises.models import Promise
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_mail
from tests.waiting import eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(arrive, mailbox) -> Conversation:
    """Ada asks where her poles are."""
    ensure_defaults()
    arrive(make_mail("Where are my poles?"))
    return eventually(Conversation.objects.first, seconds=30)


def test_alice_promises_by_keyboard_what_her_words_offer(visitor: Visitor, alice, asked):
    visitor.log_in(alice)
    page = visitor.open(f"/conversations/{asked.pk}/")
    page.keyboard.press("n")
    page.wait_for_selector("textarea[name=body]:focus")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    page.wait_for_selector("form:has(#promise) #id_body:focus")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")  # here already: the field, at once
    assert page.evaluate("document.activeElement.id") == "id_body"
    page.keyboard.type("I am sorry, Ada. A new pair goes out by courier tomorrow before 16:00.")
    page.get_by_role("button", name="Promise it").press("Enter")
    page.wait_for_selector("#id_promise-text:focus")
    assert page.input_value("#id_promise-by") == "tomorrow, 16:00"
    assert not page.get_by_role("button", name="Promise it").is_visible()
    page.fill("#id_promise-text", "New pair sent by courier")
    page.keyboard.press("Control+Enter")

    page.wait_for_selector(".message--ours .promise")
    promise = eventually(Promise.objects.filter(kind="by_hand").first)
    assert (promise.text, promise.owed_by, promise.is_target) == ("New pair sent by courier", alice, False)
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.parentElement.id") == "promise"
    assert page.locator("#promise[open]").count() == 1
    assert visitor.accessibility_violations() == []


def test_without_scripts_on_a_narrow_phone(browser, live_app, alice, asked):
    phone = Visitor(browser, live_app.url, {"java_script_enabled": False, "viewport": {"width": 320, "height": 640}}).log_in(alice)
    page = phone.open(f"/conversations/{asked.pk}/?write=reply&promise")
    page.fill("#id_body", "A new pair goes out tomorrow.")
    page.get_by_role("button", name="Look for a promise in my words").click()
    assert page.input_value("#id_promise-text") == "A new pair goes out"
    assert page.input_value("#id_body") == "A new pair goes out tomorrow."
    page.get_by_role("button", name="Send", exact=True).click()
    promise = eventually(Promise.objects.filter(kind="by_hand").first)
    page.get_by_role("link", name="A new pair goes out").first.click()
    page.get_by_role("button", name="It is done").click()
    assert eventually(lambda: Promise.objects.filter(pk=promise.pk, state="kept").first())
    phone.leave()
