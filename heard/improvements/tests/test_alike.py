"""Others who may mean the same are found by their words, and added in one act."""

import pytest

from heard.conversations.indexing.rebuilding import rebuild
from heard.improvements.alike import alike, characteristic_words, words_of
from heard.improvements.selectors import meaning_of_evidence, voices_of
from heard.improvements.services.collecting import add_alike
from heard.improvements.services.proposing import propose_improvement
from heard.insights.models import Signal
from heard.insights.services.marking import mark_words
from heard.insights.services.themes import make_theme
from tests.factories import make_conversation, make_customer

pytestmark = pytest.mark.django_db(transaction=True)

SAYINGS = {
    "ada": "Good morning. The lower lock slips on every wet descent. Best regards",
    "grace": "I bought two pairs. When it rains the lock slips, and I fall. What now?",
    "joan": "My lock is slipping as well.\n\nGreetings",
    "anita": "When do you open on Saturday?",
}


@pytest.fixture
def said(mailbox):
    found = {}
    for name, text in SAYINGS.items():
        customer = make_customer(f"{name}@example.org", name=f"{name.title()} Smith", audience=mailbox.audience)
        found[name] = make_conversation(mailbox, customer=customer, text=text).messages.get().interaction
    return found


@pytest.fixture
def improvement(said, alice):
    theme = make_theme("Pole lock", by=alice)
    signal = mark_words(said["ada"], words="The lower lock slips on every wet descent", kind="problem", theme=theme, by=alice)
    return propose_improvement("A lock that holds when it is wet", signals=[signal], by=alice)


def test_words_that_say_nothing_are_not_looked_for():
    assert characteristic_words(["The lower lock slips", "a lock that would slip", "Locks!"])[0] == "lock"
    assert characteristic_words([]) == characteristic_words(["it is so on"]) == []


def test_others_who_say_the_same_are_offered_and_added(improvement, said, alice, charlie):
    list(rebuild())
    assert "lock" in words_of(improvement, alice)
    found = alike(improvement, alice, words=words_of(improvement, alice))
    assert {one.identity.display_name: one.words for one in found} == {
        "Grace Smith": "When it rains the lock slips, and I fall.",
        "Joan Smith": "My lock is slipping as well.",
    }
    assert alike(improvement, charlie, words=["lock"]) == []
    kind, theme_id = meaning_of_evidence(improvement)
    theme = Signal.objects.get().theme
    assert (kind, theme_id) == ("problem", theme.pk)
    places = [(one.interaction.pk, one.start, one.end) for one in found]
    for _ in range(2):
        add_alike(improvement, places, kind=kind, theme=theme, by=alice)
    assert voices_of([improvement.pk])[improvement.pk].people_for == 3
    assert alike(improvement, alice, words=["lock"]) == []
    assert Signal.objects.count() == 3
