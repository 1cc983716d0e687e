"""Logging in, colleagues and teams."""

import pytest
from django.core.exceptions import ValidationError

from heard.accounts.models import Audience, User
from heard.accounts.selectors import colleagues_who_read, readable_audience_ids
from heard.accounts.services.audiences import audience_of, widened
from heard.accounts.services.logging_in import FAILURES_PER_ADDRESS
from heard.accounts.services.users import add_team, add_user, change_user, set_teams
from heard.events.models import Event
from heard.lib.errors import Refusal
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(client, address, password):
    return client.post("/log-in/", {"username": address, "password": password})


def test_the_right_password_opens_and_the_wrong_one_answers_422_with_one_sentence(client, alice):
    wrong = log_in(client, alice.email, "nonsense")
    unknown = log_in(client, "nobody@heard.example", "nonsense")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "do not belong together" in wrong.content.decode()
    assert "do not belong together" in unknown.content.decode()
    assert log_in(client, alice.email.upper(), PASSWORD).status_code == 302
    assert Event.objects.filter(kind="user.logged_in", subject_id=alice.pk).count() == 1
    client.post("/log-out/")
    assert Event.objects.filter(kind="user.logged_out", subject_id=alice.pk).count() == 1


def test_guessing_is_slowed_down_even_with_the_right_password_at_last(client, alice):
    for _ in range(FAILURES_PER_ADDRESS):
        log_in(client, alice.email, "nonsense")
    assert log_in(client, alice.email, PASSWORD).status_code == 429


def test_passwords_are_kept_with_argon2(alice):
    alice.set_password("a new and long enough one")
    assert alice.password.startswith("argon2")


def test_who_no_longer_works_here_cannot_come_in(client, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert log_in(client, alice.email, PASSWORD).status_code == 422


def test_an_audience_is_found_by_its_set(support, sales, alice):
    one = audience_of([support, sales])
    assert audience_of([sales, support]) == one
    assert widened(audience_of([support]), audience_of([sales])) == one
    assert Audience.objects.filter(key=f"t{min(support.pk, sales.pk)},t{max(support.pk, sales.pk)}").count() == 1
    assert one.pk in readable_audience_ids(alice)


def test_leaving_a_team_ends_reading(support, alice, root):
    audience = audience_of([support])
    assert alice in colleagues_who_read(audience.pk)
    set_teams(alice, [], by=root)
    assert readable_audience_ids(User.objects.get(pk=alice.pk)) == []
    assert alice not in colleagues_who_read(audience.pk)


def test_an_administrator_reads_nothing_without_a_team(root, support):
    audience_of([support])
    assert readable_audience_ids(root) == []


def test_somebody_is_always_left_to_administer(root):
    with pytest.raises(Refusal):
        change_user(root, name="Root", role="agent", is_active=True, teams=[], by=root)


def test_a_taken_address_and_a_weak_password_are_refused(alice, root, support):
    with pytest.raises(Refusal):
        add_user(alice.email.upper(), name="Other", role="agent", teams=[support], password="a long enough sentence", by=root)
    with pytest.raises(ValidationError):
        add_user("new@heard.example", name="New", role="agent", teams=[support], password="12345", by=root)


def test_two_teams_have_two_names(support, root):
    with pytest.raises(Refusal):
        add_team(" support ", by=root)


def test_an_administrator_adds_a_colleague_on_the_page(client, root, support):
    client.force_login(root)
    fields = {"name": "Eve", "email": "eve@heard.example", "role": "agent", "teams": [support.pk], "password": "short"}
    assert client.post("/operate/colleagues/new/", fields).status_code == 422
    assert client.post("/operate/colleagues/new/", fields | {"password": "a long enough sentence"}).status_code == 302
    assert list(User.objects.get(email="eve@heard.example").teams.all()) == [support]
