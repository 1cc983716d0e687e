"""What one writes is kept until it has arrived, and not a moment longer."""

import pytest
from playwright.sync_api import expect

from heard.conversations.models import Draft
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.waiting import eventually

pytestmark = pytest.mark.browser


def test_words_that_were_sent_at_once_do_not_come_back_into_the_field(visitor: Visitor, alice, conversation):
    ensure_defaults()
    page = visitor.log_in(alice).open(f"/conversations/{conversation.pk}/")
    field = page.locator("textarea[name=body]").first
    field.fill("It leaves today.")
    page.get_by_role("button", name="Send", exact=True).click()

    page.locator(".message", has_text="It leaves today.").wait_for()
    page.wait_for_timeout(1500)  # longer than the pause after which a draft is kept
    expect(page.locator("textarea[name=body]").first).to_have_value("")
    assert not Draft.objects.exists()


def test_words_that_were_not_sent_are_back_after_the_page_was_closed(visitor: Visitor, alice, conversation):
    page = visitor.log_in(alice).open(f"/conversations/{conversation.pk}/")
    page.locator("textarea[name=body]").first.fill("It leaves")
    eventually(lambda: Draft.objects.filter(text="It leaves").exists())

    page = visitor.open(f"/conversations/{conversation.pk}/")
    expect(page.locator("textarea[name=body]").first).to_have_value("It leaves")
