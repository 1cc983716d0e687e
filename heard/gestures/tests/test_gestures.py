"""Giving within one's authority, and telling it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from heard.conversations.services.outgoing import mail_of
from heard.gestures.models import Authority, Gesture
from heard.gestures.selectors import budget_of, budgets_of, left_of
from heard.gestures.services.answers import answer_and_tell
from heard.gestures.services.authority import CannotBeAllowed, set_authority
from heard.gestures.services.giving import AboveAuthority, CannotBeGiven, carry_out_gesture, make_gesture, withdraw_gesture
from heard.lib.time import frozen_at
from heard.promises.services.policies import ensure_defaults
from heard.purchases.said import Buyer, Line, OrderSaid
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def allowed(root):
    set_authority("agent", amount=10_000, currency="EUR", by=root)
    set_authority("lead", amount=50_000, currency="EUR", by=root)


@pytest.fixture
def order(support, ada):
    said = OrderSaid("20931", MONDAY_MORNING, "EUR", Buyer("ada@example.org"), (Line("Carbon Z poles", 8900), Line("Wax", 900)))
    return record_orders(ensure_source("shop", teams=[support]), [said], by=None)[0].order


def give(conversation, by, amount=1000, kind="credit", **more):
    return make_gesture(conversation, by=by, kind=kind, amount=amount, currency=more.pop("currency", "EUR"), **more)


def test_what_is_given_counts_against_the_week_and_comes_back_when_taken_back(conversation, alice, allowed):
    gesture = give(conversation, alice, 4000)
    assert budget_of(alice, "EUR").left == 6000
    withdraw_gesture(gesture, by=alice)
    assert budget_of(alice, "EUR").left == 10_000


def test_a_new_week_begins_on_monday_in_the_company_s_zone(conversation, alice, allowed, settings):
    with frozen_at(MONDAY_MORNING):
        give(conversation, alice, 10_000)
        assert budget_of(alice, "EUR").left == 0
        ends_at = budgets_of(alice)[0].ends_at
    with frozen_at(ends_at - timedelta(seconds=1)):
        assert budget_of(alice, "EUR").left == 0
    with frozen_at(ends_at):
        assert budget_of(alice, "EUR").left == 10_000


def test_above_the_budget_nothing_is_given_and_whom_to_ask_is_said(conversation, alice, dora, allowed):
    with pytest.raises(AboveAuthority) as refusal:
        give(conversation, alice, 10_001)
    assert "€100.00" in refusal.value.message and "Dora" in refusal.value.message
    assert not Gesture.objects.exists()


def test_where_nobody_may_the_refusal_says_so(conversation, alice, allowed):
    with pytest.raises(AboveAuthority, match="administrator"):
        give(conversation, alice, 60_000)


def test_who_has_no_authority_gives_nothing(conversation, bob):
    with pytest.raises(AboveAuthority):
        give(conversation, bob, 1)


@pytest.mark.parametrize(
    ("kind", "amount", "currency"), [("credit", 0, "EUR"), ("credit", -5, "EUR"), ("gift", 5, "EUR"), ("credit", 5, "XXX"), ("credit", 5.5, "EUR")]
)  # fmt: skip
def test_nonsense_is_refused(conversation, alice, allowed, kind, amount, currency):
    with pytest.raises(CannotBeGiven):
        give(conversation, alice, amount, kind, currency=currency)


def test_a_refund_is_of_an_order_and_not_above_what_is_left_of_it(conversation, alice, dora, allowed, order):
    with pytest.raises(CannotBeGiven, match="order"):
        give(conversation, alice, kind="refund")
    with pytest.raises(CannotBeGiven, match="EUR"):
        give(conversation, alice, kind="refund", currency="USD", order=order)
    give(conversation, alice, 9000, "refund", order=order, line=order.lines.get(position=1))
    assert left_of(order) == 800
    with pytest.raises(CannotBeGiven, match=r"€8\.00"):
        give(conversation, dora, 801, "refund", order=order)


def test_the_same_once_gives_once(conversation, alice, allowed):
    once = uuid4()
    assert give(conversation, alice, once=once) == give(conversation, alice, once=once)
    assert budget_of(alice, "EUR").spent == 1000


def test_the_next_reply_tells_it_in_the_mail_and_not_again(conversation, alice, allowed, order):
    told = give(conversation, alice, 8900, "refund", order=order, line=order.lines.get(position=1))
    later = give(conversation, alice, 500)
    first = answer_and_tell(conversation, author=alice, body="I am sorry.", to=["ada@example.org"], gestures=[told.pk])
    text = mail_of(first)
    assert "€89.00" in str(text) and "Carbon Z poles" in str(text) and "€5.00" not in str(text)
    second = answer_and_tell(conversation, author=alice, body="And this.", to=["ada@example.org"])
    assert "€5.00" in str(mail_of(second)) and "€89.00" not in str(mail_of(second))
    later.refresh_from_db()
    assert later.told_in == second and later.told_at == second.interaction.happened_at


def test_a_repeated_reply_tells_nothing_new(conversation, alice, allowed):
    once = uuid4()
    first = answer_and_tell(conversation, author=alice, body="I am sorry.", to=["ada@example.org"], once=once)
    gesture = give(conversation, alice)
    assert answer_and_tell(conversation, author=alice, body="I am sorry.", to=["ada@example.org"], once=once) == first
    gesture.refresh_from_db()
    assert gesture.told_in is None


def test_a_spanish_customer_reads_it_in_spanish_currency(conversation, alice, allowed, mailbox):
    mailbox.language = "es"
    mailbox.save()
    give(conversation, alice, 1250)
    message = answer_and_tell(conversation, author=alice, body="Lo siento.", to=["ada@example.org"])
    assert "12,50" in str(mail_of(message))


def test_what_was_told_or_done_is_not_taken_back(conversation, alice, allowed):
    told, done = give(conversation, alice), give(conversation, alice)
    answer_and_tell(conversation, author=alice, body="I am sorry.", to=["ada@example.org"], gestures=[told.pk])
    told.refresh_from_db()
    for gesture in (told, carry_out_gesture(done, by=alice)):
        with pytest.raises(CannotBeGiven):
            withdraw_gesture(gesture, by=alice)


def test_a_changed_authority_keeps_the_old_row(root, allowed):
    set_authority("agent", amount=10_000, currency="EUR", by=root)
    assert Authority.objects.filter(role="agent").count() == 1
    set_authority("agent", amount=0, currency="EUR", by=root)
    assert [one.ended_at is None for one in Authority.objects.filter(role="agent").order_by("pk")] == [False, True]
    with pytest.raises(CannotBeAllowed):
        set_authority("reader", amount=100, currency="EUR", by=root)


def test_giving_on_the_page_without_scripts(client, conversation, alice, allowed, order):
    ensure_defaults()
    client.force_login(alice)
    address = f"/conversations/{conversation.pk}/"
    page = client.get(address).content.decode()
    assert "Order 20931" in page and "€100.00" in page
    line = order.lines.get(position=1)
    form = {"once": uuid4(), "kind": "refund", "thing": f"line {line.pk}", "worth": "12,50"}
    assert client.post(f"{address}gestures/", form).status_code == 303
    gesture = Gesture.objects.get()
    assert (gesture.amount, gesture.currency, gesture.line) == (1250, "EUR", line)
    page = client.get(address).content.decode()
    assert "Refund of €12.50, Carbon Z poles" in page and 'name="tell"' in page
    refused = client.post(f"{address}gestures/", {**form, "once": uuid4(), "worth": "a lot"})
    assert refused.status_code == 422 and "a lot" in refused.content.decode()
    above = client.post(f"{address}gestures/", {**form, "once": uuid4(), "thing": "", "kind": "credit", "worth": "99"})
    assert above.status_code == 409 and 'value="99"' in above.content.decode() and "administrator" in above.content.decode()
    whole = client.post(
        f"{address}gestures/",
        {**form, "once": uuid4(), "kind": "replacement", "thing": f"line {order.lines.get(position=2).pk}", "worth": ""},
    )
    assert whole.status_code == 303 and Gesture.objects.latest("pk").amount == 900
    nothing = client.post(f"{address}gestures/", {**form, "once": uuid4(), "kind": "credit", "thing": "", "worth": ""})
    assert nothing.status_code == 422
    reply = {"once": uuid4(), "to": "ada@example.org", "body": "I am sorry.", "tell": gesture.pk}
    assert client.post(f"{address}replies/", reply).status_code == 303
    gesture.refresh_from_db()
    assert gesture.told_at is not None


def test_the_customer_s_own_copy_has_what_was_bought_and_what_was_told(conversation, alice, ada, allowed, order):
    from heard.portal.exporting import of_everything

    give(conversation, alice, 500, "refund", order=order)
    untold = "".join(of_everything(ada.pk))
    assert "Carbon Z poles" in untold and "20931" in untold and '"refund"' not in untold
    answer_and_tell(conversation, author=alice, body="I am sorry.", to=["ada@example.org"])
    assert '"refund"' in "".join(of_everything(ada.pk))
