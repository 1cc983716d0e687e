"""Every operation of the API × every kind of token: what it answers is stated here, and every problem has the one shape."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from heard.accounts.services.tokens import SCOPES, make_token
from tests.conventions.test_routes import values
from tests.conventions.watch import Watch
from tests.conventions.world import World

KINDS = ("nobody", "no scope", "reader", "agent", "outsider")
"""Without a token; with one that may do something else; of a reader and an agent of Support; of an agent of Sales. All others have every scope."""


def of_it(status: int) -> tuple[int, ...]:
    """For something that belongs to Support and is read: to others it is not there."""
    return (401, 403, status, status, 404)


def written(status: int) -> tuple[int, ...]:
    """For something that belongs to Support and is changed: readers may not."""
    return (401, 403, 403, status, 404)


def all_tokens(status: int) -> tuple[int, ...]:
    return (401, 403, status, status, status)


def writers(status: int) -> tuple[int, ...]:
    return (401, 403, 403, status, status)


@dataclass(frozen=True, slots=True)
class Operation:
    answers: tuple[int, ...]
    where: Any = field(default_factory=dict)
    data: Any = None


NUMBER = lambda w: {"number": w.conversation.pk}
PERSON = lambda w: {"number": w.ada.person_number}
SEGMENT = lambda w: {"number": w.segment.pk}
RICH = [{"what": "spent", "how": "at_least", "value": "500 EUR"}]
LATER = "2030-01-02T09:00:00Z"
ORDER = {
    "placed_at": "2026-03-01T10:00:00Z", "currency": "EUR", "customer": {"email": "ada@example.org"},
    "lines": [{"name": "Kettle", "amount": 4900}],
}  # fmt: skip

OPERATIONS: dict[str, Operation] = {
    "GET /conversations": Operation(all_tokens(200)),
    "GET /conversations/{number}": Operation(of_it(200), NUMBER),
    "POST /conversations/{number}/replies": Operation(written(201), NUMBER, {"body": "It leaves today."}),
    "POST /conversations/{number}/notes": Operation(written(201), NUMBER, {"body": "Ask the warehouse."}),
    "PUT /conversations/{number}/closure": Operation(written(200), NUMBER, {"reason": "solved"}),
    "DELETE /conversations/{number}/closure": Operation(written(200), NUMBER),
    "GET /people": Operation(all_tokens(200)),
    "GET /people/{number}": Operation(of_it(200), PERSON),
    "GET /people/{number}/story": Operation(of_it(200), PERSON),
    "GET /people/{number}/heads-ups": Operation(of_it(200), PERSON),
    "GET /people/{number}/household": Operation(of_it(200), PERSON),
    "GET /people/{number}/promises": Operation(of_it(200), PERSON),
    "GET /people/{number}/orders": Operation(of_it(200), PERSON),
    "GET /people/{number}/why/{other}": Operation(of_it(200), lambda w: {"number": w.ada.pk, "other": w.grace.pk}),
    "GET /people/{number}/segments": Operation(of_it(200), PERSON),
    "GET /people/{number}/owner": Operation(of_it(200), PERSON),
    "PUT /people/{number}/owner": Operation(written(200), PERSON, {"colleague": "bob@heard.example"}),
    "DELETE /people/{number}/owner": Operation(written(200), PERSON),
    "PUT /people/{number}/marks/{name}": Operation(
        written(200), lambda w: {"number": w.ada.person_number, "name": "tier"}, {"value": "gold"}
    ),
    "GET /segments": Operation(all_tokens(200)),
    "GET /segments/subjects": Operation(all_tokens(200)),
    "GET /segments/{number}": Operation(all_tokens(200), SEGMENT),
    "GET /segments/{number}/people": Operation(all_tokens(200), SEGMENT),
    "POST /segments": Operation((401, 403, 403, 403, 403), data={"name": "Rich", "conditions": RICH}),  # leads alone, see api/tests
    "PUT /segments/{number}": Operation((401, 403, 403, 403, 403), SEGMENT, {"name": "Rich", "conditions": RICH}),
    "DELETE /segments/{number}": Operation((401, 403, 403, 403, 403), SEGMENT),
    "GET /joins/doubts": Operation(all_tokens(200)),
    "GET /joins/answers": Operation(all_tokens(200)),
    "POST /joins/answers": Operation(written(201), data=lambda w: {"one": str(w.ada.pk), "other": str(w.grace.pk), "verdict": "not_sure"}),
    "DELETE /joins/answers/{number}": Operation(written(200), lambda w: {"number": w.review.pk}),
    "GET /joins/quality": Operation(all_tokens(200)),
    "GET /promises": Operation(all_tokens(200)),
    "GET /conversations/{number}/promises": Operation(of_it(200), NUMBER),
    "POST /conversations/{number}/promises": Operation(written(201), NUMBER, {"what": "New pair posted", "due_at": LATER}),
    "POST /promises/{number}/kept": Operation(written(200), lambda w: {"number": w.promise.pk}),
    "GET /orders": Operation(all_tokens(200)),
    "GET /orders/{source}/{number}": Operation(of_it(200), lambda w: {"source": "shop", "number": w.order.number}),
    "PUT /orders/{source}/{number}": Operation(
        (401, 403, 403, 201, 403), lambda w: {"source": w.order.source.name, "number": "20932"}, ORDER
    ),
    "GET /offerings": Operation(all_tokens(200)),
    "GET /offerings/{sku}": Operation(all_tokens(200), lambda w: {"sku": w.offering.sku}),
    "PUT /offerings/{sku}": Operation(writers(201), {"sku": "K-2"}, {"name": "Kettle"}),
    "GET /gestures": Operation(all_tokens(200)),
    "GET /gestures/budgets": Operation(all_tokens(200)),
    "POST /conversations/{number}/gestures": Operation(
        written(201), NUMBER, lambda w: {"kind": "credit", "amount": 500, "currency": w.allowed.currency}
    ),
    "POST /gestures/{number}/carried-out": Operation(written(200), lambda w: {"number": w.gesture.pk}),
    "GET /themes": Operation(all_tokens(200)),
    "GET /signals": Operation(all_tokens(200)),
    "GET /improvements": Operation(all_tokens(200)),
}


def stated_by_the_api() -> set[str]:
    from heard.api.operations import api

    paths = api.get_openapi_schema(path_prefix="/")["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@pytest.fixture
def tokens(world) -> dict[str, str]:
    support = world.mailbox.team
    made = {"no scope": ([], "agent", [support]), "reader": (SCOPES, "reader", [support]), "agent": (SCOPES, "agent", [support])}
    made["outsider"] = (SCOPES, "agent", [world.sales])
    words = {}
    for kind, (scopes, role, teams) in made.items():
        token, words[kind] = make_token(kind, scopes=scopes or ["orders:read"], role=role, teams=teams, by=world.root)
        token.scopes = list(scopes)
        token.save()
    return words


def ask(name: str, world: World, words: str) -> Any:
    operation = OPERATIONS[name]
    method, path = name.split(" ")
    address = "/api/v1" + path.format(**values(operation.where, world))
    data = values(operation.data, world) if operation.data is not None else None
    headers = {"Authorization": f"Bearer {words}"} if words else {}
    body = json.dumps(data) if data is not None else ""
    return Client(raise_request_exception=False).generic(method, address, body, content_type="application/json", headers=headers)


def test_every_operation_has_a_stated_answer():
    there = stated_by_the_api()
    assert not there - set(OPERATIONS), "state what these answer"
    assert not set(OPERATIONS) - there, "these are no more"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_answers_as_stated_and_a_get_changes_nothing(name: str, world: World, tokens: dict[str, str]):
    given, watch = {}, Watch()
    for kind in KINDS:
        with transaction.atomic():
            answer = ask(name, world, tokens.get(kind, ""))
            given[kind] = answer.status_code
            if name.startswith("GET "):
                assert watch.changed() <= {"api_tokens"}
            transaction.set_rollback(True)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            said = answer.json()
            assert {"type", "title", "status", "detail"} <= set(said) and said["status"] == answer.status_code
        assert "no-store" in answer["Cache-Control"]
    assert given == dict(zip(KINDS, OPERATIONS[name].answers, strict=True))
