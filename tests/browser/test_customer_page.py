"""A customer at their phone: the link in the mail, the page without scripts, in two languages; a colleague hears “not yet”."""

from datetime import timedelta

import pytest

from heard.conversations.customer_links import make_token
from heard.conversations.models import Conversation
from heard.conversations.services.messages import reply_to_conversation
from heard.lib.time import now
from heard.portal.services.front_doors import change_front_door
from heard.promises.services.byhand import change_promise, promise_by_hand
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}


def promised(conversation, alice, root) -> None:
    """Alice has answered, promised, and had to name a later day."""
    ensure_defaults()
    change_front_door(company="Tarn & Trail", phone="+44 113 496 0000", by=root)
    reply = reply_to_conversation(
        conversation, author=alice, body="Dear Ada, I am sending you a new pair.\n\nAlice", to=["ada@example.org"]
    )  # fmt: skip
    promise = promise_by_hand(
        conversation, by=alice, text="New pair of poles sent by courier", due_at=now() + timedelta(days=1), owed_by=alice, message=reply
    )  # fmt: skip
    sorry = reply_to_conversation(conversation, author=alice, body="The lot was held back. I am sorry.", to=["ada@example.org"])
    change_promise(promise, by=alice, due_at=now() + timedelta(days=3), reason="The lot was held back.", message=sorry)


def test_a_customer_reads_answers_and_is_heard(visitor: Visitor, alice, root, conversation, ada):
    promised(conversation, alice, root)
    path = f"/c/{make_token(conversation.pk, ada.pk, now())}/"
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.open(path)
        assert visitor.accessibility_violations() == []
        visitor.take_shot(f"customer-{width}-{scheme}")
    visitor.page.get_by_role("button", name="Español").click()
    assert visitor.page.locator("html").get_attribute("lang") == "es"
    assert visitor.accessibility_violations() == []
    visitor.page.get_by_role("button", name="English").click()
    visitor.page.get_by_role("button", name="Not yet").click()
    visitor.page.get_by_text("You said “not yet”").wait_for()
    assert visitor.accessibility_violations() == []
    visitor.page.get_by_role("link", name="Correct something here").click()
    assert visitor.accessibility_violations() == []

    page = visitor.log_in(alice).open(f"/conversations/{conversation.pk}/")
    page.locator(".message", has_text="Not yet.").wait_for()
    page.get_by_text("said “not yet”").wait_for()
    assert visitor.accessibility_violations() == []


def test_the_page_works_on_a_small_phone_without_scripts(visitor: Visitor, alice, root, conversation, ada):
    promised(conversation, alice, root)
    phone = Visitor(visitor.browser, visitor.url, PHONE)
    path = f"/c/{make_token(conversation.pk, ada.pk, now())}/"
    for rest in ("", "held/", "not-me/", f"codes/{'0' * 8}-0000-4000-8000-{'0' * 12}/"):
        page = phone.open(path + rest)
        sizes = phone.page.locator("html").bounding_box()
        assert sizes and page.evaluate("document.documentElement.scrollWidth") <= 320, rest
    page = phone.open(path)
    page.locator("textarea").fill("It is the lower lock.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("We have it.").wait_for()
    page.locator(".message", has_text="It is the lower lock.").wait_for()
    page.get_by_role("button", name="Yes, solved").click()
    page.get_by_text("Thank you for telling us.").wait_for()
    phone.leave()
    assert not Conversation.objects.get(pk=conversation.pk).is_open
