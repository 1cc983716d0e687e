"""Alice asks the warehouse by keyboard; Karim, without an account and without scripts, answers by the link; Alice's screen shows it."""

import pytest

from heard.accounts.services.users import add_team
from heard.conversations.models import Ask, Conversation
from heard.conversations.services.ask_links import link_token
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_mail
from tests.waiting import eventually

pytestmark = pytest.mark.browser


def checked(visitor: Visitor) -> None:
    assert visitor.accessibility_violations() == []
    overflow = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{visitor.page.url} scrolls sideways by {overflow} px"


def test_a_question_goes_to_the_warehouse_and_comes_back(browser, live_app, visitor: Visitor, arrive, alice):
    ensure_defaults()
    warehouse = add_team("Warehouse", is_department=True, email="warehouse@heard.example", by=None)
    arrive(make_mail("Where are my poles?"))
    talk = eventually(Conversation.objects.first, seconds=30)

    visitor.log_in(alice)
    page = visitor.open(f"/conversations/{talk.pk}/")
    page.keyboard.press("i")
    page.get_by_label("Whom do you ask?").select_option(label="Warehouse")
    page.get_by_label("Show them what").check()
    checked(visitor)
    page.get_by_label("Your question").fill("Is the lot with screw locks still held?")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Warehouse has been asked for").wait_for()
    checked(visitor)

    ask = Ask.objects.get()
    assert (ask.team, ask.included.text.strip()) == (warehouse, "Where are my poles?")
    narrow = {"java_script_enabled": False, "viewport": {"width": 320, "height": 700}, "color_scheme": "dark"}
    karim = Visitor(browser, live_app.url, narrow)
    shown = karim.open(f"/asks/{link_token(ask)}/")
    shown.get_by_text("Where are my poles?").wait_for()
    shown.get_by_label("Your answer").fill("Until Monday.")
    shown.get_by_label("Your name").fill("Karim")
    shown.get_by_role("button", name="Send it to Alice").click()
    shown.get_by_text("Thank you. Alice has your answer.").wait_for()
    karim.leave()

    page.locator(".message--note").get_by_text("Until Monday.").wait_for()
    page.get_by_text("Answered", exact=True).wait_for()
