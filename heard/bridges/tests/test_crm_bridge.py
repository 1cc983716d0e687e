"""A bridge to a SuiteCRM, both ways: what comes in, what goes out, who decides, and what a lost connection costs."""

from datetime import timedelta

import pytest

from heard.accounts.services.audiences import audience_of
from heard.bridges.models import Bridge, BridgeConflict, BridgeErrand, BridgeRecord, BridgeRun, BridgeValue
from heard.bridges.services import crm_running
from heard.bridges.services.crm_bridges import add_bridge, change_bridge, start_bridge
from heard.bridges.services.crm_conflicts import answer_conflict, reopen_conflict
from heard.bridges.services.crm_errands import try_again
from heard.bridges.services.crm_running import IsBusy, run_bridge
from heard.events.models import Event
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import Fact, Identifier, Identity
from heard.people.services.decisions import decide_same
from heard.people.services.facts import correct_name
from heard.people.services.own_words import name_oneself
from heard.privacy.services import erase_person, preview_erasure
from heard.promises.services.policies import ensure_defaults
from tests.factories import arrive, make_customer, make_mailbox, make_team, make_user, work_off
from tests.servers.suitecrm import CLIENT, SECRET, START, running_suitecrm

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def suite(settings, monkeypatch):
    settings.BRIDGE_HOSTS = ["127.0.0.0/8"]
    monkeypatch.setattr(crm_running, "profile_of", lambda *given: quick(given))
    with running_suitecrm() as crm:
        yield crm


def quick(given):
    """SuiteCRM's mapping without its pauses, with small pages."""
    from dataclasses import replace

    from heard.bridges.crm.mapping import profile_of

    found = profile_of(*given)
    return replace(found, per_minute=1_000_000, listing=replace(found.listing, size=3))


@pytest.fixture
def support(db):
    return make_team("Support")


@pytest.fixture
def alice(support):
    return make_user("Alice", teams=(support,))


@pytest.fixture
def root(db):
    return make_user("Root", role="admin")


def values(url, **changes):
    return {
        "name": "Sales CRM", "slug": "suite", "profile": "suitecrm8", "address": url, "username": CLIENT, "secret": SECRET, "minutes": 5,
    } | changes  # fmt: skip


@pytest.fixture
def bridge(suite, support, root):
    made = add_bridge(values(suite.url), teams=[support], by=root)
    return start_bridge(made, by=root)


def ada_here(support, *, at=START - timedelta(days=9)):
    return make_customer("ada@example.org", name="Ada", audience=audience_of([support]), at=at)


def joined(suite, support, alice, bridge, **attributes):
    """Ada, who writes to us and is a contact of theirs, joined by Alice; both sides are settled."""
    number = suite.add(**({"first_name": "Ada", "last_name": "Byron", "email1": "ada@example.org"} | attributes))
    run_bridge(bridge)
    theirs = BridgeRecord.objects.get(external_id=number).identity
    here = ada_here(support)
    decide_same(here, theirs, by=alice)
    work_off()
    run_bridge(bridge)
    suite.asked.clear()
    return number, here, theirs


def again(bridge):
    """Let the reactions work and look once more."""
    work_off()
    bridge.refresh_from_db()
    return run_bridge(bridge)


def test_contacts_come_in_with_source_and_time_and_twice_changes_nothing(suite, bridge):
    for number in range(7):
        suite.add(
            first_name="Ada", last_name=f"Byron {number}", email1=f"ada{number}@example.org", phone_work="+34 600 123 45" + str(number)
        )
    run = run_bridge(bridge)
    assert (run.read, run.made, run.problem) == (7, 7, "")
    one = Identity.objects.get(display_name="Byron 3".join(["Ada ", ""]))
    assert one.source == "crm:suite"
    assert set(one.identifiers.values_list("kind", "source")) == {("email", "crm:suite"), ("phone", "crm:suite"), ("external", "crm:suite")}
    assert Fact.objects.get(identity=one, kind="name").at == BridgeRecord.objects.get(identity=one).their_modified_at
    before = Identity.objects.count()
    run = again(bridge)
    assert (run.made, run.changed, run.sent) == (0, 0, 0)
    assert Identity.objects.count() == before
    assert suite.writes() == []


def test_a_change_there_is_a_change_here(suite, bridge):
    number = suite.add(first_name="Ada", last_name="Byron", email1="ada@example.org")
    run_bridge(bridge)
    suite.change(number, last_name="Lovelace", email1="new@example.org")
    run = again(bridge)
    identity = BridgeRecord.objects.get().identity
    identity.refresh_from_db()
    assert (run.changed, identity.display_name) == (1, "Ada Lovelace")
    assert list(identity.identifiers.filter(kind="email").values_list("value", flat=True)) == ["new@example.org"]


def test_a_colleague_s_correction_goes_there_once(suite, support, alice, bridge):
    number, here, _theirs = joined(suite, support, alice, bridge)
    correct_name(here, name="Ada Lovelace", by=alice)
    work_off()
    bridge.refresh_from_db()
    assert bridge.next_at <= now()  # it does not wait for its minutes
    run = run_bridge(bridge)
    assert run.sent == 1
    assert (suite.records[number]["first_name"], suite.records[number]["last_name"]) == ("Ada", "Lovelace")
    [(_, _, body)] = suite.writes()
    assert set(body["data"]["attributes"]) == {"first_name", "last_name"}  # what they have not to learn is not written
    suite.asked.clear()
    again(bridge)
    again(bridge)
    assert suite.writes() == []
    value = BridgeValue.objects.get(field="name")
    assert (value.theirs, value.ours, value.ours_by, value.settled) == ("Ada Lovelace", "Ada Lovelace", "colleague", "send")


def test_both_changed_is_a_doubt_and_ours_can_be_chosen(suite, support, alice, bridge):
    number, here, _theirs = joined(suite, support, alice, bridge)
    correct_name(here, name="Ada Lovelace", by=alice)
    suite.change(number, last_name="King")
    run = again(bridge)
    conflict = BridgeConflict.objects.get()
    assert (run.asked, conflict.field, conflict.theirs, conflict.ours, conflict.ours_by) == (
        1,
        "name",
        "Ada King",
        "Ada Lovelace",
        "colleague",
    )
    assert suite.writes() == []
    again(bridge)
    assert BridgeConflict.objects.count() == 1
    answer_conflict(conflict, verdict="ours", by=alice)
    again(bridge)
    assert suite.records[number]["last_name"] == "Lovelace"
    with pytest.raises(Refusal):
        reopen_conflict(conflict, by=alice)
    assert Event.objects.filter(kind="bridge_conflict.decided").count() == 1


def test_theirs_chosen_is_how_we_call_them_and_can_be_taken_back(suite, support, alice, bridge):
    number, here, theirs = joined(suite, support, alice, bridge)
    correct_name(here, name="Ada Lovelace", by=alice)
    suite.change(number, last_name="King")
    again(bridge)
    conflict = answer_conflict(BridgeConflict.objects.get(), verdict="theirs", by=alice)
    theirs.refresh_from_db()
    assert theirs.display_name == "Ada King"
    again(bridge)
    assert suite.writes() == []
    assert not BridgeConflict.objects.open().exists()
    reopen_conflict(conflict, by=alice)
    assert BridgeConflict.objects.open().count() == 1


def test_what_a_customer_said_themselves_is_not_overwritten_silently(suite, support, alice, bridge):
    number, here, _theirs = joined(suite, support, alice, bridge)
    name_oneself(here, name="Ada Lovelace")
    again(bridge)
    assert suite.records[number]["last_name"] == "Lovelace"
    suite.change(number, last_name="Byron")
    again(bridge)
    conflict = BridgeConflict.objects.get()
    assert (conflict.theirs, conflict.ours, conflict.ours_by) == ("Ada Byron", "Ada Lovelace", "customer")
    suite.change(number, last_name="Lovelace")
    again(bridge)
    conflict.refresh_from_db()
    assert conflict.verdict == "past"


def test_a_mere_claim_and_another_team_s_knowledge_stay_here(suite, support, alice, bridge):
    number, here, _theirs = joined(suite, support, alice, bridge)
    Fact.objects.create(identity=here, kind="name", value="Claimed Name", source="form:7", at=now())
    secret = make_customer("ada@hr.example", name="Ada", audience=audience_of([make_team("People care")]))
    correct_name(secret, name="Ada Secret", by=alice)
    Identifier.objects.filter(identity=secret).update(verified_at=now(), verified_how="dkim")
    decide_same(here, secret, by=alice)
    again(bridge)
    assert suite.writes() == []
    assert suite.records[number]["last_name"] == "Byron"


def test_an_address_that_was_proved_goes_to_an_empty_place(suite, support, alice, bridge):
    number, here, _theirs = joined(suite, support, alice, bridge, email1="work@example.com")
    Identifier.objects.filter(identity=here, kind="email").update(verified_at=now(), verified_how="dkim")
    correct_name(here, name="Ada Byron", by=alice)  # anything that is heard of
    again(bridge)
    assert (suite.records[number]["email1"], suite.records[number]["email2"]) == ("work@example.com", "ada@example.org")


def test_a_dry_look_says_what_it_would_do_and_does_nothing(suite, support, root):
    bridge = add_bridge(values(suite.url), teams=[support], by=root)
    suite.add(first_name="Ada", last_name="Byron", email1="ada@example.org", phone_work="ask reception")
    before = Identity.objects.count()
    run = run_bridge(bridge, is_dry=True, by=root)
    assert (run.read, run.made, run.is_dry) == (1, 1, True)
    assert run.samples[0][0] == "made" and "Ada Byron" in run.samples[0][3]
    assert "ask reception" in run.problems[0][1]
    assert (Identity.objects.count(), BridgeRecord.objects.count(), suite.writes()) == (before, 0, [])


@pytest.mark.parametrize("fault", ["cut", "lost", "500", "429", "html"])
def test_trouble_in_the_middle_loses_nothing(suite, support, alice, bridge, fault):
    number, here, _theirs = joined(suite, support, alice, bridge)
    for other in range(8):
        suite.add(first_name="B", last_name=str(other), email1=f"b{other}@example.org")
    correct_name(here, name="Ada Lovelace", by=alice)
    work_off()
    suite.faults += ["", fault, fault, fault, fault]
    bridge.refresh_from_db()
    failed = run_bridge(bridge)
    assert failed.problem
    bridge.refresh_from_db()
    assert bridge.problem == failed.problem
    assert bridge.next_at > now()
    suite.faults.clear()
    BridgeErrand.objects.update(due_at=now())
    again(bridge)
    bridge.refresh_from_db()
    assert (bridge.problem, suite.records[number]["last_name"]) == ("", "Lovelace")
    assert BridgeRecord.objects.count() == 9
    assert not BridgeErrand.objects.filter(done_at=None).exists()


def test_a_wrong_secret_is_said_and_mended_by_a_new_one(suite, support, root, bridge):
    suite.secret = "changed there"
    assert run_bridge(bridge).problem == "bad_login"
    bridge.refresh_from_db()
    change_bridge(bridge, values(suite.url, secret="changed there"), teams=[support], by=root)
    bridge.refresh_from_db()
    assert run_bridge(bridge).problem == ""
    assert bytes(Bridge.objects.get().secret_sealed) != b"changed there"


def test_whom_they_delete_is_asked_about_and_what_they_said_can_be_withdrawn(suite, bridge, alice):
    kept, lost = suite.add(last_name="Kept", email1="kept@example.org"), suite.add(last_name="Lost", email1="lost@example.org")
    run_bridge(bridge)
    suite.delete(lost)
    Bridge.objects.update(swept_at=now() - timedelta(days=2))
    run = again(bridge)
    conflict = BridgeConflict.objects.get()
    assert (run.gone, conflict.field, conflict.record.external_id) == (1, "record", lost)
    answer_conflict(conflict, verdict="theirs", by=alice)
    assert not Identifier.objects.filter(value="lost@example.org").exists()
    assert Identifier.objects.filter(value="kept@example.org").exists()
    assert BridgeRecord.objects.get(external_id=kept).gone_at is None


def test_whom_they_have_again_is_here_again(suite, bridge, alice):
    lost = suite.add(last_name="Lost", email1="lost@example.org")
    run_bridge(bridge)
    suite.delete(lost)
    Bridge.objects.update(swept_at=now() - timedelta(days=2))
    again(bridge)
    conflict = answer_conflict(BridgeConflict.objects.get(), verdict="theirs", by=alice)
    assert not Identifier.objects.filter(value="lost@example.org").exists()
    suite.change(lost, deleted="0")
    again(bridge)
    assert Identifier.objects.filter(value="lost@example.org").exists()
    record = BridgeRecord.objects.get()
    assert (record.gone_at, record.identity_id) == (None, conflict.record.identity_id)


def test_when_all_are_gone_at_once_nobody_is(suite, bridge):
    for number in range(30):
        suite.add(last_name=f"B{number}", email1=f"b{number}@example.org")
    run_bridge(bridge)
    for number in suite.records:
        suite.records[number]["deleted"] = "1"
    Bridge.objects.update(swept_at=now() - timedelta(days=2))
    assert again(bridge).problem == "too_many_gone"
    assert not BridgeRecord.objects.filter(gone_at__isnull=False).exists()


def test_who_is_erased_here_is_forgotten_there_and_does_not_come_back(suite, support, alice, bridge, root):
    number, here, theirs = joined(suite, support, alice, bridge)
    other = suite.add(last_name="Other", email1="other@example.org")
    again(bridge)
    assert any(one.store == "bridge_records" and one.rows == 1 for one in preview_erasure([here.pk, theirs.pk]))
    erasure = erase_person([here.pk, theirs.pk], by=root)
    assert any(one["store"] == "bridge_records" and "told" in one["left"] for one in erasure.outcomes)
    assert not BridgeValue.objects.filter(record__external_id=number).exists()
    suite.faults += ["lost"]
    again(bridge)
    BridgeErrand.objects.update(due_at=now())
    again(bridge)
    record = suite.records[number]
    assert record["deleted"] == "1"
    assert not any("ada" in str(value).lower() or "byron" in str(value).lower() for value in record.values())
    errand = BridgeErrand.objects.get(kind="erase")
    assert (errand.external_id, errand.done_at is not None) == ("", True)
    suite.change(number, deleted="0", first_name="Ada", last_name="Byron", email1="ada@example.org")
    run = again(bridge)
    assert run.left_alone == 1
    assert not Identity.objects.filter(display_name__contains="Byron").exists()
    assert BridgeRecord.objects.get(external_id=other).identity is not None


def test_who_writes_becomes_a_contact_once_even_when_the_answer_is_lost(suite, support, root, bridge):
    ensure_defaults()
    mailbox = make_mailbox(team=support)
    change_bridge(bridge, values(suite.url, makes_contacts=True), teams=[support], by=root)
    bridge.refresh_from_db()
    run_bridge(bridge)
    arrive(mailbox=mailbox, sender="Grace Hopper <grace@example.org>")
    grace = Identity.objects.get(identifiers__value="grace@example.org")
    from heard.bridges.services.crm_errands import ask_to_make

    ask_to_make(bridge, grace)
    ask_to_make(bridge, grace)
    suite.faults += ["lost"]
    again(bridge)
    BridgeErrand.objects.update(due_at=now())
    again(bridge)
    [contact] = suite.records.values()
    assert (contact["first_name"], contact["last_name"], contact["email1"]) == ("Grace", "Hopper", "grace@example.org")
    theirs = BridgeRecord.objects.get().identity
    assert theirs.person_number == Identity.objects.get(pk=grace.pk).person_number
    suite.asked.clear()
    again(bridge)
    assert suite.writes() == []


def test_a_contact_that_they_have_already_is_not_made_twice(suite, support, root, bridge):
    change_bridge(bridge, values(suite.url, makes_contacts=True), teams=[support], by=root)
    bridge.refresh_from_db()
    suite.add(last_name="Byron", email1="ada@example.org")
    run_bridge(bridge)
    from heard.bridges.services.crm_errands import ask_to_make

    ask_to_make(bridge, ada_here(support))
    again(bridge)
    assert len(suite.records) == 1


def test_what_they_refuse_waits_for_people(suite, support, alice, bridge, monkeypatch):
    number, here, _theirs = joined(suite, support, alice, bridge)
    from heard.bridges.crm.client import Crm, CrmTrouble

    def refuse(*_):
        raise CrmTrouble("refused")

    with monkeypatch.context() as patch:
        patch.setattr(Crm, "update", refuse)
        correct_name(here, name="Ada Lovelace", by=alice)
        again(bridge)
    errand = BridgeErrand.objects.get(kind="update", done_at=None)
    assert (errand.is_over, errand.problem) == (True, "refused")
    assert try_again(bridge) == 1
    again(bridge)
    assert suite.records[number]["last_name"] == "Lovelace"


def test_two_workers_do_not_look_at_once(suite, bridge):
    with crm_running._alone(bridge), pytest.raises(IsBusy):
        run_bridge(bridge)
    assert BridgeRun.objects.count() == 0


def test_one_page_costs_the_same_whoever_many_stand_on_it(suite, bridge, django_assert_max_num_queries):
    from heard.bridges.crm.client import Theirs
    from heard.bridges.crm.mapping import shipped
    from heard.bridges.services.crm_taking import Counts, take_in
    from tests.servers.suitecrm import FIELDS

    def page(start, count):
        return [
            Theirs(f"r{number}", dict.fromkeys(FIELDS, "") | {"last_name": f"B{number}", "email1": f"b{number}@example.org"}, START)
            for number in range(start, start + count)
        ]

    profile = shipped()["suitecrm8"]
    take_in(bridge, profile, page(0, 1), Counts())
    with django_assert_max_num_queries(45):
        take_in(bridge, profile, page(1, 50), Counts())
