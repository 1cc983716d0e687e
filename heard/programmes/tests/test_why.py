"""The why: written in versions, signed off by a lead, shown where people decide."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heard.events.models import Event
from heard.gestures.services.authority import set_authority
from heard.lib.errors import Refusal
from heard.programmes.models import WhyVersion
from heard.programmes.selectors import current_why, draft_of, latest_version
from heard.programmes.services.why import SomebodyElseWrote, Wording, drop_draft, sign_off, write_why
from heard.promises.services.policies import ensure_defaults

pytestmark = pytest.mark.django_db

FIRST = Wording("Those who walk in the rain.", "To be dry.", "Gear that holds.\nAnd our word.", "Looked after.")
SECOND = Wording("Those who walk in the rain.", "To be dry.", "Gear that holds, or another pair.", "")


def test_a_version_holds_when_a_lead_has_signed_it(alice, dora):
    version = write_why(FIRST, by=alice, based_on=0)
    assert current_why() is None
    assert draft_of(latest_version()) == version
    signed = sign_off(version.number, by=dora)
    assert current_why() == signed
    assert (signed.signed_by, signed.by) == (dora, alice)
    assert draft_of(latest_version()) is None
    assert list(Event.objects.values_list("kind", flat=True)) == ["why.drafted", "why.signed_off"]


def test_every_save_is_a_version_and_the_same_words_make_none(alice, bob, dora):
    write_why(FIRST, by=alice, based_on=0)
    again = write_why(FIRST, by=alice, based_on=0)
    second = write_why(SECOND, by=bob, based_on=again.number)
    sign_off(second.number, by=dora)
    assert list(WhyVersion.objects.order_by("number").values_list("number", "what_we_promise")) == [
        (1, FIRST.what_we_promise), (2, SECOND.what_we_promise),
    ]  # fmt: skip
    assert sign_off(second.number, by=dora).signed_at == current_why().signed_at


def test_nobody_writes_over_words_they_have_not_read(alice, bob):
    write_why(FIRST, by=alice, based_on=0)
    with pytest.raises(SomebodyElseWrote):
        write_why(SECOND, by=bob, based_on=0)
    assert WhyVersion.objects.count() == 1


def test_one_signs_what_one_has_read(alice, dora):
    first = write_why(FIRST, by=alice, based_on=0)
    second = write_why(SECOND, by=alice, based_on=1)
    with pytest.raises(SomebodyElseWrote):
        sign_off(first.number, by=dora)
    drop_draft(second.number, by=dora)
    assert drop_draft(second.number, by=dora).dropped_by == dora
    with pytest.raises(Refusal):
        sign_off(second.number, by=dora)
    assert current_why() is None


def test_what_holds_cannot_be_dropped(alice, dora):
    version = write_why(FIRST, by=alice, based_on=0)
    sign_off(version.number, by=dora)
    with pytest.raises(Refusal):
        drop_draft(version.number, by=dora)


def test_the_form_keeps_the_words_when_somebody_was_quicker(client, alice, bob):
    write_why(FIRST, by=bob, based_on=0)
    client.force_login(alice)
    data = {"based_on": "0", "whom_we_serve": "Those who climb.", "what_we_promise": "Ropes that hold."}
    answer = client.post("/why/draft/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ropes that hold." in page and "Gear that holds." in page
    assert 'name="based_on" value="1"' in page
    assert client.post("/why/draft/", data | {"based_on": "1"}).status_code == 303
    assert latest_version().what_we_promise == "Ropes that hold."


def test_an_empty_answer_is_asked_for_again(client, alice):
    client.force_login(alice)
    answer = client.post("/why/draft/", {"based_on": "0", "whom_we_serve": "Those who climb.", "what_we_promise": " "})
    assert answer.status_code == 422
    assert "Those who climb." in answer.content.decode()
    assert client.post("/why/draft/", {"based_on": "", "whom_we_serve": "x", "what_we_promise": "y"}).status_code == 422
    assert not WhyVersion.objects.exists()


def test_nonsense_is_no_version(client, dora):
    client.force_login(dora)
    for sent in ("", "1.5", "-1", "٣", "9" * 30):
        assert client.post("/why/sign-off/", {"number": sent}).status_code == 404
    assert client.post("/why/sign-off/", {"number": "7"}).status_code == 409


def test_a_lead_reads_what_changed_and_signs(client, alice, dora):
    sign_off(write_why(FIRST, by=alice, based_on=0).number, by=dora)
    write_why(SECOND, by=alice, based_on=1, because="Twice the lock let go.")
    client.force_login(dora)
    page = client.get("/why/").content.decode()
    assert "Twice the lock let go." in page and "Gear that holds, or another pair." in page
    assert "What it said before" in page
    assert client.post("/why/sign-off/", {"number": "2"}).status_code == 303
    assert "Version 2, signed off by Dora" in client.get("/why/").content.decode()
    assert "Looked after." in client.get("/why/versions/1/").content.decode()
    assert client.get("/why/versions/9/").status_code == 404


def test_an_agent_proposes_and_a_reader_reads(client, alice, rita, dora):
    write_why(FIRST, by=alice, based_on=0)
    client.force_login(alice)
    assert "Sign it off" not in client.get("/why/").content.decode()
    client.force_login(rita)
    page = client.get("/why/").content.decode()
    assert "Gear that holds." in page and "/why/draft/" not in page


def test_the_promise_stands_beside_the_reply_box(client, alice, dora, conversation):
    client.force_login(alice)
    assert "Gear that holds." not in client.get(f"/conversations/{conversation.pk}/").content.decode()
    sign_off(write_why(FIRST, by=alice, based_on=0).number, by=dora)
    page = client.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "Gear that holds." in page and "Those who walk in the rain." in page


def test_the_page_costs_the_same_whatever_there_is(client, alice, dora):
    client.force_login(alice)
    sign_off(write_why(FIRST, by=alice, based_on=0).number, by=dora)

    def queries() -> int:
        client.get("/why/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/why/").status_code == 200
        return len(captured)

    few = queries()
    for number in range(1, 30):
        write_why(Wording(f"Number {number}", "", "Gear that holds.", ""), by=alice, based_on=number)
    assert queries() == few


def test_the_why_stands_where_an_exception_is_refused(client, alice, dora, conversation):
    ensure_defaults()
    sign_off(write_why(FIRST, by=alice, based_on=0).number, by=dora)
    set_authority("agent", amount=1000, currency="EUR", by=dora)
    client.force_login(alice)
    data = {"once": uuid4(), "kind": "credit", "thing": "", "worth": "500", "currency": "EUR"}
    answer = client.post(f"/conversations/{conversation.pk}/gestures/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("Gear that holds.") == 2 and "When a rule does not fit" in page  # at the refusal, and beside the reply box
