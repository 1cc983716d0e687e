"""Anybody at the open window, and somebody who was told: without scripts, by keyboard, on a narrow phone, in the dark."""

import pytest

from heard.improvements.answer_links import make_token
from heard.improvements.models import Told
from heard.improvements.services.answering import allow_quote
from heard.improvements.services.telling import queue_telling, tell_everyone, write_telling
from heard.improvements.services.window import show_quote
from heard.improvements.tests.scene import ask_for_it, change, finish
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_user

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}


@pytest.fixture
def told(mailbox, support):
    """Twelve people asked for it, it is done, a no stands beside it, and one of them may be quoted."""
    ensure_defaults()
    dora = make_user("Dora", role="lead", teams=(support,))
    signals = ask_for_it(mailbox, dora, 12)
    improvement = change(dora, signals)
    finish(improvement, dora)
    finish(change(dora, signals[:2], title="A loyalty card with points"), dora, state="declined", reason="Points would make prices higher.")
    telling = write_telling(improvement, by=dora, text_en="Every pair has a screw lock now.")
    tell_everyone(telling, by=dora)
    queue_telling(telling.pk)
    row = Told.objects.order_by("pk").first()
    show_quote(allow_quote(row, name="Wally"), is_shown=True, by=dora)
    return row


def test_everybody_reads_the_window_and_whoever_was_told_answers(visitor: Visitor, told):
    answer = f"/told/{make_token(told.message_id)}/"
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.emulate_media(color_scheme=scheme)
        for name, path in (("window", "/window/"), ("told", answer), ("no-more", f"{answer}no-more/"), ("embed", "/window/embed/")):
            visitor.open(path)
            assert visitor.accessibility_violations() == [], (name, width, scheme)
            assert visitor.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (name, width)
            visitor.take_shot(f"{name}-{width}-{scheme}")
    visitor.open(answer)
    visitor.page.get_by_role("button", name="Not for me").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("You said: not for me").wait_for()
    visitor.page.get_by_role("textbox", name="What is missing?").fill("I wear mittens.")
    visitor.page.get_by_role("button", name="Send").click()
    visitor.page.get_by_text("We have it.").wait_for()
    assert visitor.accessibility_violations() == []


def test_colleagues_tell_everybody(visitor: Visitor, mailbox, support):
    ensure_defaults()
    dora = make_user("Dora", role="lead", teams=(support,))
    improvement = change(dora, ask_for_it(mailbox, dora, 4))
    finish(improvement, dora)
    visitor.log_in(dora).open(f"/improvements/{improvement.pk}/")
    assert visitor.accessibility_violations() == []
    visitor.take_shot("everyone-told")
    visitor.page.get_by_role("link", name="Tell the 4 who are not told").click()
    visitor.page.get_by_role("button", name="See how it reads").click()
    visitor.page.get_by_role("heading", name="Before it goes").wait_for()
    assert visitor.accessibility_violations() == []
    visitor.take_shot("telling-preview")
    visitor.page.get_by_role("button", name="Tell the 4 we can reach").click()
    visitor.page.get_by_role("link", name="Who was told, and who was not").click()
    assert visitor.accessibility_violations() == []
    visitor.take_shot("telling-told")
    visitor.open("/improvements/loop/?span=all")
    assert visitor.accessibility_violations() == []
    visitor.take_shot("loop")
