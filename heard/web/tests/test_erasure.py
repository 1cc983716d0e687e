"""The pages on which somebody is erased, and the command that does the same."""

import pytest
from django.test import Client
from django.urls import reverse

from heard.accounts.models import Access
from heard.people.models import Identifier, Identity
from heard.people.services.decisions import decide_same
from heard.privacy.models import Erasure
from tests.factories import make_conversation, make_customer
from tests.servers.installation import Installation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(dora) -> Client:
    client = Client()
    client.force_login(dora)
    return client


def page(identity: Identity) -> str:
    return reverse("web:person_erasure", args=[identity.person_number])


def test_a_lead_sees_what_would_go_presses_the_verb_again_and_gets_a_certificate(lead, ada, conversation):
    shown = lead.get(page(ada)).content.decode()
    assert "ada@example.org" in shown
    assert "Erase for good" in shown
    assert Identity.objects.get(pk=ada.pk).erased_at is None

    certificate = lead.post(page(ada), {"identity": [ada.pk]}, follow=True)

    assert certificate.status_code == 200
    assert Identity.objects.get(pk=ada.pk).erased_at is not None
    text = certificate.content.decode()
    assert "Certificate of erasure" in text
    assert "Dora" in text
    assert "ada@example.org" not in text
    assert "Lovelace" not in text
    assert lead.get(reverse("web:person", args=[ada.pk])).status_code == 200
    assert lead.get(reverse("web:conversation", args=[conversation.pk])).status_code == 200
    assert lead.get(page(ada)).status_code == 404


def test_an_administrator_finds_somebody_by_address_and_the_look_is_remembered(root, ada, conversation):
    client = Client()
    client.force_login(root)

    found = client.post(reverse("web:erasures"), {"who": " ADA@example.org"}, follow=True)

    assert found.redirect_chain[-1][0] == page(ada)
    assert Access.objects.filter(user=root, identity_id=ada.pk, page="erasure").exists()
    assert client.post(reverse("web:erasures"), {"who": "nobody@example.org"}).status_code == 422


def test_a_lead_of_another_team_finds_nobody(sales, ada, conversation):
    from tests.factories import make_user

    client = Client()
    client.force_login(make_user("Lena", role="lead", teams=(sales,)))
    assert client.get(page(ada)).status_code == 404
    assert client.post(page(ada)).status_code == 404
    assert client.post(reverse("web:erasures"), {"who": "ada@example.org"}).status_code == 422


def test_some_records_may_be_erased_alone(lead, alice, mailbox, ada, conversation):
    other = make_customer("ada@work.example", name="Ada L.", audience=mailbox.audience)
    make_conversation(mailbox, customer=other)
    decide_same(ada, other, by=alice)

    lead.post(page(ada), {"identity": [other.pk]})

    assert Identity.objects.get(pk=other.pk).erased_at is not None
    assert Identifier.objects.filter(value="ada@example.org").exists()


def test_what_other_teams_know_is_left_to_an_administrator_and_said(lead, alice, sales, ada, conversation):
    from tests.factories import make_mailbox

    elsewhere = make_mailbox(sales)
    other = make_customer("ada@work.example", name="Ada L.", audience=elsewhere.audience)
    make_conversation(elsewhere, customer=other)
    decide_same(ada, other, by=alice)

    shown = lead.get(page(ada)).content.decode()

    assert "ada@work.example" not in shown
    assert "One more record of this person is known to other teams only" in shown
    lead.post(page(ada))
    assert Identity.objects.get(pk=other.pk).erased_at is None


def test_what_is_held_is_stated_table_by_table(root):
    client = Client()
    client.force_login(root)
    shown = client.get(reverse("web:what_we_hold")).content.decode()
    assert "interactions" in shown
    assert "emptied to a stub with kind and times" in shown


def run(*arguments: str, answer: str = "") -> tuple[int, str, str]:
    """Exit code, what was printed, what was complained."""
    done = Installation.of_this_test().command("person", "erase", *arguments, stdin=answer.encode(), check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_command_shows_asks_and_prints_the_certificate(ada, conversation):
    code, printed, _ = run("ada@example.org", answer="n\n")
    assert (code, Erasure.objects.count()) == (1, 0)
    assert "Ada Lovelace" in printed
    assert "Nothing was erased." in printed

    code, printed, complained = run("ada@example.org", answer="y\n")

    assert code == 0, complained
    assert "Certificate of erasure" in printed
    assert Identity.objects.get(pk=ada.pk).erased_at is not None


def test_the_command_wants_somebody_who_is_known(ada, conversation):
    code, printed, complained = run("nobody@example.org", "--yes")
    assert (code, printed, len(complained.splitlines())) == (2, "", 1)
    assert run(str(ada.pk), "--only", "999999", "--yes")[0] == 2
    assert run()[0] == 2
    assert run(str(ada.pk), "--only", str(ada.pk), "--yes")[0] == 0
