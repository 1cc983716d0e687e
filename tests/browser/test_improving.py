"""Words become a change, in a real browser: selected and marked in the thread; by hand on pages without scripts; no barrier on any of them."""

import pytest

from heard.conversations.indexing.rebuilding import rebuild
from heard.conversations.models import Conversation
from heard.improvements.models import Improvement
from heard.improvements.services.deciding import decide
from heard.improvements.services.evidence import add_evidence
from heard.improvements.services.proposing import propose_improvement
from heard.insights.models import Signal
from heard.insights.services.marking import mark_words
from heard.insights.services.themes import make_theme, merge_themes, split_theme
from tests.browser.pages import Visitor
from tests.factories import make_conversation, make_customer

pytestmark = pytest.mark.browser

SAYINGS = {
    "Ada Lovelace": "Good morning, this is the second pair. The lower lock slips on every wet descent, and last weekend on Tryfan it gave way.\n\n"
    "I do not need the money back. I need poles that hold. See https://shop.example/poles for the ones I mean.",
    "Grace Hopper": "When it rains the lock slips, and I fall. What now?",
    "Joan Clarke": "My lock is slipping as well. It is a pity: the poles are light and well made.",
    "Jonas Salk": "Please keep the lever. I wear mittens and cannot turn a screw lock.",
}


@pytest.fixture
def said(mailbox) -> list[Conversation]:
    """Four customers have written of one thing."""
    people = [
        (make_customer(f"{name.split()[0].lower()}@example.org", name=name, audience=mailbox.audience), text)
        for name, text in SAYINGS.items()
    ]
    return [make_conversation(mailbox, customer=customer, subject="My poles", text=text) for customer, text in people]


def mark(conversation: Conversation, words: str, **fields: object) -> Signal:
    return mark_words(conversation.messages.get().interaction, words=words, **fields)


@pytest.fixture
def improvement(said, alice, dora) -> Improvement:
    """What Alice made of it."""
    theme = make_theme("Pole lock", definition="The lock of a trekking pole holds, or does not", by=alice)
    wet, mittens = make_theme("Wet weather", by=alice), make_theme("Handling", by=dora)
    signals = [
        mark(said[0], "The lower lock slips on every wet descent", kind="problem", theme=theme, by=alice),
        mark(said[0], "every wet descent", kind="problem", theme=wet, by=alice),
        mark(said[0], "I need poles that hold. See https://shop", kind="wish", by=alice),
        mark(said[1], "the lock slips", kind="problem", theme=theme, by=alice),
    ]
    against = mark(said[3], "cannot turn a screw", kind="problem", theme=mittens, by=alice)
    merge_themes(wet, into=theme, by=alice)
    split_theme(theme, signals=[signals[3]], name="Lock in the rain", by=alice)
    improvement = propose_improvement(
        "A lock that holds when it is wet", what_changes="A screw lock with a larger collar on all poles.", for_whom="Everybody who walks in rain",
        expected_effect="half as many complaints by November, 80 % sure", signals=signals, by=alice,
    )  # fmt: skip
    add_evidence(improvement, [against], is_against=True, by=alice)
    decide(improvement, state="planned", public_reason="For the autumn lot.", is_public=True, by=alice)
    list(rebuild())
    return improvement


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_pages_of_improvement_have_no_barrier(visitor: Visitor, alice, said, improvement, width, scheme):
    visitor.log_in(alice)
    visitor.page.set_viewport_size({"width": width, "height": 900})
    visitor.page.emulate_media(color_scheme=scheme)
    themes = {theme.name: theme.pk for theme in Signal.theme.field.related_model.objects.all()}
    pages = {
        "improvements": "/improvements/", "improvement": f"/improvements/{improvement.pk}/", "propose": "/improvements/new/?signal=1",
        "evidence": f"/improvements/{improvement.pk}/evidence/", "alike": f"/improvements/{improvement.pk}/alike/", "themes": "/themes/",
        "theme": f"/themes/{themes['Pole lock']}/", "theme-merged": f"/themes/{themes['Wet weather']}/",
        "signals": f"/messages/{said[0].messages.get().pk}/signals/", "thread": f"/conversations/{said[0].pk}/",
    }  # fmt: skip
    found = {}
    for name, path in pages.items():
        visitor.open(path)
        visitor.take_shot(f"improving-{name}-{width}")
        if violations := visitor.accessibility_violations():
            found[path] = violations
        overflow = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} scrolls sideways by {overflow} px at {width} px"
    assert found == {}


def test_words_are_selected_marked_and_become_a_change(visitor: Visitor, browser, live_app, alice, said):
    """The first half by a script beside the words, the second without any."""
    visitor.log_in(alice)
    page = visitor.open(f"/conversations/{said[0].pk}/")
    page.get_by_text("The lower lock slips").evaluate(
        """(element) => {
          const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode()
          const range = document.createRange()
          range.setStart(text, text.data.indexOf("The lower"))
          range.setEnd(text, text.data.indexOf(", and last"))
          document.getSelection().removeAllRanges()
          document.getSelection().addRange(range)
        }"""
    )
    page.locator(".mark-words").get_by_role("button", name="What do these words show?").click()
    page.get_by_label("Or a new theme").fill("Pole lock")
    visitor.take_shot("improving-selected")
    page.get_by_role("button", name="Mark these words").click()
    page.locator("mark.signal").get_by_text("The lower lock slips on every wet descent").wait_for()
    assert Signal.objects.get().theme.name == "Pole lock"

    plain = Visitor(browser, live_app.url, {"java_script_enabled": False}).log_in(alice)
    page = plain.open(f"/conversations/{said[1].pk}/")
    page.get_by_role("link", name="Mark words").click()
    page.get_by_label("The words").fill("the lock slips")
    page.get_by_role("combobox", name="Theme").select_option("Pole lock")
    page.get_by_role("button", name="Mark these words").click()
    page.get_by_role("link", name="Pole lock").first.click()
    for box in page.get_by_role("checkbox", name="Choose").all():
        box.check()
    page.get_by_role("button", name="Propose a change").click()
    page.get_by_label("What would change, in a line").fill("A lock that holds when it is wet")
    page.get_by_role("button", name="Propose it").click()
    page.get_by_text("2 people ask for it.").wait_for()
    page.get_by_label("said no").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Say why not, in words for customers").wait_for()
    page.get_by_label("Reason, as customers will read it").fill("It would make every pole heavier.")
    page.get_by_role("button", name="Decide").click()
    page.locator(".timeline").get_by_text("It would make every pole heavier.").wait_for()
    plain.leave()
