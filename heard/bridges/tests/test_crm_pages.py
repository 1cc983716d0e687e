"""The pages of CRM bridges: set one up, look, start, settle a doubt by a plain form, and see no more than one may."""

import pytest
from django.urls import reverse

from heard.accounts.services.audiences import audience_of
from heard.bridges.models import Bridge, BridgeConflict, BridgeErrand, BridgeRecord, BridgeRun, BridgeValue
from heard.bridges.services.crm_bridges import add_bridge
from heard.cli import main
from heard.lib.sealing import unseal
from heard.lib.time import now
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def support():
    return make_team("Support")


@pytest.fixture
def alice(support):
    return make_user("Alice", teams=(support,))


@pytest.fixture
def root():
    return make_user("Root", role="admin")


def form(support, **changes):
    return {
        "name": "Sales CRM", "slug": "sales", "profile": "suitecrm8", "address": "https://crm.example.org/legacy/Api/", "username": "c",
        "secret": "s3cret", "teams": support.pk, "when_gone": "ask", "minutes": 5,
    } | changes  # fmt: skip


@pytest.fixture
def bridge(support, root):
    return add_bridge(form(support, slug="crm"), teams=[support], by=root)


@pytest.fixture
def doubt(bridge, support):
    ada = make_customer(audience=audience_of([support]))
    record = BridgeRecord.objects.create(bridge=bridge, external_id="7", identity=ada, read_at=now())
    values = {"theirs": "Ada King", "ours": "Ada Lovelace", "ours_by": "customer", "ours_at": now(), "found_at": now()}
    return BridgeConflict.objects.create(record=record, field="name", **values)


def test_an_administrator_sets_a_bridge_up_and_its_secret_stays_inside(client, root, support):
    client.force_login(root)
    answer = client.post(reverse("bridges:bridge_new"), form(support))
    bridge = Bridge.objects.get()
    assert answer.status_code == 303
    assert (bridge.state, unseal(bridge.secret_sealed, purpose="bridge secret")) == ("new", "s3cret")
    page = client.get(reverse("bridges:bridge_settings", args=[bridge.pk])).content.decode()
    assert "s3cret" not in page
    ways = {f"way_{name}": "in" for name in ("email", "phone", "address", "birth_date", "organisation")} | {"way_name": "out"}
    client.post(reverse("bridges:bridge_settings", args=[bridge.pk]), form(support, secret="") | ways)
    bridge.refresh_from_db()
    assert (unseal(bridge.secret_sealed, purpose="bridge secret"), bridge.directions) == (
        "s3cret",
        {"name": "out", "email": "in", "phone": "in"},
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": "crm.example.org"}, "begins with https"), ({"address": "https://me:secret@crm.example.org/"}, "no password"),
        ({"teams": []}, "At least one team"), ({"slug": "crm"}, "short name already"), ({"profile": "own", "mapping": "{"}, "not JSON"),
        ({"profile": "own", "mapping": "{}"}, "no “"), ({"minutes": 0}, "greater than or equal to 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_the_words_stay(client, root, support, bridge, change, says):
    client.force_login(root)
    answer = client.post(reverse("bridges:bridge_new"), form(support, **change))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page and "Sales CRM" in page
    assert Bridge.objects.count() == 1


def test_a_colleague_settles_a_doubt_and_takes_it_back(client, alice, doubt):
    client.force_login(alice)
    page = client.get(reverse("bridges:conflicts")).content.decode()
    assert "Ada King" in page and "Ada Lovelace" in page and "said by the customer" in page and 'data-key="t"' in page
    answer = client.post(reverse("bridges:conflict", args=[doubt.pk]), {"verdict": "ours"})
    assert answer.status_code == 303
    assert BridgeErrand.objects.filter(kind="update", external_id="7").count() == 1
    assert client.post(reverse("bridges:conflict", args=[doubt.pk]), {"verdict": "theirs"}).status_code == 409
    client.post(reverse("bridges:conflict_end", args=[doubt.pk]))
    doubt.refresh_from_db()
    assert (doubt.verdict, doubt.by) == ("", None)
    assert not BridgeErrand.objects.exists() and not BridgeValue.objects.exists()
    assert client.post(reverse("bridges:conflict", args=[doubt.pk]), {"verdict": "both"}).status_code == 409


def test_who_may_not_know_the_person_sees_no_doubt_about_them(client, root, doubt):
    for user in (root, make_user("Charlie", teams=(make_team("Sales"),))):
        client.force_login(user)
        assert "Lovelace" not in client.get(reverse("bridges:conflicts")).content.decode()
        assert client.post(reverse("bridges:conflict", args=[doubt.pk]), {"verdict": "ours"}).status_code == 404


def test_an_administrator_outside_the_teams_sees_numbers_and_no_names(client, root, support, bridge):
    samples = [["made", "7", "", "Ada Byron · ada@example.org", ""]]
    run = BridgeRun.objects.create(bridge=bridge, is_dry=True, started_at=now(), ended_at=now(), read=1, made=1, samples=samples)
    client.force_login(root)
    address = reverse("bridges:bridge_look", args=[bridge.pk, run.pk])
    page = client.get(address).content.decode()
    assert "Byron" not in page and "Of 1 people there" in page
    client.force_login(make_user("Omar", role="admin", teams=(support,)))
    assert "Ada Byron" in client.get(address).content.decode()


def test_a_dry_look_is_there_at_once_and_done_by_a_worker(client, root, bridge):
    client.force_login(root)
    answer = client.post(reverse("bridges:bridge_looks", args=[bridge.pk]))
    assert answer.status_code == 303
    assert "It is looking" in client.get(answer["Location"]).content.decode()


def test_the_pages_cost_the_same_for_many_bridges_and_many_looks(client, root, support, bridge, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(root)
    client.get(reverse("bridges:bridges"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("bridges:bridges"))
    for number in range(9):
        add_bridge(form(support, slug=f"crm{number}"), teams=[support], by=root)
        BridgeRun.objects.create(bridge=bridge, is_dry=True, started_at=now(), by=root)
    with django_assert_num_queries(len(few)):
        client.get(reverse("bridges:bridges"))


def test_the_command_line_says_how_bridges_are(bridge, capsys):
    assert main(["bridge", "status"]) == 0
    assert "crm: not started" in capsys.readouterr().out
    Bridge.objects.update(state="running", problem="bad_login")
    assert main(["bridge", "status", "--json"]) == 1
    assert '"problem": "bad_login"' in capsys.readouterr().out
    assert main(["bridge", "run", "nothing"]) == 2
    assert "there are: crm" in capsys.readouterr().err


def test_the_doctor_asks_about_bridges(bridge):
    from heard.bridges.checks import bridges

    assert bridges() == []
    Bridge.objects.update(state="running", problem="bad_login")
    BridgeErrand.objects.create(bridge=bridge, kind="erase", external_id="7", made_at=now().replace(year=2020), due_at=now())
    assert [one.level for one in bridges()] == ["problem", "problem"]
