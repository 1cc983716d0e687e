import pytest
from django.conf import settings
from django.test import Client

from heard.ui import preferences

pytestmark = [pytest.mark.urls("heard.ui.tests.pages"), pytest.mark.django_db]
ADDRESS = "/ui/preferences/"


def test_a_theme_is_kept_and_shown(client: Client):
    assert client.post(ADDRESS, {"theme": "dark", "next": "/page/"}, follow=True).text.count('data-theme="dark"') == 1
    assert "data-theme" not in client.post(ADDRESS, {"theme": "system", "next": "/page/"}, follow=True).text


def test_a_language_is_kept(client: Client):
    assert '<html lang="es"' in client.post(ADDRESS, {"language": "es", "next": "/page/"}, follow=True).text


def test_what_is_not_on_offer_changes_nothing(client: Client):
    client.post(ADDRESS, {"theme": "pink", "language": "tlh"})
    assert preferences.THEME_COOKIE not in client.cookies
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_here(client: Client, address: str):
    answer = client.post(ADDRESS, {"theme": "dark", "next": address})
    assert (answer.status_code, answer["Location"]) == (303, "/")


def test_choosing_is_a_post(client: Client):
    assert client.get(ADDRESS).status_code == 405


def test_the_accounts_language_and_zone_hold_until_this_browser_chose(alice, client: Client):
    alice.language, alice.time_zone = "es", "Asia/Tokyo"
    alice.save()
    client.force_login(alice)
    assert '<html lang="es"' in client.get("/page/").text
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en"' in client.get("/page/").text


@pytest.mark.parametrize(
    ("name", "is_known"),
    [("Europe/Madrid", True), ("Europe%2FMadrid", True), ("Mars/Olympus", False), ("../etc/passwd", False), ("x" * 99, False)],
)
def test_a_zone_from_the_browser_is_taken_when_it_exists(rf, name: str, is_known: bool):
    request = rf.get("/")
    request.COOKIES[preferences.TIME_ZONE_COOKIE] = name
    assert (preferences.time_zone_of(request, None) is not None) is is_known


def test_a_keeper_hears_what_a_colleague_chose(alice, client: Client, monkeypatch):
    heard: list[tuple[str, str, str]] = []
    monkeypatch.setattr(preferences, "_keepers", [lambda user, name, value: heard.append((user.name, name, value))])
    client.post(ADDRESS, {"language": "es"})
    client.force_login(alice)
    client.post(ADDRESS, {"language": "es", "theme": "system"})
    assert heard == [(alice.name, "theme", ""), (alice.name, "language", "es")]
