"""The open window: only what its owner published, no counts of few, nobody quoted without consent."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from heard.conversations.models import Conversation, Message
from heard.improvements.models import QuoteConsent
from heard.improvements.services.window import QuoteIsGone, show_quote
from heard.improvements.tests.scene import WORDS, ask_for_it, change, finish
from heard.lib.time import now
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mailbox, make_team, make_user

pytestmark = pytest.mark.django_db
WINDOW = "/window/"


@pytest.fixture
def mailbox():
    ensure_defaults()
    return make_mailbox(make_team())


@pytest.fixture
def dora(mailbox):
    return make_user("Dora", role="lead", teams=(mailbox.team,))


def published(dora, signals, **decision):
    made = change(dora, signals)
    finish(made, dora, **decision)
    return made


def test_an_empty_window_says_so(client):
    assert client.get(WINDOW).status_code == 200


def test_only_what_is_published_stands_there(mailbox, dora, client):
    signals = ask_for_it(mailbox, dora, 2)
    published(dora, signals)
    change(dora, signals, title="Secret plans")
    page = client.get(WINDOW).content.decode()
    assert "A lock that holds" in page and "Secret plans" not in page
    assert WORDS not in page and "Walker" not in page and "Dora" not in page


def test_what_is_decided_and_not_published_takes_it_off(mailbox, dora, client):
    made = published(dora, ask_for_it(mailbox, dora))
    from heard.improvements.services.deciding import decide

    decide(made, state="doing", by=dora, public_reason="We try again.", is_public=False)
    assert "A lock that holds" not in client.get(WINDOW).content.decode()


def test_few_people_are_not_counted_in_public(mailbox, dora, client):
    from heard.improvements.services.evidence import add_evidence

    made = published(dora, ask_for_it(mailbox, dora, 9))
    assert client.get(WINDOW).context["items"][0].people is None
    add_evidence(made, ask_for_it(mailbox, dora, 1, first=9), by=dora)
    assert client.get(WINDOW).context["items"][0].people == 10


@pytest.mark.parametrize(("view", "seen"), [("all", 2), ("done", 1), ("said-no", 1), ("under-way", 0), ("nonsense", 2)])
def test_it_is_sorted_by_state(mailbox, dora, client, view, seen):
    signals = ask_for_it(mailbox, dora)
    published(dora, signals)
    published(dora, signals, state="declined", reason="It would make prices higher.")
    assert len(client.get(f"{WINDOW}?view={view}").context["items"]) == seen


def test_a_quotation_needs_consent_and_an_owner_who_shows_it(mailbox, dora, client):
    (signal,) = ask_for_it(mailbox, dora)
    made = published(dora, [signal])
    consent = QuoteConsent.objects.create(
        signal=signal, improvement=made, identity=signal.identity, start=signal.start, end=signal.end, name="Wally", how="link", at=now()
    )
    assert WORDS not in client.get(WINDOW).content.decode()
    show_quote(consent, is_shown=True, by=dora)
    assert WORDS in client.get(WINDOW).content.decode()
    signal.interaction.erased_at = now()
    signal.interaction.save()
    assert WORDS not in client.get(WINDOW).content.decode()
    consent.withdrawn_at = now()
    consent.save()
    with pytest.raises(QuoteIsGone):
        show_quote(consent, is_shown=True, by=dora)


def test_words_marked_wider_later_are_not_quoted(mailbox, dora, client):
    (signal,) = ask_for_it(mailbox, dora)
    made = published(dora, [signal])
    QuoteConsent.objects.create(
        signal=signal, improvement=made, identity=signal.identity, start=signal.start, end=signal.end, how="link", at=now(), is_shown=True
    )
    signal.end += 5
    signal.save()
    assert WORDS not in client.get(WINDOW).content.decode()


def test_the_feed_has_an_entry_for_each_decision(mailbox, dora, client):
    published(dora, ask_for_it(mailbox, dora), reason="Every pair <now> & always.")
    answer = client.get(reverse("window:feed"))
    feed = ElementTree.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert "Every pair <now> & always." in entry.find(f"{atom}summary").text
    assert entry.find(f"{atom}id").text.startswith("tag:")


def test_nobody_may_frame_it_unless_named(client):
    answer = client.get(reverse("window:embed"))
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert client.get(WINDOW)["X-Frame-Options"] == "DENY"


def test_what_somebody_tells_us_waits_in_the_inbox(mailbox, client):
    data = {"text": "The strap of my gaiter broke.\nTwice.", "address": "Grace@Example.org", "once": "4b4bd0a4-9c4a-4a43-8f68-b3f9a2b8b002"}
    for _ in range(2):
        assert client.post(reverse("window:words"), data).status_code == 303
    conversation = Conversation.objects.get()
    assert (
        conversation.subject == "The strap of my gaiter broke."
        and conversation.waiting_since is not None
        and conversation.due_at is not None
    )
    message = Message.objects.select_related("interaction").get()
    assert (message.interaction.channel, message.interaction.authentication) == ("form", "none")
    assert conversation.customer.identifiers.get().value == "Grace@example.org".lower()


def test_a_wrong_address_keeps_the_words(mailbox, client):
    answer = client.post(reverse("window:words"), {"text": "The strap broke.", "address": "nobody"})
    assert answer.status_code == 422 and "The strap broke." in answer.content.decode()
    assert not Conversation.objects.exists()


def test_a_robot_learns_nothing(mailbox, client):
    data = {"text": "Cheap watches", "address": "robot@example.org", "website": "https://spam.example"}
    assert client.post(reverse("window:words"), data).status_code == 303
    assert not Conversation.objects.exists()


def test_nobody_is_asked_where_nobody_reads(client):
    assert client.get(WINDOW).context["form"] is None
    assert client.post(reverse("window:words"), {"text": "x", "address": "a@example.org"}).status_code == 404


def test_the_window_costs_the_same_for_few_and_many(mailbox, dora, client, django_assert_max_num_queries):
    signals = ask_for_it(mailbox, dora)
    for _ in range(12):
        published(dora, signals)
    with django_assert_max_num_queries(9):
        client.get(WINDOW)
