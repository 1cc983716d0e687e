"""What scripts add to the pages, in a real browser; and that without them the same is done by links and forms."""

import time
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model

from heard.ui.tests import pages
from tests.browser.pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.urls("heard.ui.tests.pages"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(transactional_db):
    return get_user_model().objects.create_user("omar@heard.example", name="Omar Said", role="admin")


@pytest.fixture(autouse=True)
def streams_end_with_the_test() -> Iterator[None]:
    pages.OVER.clear()
    yield
    pages.OVER.set()
    time.sleep(0.3)


@pytest.fixture
def visit(browser, live_server, admin, settings) -> Iterator[Visitor]:
    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    pages.EVENTS.clear()
    pages.STREAMS.clear()
    pages.DRAFTS.clear()
    somebody = Visitor(browser, live_server.url).log_in(admin)
    yield somebody
    somebody.leave()


def happen(topic: str) -> None:
    pages.EVENTS.append(topic)


def until(page, expression: str) -> None:
    """Wait until the expression is true. Playwright's own `wait_for_function` needs eval, which our policy forbids."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never became true: {expression}")


def expect_change(page, selector: str, was: str) -> None:
    until(page, f"document.querySelector('{selector}').textContent !== '{was}'")


def test_what_is_open_follows_and_a_list_only_offers(visit):
    page = visit.open("/page/")
    until(page, "document.querySelector('live-stream').source?.readyState === 1")
    stamp, listed = page.inner_text("#stamp"), page.inner_text("#listed")
    happen("conversation:12")
    happen("conversation:13")
    expect_change(page, "#stamp", stamp)
    page.get_by_text("2 new · Show").wait_for()
    assert page.inner_text("#listed") == listed
    page.get_by_text("2 new · Show").click()
    expect_change(page, "#listed", listed)
    assert page.locator(".live-region__new").count() == 0


def test_two_tabs_share_one_stream_and_the_second_goes_on_alone(visit):
    first = visit.open("/page/")
    until(first, "document.querySelector('live-stream').source?.readyState === 1")
    second = visit.context.new_page()
    second.goto("/page/")
    stamp = second.inner_text("#stamp")
    happen("conversation:12")
    expect_change(second, "#stamp", stamp)
    assert len(pages.STREAMS) == 1
    stamp = second.inner_text("#stamp")
    first.close()
    until(second, "document.querySelector('live-stream').source?.readyState === 1")
    happen("conversation:12")
    expect_change(second, "#stamp", stamp)
    assert pages.STREAMS == [0, 1]  # it went on from where the first had read


def test_an_act_a_refusal_and_an_error_are_said_in_the_corner(visit):
    page = visit.open("/page/")
    page.click("#act")
    page.locator("#notices").get_by_text("Closed.").wait_for()
    assert page.locator("#notices").get_by_role("button", name="Undo").is_visible()
    assert page.inner_text("#out") == "done"
    page.get_by_role("button", name="Send").click()
    page.get_by_text("This conversation is closed. Reopen it to reply.").wait_for()
    page.click("#broken")
    page.get_by_text("Something broke on our side.").wait_for()
    assert page.locator("#notices .notice").count() == 1
    page.get_by_role("button", name="Close this notice").click()
    assert page.locator("#notices .notice").count() == 0


def test_a_lost_session_leads_to_the_log_in(visit):
    page = visit.open("/page/")
    page.click("#lost")
    page.wait_for_url("**/log-in/?next=%2Fpage%2F")


def test_words_are_kept_here_while_the_connection_is_away(visit):
    page = visit.open("/page/")
    page.fill("textarea", "Dear Ada")
    page.get_by_text("Kept", exact=True).wait_for()
    visit.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()
    page.fill("textarea", "Dear Ada, you are right")
    page.get_by_text("Kept on this device only").wait_for()
    visit.context.set_offline(False)
    page.get_by_text("Kept", exact=True).wait_for()
    assert pages.DRAFTS == ["Dear Ada", "Dear Ada, you are right"]


def test_news_do_not_take_the_words_nor_the_caret_from_who_writes(visit):
    page = visit.open("/page/")
    until(page, "document.querySelector('live-stream').source?.readyState === 1")
    around = page.inner_text("#around")
    page.fill("textarea", "Dear Ada")
    page.evaluate("document.querySelector('textarea').setSelectionRange(4, 4)")
    happen("conversation:12")
    expect_change(page, "#around", around)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("est")
    assert page.input_value("textarea") == "Dearest Ada"
    until(page, "document.querySelector('.draft-keeper__state').textContent === 'Kept'")
    assert pages.DRAFTS[-1] == "Dearest Ada"
    page.get_by_role("button", name="Send").click()
    page.get_by_text("This conversation is closed. Reopen it to reply.").wait_for()


def test_words_that_never_arrived_are_back_when_the_page_is(visit):
    page = visit.open("/page/")
    page.evaluate("localStorage.setItem('heard:draft:c12', 'Dear Ada')")
    page.reload()
    page.get_by_text("What you wrote before is back.").wait_for()
    assert page.input_value("textarea") == "Dear Ada"


def test_a_letter_has_its_own_height_and_folds_what_it_quotes(visit):
    page = visit.open("/page/")
    page.get_by_text("Show the quoted rest").wait_for()
    frame = page.locator("mail-frame iframe")
    folded = frame.bounding_box()["height"]
    page.get_by_text("Show the quoted rest").click()
    page.get_by_text("Hide the quoted rest").wait_for()
    until(page, f"document.querySelector('mail-frame iframe').offsetHeight > {folded}")
    assert folded < 120


def test_keys_move_between_rows_and_can_be_turned_off(visit):
    page = visit.open("/page/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "First"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Second"
    page.focus("textarea")
    page.keyboard.type("jk?")
    assert page.input_value("textarea") == "jk?"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.get_by_label("Use these keys on this device").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_a_theme_is_shown_at_once_and_kept(visit):
    page = visit.open("/page/")
    page.click(".me")
    page.get_by_role("button", name="Dark").click()
    until(page, "document.documentElement.dataset.theme === 'dark'")
    until(page, "document.cookie.includes('theme=dark')")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_every_component_is_accessible(browser, live_server, admin, scheme, width):
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    somebody = Visitor(browser, live_server.url, options).log_in(admin)
    page = somebody.open("/ui/components/")
    assert somebody.accessibility_violations() == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    somebody.leave()


def test_without_scripts_menus_choices_and_acts_still_work(browser, live_server, admin):
    somebody = Visitor(browser, live_server.url, {"java_script_enabled": False}).log_in(admin)
    page = somebody.open("/page/")
    page.click(".me")
    page.get_by_role("button", name="Español").click()
    assert page.locator("html").get_attribute("lang") == "es"
    page.click("#broken")
    assert page.locator("h1").count() == 1
    somebody.leave()
