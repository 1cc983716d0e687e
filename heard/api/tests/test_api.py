"""Programs at work: orders brought as often as they like, answers given once, problems in one shape."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.accounts.models import ApiToken, User
from heard.accounts.selectors import colleagues_who_read
from heard.accounts.services.tokens import SCOPES, NoToken, make_token, revoke_token
from heard.conversations.models import Message
from heard.conversations.services.outgoing import mail_of
from heard.gestures.models import Gesture
from heard.gestures.services.authority import set_authority
from heard.lib.time import frozen_at, now
from heard.people.models import Identifier
from heard.promises.services.policies import ensure_defaults
from heard.purchases.models import Offering, Order, OrderSource, Refund, Return

pytestmark = pytest.mark.django_db
ORDER = {
    "placed_at": "2026-03-01T10:00:00Z", "currency": "EUR", "customer": {"email": "Ada@Example.org", "number": "C-7", "name": "Ada"},
    "lines": [{"name": "Carbon Z poles", "amount": 8900, "sku": "CZ-1"}, {"name": "Wax", "amount": 900, "quantity": 2}],
}  # fmt: skip


class Program:
    """Somebody who asks with a token; answers (status, body)."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, method: str, path: str, data: Any = None, **headers: str) -> tuple[int, Any]:
        body = data if isinstance(data, str) else json.dumps(data) if data is not None else ""
        headers = {"Authorization": f"Bearer {self.words}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = Client().generic(method, f"/api/v1{path}", body, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()


@pytest.fixture
def shop(support, root) -> Program:
    return Program(make_token("Shop", scopes=SCOPES, teams=[support], role="agent", by=root)[1])


def test_an_order_is_made_once_and_follows(shop, ada, alice):
    status, made = shop("PUT", "/orders/shop/20931", ORDER)
    assert status == 201 and made["total"] == 9800 and made["lines"][1]["quantity"] == 2
    assert shop("PUT", "/orders/shop/20931", ORDER) == (200, made)
    assert Order.objects.count() == 1
    later = ORDER | {"state": "delivered", "refunds": [{"number": "F1", "line": 1, "amount": 1000, "at": "2026-03-05T10:00:00+01:00"}]}
    status, changed = shop("PUT", "/orders/shop/20931", later)
    assert status == 200 and changed["refunded"] == 1000 and changed["refunds"][0]["line"] == 1
    assert shop("GET", "/orders/shop/20931") == (200, changed)
    assert shop("GET", f"/people/{ada.person_number}/orders")[1]["items"] == [changed]
    story = shop("GET", f"/people/{ada.person_number}/story")[1]["items"]
    assert [one["kind"] for one in story] == ["refund", "order"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XXX"}, "XXX"),
        ({"lines": []}, "lines"),
        ({"lines": [{"name": "Tea", "amount": 1.5}]}, "amount"),
        ({"lines": [{"name": "Tea", "amount": "150"}]}, "amount"),
        ({"lines": [{"name": "Tea", "amount": 10**18}]}, "amount"),
        ({"lines": [{"name": " ", "amount": 150}]}, "name"),
        ({"placed_at": "2026-03-01T10:00:00"}, "placed_at"),
        ({"placed_at": "2999-03-01T10:00:00Z"}, "future"),
        ({"customer": {}}, "who bought"),
        ({"customer": {"email": "nobody"}}, "nobody"),
        ({"state": "lost"}, "lost"),
        ({"colour": "red"}, "colour"),
        ({"refunds": [{"number": "F1", "line": 9, "amount": 1, "at": "2026-03-05T10:00:00Z"}]}, "line"),
        ({"refunds": [{"number": "F1", "amount": 1, "at": "2026-03-05T10:00:00Z"}] * 2}, "F1"),
    ],
)  # fmt: skip
def test_a_wrong_order_is_a_problem_that_names_what_is_wrong(shop, change, says):
    status, problem = shop("PUT", "/orders/shop/20931", ORDER | change)
    assert status == 422 and says in json.dumps(problem, ensure_ascii=False)
    assert not Order.objects.exists()


def test_what_is_no_json_is_a_problem(shop):
    assert shop("PUT", "/orders/shop/20931", "{")[0] == 400
    assert shop("GET", "/nowhere")[0] == 404
    assert shop("PATCH", "/orders/shop/1")[0] == 405


amounts = st.integers(0, 50_000)
lines = st.lists(st.fixed_dictionaries({"name": st.sampled_from(["Poles", "Wax", "Tea"]), "amount": amounts}), min_size=1, max_size=3)
refunds = st.lists(st.tuples(st.sampled_from(["F1", "F2", "F3"]), st.integers(1, 5)), max_size=3, unique_by=lambda one: one[0])


@given(versions=st.lists(st.tuples(lines, refunds), min_size=1, max_size=4), again=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_saying_anything_again_changes_nothing(shop, versions, again):
    """Whatever was said, and however often: the last state stands, each refund is there once, and what happened stays."""
    number, told = uuid4().hex, {}
    for given_lines, given_refunds in versions:
        body = ORDER | {"lines": given_lines}
        body["refunds"] = [
            {"number": name, "amount": told.setdefault(name, amount), "at": "2026-03-05T10:00:00Z"} for name, amount in given_refunds
        ]
        for _time in range(again.draw(st.integers(1, 2))):
            status, said = shop("PUT", f"/orders/shop/{number}", body)
            assert status in {200, 201}
        assert [(one["name"], one["amount"]) for one in said["lines"]] == [(one["name"], one["amount"]) for one in given_lines]
        assert {one["number"]: one["amount"] for one in said["refunds"]} == told


def test_offerings_are_brought_the_same_way(shop):
    tip = {"name": "Tip", "attributes": {"colour": "black"}, "fits_with": ["CZ-1"]}
    assert shop("PUT", "/offerings/T-1", tip)[0] == 422
    assert shop("PUT", "/offerings/CZ-1", {"name": "Carbon Z poles"})[0] == 201
    status, made = shop("PUT", "/offerings/T-1", tip)
    assert status == 201 and made["fits_with"] == ["CZ-1"]
    assert shop("PUT", "/offerings/T-1", tip) == (200, made)
    assert shop("GET", "/offerings/CZ-1")[1]["fits_with"] == ["T-1"]
    assert shop("PUT", "/offerings/T-1", {"name": "Tip"})[1]["fits_with"] == ["CZ-1"]
    assert shop("PUT", "/offerings/T-1", {"name": "Tip", "fits_with": []})[1]["fits_with"] == []
    assert [one["sku"] for one in shop("GET", "/offerings?limit=1")[1]["items"]] == ["CZ-1"]
    assert Offering.objects.count() == 2


def test_a_reply_with_the_same_key_is_sent_once_and_tells_what_was_given(shop, conversation, root, alice):
    set_authority("agent", amount=10_000, currency="EUR", by=root)
    address = f"/conversations/{conversation.pk}"
    status, gesture = shop("POST", f"{address}/gestures", {"kind": "credit", "amount": 500, "currency": "EUR"}, Idempotency_Key="g1")
    assert status == 201 and gesture["told_at"] is None
    assert shop("POST", f"{address}/gestures", {"kind": "credit", "amount": 500, "currency": "EUR"}, Idempotency_Key="g1") == (201, gesture)
    assert Gesture.objects.count() == 1
    answers = [shop("POST", f"{address}/replies", {"body": "It leaves today."}, Idempotency_Key="any words") for _time in range(2)]
    assert answers[0] == answers[1] and answers[0][0] == 201 and answers[0][1]["to"] == ["ada@example.org"]
    message = Message.objects.get(interaction__direction="out")
    assert message.interaction.author.name == "Shop" and "€5.00" in str(mail_of(message))
    assert shop("GET", "/gestures?only=to_carry_out")[1]["items"][0]["told_at"] is not None
    assert shop("POST", f"/gestures/{gesture['id']}/carried-out")[1]["carried_out_at"]
    assert shop("GET", "/gestures?only=to_carry_out")[1]["items"] == []


def test_above_the_authority_is_a_refusal_with_whom_to_ask(shop, conversation, dora, root):
    set_authority("lead", amount=10_000, currency="EUR", by=root)
    status, problem = shop("POST", f"/conversations/{conversation.pk}/gestures", {"kind": "credit", "amount": 500, "currency": "EUR"})
    assert status == 409 and "Dora" in problem["detail"]


def test_a_conversation_is_read_closed_and_opened(shop, conversation):
    address = f"/conversations/{conversation.pk}"
    read = shop("GET", address)[1]
    assert read["messages"][0]["sender"] == "ada@example.org" and read["earlier"] == 0
    assert shop("PUT", f"{address}/closure", {"reason": "solved"})[1]["state"] == "closed"
    assert shop("POST", f"{address}/replies", {"body": "And?"})[0] == 409
    assert shop("DELETE", f"{address}/closure")[1]["state"] == "open"
    assert shop("PUT", f"{address}/closure", {"reason": "history"})[0] == 422
    assert shop("POST", f"{address}/replies", {"body": "x", "to": ["nobody"]})[0] == 422


def test_promises_are_made_listed_and_kept(shop, conversation, ada):
    ensure_defaults()
    due = {"what": "New pair posted", "due_at": (now() + timedelta(days=9)).isoformat()}
    assert shop("POST", f"/conversations/{conversation.pk}/promises", due | {"owed_by_team": "Nobody"})[0] == 422
    assert shop("POST", f"/conversations/{conversation.pk}/promises", due | {"due_at": "2020-01-02T09:00:00Z"})[0] == 409
    status, made = shop("POST", f"/conversations/{conversation.pk}/promises", due, Idempotency_Key="p1")
    assert status == 201 and made["told_at"] is None
    assert shop("POST", f"/conversations/{conversation.pk}/promises", due, Idempotency_Key="p1") == (201, made)
    assert made in shop("GET", f"/people/{ada.person_number}/promises")[1]["items"]
    assert shop("POST", f"/promises/{made['id']}/kept")[1]["state"] == "kept"


def test_lists_come_in_pages(shop, support, conversation, mailbox, ada):
    from tests.factories import make_conversation

    for number in range(3):
        make_conversation(mailbox, customer=ada, subject=str(number))
    seen, after = [], ""
    while True:
        page = shop("GET", f"/conversations?limit=2&after={after}".replace("+", "%2B"))[1]
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 4
    assert shop("GET", "/conversations?after=yesterday")[0] == 422
    assert shop("GET", "/conversations?view=nothing")[0] == 422
    assert shop("GET", "/conversations?limit=0")[0] == 422


# Tokens


def test_only_a_hash_of_a_token_is_kept_and_a_program_is_no_colleague(shop, support, root, conversation):
    token = ApiToken.objects.get()
    assert shop.words not in str(ApiToken.objects.values()) and shop.words.startswith(token.beginning)
    assert not token.user.has_usable_password()
    assert token.user not in colleagues_who_read(conversation.audience_id)


def test_a_revoked_or_expired_token_opens_nothing(shop, root):
    assert shop("GET", "/people")[0] == 200
    revoke_token(ApiToken.objects.get(), by=root)
    assert shop("GET", "/people")[0] == 401
    assert not User.objects.get(is_program=True).is_active
    soon = now().replace(microsecond=0)
    _token, words = make_token("Brief", scopes=["people:read"], teams=[], role="agent", by=root, expires_at=soon.replace(year=2099))
    assert Program(words)("GET", "/people")[0] == 200
    with frozen_at(soon.replace(year=2099)):
        assert Program(words)("GET", "/people")[0] == 401


@pytest.mark.parametrize("change", [{"scopes": []}, {"scopes": ["everything"]}, {"name": " "}, {"role": "admin"}])
def test_a_token_that_makes_no_sense_is_refused(root, support, change):
    with pytest.raises(NoToken):
        make_token(**({"name": "Shop", "scopes": ["orders:read"], "teams": [support], "role": "agent", "by": root} | change))


def test_a_log_in_opens_nothing_but_the_description(client, alice, shop):
    assert client.get("/api/v1/openapi.json").status_code == 401
    client.force_login(alice)
    assert client.get("/api/v1/conversations").status_code == 401
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1") and "/api/v1/orders/{source}/{number}" in described["paths"]
    assert shop("GET", "/openapi.json")[0] == 200


def test_a_token_is_made_and_shown_once_on_the_page(client, root, support):
    client.force_login(root)
    form = {"name": "Shop", "scopes": ["orders:write", "orders:read"], "teams": support.pk, "role": "agent", "days": ""}
    page = client.post("/operate/tokens/", form)
    assert page.status_code == 201
    words = page.content.decode().split('value="heard_')[1].split('"')[0]
    assert words not in client.get("/operate/tokens/").content.decode()
    assert Program(f"heard_{words}")("GET", "/orders")[0] == 200
    assert client.post("/operate/tokens/", form | {"name": ""}).status_code == 422


def test_who_may_not_read_a_source_may_not_bring_orders_to_it(shop, sales, root):
    shop("PUT", "/orders/shop/1", ORDER)
    other = Program(make_token("Other", scopes=SCOPES, teams=[sales], role="agent", by=root)[1])
    assert other("PUT", "/orders/shop/2", ORDER)[0] == 403
    assert other("PUT", "/orders/till/2", ORDER)[0] == 201
    alone = Program(make_token("Alone", scopes=SCOPES, teams=[], role="agent", by=root)[1])
    assert alone("PUT", "/orders/elsewhere/2", ORDER)[0] == 409
    assert OrderSource.objects.count() == 2


# Erasure


def test_an_erased_order_stays_away(shop, ada, root, alice):
    from heard.privacy.services import erase_person, preview_erasure

    shop("PUT", "/orders/shop/20931", ORDER | {"refunds": [{"number": "F1", "amount": 5, "at": "2026-03-05T10:00:00Z"}]})
    assert {one.store: one.rows for one in preview_erasure([ada.pk])}["orders"] == 1
    erase_person([ada.pk], by=root)
    order = Order.objects.get()
    assert "20931" not in order.number and order.total == 0 and order.erased_at
    assert not order.lines.exists() and not Refund.objects.exists() and not Return.objects.exists()
    assert not Identifier.objects.exists()
    assert shop("GET", "/orders/shop/20931")[0] == 404
    assert shop("PUT", "/orders/shop/20931", ORDER)[0] == 410
    assert shop("PUT", "/orders/shop/20932", ORDER)[0] == 201
