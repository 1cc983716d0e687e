"""An order is brought, its buyer complains, an agent sees it and makes it good, the shop carries it out, and the refund comes home."""

import json

import pytest
from django.test import Client

from heard.accounts.services.tokens import make_token
from heard.cli import main
from heard.conversations.models import Conversation, Message
from heard.conversations.services.outgoing import mail_of
from heard.events.consumers import run_consumers_once
from heard.gestures.models import Gesture
from heard.gestures.services.authority import set_authority
from heard.promises.services.policies import ensure_defaults
from tests.factories.mail import make_mail

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = """order,placed_at,email,customer_name,currency,sku,item,quantity,amount,state
20931,2026-02-20,ada@example.org,Ada Lovelace,EUR,CZ-1,Carbon Z poles,1,89.00,delivered
20931,,,,,F45,Fells 45 rucksack,1,145.00,delivered
"""


def test_a_broken_purchase_is_made_good_in_one_reply(arrive, mailbox, alice, dora, root, tmp_path, charlie):
    ensure_defaults()
    set_authority("agent", amount=10_000, currency="EUR", by=root)
    set_authority("lead", amount=30_000, currency="EUR", by=root)
    (tmp_path / "orders.csv").write_text(ORDERS)
    assert main(["import", "orders", str(tmp_path / "orders.csv"), "--team", "Support"]) == 0
    arrive(make_mail("The lower lock slips.", subject="My poles"))
    run_consumers_once()
    conversation = Conversation.objects.get()
    address = f"/conversations/{conversation.pk}/"

    browser = Client()
    browser.force_login(alice)
    page = browser.get(address).content.decode()
    assert "Order 20931" in page and "Carbon Z poles" in page and "€89.00" in page and "Delivered" in page.title()
    found = browser.get("/search/?q=20931").content.decode()
    assert "Ada Lovelace" in found

    all_of_it = {"once": "6f1f6b5e-0000-4000-8000-000000000001", "kind": "refund", "thing": "", "worth": "234.00"}
    order = conversation.customer.parties.get(interaction__kind="order").interaction.order
    refused = browser.post(f"{address}gestures/", all_of_it | {"thing": f"order {order.pk}"})
    assert refused.status_code == 409 and "Dora" in refused.content.decode()
    line = order.lines.get(position=1)
    browser.post(f"{address}gestures/", all_of_it | {"thing": f"line {line.pk}", "worth": "89"})
    gesture = Gesture.objects.get()
    browser.post(
        f"{address}replies/",
        {"once": "6f1f6b5e-0000-4000-8000-000000000002", "to": "ada@example.org", "body": "I am sorry.", "tell": gesture.pk},
    )
    letter = mail_of(Message.objects.get(interaction__direction="out"))
    assert "€89.00" in str(letter) and "Carbon Z poles" in str(letter)

    _token, words = make_token(
        "Shop", scopes=["gestures:read", "gestures:write", "orders:read", "orders:write"], teams=[mailbox.team], role="agent", by=root
    )

    def shop(method, path, data=None):
        answer = Client().generic(
            method, f"/api/v1{path}", json.dumps(data) if data else "", content_type="application/json",
            headers={"Authorization": f"Bearer {words}"},
        )  # fmt: skip
        return answer.json()

    [todo] = shop("GET", "/gestures?only=to_carry_out")["items"]
    assert (todo["order"], todo["worth"]) == ("shop/20931", {"amount": 8900, "currency": "EUR"})
    stands = shop("GET", "/orders/shop/20931")
    shop(
        "PUT", "/orders/shop/20931",
        {
            "placed_at": stands["placed_at"], "currency": "EUR", "state": "delivered", "customer": {"email": "ada@example.org"},
            "lines": [{key: one[key] for key in ("name", "sku", "quantity", "amount", "state")} for one in stands["lines"]],
            "refunds": [{"number": todo["reference"], "line": 1, "amount": 8900, "at": "2026-03-03T09:00:00Z"}],
        },
    )  # fmt: skip
    shop("POST", f"/gestures/{todo['id']}/carried-out")
    page = browser.get(address).content.decode()
    assert "€89.00 given back" in page
    person = browser.get(f"/people/{conversation.customer.person_number}/").content.decode()
    assert "Got back €89.00 for Carbon Z poles" in person and "Bought Carbon Z poles" in person

    outsider = Client()
    outsider.force_login(charlie)
    assert "Lovelace" not in outsider.get("/search/?q=20931").content.decode()
    assert outsider.get(f"/people/{conversation.customer.person_number}/").status_code == 404
