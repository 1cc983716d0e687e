"""A purchase that broke, from the first mail to "solved": an agent, a warehouse without an account, and the customer at her own page."""

from datetime import timedelta

import pytest

from heard.accounts.services.users import add_team
from heard.cli import main
from heard.conversations.customer_links import make_token
from heard.conversations.models import Ask, Conversation, Message
from heard.conversations.services.ask_links import link_token
from heard.conversations.services.outgoing import mail_of
from heard.lib.time import now
from heard.promises.models import Promise
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_mail
from tests.waiting import eventually

pytestmark = pytest.mark.browser
ORDERS = """order,placed_at,email,customer_name,currency,sku,item,quantity,amount,state
20931,2026-02-20,ada@example.org,Ada Lovelace,EUR,CZ-1,Carbon Z poles,1,89.00,delivered
"""


@pytest.fixture
def warehouse(mailbox):
    ensure_defaults()
    return add_team("Warehouse", is_department=True, email="warehouse@heard.example", by=None)


@pytest.fixture
def talk(arrive, warehouse, tmp_path) -> Conversation:
    """Ada, who has bought poles, writes that they broke."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    assert main(["import", "orders", str(tmp_path / "orders.csv"), "--team", "Support"]) == 0
    arrive(make_mail("The lower lock slips.", subject="My poles"))
    return eventually(Conversation.objects.first, seconds=30)


def send(page, words: str) -> None:
    """Reply with these words and whatever else the box holds."""
    page.fill("#id_body", words)
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator(".message--ours", has_text=words).wait_for()


def test_a_broken_purchase_is_promised_asked_for_broken_made_good_and_solved(browser, live_app, visitor, alice, warehouse, talk):
    alices = visitor.log_in(alice).open(f"/conversations/{talk.pk}/")
    alices.get_by_role("heading", name="Order 20931").wait_for()
    alices.get_by_text("Carbon Z poles").first.wait_for()

    alices.keyboard.press("p")
    alices.fill("#id_promise-text", "New pair of poles posted")
    alices.get_by_label("Owed by").first.select_option(label="Warehouse")
    alices.fill("#id_promise-by", "tomorrow, 16:00")
    send(alices, "I am sorry, Ada.")
    alices.locator(".message--ours .promise", has_text="New pair of poles posted").wait_for()
    promise = Promise.objects.get(kind="by_hand")
    assert (promise.owed_by_team, promise.is_target) == (warehouse, False)
    assert "New pair of poles posted" in str(mail_of(Message.objects.get(interaction__text="I am sorry, Ada.")))

    alices.keyboard.press("i")
    alices.get_by_label("Whom do you ask?").select_option(label="Warehouse")
    alices.get_by_label("page say with which team").check()
    alices.get_by_label("Your question").fill("Have you posted them?")
    alices.keyboard.press("Control+Enter")
    alices.get_by_text("Warehouse has been asked for").wait_for()

    path = f"/c/{make_token(talk.pk, talk.customer_id, now())}/"
    ada = Visitor(browser, live_app.url, {"viewport": {"width": 390, "height": 844}})
    hers = ada.open(path)
    hers.get_by_text("New pair of poles posted").first.wait_for()
    hers.get_by_text("Warehouse").first.wait_for()
    assert hers.get_by_text("Have you posted them?").count() == 0

    karim = Visitor(browser, live_app.url)
    asked = karim.open(f"/asks/{link_token(Ask.objects.get())}/")
    asked.get_by_label("Your answer").fill("The lot is held back.")
    asked.get_by_role("button", name="Send it to Alice").click()
    asked.get_by_text("Thank you. Alice has your answer.").wait_for()
    karim.leave()
    alices.locator(".message--note").get_by_text("The lot is held back.").wait_for()

    # The day passes: the date is put into the past, and the worker finds it due.
    Promise.objects.filter(pk=promise.pk).update(due_at=now() - timedelta(minutes=1))
    broken = eventually(Promise.objects.filter(pk=promise.pk, broken_at__isnull=False).first)
    hers = ada.open(path)
    hers.get_by_text("We are late with this").first.wait_for()
    assert hers.get_by_text("The lot is held back.").count() == 0
    hers.get_by_role("button", name="Not yet").click()
    hers.get_by_text("You said “not yet”").wait_for()
    alices.get_by_text("says: not solved yet").wait_for()

    page = visitor.open(f"/conversations/{talk.pk}/")
    page.get_by_label("New pair of poles posted").first.check()
    send(page, "They left by courier.")
    kept = eventually(Promise.objects.filter(pk=promise.pk, state="kept").first)
    assert kept.broken_at == broken.broken_at, "kept late is broken and kept"
    hers = ada.open(path)
    hers.get_by_text("They left by courier.").wait_for()
    hers.get_by_role("button", name="Yes, solved").click()
    eventually(Conversation.objects.filter(pk=talk.pk, state="closed").first)
    assert ada.accessibility_violations() == []
    ada.leave()
