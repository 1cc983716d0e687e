"""The five doors: open in a demo home and nowhere else, each step ticked when it was really done."""

import json

import pytest

from heard.accounts.models import User
from heard.demo import place
from heard.demo.company import DOMAIN, PASSWORD
from heard.demo.stories import stories
from heard.events.models import Event
from heard.lib.time import now
from heard.matching.services.reviewing import answer
from heard.promises.services.policies import ensure_defaults
from heard.ui import inserts
from tests.factories import make_conversation, make_customer, make_mailbox, make_team, make_user

pytestmark = pytest.mark.django_db
OFF, DONE = 404, 303


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def poles(home, monkeypatch):
    """A small demo: Alice, Bob, Dora and Wen, and Ada who waits for her poles."""
    from heard.demo import guide

    ensure_defaults()
    team = make_team("Support")
    for name, role in (("alice", "agent"), ("dora", "lead"), ("wen", "agent"), ("bob", "agent")):
        user = make_user(name.title(), role=role, teams=(team,), email=f"{name}@{DOMAIN}")
        user.set_password(PASSWORD)
        user.save()
    mailbox = make_mailbox(team)
    ada = make_customer("ada@whitfield.example", name="Ada Whitfield", audience=mailbox.audience)
    conversation = make_conversation(mailbox, customer=ada, subject="Replacement poles have not arrived")
    place.finish({"interactions": 1, "customers": 1, "loaded_at": int(now().timestamp()) - 1, "ada_poles": conversation.pk})
    monkeypatch.setattr(inserts, "_inserts", {})
    inserts.add("page.top", guide.on_staff_pages)
    inserts.add("customer.top", guide.on_customer_pages)
    inserts.add("log_in.more", guide.on_log_in_page)
    return conversation


def test_outside_a_demo_no_door_opens(home, client):
    user = make_user("alice", email=f"alice@{DOMAIN}")
    user.set_password(PASSWORD)
    user.save()
    assert client.get("/demo/").status_code == OFF
    for who in ("alice", "dora", "ada", "wen", "bob"):
        assert client.post(f"/demo/as/{who}/").status_code == OFF
    assert client.get("/demo/ada/").status_code == OFF
    assert "_auth_user_id" not in client.session
    assert "/demo/" not in client.get("/log-in/").content.decode()


def test_half_a_demo_is_none(home, client):
    place.begin()
    assert client.post("/demo/as/alice/").status_code == OFF


def test_one_click_logs_in_and_leads_to_the_first_step(poles, client):
    page = client.get("/demo/").content.decode()
    assert all(f"/demo/as/{story.key}/" in page for story in stories())
    answer = client.post("/demo/as/alice/")
    assert (answer.status_code, answer.headers["Location"]) == (DONE, f"/conversations/{poles.pk}/")
    assert client.session["_auth_user_id"] == str(User.objects.get(name="Alice").pk)
    assert Event.objects.get(kind="user.logged_in").data == {"method": "demo"}
    assert client.get("/demo/as/alice/").status_code == 405


def test_nobody_else_is_let_in(poles, client):
    make_user("Eve", email=f"eve@{DOMAIN}", role="admin")
    assert client.post("/demo/as/eve/").status_code == OFF
    assert client.post("/demo/as/omar/").status_code == OFF
    User.objects.filter(name="Dora").update(is_active=False)
    assert client.post("/demo/as/dora/").status_code == OFF
    assert "_auth_user_id" not in client.session


def test_an_account_that_is_used_in_earnest_has_no_open_door(poles, client):
    alice = User.objects.get(name="Alice")
    alice.set_password("a sentence of her own")
    alice.save()
    answer = client.post("/demo/as/alice/")
    assert answer.status_code == 409 and "was changed here" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_step_is_ticked_when_it_was_done(poles, client):
    client.post("/demo/as/alice/")
    page = client.get(f"/conversations/{poles.pk}/").content.decode()
    assert "1 of 3 done" in page
    data = {"once": "4dd1ee9c-3b9c-4b0c-a6c7-d3bd0a6a7d21", "to": "ada@whitfield.example", "body": "They leave today."}
    assert client.post(f"/conversations/{poles.pk}/replies/", data).status_code == DONE
    part = client.get("/demo/guide/").content.decode()
    assert "2 of 3 done" in part and "/demo/ada/" in part
    client.post("/demo/as/dora/")
    client.post("/demo/as/alice/")
    assert "2 of 3 done" in client.get("/inbox/").content.decode()


def test_the_guide_speaks_to_whom_it_is_about_and_can_be_left(poles, client):
    client.post("/demo/as/alice/")
    client.force_login(User.objects.get(name="Wen"))
    assert 'id="guide"' not in client.get("/inbox/").content.decode()
    client.post("/demo/as/alice/")
    assert 'id="guide"' in client.get("/inbox/").content.decode()
    assert client.post("/demo/guide/end/").status_code == DONE
    assert 'id="guide"' not in client.get("/inbox/").content.decode()
    assert client.get("/demo/guide/").status_code == 204


def test_adas_door_leads_to_her_own_page(poles, client):
    answer = client.post("/demo/as/ada/")
    assert (answer.status_code, answer.headers["Location"]) == (DONE, "/demo/ada/")
    page = client.get("/demo/ada/", follow=True)
    assert page.status_code == 200
    body = page.content.decode()
    assert 'id="guide"' in body and "1 of" in body
    assert "_auth_user_id" not in client.session


def test_the_log_in_page_knows_the_doors(poles, client):
    assert "/demo/" in client.get("/log-in/").content.decode()


def test_a_company_made_by_an_older_heard_opens_too(poles, client):
    place.marker().write_text(json.dumps({"interactions": 1, "customers": 1, "conversations": 1}))
    assert client.get("/demo/").status_code == 200
    assert client.post("/demo/as/alice/").headers["Location"] == f"/conversations/{poles.pk}/"


def test_bob_settles_a_doubt_and_sees_who_is_who(poles, client):
    grace = make_customer("grace@navy.example", name="Grace Hopper", audience=poles.audience)
    other = make_customer("g.hopper@navy.example", name="Grace Hopper", audience=poles.audience)
    place.finish({**place.facts(), "henrik": grace.pk, "owen": other.pk})
    assert client.post("/demo/as/bob/").headers["Location"] == f"/people/{grace.pk}/"
    client.get(f"/people/{grace.pk}/")
    guide = client.get("/demo/guide/").content.decode()
    assert guide.count("guide__step--done") == 1
    answer(grace, other, verdict="different", by=User.objects.get(name="Bob"))
    client.get(f"/people/{other.pk}/")
    assert client.get("/demo/guide/").content.decode().count("guide__step--done") == 3
