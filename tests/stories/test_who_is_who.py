"""A customer writes from two addresses; the comparison doubts, a colleague answers, the customer says "that is not me", a colleague cuts."""

from uuid import uuid4

import pytest
from django.test import Client

from heard.cli import main
from heard.events.consumers import run_consumers_once
from heard.matching.models import Review
from heard.people.models import Identity
from heard.people.services.records import NewRecord, put_record
from heard.promises.services.policies import ensure_defaults
from tests.factories.mail import make_mail
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db(transaction=True)


def people() -> int:
    return Identity.objects.filter(erased_at=None).values("person_number").distinct().count()


def test_one_person_is_found_contested_and_found_again(arrive, mailbox, alice, charlie, capsys):
    ensure_defaults()
    arrive(make_mail("Where is my kettle?", sender="Wilhelmina Ostrander <mina@example.org>"))
    run_consumers_once()
    record = put_record(
        "crm", "7", NewRecord(names=("Wilhelmina Ostrander",), phones=("+34600111222",)), audience_id=mailbox.audience_id, at=MONDAY_MORNING
    )
    run_consumers_once()
    assert people() == 2, "a name alone joins nobody"

    browser = Client()
    browser.force_login(alice)
    page = browser.get("/people/review/").content.decode()
    assert "One pair may be one person" in page and "Where is my kettle?" in page and "+34 600 11 12 22" in page
    mail = Identity.objects.get(identifiers__value="mina@example.org")
    pair = {"one": mail.pk, "other": record.pk}
    browser.post("/people/review/answers/", pair | {"verdict": "same", "once": uuid4(), "reason": "She told us her number."})
    assert people() == 1
    person = browser.get(f"/people/{record.pk}/", follow=True).content.decode()
    assert "+34 600 11 12 22" in person and "mina@example.org" in person, "both records stand on one page"
    why = browser.get(f"/people/{mail.pk}/why/", follow=True).content.decode()
    assert "said by a colleague" in why and "She told us her number." in why

    # a colleague of another team learns nothing of it
    other = Client()
    other.force_login(charlie)
    assert other.get(f"/people/{mail.pk}/why/").status_code == 404
    assert "Wilhelmina" not in other.get("/people/review/answered/").content.decode()

    # the second record turns out to be her daughter's: cut, and no comparison joins them again
    browser.post("/people/review/answers/", pair | {"verdict": "different", "once": uuid4(), "next": mail.pk})
    assert people() == 2
    put_record(
        "crm", "7", NewRecord(names=("Wilhelmina Ostrander",), phones=("+34600111222",), emails=("mina@example.org",)),
        audience_id=mailbox.audience_id, at=MONDAY_MORNING.replace(hour=12),
    )  # fmt: skip
    run_consumers_once()
    assert people() == 2, "what a colleague cut stays cut, whatever the records say later"
    assert main(["people", "why", "mina@example.org", str(record.pk)]) == 1
    said = capsys.readouterr().out
    assert "because somebody said so" in said and "The same e-mail address" in said

    # and it was a mistake: taken back, the evidence joins them by itself
    cut = Review.objects.get(verdict="different")
    browser.post(f"/people/review/answers/{cut.pk}/end/")
    assert people() == 1
    assert [review.taken_back_at is None for review in Review.objects.order_by("pk")] == [True, False]
