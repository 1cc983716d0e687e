"""Taking in orders: whose they are, who may read them, and the same said twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import Http404

from heard.events.models import Event
from heard.people.models import Identifier
from heard.people.selectors import get_person
from heard.purchases.models import Order, OrderLine, Refund, Return
from heard.purchases.said import Buyer, CameBack, Line, OrderSaid, PaidBack, WrongOrder
from heard.purchases.selectors import get_order, orders_of, refunded
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from heard.timeline.models import Interaction
from heard.timeline.selectors import story_of
from tests.factories.people import MONDAY_MORNING

POLES = Line("Carbon Z poles", 8900, sku="CZ-1", state="delivered")
SACK = Line("Fells 45 rucksack", 14500, quantity=2)
ORDER = OrderSaid("20931", MONDAY_MORNING, "EUR", Buyer("ada@example.org", "C-7", "Ada"), (POLES, SACK))


@pytest.fixture
def shop(support):
    return ensure_source("shop", teams=[support])


def take(shop, *said):
    return [one.outcome for one in record_orders(shop, said, by=None)]


def test_an_order_stands_on_the_time_line_of_whoever_bought(shop, ada, alice):
    assert take(shop, ORDER) == ["made"]
    [order] = orders_of([ada.pk], alice)
    assert (order.number, order.total, order.currency, [line.name for line in order.lines.all()]) == (
        "20931", 23400, "EUR", ["Carbon Z poles", "Fells 45 rucksack"],
    )  # fmt: skip
    [interaction] = story_of([ada.pk], alice)
    assert (interaction.channel, interaction.kind, interaction.happened_at) == ("order", "order", MONDAY_MORNING)
    assert interaction.words == "Carbon Z poles, 2 × Fells 45 rucksack"


def test_whoever_may_not_read_a_source_sees_none_of_its_orders(shop, ada, charlie):
    take(shop, ORDER)
    assert orders_of([ada.pk], charlie) == []
    with pytest.raises(Http404):
        get_order(charlie, "shop", "20931")
    with pytest.raises(Http404):
        get_person(charlie, ada.pk)


def test_the_same_said_twice_changes_nothing(shop, ada):
    take(shop, ORDER)
    before = Event.objects.count()
    assert take(shop, ORDER) == ["unchanged"]
    assert (Order.objects.count(), OrderLine.objects.count(), Interaction.objects.count()) == (1, 2, 1)
    assert Event.objects.count() == before


def test_state_lines_and_total_follow(shop, alice, ada):
    take(shop, ORDER)
    later = replace(ORDER, state="delivered", lines=(replace(POLES, amount=8000), SACK, Line("Wax", 500)))
    assert take(shop, later) == ["changed"]
    [order] = orders_of([ada.pk], alice)
    assert (order.state, order.total, [line.amount for line in order.lines.all()]) == ("delivered", 23000, [8000, 14500, 500])
    assert take(shop, replace(later, lines=(POLES,))) == ["changed"]
    assert OrderLine.objects.count() == 1


def test_refunds_and_returns_are_recorded_once_each_on_the_time_line_too(shop, alice, ada):
    day = MONDAY_MORNING + timedelta(days=9)
    said = replace(ORDER, returns=(CameBack("R1", 1, day, 2),), refunds=(PaidBack("F1", 1000, day, 1), PaidBack("F2", 500, day)))
    take(shop, ORDER)
    assert take(shop, said) == ["changed"]
    assert take(shop, said) == ["unchanged"]
    [order] = orders_of([ada.pk], alice)
    assert refunded(order) == 1500
    assert [one.kind for one in story_of([ada.pk], alice)].count("refund") == 2
    more = replace(said, refunds=(*said.refunds, PaidBack("F3", 250, day, 1)))
    assert take(shop, more) == ["changed"]
    assert Refund.objects.count() == 3


def test_what_happened_is_not_changed_later(shop):
    day = MONDAY_MORNING + timedelta(days=9)
    take(shop, replace(ORDER, refunds=(PaidBack("F1", 1000, day, 1),)))
    with pytest.raises(WrongOrder, match="F1"):
        take(shop, replace(ORDER, refunds=(PaidBack("F1", 900, day, 1),)))
    assert Refund.objects.get().amount == 1000


def test_what_came_back_so_far_grows(shop, alice, ada):
    take(shop, replace(ORDER, lines=(replace(POLES, refunded=1000), replace(SACK, returned=1))))
    take(shop, replace(ORDER, lines=(replace(POLES, refunded=1000), replace(SACK, returned=1))))
    take(shop, replace(ORDER, lines=(replace(POLES, refunded=2500), replace(SACK, returned=2))))
    assert [one.amount for one in Refund.objects.order_by("pk")] == [1000, 1500]
    assert sum(Return.objects.values_list("quantity", flat=True)) == 2
    take(shop, replace(ORDER, refunded=3000, lines=(replace(POLES, refunded=2500), replace(SACK, returned=2))))
    assert sum(Refund.objects.values_list("amount", flat=True)) == 3000


def test_a_line_of_which_something_came_back_is_cancelled_and_not_lost(shop):
    take(shop, replace(ORDER, lines=(POLES, replace(SACK, returned=1))))
    take(shop, replace(ORDER, lines=(POLES,)))
    assert OrderLine.objects.get(position=2).state == "cancelled"
    assert Return.objects.count() == 1


def test_a_customer_known_by_number_alone_is_found_again(shop, alice):
    take(shop, replace(ORDER, buyer=Buyer("", "C-7", "Ada L.")))
    take(shop, replace(ORDER, number="20932", buyer=Buyer("", "C-7")))
    holder = Identifier.objects.get(kind="customer").identity
    assert (holder.display_name, len(orders_of([holder.pk], alice))) == ("Ada L.", 2)


def test_an_order_by_number_meets_the_letters_of_the_address_that_had_it(shop, ada, alice):
    take(shop, ORDER)
    take(shop, replace(ORDER, number="20932", buyer=Buyer("", "C-7")))
    assert {order.number for order in orders_of([ada.pk], alice)} == {"20931", "20932"}


def test_a_buyer_with_another_address_is_meant_too(shop, ada, alice):
    take(shop, ORDER)
    take(shop, replace(ORDER, buyer=Buyer("ada@new.example", "", "Ada")))
    other = Identifier.objects.get(value="ada@new.example").identity
    assert [order.number for order in orders_of([other.pk], alice)] == ["20931"]
    assert len(orders_of([ada.pk, other.pk], alice)) == 1


def test_the_currency_of_an_order_does_not_change(shop):
    take(shop, ORDER)
    with pytest.raises(WrongOrder, match="EUR"):
        take(shop, replace(ORDER, currency="USD"))


def test_reading_orders_costs_the_same_for_few_and_many(shop, ada, alice, django_assert_max_num_queries):
    record_orders(shop, [replace(ORDER, number=str(number), refunded=10) for number in range(12)], by=None)
    with django_assert_max_num_queries(5):
        orders = orders_of([ada.pk], alice)
        assert [line.offering for order in orders for line in order.lines.all()].count(None) == 24
        assert sum(refunded(order) for order in orders) == 120
