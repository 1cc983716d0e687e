"""A CRM and we know the same customer: it is looked at, started by the schedule, corrected on both sides, settled on a page, and forgotten on both."""

import json

import pytest
from django.urls import reverse

from heard.accounts.services.audiences import audience_of
from heard.bridges.crm.mapping import FOLDER
from heard.bridges.crm_tasks import run_due_bridges
from heard.bridges.models import Bridge, BridgeConflict, BridgeErrand, BridgeRecord
from heard.lib.time import now
from heard.people.models import Identity
from heard.people.services.decisions import decide_same
from heard.people.services.own_words import name_oneself
from heard.privacy.services import erase_person
from tests.factories import make_customer, make_team, make_user, work_off
from tests.servers.suitecrm import CLIENT, SECRET, START, running_suitecrm

pytestmark = pytest.mark.django_db(transaction=True)


def look_again():
    """What happened is heard of, and the time of every bridge and errand has come."""
    work_off()
    Bridge.objects.update(next_at=now())
    BridgeErrand.objects.update(due_at=now())
    run_due_bridges.enqueue()
    work_off()


def test_a_customer_is_one_in_two_systems_and_forgotten_in_both(client, settings):
    settings.BRIDGE_HOSTS = ["127.0.0.0/8"]
    support = make_team("Support")
    alice, root = make_user("Alice", teams=(support,)), make_user("Omar", role="admin", teams=(support,))
    ada = make_customer("ada@example.org", name="Ada", audience=audience_of([support]), at=START)
    with running_suitecrm() as crm:
        number = crm.add(first_name="Ada", last_name="Byron", email1="ada@example.org", phone_mobile="+44 20 7946 0958")

        client.force_login(root)  # Omar sets the bridge up and looks what it would do
        mapping = json.loads((FOLDER / "suitecrm8.json").read_text()) | {"per_minute": 100_000}  # their own, without the pauses it asks for
        form = {
            "name": "Sales CRM", "slug": "sales", "profile": "own", "mapping": json.dumps(mapping), "address": crm.url, "username": CLIENT, "secret": SECRET,
            "teams": support.pk, "when_gone": "ask", "minutes": 5,
        }  # fmt: skip
        client.post(reverse("bridges:bridge_new"), form)
        bridge = Bridge.objects.get()
        look = client.post(reverse("bridges:bridge_looks", args=[bridge.pk]))["Location"]
        work_off()
        assert "Ada Byron" in client.get(look).content.decode()
        assert not BridgeRecord.objects.exists()

        client.post(reverse("bridges:bridge_start", args=[bridge.pk]))  # it runs by itself from now on
        look_again()
        theirs = BridgeRecord.objects.get().identity
        if Identity.objects.get(pk=ada.pk).person_number != theirs.person_number:
            decide_same(ada, theirs, by=alice)
        look_again()

        name_oneself(ada, name="Ada Lovelace")  # she says how she is called, and the CRM learns it
        look_again()
        assert crm.records[number]["last_name"] == "Lovelace"

        crm.change(number, last_name="King")  # somebody there knows better: Alice is asked
        look_again()
        client.force_login(alice)
        page = client.get(reverse("bridges:conflicts")).content.decode()
        assert "Ada King" in page and "said by the customer" in page
        client.post(reverse("bridges:conflict", args=[BridgeConflict.objects.get().pk]), {"verdict": "ours"})
        look_again()
        assert crm.records[number]["last_name"] == "Lovelace"

        erase_person([ada.pk, theirs.pk], by=root)  # she wants to be forgotten; the connection is lost in the middle of telling it
        crm.faults += ["lost"]
        look_again()
        look_again()
        gone = crm.records[number]
        assert gone["deleted"] == "1"
        assert not any(word in str(gone.values()) for word in ("Ada", "Lovelace", "example.org", "7946"))
        crm.change(
            number, deleted="0", first_name="Ada", last_name="Lovelace", email1="ada@example.org"
        )  # a colleague there brings her back
        look_again()
        assert not Identity.objects.filter(display_name__startswith="Ada").exists()
