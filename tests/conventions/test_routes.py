"""Every address × every role: what it answers is stated in `route_answers.py`, and a GET changes nothing."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.conventions.route_answers import ANSWERS
from tests.conventions.routes import DONE, LOG_IN, ROLES, Answers, own_patterns
from tests.conventions.watch import Watch
from tests.conventions.world import World
from tests.factories import make_team

NAMES = sorted({name for name, _ in own_patterns()})


def values(given: Any, world: World) -> dict[str, Any]:
    return given(world) if callable(given) else given


def address(name: str, answers: Answers, world: World) -> str:
    return reverse(name, kwargs=values(answers.where, world))


def client_of(role: str, world: World) -> Client:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.user(role))
    return client


def answer_of(response: HttpResponse) -> int:
    """The status; every way elsewhere counts as DONE (303), except the one to the log-in page (302)."""
    if response.status_code not in {301, 302, 303}:
        return response.status_code
    return LOG_IN if urlsplit(response.headers["Location"]).path == settings.LOGIN_URL else DONE


def test_every_address_has_a_stated_answer():
    missing, gone = sorted(set(NAMES) - set(ANSWERS)), sorted(set(ANSWERS) - set(NAMES))
    assert not missing, f"state in tests/conventions/route_answers.py what these answer: {missing}"
    assert not gone, f"these addresses are no more: {gone}"


def test_every_address_has_a_name():
    nameless = [name for name, pattern in own_patterns() if not pattern.name]
    assert not nameless, nameless


def test_no_name_is_given_twice_under_different_parameters():
    names = [name for name, _ in own_patterns()]
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(NAMES) & set(ANSWERS)))
def test_get_answers_as_stated_and_changes_nothing(name: str, world: World):
    answers = ANSWERS[name]
    url = address(name, answers, world) + answers.query
    clients = {role: client_of(role, world) for role in ROLES}
    given, watch = [], Watch()
    for role, client in clients.items():
        given.append(answer_of(client.get(url)))
        changed = watch.changed() - answers.writes_on_get
        assert not changed, f"GET {url} as {role} changed {sorted(changed)}"
    assert dict(zip(ROLES, given, strict=True)) == dict(zip(ROLES, answers.get, strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(NAMES) & set(ANSWERS)))
def test_post_answers_as_stated(name: str, world: World):
    answers = ANSWERS[name]
    given = []
    for role in ROLES:
        with transaction.atomic():
            given.append(answer_of(client_of(role, world).post(address(name, answers, world), values(answers.data, world))))
            transaction.set_rollback(True)  # each role finds the world as it was
    assert dict(zip(ROLES, given, strict=True)) == dict(zip(ROLES, answers.post, strict=True))


WITHOUT_TOKEN = {"telling:no_more"}  # RFC 8058: mail programs send this POST by themselves, without having read a page


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(NAMES) & set(ANSWERS) - WITHOUT_TOKEN))
def test_every_post_wants_its_token(name: str, world: World):
    """Cross-site requests come without the token: what would have acted answers 403 instead."""
    answers = ANSWERS[name]
    acts = [role for role, status in zip(ROLES, answers.post, strict=True) if role != "anonymous" and status in {200, 201, 204, 303, 422}]
    if not acts:
        return
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.user(acts[0]))
    assert client.post(address(name, answers, world), values(answers.data, world)).status_code == 403


@pytest.mark.django_db
def test_the_watch_sees_what_changed():
    watch = Watch()
    assert watch.changed() == set()
    make_team("Repairs")
    assert "teams" in watch.changed()
    assert watch.changed() == set()
