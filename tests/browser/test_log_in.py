"""Coming in and going out, in a real browser against a real `heard serve`."""

import pytest

from tests.browser.pages import Visitor
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser


def test_alice_comes_in_with_her_password_and_goes_out_again(visitor: Visitor, alice):
    page = visitor.open("/log-in/")
    page.get_by_label("address").fill(alice.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("do not belong together").wait_for()

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/log-in/" not in url)


def test_the_log_in_page_has_no_barrier(visitor: Visitor):
    visitor.open("/log-in/")
    assert visitor.accessibility_violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_in_page_is_readable_in_both_schemes(visitor: Visitor, scheme: str):
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.open("/log-in/")
    assert visitor.accessibility_violations() == []
