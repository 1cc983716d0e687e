"""Refusals, errors, lost sessions and notices, as a browser and as htmx ask."""

import json

import pytest
from django.test import Client

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/?view=mine"}

pytestmark = [pytest.mark.urls("heard.ui.tests.pages"), pytest.mark.django_db]


@pytest.fixture
def browser_client() -> Client:
    return Client(raise_request_exception=False, headers={"Accept": "text/html"})


def test_a_refusal_is_a_page_that_says_why(browser_client):
    answer = browser_client.get("/refuse/")
    assert answer.status_code == 409
    assert "<h1>This conversation is closed. Reopen it to reply.</h1>" in answer.text


def test_a_refusal_under_htmx_is_a_notice_whatever_the_target_was(browser_client):
    answer = browser_client.post("/refuse/", headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#notices"
    assert "Reopen it to reply." in answer.text
    assert "<html" not in answer.text


def test_a_refusal_of_the_api_is_a_problem(browser_client):
    answer = browser_client.post("/api/refuse/")
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.text)["detail"] == "This conversation is closed. Reopen it to reply."


def test_a_lost_session_leads_to_the_log_in_and_back_to_the_page(browser_client):
    answer = browser_client.get("/lost/", headers=HTMX)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/log-in/?next=%2Finbox%2F%3Fview%3Dmine"
    assert browser_client.get("/lost/").status_code == 302


@pytest.mark.parametrize(("address", "status"), [("/broken/", 500), ("/forbidden/", 403), ("/missing/", 404), ("/nothing/", 404)])
def test_an_error_is_a_page_and_under_htmx_a_notice(browser_client, address, status):
    page = browser_client.get(address)
    assert page.status_code == status
    assert f"Answer {status}." in page.text
    fragment = browser_client.get(address, headers=HTMX)
    assert fragment.status_code == status
    assert fragment["HX-Retarget"] == "#notices"
    assert 'class="notice' in fragment.text


def test_an_invalid_form_keeps_its_own_answer(browser_client):
    answer = browser_client.post("/invalid/", headers=HTMX)
    assert (answer.status_code, answer.text) == (422, "<form>again</form>")
    assert "HX-Retarget" not in answer


def test_what_was_told_travels_with_the_fragment_once(browser_client):
    answer = browser_client.post("/act/", headers=HTMX)
    assert answer.text.startswith("<p>done</p>")
    assert 'hx-swap-oob="innerHTML:#notices"' in answer.text
    assert 'action="/act/"' in answer.text
    assert "Closed." not in browser_client.get("/page/").text


def test_what_was_told_stands_on_the_next_page(browser_client):
    answer = browser_client.post("/act/", follow=True)
    assert "<strong>Closed.</strong>" in answer.text


def test_every_answer_varies_with_who_asks(browser_client):
    assert "HX-Request" in browser_client.get("/page/")["Vary"]


def test_a_token_that_is_missing_is_explained():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/draft/", {"body": "x"})
    assert answer.status_code == 403
    assert "open for too long" in answer.text


def test_the_one_inline_script_carries_the_nonce_of_the_policy(browser_client):
    answer = browser_client.get("/page/")
    policy = answer["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'<script type="importmap" nonce="{nonce}">' in answer.text
    assert "unsafe" not in policy


def test_htmx_swaps_refusals_and_invalid_forms_and_runs_no_strings(browser_client):
    page = browser_client.get("/page/").text
    content = page.split('name="htmx-config" content="')[1].split('"')[0].replace("&quot;", '"')
    config = json.loads(content)
    assert {"code": "(409|422)", "swap": True, "error": False} in config["responseHandling"]
    assert config["allowEval"] is config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
